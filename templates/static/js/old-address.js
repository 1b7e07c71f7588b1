// On the page of errors: looks up an address of the old website, such as /show.asp?id=512, which no file can have, and
// goes on to the text. The rest of the page stays usable meanwhile, and without scripts.
const list = document.querySelector("[data-old-addresses]")?.dataset.oldAddresses;

const find = (known) => {
  const path = decodeURIComponent(location.pathname);
  const forms = [location.pathname + location.search, path + decodeURIComponent(location.search)];
  // WeChat and others add parameters of their own at the end.
  const parameters = location.search.split("&");
  while (parameters.length > 1) {
    parameters.pop();
    forms.push(path + parameters.join("&"));
  }
  return forms.map((form) => known[form.toLowerCase()]).find(Boolean);
};

if (list) {
  try {
    const answer = await fetch(list);
    const target = answer.ok && find(await answer.json());
    if (target) location.replace(new URL(target, answer.url));
  } catch {
    // Not there, or an address that is no text: the page stays as it is.
  }
}
