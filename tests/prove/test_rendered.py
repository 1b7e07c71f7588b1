"""Looking over pages for numbers takes a time that grows with their length alone, whatever is repeated in them."""

from __future__ import annotations

import random
import time

import pytest

from bulletin.check.personal_numbers import personal_data_in
from bulletin.check.rendered import page_numbers
from tests.check.texts import OFFICE

SIZE = 200_000
SECONDS = 4
NUMBERS = (
    *(
        "1",
        "1 ",
        "12",
        "1\n",
        "13812345678 ",
        "11010519491231002X ",
        "1 3 8 1 2 3 4 5 6 7 8 ",
        "1-",
        "1.",
        "1" + " " * 5000,
    ),
    *(
        "（",
        "(0",
        "+86",
        "一",
        "〇1",
        "lO ",
        "X",
        "①",
        "１",
        "1\u200b",
        "1\u0301",
        "\u3000",
        "2014-11-16 ",
        "http://",
        "](1",
    ),
    *(
        "身份证1",
        "卡号1 ",
        "电话1 3",
        "E1",
        "湘A",
        "a@",
        "a.",
        "1*",
        "1|",
        "一1O①",
        "138",
        "1234 ",
        "86",
        ".",
        "/",
        "_",
        "\t",
    ),
)
MARKUP = (
    *(
        "&#53;",
        "&",
        "<",
        "<a",
        "<a ",
        "</",
        "<!",
        "<!--",
        "<![",
        "<?",
        "<script>",
        "<b>1</b>",
        "<td>1",
        "<sup>1",
        "<rt>",
    ),
    *('<a title="1"', "<br>", "\x021\x03", "-->", "<p>", "</p>", '"', "'", "=", ">", "<tr>", "<style>", "]]>", "<pre>"),
)


def seconds(text: str) -> float:
    began = time.process_time()
    page_numbers(text, OFFICE)
    sum(1 for _ in personal_data_in(text, OFFICE))
    return time.process_time() - began


@pytest.mark.parametrize("tail", ["", ">", '">', "-->"])
def test_repeated_units(tail: str) -> None:
    texts = {unit: (unit * (SIZE // len(unit) + 1))[:SIZE] + tail for unit in (*NUMBERS, *MARKUP)}
    assert [unit for unit, text in texts.items() if seconds(text) > SECONDS] == []


@pytest.mark.parametrize("seed", range(10))
def test_repeated_mixtures(seed: int) -> None:
    chance = random.Random(seed)
    units = ["".join(chance.choices((*NUMBERS, *MARKUP), k=chance.randint(2, 6))) for _ in range(30)]
    texts = {unit: (unit * (SIZE // len(unit) + 1))[:SIZE] for unit in units}
    assert [unit for unit, text in texts.items() if seconds(text) > SECONDS] == []
