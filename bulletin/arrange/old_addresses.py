"""Where old addresses lead: what `redirect_from` of all issues and pages says."""

from __future__ import annotations

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive


def old_addresses(archive: Archive) -> dict[str, str]:
    """Path of the page by old address, as written; the first text that names an address has it.

    Those that nothing can answer are not in it (A103), nor those at which a text of the archive is now.
    """
    texts = [(issue.redirect_from, urls.issue(issue.id)) for issue in archive.issues]
    texts += [(page.redirect_from, urls.page(page.id)) for page in archive.pages]
    taken = {urls.HOME, *(target for _, target in texts)}
    found: dict[str, str] = {}
    for addresses, target in texts:
        for address in addresses:
            path = urls.redirect_path(address)
            if path not in taken and (old := address.strip().split("#")[0] if path else urls.server_address(address)):
                found.setdefault(old, urls.short(target))
    return found


def looked_up_addresses(archive: Archive) -> dict[str, str]:
    """Those that the page of errors looks up, in lower case: no file can have them.

    ``/?p=12`` is not one: there the home page answers, and no error is shown.
    """
    found: dict[str, str] = {}
    for address, target in old_addresses(archive).items():
        if urls.redirect_path(address) is None and not address.startswith("/?"):
            found.setdefault(address.lower(), target)
    return found
