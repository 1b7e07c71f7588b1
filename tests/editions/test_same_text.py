"""Every edition of text says what the leaf says, in order, once. A new edition adds a line to EDITIONS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec import Struct, structs

from bulletin.core.model import WithdrawnPlace
from bulletin.editions.blocks import Run, TextBlocks, lines, text_of
from bulletin.editions.columns import width_of, wrapped
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.page import letter_page
from bulletin.editions.plain_text import text_of_issue
from tests.archives import KINDS, issue
from tests.editions.books import book_of, said_by_book
from tests.editions.leaves import leaf_of, said_by
from tests.editions.letters import letter_of, said_by_html, said_by_text
from tests.editions.word_documents import document_of, read_document
from tests.read.cases import Case
from tests.read.test_dialect import CASES
from tests.read.test_words import Piece, bodies
from tests.words import first_difference, words

Words = list[str]


def of_text(leaf: Leaf) -> str:
    return text_of_issue(leaf, str).decode("utf-8-sig").replace("\r\n", "\n")


def text_says(leaf: Leaf) -> tuple[Words, Words]:
    """Letter by letter, since a line may part a word; addresses are behind their words, notes below each text."""
    leaf = without_addresses(leaf)
    publisher = leaf.publisher
    masthead = (publisher.bulletin, leaf.number, publisher.organizer, f"{leaf.date:%Y-%m-%d}")
    expected = "\n".join((*masthead, *_in_order(leaf, notes=True), leaf.url))
    return _letters(expected), _letters(of_text(leaf))


def _letters(text: str) -> Words:
    return list("".join(words(re.sub(r"\[\d+\]", "", text))))


def epub_says(leaf: Leaf) -> tuple[Words, Words]:
    found = said_by_book(book_of(leaf))
    expected = (*_in_order(leaf, notes=False), *said_by(leaf).notes)
    return words("\n".join(expected)), words("\n".join((found.text, *found.notes)))


def word_says(leaf: Leaf) -> tuple[Words, Words]:
    found = read_document(document_of(leaf))
    expected = (*_in_order(leaf, notes=False), *said_by(leaf).notes)
    return _letters("\n".join(expected)), _letters("\n".join((found.below_masthead, *found.notes)))


def letter_text_says(leaf: Leaf) -> tuple[Words, Words]:
    leaf = without_addresses(leaf)
    return _letter_words(leaf), _letters(said_by_text(letter_of(leaf), leaf))


def letter_html_says(leaf: Leaf) -> tuple[Words, Words]:
    leaf = without_addresses(leaf)
    return _letter_words(leaf), _letters(said_by_html(letter_of(leaf)))


def _letter_words(leaf: Leaf) -> Words:
    """Masthead, contents where there is something to find, the texts, the foot: all in the words of the templates."""
    say, publisher = letter_page(leaf, str, "", ""), leaf.publisher
    masthead = (publisher.bulletin, leaf.number, publisher.organizer, say.day, text_of(leaf.heading))
    before = (f"By: {leaf.byline}" if leaf.byline else "", "Read it on the website" if leaf.url else "")
    contents: list[str] = []
    if say.has_contents:
        titles = (f"{each.title} {' '.join(f'{a.title} {a.byline}' for a in each.articles)}" for each in leaf.sections)
        contents = ["In this issue", *titles]
    foot = [
        f"You get this letter because you agreed to get {publisher.bulletin} by mail.",
        "No more of them? Unsubscribe or answer this letter with 退订.",
        "We do not record whether you open this letter, nor what you follow.",
        publisher.name,
    ]
    facts = ("Address", publisher.address), ("Postcode", publisher.postcode), ("Phone", publisher.phone)
    foot += [f"{label} {value}" for label, value in (*facts, ("Email", publisher.email)) if value]
    draft = ["Draft: not for readers"] if leaf.draft else []
    body = _in_order(structs.replace(leaf, heading=(), byline=""), notes=True)
    return _letters("\n".join((*draft, *masthead, *before, *contents, *body, *foot)))


def without_addresses(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(without_addresses, value))
    if isinstance(value, Run):
        return structs.replace(value, href="")
    if isinstance(value, Struct):
        return structs.replace(value, **{name: without_addresses(each) for name, each in structs.asdict(value).items()})
    return value


def _in_order(leaf: Leaf, *, notes: bool) -> Iterator[str]:
    """What stands below the masthead, each text's notes behind it or left out."""
    yield from (text_of(leaf.heading), *_text(leaf.lead, leaf.byline, notes))
    for section in leaf.sections:
        yield from (text_of(section.heading), *_text(section.lead, section.byline, notes))
        for article in section.articles:
            yield from (text_of(article.heading), *_text(article.text, article.byline, notes))


def _text(text: TextBlocks, byline: str, notes: bool) -> Iterator[str]:
    yield from (*lines(text.blocks), byline)
    for note in text.notes if notes else ():
        yield from lines(note.blocks)


EDITIONS: dict[str, Callable[[Leaf], tuple[Words, Words]]] = {
    "text": text_says,
    "epub": epub_says,
    "word": word_says,
    "letter text": letter_text_says,
    "letter html": letter_html_says,
}
"""What is expected of a leaf's words, and what the edition says."""

TEXT = """## 站务新闻

### 夜间巡查

正文**重点**，见[说明](https://www.example.cn/a)。又一句[^1]。

1. 先登记
2. 后安置

| 项目 | 人数 |
|---|---|
| 登记 | 12 |

[^1]: 据当日记录。

(陈望舒)
"""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_large_archives_say(kind: str, edition: str) -> None:
    text = next(iter(issue(kind, 1, 7).files.values()))
    assert isinstance(text, str)
    assert first_difference(*EDITIONS[edition](leaf_of(text, head=""))) == ""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("case", CASES)
def test_it_says_what_the_dialect_says(case: Case, edition: str) -> None:
    assert first_difference(*EDITIONS[edition](leaf_of(case.source))) == ""


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=60)
@given(text=bodies)
def test_it_says_what_any_issue_says(edition: str, text: Piece) -> None:
    assert first_difference(*EDITIONS[edition](leaf_of(text.source))) == ""


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_says_notes_and_authors(edition: str) -> None:
    leaf = structs.replace(leaf_of(TEXT), byline="全刊编者")
    assert next(leaf.articles())[1].byline == "陈望舒"
    assert first_difference(*EDITIONS[edition](leaf)) == ""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("canary", ["<!-- 金丝雀 -->", "<!--\n金丝雀\n-->"])
def test_comments_are_in_none(edition: str, canary: str) -> None:
    _, said = EDITIONS[edition](leaf_of(f"{TEXT}\n{canary}\n"))
    assert "金丝雀" not in "".join(said)


@pytest.mark.parametrize("edition", EDITIONS)
def test_where_an_article_was_withdrawn_each_says_so(edition: str) -> None:
    leaf = leaf_of("## 栏\n\n### 一\n\n甲\n\n### 二\n\n乙\n")
    (section,) = leaf.sections
    days = ("2015-04-01", "2015-04-02", "2015-04-03")
    places = tuple(WithdrawnPlace(index, f"{day} 10:00") for index, day in enumerate(days))
    _, said = EDITIONS[edition](structs.replace(leaf, sections=(structs.replace(section, withdrawn=places),)))
    text = "".join(said)
    found = [text.index(words) for words in ("20150401", "甲", "20150402", "乙", "20150403")]
    assert found == sorted(found)


# ── plain text


def test_the_file_is_for_notepad() -> None:
    data = text_of_issue(leaf_of(TEXT), str)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") > 10
    assert data == text_of_issue(leaf_of(TEXT), str)


def test_numbers_notes_addresses_and_tables_are_written_out() -> None:
    text = of_text(leaf_of(TEXT))
    squeezed = text.replace("\n", "")
    assert "1. 先登记\n2. 后安置\n" in text
    assert "说明（https://www.example.cn/a）" in squeezed
    assert "又一句[1]。" in squeezed
    assert "[1] 据当日记录。" in text
    assert "项目  人数\n登记  12\n" in text


@pytest.mark.parametrize("width", [12, 20, 38])
def test_lines_keep_their_width_and_the_rules_for_marks(width: int) -> None:
    text = "今日，救助站（含分站）登记了“十二人”，其中三人、两人、一人。" * 20
    made = list(wrapped(text, width, "　　"))
    assert "".join(made).strip("　") == text
    assert all(width_of(line) <= width for line in made)
    assert not [line for line in made[1:] if line[0] in "，。、）”"]
    assert not [line for line in made if line[-1] in "（“"]


def test_a_latin_word_is_parted_only_where_it_is_longer_than_a_line() -> None:
    assert list(wrapped("abcdef ghijkl mnopqr", 13)) == ["abcdef ghijkl", "mnopqr"]
    assert list(wrapped("a" * 30, 12)) == ["a" * 12, "a" * 12, "a" * 6]


def test_what_is_set_to_a_side_in_a_cell_is_beside_its_neighbours() -> None:
    cells = '<p align="right">右</p>', "<hr>", '<p align="center">中</p>', "<details><summary>题</summary>内</details>"
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    text = of_text(leaf_of(f"<table><tr>{row}</tr></table>"))
    assert "右  ─" in text
    assert len(text) < 400


def test_readings_raised_figures_and_where_a_picture_leads_are_written_out() -> None:
    text = of_text(leaf_of("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字 10<sup>5</sup> H<sub>2</sub>O"))
    assert "汉（hàn）字 10⁵ H₂O" in text
    figure = '<figure><a href="https://www.example.cn/map"><img src="a.png" alt="图"></a></figure>'
    assert "（https://www.example.cn/map）" in of_text(leaf_of(figure)).replace("\n", "")


@pytest.mark.parametrize("sign", ["👨\u200d👩\u200d👧\u200d👦", "🇨🇳", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3", "字\u0301"])
def test_what_shows_as_one_sign_is_in_one_line(sign: str) -> None:
    made = list(wrapped("甲" + sign * 60, 13))
    assert "".join(made) == "甲" + sign * 60
    assert all(line.removeprefix("甲") == sign * line.count(sign) and width_of(line) <= 13 for line in made)
