// Counts the page once, when it is first seen, and updates its numbers. Whatever fails, what is there stays.
const base = document.documentElement.dataset.counter;

const ask = (path, options) => {
  const late = new AbortController();
  setTimeout(() => late.abort(), 3000);
  return fetch(base + path, { signal: late.signal, credentials: "omit", ...options })
    .then((reply) => reply.status === 200 && reply.json())
    .then((found) => found || {}, () => ({}));
};

const show = (place, n) => {
  if (!Number.isSafeInteger(n) || n < (+place.textContent || 0)) return;
  place.textContent = n;
  place.parentElement.hidden = false;
};

const begin = async () => {
  const [, from] = /[?&](from=(mail|wx|qr|pdf|epub))\b/.exec(location.search) || [];
  if (from) history.replaceState(null, "", location.pathname + location.hash);
  for (const own of document.querySelectorAll("[data-key]")) {
    ask(from ? "v?" + from : "v", { method: "POST", body: own.dataset.key, keepalive: true }).then((found) => show(own, found.n));
  }
  const listed = [...document.querySelectorAll("[data-listed]")].slice(0, 100);
  if (listed.length) {
    const found = await ask("n?k=" + listed.map((place) => encodeURIComponent(place.dataset.listed)));
    for (const place of listed) show(place, found[place.dataset.listed]);
  }
  const figures = document.querySelectorAll(".today");
  const today = figures.length ? await ask("today") : {};
  if (Number.isSafeInteger(today.count)) {
    const root = document.documentElement;
    root.dataset.today = today.date;
    document.dispatchEvent(new Event("visibilitychange")); // for early.js
    for (const figure of figures) {
      if (!("stale" in root.dataset)) figure.hidden = false;
      const [count, time] = figure.querySelectorAll(".today-count, time");
      count.textContent = count.textContent.replace(/\d+/, today.count);
      time.textContent = time.dateTime = today.date;
    }
  }
};

const seen = () => {
  if (document.visibilityState !== "visible" || document.prerendering) return;
  document.removeEventListener("visibilitychange", seen);
  document.removeEventListener("prerenderingchange", seen);
  begin();
};

if (base && location.protocol.startsWith("http")) {
  document.addEventListener("visibilitychange", seen);
  document.addEventListener("prerenderingchange", seen);
  seen();
}
