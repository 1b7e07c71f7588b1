"""A document in Chinese says what its English twin says: the same settings, options and commands, and links to it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import click
import pytest

from bulletin.core.station import Look, SectionRule, Station
from bulletin.read.frontmatter import ARTICLE, ISSUE, PAGE
from tests.conftest import ROOT, every_command

DOCS = ROOT / "docs"
TWINS = sorted(
    path.name.removesuffix(".zh-CN.md")
    for path in DOCS.glob("*.zh-CN.md")
    if (DOCS / path.name.replace(".zh-CN", "")).exists()
)
FOR_STAFF = ["check", "deploy", "design", "hits", "source-format", "templates"]
"""Those of which the one in Chinese is no summary."""


def _both(name: str) -> tuple[str, str]:
    english, chinese = (DOCS / f"{name}{language}.md" for language in ("", ".zh-CN"))
    return english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")


def _settings() -> set[str]:
    """Names of entries of station.yml and of front matter, and options of commands."""
    entries = {*ISSUE, *PAGE, *ARTICLE}
    for view in (Station, SectionRule, Look):
        entries.update(view.__struct_fields__)
    parameters = (each for command in every_command().values() for each in command.params)
    return entries | {name for each in parameters if isinstance(each, click.Option) for name in each.opts}


SETTINGS = _settings()


def _named(text: str) -> set[str]:
    """The settings that a document has in backticks."""
    code = " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)))
    return SETTINGS & set(re.findall(r"--[a-z-]+|[a-z_]+", code))


def _typed(text: str) -> Iterator[str]:
    """The lines to be typed in a shell, without what explains them."""
    for block in re.findall(r"^```(?:sh|bat)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (re.sub(r"\s+# .*", "", line) for line in block.splitlines())


@pytest.mark.parametrize("name", [name for name in FOR_STAFF if name != "templates"])
def test_both_name_the_same_settings(name: str) -> None:
    english, chinese = map(_named, _both(name))
    assert english == chinese


def test_both_have_the_same_fields_of_each_view() -> None:
    """Of the reports and the preview, which hardly anybody changes, there is the English one alone."""
    english, chinese = map(_fields, _both("templates"))
    assert {view: english.get(view) for view in chinese} == chinese
    part = _both("templates")[0].split("## Reports and the preview")
    for_pages = _fields(part[0]) | _fields(part[1].split("## The station")[1].split("### ServerView")[0])
    assert [view for view in for_pages if view not in chinese] == []


def _fields(text: str) -> dict[str, list[str]]:
    parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    return {part.split(maxsplit=1)[0]: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in parts}


@pytest.mark.parametrize("name", TWINS)
def test_both_have_the_same_lines_to_type(name: str) -> None:
    english, chinese = map(list, map(_typed, _both(name)))
    assert english == chinese


@pytest.mark.parametrize("name", TWINS)
def test_each_leads_to_the_other(name: str) -> None:
    english, chinese = _both(name)
    assert f"({name}.zh-CN.md)" in english
    assert f"({name}.md)" in chinese


def test_staff_find_their_documents_from_the_handbook_and_from_the_first_thing_they_read() -> None:
    assert set(FOR_STAFF) <= set(TWINS)
    handbook, readme = (
        (ROOT / file).read_text(encoding="utf-8") for file in ("docs/handbook.zh-CN.md", "README.zh-CN.md")
    )
    assert [name for name in FOR_STAFF if f"({name}.zh-CN.md" not in handbook] == []
    assert [name for name in FOR_STAFF if f"(docs/{name}.zh-CN.md" not in readme] == []


def test_the_help_of_make_names_the_same_in_both_languages() -> None:
    english, chinese = (_help_of_make(language) for language in ("en_GB.UTF-8", "zh_CN.UTF-8"))
    assert list(english) == list(chinese)
    assert all(re.search(r"[\u4e00-\u9fff]", words) for words in chinese.values())
    assert not any(re.search(r"[\u4e00-\u9fff]", words) for words in english.values())


def _help_of_make(language: str) -> dict[str, str]:
    done = subprocess.run(
        ["make", "-s", "help"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": language},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert all(row[0] == "make" for row in rows)
    return {name: words for _, name, words in rows}
