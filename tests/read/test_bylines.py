"""Who is an author, and what is only a remark in brackets."""

from __future__ import annotations

import re

import pytest

from bulletin.read.bylines import is_byline, join_bylines, opening_byline, split_authors, split_byline

NAMES = re.findall(
    r"\S+",
    """
    刘红兵 邓军 金姗姗 李葵元 王伏来 肖功华 李桂生 谭新民 张伟 王芳 李娜 刘洋 陈静 赵磊 黄敏 周杰 吴秀英 徐强
    孙丽 胡海燕 欧阳修 司马相如 诸葛亮 上官婉儿 张某某 李某 阿依·古丽 买买提·艾力·玉素甫 易中天 阳光 关汉卿
    曾国藩 萧红 龙应台 文天祥 雷锋 白居易 万里 苗苗 米芾 车晓 路遥 古龙 区志强
    """,
)

WITH_OFFICE = [
    "办公室 刘红兵",
    "救助科 李娜、王芳",
    "衡阳市救助管理站 邓军",
    "刘红兵 李娜",
    "刘红兵、李娜",
    "刘红兵,李娜",
    "作者:刘红兵",
    "作者：市站办公室",
    "供稿：救助科",
    "供稿人: 刘红兵",
    "图/文 刘红兵",
    "文/刘红兵",
    "通讯员：刘红兵",
    "文字/摄影：刘红兵",
    "撰稿 : 刘红兵",
    "记者/刘红兵",
    "通讯员 刘红兵",
    "本报记者 李娜 通讯员 刘红兵",
]

REMARKS = re.findall(
    r"\S+",
    """
    可重启 含网络 民政部西部民政社会工作培训中心 民政部 全文完 完 待续 未完待续 周一 周末 高清图 方案 附件 见附件
    附后 略 下同 以下简称本站 试行 修订版 征求意见稿 第二版 2014年11月 11月24日 共三页 转下页 续上期 上接第一版
    详见下期 单位：万元 单位:元 人民币 含税 不含税 江苏 江南 温州 文件 文章 安全第一 平安 季度 管理科 办公室
    王府井大街 张家界 常务副站长 高级工程师 向上级汇报 成都市 石家庄 万元 图 图一 左一 后排左二 资料图片
    http://example.cn a 刘红兵同志
    """,
)


@pytest.mark.parametrize("text", [*NAMES, *WITH_OFFICE])
def test_author(text: str) -> None:
    assert is_byline(text)


@pytest.mark.parametrize("text", REMARKS)
def test_remark(text: str) -> None:
    assert not is_byline(text)


def test_there_are_enough_examples() -> None:
    assert len(NAMES) >= 40
    assert len(REMARKS) >= 40


@pytest.mark.parametrize(
    ("text", "rest", "author"),
    [
        ("做好工作。(刘红兵)", "做好工作。", "刘红兵"),
        ("做好工作。　　（刘红兵）　", "做好工作。", "刘红兵"),
        ("做好工作。( 刘红兵 )", "做好工作。", "刘红兵"),
        ("做好工作。(刘红兵）", "做好工作。", "刘红兵"),
        ("（刘红兵）", "", "刘红兵"),
        ("第一行\n第二行（办公室 刘红兵）", "第一行\n第二行", "办公室 刘红兵"),
    ],
)
def test_author_is_taken_from_the_end(text: str, rest: str, author: str) -> None:
    assert split_byline(text) == (rest, author)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "做好工作。",
        "系统正常运行(可重启)",
        "(刘红兵)做了总结。",
        "做好工作(刘红兵)。",
        "做好工作。刘红兵",
        "做好工作。(刘红兵",
        "[简介](刘红兵)",
        "![照片](刘红兵)",
        "会议纪要(【2006106次)",
    ],
)
def test_a_text_without_an_author_stays_as_it_is(text: str) -> None:
    assert split_byline(text) == (text, "")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者：刘红兵", "刘红兵"),
        ("　　作者: 李办公　", "李办公"),
        ("**作者：李办公**", "李办公"),
        ("**作者：**李办公", "李办公"),
        ("作者：市站宣传员小李", "市站宣传员小李"),
        ("（作者：刘红兵）", "刘红兵"),
        ("供稿：信息小组", "供稿：信息小组"),
        ("文/刘红兵", "文/刘红兵"),
        ("文/图 刘红兵 李娜", "文/图 刘红兵 李娜"),
        ("通讯员 刘红兵", "通讯员 刘红兵"),
        ("本站通讯员　刘红兵", "本站通讯员　刘红兵"),
    ],
)
def test_author_in_the_first_line(line: str, author: str) -> None:
    assert opening_byline(line) == author


@pytest.mark.parametrize(
    "line",
    [
        "",
        "刘红兵",
        "（刘红兵）",
        "办公室 刘红兵",
        "编辑：刘红兵",
        "（全文完）",
        "作者：刘红兵，救助科科员，从事救助工作十年。",
        "作者在文中说：刘红兵是好同志",
        "投稿：欢迎各科室踊跃投稿",
        "整理：由办公室负责",
        "供稿电话：0734-8516000",
        "供稿：0734-8516000",
        "通讯员会议在市站召开",
        "记者：您好！请介绍一下情况。",
        "编辑：待定",
        "作者：刘红兵[^简介]",
        "作者：[刘红兵](about.html)",
        "作者：<b>刘红兵</b>",
        "作者：![](a.jpg)",
    ],
)
def test_a_first_line_that_says_something_else(line: str) -> None:
    assert opening_byline(line) == ""


@pytest.mark.parametrize(
    ("first", "last", "byline", "authors"),
    [
        ("刘红兵", "", "刘红兵", ("刘红兵",)),
        ("", "刘红兵", "刘红兵", ("刘红兵",)),
        ("刘红兵、李娜", "供稿：李娜", "刘红兵、李娜", ("刘红兵", "李娜")),
        ("刘红兵", "摄影：李娜", "刘红兵；摄影：李娜", ("刘红兵", "李娜")),
        ("刘红兵", "刘红兵 李娜", "刘红兵；李娜", ("刘红兵", "李娜")),
        ("刘红兵", "摄影：刘红兵、李娜", "刘红兵；摄影：刘红兵、李娜", ("刘红兵", "李娜")),
        ("通讯员 刘红兵", "信息小组", "通讯员 刘红兵；信息小组", ("刘红兵", "信息小组")),
    ],
)
def test_authors_at_both_ends_are_joined(first: str, last: str, byline: str, authors: tuple[str, ...]) -> None:
    assert join_bylines(first, last) == byline
    assert split_authors(byline) == authors
