"""What `bulletin check --fix` changes: half-width punctuation among Han, invisible characters, spaces beside
full-width punctuation, the numbering's own punctuation, blank lines where it is not clear that a paragraph ends, line
ends, and the encoding.

No Han character of common use, digit or Latin letter is ever changed (a property test), and nothing is fixed where a
comment silences the rule.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from bulletin.check.ignoring import pragmas
from bulletin.check.manuscript import Manuscript, manuscript
from bulletin.check.masking import masked_line
from bulletin.check.numbered_points import oddly_marked, point_series, usual_mark
from bulletin.check.office import Office
from bulletin.check.paragraph_ends import unsure_ends
from bulletin.check.patterns import BLANK, INVISIBLE
from bulletin.check.punctuation import FULL_WIDTH_OF, half_width_offsets
from bulletin.check.quotes import ellipsis_edits, quote_edits, width_edits
from bulletin.check.reading import lone_titles
from bulletin.check.rules import problems_in
from bulletin.check.typography import typeset
from bulletin.core.look_alikes import LOOK_ALIKE, fold_name, plain_character
from bulletin.core.model import SourceFile, Value
from bulletin.read.decode import decode_text
from bulletin.read.slugs import slug

_MAX_ROUNDS = 30
"""One fix may make another possible; two rounds are usual, and a second run must find nothing more."""

_Edit = tuple[int, int, str]
"""Start, end, and what takes the place of that."""


class FixedFile(Value, frozen=True):
    """A file, before and after."""

    path: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        return self.before != self.after


def fix_file(file: SourceFile, kind: str, office: Office, *, titles: bool = False) -> FixedFile:
    """Fix a file; one that cannot be read stays as it is. ``titles`` also marks lone lines that look like titles."""
    after = file.data
    for _ in range(_MAX_ROUNDS):
        text = manuscript(SourceFile(file.path, after), kind, office.facts.sections)
        if text is None:
            return FixedFile(file.path, file.data, file.data)
        fresh = fixed_text(text, office, titles=titles).encode()
        if fresh == after:
            break
        after = fresh
    return FixedFile(file.path, file.data, after)


def fixed_text(text: Manuscript, office: Office, *, titles: bool = False) -> str:
    """The file's text with every edit made that does not make a problem: ``（ （`` would become ``（（``."""
    edits = _edits(text, titles)
    fresh = _apply(text.text, edits)
    if not edits or not _makes_a_problem(text, fresh, office):
        return fresh
    return _apply(text.text, _harmless(text, _by_line(text, edits), office))


_MAX_TRIED = 20_000_000
"""Characters checked to find the lines whose edits would make a problem: a thousand tries with a text of 20 KB."""


def _harmless(text: Manuscript, lines: list[list[_Edit]], office: Office) -> list[_Edit]:
    """The edits of the lines that make no problem: where a half makes one, its own halves are tried."""
    kept: list[_Edit] = []
    waiting = [lines]
    for _ in range(min(1_000, 20 + _MAX_TRIED // len(text.text))):
        if not waiting:
            break
        some = waiting.pop()
        more = sorted([*kept, *(edit for line in some for edit in line)])
        if not _makes_a_problem(text, _apply(text.text, more), office):
            kept = more
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return kept


def _edits(text: Manuscript, titles: bool) -> list[_Edit]:
    """In order; none where a comment silences the rule."""
    held = {(one.holds, code) for one in pragmas(text) for code in one.codes}
    edits: dict[int, _Edit] = {}
    addresses = tuple(found.span() for found in _ADDRESS.finditer(text.text, text.body))
    for code, find in _FIXERS:
        for edit in find(text):
            if not _inside(addresses, edit[0]) and (text.place(edit[0])[0], code) not in held:
                edits.setdefault(edit[0], edit)
    if titles:
        edits |= {edit[0]: edit for edit in _titles(text) if (text.place(edit[0])[0], "R106") not in held}
    return sorted(edits.values())


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'，。；：！？、（）《》“”【】]+")
"""With its tail in Chinese, in which a comma is a part of the address as often as not."""


def _inside(spans: tuple[tuple[int, int], ...], at: int) -> bool:
    place = bisect_right(spans, at, key=itemgetter(0)) - 1
    return place >= 0 and at < spans[place][1]


def _by_line(text: Manuscript, edits: list[_Edit]) -> list[list[_Edit]]:
    lines: dict[int, list[_Edit]] = {}
    for edit in edits:
        lines.setdefault(text.place(edit[0])[0], []).append(edit)
    return list(lines.values())


def _makes_a_problem(text: Manuscript, fresh: str, office: Office) -> bool:
    after = manuscript(SourceFile(text.path, fresh.encode()), text.kind, office.facts.sections, text.date)
    return after is None or bool(_counted(after, office) - _counted(text, office))


def _paragraph_ends(text: Manuscript) -> Iterator[_Edit]:
    yield from ((at, at, blank) for at, blank in unsure_ends(text))


def _counted(text: Manuscript, office: Office) -> Counter[str]:
    """Without lone titles, which a blank line below them does not make, but shows."""
    return Counter(found.code for found in problems_in(text, office) if found.code != "R106")


def _apply(text: str, edits: list[_Edit]) -> str:
    pieces, at = [], 0
    for start, end, words in edits:
        if start >= at:
            pieces += [text[at:start], words]
            at = end
    return "".join([*pieces, text[at:]])


def _full_width(text: Manuscript) -> Iterator[_Edit]:
    for at in half_width_offsets(text.prose, text.body, len(text.prose)):
        yield at, at + 1, FULL_WIDTH_OF[text.prose[at]]


_WIDE_CHARACTER = re.compile(r"[　-〿一-龥！-～“”‘’]")


def _invisible(text: Manuscript) -> Iterator[_Edit]:
    """No-break spaces become spaces between Latin words and disappear elsewhere; all others disappear."""
    for found in INVISIBLE.finditer(text.prose, text.body):
        at = found.start()
        if not _keeps_address(text, at):
            continue
        before, after = text.text[at - 1 : at], text.text[at + 1 : at + 2]
        inner = found.group() == "\u00a0" and before not in ("", "\n", " ", "\u00a0") and after not in ("", "\n", " ")
        keep = inner and not (_WIDE_CHARACTER.match(before) or _WIDE_CHARACTER.match(after) or after == "\u00a0")
        yield at, at + 1, " " if keep else ""


def _look_alikes(text: Manuscript) -> Iterator[_Edit]:
    for found in LOOK_ALIKE.finditer(text.prose, text.body):
        at, right = found.start(), plain_character(found.group())
        if right != found.group() and _keeps_address(text, at):
            yield at, at + 1, right


def _keeps_address(text: Manuscript, at: int) -> bool:
    """Whether the article of this title keeps its address without such characters; pages link to it, and readers."""
    start = text.starts[text.place(at)[0] - 1]
    line = text.text[start:].partition("\n")[0]
    return not line.lstrip().startswith(("#", "●")) or "{#" in line or slug(line) == slug(fold_name(line))


def _ellipses(text: Manuscript) -> Iterator[_Edit]:
    yield from (edit for edit in ellipsis_edits(text) if not text.text.startswith("等", edit[1]))


def _widths(text: Manuscript) -> Iterator[_Edit]:
    """Not in a title whose article would get another address."""
    for start, end, words in width_edits(text):
        line = text.starts[text.place(start)[0] - 1]
        before = text.text[line:].partition("\n")[0]
        after = before[: start - line] + words + before[end - line :]
        if not before.lstrip().startswith(("#", "●")) or "{#" in before or slug(before) == slug(after):
            yield start, end, words


def _points(text: Manuscript) -> Iterator[_Edit]:
    for passage in text.passages:
        for run in point_series(text, passage):
            if run[0].level == 1:  # after a digit it is Markdown's
                mark = usual_mark(run)
                yield from ((point.mark_at, point.mark_at + 1, mark) for point in oddly_marked(run))


def _typesetting(text: Manuscript) -> Iterator[_Edit]:
    fresh = typeset(text.prose)
    if fresh == text.prose:
        return
    for start, before, after in zip(text.starts, text.prose.split("\n"), fresh.split("\n"), strict=False):
        if before != after and BLANK not in before:
            yield from _without_spaces(start, before, after)


def _without_spaces(start: int, before: str, after: str) -> Iterator[_Edit]:
    """The spaces that went, each an edit of its own, so that other edits of the line can be made beside them."""
    at = 0
    for index, character in enumerate(before):
        if at < len(after) and after[at] == character:
            at += 1
        else:
            yield start + index, start + index + 1, ""


def _titles(text: Manuscript) -> Iterator[_Edit]:
    for passage in text.passages:
        for at, words in lone_titles(text, passage):
            line = text.starts[text.place(at)[0] - 1]
            yield line, at + len(words), f"### {words}"


_FIXERS: tuple[tuple[str, Callable[[Manuscript], Iterator[_Edit]]], ...] = (
    ("D105", _full_width),
    ("D113", _invisible),
    ("D115", _look_alikes),
    ("D107", _points),
    ("W105", _typesetting),
    ("D118", _ellipses),
    ("D119", quote_edits),
    ("D122", _widths),
    ("M208", _paragraph_ends),
)
"""A code, and what finds the edits that fix its problems."""


def diff(fixed: FixedFile) -> str:
    """What changes, as a unified diff without numbers of persons."""
    before = _shown(fixed.before).splitlines(keepends=True)
    after = _shown(fixed.after).splitlines(keepends=True)
    head = f"--- {fixed.path}\n+++ {fixed.path}\n"
    _, _, *lines = (*difflib.unified_diff(before, after, n=1),) or ("", "")
    if not lines:
        return head if fixed.changed else ""  # only line ends, the encoding, or what nobody sees
    return head + _masked(line.removesuffix("\n") for line in lines)


def _masked(lines: Iterable[str]) -> str:
    """The lines of a diff with the numbers of persons masked, also one that goes on in the next line."""
    marks, texts = zip(*((line[:1], line[1:]) for line in lines), strict=True)
    masked = masked_line("\n".join(texts)).split("\n")
    return "".join(f"{mark}{text}\n" for mark, text in zip(marks, masked, strict=True))


def _shown(data: bytes) -> str:
    text, _ = decode_text(SourceFile("", data))
    return text if text is not None else data.decode("utf-8", "replace")
