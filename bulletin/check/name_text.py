"""What of a file is looked at for names: its prose with titles, notes and alternative texts, comments, front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"<!--(?P<words>(?:(?!-->).)*)-->", re.DOTALL)
_LINK_TITLE = re.compile(r"\]\([^()\n\"]*\"(?P<words>[^\"\n]+)\"")
_ENTRY = re.compile(r"^(?:(?:title|summary|description|标题|摘要|描述)[ \t]*[:：]|#)(?P<words>[^\n]*)", re.MULTILINE)


def name_text(text: str, prose: str, body: int) -> str:
    """As long as the file: its prose, with the words of comments, of pictures' titles and of the front matter.

    ``text``, ``prose`` and ``body`` are those of a manuscript.
    """
    found = [*_ENTRY.finditer(text, 0, body)]
    if "<!--" in text:
        found += _COMMENT.finditer(text, body)
    if '"' in text:
        found += _LINK_TITLE.finditer(text, body)
    at, pieces = 0, []
    for start, end in sorted(each.span("words") for each in found):
        if start >= at:
            pieces += [prose[at:start], text[start:end]]
            at = end
    words = "".join((*pieces, prose[at:]))
    return _EMPHASIS.sub(lambda mark: "\x00" * len(mark.group()), words) if "*" in words or "_" in words else words


_EMPHASIS = re.compile(r"[*_](?:[*_]{0,2}(?=[一-龥])|(?<=[一-龥].)[*_]{0,2})")


_ROW = re.compile(r"^[ ]{0,3}\|?(?P<row>[^\n]*\|[^\n]*?)\|?[ \t]*$", re.MULTILINE)
_NAME_HEAD = re.compile(
    r"[ \x00*]*(?:姓\s*名|受助人员?(?:姓名)?|受助者(?:姓名)?|被救助人员?|求助人员?|[一-龥]{0,4}姓名)[ \x00*]*"
)
_STAFF_HEAD = re.compile("职务|岗位|职称|部门|科室|值班|单位职务|党内|工号|办公")
_CELL_NAME = re.compile(r"[ \x00*]*(?P<name>(?![^|]{0,3}(?:某|姓名))[一-龥]{2,4}(?:·[一-龥]{1,8})*)[ \x00*]*")


def cells_of_names(words: str) -> Iterator[tuple[int, int]]:
    """Cells of a table below 姓名, unless other columns say that it lists the staff."""
    if "|" not in words:
        return
    column, last, line, counted = -1, -2, 0, 0
    for row in _ROW.finditer(words):
        cells = _cells(words, *row.span("row"))
        line, counted = line + words.count("\n", counted, row.start()), row.start()
        if line != last + 1:
            heads = [index for index, span in enumerate(cells) if _NAME_HEAD.fullmatch(words, *span)]
            column = heads[0] if heads and not _STAFF_HEAD.search(row["row"]) else -1
        elif 0 <= column < len(cells) and (found := _CELL_NAME.fullmatch(words, *cells[column])):
            yield found.span("name")
        last = line


def _cells(words: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    for cell in words[start:end].split("|"):
        spans.append((start, start + len(cell)))
        start += len(cell) + 1
    return spans
