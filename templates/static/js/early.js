// Runs before the first paint and says on the root what the page must know by then, so that nothing jumps: large text,
// a voice to read with, a figure that is not today's. Everything else is deferred.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage may be switched off
    }
  };

  if (kept("bulletin-text") === "large") root.dataset.text = "large";
  if (window.speechSynthesis && kept("bulletin-voice") !== "none") root.dataset.voice = "";

  // Today's figure is shown on its own day only, by the station's clock, though the page may have been made before.
  if (!("today" in root.dataset)) return;
  const check = () => {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format();
    root.toggleAttribute("data-stale", root.dataset.today !== day);
  };
  check();
  document.addEventListener("visibilitychange", check);
})();
