// The page of a document: keeps what is typed, shows the page that it becomes, puts things into the text.
// Without this file the same page works by its buttons.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const wait = (ms, run) => {
  let timer;
  const later = (...args) => { clearTimeout(timer); timer = setTimeout(run, ms, ...args); };
  later.stop = () => clearTimeout(timer);
  return later;
};
const JSON_ONLY = { Accept: "application/json" };
const KEEP_MS = 1200, PREVIEW_MS = 200, SHORT = 60000;

const form = $("#document");
const words = JSON.parse(form.dataset.words);
const kept = $("#kept");
const texts = all("textarea.source", form);
let last = texts[0], leaving = false;

// What the form says, without what is beside the document.
const BESIDE = new Set(["csrf", "as", "on", "upload", "remark", "quote"]);
const said = () => {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && !BESIDE.has(name) && !name.startsWith("answer-")) data.append(name, value);
  return data;
};
const csrf = () => $("[name=csrf]", form).value;
const ask = (url, data, options = {}) =>
  fetch(url, { method: "POST", body: data, headers: { ...JSON_ONLY, "X-CSRF-Token": csrf() }, ...options });

// Keeping: one text after another, never two at once; an answer that does not come is said.
const saved = said().toString();
let told = form.dataset.dirty ? "" : saved, running = null;
const say = (text, other) => {
  kept.replaceChildren(text);
  if (other) kept.append(" ", other.said, " ", el("a", { href: other.url, target: "_blank", textContent: other.link }));
};
async function keep() {
  const data = said();
  const text = data.toString();
  if (leaving || text === told) return;
  if (running) return running.then(keep);
  if (text === saved && !form.dataset.dirty) data.set("do", "drop");
  running = send(data).then((done) => { if (done) told = text; }).finally(() => { running = null; });
  return running;
}
async function send(data, isAgain = false) {
  let response;
  try {
    response = await ask(form.dataset.draft, data);
  } catch {
    say(words.offline);
    later();
    return false;
  }
  if (response.status === 403 && !isAgain && await known()) return send(data, true);
  const body = await response.json().catch(() => ({}));
  if (response.status === 401) return again.open(body.csrf);
  say(body.said ?? body.problem ?? words.offline, body.other);
  return response.ok;
}
const later = wait(KEEP_MS, keep);

// Another tab may have signed in again: its session has a token of its own.
async function known() {
  const response = await fetch(form.dataset.session, { headers: JSON_ONLY });
  if (!response.ok || response.redirected) return false;
  const { csrf: token, login } = await response.json();
  if (login !== form.dataset.login) { say(words.other); return false; }
  for (const field of all("[name=csrf]")) field.value = token;
  return true;
}

// An ended session: signing in beside the text, which stays where it is.
const again = {
  box: $("#again"), token: "",
  open(token) {
    this.token = token || this.token;
    say(words.offline);
    if (this.box.hidden) {
      this.box.hidden = false;
      $("#again-t").focus();
    }
    return false;
  },
  async go() {
    const data = said();
    data.set("csrf", this.token);
    data.set("login", $("#again-login").value);
    data.set("password", $("#again-password").value);
    const response = await fetch(form.dataset.resume, { method: "POST", body: data, headers: JSON_ONLY }).catch(() => null);
    const body = response ? await response.json().catch(() => ({})) : {};
    $("#again-e").textContent = response?.ok ? "" : body.problem || words.offline;
    if (!response?.ok) { this.token = body.csrf || this.token; return $("#again-password").focus(); }
    for (const field of all("[name=csrf]")) field.value = body.csrf;
    form.dataset.login = body.login;
    $("#again-password").value = "";
    this.box.hidden = true;
    say(words.back);
    last.focus();
    draw();
  },
};
$("#again-go").addEventListener("click", () => again.go());
again.box.addEventListener("keydown", (event) => {
  if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
  event.preventDefault();
  again.go();
});

// The preview: the inside of the page that would be published.
const preview = $("#preview"), problems = $("#preview-problems");
let stop;
async function draw() {
  if (!preview) return;
  stop?.abort();
  stop = new AbortController();
  const data = said();
  data.set("as", $("[name=as]:checked", form).value);
  data.set("on", $("#on").value);
  try {
    const response = await ask(form.dataset.preview, data, { signal: stop.signal });
    if (response.status === 403 && await known()) return draw();
    if (!response.ok) return;
    const { html, problems: wrong = [] } = await response.json();
    problems.replaceChildren(...wrong.map(([, sentence]) => el("li", { textContent: sentence })));
    if (html === undefined) return;
    const place = preview.scrollTop;
    preview.innerHTML = html;
    preview.scrollTop = place;
    // What is read here leads into a tab of its own: the text stays.
    for (const link of all("a[href]", preview)) if (!link.getAttribute("href").startsWith("#")) link.target = "_blank";
    for (const button of all("button, input, textarea, select", preview)) button.disabled = true;
    preview.dispatchEvent(new CustomEvent("kb:drawn", { bubbles: true }));
  } catch { /* the next letter asks again */ }
}
const redraw = wait(PREVIEW_MS, draw);

form.addEventListener("input", ({ target }) => {
  if (again.box.contains(target)) return;
  if (target.name === "as" || target.id === "on") return draw();
  if (target.closest(".snippets, #remarks") || target.type === "file") return;
  if (!leaving) say(words.changed);
  later();
  redraw();
});
// A page that goes away says its last word first; a long text has been kept while it was typed.
addEventListener("pagehide", () => {
  const data = said();
  if (leaving || data.toString() === told || data.toString().length > SHORT) return;
  ask(form.dataset.draft, data, { keepalive: true }).catch(() => {});
});
document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
form.addEventListener("submit", ({ submitter }) => {
  if (submitter?.formTarget === "_blank") return;
  leaving = true;
  later.stop();
  // Pressed twice it is sent once; the button itself must stay on for its value to travel.
  setTimeout(() => { for (const button of all(".acts button", form)) button.disabled = true; });
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaving = false;
  for (const button of all(".acts button:not([aria-disabled])", form)) button.disabled = false;
});

// Putting things into the text that was written in last; undo of the browser goes on to work.
for (const text of texts) text.addEventListener("focus", () => { last = text; });
function insert(field, piece) {
  field.focus();
  if (!document.execCommand("insertText", false, piece)) {
    field.setRangeText(piece, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
const snippets = $("#snippets");
form.addEventListener("click", ({ target }) => {
  const panel = target.closest("[data-panel]");
  if (panel && panel.dataset.panel !== "remark") {
    const field = document.getElementById(panel.closest("markdown-toolbar").getAttribute("for"));
    last = field;
    snippets.open = true;
    const place = panel.dataset.panel === "link" ? $("#link-q") : $("#s-fact") || $("#s-company");
    place?.focus();
    return place?.scrollIntoView({ block: "nearest" });
  }
  const button = target.closest("[data-insert]");
  if (button) insert(last, button.dataset.insert);
});
// Esc leads from a toolbar or from what can be inserted back into the text.
form.addEventListener("keydown", (event) => {
  if (event.code !== "Escape") return;
  const bar = event.target.closest("markdown-toolbar");
  if (bar) document.getElementById(bar.getAttribute("for")).focus();
  else if (snippets.contains(event.target)) { snippets.open = false; last.focus(); }
});

// A link to an answer, found by words.
const query = $("#link-q"), list = $("#link-list"), found = $("#link-said");
query.addEventListener("input", wait(200, async () => {
  const text = query.value.trim();
  if (text.length < 2) return list.replaceChildren();
  const response = await fetch(`${form.dataset.find}?q=${encodeURIComponent(text)}`, { headers: JSON_ONLY }).catch(() => null);
  if (!response?.ok || query.value.trim() !== text) return;
  const { items } = await response.json();
  list.replaceChildren(...items.map((item) => {
    const path = new URL(item["@id"], location).pathname;
    const button = el("button", { type: "button", className: "small quiet", textContent: item.title });
    button.addEventListener("click", () => {
      const chosen = last.value.slice(last.selectionStart, last.selectionEnd).trim();
      insert(last, `[${chosen || item.title}](${path})`);
    });
    return el("li", {}, button, " ", el("code", { textContent: path }));
  }));
  found.textContent = items.length ? String(items.length) : words.none;
}));
query.addEventListener("keydown", (event) => {
  if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
  event.preventDefault();
  $("button", list)?.click();
});

// Files: dropped on a text or pasted into it.
async function bring(field, file) {
  const data = new FormData();
  for (const name of ["uid", "type", "parent"]) data.set(name, $(`[name=${name}]`, form).value);
  data.set("audience", $("[name=audience]:checked, select[name=audience]", form)?.value ?? "");
  data.set("into", field.name);
  data.set("upload", file, file.name);
  say(words.uploading);
  try {
    const response = await ask(form.dataset.files, data);
    const { link, problem } = await response.json();
    if (!response.ok) return say(problem || words.offline);
    insert(field, link);
    say(words.uploaded);
  } catch { say(words.offline); }
}
for (const field of texts) {
  field.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); field.dataset.drop = ""; } });
  field.addEventListener("dragleave", () => { delete field.dataset.drop; });
  const take = async (event, files) => {
    if (!files.length) return;
    event.preventDefault();
    delete field.dataset.drop;
    for (const file of files) await bring(field, file);
  };
  field.addEventListener("drop", (event) => take(event, [...event.dataTransfer.files]));
  field.addEventListener("paste", (event) => take(event, [...event.clipboardData.files]));
}

// Keys by their place, so that they work in both layouts.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const button = event.code === "KeyS" ? $("#save") : event.code === "Enter" || event.code === "NumpadEnter" ? $("[data-main]", form) || $("#save") : null;
  if (!button) return;
  event.preventDefault();
  if (!leaving) form.requestSubmit(button);
});
$(".errors")?.focus();
// What stands beside the text (edit-beside.js) speaks to the server the same way.
form.kb = { ask, known, ended: (token) => again.open(token), say, words };
if (form.dataset.dirty) keep();
// What is not there yet has nothing to show before its first words.
if (form.dataset.dirty || $("[name=uid]", form).value) draw();
