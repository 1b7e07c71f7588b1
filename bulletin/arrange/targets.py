"""The targets of references in texts, and the files that must go into the site for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bulletin.core.model import Picture, Value


class Target(Value, frozen=True):
    """Where a reference leads."""

    path: str
    """Path in the site; empty when it leads nowhere, and then the author's own words are kept."""
    fragment: str = ""
    alt: str = ""
    """Of a picture; for a broken reference, the address as the author wrote it."""
    title: str = ""
    css: str = ""
    picture: Picture | None = None
    size: int = 0
    """Bytes, of a file."""
    remote: str = ""
    """Address of a picture on another website, to which a link leads in its place."""


SOUND = -2
"""`CopiedFile.variant` of a recording."""


class CopiedFile(Value, frozen=True):
    """A file of the content folder that goes into the site as it is, or as one of a picture's variants."""

    path: str
    asset: str
    """Path of the file in the content folder."""
    key: str
    variant: int = -1
    """Index of the picture's variant; -1 for the file itself, `SOUND` for the sound alone of a recording."""
    picture_key: str = ""


_Resolved = tuple[tuple[Target, ...], ...]
"""The targets of each text of a source, in the order of its texts."""


class Links(Value, frozen=True, array_like=True):
    """A source's references, resolved."""

    resolved: _Resolved
    copied: tuple[CopiedFile, ...]
    """The files they need, each once, by path."""

    def of(self, text: int) -> tuple[Target, ...]:
        """The targets of a text, by its index in the source."""
        return self.resolved[text] if self.resolved else ()


NO_LINKS = Links((), ())
"""Of a source whose texts refer to nothing."""


class ThemeFiles(Value, frozen=True):
    """What the theme brings besides the templates of pages."""

    static: tuple[CopiedFile, ...] = ()
    """Its own files, which go into the site as they are."""
    style: str = ""
    """Hash of the template of the station's own stylesheet."""


NO_THEME_FILES = ThemeFiles()
"""Of a check, which makes no page."""


_FORMER_PICTURE = re.compile(r"-\d+\.(?:webp|jpg|png)$")


def is_former_picture(path: str) -> bool:
    """Whether former versions gave this path to a form of a picture: ``photo-960.webp``."""
    return _FORMER_PICTURE.search(path) is not None


def picture_files(base: str, asset: str, picture: Picture, published: Collection[str] = ()) -> Iterator[CopiedFile]:
    """Every form of a picture, at a path to which each adds its suffix.

    Former versions gave the forms names without a hash. Where such a path is among the ``published``, it has the
    picture of today too: somebody may have linked to it.
    """
    for index, variant in enumerate(picture.variants):
        for suffix in dict.fromkeys((variant.suffix, variant.plain_suffix)):
            if suffix == variant.suffix or base + suffix in published:
                yield CopiedFile(base + suffix, asset, f"{picture.key}-{index}", index, picture.key)
