"""Lists that Word counts itself."""

from __future__ import annotations

from bulletin.editions.word_form.markup import WordElement, element, name_of


class Lists:
    """The numbering of a document, its template's first."""

    def __init__(self, root: WordElement) -> None:
        """``root``: ``w:numbering``, which is added to."""
        self._root = root
        self._dots = 0

    def new(self, *, ordered: bool, start: int) -> int:
        """Number of a new list that counts from there; lists with dots are all one.

        Each has a form of its own, since Word counts through what has one form, a list and the one inside it.
        """
        if not ordered and self._dots:
            return self._dots
        number = _next(self._root, "w:num", "w:numId")
        form = self._form(ordered=ordered)
        made = element("w:num", element("w:abstractNumId", val=form), numId=number)
        if ordered:
            made.append(element("w:lvlOverride", element("w:startOverride", val=start), ilvl=0))
        else:
            self._dots = number
        self._root.append(made)
        return number

    def _form(self, *, ordered: bool) -> int:
        number = _next(self._root, "w:abstractNum", "w:abstractNumId")
        level = element(
            "w:lvl",
            element("w:start", val=1),
            element("w:numFmt", val="decimal" if ordered else "bullet"),
            element("w:lvlText", val="%1." if ordered else "•"),
            element("w:lvlJc", val="left"),
            ilvl=0,
        )
        made = element("w:abstractNum", element("w:multiLevelType", val="singleLevel"), level, abstractNumId=number)
        last = self._root.findall(name_of("w:abstractNum"))
        self._root.insert(self._root.index(last[-1]) + 1 if last else 0, made)
        return number


def _next(root: WordElement, tag: str, name: str) -> int:
    return max((int(each.get(name_of(name), "0")) for each in root.findall(name_of(tag))), default=0) + 1
