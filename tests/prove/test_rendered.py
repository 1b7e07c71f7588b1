"""Looking over pages for numbers takes a time that grows with their length alone, whatever is repeated in them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

import pytest

from bulletin.check.personal_numbers import personal_data_in
from bulletin.check.rendered import page_numbers
from tests.check.texts import OFFICE

SIZE = 200_000
SHORT = 25_000
"""Characters in the short form of the proof: what grows with the square takes more than its part there too."""
SECONDS = 4
"""For `SIZE` characters; a part of it for a part of them."""
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


def slow_ones(units: Iterable[str], size: int, tail: str = "") -> list[str]:
    """Units of which a text of that size takes longer than it may."""
    texts = {unit: (unit * (size // len(unit) + 1))[:size] + tail for unit in units}
    return [unit for unit, text in texts.items() if seconds(text) > SECONDS * size / SIZE]


@pytest.mark.prove
@pytest.mark.parametrize("tail", ["", ">", '">', "-->"])
def test_repeated_units(tail: str, prove: bool) -> None:
    assert slow_ones((*NUMBERS, *MARKUP), SIZE if prove else SHORT, tail) == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(10))
def test_repeated_mixtures(seed: int, prove: bool) -> None:
    chance = random.Random(seed)
    units = ["".join(chance.choices((*NUMBERS, *MARKUP), k=chance.randint(2, 6))) for _ in range(30 if prove else 10)]
    assert slow_ones(units, SIZE if prove else SHORT) == []
