"""What a style says, through the styles that it is based on (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from bulletin.word.flatten.names import W, child, number, says_on, value

_HEADING = re.compile(r"(?:heading|标题)[ 　]*([1-9])")
_TITLE = frozenset(("title", "标题", "文档标题"))


class Styles:
    """All styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: dict[str, str] = {}
        for style in () if root is None else root.iterfind(W + "style"):
            name, kind = style.get(W + "styleId", ""), style.get(W + "type", "paragraph")
            self._styles.setdefault(name, style)
            if style.get(W + "default", "0") in ("1", "true", "on"):
                self._default.setdefault(kind, name)
        defaults = None if root is None else child(child(root, "docDefaults"), "rPrDefault")
        self._defaults = child(defaults, "rPr")
        self.toggle = lru_cache(4096)(self._toggle)
        self.heading = lru_cache(1024)(self._heading)

    def chain(self, name: str) -> Iterator[etree._Element]:
        """A style, and those that it is based on; a cycle ends where it began."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = value(self._styles[name], "basedOn")

    def name(self, style: str) -> str:
        """The name of a style by its id, in small letters."""
        found = self._styles.get(style)
        return value(found, "name").casefold() if found is not None else ""

    def default(self, kind: str) -> str:
        """The id of the style of what names none."""
        return self._default.get(kind, "")

    def paragraph_property(self, name: str, what: str) -> etree._Element | None:
        """The nearest element of that name in the paragraph properties of a style."""
        for style in self.chain(name):
            if (found := child(child(style, "pPr"), what)) is not None:
                return found
        return None

    def _toggle(self, what: str, paragraph: str, run: str, table: str) -> bool:
        """Whether styles switch a toggle on: each level that does inverts the others (ECMA-376 part 1, 17.7.3)."""
        if says_on(self._defaults, what):
            return True
        return sum(self._says(what, name) for name in (table, paragraph, run)) % 2 == 1

    def _says(self, what: str, name: str) -> bool:
        for style in self.chain(name):
            said = says_on(child(style, "rPr"), what)
            if said is not None:
                return said
        return False

    def run_value(self, what: str, *names: str) -> str:
        """``w:val`` of a run property that is no toggle, of the first style that has it."""
        for name in names:
            for style in self.chain(name):
                if said := value(child(style, "rPr"), what):
                    return said
        return value(self._defaults, what)

    def _heading(self, name: str) -> int:
        """Level of a heading, from 1; 0 for the title of the whole; -1 for everything else."""
        for style in self.chain(name):
            shown = value(style, "name").casefold().strip()
            if found := _HEADING.fullmatch(shown):
                return int(found[1])
            if shown in _TITLE:
                return 0
            level = number(value(child(style, "pPr"), "outlineLvl"), 9)
            if 0 <= level < 9:
                return level + 1
        return -1
