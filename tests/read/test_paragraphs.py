"""Line breaks in a block: what Word and WPS leave, what an editor wraps, and what is neither."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bulletin.read.dialect import make_markdown
from bulletin.read.lines import Part, SourceLine
from bulletin.read.paragraphs import tell_paragraphs
from bulletin.read.structure import read_lines
from bulletin.read.texts import TextReader

MD = make_markdown()


def numbered(text: str) -> tuple[SourceLine, ...]:
    return read_lines(text, 1, "a.md")[0]


def made_of(text: str) -> tuple[str, list[int]]:
    """HTML, and the lines that a notice names."""
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    reader.read(Part("article", "题", "ti", 0, numbered(text)), "a.md")
    return reader.html_parts[-1] if reader.html_parts else "", reader.unsure_breaks["a.md"]


def shown(text: str) -> list[str]:
    """What the page has, one entry a line of the page: of paragraphs, items, line breaks."""
    whole = re.sub(r"<br>\n|</(?:p|li|dd|dt)>", "\n", made_of(text)[0])
    return [line for line in map(str.strip, html.unescape(re.sub(r"<[^>]*>", "", whole)).split("\n")) if line]


PASTED = [
    "3月2日上午，全站在家职工到敬老院打扫卫生。\n老人们拉着大家的手不放。\n大家约定：下个月再来。",
    "时间：6月9日\n地　点：二楼\n记录人: 小邓\n联系电话（值班）：85550000",
    "现将值班安排通知如下：\n一、白班两人\n二、夜班三人\n（一）带班领导一人\n1）门卫一人\n②司机一人\n以上请遵照执行。",
    "近期抓好三件事\n一是修缮屋顶\n二是更换被褥\n三是检查锅炉",
    "**关于值班**\n值班人员不得离岗。",
    "我们去了三个地方\n市第一福利院\n2024年3月2日\n下午回站",
    "他说：“天冷了，多穿点。”\n老人点点头（笑了）\n回去的路上下起了雨……\n没有人说话！",
    "1.清点被褥。\n2.登记入库。\n清点工作由小邓负责。",
    "值班电话如下。\n3.修理水管。",
    "值班安排如下：\n姓名\t邓军。\n以下是岗位。\n岗位|门卫。",
    "见[办法](https://a.cn/b)。\n见附表[^1]。\n**重点。**\n完了。\n\n[^1]: 注。",
]


@pytest.mark.parametrize("text", PASTED)
def test_each_line_of_a_pasted_text_is_a_paragraph(text: str) -> None:
    made, unsure = made_of(text)
    assert "<br>" not in made
    assert not unsure
    lines = text.split("\n\n", maxsplit=1)[0].split("\n")
    assert len(shown("\n".join(lines))) == len(lines)


def test_a_summary_keeps_them_apart_too() -> None:
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    _, read, _ = reader.read(
        Part("article", "题", "ti", 0, numbered("时间：6月9日\n地点：二楼\n请准时。\n谢谢。")), "a.md"
    )
    assert read
    assert read.summary == "时间：6月9日 地点：二楼 请准时。谢谢。"


LONG = (
    "入冬以来，我站每天晚上派出两辆车，沿着河堤、桥洞、车站和地下通道寻找露宿的人，送去棉衣、开水和方便面，"
    "劝他们到站里过夜；愿意来的，当晚安排洗澡、理发和床位；不愿意来的，留下电话和御寒的东西，第二天再去看一次。"
)


def wrapped(text: str, width: int) -> str:
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize("width", [18, 20, 25, 28, 33, 38, 40, 45, 70])
def test_lines_wrapped_at_a_column_are_one_paragraph(width: int) -> None:
    assert made_of(wrapped(LONG, width)) == (f"<p>{LONG}</p>", [])


@settings(max_examples=200)
@given(
    st.lists(st.text("救助管理站的工作天冷人多", min_size=4, max_size=17), min_size=10, max_size=30).map("，".join),
    st.integers(20, 60),
)
def test_any_prose_wrapped_at_any_column(text: str, width: int) -> None:
    text += "。"
    lines = wrapped(text, width)
    assume(len({line[:2] for line in lines.split("\n")}) > 2)  # else they look like verses
    assert made_of(lines) == (f"<p>{text}</p>", [])


MIXED = (
    "据统计，2024年1至11月共救助1256人次，其中未成年人38人次（男21人，女17人），"
    "使用 Word 2016 登记的有 96 份，用 WPS 的有 1160 份，差错率3.5%。"
)


@pytest.mark.parametrize("width", [40, 44, 56, 61, 66])
def test_wrapped_by_columns_with_digits_and_latin_words(width: int) -> None:
    lines, columns = [""], 0
    for word in re.findall(r"[!-~]+ ?|.", MIXED):
        wide = sum(1 + (not character.isascii()) for character in word)
        if columns + wide > width and word not in "，。（）":
            lines, columns = [*lines, ""], 0
        lines[-1] += word
        columns += wide
    made, unsure = made_of("\n".join(lines))
    assert (made.count("<p"), made.count("<br"), unsure) == (1, 0, [])


def test_paragraphs_among_wrapped_lines() -> None:
    text = f"{wrapped(LONG, 30)}\n{wrapped(LONG[7:], 30)}"
    assert made_of(text) == (f"<p>{LONG}</p>\n<p>{LONG[7:]}</p>", [])
    indented = f"　　{wrapped(LONG, 30)}\n　　{wrapped(LONG[7:], 30)}"
    assert made_of(indented) == (f"<p>{LONG}</p>\n<p>{LONG[7:]}</p>", [])


def test_wrapped_items_are_joined() -> None:
    text = f"1. {wrapped(LONG, 30)}\n2. {wrapped(LONG[3:], 30)}"
    assert made_of(text) == (f"<ol>\n<li>{LONG}</li>\n<li>{LONG[3:]}</li>\n</ol>", [])
    assert made_of(f"- {wrapped(LONG[:41] + '地下通道。', 36)}\n- 桥洞")[1] == []


def test_a_long_line_and_its_short_rest_are_one_sentence() -> None:
    assert made_of(wrapped(LONG[:41] + "地下通道。", 36)) == (f"<p>{LONG[:41]}地下通道。</p>", [])


UNSURE = [
    ("春风吹过河堤上，\n柳枝轻轻向南扬。\n昨夜桥边无家客，\n今晨已在回乡航。", [1, 3]),
    ("全站职工去了河堤\n大家带着棉衣。", [1]),
    ("邓一　刘二　张三\n李四　王五　赵六", [1]),
    ("站里暖气烧得旺，一碗热汤暖心房\n出门在外有人帮，送你平安回家乡\n党的恩情不能忘，走到哪里都亮堂", [1, 2]),
    (
        "会议决定，由业务科牵头负责今年冬天街面巡查和物资发放的组织实施\n会议明确，由办公室牵头负责今年冬天车辆调度和后勤保障的组织实施",
        [1],
    ),
    ("- 街面巡查\n物资发放", [1]),
    ("> 天冷了\n> 多穿点", [1]),
    ("第一句没有写完\n第二句写完了。\n第三句也没有\n完", [1, 3]),
]


@pytest.mark.parametrize(("text", "unsure"), UNSURE)
def test_in_doubt_lines_are_kept_apart(text: str, unsure: list[int]) -> None:
    assert made_of(text)[1] == unsure
    assert shown(text) == [re.sub(r"^(?:> |- )", "", line) for line in text.split("\n")]


AS_BEFORE = [
    "The station held its yearly meeting on the second of March, and all\nmembers of the staff took part.\nGood.",
    "We visited 长沙 on our way to the provincial office of civil\naffairs and came back.",
    "- 一项写得很长的内容\n  接着写在下一行\n- 又一项",
    "| 甲 | 乙 |\n|---|---|\n| 一 | 二 |",
    "名词\n: 解释",
    "<div>\n一\n二\n</div>",
    "```\n一\n二\n```",
    "这是代码 `a\nb` 的一行",
    "一行  \n又一行",
    "一行\\\n又一行",
    "一行<br>\n又一行<BR />\n再一行\n<br/>末行",
    "标题\n---",
    "见[表][甲]。\n[甲]: /jia/\n[乙]: /yi/",
    "<!-- 一句话 -->\n正文",
    '!!! note "注意"\n    天冷\n    路滑',
    "　　一段\n　　又一段",
    "会议传达了《办法\n》和《细则》",
]


@pytest.mark.parametrize("text", AS_BEFORE)
def test_what_markdown_means_stays(text: str) -> None:
    assert tell_paragraphs(numbered(text)) == (numbered(text), ())


PIECES = st.sampled_from(
    (
        *(
            "天冷了。",
            "多穿点，",
            "时间：三点",
            "一是巡查",
            "（一）登记",
            "市救助站",
            "2024年3月2日",
            "Word 2016",
            "the end of it",
        ),
        *(
            "- 甲",
            "1. 乙",
            "2.丙",
            "> 丁",
            "> 戊。",
            "| 己 |",
            "**庚",
            "辛**",
            "`壬",
            "癸`",
            "#### 子",
            "<div>",
            "</div>",
            "<b>丑</b>",
        ),
        *(
            "[寅](/a/)",
            "[^1]",
            "[^1]: 卯",
            ": 辰",
            "● 巳",
            "　　午",
            "    未",
            "\t申",
            "---",
            "酉  ",
            "戌\\",
            "<!-- 亥 -->",
            "",
            "",
        ),
        *(
            "附件：1.名单",
            "2.表",
            "报：市局",
            "（共印5份）",
            "（刘红兵）",
            "　　　　　　市局",
            "　　　　　　2024-03-02",
            LONG[:30],
            LONG[30:60],
        ),
    )
)


@settings(max_examples=500)
@given(st.lists(PIECES, min_size=1, max_size=14).map("\n".join))
def test_only_empty_lines_and_blanks_at_the_end_are_put_in(text: str) -> None:
    told = tell_paragraphs(numbered(text))
    kept = [line.text.rstrip() for line in told.lines if line.text.strip("> ")]
    assert kept == [line.rstrip() for line in text.split("\n") if line.strip("> ")]
    assert sorted(set(told.unsure)) == list(told.unsure)


WORDS = st.sampled_from(
    (
        *(
            "天冷了。",
            "多穿点，",
            "时间：三点",
            "一是巡查",
            "（一）登记",
            "市救助站",
            "2024年3月2日",
            "the end of it",
            "二、三、",
        ),
        *(
            "附件：1.名单",
            "2、表",
            "附件：表",
            "报：市局",
            "抄送：各科",
            "（共印5份）",
            "（刘红兵）",
            "　　　　　　市局",
            "",
            "",
        ),
        *(
            "　　　　　　2024-03-02",
            LONG[:30],
            LONG[30:60],
            "**庚",
            "辛**",
            "　　午",
            "\t申",
            "编辑：刘红兵",
            "市局　　2024年3月2日",
        ),
    )
)


@settings(max_examples=500)
@given(st.lists(WORDS, min_size=1, max_size=12).map("\n".join))
def test_the_words_of_the_page_are_those_of_the_source_in_order_and_once(text: str) -> None:
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    _, read, _ = reader.read(Part("article", "题", "ti", 0, numbered(text)), "a.md")
    said = html.unescape(re.sub(r"<[^>]*>", "", reader.html_parts[-1])) if read else ""
    byline = read.byline if read else ""
    before = re.sub(r"[\s　*]", "", text)
    after = re.sub(r"[\s　*]", "", said)
    assert before.count("（刘红兵）") - after.count("（刘红兵）") == bool(byline)
    assert after.replace("（刘红兵）", "") == before.replace("（刘红兵）", "")


def test_line_breaks_without_end_are_paragraphs() -> None:
    started = time.process_time()
    made, unsure = made_of("天冷了\n" * 10_000)
    assert made.count("<p>") == 10_000
    assert len(unsure) == 9_999
    assert time.process_time() - started < 3


def test_a_great_many_lines_take_no_longer_than_their_number() -> None:
    for unit in (
        "没有写完\n",
        "**\n",
        "> 甲\n乙\n",
        "1.甲\n2.乙\n",
        "附件：1.甲\n",
        "　　　　　　2024-03-02\n",
        LONG[:40] + "\n",
    ):
        started = time.process_time()
        tell_paragraphs(numbered(unit * 5_000))
        assert time.process_time() - started < 2


def test_pictures_of_neighbouring_lines_stand_side_by_side() -> None:
    made, unsure = made_of("老人进站。\n![甲](a.jpg)\n![乙](b.jpg)\n老人回家。")
    assert re.findall(r"<(\w+)", made.replace("figcaption", "")) == ["p", "div", "figure", "figure", "p"]
    assert not unsure
    assert "<div" not in made_of("![甲](a.jpg)\n\n![乙](b.jpg)")[0]
