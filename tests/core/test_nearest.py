"""Which name is guessed, and when none is."""

from __future__ import annotations

import pytest

from bulletin.core.nearest import nearest

ADDRESSES = ["/about/", "/issues/2015002/", "/issues/2015001/", "/issues/2015001/jiu-zhu-an-li/"]


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("/abuot/", "/about/"),
        ("/issue/2015001", "/issues/2015001/"),
        ("/issues/2015001/jiu-zhu/", "/issues/2015001/jiu-zhu-an-li/"),
        ("/issues/2015020/", "/issues/2015002/"),  # as near to the one after it, which comes later
        ("/issues/2015003/wei-wen-hui-yi-tong-zhi-xiang-mu/", ""),
        ("救助", ""),
        ("", ""),
    ],
)
def test_the_most_similar_of_them_or_none(word: str, guess: str) -> None:
    assert nearest(word, ADDRESSES) == guess


def test_of_equally_similar_names_the_first() -> None:
    assert [nearest("aaab", names) for names in (["aaac", "aaad"], ["aaad", "aaac"])] == ["aaac", "aaad"]


def test_without_names_there_is_no_guess() -> None:
    assert nearest("title", ()) == ""
