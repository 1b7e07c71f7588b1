"""What is printed: the line with its mark, and the forms for programs and for paper."""

from __future__ import annotations

import json

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.check import reports
from bulletin.check.lines import WIDTH, quoted, width
from bulletin.check.report_view import check_report
from bulletin.check.sarif import sarif
from bulletin.core.i18n import Translate, translations
from bulletin.core.problems import Problem, problem
from bulletin.render.reports import render_report, template_folders


def marked(line: str, words: str) -> tuple[str, str]:
    return quoted(line, line.index(words) + 1, len(words))


def test_the_mark_stands_under_the_words_as_a_terminal_shows_them() -> None:
    assert marked("2014年1116日，开会", "1116") == ("2014年1116日，开会", "      ^^^^")
    assert marked("会上，站长ABC讲话", "站长A") == ("会上，站长ABC讲话", "      ^^^^^")
    assert marked("救\u200b助\xa0站", "\u200b") == ("救·助·站", "  ^")
    assert quoted("", 1, 0) == ("", "^")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("救助a站", 7),
        ("ｱ", 1),
        ("e\u0301", 1),
        ("1\u20e3", 1),
        ("\u1112\u1161\u11ab", 2),
        ("😀", 2),
        ("“…”", 3),
        ("", 0),
    ],
)
def test_columns_are_those_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_long_line_is_cut_around_the_words() -> None:
    line = "甲" * 100 + "错字" + "乙" * 100
    excerpt, mark = marked(line, "错字")
    assert excerpt.startswith("…甲")
    assert excerpt.endswith("乙…")
    assert width(excerpt) <= WIDTH + 2
    assert width(excerpt.partition("错字")[0]) == mark.index("^")


@given(
    st.text(st.sampled_from("甲a，\u200b\u0301“\t"), min_size=1, max_size=200), st.integers(1, 200), st.integers(0, 300)
)
def test_the_mark_never_stands_outside_the_line(line: str, column: int, length: int) -> None:
    column = min(column, len(line))
    excerpt, mark = quoted(line, column, length)
    assert width(excerpt) <= WIDTH + 2
    assert len(mark) <= width(excerpt) + 1
    assert mark.strip(" ").strip("^") == ""


FOUND = (
    problem("A104", "content/station.yml"),
    Problem("D101", "content/issues/a b.md", 3, (("words", "2014年1116日"),), "2014年11月16日", 2, 10),
    Problem("P101", "content/issues/a b.md", 3, (("words", "110105************"),), "", 1, 18),
)


def test_text_quotes_the_line_where_it_is_known() -> None:
    said = reports.text(FOUND[1], str, lambda _: ["", "", "在2014年1116日。"], lambda text, kind: f"<{kind}>{text}</>")
    assert said.split("\n") == [
        "<path>content/issues/a b.md:3:2</>: <error>error</>: there is no such date: “2014年1116日”."
        " Did you mean “2014年11月16日”? [D101]",
        "    在2014年1116日。",
        "    <mark>  ^^^^^^^^^^^^</>",
        "    Write it out: 2014年11月16日.",
    ]
    assert "\n" in reports.text(FOUND[0], str, lambda _: [])


def test_workflow_commands_name_the_columns() -> None:
    said = reports.github(FOUND[1], str)
    assert said.startswith("::error file=content/issues/a b.md,line=3,col=2,endColumn=12,title=D101::")


def test_sarif() -> None:
    run = json.loads(sarif(FOUND, "1.0", translations("zh").gettext))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["A104", "D101", "P101"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("A104", 0, "note"),
        ("D101", 1, "error"),
        ("P101", 2, "error"),
    ]
    where = run["results"][1]["locations"][0]["physicalLocation"]
    assert where["region"] == {"startLine": 3, "startColumn": 2, "endColumn": 12}
    assert "region" not in run["results"][0]["locations"][0]["physicalLocation"]


def page(problems: tuple[Problem, ...], station: str, translate: Translate) -> str:
    view = check_report(problems, station, "2016-01-01", translate)
    return render_report("reports/check.html", view, template_folders(None), translate)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_page_to_print_counts_and_lists(language: str) -> None:
    made = page(FOUND, "<站>", translations(language).gettext)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(made)
    assert tree.get("lang") == language
    counts, *kinds, by_file, of_the_issue = tree.iter("ul")
    assert [each.findtext("b") for each in counts] == ["1", "1", "0", "1"]
    assert [each.findtext("b") for part in kinds for each in part] == ["1", "1", "1"]
    assert [len(by_file), len(of_the_issue)] == [1, 2]
    assert "&lt;站&gt;" in made
    empty = page((), "站", translations(language).gettext)
    assert "<section" not in empty


def test_a_report_begins_with_what_keeps_an_issue_back() -> None:
    notices = tuple(problem("A104", f"content/issues/{i}.md") for i in range(9))
    view = check_report((*notices, *FOUND, *(FOUND[2],) * 6), "站", "", str)
    assert [(part.name, part.count) for part in view.parts] == [
        ("gate", 7),
        ("error", 1),
        ("warning", 0),
        ("notice", 10),
    ]
    assert [(k.code, k.count, len(k.shown), k.more) for part in view.parts for k in part.kinds] == [
        ("P101", 7, 7, ""),
        ("D101", 1, 1, ""),
        ("A104", 10, 1, "and 9 more; files: 9"),
    ]
    assert view.parts[0].kinds[0].shown[0].place == "a b.md:3"


def test_of_a_kind_three_a_file_are_said_and_of_errors_all() -> None:
    found = [problem("L104", path, line, target="a.jpg") for path in ("a.md", "b.md") for line in range(1, 6)]
    found += [problem("L106", "a.md", line, target="b.jpg") for line in (1, 2)]
    found += [problem("D101", "a.md", line, words="2月30日") for line in range(1, 6)]
    said = [text.partition("\n")[0] for text in reports.report_texts(found, str, lambda _: [])]
    assert [line.partition(" warning")[0] for line in said if "L104" in line] == [
        *("a.md:1:", "a.md:2:", "a.md:3:", "a.md: and 2 more of this kind in this file [L104]"),
        *("b.md:1:", "b.md:2:", "b.md:3:", "b.md: and 2 more of this kind in this file [L104]"),
    ]
    assert [line for line in said if "L106" in line][1:] == ["a.md: and 1 more of this kind in this file [L106]"]
    assert sum("D101" in line for line in said) == 5
