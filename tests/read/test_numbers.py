"""Issue numbers: every form in which they are printed (docs/norms.md 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.read.numbers import Number, count, ids_of_name, number_in_name, parse_number, printed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2014002", Number(2014, 2, None, False)),
        ("2014-02", Number(2014, 2, None, False)),
        ("2014_0128", Number(2014, 128, None, False)),
        ("２０１４００２", Number(2014, 2, None, False)),
        ("7", Number(None, 7, None, False)),
        ("2014年第2期", Number(2014, 2, None, False)),
        ("2014 年 第 2 期", Number(2014, 2, None, False)),
        ("二〇一四年第十二期", Number(2014, 12, None, False)),
        ("二零一四年第二期", Number(2014, 2, None, False)),
        ("第2期(总第38期)", Number(None, 2, 38, False)),
        ("第2期（总第38期）", Number(None, 2, 38, False)),
        ("2014年第2期总第三十八期", Number(2014, 2, 38, False)),
        ("2014年第2期(总38)", Number(2014, 2, 38, False)),
        ("〔2014〕2号", Number(2014, 2, None, False)),
        ("[2014]2号", Number(2014, 2, None, False)),
        ("（2014）第2号", Number(2014, 2, None, False)),
        ("【2014】2期", Number(2014, 2, None, False)),
        ("第二期", Number(None, 2, None, False)),
        ("第 528 期", Number(None, 528, None, False)),
        ("528号", Number(None, 528, None, False)),
        ("2014年增刊", Number(2014, 1, None, True)),
        ("2014年增刊第2期", Number(2014, 2, None, True)),
        ("增刊2", Number(None, 2, None, True)),
        ("〔2014〕增刊3号", Number(2014, 3, None, True)),
        ("2014年第3期增刊", Number(2014, 3, None, True)),
        ("总第24期", Number(None, 24, 24, False)),
    ],
)
def test_read(text: str, number: Number) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "简报", "二", "201400201", "2014年", "第0期", "0", "2014000", "9999001", "1014年第2期", "第期", "2014/2",
        "-3", "第2期第3期"],
)  # fmt: skip
def test_not_a_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("2014002", "2014002"),
        ("2014年第1024期", "20141024"),
        ("第二期", "2015002"),
        ("2014年增刊", "2014z01"),
        ("增刊12", "2015z12"),
    ],
)
def test_folder_of_an_issue(text: str, id_: str) -> None:
    number = parse_number(text)
    assert number
    assert number.id(2015) == id_


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("2014002", "2014002"),
        ("2014年第2期", "2014年第2期"),
        ("简报2014002", "2014002"),
        ("简报２０１４００２定稿", "2014002"),
        ("第二期", "第二期"),
        ("7", "7"),
        ("关于我们", ""),
        ("初稿1", ""),
        ("工作简报（2024年第3期）", "2024年第3期"),
        ("2024年工作简报第3期", "2024年第3期"),
        ("简报第12期", "第12期"),
        ("简报 第 十二 期", "第十二期"),
        ("（总第24期）2024年第3期", "2024年第3期（总第24期）"),
        ("简报总第24期", "总第24期"),
        ("市救〔2014〕2号", "〔2014〕2号"),
        ("2024年简报增刊", "2024年增刊"),
        ("工作简报（2024年第3期） - 副本", "2024年第3期"),
        ("2024-03-05 第3期", "第3期"),
        ("2024-03-05 工作简报", ""),
        ("2024-03-05", ""),
        ("20240305", ""),
        ("简报20240305", ""),
        ("2024年3月5日", ""),
        ("2024", ""),
        ("2024年", ""),
        ("2024年度总结", ""),
        ("2014002 2", "2014002"),
    ],
)
def test_number_in_a_file_name(name: str, number: str) -> None:
    assert number_in_name(name) == number


@pytest.mark.parametrize(
    "line",
    [
        "关于举办第二期培训班的通知",
        "根据民发〔2014〕2号精神",
        "第3号令",
        "近期工作",
        "第三期工程竣工",
        "第一期间",
        "2024年第一季度",
    ],
)
def test_no_number_in_a_line(line: str) -> None:
    assert printed_number(line) == ""


def test_ids_that_a_name_had_when_days_were_numbers() -> None:
    assert ids_of_name("简报20240305") == ("2024305",)
    assert ids_of_name("2014002") == ("2014002",)
    assert ids_of_name("2024") == ()


def han(number: int) -> str:
    """``38`` → ``三十八``, as numbers are spoken."""
    digits = "零一二三四五六七八九"
    text, zero = "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // value % 10
        if digit:
            text += ("零" if zero and text else "") + digits[digit] + unit
        zero = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


@given(st.integers(1, 9999))
def test_spoken_chinese_numbers(number: int) -> None:
    assert count(han(number)) == number


@given(st.integers(1, 9999))
def test_chinese_numbers_digit_by_digit(number: int) -> None:
    assert count(str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))) == number


@given(st.text("0123456789第期号年总增刊〔〕()简报 -十三", max_size=14))
def test_what_is_found_in_a_name_is_a_number(text: str) -> None:
    found = number_in_name(text)
    assert not found or parse_number(found) or found.isascii()
    assert not printed_number(text) or parse_number(printed_number(text))


@given(st.text("0123456789〇零一二两十百千元第年期号总增刊()〔〕[] .-a", max_size=14))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = parse_number(text)
    assert found is None or found.sequence > 0
