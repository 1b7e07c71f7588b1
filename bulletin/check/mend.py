"""What can be mended without judgement: half-width signs among Han, invisible characters, spaces beside full-width
signs, the numbering's own signs, line ends, and the encoding.

No Han character, digit or Latin letter is ever changed (a property test), and nothing is mended where a comment
silences the rule.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bulletin.check.damage import odd_points, series
from bulletin.check.ignoring import pragmas
from bulletin.check.manuscript import BLANK, INVISIBLE, Manuscript, manuscript
from bulletin.check.office import Office
from bulletin.check.reading import lone_titles
from bulletin.check.rules import problems_in
from bulletin.check.typography import full_width, typeset
from bulletin.core.errors import OutputError
from bulletin.core.files import replace_file
from bulletin.core.model import SourceFile, Value
from bulletin.core.problems import N_

COPIES = "before-fix"
"""In the work folder: each file as it was, by the time of mending."""

ROUNDS = 4
"""One mend may make another possible; this many times at most."""

Edit = tuple[int, int, str]
"""Start, end, and what stands there afterwards."""


class Mended(Value, frozen=True):
    """A file, before and after."""

    path: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        return self.before != self.after


def mend(file: SourceFile, kind: str, office: Office, *, titles: bool = False) -> Mended:
    """Mend a file; one that cannot be read stays as it is. ``titles`` also marks lines that stand alone like titles."""
    after = file.data
    for _ in range(ROUNDS):
        text = manuscript(SourceFile(file.path, after), kind, office.facts.sections)
        if text is None:
            return Mended(file.path, file.data, file.data)
        fresh = mended_text(text, office, titles=titles).encode()
        if fresh == after:
            break
        after = fresh
    return Mended(file.path, file.data, after)


def mended_text(text: Manuscript, office: Office, *, titles: bool = False) -> str:
    """The file's text with every edit made that does not make a problem: ``（ （`` would become ``（（``."""
    edits = _edits(text, titles)
    fresh = _apply(text.text, edits)
    if not edits or not _makes_a_problem(text, fresh, office):
        return fresh
    kept: list[Edit] = []
    for line in _by_line(text, edits)[:TRIED]:
        if not _makes_a_problem(text, _apply(text.text, sorted([*kept, *line])), office):
            kept += line
    return _apply(text.text, sorted(kept))


TRIED = 200
"""Lines that are tried one by one where all together would make a problem."""


def _edits(text: Manuscript, titles: bool) -> list[Edit]:
    """What can be mended, in order; not where a comment silences the rule."""
    held = {(one.holds, code) for one in pragmas(text) for code in one.codes}
    edits: dict[int, Edit] = {}
    for code, find in MENDS:
        for edit in find(text):
            if (text.place(edit[0])[0], code) not in held:
                edits.setdefault(edit[0], edit)
    if titles:
        edits |= {edit[0]: edit for edit in _titles(text) if (text.place(edit[0])[0], "R106") not in held}
    return sorted(edits.values())


def _by_line(text: Manuscript, edits: list[Edit]) -> list[list[Edit]]:
    lines: dict[int, list[Edit]] = {}
    for edit in edits:
        lines.setdefault(text.place(edit[0])[0], []).append(edit)
    return list(lines.values())


def _makes_a_problem(text: Manuscript, fresh: str, office: Office) -> bool:
    after = manuscript(SourceFile(text.path, fresh.encode()), text.kind, office.facts.sections, text.date)
    return after is None or bool(_counted(after, office) - _counted(text, office))


def _counted(text: Manuscript, office: Office) -> Counter[str]:
    return Counter(found.code for found in problems_in(text, office))


def _apply(text: str, edits: list[Edit]) -> str:
    pieces, at = [], 0
    for start, end, words in edits:
        if start >= at:
            pieces += [text[at:start], words]
            at = end
    return "".join([*pieces, text[at:]])


def _full_width(text: Manuscript) -> Iterator[Edit]:
    for at, sign in full_width(text.prose, text.body, len(text.prose)).items():
        yield at, at + 1, sign


HAN_SIDE = re.compile(r"[　-〿一-龥！-～“”‘’]")


def _invisible(text: Manuscript) -> Iterator[Edit]:
    """No-break spaces become spaces between Latin words and disappear elsewhere; all others disappear."""
    for found in INVISIBLE.finditer(text.prose, text.body):
        at = found.start()
        before, after = text.text[at - 1 : at], text.text[at + 1 : at + 2]
        inner = found.group() == "\u00a0" and before not in ("", "\n", " ", "\u00a0") and after not in ("", "\n", " ")
        keep = inner and not (HAN_SIDE.match(before) or HAN_SIDE.match(after) or after == "\u00a0")
        yield at, at + 1, " " if keep else ""


def _points(text: Manuscript) -> Iterator[Edit]:
    for passage in text.passages:
        for run in series(text, passage):
            for point in odd_points(run):
                if point.level == 1:  # a digit's sign is Markdown's
                    yield point.sign_at, point.sign_at + 1, run[0].sign


def _typesetting(text: Manuscript) -> Iterator[Edit]:
    fresh = typeset(text.prose)
    if fresh == text.prose:
        return
    for start, before, after in zip(text.starts, text.prose.split("\n"), fresh.split("\n"), strict=False):
        if before != after and BLANK not in before:
            yield from _without_spaces(start, before, after)


def _without_spaces(start: int, before: str, after: str) -> Iterator[Edit]:
    """The spaces that went, each an edit of its own, so that other edits of the line can be made beside them."""
    at = 0
    for index, sign in enumerate(before):
        if at < len(after) and after[at] == sign:
            at += 1
        else:
            yield start + index, start + index + 1, ""


def _titles(text: Manuscript) -> Iterator[Edit]:
    for passage in text.passages:
        for at, words in lone_titles(text, passage):
            line = text.starts[text.place(at)[0] - 1]
            yield line, at + len(words), f"### {words}"


MENDS: tuple[tuple[str, Callable[[Manuscript], Iterator[Edit]]], ...] = (
    ("D105", _full_width),
    ("D113", _invisible),
    ("D107", _points),
    ("W105", _typesetting),
)
"""The code that a mend answers, and what finds its places."""


def difference(mended: Mended) -> str:
    """What a mend does, as a unified diff; bytes that are no UTF-8 are shown as GB18030."""
    before = _shown(mended.before).splitlines(keepends=True)
    after = _shown(mended.after).splitlines(keepends=True)
    lines = list(difflib.unified_diff(before, after, mended.path, mended.path, n=1))
    if not lines and mended.changed:
        return f"--- {mended.path}\n+++ {mended.path}\n"  # only line ends or the encoding
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _shown(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").replace("\r\n", "\n")


def write_mended(root: Path, work: str, mended: Mended, now: datetime) -> str:
    """Put the mended file in the old one's place, whole or not at all; returns the copy's path from the root.

    Raises `OutputError`; then the file is as it was. One that was changed in the meantime is left alone.
    """
    path, copy = root / mended.path, root / work / COPIES / f"{now:%Y%m%d-%H%M%S}" / mended.path

    def data() -> Iterator[bytes]:
        yield mended.after
        if path.read_bytes() != mended.before:  # as late as can be: whoever saves meanwhile keeps what he saved
            raise OutputError(N_("the file was changed meanwhile, and was left as it is."), path=path)

    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(mended.before)
        replace_file(path, data(), sync=True)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
    return copy.relative_to(root).as_posix()
