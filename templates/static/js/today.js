// Today's figure is shown on its own day only, by the station's clock, though the page may have been made before.
(() => {
  const figures = document.querySelectorAll("[data-today]");
  if (!figures.length) return;

  const check = () => {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format();
    for (const figure of figures) figure.hidden = figure.dataset.today !== day;
  };

  check();
  document.addEventListener("visibilitychange", check);
})();
