"""What Word writes down of the people and machines that made a template: none of it goes out."""

from __future__ import annotations

from bulletin.editions.word_form.markup import WordElement, name_of

_TAKEN_OUT = (
    *("w:del", "w:moveFrom", "w:object", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference", "w:rsid"),
    *("w:rPrChange", "w:pPrChange", "w:sectPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange"),
    *("w:tblPrExChange", "w:tblGridChange", "w:numberingChange", "w:moveFromRangeStart", "w:moveFromRangeEnd"),
    *("w:moveToRangeStart", "w:moveToRangeEnd", "w:printerSettings"),
)
_OPENED = ("w:ins", "w:moveTo")
"""What was inserted stays, without who did it."""


def without_traces(root: WordElement) -> None:
    """Take them out of a part: marks of revision and of sessions, remarks, paths in descriptions of pictures."""
    for tag in _TAKEN_OUT:
        for each in list(root.iter(name_of(tag))):
            if (above := each.getparent()) is not None:
                above.remove(each)
    for tag in _OPENED:
        for each in list(root.iter(name_of(tag))):
            _open(each)
    for each in root.iter():
        for name in [name for name in each.attrib if "rsid" in name or name.endswith(("}paraId", "}textId"))]:
            del each.attrib[name]
        for name in ("descr", "name", "title", "alt"):
            if "\\" in each.get(name, "") or "/" in each.get(name, ""):
                each.set(name, "")


def _open(wrapper: WordElement) -> None:
    above = wrapper.getparent()
    if above is None:
        return
    place = above.index(wrapper)
    for child in reversed(list(wrapper)):
        above.insert(place, child)
    above.remove(wrapper)
