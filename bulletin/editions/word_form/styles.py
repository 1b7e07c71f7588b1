"""DocumentStyles by the name that Word knows them by: the template's own, and ours where it has none of that name."""

from __future__ import annotations

from copy import deepcopy

from bulletin.editions.word_form.markup import WordElement, name_of


class DocumentStyles:
    """The styles of a document."""

    def __init__(self, root: WordElement, ours: WordElement) -> None:
        """``root``: ``w:styles`` of the document, which is filled from ours."""
        self._ids = {_name(style).lower(): _id(style) for style in _styles(root)}
        names = {_id(style): _name(style).lower() for style in _styles(ours)}
        added = [style for style in _styles(ours) if _name(style).lower() not in self._ids]
        taken = set(self._ids.values())
        defaults = {style.get(name_of("w:type")) for style in _styles(root) if _is_default(style)}
        for style in added:
            self._ids[_name(style).lower()] = _free(_id(style), taken)
        for style in map(deepcopy, added):
            style.set(name_of("w:styleId"), self._ids[_name(style).lower()])
            for tag in ("w:basedOn", "w:next"):
                if (named := style.find(name_of(tag))) is not None:
                    named.set(name_of("w:val"), self._ids[names[named.get(name_of("w:val"))]])
            if _is_default(style) and style.get(name_of("w:type")) in defaults:
                del style.attrib[name_of("w:default")]
            root.append(style)

    def id(self, name: str) -> str:
        """Of the style of that name: ``heading 1``, ``公文版记``."""
        return self._ids[name.lower()]


def _styles(root: WordElement) -> list[WordElement]:
    return [style for style in root.findall(name_of("w:style")) if style.find(name_of("w:name")) is not None]


def _name(style: WordElement) -> str:
    return str(style.find(name_of("w:name")).get(name_of("w:val")))


def _id(style: WordElement) -> str:
    return str(style.get(name_of("w:styleId")))


def _is_default(style: WordElement) -> bool:
    return style.get(name_of("w:default")) in ("1", "true", "on")


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "-b"
    taken.add(wanted)
    return wanted
