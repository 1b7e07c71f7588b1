"""Every problem of reading and arranging: the smallest content that has it, and the place at which it is reported.

All of it lies in one project, so that each problem is also shown to cost nobody else anything.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.build.worker import worker_pool
from bulletin.core.archive_codes import ARCHIVE_CODES
from bulletin.core.i18n import translations
from bulletin.core.problems import Problem, describe, problem, remedy, sort_problems
from bulletin.core.read_codes import READ_CODES
from bulletin.read.decode import MAX_SOURCE_BYTES
from bulletin.read.issues import read_source
from tests.conftest import NOW, write_files
from tests.read.fragile import FRAGILE_SCRIPT, fragile_reader

CODES = READ_CODES | ARCHIVE_CODES

STATION = "name: 甲\nsections:\n  - {id: news, title: 站务新闻}\ntheme:\n  accent: #ffcc00\n  logo: a.svg\n"
"""Without an address: A104; with a colour that is hard to read: A105; with a picture inside of a drawing: L112."""

HOME = "home:\n  - 站务旧闻\n  - news\n  - 站务新闻\n"
"""A name that there is not, and one twice: A140, A141."""

LABELS = "labels:\n  全部栏木: 栏目\n  点击: '%(count)s'\n  首页: ' '\n  打印: 印\n  Print: 印刷\n"
"""Of a word that there is not, one that cannot be filled in, one that is empty, one twice: A150–A153."""

HEAD = "---\ndate: 2015-01-01\n---\n"
BODY = "## 站务新闻\n一。\n"

CASES: dict[str, tuple[str, int, str | bytes]] = {
    "F101": ("issues/2015101.md", 2, (HEAD[:4]).encode() + b"\xff\xff"),
    "F102": ("issues/2015102.md", 4, HEAD + "\x07" * 30),
    "F103": ("issues/2015103.md", 0, (HEAD + "## 站务新闻\n救助管理站").encode("gb18030")),
    "F104": ("issues/2015104.md", 0, HEAD + "长" * (MAX_SOURCE_BYTES // 3)),
    "F105": ("issues/con.md", 0, HEAD + BODY),
    "F106": ("issues/2015106.md", 0, ""),
    "F107": ("issues/2015107.md", 0, HEAD + BODY),
    "F108": ("issues/2015108.md", 0, ""),
    "F109": ("issues/2015109.md", 0, HEAD + BODY),
    "F110": ("issues/2015110.md", 0, ""),
    "F201": ("issues/2015201.md", 1, "---\ndate: 2015-01-01\n" + BODY),
    "F202": ("issues/2015202.md", 3, "---\ndate: 2015-01-01\ntitle: a: b\n---\n" + BODY),
    "F203": ("issues/2015203.md", 3, "---\ndate: 2015-01-01\ntitle: &a 一\n---\n" + BODY),
    "F204": ("issues/2015204.md", 3, "---\ndate: 2015-01-01\ndate: 2015-01-02\n---\n" + BODY),
    "F205": ("issues/2015205.md", 3, "---\ndate: 2015-01-01\ntitel: 一\n---\n" + BODY),
    "F206": ("issues/2015206.md", 3, "---\ndate: 2015-01-01\nhits: 很多\n---\n" + BODY),
    "F301": ("issues/unnumbered.md", 1, HEAD + BODY),
    "F302": ("issues/2015302.md", 3, "---\ndate: 2015-01-01\nnumber: 头一期\n---\n" + BODY),
    "F303": ("issues/2015303.md", 1, "---\ntitle: 一\n---\n" + BODY),
    "F304": ("issues/2015304.md", 2, "---\ndate: 2014年1116日\n---\n" + BODY),
    "F305": ("issues/2015305/a.md", 1, "没有栏目"),
    "F306": ("issues/2015305/b.md", 3, "---\nsection: 站务新闻\ndraft: true\n---\n草稿"),
    "F307": ("issues/2015307.md", 1, "2015年3月1日\n\n" + BODY),
    "F308": ("issues/2015308.md", 0, (HEAD + BODY).encode("utf-16")),
    "F309": ("issues/2015309.md", 6, HEAD + BODY + "二\x07"),
    "F310": ("issues/2015310.pdf", 0, ""),
    "F311": ("issues/2015311.md", 0, b"PK\x03\x04word/"),
    "F312": ("issues/2015312.txt", 0, "一"),
    "F313": ("notices/closed.md", 3, "---\nfrom: 2015-05-01\nuntil: 2015-04-01\n---\n一"),
    "F314": ("issues/2015314.docx", 0, ""),
    "F401": ("today.yml", 2, "count: 5\ndate: 2015-02-30\n"),
    "M101": ("issues/2015401.md", 0, HEAD + BODY + "HANG"),
    "M102": ("issues/2015402.md", 0, HEAD + BODY + "- " * 3000 + "一"),
    "M103": ("issues/2015403.md", 0, HEAD + BODY + "DIE"),
    "M201": ("issues/2015501.md", 6, HEAD + BODY + "```\n二"),
    "M202": ("issues/2015502.md", 6, HEAD + BODY + "<!-- 二"),
    "M203": ("issues/2015503.md", 6, HEAD + BODY + "**二"),
    "M204": ("issues/2015504.md", 6, HEAD + BODY + "[二](http://a.cn"),
    "M205": ("issues/2015505.md", 6, HEAD + BODY + "二<span>三"),
    "M206": ("issues/2015506.md", 6, HEAD + BODY + "<font>二</font>"),
    "M207": ("issues/2015507.md", 6, HEAD + BODY + "二[^a]"),
    "M208": ("issues/2015508.md", 6, HEAD + BODY + "王站长主持会议\n邓科长记录。\n"),
    "M210": ("issues/2015510.md", 7, HEAD + BODY + "项目\t人次\n救助\t3\t4\n护送\t5"),
    "M301": ("issues/2015601.md", 6, HEAD + BODY + "## 案例分析"),
    "M302": ("issues/2015602.md", 6, HEAD + BODY + "### 二"),
    "M303": ("issues/2015603.md", 6, HEAD + BODY + "##### 二\n三"),
    "M304": ("issues/2015604.md", 6, HEAD + BODY + "##\n二"),
    "M305": ("issues/2015605.md", 4, HEAD),
    "M306": ("issues/2015606.md", 5, HEAD + "## 站务新闻\n### 一 {#A.b}\n二"),
    "M307": ("issues/2015607.md", 4, HEAD + "●一\n\n" * 1001),
    "M308": ("issues/2015608.md", 4, HEAD + "## 站务新闻 {#other}\n### 一\n二"),
    "M309": ("issues/2015609.md", 6, HEAD + BODY + "二[^1]\n\n### 三\n四[^1]\n\n[^1]: 注"),
    "M410": ("issues/2015410.md", 4, f"{HEAD[:-4]}corrections:\n  - {{date: 昨天, was: 一, now: 二}}\n---\n" + BODY),
    "M411": (
        "issues/2015411.md",
        4,
        f"{HEAD[:-4]}corrections:\n  - {{date: 2015-05-06, where: 某, was: 一, now: 二}}\n---\n" + BODY,
    ),
    "L101": ("issues/2015701.md", 6, HEAD + BODY + "[二](/nowhere/)"),
    "L102": ("issues/2015702.md", 6, HEAD + BODY + "[二](#nowhere)"),
    "L103": ("issues/2015703.md", 6, HEAD + BODY + "![二](missing.jpg)"),
    "L104": ("issues/2015704.md", 6, HEAD + BODY + "![](good.png)"),
    "L105": ("issues/2015705.md", 6, HEAD + BODY + "![二](bad.png)"),
    "L106": ("issues/2015706.md", 6, HEAD + BODY + "![二](http://a.cn/b.jpg)"),
    "L107": ("issues/2015707.md", 6, HEAD + BODY + "[二](../../secret.pdf)"),
    "L108": ("issues/2015708.md", 6, HEAD + BODY + "[二](virus.exe)"),
    "L109": ("issues/2015709.md", 6, HEAD + BODY + "[二](draft.md)"),
    "L110": ("issues/2015710.md", 6, HEAD + BODY + "![二](moving.gif)"),
    "L111": ("issues/2015711.md", 6, HEAD + BODY + "![二](C:\\图\\a b.jpg)"),
    "L112": ("station.yml", 6, STATION),
    "A101": ("issues/x2015801.md", 1, "---\ndate: 2015-01-01\nnumber: 2015801\n---\n" + BODY),
    "A102": ("issues/2015802.md", 1, "---\ndate: 2015-01-01\nredirect_from: /2015/\n---\n" + BODY),
    "A103": ("issues/2015803.md", 1, "---\ndate: 2015-01-01\nredirect_from: show.asp?id=1\n---\n" + BODY),
    "A104": ("station.yml", 0, STATION),
    "A105": ("station.yml", 5, STATION),
    "A106": ("issues/2015801 (1).md", 1, "---\ndate: 2015-01-01\nnumber: 2015801\n---\n" + BODY),
    "A112": ("issues/2015804.md", 6, HEAD + BODY + "## 站务新问\n二"),
    "A130": ("issues/2015801.mp3", 0, b"RIFF"),
    "A140": ("station.yml", 8, STATION + HOME + LABELS),
    "A141": ("station.yml", 10, STATION + HOME + LABELS),
    "A150": ("station.yml", 12, STATION + HOME + LABELS),
    "A151": ("station.yml", 13, STATION + HOME + LABELS),
    "A152": ("station.yml", 14, STATION + HOME + LABELS),
    "A153": ("station.yml", 16, STATION + HOME + LABELS),
}
"""Code → the file that has it, the line, the file's content."""

ELSEWHERE = ("A107", "A108", "A109", "A110", "A111", "A113", "A114", "A115", "A120", "A121", "A122", "A131")
"""Need several copies, an earlier build or a withdrawal; tested in tests/arrange/test_duplicates.py,
tests/editions/test_forms.py, tests/editions/test_podcast.py and tests/build/test_withdrawn.py."""

BESIDE: dict[str, str | bytes] = {
    "content/issues/2015305/index.md": HEAD + BODY,
    "content/issues/2015801.md": HEAD + BODY,
    "content/issues/draft.md": "---\nnumber: 2015999\ndate: 2015-01-01\ndraft: true\n---\n" + BODY + "[二](2015801.md)",
    "content/a.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0'/><image/></svg>",
    "content/issues/bad.png": b"\x89PNG\r\n\x1a\n",
    "secret.pdf": "",
}


def small_png() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("L", (2, 2)).save(data, "PNG")
    return data.getvalue()


def moving_gif() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("L", (2, 2)).save(data, "GIF", save_all=True, append_images=[Image.new("L", (2, 2), 200)])
    return data.getvalue()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bulletin.read.issues.read_source", fragile_reader(read_source))
    monkeypatch.setattr("bulletin.read.process.CHILD_SCRIPT", FRAGILE_SCRIPT)
    root = tmp_path / "station"
    write_files(root, BESIDE | {"content/issues/good.png": small_png(), "content/issues/moving.gif": moving_gif()})
    write_files(root, {f"content/{path}": content for path, _, content in CASES.values()})
    (root / "content" / CASES["F106"][0]).unlink()
    os.symlink(root / "secret.pdf", root / "content" / CASES["F106"][0])  # noqa: PTH211 - the same
    (root / "content" / CASES["F108"][0]).unlink()
    (root / "content" / CASES["F108"][0]).symlink_to("away.md")
    (root / "content" / CASES["F110"][0]).unlink()
    (root / "content" / CASES["F110"][0]).mkdir()
    refuse_files(monkeypatch, {CASES["F107"][0]: errno.EACCES, CASES["F109"][0]: errno.EIO})
    return root


def refuse_files(monkeypatch: pytest.MonkeyPatch, refused: Mapping[str, int]) -> None:
    """Let nobody open these files of the content folder; root has every right, and no test a broken disk."""
    open_file = os.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        for name, number in refused.items():
            if os.fsdecode(path).endswith(f"content/{name}"):
                raise OSError(number, os.strerror(number), path)
        return open_file(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)


def test_every_code_has_its_case() -> None:
    assert list(CASES) == [code for code in CODES if code not in ELSEWHERE]


def test_every_problem_is_found_at_its_place_and_nothing_else(project: Path) -> None:
    with worker_pool(open_project(project).worker_config, 2, seconds=5) as pool:
        report = build(project, NOW, Options(drafts=True), pool=pool)
    expected = [(code, f"content/{path}", line) for code, (path, line, _) in CASES.items()]
    found = [(each.code, each.path, each.line) for each in report.problems]
    assert sorted(found) == sorted(expected)
    assert [(p.path, p.line) for p in report.problems] == sorted((p.path, p.line) for p in report.problems)
    left_out = {code for code in CASES if not (project / ".bulletin/drafts" / folder(code) / "index.html").exists()}
    errors = {code for code, known in CODES.items() if known.severity == "error"}
    assert (
        left_out
        - {
            "A104",
            "A105",
            "A140",
            "A141",
            "A150",
            "A151",
            "A152",
            "A153",
            "F306",
            "F310",
            "F312",
            "F313",
            "F314",
            "F401",
            "L112",
        }
        <= errors
    )
    for found_problem in report.problems:
        for language in ("en", "zh_CN"):
            translate = translations(language).gettext
            said = describe(found_problem, translate) + remedy(found_problem, translate)
            assert not re.search(r"\{\w", said)


def folder(code: str) -> str:
    return "issues/" + CASES[code][0].split("/")[-1].removesuffix(".md").removeprefix("x")


def test_problems_are_sorted_and_said_once() -> None:
    first, second = problem("M302", "b.md", 2, title="一"), problem("M301", "b.md", 10, title="一")
    third = problem("F303", "a.md", 11)
    assert sort_problems([second, first, third, first]) == (third, first, second)


def test_a_guess_follows_the_sentence_in_the_readers_language() -> None:
    found = problem("L101", "a.md", 1, "/b/", target="/c/")
    assert describe(found, str) == "the link “/c/” leads nowhere. Did you mean “/b/”?"
    assert "/b/" in describe(found, translations("zh").gettext)
    assert describe(found, translations("zh").gettext) != describe(found, str)


def test_our_own_phrases_are_translated_and_the_authors_words_are_not() -> None:
    found = problem("F206", "a.md", 1, key="draft", value="yes or no", expected="yes or no")
    said = describe(found, lambda words: {"yes or no": "是或否"}.get(words, words))
    assert said == "“draft: yes or no” is not 是或否."


def test_an_unknown_code_or_a_missing_value_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        problem("X999", "a.md")
    with pytest.raises(KeyError):
        problem("L101", "a.md")


def test_braces_in_an_authors_words_stay() -> None:
    assert "{0} {a}" in describe(problem("L101", "a.md", 1, target="{0} {a}"), str)
    assert isinstance(remedy(problem("L104", "a.md", 1, target="{x}"), str), str)


def test_severity_is_the_codes() -> None:
    assert Problem("F303", "a.md", 1).severity == "error"
