"""The blocks of a text as lines of plain text, for every edition that is, or has, plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from bulletin.core.i18n import N_, Translate
from bulletin.editions import blocks as b
from bulletin.editions.columns import width_of, wrapped

FILE_WIDTH = 38
"""Columns of a file; a Han character takes two."""
UNBROKEN = 10**6
"""Where the reader's program breaks the lines: nothing is then set to a side. Of a table's cell too: its words are
broken with those of its row."""
_INDENT = "　　"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def without_controls(text: str) -> str:
    """Without what no program shows, and what only some take for the end of a line."""
    return _CONTROLS.sub("", text.replace("\r", ""))


class TextWriter:
    """Writes texts in lines of a width. ``link``: where a `Run.href` leads, empty where that is not to be said."""

    def __init__(self, link: Callable[[str], str], translate: Translate, width: int = FILE_WIDTH) -> None:
        self._link = link
        self._say = translate
        self._width = width

    def text(self, text: b.TextBlocks, byline: str) -> Iterator[str]:
        """A text, its author, its notes."""
        yield from self._blocks(text.blocks, self._width, _INDENT)
        if byline:
            yield from right_aligned(f"（{byline}）", self._width)
        if text.notes:
            yield "─" * 6
        for note in text.notes:
            label = f"[{note.number}] "
            yield from _labelled(label, list(self._blocks(note.blocks, self._width - width_of(label), "")))

    def withdrawn(self, days: Iterable[str]) -> Iterator[str]:
        """Where articles were that have been withdrawn."""
        for day in days:
            yield from ("", *centred(f"{self._say(N_('This article has been withdrawn.'))} {day}", self._width))

    def _blocks(self, blocks: Iterable[b.Block], width: int, indent: str) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block, max(12, width), indent)

    def _block(self, block: b.Block, width: int, indent: str) -> Iterator[str]:
        match block:
            case b.Paragraph() if block.align == "right":
                yield from right_aligned(self.words(block.runs), width)
            case b.Paragraph() if block.align == "center":
                yield from centred(self.words(block.runs), width)
            case b.Paragraph() | b.Point():
                yield from wrapped(self.words(block.runs), width, indent)
            case b.Subheading():
                yield from ("", *wrapped(self.words(block.runs), width))
            case b.ListBlock():
                for item in block.items:
                    label = f"{item.label} "
                    yield from _labelled(label, list(self._blocks(item.blocks, width - width_of(label), "")))
            case b.Definitions():
                for entry in block.entries:
                    before = "" if entry.is_term else _INDENT
                    yield from (before + line for line in self._blocks(entry.blocks, width - width_of(before), ""))
            case b.Quotation():
                yield from (_INDENT + line for line in self._blocks(block.blocks, width - 4, ""))
            case b.Aside():
                yield rule(width)
                yield from (*wrapped(self.words(block.title), width), *self._blocks(block.blocks, width, indent))
                yield rule(width)
            case _:
                yield from self._other(block, width)

    def _other(self, block: b.Block, width: int) -> Iterator[str]:
        match block:
            case b.Attachments():
                yield from wrapped(self.words(block.label), width)
                for line in block.lines:
                    yield from wrapped(self.words(line), width, "", _INDENT)
            case b.Table():
                yield from centred(self.words(block.caption), width) if block.caption else ()
                yield from self._table(block, width)
            case b.Figure():
                words = self.words(block.caption) or block.image.alt
                words += self._address(words, block.href)
                yield from centred(words, width) if words else ()
            case b.Preformatted():
                yield from block.text.split("\n")
            case b.Divider():
                yield rule(width)
            case b.SignOff():
                for line in block.lines:
                    yield from right_aligned(self.words(line), width)
            case b.VersionRecord():
                yield rule(width)
                for line in block.lines:
                    yield from wrapped(self.words(line), width, "", _INDENT)
                yield rule(width)

    def _table(self, table: b.Table, width: int) -> Iterator[str]:
        """Columns under one another where there is room; else each row a line of its cells."""
        rows = [["\n".join(self._blocks(cell.blocks, UNBROKEN, "")) for cell in row.cells] for row in table.rows]
        spans = any(cell.columns > 1 or cell.rows > 1 for row in table.rows for cell in row.cells)
        wide = [max(width_of(row[n]) if n < len(row) else 0 for row in rows) for n in range(table.width)]
        if (
            not spans
            and sum(wide) + 2 * len(wide) <= min(width, FILE_WIDTH) + 2
            and not any("\n" in c for row in rows for c in row)
        ):
            for row in rows:
                cells = (cell + " " * (wide[n] - width_of(cell)) for n, cell in enumerate(row))
                yield "  ".join(cells).rstrip(" ")
            return
        for row in rows:
            yield from wrapped("  ".join(filter(None, row)), width, "", _INDENT)

    def words(self, runs: b.Runs) -> str:
        """Some words on one line, with readings and addresses behind them."""
        return "".join(map(self._run, runs))

    def _run(self, run: b.Run) -> str:
        if run.note:
            return f"[{run.text}]"
        words = run.image.alt if run.image else _raised(run)
        reading = f"（{run.ruby}）" if run.ruby else ""
        return words + reading + self._address(words, run.href)

    def _address(self, words: str, href: str) -> str:
        """In brackets, where some words lead; empty where they say it themselves."""
        leads = self._link(href) if href else ""
        if not leads or leads.startswith("#") or words.strip() in (leads, leads.partition(":")[2].lstrip("/")):
            return ""
        return f"（{leads}）"


_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def _raised(run: b.Run) -> str:
    """The words of a run, its raised and lowered figures as Unicode has them: 10⁵, not 105."""
    table = _SUPERSCRIPT if "sup" in run.marks else _SUBSCRIPT if "sub" in run.marks else {}
    return run.text.translate(table)


def _labelled(label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines or [""]):
        yield (" " * width_of(label) if number else label) + line


def rule(width: int) -> str:
    """A line across."""
    return "─" * (min(width, FILE_WIDTH) // 2)


def centred(text: str, width: int = FILE_WIDTH) -> Iterator[str]:
    """Lines in the middle."""
    for line in wrapped(text, width):
        yield " " * (_room(line, width) // 2) + line


def right_aligned(text: str, width: int) -> Iterator[str]:
    """Lines that end where the widest could."""
    for line in wrapped(text, width):
        yield " " * _room(line, width) + line


def _room(line: str, width: int) -> int:
    """Columns left beside a line."""
    return max(0, width - width_of(line)) if width <= FILE_WIDTH else 0
