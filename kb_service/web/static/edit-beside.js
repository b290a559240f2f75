// Beside the text of a document: who is writing it, and remarks. Loaded after edit.js.
// Without this file nothing is locked, and remarks go with the form's own buttons.
const $ = (selector, root = document) => root.querySelector(selector);
const form = $("#document");
const { ask, known, ended, say, words } = form.kb;
const BEAT_MS = 20000;

// An answer as JSON; an ended session is signed in to beside the text, a new token is fetched once.
async function asked(url, data, isAgain = false) {
  const response = await ask(url, data).catch(() => null);
  if (!response) return null;
  const body = await response.json().catch(() => ({}));
  if (response.status === 401) { ended(body.csrf); return null; }
  if (response.status === 403 && body.html === undefined && !isAgain && await known()) return asked(url, data, true);
  return body.html === undefined ? null : body;
}

// The lock: taken at the first letter, prolonged while somebody types, given back when the page goes.
const place = $("#lock"), url = form.dataset.lock;
let isHeld = false, isBegun = false, hasTyped = false, isLeaving = false, isAsking = false;
async function lock(what) {
  if (isAsking && what !== "force") return;
  isAsking = true;
  const body = await asked(url, new URLSearchParams({ do: what }));
  isAsking = false;
  if (!body) return;
  isHeld = body.is_held;
  // The same words again are not read out again.
  if (place.innerHTML.trim() !== body.html.trim()) place.innerHTML = body.html;
}
function typed(event) {
  if (event && event.target.closest("#again, #remarks, .snippets, .preview-panel")) return;
  hasTyped = true;
  if (isBegun) return;
  isBegun = true;
  lock("take");
}
if (url) {
  form.addEventListener("input", typed);
  if (form.dataset.dirty) typed();
  setInterval(() => {
    if (!hasTyped) return;
    hasTyped = false;
    lock("confirm");
  }, BEAT_MS);
  form.addEventListener("submit", ({ submitter }) => { isLeaving = submitter?.formTarget !== "_blank"; });
  addEventListener("pagehide", () => {
    if (!isHeld || isLeaving) return;
    navigator.sendBeacon(url, new URLSearchParams({ do: "release", csrf: $("[name=csrf]", form).value }));
    isHeld = isBegun = false;
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) isLeaving = isBegun = false; });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("button")) return;
    event.preventDefault();
    isBegun = true;
    lock("force").then(() => $("textarea.source", form).focus());
  });
}

// Remarks: words selected in the text or in the preview come into the field by themselves.
const box = $("#remarks"), MAX_QUOTE = 500;
let chosen = "";
const isText = (element) => element?.matches?.("textarea.source");
function choose() {
  const active = document.activeElement;
  if (isText(active)) chosen = active.value.slice(active.selectionStart, active.selectionEnd);
  else if (!box.contains(active) && $("#preview").contains(getSelection().anchorNode)) chosen = String(getSelection());
}
function begin() {
  const details = $("#say"), quote = $("#quote");
  details.open = true;
  if (chosen.trim()) quote.value = chosen.trim().slice(0, MAX_QUOTE);
  $("#remark").focus();
  details.scrollIntoView({ block: "nearest" });
}
// Where words stand in a text: blanks and line ends between them may differ.
function found(quote) {
  const pattern = quote.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  for (const text of form.querySelectorAll("textarea.source")) {
    const match = new RegExp(pattern).exec(text.value);
    if (match) return [text, match.index, match.index + match[0].length];
  }
  return null;
}
function show(quote) {
  const at = found(quote);
  if (!at) return;
  const [text, start, end] = at;
  text.focus();
  text.setSelectionRange(start, end);
  // The browser scrolls to the caret only when something is typed: by the share of lines before it.
  const before = text.value.slice(0, start).split("\n").length / text.value.split("\n").length;
  text.scrollTop = before * text.scrollHeight - text.clientHeight / 2;
}
async function send(button) {
  const data = new URLSearchParams({ do: button.value });
  for (const field of box.querySelectorAll("textarea")) data.set(field.name, field.value);
  const from = button.closest("li")?.id;
  const body = await asked(button.formAction, data);
  if (!body) return say(words.offline);
  box.innerHTML = body.html;
  if (body.problem) {
    const field = document.getElementById(button.value.replace("answer:", "answer-")) || $("#remark");
    field.closest("details").open = true;
    return field.focus();
  }
  chosen = "";
  const where = from && document.getElementById(from);
  (where && where.offsetParent ? where : $("#h-remarks")).focus();
}
if (box) {
  document.addEventListener("selectionchange", choose);
  box.addEventListener("toggle", ({ target }) => {
    if (target.id === "say" && target.open && chosen.trim() && !$("#quote").value.trim()) begin();
  }, true);
  box.addEventListener("click", (event) => {
    const find = event.target.closest("[data-find]");
    if (find) return show(find.dataset.find);
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    send(button);
  });
  // Ctrl Enter in a remark sends the remark; elsewhere it publishes.
  box.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || (event.code !== "Enter" && event.code !== "NumpadEnter")) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.target.closest("details")?.querySelector("button[name=do]");
    if (button && event.target.matches("textarea")) send(button);
  });
  form.addEventListener("click", ({ target }) => { if (target.closest("[data-panel=remark]")) begin(); });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyM" || !event.altKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    begin();
  });
}
