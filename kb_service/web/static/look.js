// Remembers the reader's theme and density. The switches are radio buttons read by the stylesheet, so pages also work without this file.
{
  const root = document.documentElement;
  const store = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing */ } },
  };
  root.classList.add("js");
  for (const name of ["theme", "density"]) {
    const saved = store.get(name);
    if (saved && (name === "theme" || name in root.dataset)) root.dataset[name] = saved;
    addEventListener("DOMContentLoaded", () => {
      const button = saved && document.querySelector(`[name=${name}][value="${CSS.escape(saved)}"]`);
      if (button) button.checked = true;
    });
    addEventListener("change", ({ target }) => {
      if (target.name === name) store.set(name, (root.dataset[name] = target.value));
    });
  }
}
