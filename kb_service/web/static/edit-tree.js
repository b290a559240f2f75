/* The tree by keys and by the mouse: presses the links and buttons that are there without it. */
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = $("#order");
const told = $("#told");
const words = form ? JSON.parse(form.dataset.words) : {};
let busy = false;

const node_of = (place) => place.closest?.("#tree li");
const name_of = (node) => $(":scope > .line > .name > a", node);
const fold_of = (node) => $(":scope > .line > a.fold", node);
const names = () => all("#tree .name > a");
const neighbours = (node) => all(":scope > li", node.parentElement);

// A page is fetched whole and its tree put in: what is shown is always what the server said.
async function show(request, uid, pick = name_of) {
  if (busy) return;
  busy = true;
  try {
    const response = await request();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const tree = $("#tree", page);
    if (!response.ok || !tree) throw new Error(String(response.status));
    $("#tree").replaceWith(document.adoptNode(tree));
    for (const one of all("input[type=hidden]", $("#order", page))) form.elements[one.name].value = one.value;
    const [mine, theirs] = [$("nav.pager"), $("nav.pager", page)];
    if (mine && theirs) mine.replaceWith(document.adoptNode(theirs));
    history.replaceState(null, "", response.url.split("#")[0]);
    const node = document.getElementById(`n-${uid}`);
    if (!node) return null;
    (pick(node) ?? name_of(node)).focus();
    node.scrollIntoView({ block: "nearest" });
    return node;
  } catch {
    told.textContent = words.failed;
    return null;
  } finally {
    busy = false;
  }
}

const fold = (node) => show(() => fetch(fold_of(node).href), node.dataset.uid, fold_of);

async function place(uid, fields, pick) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const node = await show(() => fetch(form.action, { method: "POST", body }), uid, pick);
  if (!node) return;
  const said = { title: name_of(node).textContent.trim(), number: node.dataset.number, total: node.parentElement.dataset.total };
  told.textContent = words.placed.replace(/%\((\w+)\)s/g, (_all, key) => said[key]);
  node.dataset.placed = "";
}

const can_order = (node) => node.parentElement.hasAttribute("data-orders");
const step = (node, by) => {
  const button = $(`:scope > .line button[name=${by < 0 ? "up" : "down"}]`, node);
  if (button && !button.disabled) place(node.dataset.uid, { [button.name]: node.dataset.uid });
};

// Keys, by their place on the keyboard: the same in every layout.
const go = (link) => link?.focus();
const KEYS = {
  ArrowDown: (link) => go(names()[names().indexOf(link) + 1]),
  ArrowUp: (link) => go(names()[names().indexOf(link) - 1]),
  Home: () => go(names()[0]),
  End: () => go(names().at(-1)),
  ArrowRight(link, node) {
    const inner = $(":scope > ul .name > a", node);
    if (inner) go(inner);
    else if (fold_of(node)) show(() => fetch(fold_of(node).href), node.dataset.uid);
  },
  ArrowLeft(link, node) {
    const above = node.parentElement.closest("li");
    if ($(":scope > ul", node)) show(() => fetch(fold_of(node).href), node.dataset.uid);
    else if (above) go(name_of(above));
  },
};
addEventListener("keydown", (event) => {
  const link = event.target.closest?.("#tree .name > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const node = node_of(link);
  if (event.altKey) {
    if (event.code !== "ArrowUp" && event.code !== "ArrowDown") return;
    event.preventDefault();
    if (can_order(node)) step(node, event.code === "ArrowUp" ? -1 : 1);
  } else if (Object.hasOwn(KEYS, event.code)) {
    event.preventDefault();
    KEYS[event.code](link, node);
  }
});

addEventListener("click", (event) => {
  const link = event.target.closest?.("#tree a.fold");
  if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    fold(node_of(link));
  }
});
form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  // The pressed button keeps the focus; at an end it is off, then its line has it.
  const pick = (node) => { const one = $(`button[name=${button.name}]`, node); return one.disabled ? null : one; };
  place(button.value, { [button.name]: button.value }, pick);
});

// The mouse or a finger takes a line by its dots and leaves it before a neighbour, or behind the last.
const EDGE = 24;
let taken = null;
const mark = () => all("#tree [data-drop]").forEach((one) => delete one.dataset.drop);
addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("#tree .grip");
  if (!grip || event.button !== 0 || busy) return;
  event.preventDefault();
  const node = node_of(grip);
  taken = { node, where: null, id: event.pointerId };
  node.dataset.taken = "";
  grip.setPointerCapture(event.pointerId);
});
addEventListener("pointermove", (event) => {
  if (!taken || event.pointerId !== taken.id) return;
  mark();
  if (event.clientY < EDGE || event.clientY > innerHeight - EDGE) scrollBy(0, event.clientY < EDGE ? -EDGE : EDGE);
  const row = neighbours(taken.node);
  const under = row.find((one) => { const box = one.getBoundingClientRect(); return event.clientY < box.top + box.height / 2; });
  const last = row.at(-1);
  const box = taken.node.parentElement.getBoundingClientRect();
  // Far from its neighbours it stays where it was.
  if (event.clientY < box.top - 60 || event.clientY > box.bottom + 60) { taken.where = null; return; }
  const next = row[row.indexOf(taken.node) + 1];
  const stays = under === taken.node || under === next || (!under && last === taken.node);
  taken.where = stays ? null : under ? { before: under.dataset.uid } : { after: last.dataset.uid };
  if (!stays) (under ?? last).dataset.drop = under ? "before" : "after";
});
const drop = (event) => {
  if (!taken || event.pointerId !== taken.id) return;
  const { node, where } = taken;
  delete node.dataset.taken;
  mark();
  taken = null;
  if (event.type === "pointerup" && where) place(node.dataset.uid, { uid: node.dataset.uid, ...where });
};
addEventListener("pointerup", drop);
addEventListener("pointercancel", drop);
addEventListener("keydown", (event) => {
  if (event.code !== "Escape" || !taken) return;
  delete taken.node.dataset.taken;
  mark();
  taken = null;
});
