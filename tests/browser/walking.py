"""Going through a page by Tab alone: each stop must be seen, in order, and be left again."""

from typing import Any

from tests.browser.chromium import Tab

# A field of the browser's own for a day or a moment has a stop for each of its parts.
_STOPS_IN_ONE = 8
_AT_MOST = 600
# Everything that Tab should come to. Of radio buttons with one name a group has one stop; within a
# toolbar the arrow keys go on.
_EXPECTED = """() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary,"
        + "[tabindex='0']";
    // A toast stands over the page for a few seconds and goes.
    document.querySelectorAll(".toast").forEach((toast) => toast.remove());
    window.stops = [...document.querySelectorAll(all)].filter((one) =>
        one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })
        && !(one.type === "radio" && !one.checked) && !one.closest("[role=toolbar]"));
    window.before = null;
    // Where a page puts the focus by itself, Tab would go on from there.
    const top = Object.assign(document.createElement("span"), { tabIndex: -1 });
    document.body.prepend(top);
    top.focus();
    top.remove();
    return window.stops.length;
}"""
_STOP = """() => {
    const here = document.activeElement;
    if (here === document.body) return null;
    const called = here.id || here.name || here.textContent.trim().slice(0, 40);
    const name = `${here.tagName.toLowerCase()} ${called}`;
    const wrong = [];
    const isSame = here === window.before;
    const behind = Node.DOCUMENT_POSITION_FOLLOWING;
    if (window.before && here.compareDocumentPosition(window.before) & behind)
        wrong.push(`${name}: comes after what stands behind it`);
    const hasRing = (one) => {
        const style = getComputedStyle(one);
        const isWide = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return isWide && style.opacity > 0;
    };
    let around = here;
    for (let level = 0; level < 3 && around && !hasRing(around); level += 1)
        around = around.parentElement;
    // Within a field for a day the browser marks the part by itself.
    if (!isSame && (!around || !hasRing(around))) wrong.push(`${name}: no ring`);
    const box = here.getBoundingClientRect();
    const shown = [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (here.contains(top) || top.contains(here) && top !== document.body);
    }));
    if (!shown) wrong.push(`${name}: out of sight or covered`);
    window.before = here;
    window.stops = window.stops.filter((one) => one !== here);
    return { name, isSame, wrong };
}"""
_LEFT = "() => window.stops.map((one) => one.outerHTML.slice(0, 120))"


def walk(tab: Tab) -> list[str]:
    """Press Tab through the whole page; give what is wrong with the stops."""
    tab.page.evaluate(_EXPECTED)
    wrong: list[str] = []
    same = 0
    for number in range(_AT_MOST):
        tab.press("Tab")
        stop: dict[str, Any] | None = tab.page.evaluate(_STOP)
        if stop is None and number:
            break
        if stop is not None:
            same = same + 1 if stop["isSame"] else 0
            wrong += stop["wrong"]
            if same > _STOPS_IN_ONE:
                return [*wrong, f"{stop['name']}: a trap"]
    else:
        wrong.append(f"no end after {_AT_MOST} stops")
    return wrong + [f"never came to {html}" for html in tab.page.evaluate(_LEFT)]
