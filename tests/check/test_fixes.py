"""--fix: mends the same twice as once, no Han character, digit or letter but its width, and never makes a problem."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.build.fixing import fixed_files, write_fixed
from bulletin.check.fixes import FixedFile, diff, fix_file
from bulletin.check.manuscript import manuscript
from bulletin.check.paragraph_ends import unsure_ends
from bulletin.check.rules import problems_in
from bulletin.core.errors import OutputError
from bulletin.core.model import SourceFile
from tests.arrange.contents import HEAD as READER_HEAD
from tests.arrange.contents import read_body
from tests.check.texts import FRAME, HEAD, OFFICE
from tests.conftest import NOW, write_files
from tests.test_seed import PRESENT, body

PATH = "content/issues/2014002.md"


def mended(text: str, *, titles: bool = False) -> str:
    return fix_file(SourceFile(PATH, text.encode()), "issue", OFFICE, titles=titles).after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("会上,站长讲话(重点是安全)。", "会上，站长讲话（重点是安全）。"),
        ("规定如下:\n\n`a,b`中,中", "规定如下：\n\n`a,b`中，中"),
        ("\xa0\xa0\xa0七、救\u200b助\xa0站 Word\xa02016。", "七、救助站 Word 2016。"),
        ("第２批棉衣送到Ａ座３０１室，占１２．５％。", "第2批棉衣送到A座301室，占12.5%。"),
        ('队里办起了"暖心小屋"，门口写着"请进"。', "队里办起了“暖心小屋”，门口写着“请进”。"),
        ("他说'知道了'。", "他说‘知道了’。"),
        ('门口写着"请进。', '门口写着"请进。'),
        ('!!! note "提示"', '!!! note "提示"'),
        ("有米、有面…\n\n有水...", "有米、有面……\n\n有水……"),
        ("比去年多12.5%,其中棉衣（错配)三件(待退）。", "比去年多12.5%，其中棉衣（错配）三件（待退）。"),
        ('他问:"走了吗?"大家说:"走了."', "他问：“走了吗？”大家说：“走了.”"),
        ("来站求助 ，可以打电话 。", "来站求助，可以打电话。"),
        ("一、甲。\n\n二、乙。\n\n三.丙。", "一、甲。\n\n二、乙。\n\n三、丙。"),
        ("一.甲。\n\n二、乙。\n\n三、丙。\n\n四、丁。", "一、甲。\n\n二、乙。\n\n三、丙。\n\n四、丁。"),
        ("一.甲。\n\n二.乙。\n\n三、丙。", "一、甲。\n\n二、乙。\n\n三、丙。"),
        ("一.甲。\n\n二，乙。\n\n三，丙。", "一，甲。\n\n二，乙。\n\n三，丙。"),
        ("一.甲。\n\n二.乙。", "一.甲。\n\n二.乙。"),
        ("见http://a.cn/救助,寻亲?站=一,二 页,好", "见http://a.cn/救助,寻亲?站=一,二 页，好"),
        (
            "<!-- bulletin: ignore D105 because 原文 -->\n会上,站长。\n\n会上,站长。",
            "<!-- bulletin: ignore D105 because 原文 -->\n会上,站长。\n\n会上，站长。",
        ),
        ("[中,中](a,b.html) 中文，http://a.cn/b,c", "[中，中](a,b.html) 中文，http://a.cn/b,c"),
        ("天冷了\n多穿点\n早点回。\n记得带伞", "天冷了\n\n多穿点\n\n早点回。\n记得带伞"),
        ("> 天冷了\n> 多穿点\n\n- 甲\n乙", "> 天冷了\n>\n> 多穿点\n\n- 甲\n\n乙"),
        (
            "<!-- bulletin: ignore M208 because 诗 -->\n春风吹又生\n野火烧不尽",
            "<!-- bulletin: ignore M208 because 诗 -->\n春风吹又生\n野火烧不尽",
        ),
        ("会议决定今年修缮宿舍\n由后勤科负责（刘红兵）", "会议决定今年修缮宿舍\n\n由后勤科负责（刘红兵）"),
        (
            "1. 甲\n2. 乙,丙\n\n| 一 ，二 | 三 |\n|---|---|\n| 四 | 五 |",
            "1. 甲\n2. 乙，丙\n\n| 一 ，二 | 三 |\n|---|---|\n| 四 | 五 |",
        ),
    ],
)
def test_what_is_mended(before: str, after: str) -> None:
    assert mended(FRAME + before + "\n") == FRAME + after + "\n"


def test_line_ends_encoding_and_mark() -> None:
    data = (FRAME + "救助管理站。\n").replace("\n", "\r\n")
    for raw in (data.encode("gb18030"), b"\xef\xbb\xbf" + data.encode()):
        assert fix_file(SourceFile(PATH, raw), "issue", OFFICE).after == (FRAME + "救助管理站。\n").encode()
    unreadable = b"\xff\xff\x00"
    assert not fix_file(SourceFile(PATH, unreadable), "issue", OFFICE).changed


def test_titles_are_marked_when_asked() -> None:
    text = HEAD + "## 站务新闻\n\n　　全市救助站工作会召开\n\n会上讲了话。\n"
    assert mended(text) == text
    assert mended(text, titles=True) == text.replace("　　全市", "### 全市")


# ── properties

PIECES = st.sampled_from(
    [
        *"救助站一二三十123ab AZ",
        *",.;:?!()（）【】“”‘’《》，。、；：？！—…●#*`[]<>|-_~\\",
        *(" ", "  ", "\xa0", "\u200b", "　", "\n", "\n\n", "\r\n", "\n\n    ", "\n- ", "\n> "),
        *("http://a.cn/救助,寻亲", "\n一.甲\n\n二、乙\n\n三、丙\n"),
        *("一、", "二.", "（一）", "1.", "会上,站长", "(重点)", "来 ，了", "\n## 站务新闻\n", "\n### 甲\n"),
        *("１２", "Ａｂ", "...", "…", "……等", "12.5%,", "（错配)", "(待退）", '"请进"', "'好'", '"', "'", '!!! note "'),
        *("```", "**", "<!--", "-->", "http://a.cn/b,c", "](x)", "![", "{#id}", "[^1]", "\n[^1]: ", "$", "&nbsp;"),
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
_KEPT = re.compile(r"[一-龥㐀-䶿0-9A-Za-z]")
_NARROW = {wide: wide - 0xFEE0 for wide in map(ord, "０１２３４５６７８９")} | {
    ord("Ａ") + n: ord("A") + n for n in range(58)
}


def kept(text: str) -> list[str]:
    """All that a reader reads, in order; full- and half-width are the same."""
    return _KEPT.findall(text.translate(_NARROW))


def counted(text: str) -> Counter[str]:
    found = manuscript(SourceFile(PATH, text.encode()), "issue", OFFICE.facts.sections)
    return Counter(p.code for p in problems_in(found, OFFICE) if p.code != "R106") if found else Counter()


@settings(max_examples=300)
@given(TEXTS)
@example("一、甲\n二.乙\n三.丙")
@example("中,\xa0中 ，中")
@example("（\xa0（")
@example("138\u200b12345678，2\u200b月30日")
def test_mending_is_idempotent_keeps_what_is_said_and_makes_no_problem(text: str) -> None:
    before = FRAME + text + "\n"
    after = mended(before)
    assert mended(after) == after
    assert kept(after) == kept(before)
    assert counted(after) - counted(before) == Counter()


LINES = st.sampled_from(
    (
        *(
            "天冷了",
            "多穿点，",
            "早点回。",
            "时间：三点",
            "一是巡查",
            "一、登记",
            "市救助站",
            "2024年3月2日",
            "- 棉衣",
            "1.棉被",
        ),
        *(
            "2.水",
            "> 面",
            "> 米。",
            "**重",
            "点**",
            "#### 小题",
            "　　缩进",
            "| 表 |",
            "the end of it",
            "（刘红兵）",
            "附件：1.甲",
            "",
        ),
        *(
            "入冬以来，我站每天晚上派出两辆车，沿着河堤、桥洞、车站和地下",
            "[^1]",
            "[^1]: 注",
            "报：市局",
            "# 站务新闻",
            "### 一题",
        ),
    )
)


@settings(max_examples=300)
@given(st.lists(LINES, min_size=2, max_size=12).map("\n".join))
def test_lines_are_unsure_to_the_check_as_they_are_to_the_reader(text: str) -> None:
    (named,) = [dict(p.values)["lines"] for p in read_body(text).problems if p.code == "M208"] or [""]
    data = (READER_HEAD + text).encode()
    found = manuscript(SourceFile(PATH, data), "issue", ("站务新闻",))
    assert found
    assert named == ", ".join(str(found.place(at)[0]) for at, _ in unsure_ends(found))


@settings(max_examples=300)
@given(st.lists(LINES, min_size=2, max_size=12).map("\n".join))
def test_after_a_run_every_paragraph_is_clear(text: str) -> None:
    after = mended(FRAME + text + "\n")
    found = manuscript(SourceFile(PATH, after.encode()), "issue", OFFICE.facts.sections)
    assert found
    assert not list(unsure_ends(found))


def test_a_second_run_finds_nothing_more_in_many_lines_of_which_some_must_stay() -> None:
    lines = ["（ （" if number % 60 == 7 else f"来站求助 ，第{number}次" for number in range(600)]
    after = mended(FRAME + "\n\n".join(lines) + "\n")
    assert mended(after) == after
    assert after.count("求助，第") == 590


@pytest.mark.parametrize("case", PRESENT, ids=lambda case: case.path.stem)
def test_a_page_of_the_old_system(case: object) -> None:
    before = HEAD + body(case.path)  # type: ignore[attr-defined]
    after = mended(before)
    assert kept(after) == kept(before)
    left = counted(after)
    assert not {"D105", "D107", "D113", "W105"} & set(left)
    assert left - counted(before) == Counter()


# ── files


def test_files_are_written_whole_with_a_copy_and_only_when_they_are_as_they_were(station: Path) -> None:
    path = "content/issues/2015001.md"
    before = (station / path).read_bytes()
    write_files(station, {path: before + "\n会上,站长。\n".encode()})
    (found,) = fixed_files(station, titles=False)
    assert "+会上，站长。" in diff(found)
    copy = write_fixed(station, ".bulletin", found, NOW)
    assert (station / copy).read_bytes() == found.before
    assert (station / path).read_bytes() == found.after
    assert list(fixed_files(station, titles=False)) == []
    with pytest.raises(OutputError, match="changed meanwhile"):
        write_fixed(station, ".bulletin", found, datetime(2016, 1, 2))
    assert [p.name for p in (station / "content/issues").iterdir() if p.name.startswith(".")] == []


def test_a_full_disk_leaves_the_file_as_it_was(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = station / "content/issues/2015001.md"
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space"):
        write_fixed(station, ".bulletin", FixedFile("content/issues/2015001.md", before, b"x"), NOW)
    assert path.read_bytes() == before


def test_look_alikes_are_replaced_unless_an_address_would_change() -> None:
    text = "---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 重\u200b庆⻔口\n\n⼈员到⻔口。\n"
    file = SourceFile("content/issues/2015001.md", text.encode())
    after = fix_file(file, "issue", OFFICE).after.decode()
    assert "人员到门口。" in after
    assert "### 重\u200b庆⻔口" in after
