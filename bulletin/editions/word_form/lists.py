"""Lists that Word counts itself."""

from __future__ import annotations

from bulletin.editions.word_form.markup import WordElement, element, name_of


class Lists:
    """The numbering of a document, its template's first."""

    def __init__(self, root: WordElement) -> None:
        """``root``: ``w:numbering``, which is added to."""
        self._root = root
        self._forms = {ordered: self._form(ordered=ordered) for ordered in (True, False)}
        self._bullets = 0

    def new(self, *, ordered: bool, start: int) -> int:
        """Number of a new list that counts from there; lists with dots are all one."""
        if not ordered and self._bullets:
            return self._bullets
        number = _next(self._root, "w:num", "w:numId")
        made = element("w:num", element("w:abstractNumId", val=self._forms[ordered]), numId=number)
        if ordered:
            made.append(element("w:lvlOverride", element("w:startOverride", val=start), ilvl=0))
        else:
            self._bullets = number
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
