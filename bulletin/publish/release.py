"""A release: what the site was at one moment, and the sources from which it can be made again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from bulletin.core.model import Value
from bulletin.core.public_texts import PublicText

ReleaseKind = Literal["publish", "due", "withdraw", "back", "hits"]


class ReleaseFile(Value, frozen=True, array_like=True):
    """One file."""

    path: str
    """From the site's root (or, of a source, the project's), with `/`: ``issues/2014002/index.html``."""
    sha256: str
    """Of its bytes, 64 hexadecimal digits."""
    size: int
    """Bytes."""


class Release(Value, frozen=True):
    """What goes out as a whole."""

    id: str
    """Day and number: ``20261127-1``."""
    parent: str
    """Id of the release before it; empty for the first."""
    kind: ReleaseKind
    made: str
    """``YYYY-MM-DDTHH:MM:SS``, the station's clock."""
    by: str
    """Name of the account, and of the computer: ``lihua@PC-3``."""
    program: str
    """Version of bulletin."""
    files: tuple[ReleaseFile, ...]
    """By path."""
    sources: tuple[ReleaseFile, ...]
    """Content, templates, and the numbers of the counter, by path; what it was made from."""
    texts: tuple[PublicText, ...]
    """Issues newest first, then pages."""
    carried: tuple[str, ...] = ()
    """Folders of the site that have no source in it: what readers have of texts that are kept back."""
    due: str = ""
    """ISO time at which it is to be made again: an issue comes due, a notice or today's figure ends; empty: never."""
    note: str = ""
    """What a withdrawal or a rollback was for."""
    as_of: str = ""
    """ISO time for which its pages were made; empty: ``made``. A withdrawal brings out nothing that came due since."""

    @property
    def time(self) -> datetime:
        """For which its pages were made, by the station's clock."""
        return datetime.fromisoformat(self.as_of or self.made)


class Rebuilt(NamedTuple):
    """The site of a release with a change."""

    files: tuple[ReleaseFile, ...]
    sources: tuple[ReleaseFile, ...]
    texts: tuple[PublicText, ...]
    due: str
    """`Release.due`."""
    as_of: str
    """`Release.as_of`."""


_ASSETS = (".css", ".js", ".mjs", ".woff2", ".woff", ".ttf", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico")
_INDEX = (".pf_fragment", ".pf_index", ".pf_meta", ".pf_filter", ".wasm", ".pagefind")


def is_asset(path: str) -> bool:
    """Whether pages ask for the file by themselves: it stays for three releases, since older pages still name it."""
    return path.startswith("static/") or path.endswith((*_ASSETS, *_INDEX))


def order_of(path: str) -> int:
    """Place in the order in which files appear, so that no page names a file that is not there yet: assets 0,
    articles and other pages 1, issues 2, lists 3, home 4, feeds and lists for scripts 5, sitemaps and other files for
    programs 6.
    """
    name = path.rpartition("/")[2]
    steps = path.split("/")
    if name.startswith("sitemap") or name == "robots.txt":
        return 6
    if name.endswith(".xml") or name in ("hits-keys.json", "bundles.json"):
        return 5
    if path == "index.html":
        return 4
    if is_asset(path) or not name.endswith((".html", ".json")):
        return 0
    if steps[0] == "issues" and len(steps) == 3:
        return 2
    if steps[0] == "columns" or steps[0].isdecimal() or name.endswith(".json"):
        return 3
    return 1


def publishing_order(file: ReleaseFile) -> tuple[int, str]:
    """Key by which files are sorted into that order."""
    return order_of(file.path), file.path
