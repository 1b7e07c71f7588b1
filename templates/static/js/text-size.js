// Larger text on every page, kept until it is switched off (MIIT's rules for older readers).
(() => {
  const root = document.documentElement;
  const button = document.querySelector("[data-text-size]");
  if (!button) return;

  const show = () => button.setAttribute("aria-pressed", String(root.dataset.text === "large"));

  const keep = () => {
    try {
      localStorage.setItem("bulletin-text", root.dataset.text ?? "normal");
    } catch {
      // Storage may be switched off; the choice then holds for this page.
    }
  };

  button.addEventListener("click", () => {
    if (root.dataset.text === "large") delete root.dataset.text;
    else root.dataset.text = "large";
    show();
    keep();
  });
  delete button.dataset.waiting;
  show();
})();
