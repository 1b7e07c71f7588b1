"""An issue as plain text: for Notepad (UTF-8 with its mark, CRLF), printers of another age, and readers' programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.i18n import Translate
from bulletin.core.model import Correction
from bulletin.core.problems import N_
from bulletin.editions import blocks as b
from bulletin.editions.choice import chosen_issues
from bulletin.editions.columns import width_of, wrapped
from bulletin.editions.edition import Edition
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import Leaf, LeafInputs, make_leaf

_WIDTH = 38
_ANY_WIDTH = 10**6
"""Of a table's cell: its words are broken with those of its row, and nothing in it is set to a side."""
_INDENT = "　　"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def text_of_issue(leaf: Leaf, say: Translate) -> bytes:
    """The whole file. ``say`` translates the few words that are ours."""
    writer = _Writer(leaf, say)
    plain = "\n".join(writer.lines()).replace("\r", "").rstrip("\n") + "\n"
    return b"\xef\xbb\xbf" + _CONTROLS.sub("", plain).replace("\n", "\r\n").encode("utf-8", "replace")


class _Writer:
    def __init__(self, leaf: Leaf, say: Translate) -> None:
        self._leaf = leaf
        self._say = say

    def lines(self) -> Iterator[str]:
        leaf = self._leaf
        if leaf.draft:
            yield from _centred(self._say(N_("Draft: not for readers")))
        yield from _centred(leaf.publisher.bulletin)
        yield from _centred(leaf.number)
        yield from _sides(leaf.publisher.organizer, f"{leaf.date:%Y-%m-%d}")
        yield _rule(_WIDTH)
        if leaf.heading:
            yield from ("", *_centred(self._words(leaf.heading)))
        for each in leaf.corrections:
            yield from wrapped(self._correction(each), _WIDTH)
        yield from self._text(leaf.lead, leaf.byline)
        for section in leaf.sections:
            if section.heading:
                yield from ("", *wrapped(self._words(section.heading), _WIDTH))
            yield from self._text(section.lead, section.byline)
            yield from self._withdrawn(section.withdrawn_before(0))
            for number, article in enumerate(section.articles, 1):
                yield from ("", *_centred(self._words(article.heading)))
                yield from self._text(article.text, article.byline)
                yield from self._withdrawn(section.withdrawn_before(number))
        if leaf.url:
            yield from ("", _rule(_WIDTH), *wrapped(leaf.url, _WIDTH))

    def _withdrawn(self, days: Iterable[str]) -> Iterator[str]:
        for day in days:
            yield from ("", *_centred(f"{self._say(N_('This article has been withdrawn.'))} {day}"))

    def _correction(self, each: Correction) -> str:
        label = self._say(N_("Correction"))
        return f"{label} {each.date:%Y-%m-%d}：“{each.was}” → “{each.now}”"

    def _text(self, text: b.TextBlocks, byline: str) -> Iterator[str]:
        yield from self._blocks(text.blocks, _WIDTH, _INDENT)
        if byline:
            yield from _right(f"（{byline}）", _WIDTH)
        if text.notes:
            yield "─" * 6
        for note in text.notes:
            label = f"[{note.number}] "
            yield from _labelled(label, list(self._blocks(note.blocks, _WIDTH - width_of(label), "")))

    def _blocks(self, blocks: Iterable[b.Block], width: int, indent: str) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block, max(12, width), indent)

    def _block(self, block: b.Block, width: int, indent: str) -> Iterator[str]:
        match block:
            case b.Paragraph() if block.align == "right":
                yield from _right(self._words(block.runs), width)
            case b.Paragraph() if block.align == "center":
                yield from _centred(self._words(block.runs), width)
            case b.Paragraph() | b.Point():
                yield from wrapped(self._words(block.runs), width, indent)
            case b.Subheading():
                yield from ("", *wrapped(self._words(block.runs), width))
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
                yield _rule(width)
                yield from (*wrapped(self._words(block.title), width), *self._blocks(block.blocks, width, indent))
                yield _rule(width)
            case _:
                yield from self._other(block, width)

    def _other(self, block: b.Block, width: int) -> Iterator[str]:
        match block:
            case b.Attachments():
                yield from wrapped(self._words(block.label), width)
                for line in block.lines:
                    yield from wrapped(self._words(line), width, "", _INDENT)
            case b.Table():
                yield from _centred(self._words(block.caption), width) if block.caption else ()
                yield from self._table(block, width)
            case b.Figure():
                words = self._words(block.caption) or block.image.alt
                words += self._address(words, block.href)
                yield from _centred(words, width) if words else ()
            case b.Preformatted():
                yield from block.text.split("\n")
            case b.Divider():
                yield _rule(width)
            case b.SignOff():
                for line in block.lines:
                    yield from _right(self._words(line), width)
            case b.VersionRecord():
                yield _rule(width)
                for line in block.lines:
                    yield from wrapped(self._words(line), width, "", _INDENT)
                yield _rule(width)

    def _table(self, table: b.Table, width: int) -> Iterator[str]:
        """Columns under one another where there is room; else each row a line of its cells."""
        rows = [["\n".join(self._blocks(cell.blocks, _ANY_WIDTH, "")) for cell in row.cells] for row in table.rows]
        spans = any(cell.columns > 1 or cell.rows > 1 for row in table.rows for cell in row.cells)
        wide = [max(width_of(row[n]) if n < len(row) else 0 for row in rows) for n in range(table.width)]
        if not spans and sum(wide) + 2 * len(wide) <= width + 2 and not any("\n" in c for row in rows for c in row):
            for row in rows:
                cells = (cell + " " * (wide[n] - width_of(cell)) for n, cell in enumerate(row))
                yield "  ".join(cells).rstrip(" ")
            return
        for row in rows:
            yield from wrapped("  ".join(filter(None, row)), width, "", _INDENT)

    def _words(self, runs: b.Runs) -> str:
        return "".join(map(self._run, runs))

    def _run(self, run: b.Run) -> str:
        if run.note:
            return f"[{run.text}]"
        words = run.image.alt if run.image else _raised(run)
        reading = f"（{run.ruby}）" if run.ruby else ""
        return words + reading + self._address(words, run.href)

    def _address(self, words: str, href: str) -> str:
        """In brackets, where some words lead; empty where they say it themselves."""
        leads = self._leaf.link(href) if href else ""
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


def _rule(width: int) -> str:
    return "─" * (min(width, _WIDTH) // 2)


def _centred(text: str, width: int = _WIDTH) -> Iterator[str]:
    for line in wrapped(text, width):
        yield " " * (_room(line, width) // 2) + line


def _right(text: str, width: int) -> Iterator[str]:
    for line in wrapped(text, width):
        yield " " * _room(line, width) + line


def _room(line: str, width: int) -> int:
    """Columns left beside a line."""
    return max(0, width - width_of(line)) if width <= _WIDTH else 0


def _sides(left: str, right: str) -> Iterator[str]:
    room = _WIDTH - width_of(left) - width_of(right)
    yield from (left + " " * room + right,) if room > 0 else (*wrapped(left, _WIDTH), *_right(right, _WIDTH))


# ── the edition


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.txt"


_FORM = Form(N_("Plain text"), _path)


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    for issue in chosen_issues(resolved, "text", _FORM):
        inputs = LeafInputs.of(resolved.archive.station, issue, resolved.links[issue.source])
        yield OutputGroup(f"issue {issue.id} text", inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: LeafInputs) -> Iterator[BinaryFile]:
    yield BinaryFile(_path(inputs.issue.id), text_of_issue(make_leaf(texts, inputs), texts.translate))


TEXT = Edition("text", _outputs, _make, has_shell=False, form=_FORM)
