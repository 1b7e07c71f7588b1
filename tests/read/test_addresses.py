"""Names of files as authors write them: found whole, by the reader and by every rule."""

from __future__ import annotations

import re
import time

import pytest

from bulletin.check.manuscript import manuscript
from bulletin.check.patterns import PICTURE
from bulletin.check.people import pictures_in_cases
from bulletin.core.model import SourceFile
from bulletin.read.addresses import local_path, mark_names
from bulletin.read.dialect import convert, make_markdown
from bulletin.read.lines import SourceLine
from bulletin.read.sanitise import sanitise
from bulletin.read.texts import extract_refs
from tests.check.texts import OFFICE

NAMES = [
    "a.jpg",
    "DSC 0033 (1).JPG",
    "会 场.png",
    "照片（2）.jpg",
    "照片#1.jpg",
    "a(1.jpg",
    "a b(1.jpg",
    "1)会场.jpg",
    "a_b_c (1)(2).webp",
    "it's.png",
    "100%.jpg",
    "sub/DSC 0033 (1).JPG",
]


def targets(text: str) -> tuple[list[str], list[str]]:
    """What the reader takes for pictures, and the codes of its problems."""
    lines = mark_names(tuple(SourceLine(number, line) for number, line in enumerate(text.split("\n"), 1)))
    source = "\n".join(line.text for line in lines)
    _, refs, problems = extract_refs(sanitise(convert(make_markdown(), source).html), "a.md", lines, "")
    return [ref.target for ref in refs if ref.kind == "picture"], [problem.code for problem in problems]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", ["![老人]({})", "![老人]( {} )", '前![老人]({} "题")后![二](b.jpg)。', "![老人](<{}>)"]
)
def test_the_reader_and_the_rules_see_the_whole_name(name: str, form: str) -> None:
    text = form.format(name)
    if name == "1)会场.jpg" and form not in ("![老人]({})", "![老人](<{}>)"):
        return  # with a blank after it, the first bracket ends the name
    other = ["b.jpg"] if "b.jpg" in text else []
    assert targets(text)[0] == [name, *other]
    assert [found["target"] for found in PICTURE.finditer(text)] == [name, *other]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("![a](doc) 见 (b.jpg)", ["doc"]),
        ("![a](a.jpg)、b.jpg)", ["a.jpg"]),
        ("![a](a.jpg)(b.jpg)", ["a.jpg"]),
        ("![a](https://a.cn/b?c=(d)) 和（e.jpg）", ["https://a.cn/b?c=(d)"]),
        ("![a](b.jpg) 和 ![c](d (1).jpg)", ["b.jpg", "d (1).jpg"]),
    ],
)
def test_what_follows_a_picture_is_not_its_name(text: str, found: list[str]) -> None:
    assert targets(text)[0] == found
    assert [each["target"] for each in PICTURE.finditer(text)] == found


LOCAL = [
    r"C:\Users\li\Desktop\a.jpg",
    r"C:\_图\.a b (1).jpg",
    "D:/照片/a.jpg",
    "file:///C:/Users/li/a b.jpg",
    "file:///home/li/a.jpg",
    r"\\server\share\a(1.jpg",
    "C：\\a.jpg",
]


@pytest.mark.parametrize("path", LOCAL)
@pytest.mark.parametrize("form", ["![会场]({})", "![]({})", "字[会场]({})字", '<img src="{}" alt="会场">'])
def test_a_path_of_one_computer_is_one_problem(path: str, form: str) -> None:
    text = "一\n\n" + form.format(path)
    if form.startswith("<img") and path.startswith("C："):
        return  # to a browser that is a name
    lines = mark_names(tuple(SourceLine(number, line) for number, line in enumerate(text.split("\n"), 1)))
    html = sanitise(convert(make_markdown(), "\n".join(line.text for line in lines)).html)
    html, refs, problems = extract_refs(html, "a.md", lines, "")
    assert [(each.code, each.line, dict(each.values)["target"]) for each in problems] == [("L111", 3, path)]
    assert all(local_path(ref.target) for ref in refs)
    assert "li" not in re.sub(r"</?li>", "", html)


@pytest.mark.parametrize(
    "text", ["`![a](C:\\b.jpg)`", r"\[a](C:\b.jpg)", "a: b(c", "[a](ab:c)", "[a](https://b.cn/(c)"]
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    line = SourceLine(1, text)
    assert mark_names((line,)) == (line,)
    verbatim = SourceLine(1, "![a](C:\\b.jpg)", verbatim=True)
    assert mark_names((verbatim,)) == (verbatim,)


def test_the_rule_of_pictures_in_cases_names_the_file_whole() -> None:
    text = "---\ndate: 2015-01-01\n---\n## 案例分析\n### 甲\n![老人](DSC 0033 (1).JPG)\n\n![门](C:\\a.jpg)\n"
    made = manuscript(SourceFile("content/issues/2015001.md", text.encode()), "issue")
    assert made
    (found,) = pictures_in_cases(made, OFFICE)
    assert (found.code, dict(found.values)["target"], found.length) == ("P111", "DSC 0033 (1).JPG", 16)


@pytest.mark.parametrize(
    "unit", ["![a](", "[a](", "![a](b(", "![a](b ", "![a](b) ", "(", "`[a](C:\\", 'src="C:\\', "[", "!["]
)
def test_a_long_line_takes_no_long_time(unit: str) -> None:
    line = SourceLine(1, unit * (20_000 // len(unit)) + "![")
    started = time.process_time()
    mark_names((line,))
    list(PICTURE.finditer(line.text))
    assert time.process_time() - started < 2
