"""Marks of secrecy: all in the set are found, and no word in a sentence is taken for one."""

from __future__ import annotations

import re
import time
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.check.folding import fold_line
from bulletin.check.manuscript import manuscript, manuscripts
from bulletin.check.office import make_facts, make_office
from bulletin.check.rules import problems_in
from bulletin.check.secrecy import secrecy_marks
from bulletin.check.secrecy_entry import declares_public, secrecy_value
from bulletin.check.wordlists import read_word_lists
from bulletin.core.config import read_station
from bulletin.core.errors import StationError
from bulletin.core.model import Source, SourceFile
from tests.check.texts import OFFICE, STATION

_HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    """The texts of a set, escapes resolved."""
    lines = (_HERE / name).read_text("utf-8").splitlines()
    texts = [line for line in lines if line and not re.match(r"# (?:[─A-Z]|Inn)", line)]
    return [re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), t).replace("\\n", "\n") for t in texts]


MARKED = _lines("secrecy_marks.txt")
INNOCENT = _lines("secrecy_words.txt")


def _found(text: str, *, internal_public: bool = False) -> list[str]:
    return [text[start:end] for start, end, _ in secrecy_marks(text, internal_public=internal_public)]


def test_the_sets_are_large_enough() -> None:
    assert len(set(MARKED)) >= 120
    assert len(set(INNOCENT)) >= 150


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_found_with_its_place(text: str) -> None:
    begin, end = text.index("[["), text.rindex("]]")
    plain = text[:begin] + text[begin + 2 : end] + text[end + 2 :]
    marks = list(secrecy_marks(plain, internal_public=False))
    assert len(marks) == 1, marks
    first, last, words = marks[0]
    assert first < end - 2 and begin < last, plain[first:last]
    assert words


@pytest.mark.parametrize("text", INNOCENT)
def test_a_word_in_a_sentence_is_no_mark(text: str) -> None:
    assert _found(text) == []


# ── however they are written


_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"
_BLANKS = " \u3000\u00a0\u2002\u2009\u3164"
_WRAPPED = (
    "{}",
    "**{}**",
    "# {}",
    "> {}",
    "（{}）",
    "【{}】",
    "| {} |",
    "<center>{}</center>",
    "{}　　特急",
    "000007　{}",
)
_WRITTEN = st.sampled_from(
    ("绝密", "机密", "秘密", "機密", "祕密", "絕密", "工作秘密", "内部资料", "內部資料", "内部刊物")
)
_TERMS = st.sampled_from(("", "★1年", "★三年", "☆6个月", "★长期", "　注意保存"))


@given(_WRITTEN, _TERMS, st.sampled_from(_WRAPPED), st.lists(st.sampled_from(["", *_HIDDEN, *_BLANKS]), min_size=4))
def test_no_way_of_writing_hides_a_mark(word: str, term: str, frame: str, between: list[str]) -> None:
    spread = word[0] + "".join(gap + character for gap, character in zip_longest(between[:3], word[1:4], fillvalue=""))
    text = "今天开会。\n\n" + frame.format(spread + term) + "\n\n散会。\n"
    marks = list(secrecy_marks(text, internal_public=False))
    assert len(marks) == 1
    start, end, _ = marks[0]
    assert spread[0] in text[start:end]
    assert "\n" not in text[start:end]


@given(st.sampled_from([text for text in INNOCENT if "\n" not in text]), st.sampled_from(_HIDDEN), st.integers(0, 40))
def test_what_nobody_sees_makes_no_word_a_mark(text: str, hidden: str, place: int) -> None:
    assert _found(text[:place] + hidden + text[place:]) == []


@given(st.text("绝机秘密级工作内部资料★☆*（）()【】 　\n|<>b&#;：:_-公开无年1一、。特急\u200b", max_size=80))
def test_marks_are_places_in_the_text_in_order(text: str) -> None:
    end = 0
    for start, last, words in secrecy_marks(text, internal_public=False):
        assert end <= start < last <= len(text)
        assert 0 < len(words) <= 20
        end = last


_UNITS = (
    "机 ",
    "机密",
    "机密★",
    "密级：",
    "密级：甲 ",
    "(机密)",
    "](",
    "{.",
    "<a",
    "</td",
    "&#",
    "&#26426;",
    "内\u200b",
    "内部资料 ",
)
_MORE_UNITS = (
    "|机密",
    "★ ",
    "000001 ",
    "第1期",
    "第一",
    "1年",
    "机\n",
    "机密\n",
    "此件为",
    "> ",
    "1. ",
    "“机密★",
    "<!--",
    "长 期",
)


@pytest.mark.parametrize("unit", [*_UNITS, *_MORE_UNITS])
def test_twice_the_text_takes_twice_the_time(unit: str) -> None:
    """Twenty times the text in under a hundred times the time: quadratic would be four hundred."""
    times = []
    for size in (10_000, 200_000):
        text = "密" + unit * (size // len(unit)) + "。密"
        began = time.process_time()
        for _ in secrecy_marks(text, internal_public=False):
            pass
        times.append(time.process_time() - began)
    assert times[1] < 100 * max(times[0], 0.01)


def test_what_is_shown_is_what_is_written() -> None:
    text = "第一行\r\n\r\n　000001　機&nbsp;密★一年　特急"
    ((start, end, words),) = secrecy_marks(text, internal_public=False)
    assert text[start:end] == "機&nbsp;密★一年"
    assert words == "机 密★一年"


def test_three_levels_side_by_side_explain_and_two_do_not() -> None:
    assert _found("- 绝密\n- 机密\n- 秘密\n") == []
    assert _found("- 机密\n- 秘密\n") == ["机密", "秘密"]
    assert _found("绝密★1年\n\n- 绝密\n- 机密\n- 秘密\n") == ["绝密★1年"]


@given(st.text(" 　机密機級（）：，。、—·“”《》★1年aB?/", max_size=30))
def test_plain_lines_are_folded_at_once_as_others_are_by_the_character(line: str) -> None:
    at_once, one_by_one = fold_line(line), fold_line(line + "\u200b")
    assert at_once.text == one_by_one.text
    assert list(at_once.starts) == list(one_by_one.starts)
    assert list(at_once.ends) == list(one_by_one.ends)


# ── 内部资料, and the value of 密级


@pytest.mark.parametrize("text", [text for text in MARKED if re.search(r"\[\[[^\]]*(?:内.?部|內部)", text)])
def test_internal_papers_may_go_out_when_the_office_says_so(text: str) -> None:
    if "内部参考" not in text:
        assert _found(text.replace("[[", "").replace("]]", ""), internal_public=True) == []


def test_a_secret_is_one_in_a_public_paper_too() -> None:
    assert _found("内部资料　机密★1年", internal_public=True) == ["机密★1年"]


@pytest.mark.parametrize(
    "value", ["", " ", "公开", "公　开", "公開", "无", "無", "不涉密", "非密", "【公开】", "“无”", "——", "/"]
)
def test_harmless_values(value: str) -> None:
    assert secrecy_value(value, internal_public=False) == ""


@pytest.mark.parametrize(
    "value", ["秘密", "秘　密", "机密级", "★机密", "機密★1年", "内部", "普通", "公开？", "public", "无线", "一级"]
)
def test_every_other_value_keeps_back(value: str) -> None:
    assert secrecy_value(value, internal_public=False)


def test_internal_values() -> None:
    assert [secrecy_value(v, internal_public=True) for v in ("内部", "内部资料", "内 部 刊 物", "内参")] == [
        "",
        "",
        "",
        "内参",
    ]
    assert [v for v in ("公开", " 公　开 ", "無", "不涉密", "") if declares_public(v)] == ["公开", " 公　开 "]


# ── the rule


def _in_file(text: str, kind: str = "issue", *, station: str = "") -> list[tuple[int, str]]:
    """Line and words of each A209 in a file."""
    known = make_office(read_station((STATION + station).encode()), read_word_lists(()))
    made = manuscript(SourceFile("content/issues/2014002.md", text.encode()), kind)
    assert made is not None
    found = [problem for problem in problems_in(made, known) if problem.code == "A209"]
    return [(problem.line, str(dict(problem.values)["words"])) for problem in found]


_FRONT = "---\nnumber: 2014002\ndate: 2014-12-05\n{}\n---\n## 站务新闻\n\n### 开会\n\n今天开会。\n"


@pytest.mark.parametrize("kind", ["issue", "article", "page"])
@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("密级: 秘　密", 4),
        ("密级：机密", 4),
        ("secrecy: 机密★1年", 4),
        ("secrecy: secret", 4),
        ("密级: 普通", 4),
        ("密　级: 机密", 4),
        ('密级: "绝密"  # 一年', 4),
        ("密级: [机密]", 4),
        ("密级: {甲: 乙}", 4),
        ("密级:\n  - 甲级", 1),
        ("密级:\n  - 机密", 5),
        ("级别: 机密", 4),
        ("备注: 机密★1年", 4),
        ("title: 【机密】关于值班的安排", 4),
        ("summary: 内部资料，注意保存", 4),
        ("# 机密", 4),
        ("密级: 公开\nsecrecy: 机密", 5),
        ("draft: [\n密级: 机密", 5),
    ],
)
def test_front_matter_of_every_kind_of_file(kind: str, entry: str, line: int) -> None:
    assert [found[0] for found in _in_file(_FRONT.format(entry), kind)] == [line]


@pytest.mark.parametrize(
    "entry",
    [
        "密级:",
        "密级: 公开",
        "密级: 公　开",
        "密级：无",
        'secrecy: "不涉密"',
        "密级: 非密  # 已审",
        "keywords: 秘密",
        "keywords:\n  - 秘密\n  - 保密",
        "title: 保守国家秘密法宣传",
        "summary: 学习了保守国家秘密法。",
    ],
)
def test_harmless_front_matter(entry: str) -> None:
    assert _in_file(_FRONT.format(entry)) == []


def test_meta_lines_and_a_file_without_entries() -> None:
    assert _in_file("Title: 通报\n密级: 机密\n\n正文。\n") == [(2, "机密")]
    assert _in_file("密级：机密\n期号：2014002\n\n正文。\n") == [(1, "机密")]
    assert _in_file("000001　机密★1年\n\n# 工作简报\n\n正文。\n") == [(1, "机密★1年")]


def test_code_and_comments_are_read_too() -> None:
    text = _FRONT.format("people: none")
    assert _in_file(text + "\n```\n秘密★1年\n```\n") == [(13, "秘密★1年")]
    assert _in_file(text + "\n<!-- 机密 -->\n") == [(12, "机密")]
    assert _in_file(text + "\n<!-- 密级一栏照抄原文 -->\n") == []


def test_a_public_issue_or_office_may_print_internal_papers_but_no_secrets() -> None:
    internal, secret = _FRONT + "\n内部资料　注意保存\n", _FRONT + "\n秘密\n"
    assert len(_in_file(internal.format("people: none"))) == 1
    assert _in_file(internal.format("密级: 公开")) == []
    assert len(_in_file(internal.format("密级: 无"))) == 1
    assert _in_file(internal.format("people: none"), station="internal: public\n") == []
    assert _in_file(internal.format("people: none"), station="internal: 公开\n") == []
    assert len(_in_file(secret.format("密级: 公开"), station="internal: public\n")) == 1


def test_what_the_issue_says_holds_for_the_files_of_its_articles() -> None:
    article = SourceFile("content/issues/2014002/a.md", "---\nsection: 站务新闻\n---\n内部资料\n".encode())
    for value, count in (("公开", 0), ("无", 1)):
        main = SourceFile("content/issues/2014002/index.md", _FRONT.format(f"密级: {value}").encode())
        _, one = manuscripts(Source("issue", "2014002", (main, article)), ())
        assert len([p for p in problems_in(one, OFFICE) if p.code == "A209"]) == count


def test_the_office_is_part_of_what_findings_are_kept_by() -> None:
    words = read_word_lists(())
    plain, public = (make_facts(read_station((STATION + more).encode()), words) for more in ("", "internal: public\n"))
    assert plain != public


def test_another_value_of_internal_is_explained() -> None:
    with pytest.raises(StationError, match="internal"):
        read_station((STATION + "internal: maybe\n").encode())
