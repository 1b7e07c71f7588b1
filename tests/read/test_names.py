"""Names that look alike are one name; an id that is not used is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.core.look_alikes import fold_name
from tests.check.stations import check
from tests.conftest import build_site, write_files

HEAD = "---\ndate: 2015-04-10\n---\n"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("站务\u200b新闻", "站务新闻"),
        ("\u202e站务\u2069\u061c新闻\ufeff", "站务新闻"),
        ("\u2f00\u2ed4口⺠生", "一门口民生"),
        ("\uf967\ufe00", "不"),
        ("\u2fa8卫、\u2f9e辆、門卫", "门卫、车辆、門卫"),
        ("站\ufe00务\U000e0100", "站务"),
        ("站务\xa0新闻", "站务 新闻"),
        ("站务新闻 ①Ａ", "站务新闻 ①Ａ"),
    ],
)
def test_what_is_folded(typed: str, plain: str) -> None:
    assert fold_name(typed) == plain


def test_a_column_is_one_and_addresses_stay(station: Path) -> None:
    plain = HEAD + "## 站务新闻\n\n### 重\u200b庆来人\n\n开会。\n"
    odd = HEAD + "## 站务\u200b新⺠\u200e\n\n### 开会\n\n甲。\n\n## 站务\u200b新闻\n\n### 来人\n\n乙。\n"
    write_files(station, {"content/issues/2015003.md": plain, "content/issues/2015004.md": odd})
    build_site(station)
    assert (station / "site/issues/2015003/zhong-qing-lai-ren/index.html").exists()
    page = (station / "site/issues/2015003/index.html").read_text(encoding="utf-8")
    assert "重庆来人" in page
    found = [(p.code, p.path[-5:-3], p.line) for p in check(station).problems if p.code in ("D113", "D115")]
    assert found == [("D113", "03", 6), ("D113", "04", 4), ("D115", "04", 4), ("D113", "04", 10)]
    columns = {path.name for path in (station / "site/columns").iterdir()}
    assert len([name for name in columns if name == "zhan-wu-xin-wen" or name == "news"]) == 1


def test_ids_that_are_not_used_are_said(station: Path) -> None:
    issue = HEAD + "## 站务新闻 {#other}\n\n### 开会\n\n甲。\n"
    article = "---\nsection: 站务新闻\nid: one\n---\n# 一件事 {#two}\n\n乙。\n"
    page = "# 简介 {#intro}\n\n丙。\n"
    write_files(station, {"content/pages/about.md": page, "content/issues/2015004/2015004.md": HEAD})
    write_files(station, {"content/issues/2015003/index.md": issue, "content/issues/2015003/a.md": article})
    found = [
        (p.path.rpartition("/")[2], p.line, dict(p.values)["used"])
        for p in build_site(station).problems
        if p.code == "M308"
    ]
    assert ("about.md", 1, "about") in found
    assert ("a.md", 5, "one") in found
