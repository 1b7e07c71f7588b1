"""The station's own words: which word a key means, and what may be shown in its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.config import entry_lines, read_station
from bulletin.core.errors import StationError
from bulletin.core.labels import Labels, PageWord, label_problems, page_words, station_labels
from bulletin.core.problems import Problem, sentence
from bulletin.core.station import Station


def labelled(labels: dict[str, str], language: str = "zh-CN") -> dict[str, str]:
    return station_labels(Station(name="甲", labels=labels, language=language)).words  # type: ignore[arg-type]


def problems(yaml: str) -> list[Problem]:
    data = f"name: 甲\nlabels:\n{yaml}".encode()
    return list(label_problems(read_station(data), entry_lines(data)))


@pytest.mark.parametrize(
    ("key", "label", "shown"),
    [
        ("点击：%(number)s", "阅读 %(number)s 次", "阅读 %(number)s 次"),
        ("Hits: %(number)s", "阅读：%(number)s", "阅读：%(number)s"),
        ("点击", "阅读", "阅读：%(number)s"),
        ("点击：", "阅读量：", "阅读量：%(number)s"),
        ("点击", "%(number)s 人读过", "%(number)s 人读过"),
    ],
)
def test_a_word_is_named_as_the_page_shows_it_as_the_code_has_it_or_by_its_core(
    key: str, label: str, shown: str
) -> None:
    assert labelled({key: label}) == {"Hits: %(number)s": shown}


def test_a_core_names_every_word_that_has_it_and_a_whole_word_goes_before_it() -> None:
    assert labelled({"草稿": "未定稿"})["Draft: {subject}"] == "【未定稿】{subject}"
    assert labelled({"草稿": "未定稿"})["【Draft】"] == "【未定稿】"
    both = {"Hits: %(number)s": "看过：%(number)s", "点击": "阅读"}
    assert labelled(both) == labelled(dict(reversed(both.items()))) == {"Hits: %(number)s": "看过：%(number)s"}


def test_a_word_with_a_number_has_one_form_in_chinese_and_two_in_english() -> None:
    chinese = Labels(labelled({"%(num)s issue": "%(num)s 本"})).translations("zh-CN")
    assert {chinese.ngettext("%(num)s issue", "%(num)s issues", n) for n in (1, 2)} == {"%(num)s 本"}
    english = Labels(labelled({"%(num)s issues": "%(num)s numbers"}, "en")).translations("en")
    assert english.ngettext("%(num)s issue", "%(num)s issues", 1) == "%(num)s issue"
    assert english.ngettext("%(num)s issue", "%(num)s issues", 2) == "%(num)s numbers"


def test_what_no_page_shows_is_named_with_its_line_and_the_nearest_word() -> None:
    (found,) = problems("  首页: 主页\n  打印本页呢: 打印\n")
    assert (found.code, found.path, found.line) == ("A150", "content/station.yml", 4)
    (near,) = problems("  全部栏木: 全部\n")
    assert near.guess == "全部栏目"


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        ("  点击：%(number)s: 阅读\n", "A151"),
        ("  点击: '%(count)s 阅读'\n", "A151"),
        ("  点击: '%(number)s %(number)s'\n", "A151"),
        ("  首页: 首页 100%\n", "A151"),
        ("  首页: '{0.__class__}'\n", "A151"),
        ("  首页: '%(number)s'\n", "A151"),
        ("  首页: 首页 {\n", "A151"),
        ("  首页: ' '\n", "A152"),
        ('  首页: "首\\n页"\n', "A152"),
        ('  首页: "首\\u0000页"\n', "A152"),
        ('  首页: "首\\u202E页"\n', "A152"),
        (f"  首页: {'长' * 301}\n", "A152"),
    ],
)
def test_what_cannot_be_filled_in_or_shown_is_said_and_ours_stays(yaml: str, code: str) -> None:
    (found,) = problems(yaml)
    assert (found.code, found.line) == (code, 3)
    station = read_station(f"name: 甲\nlabels:\n{yaml}".encode())
    assert station_labels(station) == Labels({})


def test_a_word_that_is_named_twice_is_said_and_the_later_line_is_shown() -> None:
    yaml = "  首页: 一\n  点击: 阅读\n  Home: 二\n"
    (found,) = problems(yaml)
    assert (found.code, found.line, dict(found.values)) == ("A153", 5, {"name": "Home", "other": "首页"})
    assert labelled({"首页": "一", "Home": "二"})["Home"] == "二"
    assert problems("  点击: 阅读\n  'Hits: %(number)s': '看过 %(number)s'\n") == [], (
        "a whole word goes before its core"
    )
    assert [each.code for each in problems("  首页: ' '\n  Home: 二\n")] == ["A152"], "what is not shown is no second"


@pytest.mark.parametrize(
    "line", ["点击：阅读", "点击 ： 阅读", "“点击”：“阅读”", "点击: “阅读”", "点击：　阅读", "'点击': 阅读"]
)
def test_labels_are_read_as_they_are_typed(line: str) -> None:
    words = f"labels：\n  {line}\n  点击：%(number)s: 阅读：%(number)s 次\n"
    station = read_station(f"name: 甲\n{words}description: |\n  点击：阅读\n".encode())
    assert dict(station.labels) == {"点击": "阅读", "点击：%(number)s": "阅读：%(number)s 次"}
    assert station.description.strip() == "点击：阅读", "elsewhere the text stays"


def test_what_readers_write_to_us_has_no_label() -> None:
    """A program reads it in the answers that come (mail/answers.py)."""
    assert not {"subscribe", "unsubscribe"} & {id_ for word in page_words("zh-CN") for id_ in word.ids}


@pytest.mark.parametrize("yaml", ["labels: 点击", "labels: [点击]", "labels: {点击: [阅读]}", "labels: {点击: {a: b}}"])
def test_labels_are_a_list_of_words(yaml: str) -> None:
    with pytest.raises(StationError) as refused:
        read_station(f"name: 甲\n{yaml}\n".encode())
    assert refused.value.values["path"] == "content/station.yml:2"
    assert "“labels” is not a list of words" in sentence(refused.value, str)


VALUES = st.sampled_from(["%(number)s", "%(num)s", "{number}", "{words}", "%", "{", "}", "%%", "%(", "<b>", "&", '"'])


@given(st.sampled_from(page_words("zh-CN")), st.lists(VALUES | st.text(max_size=4), max_size=6).map("".join))
def test_whatever_is_written_a_word_can_be_filled_in_as_ours_can(word: PageWord, label: str) -> None:
    shown = {id_: each.shown for each in page_words("zh-CN") for id_ in each.ids}
    for id_, text in labelled({word.shown: word.shown + label}).items():
        values = {name: "7" for names in re.findall(r"%\((\w+)\)|\{(\w+)\}", shown[id_]) for name in names if name}
        filled = text.format("7", **values) if "{" in shown[id_] else text % values
        assert filled.count("7") >= len(values)
        assert not re.search("[%{}]", filled)


def test_every_word_of_the_pages_can_be_replaced() -> None:
    for word in page_words("zh-CN"):
        assert set(word.ids) <= labelled({word.shown: f"甲{word.shown}"}).keys(), word
