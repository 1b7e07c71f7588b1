"""YAML: what is read, what is refused, and where it says so."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.core.plainyaml import (
    MAX_YAML_BYTES,
    MAX_YAML_DEPTH,
    Document,
    Plain,
    YamlError,
    _parse,
    _plain_lines,
    load_yaml,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# 说明", None),
        ("a: 1\nb: 二", {"a": "1", "b": "二"}),
        ("a: no\nb: 12:30:45\nc: 2015-04-10", {"a": "no", "b": "12:30:45", "c": "2015-04-10"}),
        ("- 0x10\n- 1e3\n- 007", ["0x10", "1e3", "007"]),
        ("a:\nb: ~\nc: null\nd: ''", {"a": None, "b": None, "c": None, "d": ""}),
        ("a: '~'\nb: \"null\"", {"a": "~", "b": "null"}),
        ("- 一\n- [二, {三: 四}]", ["一", ["二", {"三": "四"}]]),
        ("a: {b: [1, 2]}", {"a": {"b": ["1", "2"]}}),
        ("a: |\n  一\n  二\nb: >\n  三\n  四", {"a": "一\n二\n", "b": "三 四"}),
        ("a: ! 一", {"a": "一"}),
        ("一句话", "一句话"),
    ],
)
def test_values_are_maps_lists_and_strings(text: str, value: Plain) -> None:
    assert load_yaml(text).value == value


WORDS = st.sampled_from(
    (
        "a",
        "b",
        "标题",
        "date",
        "null",
        "yes",
        ": ",
        ":",
        "：",
        " ",
        "-",
        "- ",
        "2014",
        "00:16",
        "（一）",
        "#",
        " #",
        '"',
        "'",
        "\n",
        "\n",
        "、",
        "~",
        "?",
        ",",
    )
)


@settings(max_examples=1500)
@given(st.lists(WORDS, min_size=1, max_size=12).map("".join))
@example("a: b")
@example("a: null\n\n标题: 甲 乙:丙 (一)\n")
def test_plain_lines_are_read_as_the_parser_reads_them(text: str) -> None:
    quick = _plain_lines(text)
    assert quick is None or quick == _parse(text)


def test_common_front_matter_is_read_without_the_parser() -> None:
    text = "\nnumber: 2014002\ntitle: 工作简报2014年第2期（总第38期）\ndate: 2014-01-28 10:04\n标题: A-B “甲”"
    assert _plain_lines(text) == _parse(text)


def test_every_entry_knows_its_line() -> None:
    document = load_yaml("a: 1\nb:\n  - x: 2\n    y: 3\n\n  - z: 4\n")
    places = [("a",), ("b",), ("b", 0), ("b", 0, "y"), ("b", 1, "z")]
    assert [document.line(*place) for place in places] == [1, 2, 3, 4, 6]


def test_line_of_a_missing_entry_is_that_of_what_is_around_it() -> None:
    document = load_yaml("a: 1\nb:\n  c: 2\n")
    assert [document.line("b", "x", "y"), document.line("x"), Document(None, {}).line("a")] == [2, 1, 1]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "F204", 2),
        ("b:\n  a: 1\n  a: 2", "F204", 3),
        ("a: &x 1\nb: *x", "F203", 1),
        ("b: *x", "F203", 1),
        ("a: 1\nb: !!python/object:os.system x", "F203", 2),
        ("a: !x 1", "F203", 1),
        ("x:\n  <<: {a: 1}", "F203", 2),
        ("a: 1\n---\nb: 2", "F203", 2),
        ("[" * (MAX_YAML_DEPTH + 1), "F203", 1),
        ("a: " + "一" * (MAX_YAML_BYTES // 3), "F203", 1),
        ("a: b: c", "F202", 1),
        ("a: 1\nb", "F202", 2),
        ("a: 1\nb: [2", "F202", 2),
        ("a: 'b", "F202", 1),
        ("a: 1\n\tb: 2", "F202", 2),
        ("a: 1\n @b: 2", "F202", 2),
        ("? [a]\n: b", "F202", 1),
        ("a: 1\n  b: 2", "F202", 2),
    ],
)
def test_refused(text: str, code: str, line: int) -> None:
    with pytest.raises(YamlError) as caught:
        load_yaml(text)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_as_deep_as_the_limit_is_read() -> None:
    assert load_yaml("[" * MAX_YAML_DEPTH + "]" * MAX_YAML_DEPTH).value


@given(st.one_of(st.text(max_size=80), st.text("ab:-[]{}&*!|>'\"%@`#,?\n\t \\~<0", max_size=40)))
def test_nothing_but_its_own_error_is_raised(text: str) -> None:
    try:
        load_yaml(text)
    except YamlError as error:
        assert 1 <= error.line <= len(text.splitlines()) + 2
