"""更正 in a source, as bytes: the words are replaced in the text, and the front matter says what was wrong.

A source is never written anew: what is not corrected stays as it is, byte for byte, in its own encoding and with its
own line ends.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.core.errors import UsageError
from bulletin.core.model import Correction, SourceFile
from bulletin.core.nearest import nearest
from bulletin.core.problems import N_
from bulletin.read.corrections import read_corrections
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import ENTRIES, Front, read_entries, split

_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


class CorrectedFile(NamedTuple):
    """A source with a correction."""

    data: bytes
    line: int
    """At which the words were replaced; 0 where they were right already."""


class _Edit(NamedTuple):
    start: int
    end: int
    words: str


def with_correction(
    file: SourceFile, kind: str, correction: Correction, lines: tuple[int, int | None], suffix: str = ""
) -> CorrectedFile:
    """``kind`` is that of the file: ``issue``, ``article``, ``page``; ``lines`` are the first and last of the text that
    is corrected, the last None for the end of the file. ``suffix`` goes to the end of the line that is changed.

    Raises `UsageError` where the words are several times or not at all there, or where the file cannot be written
    without changing anything else.
    """
    text = _Text(file, kind)
    found = text.find(correction, lines)
    edits = [text.entry(correction)]
    if found:
        edits.append(_Edit(*found, correction.now))
        if suffix:
            end = text.end_of_line(found[1])
            edits.append(_Edit(end, end, suffix))
    after = text.with_edits(edits)
    text.require_same(after, correction)
    return CorrectedFile(after, text.line_at(found[0]) if found else 0)


class _Text:
    """A source as characters that give its bytes again."""

    def __init__(self, file: SourceFile, kind: str) -> None:
        self._file, self._kind = file, kind
        read, notices = decode_text(file)
        encoding = "gb18030" if any(each.code == "F103" for each in notices) else "utf-8"
        self._encoding = encoding
        self._mark = codecs.BOM_UTF8 if file.data.startswith(codecs.BOM_UTF8) else b""
        try:
            self._raw = file.data.removeprefix(self._mark).decode(encoding)
        except UnicodeDecodeError:
            raise _by_hand(file) from None
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(self._raw))]
        same = self._raw.encode(encoding) == file.data.removeprefix(self._mark)
        if read is None or not same or read.count("\n") + 1 != len(self._starts):
            raise _by_hand(file)
        self._before = _parsed(file, kind)
        self._end = "\r\n" if "\r\n" in self._raw[:10_000] else "\n"
        self._front = self._front_end()

    def line_at(self, offset: int) -> int:
        return sum(start <= offset for start in self._starts)

    def end_of_line(self, offset: int) -> int:
        """Offset of the end of the line, without blanks."""
        found = _LINE_END.search(self._raw, offset)
        line = self._raw[offset : found.start() if found else len(self._raw)]
        return offset + len(line.rstrip())

    # ── the words

    def find(self, correction: Correction, lines: tuple[int, int | None]) -> tuple[int, int] | None:
        """Where the wrong words are; None where the right ones are there already."""
        was, now = correction.was, correction.now
        spans = list(self._spans(was, lines)) if was else []
        right = list(self._spans(now, lines)) if now else []
        if was in now:
            spans = [each for each in spans if not any(s <= each[0] and each[1] <= e for s, e in right)]
        if len(spans) == 1:
            return spans[0]
        if spans:
            names = ", ".join(f"{self._file.path}:{self.line_at(start)}" for start, _ in spans[:_NAMED])
            message = N_("“{was}” is there {count} times: {places}. Write more of the sentence into --was and --now.")
            raise UsageError(message, was=was, count=len(spans), places=names)
        if right or not now:
            return None
        raise self._nowhere(was or now, lines)

    def _spans(self, words: str, lines: tuple[int, int | None]) -> Iterator[tuple[int, int]]:
        """Places of the words in these lines, also where the file breaks the line between two of them; not in the
        list of corrections."""
        start, end = self._range(lines)
        block = self._block()
        pattern = re.compile(r"(?:[ \t\u3000]*(?:\r\n|\n)[ \t\u3000]*)?".join(map(re.escape, words)))
        for found in pattern.finditer(self._raw, start, end):
            if not block or not (found.start() < block[1] and block[0] < found.end()):
                yield found.span()

    def _range(self, lines: tuple[int, int | None]) -> tuple[int, int]:
        first, last = lines
        start = self._starts[max(first, 1) - 1]
        return start, self._starts[last] if last is not None and last < len(self._starts) else len(self._raw)

    def _nowhere(self, words: str, lines: tuple[int, int | None]) -> UsageError:
        start, end = self._range(lines)
        sentences = (each.strip() for each in re.split(r"(?<=[。！？；])|[\r\n]+", self._raw[start:end]))
        guess = nearest(words, [each for each in sentences if each], _LIKE_A_SENTENCE)
        path = f"{self._file.path}:{max(lines[0], 1)}"
        if guess:
            message = N_("neither --was nor --now is in this text. Did you mean “{guess}”?")
            return UsageError(message, path=path, guess=guess[:_SHOWN])
        return UsageError(N_("neither --was nor --now is in this text."), path=path)

    # ── the entry

    def entry(self, correction: Correction) -> _Edit:
        """What is to be inserted for the front matter to say it."""
        words = _flow(correction)
        if self._front is None:
            if self._before.entries:
                raise _by_hand(self._file)
            return _Edit(0, 0, self._end.join(("---", "corrections:", f"  - {words}", "---", "")))
        block = self._block()
        if block is None:
            return _Edit(self._front, self._front, f"corrections:{self._end}  - {words}{self._end}")
        return self._item(words, *block)

    def _item(self, words: str, start: int, end: int) -> _Edit:
        block = self._raw[start:end]
        head = _KEY.match(block)
        given = block[head.end() :] if head else ""
        if given.lstrip(" \t").startswith("["):
            at = start + block.rindex("]") if "]" in block else end
            is_empty = not block[: at - start].rstrip().endswith(("}", ","))
            return _Edit(at, at, words if is_empty else f", {words}")
        item = re.search(r"^([ \t]*)- ", block, re.MULTILINE)
        indent = item[1] if item else "  "
        at = start + len(block.rstrip())
        return _Edit(at, at, f"{self._end}{indent}- {words}")

    def _front_end(self) -> int | None:
        """Offset of the line that ends the front matter; None where there is none."""
        if self._raw.partition("\n")[0].rstrip() != "---":
            return None
        found = re.search(r"(?<=\n)(?:---|\.\.\.)[^\S\n]*(?=\n|\Z)", self._raw[3:])
        return found.start() + 3 if found else None

    def _block(self) -> tuple[int, int] | None:
        """Range of the entry in the front matter, up to the next one."""
        front = self._raw[: self._front] if self._front else ""
        found = re.search(rf"^{_KEY.pattern}", front, re.MULTILINE | re.IGNORECASE)
        if found is None:
            return None
        after = re.compile(r"^(?![ \t\r\n#\-\]}])", re.MULTILINE).search(front, found.end())
        return found.start(), after.start() if after else len(front)

    # ── the result

    def with_edits(self, edits: list[_Edit]) -> bytes:
        raw = self._raw
        for start, end, words in sorted(edits, reverse=True):
            raw = raw[:start] + words + raw[end:]
        return self._mark + raw.encode(self._encoding)

    def require_same(self, data: bytes, correction: Correction) -> None:
        """Raise `UsageError` unless the file says what it said, and the correction."""
        after = _parsed(SourceFile(self._file.path, data), self._kind)
        known, _ = read_corrections(self._before)
        now, problems = read_corrections(after)
        if now != (*known, correction) or len(problems) != len(read_corrections(self._before)[1]):
            raise _by_hand(self._file)
        if after.entries.keys() - {"corrections"} != self._before.entries.keys() - {"corrections"}:
            raise _by_hand(self._file)


_NAMED = 5
_SHOWN = 80
_LIKE_A_SENTENCE = 40
"""Percent, as in core/nearest.py: less than for a name, since a part of a sentence is compared with a whole one."""
_KEY = re.compile(r"(?:corrections|更正)[ \t]*[:：]")


def _parsed(file: SourceFile, kind: str) -> Front:
    text, _ = decode_text(file)
    front, _ = read_entries(split(text or "", file.path)[0], ENTRIES[kind])
    return front


def _flow(correction: Correction) -> str:
    """``{date: 2015-05-06 10:00, where: "ye-xun", was: "一", now: "二"}``"""
    where = f"where: {_quoted(correction.where)}, " if correction.where else ""
    values = f"{where}was: {_quoted(correction.was)}, now: {_quoted(correction.now)}"
    return f"{{date: {correction.date:%Y-%m-%d %H:%M}, {values}}}"


_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _quoted(words: str) -> str:
    """As a string of YAML, which is one of JSON whose every character is printable."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(words, ensure_ascii=False))


def _by_hand(file: SourceFile) -> UsageError:
    message = N_("this file cannot be corrected by the program without changing more of it. Write the entry yourself.")
    return UsageError(message, path=file.path)
