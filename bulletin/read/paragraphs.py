"""Paragraphs: whether a line break in a block of text ends a paragraph, breaks a line, or means nothing.

Text from Word and WPS has one paragraph a line and no blank line, since there the indent of a paragraph is formatting;
text from editors and old systems is wrapped at a column. Nothing marks which of the two a file is, so it is told by
the block, a run of lines of ordinary text:

- Wrapped lines are nearly equal in width: the first character (or Latin word) of the next line would not have fitted,
  give or take a tenth of the widest line, since punctuation that must not begin a line moves a few characters. Width
  is counted in columns, two for a Han character, or in characters: both ways of wrapping exist.
- They break inside sentences. So do lists of titles, verses, rows of names, but these are short, or have no comma
  inside a line, or all begin with the same words; and their last line, unlike a paragraph's, may be as long as the
  others and end without a full stop. So two or more full lines must be 36 columns wide (18 characters: more than two
  verses in a line), and a single one 50 (25 characters; titles are shorter), with no other line that speaks against it.

Elsewhere a line ends a paragraph when it ends like a sentence or is one by its form (line_kinds.py). A line of which
neither is true is kept apart by a line break, and its number is returned, for a notice. Breaks between Latin lines stay
as they are in Markdown, and so does everything in tables, code, raw HTML, definitions and indented parts of lists.

Only empty lines and blanks at the end of a line are put in: what reads the lines afterwards needs no rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from bulletin.read.definitions import DEFINITION
from bulletin.read.dialect.characters import (
    CLOSING,
    LETTERS,
    OPENING,
    QUOTE_DEPTH,
    QUOTED,
    list_item_start,
)
from bulletin.read.dialect.official import OFFICIAL
from bulletin.read.line_kinds import ends_sentence, ends_with_comma, is_apart, is_pictures, is_point, may_be_point
from bulletin.read.lines import INDENT, SourceLine

_FULL = 0.9
_WIDE_BLOCK, _WIDE_LINE = 36, 50
"""Columns of the widest line, where several lines are full, and where a single one is."""

_MAX_LINE_BREAKS = 500
"""In one block; the parser takes quadratic time for line breaks (17,000: 4 s), so that more become paragraphs."""

_Break = Literal["", "paragraph", "line", "unsure"]
"""What is between two lines: nothing that was not there, a new paragraph, a new line, or perhaps one of the two."""
_Width = Callable[[str], int]

_HAN_LETTER = re.compile(f"[{LETTERS}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_FIRST_WORD = re.compile(r"[!-~]+")
_INNER_PUNCTUATION = re.compile(r"[，。；！？,;](?=.)")
_BREAK_TAG = re.compile(r"<br ?/?>", re.IGNORECASE)
_HARD_BREAK = ("  ", "\\")

_DEFINED = re.compile(r" {0,3}: {1,3}\S")
_BULLET = re.compile("[•·◆■▪➢✓○◇●\uf000-\uf0ff][ \t\u3000]")
_OTHER = re.compile(
    r" {0,3}(?:<!--|#{1,6}(?:[ \t\u3000#]|$)|\{:?[ ]*[#.:]|!!! ?[\w-]|[-=]{2,}\s*$|([-*_])(?: *\1){2,} *$"
    r"|(?:</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>\s*)+$|\[[^\[\]]*\]:|\*\[[^\[\]]*\]:)"
)
"""Comments, headings, attributes, admonitions, rules, lines of tags alone, definitions."""
_RAW = re.compile(
    r"<(?P<close>/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figcaption|figure|footer|form|"
    r"h[1-6]|header|main|menu|nav|ol|p|pre|section|summary|table|tbody|thead|tr|td|th|ul|li|dd|dt|script|style)\b",
    re.IGNORECASE,
)


class Paragraphs(NamedTuple):
    """The lines of a text with its paragraphs told apart."""

    lines: tuple[SourceLine, ...]
    unsure: tuple[int, ...]
    """Numbers of the lines after which it is not sure whether a paragraph ends."""


def tell_paragraphs(lines: tuple[SourceLine, ...], depth: int = QUOTE_DEPTH) -> Paragraphs:
    """The lines, with an empty one between paragraphs and two blanks at the end of a line that is to be kept apart."""
    out: list[SourceLine] = []
    unsure: list[int] = []
    changed = False
    for block in _blocks(lines):
        if len(block) > 1 and any(_HAN_LETTER.search(line.text) for line in block):
            made, doubts = _tell_quotes(block, depth)
            changed = changed or made is not block
            out += made
            unsure += doubts
        else:
            out += block
    return Paragraphs(tuple(out) if changed else lines, tuple(unsure))


def _blocks(lines: Sequence[SourceLine]) -> Iterator[Sequence[SourceLine]]:
    """Runs of lines that belong together: of text, or of what is none."""
    start, raw = 0, 0
    for place, line in enumerate(lines):
        text = line.text
        inside = raw > 0 or line.verbatim
        if "<" in text and not line.verbatim and (raw or _RAW.match(text.lstrip(" "))):
            inside = True
            raw = max(0, raw + sum(-1 if found["close"] else 1 for found in _RAW.finditer(text)))
        if inside or not text or text.isspace() or text[0] == OFFICIAL:
            if place > start:
                yield lines[start:place]
            yield (line,)
            start = place + 1
    if len(lines) > start:
        yield lines[start:]


# ── quotations


def _tell_quotes(block: Sequence[SourceLine], depth: int) -> tuple[Sequence[SourceLine], list[int]]:
    """A block, with the lines of a quotation told apart inside it."""
    if not any(">" in line.text and QUOTED.match(line.text) for line in block):
        return _tell(block)
    last = max(place for place, line in enumerate(block) if QUOTED.match(line.text))
    first = next(place for place, line in enumerate(block) if QUOTED.match(line.text))
    before, unsure = _tell(block[:first]) if first else ((), [])
    if depth == 0 or not all(QUOTED.match(line.text) for line in block[first : last + 1]):
        return block, []
    inner = [SourceLine(line.number, QUOTED.sub("", line.text, count=1)) for line in block[first : last + 1]]
    told = tell_paragraphs(tuple(inner), depth - 1)
    quoted = [SourceLine(line.number, f"> {line.text}" if line.text else ">") for line in told.lines]
    after, doubts = _tell(block[last + 1 :]) if last + 1 < len(block) else ((), [])
    if after and ends_sentence(inner[-1].text.rstrip()):
        after = (SourceLine(after[0].number, ""), *after)
    return (*before, *quoted, *after), [*unsure, *told.unsure, *doubts]


# ── a block


class _Line(NamedTuple):
    """A line as it is judged."""

    words: str
    """Without indent, and without blanks at its end."""
    kind: Literal["text", "item", "first item", "row", "other"]
    indented: Literal["", "paragraph", "inside"]


def _tell(block: Sequence[SourceLine]) -> tuple[Sequence[SourceLine], list[int]]:
    if len(block) < 2 or all(line.text.startswith(("- ", "* ", "　")) for line in block):
        return block, []
    if any(":" in line.text and _DEFINED.match(line.text) for line in block):
        return block, []
    lines = _without_lone_rows([_judged(line.text) for line in block])
    breaks = _breaks(block, lines)
    if not any(breaks):
        return block, []
    out: list[SourceLine] = []
    unsure: list[int] = []
    apart = breaks.count("line") + breaks.count("unsure") <= _MAX_LINE_BREAKS
    for line, judged, kind in zip(block, lines, [*breaks, ""], strict=True):
        if kind in ("line", "unsure") and apart:
            indent = line.text[: len(line.text) - len(line.text.lstrip(INDENT))]
            out.append(SourceLine(line.number, f"{indent}{judged.words}  "))
        else:
            out.append(line)
        if kind == "unsure":
            unsure.append(line.number)
        if kind == "paragraph" or (kind and not apart):
            out.append(SourceLine(line.number, ""))
    return out, unsure


def _without_lone_rows(lines: list[_Line]) -> list[_Line]:
    """The lines, with a single one that holds a tab or a bar taken for text: it is no table."""
    rows = [line.kind == "row" for line in lines]
    if not any(rows):
        return lines
    near = [before or after for before, after in zip([False, *rows], [*rows[1:], False], strict=False)]
    return [
        line._replace(kind="text") if row and not beside else line
        for line, row, beside in zip(lines, rows, near, strict=True)
    ]


def _judged(text: str) -> _Line:
    words = text.strip(INDENT)
    indent = text[: len(text) - len(text.lstrip(INDENT))]
    wide = indent.strip(" ") != "" or len(indent) >= 4
    indented: Literal["", "paragraph", "inside"] = "paragraph" if wide else "inside" if len(indent) >= 2 else ""
    if "\u4e00" <= words[:1] <= "\u9fff" and "|" not in words and "\t" not in words:
        return _Line(words, "text", indented)
    if "|" in words or "\t" in words:
        return _Line(words, "row", indented)
    if _OTHER.match(text) or DEFINITION.match(text):
        return _Line(words, "other", indented)
    item = list_item_start(words)
    if item is None:
        return _Line(words, "first item" if _BULLET.match(words) else "text", indented)
    return _Line(words, "first item" if item.kind == "ul" or item.number == 1 else "item", indented)


def _breaks(block: Sequence[SourceLine], lines: list[_Line]) -> list[_Break]:
    """What is after each line but the last."""
    breaks: list[_Break] = [""] * (len(lines) - 1)
    open_breaks = [place for place in range(len(breaks)) if _is_open(block[place].text, *lines[place : place + 2])]
    if not open_breaks:
        return breaks
    full = _wrapped(block, lines, [place for place in open_breaks if lines[place + 1].kind != "item"])
    last_bold = max((place for place, line in enumerate(lines) if "**" in line.words), default=0)
    bold = in_list = False
    opened = frozenset(open_breaks)
    for place, (line, below) in enumerate(pairwise(lines)):
        bold ^= line.words.count("**") % 2 == 1
        in_list = in_list or line.kind in ("item", "first item")
        if place not in opened or (in_list and (below.kind == "item" or below.indented)):
            continue
        breaks[place] = _judge(line.words, below.words, full=place in full)
        if breaks[place] and bold and place < last_bold:
            breaks[place] = "line"  # the words stay bold together
        in_list = in_list and breaks[place] != "paragraph"
    return breaks


def _is_open(text: str, line: _Line, below: _Line) -> bool:
    """Whether nothing in Markdown or in the characters beside the break says already what it means."""
    if "other" in (line.kind, below.kind) or line.kind == below.kind == "row" or below.kind == "first item":
        return False
    if below.indented == "paragraph" or text.endswith(_HARD_BREAK):
        return False
    if is_pictures(line.words) and is_pictures(below.words):
        return False  # side by side
    if not line.words or not below.words or _splits_phrase(line.words, below.words):
        return False
    if (line.words[-1] == ">" and _BREAK_TAG.search(line.words[-8:])) or _BREAK_TAG.match(below.words):
        return False
    if line.words.count("`") % 2 or line.words.rfind("<") > line.words.rfind(">"):
        return False
    return not (_is_latin(line.words, 3) and _is_latin(below.words, 1))


def _is_latin(words: str, count: int) -> bool:
    """Whether a line is running Latin text, of at least so many words."""
    if not words[-1].isascii() and not words[0].isascii():
        return False
    latin = len(_LATIN_WORD.findall(words))
    return latin >= count and latin > len(_HAN_LETTER.findall(words))


def _judge(words: str, below: str, *, full: bool) -> _Break:
    ends = ends_sentence(words)
    if full:
        begins = is_point(below) or is_apart(below) or (ends and may_be_point(below))
        return "paragraph" if begins else ""
    if ends or is_point(below) or may_be_point(below) or is_apart(words) or is_apart(below):
        return "paragraph"
    return "paragraph" if (is_point(words) or may_be_point(words)) and not ends_with_comma(words) else "unsure"


# ── wrapped lines


def _wrapped(block: Sequence[SourceLine], lines: list[_Line], open_breaks: list[int]) -> frozenset[int]:
    """Places of the lines that are full, where the block is wrapped at a column; else none."""
    unended = [place for place in open_breaks if not ends_sentence(lines[place].words)]
    if not unended:
        return frozenset()
    texts = [line.text.rstrip() for line in block]
    columns = [_columns(text) for text in texts]
    if max(columns) < _WIDE_BLOCK:
        return frozenset()
    split = [place for place in range(len(lines) - 1) if _splits_phrase(lines[place].words, lines[place + 1].words)]
    for widths, width in ((columns, _columns), ([*map(len, texts)], len)):
        least = _FULL * max(widths)
        full = {place for place in open_breaks if widths[place] + _first_width(lines[place + 1].words, width) > least}
        inside = [place for place in unended if place in full and not _is_marked(lines[place], lines[place + 1])]
        inside += [place for place in split if widths[place] + width(lines[place + 1].words[0]) > least]
        if inside and _is_wrapped(lines, open_breaks, full, inside, columns):
            return frozenset(full)
    return frozenset()


def _splits_phrase(words: str, below: str) -> bool:
    """Whether punctuation beside a break shows that it is inside a sentence."""
    return bool(words and below) and (below[0] in CLOSING or words[-1] in OPENING)


def _columns(text: str) -> int:
    """Two for a character of three bytes in UTF-8, as those of Chinese are with its punctuation; one for ASCII."""
    return (len(text.encode("utf-8", "surrogatepass")) + len(text)) // 2


def _first_width(words: str, width: _Width) -> int:
    """Width of what was too much for the line above: a Latin word and the blank before it, or a character."""
    found = _FIRST_WORD.match(words)
    return len(found.group()) + 1 if found else width(words[:1])


def _is_wrapped(
    lines: list[_Line], open_breaks: list[int], full: set[int], inside: list[int], columns: list[int]
) -> bool:
    """Whether enough full lines break ``inside`` sentences, and the others do not speak against it."""
    short = [p for p in open_breaks if p not in full and not _is_marked(lines[p], lines[p + 1])]
    ragged = [place for place in short if not ends_sentence(lines[place].words)]
    prose = any(_INNER_PUNCTUATION.search(line.words) for line in lines)
    last = max(inside) + 1
    finished = ends_sentence(lines[last].words) or lines[min(last + 1, len(lines) - 1)].words[:1] in CLOSING
    if len(inside) == 1:
        return columns[inside[0]] >= _WIDE_LINE and not short and finished and prose
    if len(ragged) >= len(inside) or len(short) > 3 * len(inside):
        return False
    finished = finished or columns[last] < _FULL * max(columns)
    return finished and (prose or len(inside) > 2) and len({line.words[:2] for line in lines}) > 1


def _is_marked(line: _Line, below: _Line) -> bool:
    """Whether one of two lines is a paragraph by its form, so that the break between them says nothing of the width."""
    begins = is_point(below.words) or may_be_point(below.words)
    return begins or is_apart(line.words) or is_apart(below.words)
