"""The sources of a release never hold what was withdrawn: its lines are cut out of them, its files left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bulletin.core.look_alikes import bare_letters
from bulletin.read.text_files import MARKDOWN_SUFFIXES

Spans = tuple[tuple[str, int, int], ...]
"""File, first and last line (`PublicTexts.withdrawn`)."""


def whole_files(spans: Spans) -> tuple[frozenset[str], tuple[str, ...]]:
    """Files that go as a whole, and folders that do."""
    files = frozenset(path for path, first, _ in spans if first == 0 and not path.endswith("/"))
    return files, tuple(path for path, _, _ in spans if path.endswith("/"))


def cut_files(spans: Spans, read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """What is left, by path, of each file that held something of it and stays; also of the main file of an issue in a
    folder, whose entries may tell of an article that has a file of its own.

    ``read`` gives a file by its path; None where there is none.
    """
    left: dict[str, bytes] = {}
    for path, lines in _lines_by_file(spans).items():
        left[path] = without_lines(read(path) or b"", lines)
    gone = whole_files(spans)[0]
    for path in sorted(gone):
        folder = path.rpartition("/")[0]
        for main in (f"{folder}/index{suffix}" for suffix in MARKDOWN_SUFFIXES):
            data = left.get(main) or (None if main in gone else read(main))
            if data is not None:
                told = b"".join(_without_telling(data.splitlines(keepends=True), _decoded(read(path) or b"")))
                left |= {main: told} if told != data else {}
    return left


def _lines_by_file(spans: Spans) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """First and last line of what is cut out of each file that stays."""
    found: dict[str, list[tuple[int, int]]] = {}
    for path, first, last in spans:
        if first > 0 and not path.endswith("/"):
            found.setdefault(path, []).append((first, last))
    return {path: tuple(lines) for path, lines in found.items()}


def without_lines(data: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """A file without these lines, counted from 1, and without what the entries at its top say of them; a last line of 0
    is the end of the file.
    """
    spans = tuple(spans)
    kept: list[bytes] = []
    gone: list[bytes] = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        is_gone = any(first <= number and (last == 0 or number <= last) for first, last in spans)
        (gone if is_gone else kept).append(line)
    return b"".join(_without_telling(kept, _decoded(b"".join(gone))))


_TOLD = re.compile(r"(?P<key>title|标题|summary|提要|摘要|keywords|关键词)[ \t]*[:：]\s*(?P<value>.*\S)")
_TITLES = ("title", "标题")
_NUMBERED = re.compile(r"(?:number|期号|编号)[ \t]*[:：]")
_CORRECTED = re.compile(r"\b(?:was|now):\s*(\"(?:[^\"\\]|\\.)*\"|[^,}\"]+)")
_LIST = re.compile(r"(?:corrections|更正)[ \t]*[:：]\s*")
_CLAUSE_END = re.compile(r"[。！？；…，,：:]")
_KEYWORD_END = re.compile(r"[,，、;；]\s*")
_MIN_CLAUSE = 8


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _without_telling(lines: list[bytes], gone: str) -> Iterator[bytes]:
    """Of the entries at the top, a title, a summary, keywords and corrections with words of what is ``gone``."""
    is_front = bool(lines) and _decoded(lines[0]).strip() == "---"
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() in (b"---", b"...")), 0) if is_front else 0
    front = [(line, _decoded(line)) for line in lines[:end]]
    numbered = any(_NUMBERED.match(words) for _, words in front)
    left = [_told_less(line, words, gone, numbered=numbered) for line, words in front]
    for number, line in enumerate(left):
        following = next(filter(None, left[number + 1 :]), b"")
        if not (_LIST.fullmatch(_decoded(line)) and not following.lstrip().startswith(b"-")):
            yield line
    yield from lines[end:]


def _told_less(line: bytes, words: str, gone: str, *, numbered: bool) -> bytes:
    """A line of the entries; empty where it tells of what is gone."""
    bare = bare_letters(gone)
    if words.lstrip().startswith("-"):
        said = (bare_letters(found) for found in _CORRECTED.findall(words))
        return b"" if any(len(each) > 1 and each in bare for each in said) else line
    found = _TOLD.match(words)
    if found is None:
        return line
    if found["key"] in ("keywords", "关键词"):
        known = _KEYWORD_END.split(found["value"])
        kept = [word for word in known if bare_letters(word) not in bare]
        if len(kept) == len(known):
            return line
        return _keywords(words, found, kept) if kept and line.decode("utf-8", "replace") == words else b""
    titles = [bare_letters(each) for each in gone.splitlines() if each.startswith("#")]
    titles += [
        bare_letters(each["value"]) for each in map(_TOLD.match, gone.splitlines()) if each and each["key"] in _TITLES
    ]
    clauses = [bare_letters(each) for each in _CLAUSE_END.split(found["value"])]
    tells = any(title and title in bare_letters(found["value"]) for title in titles)
    tells = tells or any(len(each) >= _MIN_CLAUSE and each in bare for each in clauses)
    return b"" if tells and (numbered or found["key"] not in _TITLES) else line


def _titles(gone: str) -> Iterator[str]:
    """Headings, and the title of an article's own file."""
    for line in gone.splitlines():
        entry = _TOLD.match(line)
        if line.startswith("#"):
            yield line
        elif entry and entry["key"] in _TITLES:
            yield entry["value"]


def _keywords(words: str, found: re.Match[str], kept: list[str]) -> bytes:
    start, end = found.span("value")
    return f"{words[:start]}{', '.join(kept)}{words[end:]}".encode()
