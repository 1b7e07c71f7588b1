// Marks, in the list of contents, the place that the reader has reached. Where nothing scrolls beside the text,
// the mark is there all the same and does no harm. Opens the list on a desk where the stylesheet cannot.
(() => {
  const wide = matchMedia("(min-width: 64rem)");
  for (const box of document.querySelectorAll(".contents > details")) box.open ||= wide.matches;

  const places = new Map();
  for (const link of document.querySelectorAll('.contents a[href^="#"]')) {
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (place) places.set(place, link);
  }
  if (!places.size) return;

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let marked = null;

  const reached = () => {
    let last = null;
    for (const [place, link] of places) if (place.getBoundingClientRect().top < innerHeight / 3) last = link;
    return last;
  };

  const mark = () => {
    const link = reached();
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    marked = link;
    if (wide.matches) keepInView(link);
  };

  // Only the list itself is moved, never the page; before the first place it is as it came.
  const keepInView = (link) => {
    const list = document.querySelector(".contents");
    const middle = link ? link.offsetTop - list.clientHeight / 2 : 0;
    list.scrollTo({ top: middle, behavior: still.matches ? "auto" : "smooth" });
  };

  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  }, { passive: true });
  mark();
})();
