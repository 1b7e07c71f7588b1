"""Words and damage by kinds: what is wrong is named, and what looks like it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.check import borders
from bulletin.check.wordlists import read_word_lists
from tests.check.texts import codes, problems

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(("slip", "sentence"), rows("word_borders.txt"))
def test_a_slip_is_none_across_a_border_between_words(slip: str, sentence: str) -> None:
    assert slip in sentence
    assert "W104" not in codes(sentence)


def test_every_slip_is_reported_where_it_stands_by_itself() -> None:
    slips = [word for word in read_word_lists(()).entries if word.kind == "slip"]
    assert len(slips) > 300
    for word in slips:
        found = [p for p in problems(f"站里写着“{word.wrong}”，{word.wrong}。") if p.code == "W104"]
        assert [dict(p.values) for p in found] == [{"words": word.wrong, "right": word.right}] * 2
        assert "W104" not in codes(f"站里写着“{word.right}”，{word.right}。")


def test_right_words_hold_no_slip() -> None:
    lines = (Path(borders.__file__).parent / "borders.txt").read_text(encoding="utf-8").splitlines()
    right = [word for line in lines if line[0] != "#" for word in line[1:].split()]
    slips = [word.wrong for word in read_word_lists(()).entries]
    assert len(right) > 800
    assert [word for word in right if any(slip in word for slip in slips)] == []


@pytest.mark.parametrize(("word", "wrong", "right"), rows("confused_words.txt"))
def test_a_word_is_named_where_those_beside_ask_for_another(word: str, wrong: str, right: str) -> None:
    found = [p for p in problems(wrong) if p.code == "W108"]
    assert found
    assert all(dict(p.values)["words"] == word for p in found)
    assert codes(right) == []


@pytest.mark.parametrize(("code", "damaged", "sound"), rows("damage.txt"))
def test_damage_is_named_and_what_looks_like_it_is_not(code: str, damaged: str, sound: str) -> None:
    assert code in codes(damaged)
    assert codes(sound) == []
