"""The filter for titles: breaks between phrases, and not one character more or less."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bulletin.core.phrases import title_breaks
from bulletin.render.phrases import phrases_filter

make = phrases_filter(title_breaks)


def phrases(title: str) -> str:
    """As the filter gives it, in short."""
    made = make(title)
    return made if made is title else str(made).replace('<wbr aria-hidden="true">', "<wbr>")


def test_breaks_are_put_between_the_phrases_of_a_title() -> None:
    assert phrases("<关于>，做好春节期间救助的通知") == (
        '<span class="phrases">&lt;关于&gt;，<wbr>做好<wbr>春节<wbr>期间<wbr>救助的<wbr>通知</span>'
    )


@pytest.mark.parametrize("title", ["寻亲 & 返乡", "冬夜里的一碗热汤", "Homes for the winter & after", "", "救 < 助"])
def test_a_title_without_breaks_is_left_as_it_is(title: str) -> None:
    assert phrases(title) is title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (
            '关于<em>做好春节</em>期间<a href="x" title="a>b">救助工作</a>的通知',
            '关于<em><wbr>做好<wbr>春节</em><wbr>期间<a href="x" title="a>b"><wbr>救助<wbr>工作</a>的<wbr>通知',
        ),
        (
            "春节期间救助工作的通知<sup><a>注1</a></sup>与说明",
            "春节<wbr>期间<wbr>救助<wbr>工作的<wbr>通知<sup><a>注1</a></sup><wbr>与说明",
        ),
        ("救助&amp;寻亲：二月份工作&nbsp;要点", "救助&amp;寻亲：<wbr>二月份<wbr>工作&nbsp;要点"),
    ],
)
def test_markup_in_a_title_stays(title: str, shown: str) -> None:
    assert phrases(Markup(title)) == f'<span class="phrases">{shown}</span>'


def test_a_title_with_readings_is_left_as_it_is() -> None:
    title = Markup("关于做好春节期间<ruby>救<rt>jiù</rt></ruby>助工作的通知")
    assert phrases(title) is title


@given(
    st.lists(
        st.sampled_from(["救助", "工作的", "<em>", "</em>", "<sup>注</sup>", "&amp;", "2015年", "，", "<br>", "a b"]),
        max_size=20,
    ).map("".join)
    | st.text(max_size=40).map(lambda text: str(escape(text)))
)
def test_what_is_read_copied_and_found_is_the_title(html: str) -> None:
    shown = str(phrases(Markup(html)))
    assert shown.removeprefix('<span class="phrases">').removesuffix("</span>").replace("<wbr>", "") == html
    plain = unescape(re.sub(r"<[^>]*>", "", html))
    assert unescape(re.sub(r"<[^>]*>", "", str(escape(make(plain))))) == plain
