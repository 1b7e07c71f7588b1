"""The poster: one page whatever the issue is, with every title that a page can hold, and a code that phones read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from msgspec import structs
from PIL import Image as Pictures
from PIL import ImageChops, ImageStat
from pypdf import PdfReader

from bulletin.core.model import Picture, Variant
from bulletin.editions.blocks import Figure, Image, TextBlocks
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import COUNTED
from tests.print.posters import Poster, issue_of, poster_of, titles
from tests.print.sheets import rendered, tags, text_on_paper, words_on_paper

GOLDEN = Path(__file__).parent / "golden"
_ADDRESS = "https://jzz.example.cn/issues/2015001/?from=qr"


@pytest.fixture(scope="module")
def five(typesetter: Typesetter) -> Poster:
    return poster_of(typesetter, issue_of(5, yaml=COUNTED))


def _pages(poster: Poster) -> int:
    return len(PdfReader(io.BytesIO(poster.printed.pdf)).pages)


def _said(pdf: bytes) -> str:
    return "".join(text_on_paper(pdf).split())


@pytest.mark.parametrize("count", [1, 5, 20, 40])
def test_every_title_stands_on_the_one_page(typesetter: Typesetter, count: int) -> None:
    poster = poster_of(typesetter, issue_of(count))
    said = _said(poster.printed.pdf)
    assert _pages(poster) == 1
    assert [title for title in titles(count) if title not in said] == []
    assert "T106" not in [each.code for each in poster.printed.problems]


def test_forty_long_titles_are_shortened_and_none_is_left_out(typesetter: Typesetter) -> None:
    poster = poster_of(typesetter, issue_of(40, 60))
    said = _said(poster.printed.pdf)
    assert _pages(poster) == 1
    assert all(title[:12] in said for title in titles(40, 60))


def test_far_too_many_titles_end_with_how_many_more_there_are(typesetter: Typesetter) -> None:
    poster = poster_of(typesetter, issue_of(70, 30))
    assert _pages(poster) == 1
    assert titles(1, 30)[0][:12] in _said(poster.printed.pdf)
    assert titles(70, 30)[-1][:12] not in _said(poster.printed.pdf)


def test_an_issue_without_titles_and_one_without_an_address(typesetter: Typesetter) -> None:
    bare = structs.replace(issue_of(1), sections=(), url="")
    poster = poster_of(typesetter, bare)
    assert _pages(poster) == 1
    assert zxingcpp.read_barcodes(Pictures.open(io.BytesIO(poster.png))) == []


def test_nothing_runs_over_the_edge(typesetter: Typesetter) -> None:
    leaf = issue_of(6)
    station = structs.replace(
        leaf.publisher, bulletin="救助管理工作简报" * 5, organizer="南岭市民政局救助管理站" * 4, phone="9" * 90
    )
    poster = poster_of(typesetter, structs.replace(leaf, publisher=station, title="题" * 90))
    assert _pages(poster) == 1
    words = words_on_paper(poster.printed.pdf)
    assert min(word.left for word in words) >= 15
    assert max(word.right for word in words) <= 195
    assert max(word.bottom for word in words) <= 290


def test_a_phone_reads_the_code_of_a_page_420_pixels_wide(five: Poster) -> None:
    page = Pictures.open(io.BytesIO(rendered(five.printed.pdf, 1, 150))).convert("L")
    small = page.resize((420, 594), Pictures.Resampling.LANCZOS)
    assert [code.text for code in zxingcpp.read_barcodes(small)] == [_ADDRESS]


def test_the_picture_for_a_screen_shows_the_same(five: Poster) -> None:
    shown = Pictures.open(io.BytesIO(five.png)).convert("L")
    assert shown.size == (1240, 1754)
    page = Pictures.open(io.BytesIO(rendered(five.printed.pdf, 1, 150))).convert("L")
    small = [each.resize((310, 438), Pictures.Resampling.BOX) for each in (shown, page)]
    assert ImageStat.Stat(ImageChops.difference(*small)).mean[0] < 6


def test_what_stands_on_it_besides(five: Poster) -> None:
    said = _said(five.printed.pdf)
    assert all(each in said for each in ("工作简报", "2015年第1期（总第38期）", "2015年4月10日", "冬季救助专刊"))
    assert all(each in said for each in ("站务新闻", "南岭市救助管理站", "0734-8516000"))
    assert "正文" not in said


def test_it_is_tagged_and_leads_to_the_page(five: Poster) -> None:
    found = tags(five.printed.pdf)
    assert [each.tag for each in found if each.tag in ("H1", "H2")] == ["H1", "H2"]
    assert next(each.alt for each in found if each.tag == "Figure" and each.alt).endswith(
        "https://jzz.example.cn/issues/2015001/"
    )
    reader = PdfReader(io.BytesIO(five.printed.pdf))
    notes: Any = reader.pages[0]["/Annots"]
    links = [note.get_object()["/A"]["/URI"] for note in notes]
    assert links == ["https://jzz.example.cn/issues/2015001/?from=pdf"]


def test_the_same_issue_gives_the_same_bytes(typesetter: Typesetter, five: Poster) -> None:
    assert poster_of(typesetter, issue_of(5, yaml=COUNTED)) == five


def test_a_character_without_a_font_is_named_when_a_title_has_it(typesetter: Typesetter) -> None:
    leaf = issue_of(1)
    section = leaf.sections[0]
    article = structs.replace(section.articles[0], title="人名\ue000的来历", text=TextBlocks(()))
    heading = structs.replace(article, heading=(structs.replace(article.heading[0], text="人名\ue000的来历"),))
    poster = poster_of(typesetter, structs.replace(leaf, sections=(structs.replace(section, articles=(heading,)),)))
    assert "人名〓的来历" in _said(poster.printed.pdf)
    assert [each.code for each in poster.printed.problems if each.code.startswith("T10") and each.code < "T104"] == [
        "T102"
    ]


# ── the picture


def with_picture(leaf: Leaf, width: int, height: int) -> Leaf:
    picture = Picture("key", width, height, (Variant("-960.aa.jpg", "jpeg", width, height),))
    return structs.replace(leaf, lead=TextBlocks((Figure(Image("操场上的人", "a", "a", picture), ()),)))


def _photograph(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Pictures.new("RGB", (width, height), (30, 90, 160)).save(data, "JPEG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("width", "height", "shown"), [(1200, 800, True), (1000, 1300, True), (1200, 60, False), (300, 200, False)]
)
def test_a_picture_that_suits_the_page_stands_on_it(
    typesetter: Typesetter, width: int, height: int, shown: bool
) -> None:
    data = _photograph(width, height)
    poster = poster_of(typesetter, with_picture(issue_of(5), width, height), lambda *_: data)
    assert _pages(poster) == 1
    assert ("操场上的人" in [each.alt for each in tags(poster.printed.pdf)]) is shown
    assert all(title in _said(poster.printed.pdf) for title in titles(5))


def test_titles_come_before_the_picture(typesetter: Typesetter) -> None:
    data = _photograph(1200, 800)
    poster = poster_of(typesetter, with_picture(issue_of(40), 1200, 800), lambda *_: data)
    assert "操场上的人" not in [each.alt for each in tags(poster.printed.pdf)]
    assert all(title in _said(poster.printed.pdf) for title in titles(40))


def test_the_poster_looks_as_expected(typesetter: Typesetter, golden: bool) -> None:
    path = GOLDEN / "poster.png"
    pdf = poster_of(typesetter, issue_of(12, yaml=COUNTED)).printed.pdf
    made = Pictures.open(io.BytesIO(rendered(pdf, 1, 40))).convert("L")
    if golden:
        made.quantize(16).save(path, optimize=True)
    expected = Pictures.open(path).convert("L")
    assert made.size == expected.size
    assert ImageStat.Stat(ImageChops.difference(made, expected)).mean[0] < 2
