"""The Markdown dialect: each rule by its fixture file, and what holds for any text."""

from __future__ import annotations

import html
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.read.dialect import EXTENSIONS, Converted, convert, make_markdown
from bulletin.read.dialect.joining import join
from tests.read.cases import Case, read_cases, write_cases

FOLDER = Path(__file__).parent / "dialect"
VISIBLE = {"␠": " ", "⍽": "\u00a0", "→": "\t", "␎": "\x0e"}
"""Spaces that an editor would hide or strip, as the fixtures write them."""


# ── fixtures ─────────────────────────────────────────────────────────────────────────────────────────────


def result(case: Case) -> str:
    """The HTML of a case, ending in a line break."""
    source = case.source
    for shown, meant in VISIBLE.items():
        source = source.replace(shown, meant)
    return convert(make_markdown(), source).html + "\n"


FILES = sorted(FOLDER.glob("*.txt"))
CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FILES for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden", default=False):
        pytest.skip("the expected parts are being rewritten")
    assert result(case) == case.expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_enough_cases(path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden", default=False):
        write_cases(path, result)
    titles = [case.title for case in read_cases(path)]
    assert len(titles) >= 6
    assert len(set(titles)) == len(titles)


def test_every_own_extension_has_a_fixture_file() -> None:
    modules = {make.__module__ for make in EXTENSIONS}
    own = {name.rpartition(".")[2] for name in modules if name.startswith("bulletin.")}
    assert own - {"guard", "brackets"} <= {path.stem for path in FILES}  # which change nothing


def test_no_fixture_has_an_inline_style() -> None:
    assert not [case for path in FILES for case in read_cases(path) if re.search(r"<[^>]* style=", case.expected)]


# ── the interface ────────────────────────────────────────────────────────────────────────────────────────


def test_ids_of_several_texts_on_one_page() -> None:
    md = make_markdown()
    first = convert(md, "# 甲\n\n# 乙 {#b}")
    second = convert(md, "# 甲\n\n# 丙 {#b}\n\n# 丁", used=frozenset(first.ids))
    third = convert(md, "# 甲", used=frozenset(first.ids + second.ids))
    assert (first.ids, second.ids, third.ids) == (("甲", "b"), ("甲-2", "b-2", "丁"), ("甲-3",))


def test_notes_of_several_texts_on_one_page() -> None:
    made = convert(make_markdown(), "甲[^1]乙[^1]\n\n[^1]: 注", notes="2-").html
    names = re.findall(r'(?:id|href)="([^"]*)"', made)
    assert names == ["fnref:2-1", "#fn:2-1", "fnref2:2-1", "#fn:2-1", "fn:2-1", "#fnref:2-1", "#fnref2:2-1"]


def test_title_of_the_way_back_from_a_note() -> None:
    text = "甲[^a]\n\n[^a]: 注"
    assert 'title="回到正文注1处"' in convert(make_markdown("回到正文注{}处"), text).html
    assert "title" not in convert(make_markdown(), text).html


def test_empty_text() -> None:
    md = make_markdown()
    convert(md, "# 甲")
    assert convert(md, "　　\n\n") == Converted("", (), plain=True, words="")


def test_parser_can_be_used_after_a_failure() -> None:
    md = make_markdown()
    with pytest.raises(RecursionError):
        convert(md, "* " * 3000 + "甲")
    assert convert(md, "- 甲\n\n  乙") == convert(make_markdown(), "- 甲\n\n  乙")


# ── what holds for any text ──────────────────────────────────────────────────────────────────────────────

HAN = st.text("救助管理站工作简报市民政局调研资金使用情况会议精神一二三十", min_size=1, max_size=8)
# fmt: off
MARK = st.sampled_from([
    "", "", "　　", "　", "    ", "  ", "\u00a0\u00a0",
    "- ", "* ", "+ ", "1. ", "1.", "2.", "7. ", "２．", "　　1.", "    - ", "        - ",
    "一、", "（二）", "(三)", "3、", "(4)", "三.", "      （1）", "    　　",
    "•\t", "· ", "◆", "■ ", "➢ ", "✓", "○ ", "●\t", "● ", "\uf0b7\t", "\uf0d8 ", "\uf06c\t", "\uf0fc", "-\u00a0",
    "- [ ] ", "时间：", "附件：1.", "报：", "|", "\t", "#", "~~", "  - ", "   1. ", "①",
    "> ", "> > ", "> 　　", "> - ", "# ", "### ", ": ", "!!! note\n    ", "**", "“", "[^1]: ",
])
END = st.sampled_from([
    "\n", "\n", "\n\n", "  \n", "。\n", "**\n", "，\n\n", "\n　　\n", "\n| 救 | 助 |\n|--|--|\n",
    "；\n", "：\n", "）\n", "\t助\n", "|助|\n", "#\n", "~~\n", "\x0b", "\x0c",
])
# fmt: on
LINES = st.lists(st.tuples(MARK, HAN, END).map("".join), min_size=1, max_size=9).map("".join)


def han(text: str) -> str:
    """The Han characters of a text that no mark can take away."""
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def visible(made: str) -> str:
    """What a reader sees of some HTML, numbers of lists aside."""
    return html.unescape(re.sub(r"<[^>]*>", "", made))


@given(LINES.filter(lambda text: "[^1]" not in text))
@settings(max_examples=400, deadline=None)
def test_no_visible_character_is_lost_or_moved(text: str) -> None:
    assert han(visible(convert(make_markdown(), text).html)) == han(text)


@given(LINES.map(lambda text: text.replace("[^1]: ", "[^1]")))
@settings(max_examples=100, deadline=None)
def test_numbers_of_points_are_kept(text: str) -> None:
    seen = re.sub(r"\s", "", visible(convert(make_markdown(), text).html))
    for point in re.findall(r"[（(][二三4][)）]|[一3]、", text):
        assert seen.count(point) >= text.count(point)


@given(st.lists(LINES, min_size=2, max_size=4), st.randoms())
@settings(max_examples=100, deadline=None)
def test_a_text_comes_out_the_same_whatever_came_before(texts: list[str], chance: random.Random) -> None:
    fresh = {text: convert(make_markdown(), text) for text in texts}
    shuffled = [*texts, *texts]
    chance.shuffle(shuffled)
    md = make_markdown()
    assert all(convert(md, text) == fresh[text] for text in shuffled)


def test_fixtures_in_any_order_on_one_parser() -> None:
    sources = [case.source for path in FILES for case in read_cases(path)]
    fresh = {source: convert(make_markdown(), source) for source in sources}
    md = make_markdown()
    for seed in range(5):
        random.Random(seed).shuffle(sources)
        assert [convert(md, source) for source in sources] == [fresh[source] for source in sources]


# ── repeated units ───────────────────────────────────────────────────────────────────────────────────────

# fmt: off
UNITS = [
    "　", "　　甲\n", "    甲\n", "\u00a0", "\n", "　\n", "甲\n", "9",
    "一", "一、", "一、甲\n", "（一", "(1)", "1、",
    "1.第", "1.第一\n", "1. 甲\n", "3. 甲\n\n", "- 甲\n", "1. 甲\n- 乙\n", "- - ", "- 甲\n    1. 乙\n",
    "**", "**甲", "____", "__甲", "甲__乙_", "*甲", "_", "*", "*\n", "“\n", "…\n", "](", "甲](\n", ")",
    "# 甲\n", "## !\n", "|", "|-|\n", "|甲|\n|-|\n", "|甲\n", ">", "> 甲\n", "> 　　甲\n",
    "~~", "~~甲 ", "https://a.cn ", "www.a.cn)", "<T", "李**", "- 甲\n  - 乙\n",
    "甲[^1]\n", "![甲](乙)\n", "![甲](乙)\n\n", ": 甲\n\n", "!!! 甲\n", "[甲]: 乙\n",
]
# fmt: on


def repeated(size: int) -> Iterator[tuple[str, str]]:
    """Each unit repeated up to a size in characters."""
    yield from ((unit, unit * (size // len(unit))) for unit in UNITS)


@pytest.mark.parametrize("text", [text for _, text in repeated(15_000)], ids=[repr(unit) for unit in UNITS])
def test_repeated_units_take_no_long(text: str) -> None:
    began = time.process_time()
    convert(make_markdown(), text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("unit", ["[", "[^", "](", "[^1]", ")", "`", "\n[^", "[甲](\n", "“"])
def test_joining_alone_takes_no_long(unit: str) -> None:
    """Units on which Python-Markdown itself is quadratic; the worker's deadline sees to that."""
    began = time.process_time()
    join("甲\n" + unit * 20_000 + "\n乙")
    assert time.process_time() - began < 2
