"""Marks of secrecy: all in the set are found, and no word in a sentence is taken for one."""

from __future__ import annotations

import re
import time
import unicodedata
from pathlib import Path

import pytest

from bulletin.check.folding import fold_line
from bulletin.check.secrecy import declares_public, secrecy_marks, secrecy_value

_HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    """The texts of a set, escapes resolved."""
    lines = (_HERE / name).read_text("utf-8").splitlines()
    texts = [line for line in lines if line and not re.match(r"# (?:[─A-Z]|Inn)", line)]
    return [re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), t).replace("\\n", "\n") for t in texts]


MARKED = _lines("secrecy_marks.txt")
INNOCENT = _lines("secrecy_words.txt")


def _found(text: str, *, internal_public: bool = False) -> list[str]:
    return [text[start:end] for start, end, _ in secrecy_marks(text, internal_public=internal_public)]


def test_the_sets_are_large_enough() -> None:
    assert len(set(MARKED)) >= 120
    assert len(set(INNOCENT)) >= 150


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_found_with_its_place(text: str) -> None:
    begin, end = text.index("[["), text.rindex("]]")
    plain = text[:begin] + text[begin + 2 : end] + text[end + 2 :]
    marks = list(secrecy_marks(plain, internal_public=False))
    assert len(marks) == 1, marks
    first, last, words = marks[0]
    assert first < end - 2 and begin < last, plain[first:last]
    assert words


@pytest.mark.parametrize("text", INNOCENT)
def test_a_word_in_a_sentence_is_no_mark(text: str) -> None:
    assert _found(text) == []
