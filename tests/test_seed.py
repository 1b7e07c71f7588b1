"""A text as the old system held it: with nothing but front matter put before it, it comes out whole.

Where the shared seed lies beside the repository it is tried as it stands; its twin, in our own words with the same
shapes and the same damage, always is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import html5lib
import pytest

from tests.conftest import ROOT, build_site, write_files

STATION = """\
name: 甲
sections:
  - {id: news, title: 站务新闻}
  - {id: forum, title: 学术争鸣}
  - {id: cases, title: 案例分析}
"""


class Damaged(NamedTuple):
    """A text, and what must be found in it."""

    path: Path
    articles: tuple[tuple[str, ...], ...]
    """Titles under each section."""
    author: str
    points: tuple[int, ...]
    """How many paragraphs are points, by section."""


TWIN = Damaged(
    ROOT / "tests" / "golden" / "damaged" / "issue.txt",
    (("车辆使用管理办法开始试行",), (), ("从一次深夜求助看部门配合",)),
    "李桂芳",
    (4, 0, 3),
)
SEED = Damaged(
    ROOT.parent / "shared" / "seed" / "2014002.txt",
    (("信息安全管理规定制定并实施",), (), ("从市民投诉我站看政策宣传工作的重要性",)),
    "刘红兵",
    (7, 0, 3),
)
PRESENT = [case for case in (TWIN, SEED) if case.path.exists()]


def body(path: Path) -> str:
    """From the first section's title to the last paragraph."""
    text = path.read_bytes().decode("utf-8")
    start = text.rindex("\n", 0, text.index("【站务新闻】")) + 1 if "\n" in text[: text.index("【站务新闻】")] else 0
    return text[start:].partition("友情链接")[0]


def paragraphs(text: str) -> list[str]:
    """Lines that say something, without the spaces around them."""
    return [line for raw in text.split("\n") if (line := raw.strip(" \t\xa0　\r"))]


def words(element: Any) -> str:
    return re.sub(r"\s+", "", "".join(element.itertext()))


@pytest.fixture(scope="module", params=PRESENT, ids=lambda case: case.path.stem)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Damaged, Path]:
    """The text, and the site that was built of it."""
    found: Damaged = request.param
    root = tmp_path_factory.mktemp("station")
    issue = "---\nnumber: 2014002\ndate: 2015-04-10 10:04:49\nhits: 5530\n---\n" + body(found.path)
    write_files(root, {"content/station.yml": STATION, "content/issues/2014002.md": issue})
    report = build_site(root)
    assert [each.code for each in report.problems] == ["A104"]
    return found, root / "site"


def page(site: Path, path: str = "issues/2014002/index.html") -> Any:
    return html5lib.parse((site / path).read_bytes(), namespaceHTMLElements=False)


def main(site: Path) -> Any:
    (found,) = page(site).iter("main")
    return found


def titles(element: Any, level: str) -> list[str]:
    return [words(found) for found in element.iter(level)]


def sections(site: Path) -> Iterator[Any]:
    for section in main(site).iter("section"):
        if section.get("id") in ("news", "forum", "cases"):
            yield section


def said(section: Any) -> Iterator[Any]:
    """What of a section is the office's own: headings and texts, without the theme's links around them."""
    for element in section.iter():
        if element.tag in ("h2", "h3") or "text" in element.get("class", "").split():
            yield element


def test_three_sections_and_the_marked_titles_are_articles(case: tuple[Damaged, Path]) -> None:
    damaged, site = case
    found = list(sections(site))
    assert [titles(section, "h2") for section in found] == [["站务新闻"], ["学术争鸣"], ["案例分析"]]
    assert [tuple(titles(section, "h3")) for section in found] == list(damaged.articles)


def test_every_sentence_is_in_place_in_order_and_once(case: tuple[Damaged, Path]) -> None:
    damaged, site = case
    text = "".join(paragraphs(body(damaged.path)))
    shown = "".join(words(element) for section in sections(site) for element in said(section))
    expected = re.sub(r"\s+", "", re.sub(r"[【】●]", "", text.replace("【2006", "〖2006"))).replace("〖", "【")
    assert re.sub(r"[()（）]", "", shown) == re.sub(r"[()（）]", "", expected)


def test_no_paragraph_is_merged_or_taken_for_code(case: tuple[Damaged, Path]) -> None:
    damaged, site = case
    marks = {f"【{title}】" for title in ("站务新闻", "学术争鸣", "案例分析")}
    marks |= {f"●{title}" for titles in damaged.articles for title in titles}
    written = [line for line in paragraphs(body(damaged.path)) if line not in marks]
    texts = [element for section in sections(site) for element in said(section) if element.tag == "div"]
    inside = [element for text in texts for element in text if "byline" not in element.get("class", "")]
    assert {element.tag for element in inside} == {"p"}
    assert not [child.tag for element in inside for child in element]
    assert [text.removesuffix(f"({damaged.author})") for text in written] == list(map(words, inside))


def test_the_author_is_recognised(case: tuple[Damaged, Path]) -> None:
    damaged, site = case
    signed = [words(p) for p in main(site).iter() if "byline" in p.get("class", "")]
    assert [re.sub(r"[()（）]", "", name) for name in signed] == [damaged.author]


def test_points_keep_their_numbers_and_their_structure(case: tuple[Damaged, Path]) -> None:
    damaged, site = case
    points = [
        [words(p)[:2] for p in section.iter("p") if "point-1" in p.get("class", "")] for section in sections(site)
    ]
    assert tuple(map(len, points)) == damaged.points
    assert points[2] == ["一、", "二、", "三."]
