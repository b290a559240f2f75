// The desk: find an answer while the caller speaks and put a reply together, by keys alone.
// Without this file the same page works by links and forms; the draft then lives in the address.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const wait = (ms, run) => {
  let timer;
  return (...args) => { clearTimeout(timer); timer = setTimeout(run, ms, ...args); };
};
const DRAWINGS = {
  up: '<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>',
  down: '<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>',
  remove: '<path d="M10 11v6"/><path d="M14 11v6"/><path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6"/><path d="M3 6h18"/><path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"/>',
};
const drawing = (name) => {
  const holder = el("span");
  holder.innerHTML = `<svg class="i" viewBox="0 0 24 24" aria-hidden="true">${DRAWINGS[name]}</svg>`;
  return holder.firstChild;
};

// The draft is kept in this tab: a reload or an answer's own page loses nothing.
const KEY = "kb-draft";
const store = {
  read() { try { return JSON.parse(sessionStorage.getItem(KEY)) || []; } catch { return []; } },
  write(value) { try { sessionStorage.setItem(KEY, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ } },
};

function toast(text, label, undo) {
  const place = $("#toasts");
  const line = el("p", { className: "toast" }, el("span", { textContent: text }));
  if (undo) line.append(el("button", { type: "button", className: "small", textContent: label, onclick: () => { line.remove(); undo(); } }));
  place.replaceChildren(line);
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => line.remove(), undo ? 10000 : 4000);
}

function draft(desk, words) {
  const list = $("#pad");
  const plural = new Intl.PluralRules(document.documentElement.lang);
  let fragments = store.read();
  const say = (key, title) => words[key].replace("#", title);
  const button = (action, title) => {
    const made = el("button", { type: "button", className: "quiet small", title: words[action] }, drawing(action), el("span", { className: "sr", textContent: `${words[action]}: ${title}` }));
    made.dataset.act = action;
    return made;
  };
  const draw = () => {
    const lines = fragments.map((fragment, i) => {
      const title = fragment.title || words.own;
      const head = el("p", { className: "meta" });
      if (fragment.uid) head.append(el("span", {}, el("a", { href: `${desk.dataset.deskUrl}/items/${fragment.uid}`, textContent: fragment.code || title }), fragment.code ? ` ${title}` : ""));
      const row = el("p", { className: "row" }, el("span", { className: `badge ${fragment.face === "letter" ? "info" : ""}`, textContent: fragment.face === "letter" ? words.letter : fragment.uid ? words.answer : words.own }));
      if (fragment.revision) row.append(el("span", { className: "muted small", textContent: words.revision.replace("#", fragment.revision) }));
      for (const [tone, text] of fragment.badges || []) row.append(el("span", { className: `badge ${tone}`, textContent: text }));
      const acts = el("span", { className: "end row" });
      if (i > 0) acts.append(button("up", title));
      if (i < fragments.length - 1) acts.append(button("down", title));
      acts.append(button("remove", title));
      row.append(acts);
      const text = el("textarea", { id: `frag-${i}`, rows: 5, value: fragment.text });
      const line = el("li", { className: "frag" }, head, row, el("label", { className: "sr", htmlFor: text.id, textContent: `${words.text}: ${title}` }), text);
      line.dataset.index = i;
      return line;
    });
    list.replaceChildren(...lines);
    $("#pad-empty").hidden = fragments.length > 0;
    $("#copy").hidden = $("#clear").hidden = $("#pad-hint").hidden = !fragments.length;
    $("#pad-count").textContent = fragments.length ? words.fragments[plural.select(fragments.length)].replace("#", fragments.length) : "";
  };
  const save = () => { store.write(fragments); draw(); };
  const focus = (i) => $(`#frag-${Math.max(0, Math.min(i, fragments.length - 1))}`)?.focus();
  const api = {
    add(fragment) {
      const title = fragment.code || fragment.title;
      if (fragments.some((other) => other.uid === fragment.uid && other.face === fragment.face)) return toast(say("twice", title));
      fragments = [...fragments, fragment];
      save();
      list.lastElementChild.scrollIntoView({ block: "nearest" });
      toast(say("added", title), words.back && words.remove, () => { fragments = fragments.filter((other) => other !== fragment); save(); });
    },
    own() { fragments = [...fragments, { title: "", text: "" }]; save(); focus(fragments.length - 1); },
    move(i, by) {
      const to = i + by;
      if (to < 0 || to >= fragments.length) return;
      const order = [...fragments];
      [order[i], order[to]] = [order[to], order[i]];
      fragments = order;
      save();
      focus(to);
    },
    remove(i) {
      const before = fragments;
      const title = before[i].code || before[i].title || words.own;
      fragments = before.filter((_, at) => at !== i);
      save();
      if (fragments.length) focus(i); else $("#q").focus();
      toast(say("removed", title), words.back, () => { fragments = before; save(); focus(i); });
    },
    clear() {
      const before = fragments;
      fragments = [];
      save();
      $("#q").focus();
      toast(words.cleared, words.back, () => { fragments = before; save(); });
    },
    async copy() {
      const text = fragments.map((fragment) => fragment.text.trim()).filter(Boolean).join("\n\n");
      try {
        await navigator.clipboard.writeText(text);
        toast(words.copied.replace("#", text.length));
      } catch { toast(words.refused); }
    },
  };
  const index = (target) => Number(target.closest(".frag")?.dataset.index ?? -1);
  list.addEventListener("input", ({ target }) => { fragments[index(target)].text = target.value; store.write(fragments); });
  list.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "up") api.move(index(target), -1);
    if (act === "down") api.move(index(target), 1);
    if (act === "remove") api.remove(index(target));
  });
  list.addEventListener("keydown", (event) => {
    const i = index(event.target);
    if (i < 0) return;
    if (event.altKey && event.code === "ArrowUp") api.move(i, -1);
    else if (event.altKey && event.code === "ArrowDown") api.move(i, 1);
    else if (event.altKey && event.code === "Delete") api.remove(i);
    else if (event.ctrlKey && event.code === "Enter") api.copy();
    else return;
    event.preventDefault();
  });
  $("#copy").onclick = api.copy;
  $("#own").onclick = api.own;
  $("#clear").onclick = api.clear;
  // What came in the address (a link of a page without scripts) is taken over once.
  if (!fragments.length && list.children.length) fragments = JSON.parse(desk.dataset.pad || "[]");
  save();
  return api;
}

function search(desk, words, pad) {
  const form = $("#find"), input = $("#q"), found = $("#found"), panel = $("#faces"), face = $("#face"), count = $("#count");
  const faces = new Map();
  let picks = [], current = -1, shown = input.value.trim(), noted = shown, stop;
  const address = (text) => (text ? `${desk.dataset.deskUrl}?q=${encodeURIComponent(text)}` : desk.dataset.deskUrl);
  const isOpen = () => !panel.hidden;
  const uid = () => picks[current]?.dataset.uid;

  const load = (id) => {
    if (!faces.has(id)) {
      faces.set(id, fetch(`${desk.dataset.facesUrl}/${id}?q=${encodeURIComponent(shown)}`)
        .then((response) => { if (!response.ok) throw new Error(response.status); return response.text(); })
        .catch((error) => { faces.delete(id); throw error; }));
    }
    return faces.get(id);
  };
  const parsed = async (id) => el("div", { innerHTML: await load(id) }).firstElementChild;
  const prefetch = wait(60, (id) => load(id).catch(() => {}));
  const unfold = async () => {
    const id = uid();
    if (!id) return;
    try {
      const article = await parsed(id);
      if (id !== uid()) return;
      face.replaceChildren(article);
      panel.hidden = false;
      panel.scrollTop = 0;
      desk.classList.add("open");
      $("#said").textContent = words.unfolded.replace("#", $("h2", face).textContent.trim());
      if (getComputedStyle(panel).position !== "sticky") panel.scrollIntoView({ block: "nearest" });
    } catch { toast(words.failed); }
  };
  const fold = () => { panel.hidden = true; desk.classList.remove("open"); face.replaceChildren(); };
  const choose = (i) => {
    if (!picks.length) { current = -1; return input.removeAttribute("aria-activedescendant"); }
    current = (i + picks.length) % picks.length;
    picks.forEach((pick, at) => pick.setAttribute("aria-selected", at === current));
    input.setAttribute("aria-activedescendant", picks[current].id);
    picks[current].scrollIntoView({ block: "nearest" });
    prefetch(uid());
    if (isOpen()) unfold();
  };
  // Rows of the page without scripts become options: an option holds no links.
  const enhance = () => {
    const list = $("#picks", found);
    picks = all(".pick", found);
    for (const link of all(".pick a", found)) link.replaceWith(...link.childNodes);
    list?.setAttribute("role", "listbox");
    for (const pick of picks) pick.setAttribute("role", "option");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", String(picks.length > 0));
    if (list) input.setAttribute("aria-controls", list.id); else input.removeAttribute("aria-controls");
    count.textContent = $("[data-picks]", found).dataset.status;
    const at = picks.findIndex((pick) => pick.getAttribute("aria-current"));
    for (const pick of picks) pick.removeAttribute("aria-current");
    choose(Math.max(at, 0));
  };
  const run = async (settled = false) => {
    const text = input.value.trim();
    if (text === shown && !settled) return;
    stop?.abort();
    stop = new AbortController();
    try {
      const response = await fetch(`${desk.dataset.picksUrl}?q=${encodeURIComponent(text)}${settled ? "&settled=1" : ""}`, { signal: stop.signal });
      if (!response.ok) throw new Error(response.status);
      const html = await response.text();
      if (text !== input.value.trim()) return;
      shown = text;
      if (settled) noted = text;
      found.innerHTML = html;
      enhance();
      if (!picks.length) fold();
      history.replaceState(null, "", address(text));
    } catch (error) { if (error.name !== "AbortError") toast(words.failed); }
  };
  // A question counts as asked when its answer was used, not at every letter.
  const note = () => {
    if (!shown || shown === noted) return;
    noted = shown;
    fetch(`${desk.dataset.picksUrl}?q=${encodeURIComponent(shown)}&settled=1`, { keepalive: true }).catch(() => {});
  };
  const take = async (kind, id = uid()) => {
    if (!id) return;
    try {
      const fragment = JSON.parse((await parsed(id)).dataset.fragments)[kind];
      if (fragment) pad.add(fragment); else toast(words.noletter);
      note();
    } catch { toast(words.failed); }
  };

  input.addEventListener("input", wait(150, () => run()));
  form.addEventListener("submit", (event) => { event.preventDefault(); run(true); });
  input.addEventListener("keydown", (event) => {
    const { code } = event;
    const isEnd = input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
    if (code === "ArrowDown") choose(current + 1);
    else if (code === "ArrowUp") choose(current - 1);
    else if (code === "ArrowRight" && isEnd && uid() && !event.shiftKey) unfold();
    else if ((code === "Enter" || code === "NumpadEnter") && input.value.trim() !== shown) run(true);
    else if (code === "Enter" || code === "NumpadEnter") {
      if (event.shiftKey) { if (uid()) location.assign(picks[current].dataset.open); }
      else take(event.ctrlKey || event.metaKey ? "letter" : "public");
    } else if (code === "Escape" && isOpen()) fold();
    else if (code === "Escape") { input.value = ""; run(); }
    else return;
    event.preventDefault();
  });
  found.addEventListener("click", ({ target }) => {
    const at = picks.indexOf(target.closest(".pick"));
    if (at < 0) return;
    choose(at);
    unfold();
  });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-take]");
    if (!link) return;
    event.preventDefault();
    take(link.dataset.take, $("[data-faces]", face).dataset.faces);
  });
  panel.addEventListener("keydown", (event) => { if (event.code === "Escape") { event.preventDefault(); fold(); input.focus(); } });
  $("#fold").onclick = () => { fold(); input.focus(); };
  addEventListener("keydown", (event) => {
    const isSearch = event.code === "F2" || (event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey);
    if (isSearch) { event.preventDefault(); input.focus(); input.select(); }
    else if (event.key === "?" && !/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { event.preventDefault(); $("#keys").open = !$("#keys").open; $("#keys summary").focus(); }
  });
  if (isOpen() && face.firstElementChild) faces.set($("[data-faces]", face).dataset.faces, Promise.resolve(face.innerHTML));
  enhance();
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
}

const desk = $("#desk");
if (desk) {
  const words = JSON.parse(desk.dataset.words);
  search(desk, words, draft(desk, words));
}
// An item's own page: its texts go into the same draft.
const item = $("#item");
item?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-take]");
  if (!link) return;
  event.preventDefault();
  const fragment = JSON.parse(item.dataset.fragments)[link.dataset.take];
  const kept = store.read();
  if (!kept.some((other) => other.uid === fragment.uid && other.face === fragment.face)) store.write([...kept, fragment]);
  toast(item.dataset.added.replace("#", fragment.code || fragment.title));
});
