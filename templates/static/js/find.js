// What a query asks of the index, and what a result says. It parts words as bulletin/arrange/records.py does: every
// Han character is a word, and what stands together is asked for as a phrase. Punctuation and spaces part phrases, and
// a result must hold all of them.
const SIGNS = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{20000}-\u{3ffff}";
const JOINT = "\u2060"; // between two words that the text writes as one: 120m2
const WORDS = new RegExp(`[${SIGNS}]|[^\\s${SIGNS}${JOINT}]+`, "gu");
const SPACED = new RegExp(` ?([${SIGNS}]) ?`, "gu");
const JOINTS = new RegExp(` ?${JOINT}`, "gu");
const ENCLOSED = /[\u2100-\u218f\u2460-\u24ff\u3200-\u33ff]/gu;
const FORMS = /[０-９Ａ-Ｚａ-ｚ²³¹\u2070-\u209f\u2e80-\u2fdf\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const NO_WORD = /[^\p{Alphabetic}\p{N}_]/gu;
const MOST = 8;

const folded = (sign) => sign.normalize("NFKC");
const parted = (text) =>
  text.replace(ENCLOSED, (sign) => JOINT + folded(sign) + JOINT).replace(FORMS, folded)
    .replace(/([0-9])([A-Za-z])/gu, `$1${JOINT}$2`).match(WORDS) ?? [];

// The phrases of a query, each a list of words.
export const phrases = (query) => {
  const found = [];
  for (const term of query.split(/\s+/u)) {
    let phrase = [];
    for (const word of parted(term).map((word) => word.replace(NO_WORD, ""))) {
      if (word) phrase.push(word);
      else found.push(phrase), (phrase = []);
    }
    found.push(phrase);
  }
  return found.filter((phrase) => phrase.length).slice(0, MOST);
};

// Words that stand for a column, a year, a title's word: see `key` in records.py.
const key = (kind, value) => kind + [...value.toLowerCase()].map((sign) => sign.codePointAt(0).toString(16)).join("");

// The index in bundles (bulletin/arrange/records.py), newest first, as the list beside it names them. A chosen year asks its
// own bundle alone; else all are merged, and the weights keep the newer before the older, since phrases weigh the same.
export const openBundles = async (index) => {
  const [pagefind, answer] = await Promise.all([import(index), fetch(new URL("bundles.json", index), { cache: "no-cache" })]);
  if (!answer.ok) throw new Error(`bundles.json: ${answer.status}`);
  const listed = await answer.json();
  const opened = new Map();
  const open = async (bundles) => {
    const [first, ...others] = bundles.map(({ folder, tag }, place) => ({
      path: new URL(folder || ".", index).href.replace(location.origin, ""),
      options: { metaCacheTag: tag, indexWeight: bundles.length - place },
    }));
    const made = pagefind.createInstance({ basePath: first.path, ...first.options });
    await made.init();
    await Promise.all(others.map(({ path, options }) => made.mergeIndex(path, options)));
    return made;
  };
  return (year = "") => {
    const own = listed.filter(({ years }) => years.includes(Number(year)));
    const bundles = own.length ? own : listed;
    const name = bundles[0].folder + bundles.length;
    if (!opened.has(name)) {
      const opening = open(bundles);
      opening.catch(() => opened.delete(name));
      opened.set(name, opening);
    }
    return opened.get(name);
  };
};

const search = async (pagefind, words) => (await pagefind.search(`"${words.join(" ")}"`)).results;

// Results that hold all phrases, in the index's order: newest first.
const all = async (pagefind, asked) => {
  const [first, ...others] = await Promise.all(asked.map((words) => search(pagefind, words)));
  const ids = others.map((results) => new Set(results.map((result) => result.id)));
  return first.filter((result) => ids.every((known) => known.has(result.id)));
};

// All results, those first that hold the phrases in their title.
export const find = async (pagefind, query, column = "", year = "") => {
  const asked = phrases(query);
  if (!asked.length) return [];
  const narrow = [column && key("c", column), year && key("y", year)].filter(Boolean).map((word) => [word]);
  const [found, titles] = await Promise.all([
    all(pagefind, [...asked, ...narrow]),
    all(pagefind, asked.map((words) => words.map((word) => key("t", word)))),
  ]);
  const named = new Set(titles.map((result) => result.id));
  return [...found.filter((result) => named.has(result.id)), ...found.filter((result) => !named.has(result.id))];
};

const joined = (text) => text.replace(JOINTS, "").replace(/ ?¶ ?/gu, "\n").replace(SPACED, "$1").trim().replace(/\n+/gu, " ");

// A result's fields, as `document` in records.py put them together, without the spaces between the signs.
export const read = async (result) => {
  const { content, raw_url } = await result.data();
  const [title, section, issue, , date, byline, text] = content.split("‖").map(joined);
  return { href: raw_url, title, section, issue: issue === title ? "" : issue, date, byline, text };
};

// A text in pieces, in turn outside and inside of what was asked for.
export const marked = (text, asked) => {
  const loose = (words) => [...words.join("")].join("[^\\p{Alphabetic}\\p{N}]{0,3}");
  return asked.length ? text.split(new RegExp(`(${asked.map(loose).join("|")})`, "giu")) : [text];
};

// The part of a text where what was asked for stands first.
export const excerpt = (text, asked, before = 24, length = 110) => {
  const place = [...marked(text, asked)[0]].length;
  const signs = [...text];
  const start = place === signs.length || place <= before ? 0 : place - before;
  const end = start + length;
  return (start ? "…" : "") + signs.slice(start, end).join("") + (end < signs.length ? "…" : "");
};
