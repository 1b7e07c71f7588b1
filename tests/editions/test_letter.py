"""The letter: both parts alike, whatever is in them; looks that mail programs keep; shortened where it is too long."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec import structs

from bulletin.core.model import Correction, Picture, Variant
from bulletin.editions.blocks import Block, Figure, Image, Paragraph, Run
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.editions.letter.making import WIRE_LIMIT, make_letter, subject_of
from bulletin.render.reports import ReportRenderer, template_folders
from tests.conftest import STATION
from tests.editions.any_blocks import ANY_BLOCKS, leaf_with
from tests.editions.leaves import COUNTED, leaf_of
from tests.editions.letters import GOLDEN, letter_of, said_by_html, said_by_text, sample_leaf
from tests.editions.test_same_text import without_addresses
from tests.words import first_difference, words

TEXT = """## 站务新闻

### 夜间巡查

正文**重点**，见[说明](https://www.example.cn/a)，另见[下文](#xia-wen)。又一句[^1]。

1. 先登记
2. 后安置

[^1]: 据当日记录。

(陈望舒)

### 下文 {#xia-wen}

二
"""
LONG = "## 站务新闻\n\n" + "\n\n".join(
    f"### 第{n}篇\n\n首段{n}[^{n}]。\n\n{'字' * 3000}\n\n[^{n}]: 注{n}。" for n in range(6)
)


def assert_parts_alike(leaf: Leaf) -> Letter:
    leaf = without_addresses(leaf)
    letter = letter_of(leaf)
    html, text = (words("".join(part.split())) for part in (said_by_html(letter), said_by_text(letter, leaf)))
    text = [word for each in text for word in each]
    assert first_difference([word for each in html for word in each], text) == ""
    return letter


# ── the same words


@given(ANY_BLOCKS)
@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_both_parts_say_the_same_whatever_the_blocks_are(blocks: list[Block]) -> None:
    assert_parts_alike(leaf_with(blocks))


@pytest.mark.parametrize("number", [1, 6, 60])
def test_both_parts_say_the_same_where_the_letter_is_short(number: int) -> None:
    letter = assert_parts_alike(leaf_of(LONG if number == 6 else LONG.replace("字" * 3000, "字" * 30) * number))
    assert letter.short == (number != 1)


# ── what is in it


def test_the_contents_and_the_masthead_lead_to_the_site_and_are_counted() -> None:
    html = letter_of(leaf_of(TEXT, COUNTED)).html
    own = "https://jzz.example.cn/issues/2015001/"
    plain = letter_of(leaf_of(TEXT))
    assert "from=mail" not in plain.html + plain.text, "where nothing is counted, nothing is said to a counter"
    assert f'href="{own}xia-wen/"' in plain.html
    assert f'href="{own}?from=mail"' in html
    assert f'href="{own}xia-wen/?from=mail"' in html
    assert f'href="{own}?from=mail#xia-wen"' in html  # anchors inside a letter are not kept
    assert 'href="https://www.example.cn/a"' in html


def test_without_an_address_of_the_site_nothing_leads_there() -> None:
    letter = letter_of(leaf_of(TEXT, re.sub(r"url:.*\n", "", STATION)))
    assert re.findall(r'href="([^"]*)"', letter.html) == ["https://www.example.cn/a", LEAVE_MARK]


def test_corrections_are_above_the_text_and_a_letter_for_them_says_so_in_its_subject() -> None:
    correction = Correction(datetime(2015, 5, 1), "xia-wen", "十二", "十三")
    leaf = structs.replace(leaf_of(TEXT), corrections=(correction,))
    letter = letter_of(leaf, correction=True)
    for part in (letter.html, letter.text):
        assert part.index("十二") < part.index("十三") < part.index("先登记")
    assert letter.subject.startswith("Correction: ")
    assert letter_of(leaf).subject == letter.subject.removeprefix("Correction: ")
    assert letter.hash != letter_of(leaf).hash


def test_a_draft_says_that_it_is_one() -> None:
    letter = letter_of(structs.replace(leaf_of(TEXT), draft=True))
    assert letter.subject.startswith("Draft: ")
    assert all("Draft: not for readers" in part for part in (letter.html, letter.text))


def test_it_knows_its_columns_by_id_and_title() -> None:
    assert letter_of(leaf_of(TEXT)).columns == {"news", "站务新闻"}


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_text_cannot_forge_the_readers_address(part: str) -> None:
    letter = letter_of(leaf_of(f"## 栏\n\n### 题{LEAVE_MARK}\n\n[{LEAVE_MARK}](https://a.cn/{LEAVE_MARK})\n"))
    assert getattr(letter, part).count(LEAVE_MARK) == 1


def test_the_subject_is_one_line_that_shows_what_it_is() -> None:
    leaf = structs.replace(leaf_of(TEXT), heading=(Run("一\n二\u202e三\u2028四\x07 𪚥😀"),))
    assert subject_of(leaf, str) == f"{leaf.publisher.bulletin} {leaf.number}：一 二三四 𪚥😀"
    assert len(subject_of(structs.replace(leaf, heading=(Run("长" * 1000),)), str)) == 200


def test_the_same_leaf_gives_the_same_bytes() -> None:
    assert letter_of(leaf_of(TEXT)) == letter_of(leaf_of(TEXT))


# ── pictures


def picture(suffix: str = ".jpg", *widths: int) -> Image:
    variants = tuple(Variant(f"-{width}{suffix}", "jpeg", width, width) for width in widths or (480, 1600))
    src = f"https://jzz.example.cn/p{variants[-1].suffix}"
    return Image("门口", src, "p", Picture("key", variants[-1].width, variants[-1].width, variants))


def test_a_picture_is_as_wide_as_the_sheet_and_shows_its_words_where_it_is_off() -> None:
    html = letter_of(leaf_with([Figure(picture("x.jpg", 480, 1200, 2400), ())])).html
    (tag,) = re.findall(r"<img[^>]*>", html)
    assert 'src="https://jzz.example.cn/p-1200x.jpg"' in tag
    assert 'alt="门口"' in tag
    assert 'width="536"' in tag


def test_a_picture_without_a_public_address_is_its_words() -> None:
    image = structs.replace(picture(), src="../p.jpg")
    html = letter_of(leaf_with([Figure(image, ()), Paragraph((Run("", image=image),))])).html
    assert "<img" not in html
    assert html.count("门口") == 2


# ── looks


def test_there_is_nothing_that_counts_fetches_or_acts() -> None:
    html = letter_of(leaf_of(TEXT)).html
    assert re.findall(r"<(?:script|link|iframe|form|input|object|svg)|@import|url\(|\son\w+=", html) == []
    assert "<img" not in html


def test_every_style_is_in_its_element_and_one_block_may_be_dropped() -> None:
    html = letter_of(leaf_of(TEXT)).html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    body = re.sub(r"<!--.*?-->", "", html[html.index("<body") :])
    assert not [tag for tag in re.findall(r"<(?:td|p|h\d|th)\b[^>]*>", body) if "style=" not in tag]


@pytest.mark.parametrize(("scheme", "least"), [("light", 4.5), ("dark", 4.5)])
def test_words_differ_enough_from_their_ground(scheme: str, least: float) -> None:
    source = Path("templates/letter/letter.html").read_text(encoding="utf-8")
    light, dark = source.split("prefers-color-scheme: dark")
    colours = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", light if scheme == "light" else dark))
    grounds = set(re.findall(r"background-color: (#[0-9a-f]{6})", light if scheme == "light" else dark))
    pairs = [(c, g) for c in colours for g in grounds if (c, g) not in UNUSED[scheme]]
    assert [pair for pair in pairs if contrast(*pair) < least] == []


UNUSED = {
    "light": {("#8a5a00", "#fff3b0")},
    "dark": set[tuple[str, str]](),
}
"""Pairs that never meet."""


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# ── too long


def test_a_long_issue_gives_titles_and_first_paragraphs_with_links_and_says_so() -> None:
    letter = letter_of(leaf_of(LONG))
    assert letter.short
    assert letter.wire_size < WIRE_LIMIT
    for part in (letter.html, letter.text):
        assert "here are its titles and first paragraphs" in part
        assert all(f"首段{n}。" in part for n in range(6))
        assert "字字" not in part
        assert "注1" not in part
        assert part.count("The whole article") == 6
    assert 'href="https://jzz.example.cn/issues/2015001/di-1-pian/"' in letter.html


def test_where_even_first_paragraphs_are_too_long_titles_are_left() -> None:
    text = "## 栏\n\n" + "\n\n".join(f"### 第{n}篇\n\n{'字' * 3000}" for n in range(9))
    letter = letter_of(leaf_of(text))
    assert letter.short
    assert "第8篇" in letter.text
    assert "字字" not in letter.text
    assert letter.wire_size < WIRE_LIMIT


# ── a station's own template


def test_a_stations_own_template_wins(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "letter" / "letter.txt"
    own.parent.mkdir(parents=True)
    own.write_text("自己的 {{ page.number }} {{ page.leave }}\n", encoding="utf-8")
    letter = make_letter(leaf_of(TEXT), ReportRenderer(template_folders(tmp_path), str).render, str)
    assert letter.text == f"自己的 2015001 {LEAVE_MARK}\n"
    assert "夜间巡查" in letter.html


@pytest.mark.parametrize("part", ["html", "txt"])
def test_the_sample_is_as_it_was(part: str, golden: bool) -> None:
    letter = letter_of(sample_leaf())
    made, path = letter.html if part == "html" else letter.text, GOLDEN / f"letter.{part}"
    if golden:
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8"), "read the difference, then: make golden"
