"""`bulletin check` and `bulletin review` at the keyboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import STATION, write_files
from tests.test_cli import Run, run  # noqa: F401 - a fixture

ISSUE = "content/issues/2015003.md"
TEXT = """\
---
number: 2015003
date: 2015-04-10
---
## 站务新闻

全市救助站工作会召开

会上,站长讲话,办公、、财务参加。
"""


@pytest.fixture
def damaged(station: Path) -> Path:
    write_files(station, {ISSUE: TEXT})
    return station


def test_the_line_is_quoted_with_a_mark_below(run: Run, damaged: Path) -> None:  # noqa: F811
    said = run("check", "--root", damaged)
    assert said.out.splitlines()[4:12] == [
        f"{ISSUE}:9:3: notice: half-width “,” among Chinese characters; 2 such characters in this text. [D105]",
        "    会上,站长讲话,办公、、财务参加。",
        "        ^",
        "    Use full-width punctuation; “bulletin check --fix” does it.",
        f"{ISSUE}:9:11: warning: repeated punctuation: “、、”. Did you mean “、”? [D106]",
        "    会上,站长讲话,办公、、财务参加。",
        "                      ^^^^",
        "    Keep one of them.",
    ]
    assert said.code == 1


def test_strict_counts_notices(run: Run, station: Path) -> None:  # noqa: F811
    write_files(station, {ISSUE: TEXT.replace("全市救助站工作会召开\n\n", "").replace("、、", "、")})
    assert run("check", "--root", station).code == 0
    assert run("check", "--strict", "--root", station).code == 1


def test_what_is_silenced_is_listed(run: Run, damaged: Path) -> None:  # noqa: F811
    comment = "<!-- bulletin: ignore D105, D106 because 照录 -->\n"
    write_files(damaged, {ISSUE: TEXT.replace("会上", comment + "会上")})
    said = run("check", "--ignored", "--root", damaged)
    assert [line for line in said.out.splitlines() if line.startswith("    ")] == ["    照录", "    照录"]


def test_a_code_is_explained(run: Run) -> None:  # noqa: F811
    said = run("check", "--explain", "d101", language="zh_CN")
    assert (said.code, said.out.startswith("D101（错误）") or said.out.startswith("D101 (错误)")) == (0, True)
    assert run("check", "--explain", "D999").code == 2


def test_fix_shows_then_mends_and_diff_only_shows(run: Run, damaged: Path) -> None:  # noqa: F811
    said = run("check", "--fix", "--diff", "--titles", "--root", damaged)
    assert {"+### 全市救助站工作会召开", "+会上，站长讲话，办公、、财务参加。"} <= set(said.out.splitlines())
    assert (damaged / ISSUE).read_text("utf-8") == TEXT
    said = run("check", "--fix", "--titles", "--root", damaged)
    assert ".bulletin/before-fix/20160101-120000/content/issues/2015003.md" in said.out
    assert "### 全市救助站工作会召开\n" in (damaged / ISSUE).read_text("utf-8")
    assert run("check", "--fix", "--root", damaged).out == "There is nothing that can be fixed automatically.\n"


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "html"])
def test_a_report_goes_into_a_file(run: Run, damaged: Path, tmp_path: Path, form: str) -> None:  # noqa: F811
    out = tmp_path / "report"
    said = run("check", "--format", form, "--out", out, "--root", damaged)
    assert said == (1, "", f"{out} is written.\n")
    assert "D106" in out.read_text("utf-8")


def test_the_stations_own_report(run: Run, damaged: Path) -> None:  # noqa: F811
    own = "{% for file in page.files %}{{ file.path }}{% endfor %}"
    write_files(damaged, {"templates/reports/check.html": own})
    assert run("check", "--format", "html", "--root", damaged).out == f"{ISSUE}\n"


def test_a_build_says_what_the_check_finds_and_need_not(run: Run, damaged: Path) -> None:  # noqa: F811
    said = run("build", "--root", damaged, "--json")
    assert (said.code, [p["code"] for p in json.loads(said.out)["problems"]]) == (1, ["R106", "D105", "D106"])
    assert run("build", "--root", damaged, "--no-check").code == 0


def test_reviews_are_recorded_and_printed(run: Run, station: Path, tmp_path: Path) -> None:  # noqa: F811
    write_files(station, {"content/station.yml": STATION + "reviews: 3\n"})
    said = run("review", "2015003", "--as", "初审", "--by", "李桂芳", "--root", station)
    assert said.out.splitlines() == [
        "2015003: first review by 李桂芳, 2016-01-01 12:00. It holds until the text is changed.",
        "content/station.yml now says “reviews_from: 2016-01-01”: issues from that day on need their reviews.",
    ]
    said = run("review", "2015003", "--as", "final", "--by", "邓军", "--root", station, language="zh_CN")
    assert (said.code, "要先有复审" in said.err) == (2, True)
    assert run("review", "--register", tmp_path / "r.html", "--root", station).code == 0
    assert run("review", "2015003", "--as", "second", "--root", station).code == 2


def test_a_number_alone_shows_how_far_its_reviews_are(run: Run, station: Path) -> None:  # noqa: F811
    write_files(station, {"content/station.yml": STATION + "reviews: 2\n", ISSUE: TEXT})
    run("review", "2015003", "--as", "first", "--by", "李桂芳", "--root", station)
    number = "证号11010519491231002X。\n"
    comment = "<!-- bulletin: ignore D105 because 照录 -->\n会上"
    write_files(station, {ISSUE: TEXT.replace("会上", comment) + "\n" + number})
    said = run("review", "2015003", "--root", station)
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "2015003",
            "  first review: 李桂芳, 2016-01-01 12:00, void: the text was changed",
            "  final review: missing",
            f"  error: {ISSUE}:12:3: an identity number: 110105************ [P101]",
            f"  passed: {ISSUE}:10:3: half-width “,” among Chinese characters; "
            "2 such characters in this text. [D105]: 照录",
            "Next: bulletin review 2015003 --as first --by NAME",
        ],
    )
    said = run("review", "2015003", "--as", "first", "--by", "李桂芳", "--root", station)
    assert (said.code, "--even-so" in said.err) == (2, True)
    said = run("review", "2015003", "--as", "first", "--by", "李桂芳", "--even-so", "--root", station)
    shown = run("review", "2015003", "--root", station).out.splitlines()[1]
    assert shown == "  first review: 李桂芳, 2016-01-01 12:00, valid; recorded with open errors"


def test_a_build_says_that_reviews_are_missing(run: Run, station: Path) -> None:  # noqa: F811
    write_files(station, {"content/station.yml": STATION + "reviews: 3\n"})
    said = run("build", "--root", station)
    assert (said.code, "[A210]" in said.out + said.err) == (1, True)
    assert said.out.splitlines()[-1] == "published without all reviews: 2015003"
