// Copying the page's address, and printing. The address itself stands in the page for readers without scripts.
(() => {
  const copy = document.querySelector("[data-copy]");
  const said = document.querySelector("[data-copied]");

  // The clipboard is there on https only; an office's own network often has no certificate.
  const copied = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.select();
      return document.execCommand("copy");
    }
  };

  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    copy.addEventListener("click", async () => {
      said.textContent = (await copied(field)) ? said.dataset.done : said.dataset.failed;
    });
    copy.hidden = false;
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => print());
    delete button.dataset.waiting;
  }
})();
