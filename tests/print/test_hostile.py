"""Texts that nobody expects: each ends with a page or a sentence, within the deadline, and says the place."""

from __future__ import annotations

import io
from functools import partial
from typing import cast

import pytest
from msgspec import structs
from PIL import Image as Pixels
from pypdf import PdfReader

from bulletin.core.model import Picture, Variant
from bulletin.core.problems import Problem, describe
from bulletin.editions.blocks import Block, Figure, Image, Paragraph, Run, TextBlocks
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.typesetting import PrintDocument, Typesetter
from bulletin.editions.print.typst_worker import TypesettingResult
from bulletin.editions.sources import Sources
from tests.editions.leaves import leaf_of
from tests.print.sheets import fonts_without_official_ones, printed, printer, tags, text_on_paper, words_on_paper


def table(columns: int, cell: str, rows: int = 3) -> str:
    head = "|" + "|".join(f"列{number}" for number in range(columns)) + "|\n|" + "---|" * columns
    return head + ("\n|" + "|".join([cell] * columns) + "|") * rows


HOSTILE = {
    "200,000 characters in one paragraph": ("字" * 200_000, []),
    "20,000 letters without a blank": ("a" * 20_000, []),
    "an address of 500 letters": ("https://a.cn/" + "abcde" * 100 + " 完", []),
    "nothing but commas": ("，" * 3000, []),
    "a table of 30 columns": (table(30, "四个汉字"), ["T104"]),
    "a table of 1,000 rows": (table(2, "字", 1000), []),
    "a cell longer than a page": (table(2, "字" * 3000, 1), []),
    "emoji": ("😀👨\u200d👩\u200d👧 完", ["T101"] * 4),
    "a character of names that no font has": ("𪚥 完", ["T101"]),
    "a private character": ("字\ue000 完", ["T102"]),
    "no character": ("字\u0378 完", ["T103"]),
    "from right to left": ("שלום \u202eabc\u202c 完", ["T101"] * 4),
    "forty quotations in each other": ("\n\n".join("> " * depth + "引" for depth in range(1, 41)), []),
    "thirty lists in each other": ("\n".join("  " * depth + "- 项" for depth in range(30)), []),
    "600 headings": ("\n\n".join(f"### 题{number}\n\n字" for number in range(600)), []),
    "300 notes": (
        " ".join(f"字[^{n}]" for n in range(300)) + "\n\n" + "\n".join(f"[^{n}]: 注{n}" for n in range(300)),
        [],
    ),
}


@pytest.mark.parametrize(("text", "codes"), HOSTILE.values(), ids=HOSTILE)
def test_each_ends_with_a_page(typesetter: Typesetter, text: str, codes: list[str]) -> None:
    made = printed(typesetter, leaf_of(f"## 栏\n\n### 文\n\n{text}\n"), text=text)
    assert [each.code for each in made.problems if each.code != "T105"] == codes
    assert made.pdf.startswith(b"%PDF-1.7")


def test_a_problem_names_the_file_the_line_and_the_character(typesetter: Typesetter) -> None:
    text = "## 栏\n\n### 文\n\n一\n\n王𪚥和李𪚥\n"
    found = printed(typesetter, leaf_of(text), text=text).problems
    said = next(each for each in found if each.code == "T101")
    assert (said.path, said.line) == ("content/issues/2015001.md", 7)
    assert describe(said, str).startswith("no font here has the character “𪚥” (U+2A6A5); it is printed as 〓 (2×)")
    assert "王〓和李〓" in text_on_paper(printed(typesetter, leaf_of(text)).pdf)


def test_a_character_in_an_article_of_its_own_is_found_in_its_file(typesetter: Typesetter) -> None:
    leaf = leaf_of("## 栏\n\n### 文\n\n\ue000\n")
    sources = Sources(
        "content/issues/1/index.md", {"content/issues/1/index.md": "一", "content/issues/1/a.md": "\n\ue000"}
    )
    found = printer(typesetter).sheet(leaf, lambda *_: b"", sources).problems
    assert [(each.path, each.line) for each in found if each.code == "T102"] == [("content/issues/1/a.md", 2)]


def test_no_word_leaves_the_text_block(typesetter: Typesetter) -> None:
    text = "https://a.cn/" + "x" * 400 + "\n\n" + table(8, "abcdefgh") + "\n\n- " + "9" * 200
    for word in words_on_paper(printed(typesetter, leaf_of(f"## 栏\n\n### 文\n\n{text}\n")).pdf):
        assert 27 < word.left < word.right < 185.5


class _Careless:
    """A Typst that makes no PDF of the standards."""

    fonts = fonts_without_official_ones()

    def pdf(self, document: PrintDocument) -> TypesettingResult:
        assert document.data
        return TypesettingResult(b"%PDF", "missing glyph")


def test_a_pdf_that_is_no_archive_is_printed_and_said() -> None:
    made = printed(cast(Typesetter, _Careless()), leaf_of("## 栏\n\n### 文\n\n字\n"))
    assert (made.pdf, [each.code for each in made.problems]) == (b"%PDF", ["T106", "T105"])


# ── pictures


def with_figures(leaf: Leaf, figures: list[Block]) -> Leaf:
    section = leaf.sections[0]
    article = structs.replace(section.articles[0], text=TextBlocks(tuple(figures)))
    return structs.replace(leaf, sections=(structs.replace(section, articles=(article,)),))


def figure(number: int, width: int = 1600, height: int = 1200, caption: str = "说明", alt: str = "一张照片") -> Figure:
    kept = Picture(f"key{number}", width, height, (Variant("-1.jpg", "jpeg", width, height),))
    return Figure(Image(alt, picture=kept), (Run(caption),) if caption else ())


def jpeg(key: str, _: int, width: int = 160, height: int = 120) -> bytes:
    data = io.BytesIO()
    Pixels.new("RGB", (width, height), (int(key.removeprefix("key")) % 256, 90, 120)).save(data, "JPEG")
    return data.getvalue()


def sheet_of(typesetter: Typesetter, figures: list[Block]) -> tuple[bytes, tuple[Problem, ...]]:
    leaf = with_figures(leaf_of("## 栏\n\n### 文\n\n字\n"), figures)
    made = printer(typesetter).sheet(leaf, jpeg, Sources("a.md"))
    return made.pdf, tuple(each for each in made.problems if each.code != "T105")


def test_300_pictures(typesetter: Typesetter) -> None:
    pdf, problems = sheet_of(typesetter, [figure(number) for number in range(300)])
    assert not problems
    assert len(PdfReader(io.BytesIO(pdf)).pages) >= 150


def test_a_picture_keeps_its_words_and_its_caption(typesetter: Typesetter) -> None:
    pdf, problems = sheet_of(typesetter, [figure(1), figure(2, caption="", alt=""), figure(3, 8000, 100, alt="")])
    assert not problems
    alts = [each.alt for each in tags(pdf) if each.tag == "Figure" and each.alt]
    assert alts[0] == "一张照片"
    assert alts[2] == "说明"
    assert len(alts) == 3
    assert "Caption" in [each.tag for each in tags(pdf)]
    assert text_on_paper(pdf).count("说明") == 2


def test_pictures_are_at_most_150_mm_wide_and_fit_on_a_page(typesetter: Typesetter) -> None:
    leaf = with_figures(leaf_of("## 栏\n\n### 文\n\n字\n"), [figure(1), figure(2, 300, 200), figure(3, 1000, 9000)])
    nodes = printer(typesetter).inputs(leaf, jpeg).data["blocks"]
    widths = [node["image"]["width"] for node in nodes if node["kind"] == "picture"]
    assert widths == [150.0, 50.0, pytest.approx(190 / 9, abs=0.01)]


def test_a_picture_that_cannot_be_read_ends_with_a_sentence(typesetter: Typesetter) -> None:
    leaf = with_figures(leaf_of("## 栏\n\n### 文\n\n字\n"), [figure(1), Paragraph((Run("字"),))])
    made = printer(typesetter).sheet(leaf, partial(lambda *_: b"no picture"), Sources("a.md"))
    assert (made.pdf, [each.code for each in made.problems]) == (b"", ["T107", "T105"])
