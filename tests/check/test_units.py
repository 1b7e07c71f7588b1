"""No rule is slow on a long run of one unit: random texts find nothing here, repeated units do."""

from __future__ import annotations

import time

import pytest

from bulletin.check.fixes import fixed_text
from bulletin.check.source import examine_source
from bulletin.core.model import Source, SourceFile
from tests.check.texts import FRAME, OFFICE, as_manuscript, codes

UNITS = (
    *(
        "1",
        "1-",
        "(",
        "（",
        "[",
        "![",
        "](",
        "<",
        "<!--",
        "-->",
        "`",
        "*",
        "“",
        "《",
        "|",
        "--",
        "{#",
        "\\",
        "?",
        "。。",
    ),
    *(
        "张小",
        "张小明和",
        "谢玉兰走了。",
        "卓玛",
        "古丽",
        "| 姓名 |\n|---|\n",
        "名叫",
        "（谢玉兰）\n",
        "A·甲",
        "Li Ming ",
        "走失",
    ),
    *("微信", "微信a_b", "QQ", "军官证", "电话138", "138 ", "0734-", "62 2", "43040519**", "a(at)b.c"),
    *("张", "张小明，男，", "家住", "家住村", "省市", "湖南省甲县乙镇丙", "老人张", "老人张三的", "12岁", "湘A1", "E1"),
    *(
        "一、",
        "一、\n",
        "一、甲\n\n乙\n\n",
        "1.\n",
        "# \n",
        "#### 甲\n",
        "甲\n\n",
        "“甲\n\n",
        "甲,",
        "[^1]",
        "\n\n    ",
    ),
    *("2014年", "1月", "11111", "0734", "6222", "a@", "a.", "http://", "http://a.", "[点击这里]("),
    *("é", "Ã¤", "鏁", "\xa0", "\u200b", "\ue000", "bulletin:", "# bulletin: ignore D101\n"),
)
SIZE, SECONDS = 10_000, 5.0
"""Processor seconds; on a quiet machine the slowest takes a fifth of one."""


@pytest.mark.parametrize("unit", UNITS)
def test_a_repeated_unit_costs_little(unit: str) -> None:
    text = unit * (SIZE // len(unit)) + "x"
    began = time.process_time()
    record = examine_source(Source("issue", "a", (SourceFile("content/issues/a.md", (FRAME + text).encode()),)), OFFICE)
    fixed_text(as_manuscript(text), OFFICE, titles=True)
    assert time.process_time() - began < SECONDS
    assert len(record.problems) < 5_000


LONG_UNITS = (
    "（",
    "’",
    "a’",
    "（）’",
    "文(文)",
    "(一)",
    "# \n",
    "#### 甲\n",
    "```\n",
    "~~~\n",
    "    甲\n",
    "●甲\n",
    "13812345678 ",
    "张小明，男，12岁，",
    "微信abcde12 ",
)
LONG, LONG_SECONDS = 330_000, 12.0
"""Characters, a megabyte of Chinese; what was quadratic took from half a minute to hours."""


@pytest.mark.parametrize("unit", LONG_UNITS)
def test_a_megabyte_of_a_unit_costs_in_proportion(unit: str) -> None:
    text = FRAME + unit * (LONG // len(unit)) + "x"
    began = time.process_time()
    record = examine_source(Source("issue", "a", (SourceFile("content/issues/a.md", text.encode()),)), OFFICE)
    assert time.process_time() - began < LONG_SECONDS
    assert sum(len(str(found.values)) for found in record.problems) < 1_000_000


def test_the_link_check_asks_what_the_reading_makes_a_link() -> None:
    text = FRAME + "见https://a.cn/b。另见[甲](https://c.cn/甲)、www.d.cn/e, [乙](www.f.cn)、https://g.cn/h(i)。"
    record = examine_source(Source("issue", "a", (SourceFile("content/issues/a.md", text.encode()),)), OFFICE)
    assert {mention.target for mention in record.links} == {
        *("https://a.cn/b", "https://c.cn/甲", "https://www.d.cn/e", "https://www.f.cn", "https://g.cn/h(i)"),
    }


def test_a_plate_in_full_width_is_one() -> None:
    assert "P106" in codes("车牌湘Ｄ·１２３４５停在门口。")
    assert "P106" not in codes("湘Ａ组１２３４５人。")
