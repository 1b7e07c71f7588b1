"""The office's own words: ``content/words/*.txt``, and the common slips that come with bulletin (slips.txt).

One entry a line; ``#`` begins a note::

    弱势全体 → 弱势群体      what is wrong, and what is right
    ! 盲流                   a word to avoid
    邓军 = 站长              a person, and the title that belongs to the name

No list of political words is shipped; what an office must not write, it knows itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import blake2b
from importlib import resources
from typing import Literal

from bulletin.core.model import SourceFile, Value
from bulletin.core.problems import Problem, problem
from bulletin.read.decode import decode_text

WORDS_FOLDER = "content/words"
_PAIR = re.compile(r"^(?P<wrong>[^→>=!＞＝！]+?)\s*(?:→|->|=>|[－—]+[＞>]|＝[＞>]|-＞|=＞)\s*(?P<right>.+)$")
_AVOID = re.compile(r"^[!！]\s*(?P<word>\S.*)$")
_TITLE = re.compile(r"^(?P<name>[一-龥·]{2,12})\s*[=＝:：]\s*(?P<title>[一-龥、，,]{1,40})$")

_WordKind = Literal["pair", "avoid", "slip"]


class _Word(Value, frozen=True):
    """A word that should not be in a text."""

    kind: _WordKind
    wrong: str
    right: str = ""


class WordLists(Value, frozen=True):
    """All lists together."""

    entries: tuple[_Word, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    """Name and right title of a person."""
    digests: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.titles)


def read_word_lists(files: tuple[SourceFile, ...]) -> WordLists:
    """The office's lists after the shipped one; an entry of the office's comes before ours of the same word."""
    entries: dict[str, _Word] = {word.wrong: word for word in _slips()}
    titles: dict[str, str] = {}
    problems: list[Problem] = []
    for file in files:
        text, faults = decode_text(file)
        problems += faults
        for number, line in enumerate((text or "").split("\n"), 1):
            one = _entry(line.replace("＃", "#").partition("#")[0].strip(" \t　"))
            if isinstance(one, _Word):
                entries[one.wrong] = one
            elif isinstance(one, tuple):
                titles[one[0]] = one[1]
            elif one is None:
                problems.append(problem("W106", file.path, number, words=line.strip()[:40]))
    digests = tuple(blake2b(file.data, digest_size=12).hexdigest() for file in files)
    kept = tuple(word for word in entries.values() if word.wrong != word.right)
    return WordLists(kept, tuple(titles.items()), digests, tuple(problems))


def _entry(line: str) -> _Word | tuple[str, str] | Literal[""] | None:
    """A word, a name with its title, ``""`` for an empty line, None for one that says nothing."""
    if not line:
        return ""
    if found := _AVOID.match(line):
        return _Word("avoid", found["word"])
    if found := _PAIR.match(line):
        return _Word("pair", found["wrong"].strip(), found["right"].strip())
    if found := _TITLE.match(line):
        return found["name"], found["title"]
    return None


def _slips() -> Iterator[_Word]:
    """The shipped list: ``wrong → right``, with its sources in the file."""
    text = resources.files("bulletin.check").joinpath("slips.txt").read_text(encoding="utf-8")
    for line in text.split("\n"):
        if found := _PAIR.match(line.partition("#")[0].strip()):
            yield _Word("slip", found["wrong"], found["right"])


_Find = Callable[[str], list[tuple[int, int, int]]]
"""Text → index of the entry, start and end of each place where one is found."""


def _find_nothing(_: str) -> list[tuple[int, int, int]]:
    return []


class Matcher:
    """Finds every entry in one pass over a text, however many there are (Aho–Corasick)."""

    def __init__(self, words: WordLists) -> None:
        self._entries = words.entries
        self._titles = dict(words.titles)
        self._find: _Find = _find_nothing
        self._find_names: _Find = _find_nothing
        try:
            from ahocorasick_rs import AhoCorasick, MatchKind
        except ModuleNotFoundError:  # on Windows for ARM; W107 says so (libraries.py)
            return
        wrong = [word.wrong for word in words.entries]
        self._find = AhoCorasick(wrong, matchkind=MatchKind.LeftmostLongest).find_matches_as_indexes
        self._find_names = AhoCorasick(list(self._titles) or ["\x00\x01"]).find_matches_as_indexes

    def words(self, text: str) -> Iterator[tuple[int, int, _Word]]:
        """Start, end and entry of each word that should not be there; not where the right word holds the wrong one."""
        for index, start, end in self._find(text):
            word = self._entries[index]
            if not _is_part_of_the_right_one(text, start, word):
                yield start, end, word

    def names(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Start, end, name and title of each person of the lists."""
        if self._titles:
            names = list(self._titles)
            for index, start, end in self._find_names(text):
                yield start, end, names[index], self._titles[names[index]]


def _is_part_of_the_right_one(text: str, start: int, word: _Word) -> bool:
    """``帐户 → 账户`` is plain; ``救助站 → 救助管理站`` must not fire inside the right word, nor ``登陆 → 登陆舰``."""
    if not word.right or word.wrong not in word.right:
        return False
    offset = word.right.index(word.wrong)
    return text.startswith(word.right, start - offset) if start >= offset else False
