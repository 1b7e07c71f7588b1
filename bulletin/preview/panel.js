// The preview's panel: docked at the side that its reader chooses, or made small. The page keeps that side free
// (preview.css), so that nothing is covered. Runs in the head, lest the page jump.
(() => {
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 60em)");

  // A browser may refuse: then it holds for this page.
  const NAME = "bulletin-preview";
  const recall = (kind) => {
    try { return { ...JSON.parse(window[kind].getItem(NAME)) }; } catch { return {}; }
  };
  const remember = (kind, value) => {
    try { window[kind].setItem(NAME, JSON.stringify(value)); } catch {}
  };

  const state = recall("localStorage");
  const sides = () => (narrow.matches ? ["bottom", "top"] : ["bottom", "right", "left"]);
  const side = () => (sides().includes(state.side) ? state.side : "bottom");
  const dock = () => { root.dataset.preview = state.closed ? "badge" : side(); };
  dock();

  addEventListener("DOMContentLoaded", () => {
    const find = (name) => document.querySelector(`.preview-${name}`);
    const [panel, head, move, close, badge, worse] =
      ["problems", "head", "move", "close", "badge", "worse"].map(find);
    if (!worse) return delete root.dataset.preview; // a panel of the station's own
    const rank = Number(panel.dataset.rank);

    const measure = () =>
      root.style.setProperty("--preview-height", `${(state.closed ? badge : panel).offsetHeight}px`);
    const change = (changes) => {
      remember("localStorage", Object.assign(state, changes));
      dock();
      measure();
    };
    const fold = (closed) => {
      const inside = panel.contains(document.activeElement) || document.activeElement === badge;
      worse.hidden = true;
      change({ closed });
      if (inside) (closed ? badge : close).focus({ preventScroll: true });
    };

    worse.hidden = !(state.closed && rank > state.closed);
    if (state.closed > rank) change({ closed: rank });
    close.onclick = () => fold(rank);
    badge.onclick = () => fold(0);
    move.onclick = () => change({ side: sides()[sides().indexOf(side()) + 1] });
    addEventListener("keydown", ({ key, defaultPrevented }) => {
      const at = document.activeElement;
      const ours = at === document.body || panel.contains(at);
      if (ours && key === "Escape" && !defaultPrevented && !state.closed) fold(rank);
    });

    head.onpointerdown = (down) => {
      if (down.button || down.target.closest("button")) return;
      down.preventDefault();
      head.setPointerCapture(down.pointerId);
      head.onpointermove = ({ x, y }) => { panel.style.transform = `translate(${x - down.x}px, ${y - down.y}px)`; };
      head.onpointerup = head.onpointercancel = ({ type, x, y }) => {
        head.onpointermove = head.onpointerup = head.onpointercancel = null;
        panel.style.transform = "";
        if (type !== "pointerup" || Math.hypot(x - down.x, y - down.y) < 16) return;
        const far = { bottom: innerHeight - y, top: y, right: innerWidth - x, left: x };
        change({ side: sides().reduce((a, b) => (far[b] < far[a] ? b : a)) });
      };
    };

    const plain = (text) => text.replace(/[\s*_`]/g, "");
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
    for (const link of panel.querySelectorAll("[data-preview-find]")) {
      const title = plain(link.dataset.previewFind);
      const found = headings.find((h) => !panel.contains(h) && plain(h.textContent).startsWith(title));
      if (!found) continue;
      found.id ||= title;
      link.href = `#${encodeURIComponent(found.id)}`;
      link.hidden = false;
    }

    // A save reloads the page.
    const hints = panel.querySelector("details") || {};
    const was = recall("sessionStorage");
    hints.open = was.open;
    panel.scrollTop = was.top;
    addEventListener("pagehide", () => remember("sessionStorage", { open: hints.open, top: panel.scrollTop }));

    root.dataset.previewReady = "";
    narrow.onchange = dock;
    for (const each of [panel, badge]) new ResizeObserver(measure).observe(each);
    measure();
  });
})();
