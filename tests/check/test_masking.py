"""No report holds a whole number of a person: the problem's own, another on its line, in words of others."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.check import snippets
from bulletin.check import reports
from bulletin.check.findings import Pragma, Silenced
from bulletin.check.fixes import diff, fix_file
from bulletin.check.masking import masked_line, masked_problem
from bulletin.check.report_view import check_report
from bulletin.check.sarif import sarif
from bulletin.commands.printing import print_silenced
from bulletin.commands.terminal import Messages
from bulletin.core.errors import StationError
from bulletin.core.model import SourceFile
from bulletin.core.problems import Problem, problem
from bulletin.render.reports import render_report, template_folders
from tests.check.texts import FRAME, OFFICE, problems

_MASKED = ("P101", "P102", "P103", "P105", "P107")
SNIPPETS = tuple((each.text, each.text[each.start : each.end]) for each in snippets() if each.code in _MASKED)
BARE = ("11010519491231002X", "13812345678", "6222021234567890128", "E12345678", "430405193702275496")


def bare(text: str) -> str:
    """Letters and digits alone, so that separators hide nothing."""
    return re.sub(r"[\W_]", "", text)


def formats(text: str, found: list[Problem]) -> dict[str, str]:
    """Every form in which problems leave, and the diff of the fixes."""
    path, lines = "a.md", text.split("\n")
    page = render_report("reports/check.html", check_report(found, "某站", "", str), template_folders(None), str)
    fixed = fix_file(SourceFile(path, text.encode()), "issue", OFFICE)
    return {
        "text": "\n".join(reports.text(p, str, lambda _: lines) for p in found),
        "github": "\n".join(reports.github(p, str) for p in found),
        "json": json.dumps([reports.as_json(p, str) for p in found], ensure_ascii=False),
        "sarif": sarif(found, "0", str),
        "html": page,
        "diff": diff(fixed),
    }


def leaks(said: str, number: str) -> bool:
    return bare(number) in bare(said)


@pytest.mark.parametrize(("text", "number"), SNIPPETS)
def test_no_marked_number_is_in_a_quoted_line(text: str, number: str) -> None:
    masked = masked_line(text)
    assert len(masked) == len(text)
    assert not leaks(masked, number)


SEPARATORS = ("", " ", "-", "　", "\u200b", "**", "_")
WORDS = ("他说,好", "《报》,，。。", "联系", "\u200b", "三.甲", "[字](x.md)", "![a.jpg](a.jpg)", "\n", " ， ")


@st.composite
def texts_with_numbers(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """Numbers of persons in every form among words that have other problems."""
    numbers = draw(st.lists(st.sampled_from([*BARE, *(number for _, number in SNIPPETS)]), min_size=1, max_size=3))
    words = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
    pieces = [draw(words)]
    for number in numbers:
        mark = draw(st.sampled_from(SEPARATORS))
        whole = mark.join((number[:6], number[6:])) if number in BARE and len(number) > 9 else number
        pieces += ["，护照", whole, "，", draw(words)]
    return "".join(pieces), tuple(numbers)


@given(texts_with_numbers())
def test_no_form_of_a_report_holds_a_whole_number(given_: tuple[str, tuple[str, ...]]) -> None:
    text, numbers = given_
    found = problems(text)
    said = formats(FRAME + text, found)
    assert {form for form, words in said.items() for number in numbers if leaks(words, number)} == set()


@pytest.mark.parametrize("number", BARE)
def test_words_of_other_problems_are_masked(number: str) -> None:
    found = problem("L101", "a.md", 3, f"tel:{number}", target=f"tel:{number}")
    masked = masked_problem(found)
    assert not leaks(repr(masked), number)
    assert (masked.code, masked.path, masked.line) == ("L101", "a.md", 3)


@pytest.mark.parametrize(
    "line",
    [
        *("date: 2015-12-10 10:04", "number: 2015099", "总第2014002期", "2014年11月16日至2015年1月3日"),
        *(
            "![现场](微信图片_20151210100400.jpg)",
            "<http://a.gov.cn/t20151210_1234567.html>",
            "mmexport1449712345678.jpg",
        ),
        *("http://192.168.100.100/", "共120、130、150、260人", ""),
    ],
)
def test_what_is_no_number_of_a_person_stays(line: str) -> None:
    assert masked_line(line) == line


def test_the_mark_stands_under_the_same_words() -> None:
    line = f"身份证{BARE[0]}，手机{BARE[1]}，2014年1116日"
    found = Problem("D101", "a.md", 1, (("words", "2014年1116日"),), "", line.index("2014年1116日") + 1, 10)
    _, quote, mark, _ = reports.text(found, str, lambda _: [line]).split("\n")
    assert quote == f"    身份证110105{'*' * 12}，手机138{'*' * 8}，2014年1116日"
    assert mark.endswith("^" * 12)


def test_a_diff_shows_its_lines_without_the_numbers() -> None:
    text = f"{FRAME}他说,好 {BARE[0]}\n他说,好\n"
    said = diff(fix_file(SourceFile("a.md", text.encode()), "issue", OFFICE))
    assert said.startswith("--- a.md\n+++ a.md\n@@ ")
    assert "\n-他说,好 110105************\n" in said
    assert not leaks(said, BARE[0])


def test_a_long_line_with_many_problems_is_masked_in_time() -> None:
    line = f"{BARE[3]} {BARE[1]} " * 40_000
    began = time.process_time()
    found = [Problem("D101", "a.md", 1, (("words", "x"),), "", column, 3) for column in range(1, 400_000, 400)]
    said = "".join(reports.text(one, str, lambda _: [line]) for one in found)
    assert not leaks(said, BARE[1])
    assert time.process_time() - began < 30


def test_ignored_problems_are_listed_without_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    pragma = Pragma("a.md", 2, 3, ("L101",), f"他说 {BARE[1]}")
    print_silenced([Silenced(problem("L101", "a.md", 3, target=f"tel:{BARE[1]}"), pragma)], str)
    assert capsys.readouterr().out.count("138********") == 2


def test_an_error_that_quotes_a_file_holds_no_number() -> None:
    error = StationError("“{value}” is no address.", path="content/station.yml", value=BARE[1])
    assert Messages(str).error(error) == "content/station.yml: “138********” is no address."
