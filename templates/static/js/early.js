// Runs before the first paint and says on the root what the page must know by then, so that nothing jumps: large text,
// a voice to read with, a figure that is not today's. Everything else is deferred.
(() => {
  const root = document.documentElement;
  try {
    if (localStorage.getItem("bulletin-text") === "large") root.dataset.text = "large";
  } catch {
    // Storage may be switched off; then the page stays as it is.
  }
  if (window.speechSynthesis) root.dataset.voice = "";

  // Today's figure is shown on its own day only, by the station's clock, though the page may have been made before.
  if (!("today" in root.dataset)) return;
  const check = () => {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format();
    root.toggleAttribute("data-stale", root.dataset.today !== day);
  };
  check();
  document.addEventListener("visibilitychange", check);
})();
