"""Old addresses → includes for the web server, the same after every import."""

from __future__ import annotations

from pathlib import Path

from bulletin.commands.bar import Bar
from bulletin.commands.terminal import Session

INCLUDES = "old-site/*-old-addresses.conf"


def write_includes(session: Session, folder: Path, jobs: int) -> bool:
    """Write them anew, with what all issues and pages say; whether there is any old address.

    Without one, nothing is written that was not there.
    """
    from bulletin.build.old_addresses import station_old_addresses
    from bulletin.word.old_site.folder import OLD_SITE_FOLDER, write_if_changed
    from bulletin.word.old_site.server_maps import server_maps

    with Bar(session.say.translate, hidden=False) as bar:
        targets = station_old_addresses(folder, session.now(), jobs, bar)
    for name, text in server_maps(targets).items():
        path = folder / OLD_SITE_FOLDER / name
        if targets or path.is_file():
            write_if_changed(path, text.encode())
    return bool(targets)
