// Many items at once: counts what is ticked, and looks again how far a run is. Without this file boxes, bar and page work too.
const bar = document.querySelector("#bulk");
if (bar) {
  const all = document.querySelector("#bulk-all"), words = document.querySelector("#bulk-count");
  const forms = JSON.parse(bar.dataset.forms), rules = new Intl.PluralRules(document.documentElement.lang);
  const ticks = () => [...document.querySelectorAll("input[name=uid][form=bulk]")];
  let chosen = new Set(), last = "";
  const show = () => {
    const here = ticks();
    chosen = new Set(here.filter((tick) => tick.checked).map((tick) => tick.value));
    bar.hidden = !chosen.size;
    words.textContent = (forms[rules.select(chosen.size)] ?? forms.other).replace("#", chosen.size);
    all.checked = chosen.size > 0 && chosen.size === here.length;
    all.indeterminate = chosen.size > 0 && !all.checked;
  };
  // With Shift all from the last one to this one become as this one is.
  document.addEventListener("click", ({ target, shiftKey }) => {
    const here = ticks(), place = here.indexOf(target);
    if (place < 0) return;
    const from = here.findIndex((tick) => tick.value === last);
    if (shiftKey && from >= 0) for (const tick of here.slice(Math.min(place, from), Math.max(place, from) + 1)) tick.checked = target.checked;
    last = target.value;
    show();
  });
  all.addEventListener("change", () => { for (const tick of ticks()) tick.checked = all.checked; show(); });
  // The tree is put in anew when it is unfolded or ordered: what was chosen stays so.
  new MutationObserver((changes) => {
    if (changes.every(({ target }) => bar.contains(target))) return;
    for (const tick of ticks()) if (chosen.has(tick.value)) tick.checked = true;
    show();
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
  // Ctrl+Enter leads from a box to what can be done, and does it from there; Esc gives the choice up.
  document.addEventListener("keydown", (event) => {
    if (bar.hidden || event.altKey || event.shiftKey) return;
    if ((event.code === "Enter" || event.code === "NumpadEnter") && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const select = bar.querySelector("select");
      if (select.value) bar.requestSubmit();
      else select.focus();
    } else if (event.code === "Escape") {
      const here = ticks();
      for (const tick of here) tick.checked = false;
      (here.find((tick) => tick.value === last) ?? all).focus();
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
