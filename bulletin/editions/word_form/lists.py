"""Lists that Word counts itself."""

from __future__ import annotations

from bulletin.editions.word_form.markup import WordElement, element, name_of


class Lists:
    """The numbering of a document, its template's first."""

    def __init__(self, root: WordElement) -> None:
        """``root``: ``w:numbering``, which is added to."""
        self._root = root
        self._forms = _most(root, "w:abstractNum", "w:abstractNumId")
        self._lists = _most(root, "w:num", "w:numId")
        found = root.findall(name_of("w:abstractNum"))
        self._last_form = found[-1] if found else None
        self._dots = 0

    def new(self, *, ordered: bool, start: int) -> int:
        """Number of a new list that counts from there; lists with dots are all one.

        Each has a form of its own, since Word counts through what has one form, a list and the one inside it.
        """
        if not ordered and self._dots:
            return self._dots
        self._lists += 1
        made = element("w:num", element("w:abstractNumId", val=self._form(ordered=ordered)), numId=self._lists)
        if ordered:
            made.append(element("w:lvlOverride", element("w:startOverride", val=start), ilvl=0))
        else:
            self._dots = self._lists
        self._root.append(made)
        return self._lists

    def _form(self, *, ordered: bool) -> int:
        self._forms += 1
        level = element(
            "w:lvl",
            element("w:start", val=1),
            element("w:numFmt", val="decimal" if ordered else "bullet"),
            element("w:lvlText", val="%1." if ordered else "•"),
            element("w:lvlJc", val="left"),
            ilvl=0,
        )
        kind = element("w:multiLevelType", val="singleLevel")
        made = element("w:abstractNum", kind, level, abstractNumId=self._forms)
        if self._last_form is None:
            self._root.insert(0, made)
        else:
            self._last_form.addnext(made)
        self._last_form = made
        return self._forms


def _most(root: WordElement, tag: str, name: str) -> int:
    return max((int(each.get(name_of(name), "0")) for each in root.findall(name_of(tag))), default=0)
