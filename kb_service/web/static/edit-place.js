/* Where an item is to lie: the list of topics shrinks to what is typed, the new address is shown. */
const parent = document.querySelector("#parent");
const name = document.querySelector("#name");
const find = document.querySelector("#parent-q");
const address = document.querySelector("#address");
const options = parent ? [...parent.options] : [];
const plain = (text) => text.toLowerCase().replaceAll("ё", "е");

find?.addEventListener("input", () => {
  const words = plain(find.value).split(/\s+/).filter(Boolean);
  const shown = options.filter((one) => words.every((word) => plain(`${one.text} ${one.dataset.path}`).includes(word)));
  // What was chosen stays chosen: a list that shrinks must not move anything elsewhere.
  const chosen = parent.selectedOptions[0];
  parent.replaceChildren(...options.filter((one) => shown.includes(one) || one === chosen));
  document.querySelector("#parent-n").textContent = words.length ? String(shown.length) : "";
});
find?.addEventListener("keydown", (event) => {
  if (event.code === "Enter" || event.code === "ArrowDown") {
    event.preventDefault();
    parent.focus();
  }
});

const tell = () => {
  const topic = parent.selectedOptions[0]?.dataset.path ?? "";
  address.textContent = `${topic === "/" ? "" : topic}/${name.value.trim()}`;
};
if (address) for (const one of [parent, name]) one.addEventListener("input", tell);
