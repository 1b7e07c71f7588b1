"""What mail programs do not show, at the line of the text that it comes from."""

from __future__ import annotations

import pytest
from msgspec import structs

from bulletin.core.mail_codes import MAIL_CODES
from bulletin.core.problems import Problem
from bulletin.editions.blocks import Image, Paragraph, Run, TextBlocks
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.hints import letter_hints
from bulletin.editions.letter.letter import Letter
from bulletin.editions.sources import Sources
from tests.arrange.contents import HEAD
from tests.conftest import STATION
from tests.editions.leaves import leaf_of
from tests.editions.letters import letter_of
from tests.editions.test_letter import LONG, picture

PATH = "content/issues/2015001.md"
TEMPLATE = "templates/letter/letter.html"
TABLE = "|" + "|".join("甲乙丙丁戊己庚") + "|\n" + "|---" * 7 + "|\n"
DEEP = "<table><tr><td>" * 8 + "极深处" + "</td></tr></table>" * 8


def hints(text: str, letter: Letter | None = None, leaf: Leaf | None = None) -> tuple[Problem, ...]:
    leaf = leaf or leaf_of(text)
    return letter_hints(letter or letter_of(leaf), leaf, Sources(PATH, {PATH: HEAD + text}))


def with_html(html: str) -> Letter:
    """As a station's own template could add it, to both parts."""
    letter = letter_of(leaf_of("## 栏\n\n字\n"))
    return structs.replace(letter, html=letter.html.replace("</body>", f"{html}</body>"))


def with_picture() -> Leaf:
    leaf = leaf_of("## 栏\n\n字\n", STATION.replace("https:", "http:"))
    return structs.replace(leaf, lead=TextBlocks((Paragraph((Run("", image=picture()),)),)))


TEXT = "## 栏\n\n字\n"
CASES: dict[str, tuple[tuple[Problem, ...], str, int]] = {
    "E101": (hints(LONG), PATH, 0),
    "E102": (hints(f"{TEXT}\n{TABLE}"), PATH, HEAD.count("\n") + 5),
    "E103": (hints(TEXT, with_html('<img src="https://a.cn/tu.webp" alt="">')), PATH, 0),
    "E104": (hints(TEXT, with_html("<audio></audio>")), TEMPLATE, 0),
    "E105": (hints(f"{TEXT}\n{DEEP}\n"), PATH, HEAD.count("\n") + 5),
    "E106": (hints(f"{TEXT}\n[址](https://a.cn/{'a' * 2100})\n"), PATH, HEAD.count("\n") + 5),
    "E107": (hints(TEXT, leaf=with_picture()), "content/station.yml", 0),
    "E108": (hints(TEXT, with_html("另一句")), TEMPLATE, 0),
}


def test_every_code_has_its_case() -> None:
    assert CASES.keys() == MAIL_CODES.keys()


@pytest.mark.parametrize("code", CASES)
def test_each_is_found_at_its_place_and_nothing_else(code: str) -> None:
    found, path, line = CASES[code]
    assert [(each.code, each.path, each.line) for each in found] == [(code, path, line)]


def test_an_ordinary_letter_has_none() -> None:
    text = f"{TEXT}\n> 引文\n\n1. 甲\n   - 乙\n\n{TABLE.replace('|己|庚', '').replace('|---' * 7, '|---' * 5)}"
    assert hints(f"{text}\n见 https://a.cn/b?c=1 与[文](https://a.cn/（二）)。<https://a.cn/>\n") == ()


@pytest.mark.parametrize("style", ["position:absolute", "display: flex", "background-image:url(a)", "color:var(--a)"])
def test_styles_that_are_dropped_are_named(style: str) -> None:
    (found,) = hints(TEXT, with_html(f'<p style="{style}"></p>'))
    assert (found.code, dict(found.values)["element"]) == ("E104", style)


@pytest.mark.parametrize("name", ["a.svg", "a.WEBP", "a.tif", "a.svg?b=1"])
def test_forms_of_pictures_that_are_not_shown_are_named(name: str) -> None:
    (found,) = hints(TEXT, with_html(f'<img src="https://a.cn/{name}" alt="">'))
    assert found.code == "E103"


def test_a_picture_with_a_public_address_is_no_hint() -> None:
    leaf = structs.replace(
        with_picture(), publisher=structs.replace(with_picture().publisher, url="https://jzz.example.cn/")
    )
    assert isinstance(picture(), Image)
    assert hints(TEXT, leaf=leaf) == ()
