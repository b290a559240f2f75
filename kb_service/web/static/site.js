// Visitor's pages: suggestions under the field, results as one types, «did this help?», copying, printing.
// Every one of them also works without this file, by forms and links.
const $ = (selector, root = document) => root.querySelector(selector);
const wait = (ms, run) => {
  let timer;
  return (...args) => { clearTimeout(timer); timer = setTimeout(run, ms, ...args); };
};
const icon = (path) => {
  const span = document.createElement("span");
  span.innerHTML = `<svg class="i" viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`;
  return span.firstChild;
};
const SEARCH = '<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>';
const PAGE = '<path d="m9 18 6-6-6-6"/>';

// Suggestions: an ARIA combobox (↑ ↓ Enter Esc); the list lies under the field and its lines are real links.
function suggestions(form) {
  const input = form.elements.q;
  const words = JSON.parse(form.dataset.words);
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const list = Object.assign(document.createElement("div"), { className: "suggest", id: `${input.id}-list`, hidden: true });
  const status = Object.assign(document.createElement("p"), { className: "sr" });
  status.setAttribute("role", "status");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.list);
  form.after(list, status);
  const set = (name, value) => input.setAttribute(`aria-${name}`, value);
  input.setAttribute("role", "combobox");
  set("autocomplete", "list");
  set("expanded", "false");
  set("controls", list.id);

  const known = new Map();
  let current = -1, asked = "", stop;
  const options = () => [...list.children];
  const close = () => { list.hidden = true; current = -1; set("expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (index) => {
    const all = options();
    current = index < -1 ? all.length - 1 : index >= all.length ? -1 : index;
    all.forEach((option, i) => option.setAttribute("aria-selected", i === current));
    if (current < 0) return input.removeAttribute("aria-activedescendant");
    set("activedescendant", all[current].id);
    all[current].scrollIntoView({ block: "nearest" });
  };
  const line = (href, text, path, i) => {
    const option = Object.assign(document.createElement("a"), { href, id: `${list.id}-${i}`, tabIndex: -1 });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(icon(path), Object.assign(document.createElement("span"), { textContent: text }));
    return option;
  };
  const show = ({ items, completions = [] }) => {
    if (document.activeElement !== input) return;
    const lines = items.slice(0, 6).map((item, i) => line(form.dataset.prefix + new URL(item["@id"], location).pathname, item.title, PAGE, i));
    for (const text of completions.slice(0, 3)) {
      lines.push(line(`${form.dataset.search}?q=${encodeURIComponent(text)}`, text, SEARCH, lines.length));
    }
    list.replaceChildren(...lines);
    current = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !lines.length;
    set("expanded", lines.length > 0);
    status.textContent = items.length ? words.found[plural.select(items.length)].replace("#", items.length) : words.none;
  };
  const ask = wait(120, async () => {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    stop?.abort();
    if (text.length < 2) { status.textContent = ""; return close(); }
    if (known.has(text)) return show(known.get(text));
    stop = new AbortController();
    try {
      const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: stop.signal, headers: { Accept: "application/json" } });
      if (!response.ok) return close();
      const found = await response.json();
      known.set(text, found);
      if (text === asked) show(found);
    } catch { /* the field itself still works */ }
  });
  input.addEventListener("input", ask);
  input.addEventListener("focus", () => { if (options().length && input.value.trim() === asked && asked) { list.hidden = false; set("expanded", "true"); } });
  input.addEventListener("keydown", (event) => {
    const { code } = event;
    const open = !list.hidden;
    if (code === "ArrowDown" || code === "ArrowUp") {
      if (!open && options().length && asked) { list.hidden = false; set("expanded", "true"); }
      if (list.hidden) return;
      event.preventDefault();
      choose(current + (code === "ArrowDown" ? 1 : -1));
    } else if (code === "Enter" && open && current >= 0) {
      event.preventDefault();
      options()[current].click();
    } else if (code === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  form.parentNode.addEventListener("focusout", ({ relatedTarget }) => { if (!form.parentNode.contains(relatedTarget)) close(); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

// Results: the list and the address follow the field; the field itself is never touched.
function live(form) {
  const input = form.elements.q;
  const region = document.getElementById(form.dataset.live);
  const status = document.getElementById(`${form.dataset.live}-status`);
  const site = document.title.split(" · ").at(-1);
  let asked = input.value.trim(), stop;
  const address = (text) => `${form.getAttribute("action")}?q=${encodeURIComponent(text)}`;
  const settle = wait(2000, (text) => fetch(`${address(text)}&part=1&settled=1`, { keepalive: true }).catch(() => {}));
  const ask = async () => {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    stop?.abort();
    stop = new AbortController();
    try {
      const response = await fetch(`${address(text)}&part=1`, { signal: stop.signal });
      if (!response.ok) return;
      const html = await response.text();
      if (text !== asked) return;
      region.innerHTML = html;
      const found = $("[data-found]", region);
      status.textContent = found.dataset.status;
      document.title = `${found.dataset.title || $("h1").textContent} · ${site}`;
      history.replaceState(null, "", text ? address(text) : form.getAttribute("action"));
      if (text) settle(text);
    } catch { /* pressing the button still works */ }
  };
  input.addEventListener("input", wait(250, ask));
  // A status is heard only where it changes after the page has come.
  setTimeout(() => { status.textContent ||= $("[data-found]", region).dataset.status; }, 300);
}

// «Did this help?»: sent without leaving the page; a «no» asks why, a refusal says its reason.
const REFUSED = { 409: "too_late", 429: "too_many" };
function helped(form) {
  const step = (name) => {
    for (const part of form.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name;
    const next = $(`[data-step=${name}]`, form);
    ($("input, textarea", next) || next).focus({ preventScroll: true });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    for (const alert of form.querySelectorAll("[role=alert]")) alert.hidden = true;
    let reason = "failed";
    try {
      const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      reason = REFUSED[response.status] || reason;
      if (!response.ok) throw new Error(response.status);
      const { vote, state } = await response.json();
      form.elements.vote.value = vote;
      step(state);
    } catch {
      $(`[data-step=${reason}]`, form).hidden = false;
    }
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  });
}

async function copy(button) {
  const text = button.dataset.copy || document.getElementById(button.dataset.copyFrom).textContent;
  const label = $("span", button);
  const before = label.textContent;
  label.setAttribute("role", "status");
  try {
    await navigator.clipboard.writeText(text.trim());
  } catch {
    const range = document.createRange();
    const source = document.getElementById(button.dataset.copyFrom);
    if (!source) return;
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 4000);
}

for (const form of document.querySelectorAll("form[data-suggest]")) suggestions(form);
for (const form of document.querySelectorAll("form[data-live]")) live(form);
for (const form of document.querySelectorAll("form[data-helped]")) helped(form);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-from], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) print();
  else copy(button);
});
// Ctrl+K by the key's place, so that it works in both layouts.
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const field = [...document.querySelectorAll("input[name=q]")].find((input) => input.offsetParent);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
$(".errors")?.focus();
