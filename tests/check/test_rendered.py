"""What the rules for numbers find in the rendered text, and in pages, when the source hides it."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.check import snippets
from bulletin.check.rendered import Rendered, page_numbers
from bulletin.check.source import examine_source
from bulletin.check.visible import visible_text
from bulletin.core.model import Source, SourceFile
from bulletin.core.problems import Problem
from tests.arrange.contents import read
from tests.check.stations import check
from tests.check.texts import FRAME, HEAD, OFFICE
from tests.conftest import STATION, build_site, write_files
from tests.prove.masking import WAYS, MaskedPair, identity_number, masked_pair

ISSUE, PAGE = "content/issues/2014002.md", "content/pages/about.md"
ID = "511922198711180226"
FIRST = FRAME.count("\n") + 1
"""Line of a text in `FRAME`."""


def look(text: str, path: str = ISSUE) -> list[Problem]:
    """What check says of a file of its own, read as a build reads it."""
    made = read({path: text})
    source = Source("page" if path == PAGE else "issue", path, (SourceFile(path, text.encode()),))
    rendered = Rendered(made.issue, made.page, made.html_parts)
    return [p for p in examine_source(source, OFFICE, rendered).problems if p.code[0] == "P" and p.code != "P111"]


def places(text: str, path: str = ISSUE) -> list[tuple[str, int, int]]:
    return [(found.code, found.line, found.column) for found in look(text, path)]


# ── the second look

RENDERINGS = {
    "bold": ("{}**{}**{}。", 1),
    "a tag": ("甲{}<i>{}</i>{}。", 2),
    "a reference": ("甲&#x{:x};{}{}。", 2),
    "two lines": ("{}\n{}{}。", 1),
    "a break": ("甲{}<br>\n{}{}。", 2),
    "a comment": ("甲{}<!-- 乙 -->{}{}。", 2),
    "a footnote": ("甲[^1]。\n\n[^1]: 乙{}*{}*{}。", 8),
    "a link": ("[甲{}**{}**{}](https://www.example.cn/)", 3),
    "a picture": ("![甲&#x{:x};{}{}](a.jpg)", 4),
    "a title": ('[甲](a.html "&#x{:x};{}{}")', 13),
    "an attribute": ('<i title="&#x{:x};{}{}">甲</i>', 11),
    "a list": ("- {}**{}**{}", 3),
    "a heading": ("#### {}**{}**{}", 6),
    "a definition": ("甲\n: {}**{}**{}", 3),
    "raised digits": ("甲{}<sup>{}</sup>{}", 2),
    "a ruby": ("<ruby>{}<rt>甲</rt>{}<rt>乙</rt></ruby>{}", 7),
}
"""Markdown around the three pieces of a number, and the column of its first digit."""


@pytest.mark.parametrize("name", RENDERINGS)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), first=st.integers(1, 8), second=st.integers(9, 16))
def test_an_identity_number_is_found_where_it_is(name: str, seed: int, first: int, second: int) -> None:
    number = identity_number(random.Random(seed))
    template, column = RENDERINGS[name]
    first = 1 if "{:x}" in template else first
    pieces: list[str | int] = [number[:first], number[first:second], number[second:]]
    if "{:x}" in template:
        pieces[0] = ord(number[0])
    body = template.format(*pieces)
    line = FIRST + next(n for n, text in enumerate(body.split("\n")) if "{" in template.split("\n")[n])
    assert ("P101", line, column) in places(FRAME + body)


@pytest.mark.parametrize("cell", ["<td>{}</td>", "<td> <p>{}</p> </td>", "<th>{}</th>"])
def test_a_digit_a_cell_is_a_number(cell: str) -> None:
    row = "".join(map(cell.format, ID))
    assert [p.code for p in look(f"{FRAME}<table><tr>{row}</tr></table>")] == ["P101"]
    apart = row[: len(row) // 2] + "</tr><tr>" + row[len(row) // 2 :]
    assert look(f"{FRAME}<table><tr>{apart}</tr></table>") == []


def test_the_mark_of_a_note_is_no_part_of_a_number() -> None:
    assert places(f"{FRAME}电话1<b>38</b>12345678[^1]。\n\n[^1]: 甲。") == [("P103", FIRST, 3)]
    assert places(f"{FRAME}人数1381234567[^1]。\n\n[^1]: 甲。\n\n[^2]: 乙。") == []


def test_what_the_source_shows_is_reported_once() -> None:
    text = f"{FRAME}{ID}，又说了{ID[:6]}<b>{ID[6:]}</b>。[^1]\n\n[^1]: 电话13812345678，信箱a@qq.com，车牌湘D12345。"
    assert [found.code for found in look(text)] == ["P101", "P103", "P108", "P106"]


def test_entries_and_titles_are_looked_at_as_they_are_read() -> None:
    escaped = HEAD.replace("date:", f'title: "\\x35{ID[1:]}"\ndate:')
    assert [p.code for p in look(f"{escaped}## 案例分析\n\n甲。")] == ["P101"]
    assert [p.code for p in look(f"{HEAD}## 案例分析\n\n### 甲{ID[:5]}<b>{ID[5:]}</b>\n\n乙。")] == ["P101"]


def test_standing_pages_are_looked_at_too() -> None:
    text = f"---\ntitle: 关于\n---\n甲{ID[:9]}<b>{ID[9:]}</b>，z<i>hang</i>@qq.com，湘<b>D</b>12345。\n"
    assert sorted(p.code for p in look(text, PAGE)) == ["P101", "P106", "P108"]
    assert places("---\ntitle: 关于\n---\n电话13812345678。\n", PAGE) == [("P103", 4, 3)]


def test_numbers_in_addresses_are_names_unless_they_prove_themselves() -> None:
    assert [p.code for p in look(f"{FRAME}[甲](https://a.example.cn/%35{ID[1:]})")] == ["P101"]
    assert look(f"{FRAME}[甲](https://a.example.cn/%31%3312345678/)") == []
    assert [p.code for p in look(f"{FRAME}[甲](tel:%31%3812345678)")] == []
    assert [p.code for p in look(f"{FRAME}[甲](tel:1%338%312345678)")] == ["P103"]


def test_a_search_notice_may_say_whom_to_call() -> None:
    notice = FRAME.replace("date:", "kind: search-notice\ndate:")
    assert [p.code for p in look(f"{notice}电话138<b>1234</b>5678，号码{ID[:9]}<b>{ID[9:]}</b>。")][-1:] == ["P101"]
    assert "P103" not in [p.code for p in look(f"{notice}电话138<b>1234</b>5678。")]


def test_innocent_texts_stay_innocent_when_they_are_rendered() -> None:
    innocent = [snippet.text for snippet in snippets() if not snippet.code]
    numbers = ("P101", "P102", "P103", "P104", "P105", "P106", "P107", "P108")
    assert [p for text in innocent for p in look(FRAME + text) if p.code in numbers] == []


def test_a_correction_is_public_too() -> None:
    """Also where quotation marks of YAML hide the number from the source's own rules."""
    entry = f'corrections: [{{date: 2015-05-06, was: "\\x35{ID[1:]}", now: 删去}}]'
    assert ("P101", 3) in [
        place[:2] for place in places(HEAD.replace("date:", f"{entry}\ndate:") + "## 一\n\n正文。\n")
    ]
    assert "P101" in [code for code, _, _ in places(f"---\n{entry}\n---\n正文。\n", PAGE)]


def test_check_says_it_and_a_build_keeps_the_text_back(tmp_path: Path) -> None:
    body = f"---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 甲\n\n乙&#x{ord(ID[0]):x};{ID[1:]}。\n"
    page = f"---\ntitle: 丙\n---\n丁{ID[:9]}<b>{ID[9:]}</b>。\n"
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015001.md": body, PAGE: page})
    wanted = {("P101", "content/issues/2015001.md", 8), ("P101", PAGE, 4)}
    assert wanted <= {(p.code, p.path, p.line) for p in check(tmp_path).problems}
    assert wanted <= {(p.code, p.path, p.line) for p in build_site(tmp_path, check=True).problems}
    assert not (tmp_path / "site" / "issues" / "2015001").exists()
    assert not (tmp_path / "site" / "about").exists()


# ── pairs of texts


def test_every_way_to_damage_a_number_is_found_and_no_mask_is() -> None:
    pairs = [masked_pair(seed) for seed in range(600)]
    assert {pair.way for pair in pairs} == set(WAYS)
    assert [pair for pair in pairs if pair.code not in {p.code for p in look(FRAME + pair.damaged)}] == []
    assert [pair for pair in pairs if look(FRAME + pair.masked)] == []


def test_a_pair_depends_on_its_seed_alone() -> None:
    assert masked_pair(7) == masked_pair(7)
    pair: MaskedPair = masked_pair(8)
    assert pair.number not in pair.masked


# ── pages


def test_all_that_a_page_shows_is_looked_at() -> None:
    html = f"""<!doctype html><html><head><meta name="description" content="电话13812345678">
    <script type="application/ld+json">{{"a": [{{"b": "卡号6222021234567890128"}}]}}</script>
    <script>var a = "13987654321"</script><style>.a13987654321 {{}}</style></head>
    <body><p>{ID[:6]}<b>{ID[6:]}</b></p><!-- 0734-8123456 --><p>本站电话0734-8516000</p>
    <img alt="湘D12345" src="/13987654321.jpg"></body></html>"""
    found = page_numbers(html, OFFICE)
    assert {(each.code, each.words) for each in found} == {
        ("P101", ID),
        ("P103", "13812345678"),
        ("P104", "0734-8123456"),
        ("P105", "6222021234567890128"),
        ("P106", "湘D12345"),
    }
    assert all(each.words[-4:] not in each.masked for each in found)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>甲<b>乙</b>\n 丙&amp;</p><p>丁</p>", "甲乙\n丙&\n\n丁"),
        ("<ul><li>甲<li>乙</ul>", "甲\n\n乙"),
        ("甲<br>\n\n乙", "甲\n乙"),
        ("<tr><td>1</td>\n<td>2</td></tr><tr><td>3", "1\t2\n\n3"),
        ("甲<sup>1</sup>", "甲1\n\n甲"),
        ("甲\x020\x03乙<a href='b'>", "甲乙\n\nb"),
        ("甲<![x[乙]]><a", "甲<![x[乙]]><a"),
    ],
)
def test_visible_text(html: str, text: str) -> None:
    assert visible_text(html) == text


# ── time

UNITS = (
    *(
        "1 ",
        "13812345678 ",
        "11010519491231002X ",
        "1 3 8 1 2 3 4 5 6 7 8 ",
        "（",
        "一",
        "①",
        "1" + " " * 5000,
        "卡号1 ",
    ),
    *("<a", "<!", "<!--", "<script>", "<td>1", "<sup>1", "&#53;"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_the_time_grows_with_the_length(unit: str) -> None:
    """The whole list of units is in tests/prove/test_rendered.py."""
    text = (unit * (200_000 // len(unit) + 1))[:200_000]
    began = time.perf_counter()
    page_numbers(text, OFFICE)
    assert time.perf_counter() - began < 4


def test_many_numbers_take_no_longer_than_their_length() -> None:
    chance = random.Random(1)
    numbers = [identity_number(chance) for _ in range(3000)]
    body = "\n".join(f"{number[:6]}&#x{ord(number[6]):x};{number[7:]} {number}\n" for number in numbers)
    began = time.perf_counter()
    found = look(FRAME + body)
    assert time.perf_counter() - began < 8
    assert 200 <= len(found) <= 400
