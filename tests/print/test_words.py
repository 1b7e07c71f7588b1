"""What becomes of characters that no font has, of invisible ones, and of words longer than a line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.editions.print.words import BREAK, Lettering

HAN = Lettering([frozenset(map(ord, "中文。，a1é 〓")), frozenset(map(ord, "a\u0301b"))])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("中文。", "中文。"),
        ("中𪚥文", "中〓文"),
        ("中\ue000", "中〓"),
        ("中\U000f0000", "中〓"),
        ("中\uffff", "中〓"),
        ("中\u200b\u00ad\u202e\ufe0f\U000e0100文", "中文"),
        ("中\t文\n中", "中 文\n中"),
        ("a\u0301", "a\u0301"),
        ("e\u0301", "é"),
        ("中\u0301", "〓"),
        ("b\ufe0f", "b"),
        ("", ""),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert HAN.printable(text) == shown


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("中𪚥文𪚥", ["𪚥", "𪚥"]),
        ("中\ue000", ["\ue000"]),
        ("中\u200b", []),
        ("中\u0301", ["中\u0301"]),
        ("中\n\t", []),
    ],
)
def test_missing(text: str, missing: list[str]) -> None:
    assert list(HAN.missing(text)) == missing


@pytest.mark.parametrize("text", ["a" * 500, "https://a.cn/" + "x" * 40, "，" * 30, "（" * 9])
def test_a_word_longer_than_a_line_may_be_parted_anywhere(text: str) -> None:
    every = Lettering([frozenset(map(ord, text))]).printable(text)
    assert every.replace(BREAK, "") == text
    assert max(map(len, every.split(BREAK))) <= 8


def test_ordinary_words_are_left_alone() -> None:
    every = Lettering([frozenset(range(0x20, 0xFFFF))])
    for text in ("中文" * 100, "internationalization is one word of twenty letters", "（一）“好”，"):
        assert every.printable(text) == text


@given(st.text())
@settings(max_examples=50)
def test_what_is_printed_can_be_printed(text: str) -> None:
    shown = HAN.printable(text)
    assert not list(HAN.missing(shown))
    assert shown.count("〓") >= len(list(HAN.missing(text))) - text.count("e\u0301")
