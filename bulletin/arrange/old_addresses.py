"""Old addresses that no file can have, such as ``/show.asp?id=512``, and where they lead."""

from __future__ import annotations

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive


def old_addresses(archive: Archive) -> dict[str, str]:
    """Path of the page by old address; the first text that names an address has it."""
    found: dict[str, str] = {}
    texts = [(issue.redirect_from, urls.issue(issue.id)) for issue in archive.issues]
    texts += [(page.redirect_from, urls.page(page.id)) for page in archive.pages]
    for addresses, target in texts:
        for address in addresses:
            if urls.redirect_path(address) is None and (old := urls.server_address(address)):
                found.setdefault(old.lower(), urls.short(target))
    return found
