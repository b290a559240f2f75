// Many items at once: counts what is ticked, and looks again how far a run is. Without this file boxes, bar and page work too.
const bar = document.querySelector("#bulk");
if (bar) {
  // Asked anew each time: an ordered tree comes back as other lines.
  const ticked = () => [...document.querySelectorAll("input[name=uid][form=bulk]")];
  const all = document.querySelector("#bulk-all"), words = document.querySelector("#bulk-count");
  const forms = JSON.parse(bar.dataset.forms), rules = new Intl.PluralRules(document.documentElement.lang);
  let last = null;
  const show = () => {
    const ticks = ticked(), count = ticks.filter((tick) => tick.checked).length;
    bar.hidden = !count;
    words.textContent = (forms[rules.select(count)] ?? forms.other).replace("#", count);
    all.checked = count === ticks.length;
    all.indeterminate = count > 0 && count < ticks.length;
  };
  // With Shift all from the last one to this one become as this one is.
  const range = ({ target, shiftKey }) => {
    const ticks = ticked(), here = ticks.indexOf(target);
    if (here < 0) return;
    if (shiftKey && last !== null) for (const tick of ticks.slice(Math.min(here, last), Math.max(here, last) + 1)) tick.checked = target.checked;
    last = here;
    show();
  };
  document.addEventListener("click", (event) => { if (event.target.matches?.("input[name=uid][form=bulk]")) range(event); });
  all.addEventListener("change", () => { for (const tick of ticked()) tick.checked = all.checked; show(); });
  // Ctrl+Enter leads from a box to what can be done, and does it from there; Esc gives the choice up.
  document.addEventListener("keydown", (event) => {
    if (bar.hidden || event.altKey || event.shiftKey) return;
    if ((event.code === "Enter" || event.code === "NumpadEnter") && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const select = bar.querySelector("select");
      if (select.value) bar.requestSubmit();
      else select.focus();
    } else if (event.code === "Escape") {
      const ticks = ticked();
      for (const tick of ticks) tick.checked = false;
      (ticks[last ?? 0] ?? all).focus();
      show();
    }
  });
  addEventListener("pageshow", show);
  show();
}

const LOOK_MS = 1000, AWAY_MS = 5000;
async function look() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return setTimeout(look, AWAY_MS);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#run");
  const run = document.querySelector("#run");
  const had = run.contains(document.activeElement) ? document.activeElement.id : "";
  run.replaceWith(fresh);
  if (fresh.dataset.run === "on") {
    if (had) document.getElementById(had)?.focus();
    return setTimeout(look, LOOK_MS);
  }
  document.querySelector("#run-said").textContent = `${fresh.querySelector("h2").textContent}. ${fresh.querySelector("#run-words").textContent}`;
  if (had) fresh.querySelector("a")?.focus();
}
if (document.querySelector("#run[data-run=on]")) setTimeout(look, LOOK_MS);
