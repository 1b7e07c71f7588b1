// The page of the search. The query stands in the address, so that the way back works and a search can be passed on.
(() => {
  const form = document.querySelector("[data-search]");
  if (!form) return;
  const part = (name) => document.querySelector(`[data-search-${name}]`);
  const [said, help, list, more, folder] = ["said", "help", "list", "more", "folder"].map(part);
  const own = new URL(form.dataset.find ?? new URL("find.js", document.currentScript.src), location.href);
  const index = new URL(form.dataset.search, location.href);
  const root = new URL(form.dataset.root, location.href);
  const AT_ONCE = 10;

  // Browsers let a page from a folder load neither modules nor data.
  if (location.protocol === "file:") {
    folder.hidden = false;
    form.hidden = true;
    return;
  }

  let loading;
  const load = () => {
    loading ??= import(own).then(async (query) => [query, await query.openBundles(index)]);
    loading.catch(() => (loading = undefined));
    return loading;
  };

  const element = (name, className, ...inside) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  };

  const show = ({ marked, excerpt }, found, asked) => {
    const pieces = (text) => marked(text, asked).map((piece, place) => (place % 2 ? element("mark", "", piece) : piece));
    const link = element("a", "", ...pieces(found.title));
    link.href = new URL(found.href, root);
    const facts = [found.section, found.issue, found.date, found.byline].filter(Boolean);
    const meta = element("p", "meta", ...facts.map((fact) => element("span", "", ...pieces(fact))));
    return element("li", "", link, meta, element("p", "summary", ...pieces(excerpt(found.text, asked))));
  };

  let turn = 0;
  const run = async () => {
    const mine = ++turn;
    const { q, column, year } = Object.fromEntries(new FormData(form));
    said.textContent = "";
    list.hidden = more.hidden = help.hidden = true;
    if (!q.trim()) return;
    said.textContent = said.dataset.waiting;
    try {
      const [query, bundleOf] = await load();
      const results = await query.find(await bundleOf(year), q, column, year);
      if (mine !== turn) return;
      list.replaceChildren();
      const next = async () => {
        const shown = list.children.length;
        const read = await Promise.all(results.slice(shown, shown + AT_ONCE).map(query.read));
        if (mine !== turn) return;
        list.append(...read.map((found) => show(query, found, query.phrases(q))));
        more.hidden = list.children.length >= results.length;
        if (shown) list.children[shown]?.firstChild.focus();
      };
      more.onclick = next;
      list.hidden = !results.length;
      help.hidden = results.length > 0;
      const words = results.length ? said.dataset.found : said.dataset.none;
      await next();
      if (mine === turn) said.textContent = words.replace("{count}", results.length).replace("{words}", () => q.trim());
    } catch (error) {
      if (mine !== turn) return;
      said.textContent = said.dataset.failed;
    }
  };

  const fill = () => {
    const asked = new URLSearchParams(location.search);
    for (const field of form.querySelectorAll("[name]")) {
      field.value = asked.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    run();
  };

  const go = () => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const address = `${location.pathname}${asked.size ? `?${asked}` : ""}`;
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    run();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  form.addEventListener("change", (event) => event.target.matches("select") && go());
  addEventListener("popstate", fill);
  delete form.dataset.waiting;
  fill();
})();
