// Runs before the first paint: a reader who chose large text must not see the page jump. Everything else is deferred.
try {
  if (localStorage.getItem("bulletin-text") === "large") document.documentElement.dataset.text = "large";
} catch {
  // Storage may be switched off; then the page stays as it is.
}
