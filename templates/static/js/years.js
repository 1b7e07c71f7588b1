// Scrolls a row of years to the page's own one, with half of the year before it. Without this script it is the
// stylesheet that keeps it in sight, at the end of the row.
(() => {
  const before = document.querySelector(".years [aria-current]")?.parentElement.previousElementSibling;
  if (!before) return;
  const row = before.parentElement;
  row.scrollLeft = before.offsetLeft - row.offsetLeft + before.offsetWidth / 2;
})();
