"""Old addresses without a page: read from the manifest and the folder of the last build (arrange/moved.py)."""

from __future__ import annotations

import html as entities
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from bulletin.arrange.archive import Archive
from bulletin.arrange.moved import NO_MOVES, Moves, OldAddresses, OldPage, find_moves
from bulletin.core.model import Issue
from bulletin.core.withdrawals import withdrawn_paths
from bulletin.read.library import Readings
from bulletin.read.messages import decode_html_parts
from bulletin.write.cache import Cache
from bulletin.write.output import Manifest
from bulletin.write.owned import OwnedFiles


class OldSite(NamedTuple):
    """The folder of the site as the last build left it."""

    folder: Path
    owned: OwnedFiles
    last: Manifest

    def page(self, path: str) -> OldPage | None:
        """What a page of ours says; None where it is not there, or was changed by hand."""
        try:
            if not self.owned.is_ours(path):
                return None
            html = (self.folder / path).read_bytes().decode("utf-8", "replace")
        except OSError:
            return None
        return _read_page(path, html)


def moves_since(
    site: OldSite | None, archive: Archive, readings: Readings, versions: Mapping[str, str], cache: Cache
) -> Moves:
    """Where the texts of old addresses are now; ``versions`` are those of the sources as they are read now.

    Below what stays as it is in the folder nothing has gone.
    """
    if site is None:
        return NO_MOVES
    unedited = frozenset(path for path, version in site.last.texts.items() if version and versions.get(path) == version)
    paths, frozen = site.owned.paths, readings.frozen
    paths = {path for path in paths if not path.startswith(frozen)} if frozen else paths

    def parts(issue: Issue) -> tuple[str, ...]:
        return decode_html_parts(cache.parts(issue.html_key) or b"\x90")

    withdrawn = frozenset(withdrawn_paths(archive.withdrawn))
    return find_moves(archive, OldAddresses(paths, site.last.moved, unedited, withdrawn), site.page, parts)


# ── what a page says

_META = re.compile(r'<meta name="(ArticleTitle|ColumnName|Description|PubDate)" content="([^"]*)"')
_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)"')
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


def _read_page(path: str, html: str) -> OldPage:
    """By what every theme has: tags of the head (国办发〔2017〕47号), and links."""
    meta = {name: entities.unescape(content) for name, content in _META.findall(html)}
    title = meta.get("ArticleTitle") or meta.get("ColumnName", "")
    refresh = _REFRESH.search(html)
    target = _path_from(path, refresh[1]) if refresh else ""
    links = dict.fromkeys(_issue_links(path, html)) if path.startswith("columns/") else ()
    beginning, date = meta.get("Description", "").removesuffix("…"), meta.get("PubDate", "")
    return OldPage(title, beginning, date, tuple(links), target)


def _issue_links(path: str, html: str) -> Iterator[str]:
    found = (_path_from(path, address) for address in _LINK.findall(html))
    return (link for link in found if link.startswith("issues/"))


def _path_from(path: str, address: str) -> str:
    """Path in the site, with the anchor, of a relative address on a page."""
    place, _, anchor = entities.unescape(address).partition("#")
    if ":" in place or place.startswith("/"):
        return ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(place))) if place else path
    return f"{target}#{unquote(anchor)}" if anchor else target
