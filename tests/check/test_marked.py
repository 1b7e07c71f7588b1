"""The marked snippets: nothing private is missed, nothing innocent is accused."""

from __future__ import annotations

import pytest

from bench.check import ORDINARY, Score, accused_in, office, scores, snippets
from tests.check.texts import problems


@pytest.fixture(scope="module")
def scored() -> dict[str, Score]:
    """By code, what the rules find in the marked snippets."""
    return scores(office())


def test_the_set_is_large_enough_and_nearly_half_of_it_innocent() -> None:
    texts = list(snippets())
    assert len(texts) >= 300
    assert len({snippet.text for snippet in texts}) == len(texts)
    assert sum(not snippet.code for snippet in texts) >= 150


def test_no_number_of_a_person_is_missed(scored: dict[str, Score]) -> None:
    private = ("P101", "P102", "P103", "P104", "P105")
    assert {code: scored[code].missed for code in private} == dict.fromkeys(private, ())


def test_signs_that_nobody_sees_hide_no_number() -> None:
    found = problems("电话138\u200b1234\u200b5678，身份证110105\u00a019491231\u200b002X。")
    assert [(p.code, p.column, p.length) for p in found if p.code[0] == "P"] == [("P103", 3, 13), ("P101", 20, 20)]


def test_nothing_is_reported_that_is_not_marked(scored: dict[str, Score]) -> None:
    assert {code: score.false for code, score in scored.items() if score.false} == {}


def test_the_other_rules_find_what_is_marked(scored: dict[str, Score]) -> None:
    assert {code: score.missed for code, score in scored.items() if score.missed} == {}


def test_ordinary_prose_names_hardly_anybody() -> None:
    cases, news = ([accused_in(name, frame, office()) for name in ORDINARY] for frame in ("", "n"))
    size = sum(characters for characters, _ in cases)
    assert sum(len(named) for _, named in cases) * 10_000 <= 3 * size
    assert [named for _, named in news] == [[]] * len(ORDINARY)
