// Search in the answers for any page:
//   <div data-kb-search data-base="https://answers.example"></div>
//   <script src="https://answers.example/widget/search.js" defer></script>
// Own style in a shadow tree, no cookies, no other site is asked. Works by keyboard.
(() => {
  const WORDS = {
    ru: {
      label: "Ваш вопрос", hint: "Спросите своими словами", button: "Найти", best: "Лучший ответ", more: "Читать целиком",
      none: "Точного ответа не нашли", ask: "Спросить человека", all: "Все ответы", failed: "Не получилось спросить. Попробуйте ещё раз.", unsure: "Может подойти", verify: "уточняется",
      found: { one: "Найден # ответ", few: "Найдено # ответа", many: "Найдено # ответов", other: "Найдено # ответа" },
    },
    en: {
      label: "Your question", hint: "Ask in your own words", button: "Search", best: "Best answer", more: "Read the whole answer",
      none: "No exact answer found", ask: "Ask a person", all: "All answers", failed: "Could not ask. Try once more.", unsure: "This may fit", verify: "being verified",
      found: { one: "# answer found", other: "# answers found" },
    },
  };
  const STYLE = `
    :host { display: block; font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "PT Sans", system-ui, sans-serif; color: light-dark(#15211f, #e7eeef); --a: var(--kb-accent, light-dark(#0b6178, #72c8da)); --line: light-dark(#d9e1e2, #2d3a3e); --edge: light-dark(#74858a, #71848a); --dim: light-dark(#4a595c, #a9b8bb); --bg: light-dark(#fff, #192225); }
    * { box-sizing: border-box; margin: 0; padding: 0; }
    form { display: flex; }
    input, button { font: inherit; min-height: 2.75rem; border: 1px solid var(--edge); background: var(--bg); color: inherit; }
    input { flex: 1; min-width: 0; padding: 0 .8em; border-radius: .375rem 0 0 .375rem; }
    input::placeholder { color: var(--dim); opacity: 1; }
    button { padding: 0 1.1em; font-weight: 600; border-radius: 0 .375rem .375rem 0; margin-left: -1px; cursor: pointer; background: var(--a); color: light-dark(#fff, #06222a); border-color: var(--a); }
    :focus-visible { outline: 3px solid var(--a); outline-offset: 2px; border-radius: .375rem; }
    input:focus-visible { outline-offset: 0; z-index: 1; position: relative; }
    a { color: var(--a); text-underline-offset: .2em; }
    .list { margin-top: .5rem; border: 1px solid var(--line); border-radius: .375rem; overflow: hidden; background: var(--bg); }
    .list a { display: block; padding: .6rem .8rem; color: inherit; text-decoration: none; border-top: 1px solid var(--line); }
    .list a:first-child { border-top: 0; }
    .list a:hover, .list [aria-selected=true] { background: light-dark(#e5f1f4, #14323b); }
    .list [aria-selected=true] { box-shadow: inset 4px 0 var(--a); }
    .card { margin-top: .75rem; padding: 1rem; border: 1px solid var(--line); border-top: 4px solid var(--a); border-radius: .375rem; background: var(--bg); }
    .card > * + * { margin-top: .5rem; }
    .title { font-size: 1.1rem; line-height: 1.3; font-weight: 700; }
    ol { padding-left: 1.2em; }
    .small { font-size: .875rem; color: var(--dim); }
    p.small a { display: inline-block; padding: .25rem 0; }
    .danger { background: light-dark(#a31b17, #7d1613); color: #fff; border-color: transparent; } .danger a { color: #fff; font-weight: 700; }
    ul { list-style: none; } ul li { border-top: 1px solid var(--line); } ul li:first-child { border-top: 0; } ul li a { display: block; padding: .5rem 0; }
    .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    [hidden] { display: none; }
    @media (forced-colors: active) { .list [aria-selected=true] { outline: 2px solid Highlight; outline-offset: -2px; } }`;
  const el = (tag, props = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children.filter(Boolean));
    return node;
  };
  const telephone = (number) => {
    const digits = number.replace(/\D/g, "");
    return `tel:${digits.length === 11 && "078".includes(digits[0]) ? `+7${digits.slice(1)}` : digits}`;
  };
  const here = document.currentScript?.src;
  let number = 0;

  function start(host) {
    if (host.shadowRoot) return;
    const base = (host.dataset.base || (here ? new URL(here).origin : "")).replace(/\/$/, "");
    const lang = host.dataset.lang || document.documentElement.lang.slice(0, 2);
    const words = WORDS[lang] || WORDS.ru;
    const plural = new Intl.PluralRules(WORDS[lang] ? lang : "ru");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const id = `kb-${++number}`;
    const prefix = lang === "en" ? "/en" : "";
    const page = (item) => base + prefix + new URL(item["@id"], `${base}/`).pathname;
    const input = el("input", { id, name: "q", type: "search", autocomplete: "off", maxLength: 1000, placeholder: host.dataset.placeholder || words.hint });
    const form = el("form", { action: `${base}${prefix}/search`, target: "_blank" }, el("label", { className: "sr", htmlFor: id, textContent: words.label }), input, el("button", { textContent: words.button }));
    const list = el("div", { className: "list", id: `${id}-list`, hidden: true });
    const status = el("p", { className: "sr" });
    const result = el("div");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.label);
    form.setAttribute("role", "search");
    status.setAttribute("role", "status");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    root.append(form, list, result, status);

    let current = -1, timer, stop;
    const close = () => { list.hidden = true; current = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const ask = async (service, text, limit) => {
      stop?.abort();
      stop = new AbortController();
      const response = await fetch(`${base}/api/@${service}?q=${encodeURIComponent(text)}${limit ? `&limit=${limit}` : ""}`, { signal: stop.signal, credentials: "omit", headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      return response.json();
    };
    const choose = (i) => {
      const lines = [...list.children];
      current = i < -1 ? lines.length - 1 : i >= lines.length ? -1 : i;
      lines.forEach((line, at) => line.setAttribute("aria-selected", at === current));
      if (current < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", lines[current].id);
    };
    const suggest = async () => {
      const text = input.value.trim();
      if (text.length < 2) return close();
      try {
        const { items } = await ask("suggest", text);
        if (text !== input.value.trim() || root.activeElement !== input) return;
        list.replaceChildren(...items.slice(0, 5).map((item, i) => {
          const line = el("a", { href: page(item), id: `${list.id}-${i}`, tabIndex: -1, textContent: item.title, target: "_blank", rel: "noopener" });
          line.setAttribute("role", "option");
          line.setAttribute("aria-selected", "false");
          return line;
        }));
        list.hidden = !items.length;
        input.setAttribute("aria-expanded", String(items.length > 0));
        current = -1;
        status.textContent = items.length ? words.found[plural.select(items.length)].replace("#", items.length) : "";
      } catch { /* the button still works */ }
    };
    const title = (textContent) => el("p", { className: "title", textContent });
    const link = (href, textContent) => el("a", { href, textContent, target: "_blank", rel: "noopener" });
    const show = (answer) => {
      const text = answer.query;
      const parts = [];
      if (answer.danger) parts.push(el("div", { className: "card danger", role: "alert" }, title(answer.danger.title || answer.danger.text), answer.danger.steps?.length ? el("ol", {}, ...answer.danger.steps.map((textContent) => el("li", { textContent }))) : null, el("p", {}, el("a", { href: telephone(answer.danger.phone), textContent: answer.danger.phone }), " ", el("a", { href: "tel:112", textContent: "112" }))));
      const sure = answer.confident && answer.items.length && !answer.danger;
      const [best, ...rest] = sure ? answer.items : [null, ...answer.items];
      if (sure) parts.push(el("div", { className: "card" }, title(best.title), el("p", { textContent: best.description }), el("p", {}, link(page(best), words.more)), best.checked ? null : el("p", { className: "small", textContent: words.verify })));
      else if (!answer.danger) parts.push(el("div", { className: "card" }, title(words.none), el("p", {}, link(`${base}${prefix}/ask?q=${encodeURIComponent(text)}`, words.ask))));
      if (rest.length) parts.push(el("div", { className: "card" }, sure ? null : title(words.unsure), el("ul", {}, ...rest.slice(0, 4).map((item) => el("li", {}, link(page(item), item.title))))));
      parts.push(el("p", { className: "small" }, link(`${base}${prefix}/search?q=${encodeURIComponent(text)}`, words.all)));
      result.replaceChildren(...parts);
      status.textContent = sure ? words.found[plural.select(answer.items.length)].replace("#", answer.items.length) : words.none;
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, 150); });
    input.addEventListener("keydown", (event) => {
      if (event.code === "ArrowDown" && !list.hidden) choose(current + 1);
      else if (event.code === "ArrowUp" && !list.hidden) choose(current - 1);
      else if (event.code === "Enter" && current >= 0) list.children[current].click();
      else if (event.code === "Escape" && !list.hidden) close();
      else return;
      event.preventDefault();
    });
    form.addEventListener("focusout", ({ relatedTarget }) => { if (!form.contains(relatedTarget) && !list.contains(relatedTarget)) setTimeout(close, 150); });
    form.addEventListener("submit", async (event) => {
      const text = input.value.trim();
      if (!text) return event.preventDefault();
      event.preventDefault();
      clearTimeout(timer);
      close();
      try { show(await ask("answers", text, 5)); }
      catch (error) { if (error.name !== "AbortError") result.replaceChildren(el("p", { className: "card", role: "alert", textContent: words.failed })); }
    });
  }
  const run = () => document.querySelectorAll("[data-kb-search]").forEach(start);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", run);
  else run();
})();
