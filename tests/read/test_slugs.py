"""Titles → addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.read.dialect.ids import UniqueNames
from bulletin.read.slugs import MAX_SLUG_LENGTH, safe_id, slug


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("加强业务培训", "jia-qiang-ye-wu-pei-xun"),
        ("2014年第2期", "2014-nian-di-2-qi"),
        ("ＡＢＣ　Web 2.0", "abc-web-2-0"),
        ("“南岭”——一案", "nan-ling-yi-an"),
        ("……", ""),
        ("", ""),
    ],
)
def test_slug(title: str, address: str) -> None:
    assert slug(title) == address


def test_long_titles_are_cut_between_words() -> None:
    assert slug("救助管理站" * 10) == "jiu-zhu-guan-li-zhan-jiu-zhu-guan-li-zhan-jiu-zhu-guan-li"
    assert slug("x" * 100) == "x" * MAX_SLUG_LENGTH


@given(st.text(max_size=60))
def test_slug_of_any_title_is_an_address(title: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title))
    assert len(slug(title)) <= MAX_SLUG_LENGTH


@pytest.mark.parametrize(
    ("text", "id_"),
    [("Chang Hu", "chang-hu"), ("长湖", "长湖"), ("../a", "a"), ("a_b", "a_b"), ('"><x', "x"), ("?", "")],
)
def test_safe_id(text: str, id_: str) -> None:
    assert safe_id(text) == id_


def test_unique_takes_the_first_free_number() -> None:
    assert [UniqueNames(used).take("a") for used in ([], ["a"], ["a", "a-2", "a-4"])] == ["a", "a-2", "a-3"]
    names = UniqueNames(["a-2"])
    assert [names.take(wanted) for wanted in ("a", "a", "a-3", "a", "a-2")] == ["a", "a-3", "a-3-2", "a-4", "a-2-2"]
