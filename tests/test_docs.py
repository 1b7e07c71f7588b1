"""What the documents promise is what there is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import click
import pytest

from bulletin.arrange import views
from bulletin.check import report_view
from bulletin.check.register import PassedRow, Register, RegisterRow
from bulletin.core.config import read_station
from bulletin.core.model import Value
from bulletin.core.problems import CODES
from bulletin.core.station import FriendLink, Look, SectionRule, Station, Support
from bulletin.editions import EDITIONS
from bulletin.editions.letter import page as letter_views
from bulletin.hits import report
from bulletin.preview import panel
from bulletin.publish.server_config import ServerView, WithdrawnAddress
from bulletin.read.frontmatter import ARTICLE, ISSUE, PAGE
from tests.conftest import ROOT, build_site, every_command, write_files

DOCS = ROOT / "docs"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections(name: str, level: str) -> dict[str, str]:
    """Text below each heading of a level, by the heading's first word."""
    parts = re.split(rf"^{level} (?:<a id=\"[^\"]*\"></a>)?", text(name), flags=re.MULTILINE)[1:]
    return {part.split(maxsplit=1)[0]: part for part in parts}


VIEWS = [
    view
    for module in (views, report_view, report, panel, letter_views)
    for _, view in inspect.getmembers(module, inspect.isclass)
    if view.__module__.startswith(module.__name__) and issubclass(view, Value)
]


@pytest.mark.parametrize(
    "view",
    [
        *VIEWS,
        Register,
        RegisterRow,
        PassedRow,
        ServerView,
        WithdrawnAddress,
        Station,
        SectionRule,
        FriendLink,
        Support,
        Look,
    ],
    ids=lambda view: view.__name__,
)
def test_every_field_of_a_view_has_its_line_and_no_line_is_too_many(view: type) -> None:
    described = re.findall(r"^\| `(\w+)` \|", sections("docs/templates.md", "###")[view.__name__], re.MULTILINE)
    assert described == list(view.__struct_fields__)  # type: ignore[attr-defined]


def test_every_template_is_in_the_list_of_templates() -> None:
    folder = ROOT / "templates"
    pages = {path.name for path in folder.iterdir() if path.is_file()}
    others = {f"{part}/{path.name}" for part in ("reports", "preview", "letter") for path in (folder / part).iterdir()}
    assert pages | others <= set(re.findall(r"^\| `([^`]+)` \|", text("docs/templates.md"), re.MULTILINE))
    parts = {path.stem for path in (folder / "parts").iterdir()}
    (line,) = [line for line in text("docs/templates.md").splitlines() if line.startswith("| `parts/` |")]
    assert parts <= set(re.findall(r"`(\w+)`", line))


def test_every_problem_is_described_as_it_is_said() -> None:
    described = {code: part for code, part in sections("docs/problems.md", "###").items() if re.match(r"[A-Z]\d", code)}
    assert list(described) == list(CODES)
    plain = {code: part.replace("{{", "{").replace("}}", "}") for code, part in described.items()}
    assert [code for code in CODES if f"{code} ({CODES[code].severity})" not in plain[code]] == []
    for words in ("message", "remedy"):
        said = {code: getattr(known, words).replace("{{", "{").replace("}}", "}") for code, known in CODES.items()}
        assert [code for code in CODES if said[code] not in plain[code]] == [], words


def commands() -> Mapping[str, click.Command]:
    return {name: command for name, command in every_command().items() if " " not in name}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_command_is_in_the_first_thing_one_reads(name: str) -> None:
    missing = [command for command in commands() if f"bulletin {command}" not in text(name)]
    assert not missing


@pytest.mark.parametrize("name", list(commands()))
def test_every_option_is_described_somewhere(name: str) -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *DOCS.glob("*.md")))
    options = [o for p in commands()[name].params if isinstance(p, click.Option) for o in p.opts]
    assert [option for option in options if f"`{option}" not in everything and f" {option}" not in everything] == []


@pytest.mark.parametrize("name", ["docs/source-format.md", "docs/source-format.zh-CN.md"])
@pytest.mark.parametrize("entry", sorted({*ISSUE, *PAGE, *ARTICLE}))
def test_every_entry_of_the_front_matter_is_described(entry: str, name: str) -> None:
    assert re.search(rf"(?<!\w){entry}(?!\w)", text(name))


def test_every_edition_has_its_line() -> None:
    described = re.findall(r"^\| `([^`]+)` \|", text("docs/editions.md"), re.MULTILINE)
    assert described == [edition.name for edition in EDITIONS]


@pytest.mark.parametrize("document", ["templates.md", "templates.zh-CN.md"])
def test_blocks_that_a_designer_may_fill_are_those_of_the_templates(document: str) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `((?:base|home|issue)\.html)` \| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    told = {name: set(re.findall(r"\w+", blocks)) for name, blocks in rows}
    files = {name: (ROOT / "templates" / name).read_text(encoding="utf-8") for name in told}
    blocks = {name: set(re.findall(r"{% block (\w+)", file)) for name, file in files.items()}
    ours = blocks["base.html"]
    assert told == {name: each if each is ours else each - ours for name, each in blocks.items()}
    assert told.keys() == {"base.html", "home.html", "issue.html"}


# ── what a reader types, or copies


TYPED = re.compile(r"(?:^\s*(?:\$ )?|`|“)bulletin ((?:[^`\n”\\]|\\\n)+)", re.MULTILINE)
"""A command in a line of its own, in backticks, or in a sentence."""


def unknown_words(typed: str) -> Iterator[str]:
    """What no command knows, of a line after ``bulletin``."""
    known = every_command()
    words = re.sub(r"\s#.*", "", typed.replace("\\\n", " ")).split()
    name = next((name for length in (2, 1) if (name := " ".join(words[:length])) in known), "")
    if not name and not words[0].startswith("-"):
        yield typed
    if name and not isinstance(known[name], click.Group):
        options = {"--help", *(each for param in known[name].params for each in param.opts)}
        yield from (
            f"{typed}: {word}" for word in re.findall(r"(?<!\S)--[a-z-]+", " ".join(words)) if word not in options
        )


@pytest.mark.parametrize("path", [*ROOT.glob("README*.md"), *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_every_command_that_a_document_names_is_there_with_its_options(path: Path) -> None:
    typed = TYPED.findall(path.read_text(encoding="utf-8"))
    assert [word for each in typed for word in unknown_words(each)] == []


def examples(language: str) -> list[str]:
    """The handbook's, of one language."""
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", text("docs/handbook.zh-CN.md"), re.MULTILINE | re.DOTALL)
    assert blocks
    return list(map(dedent, blocks))


@pytest.mark.parametrize("example", examples("yaml"))
def test_the_handbook_s_lines_of_station_yml_are_read(example: str) -> None:
    assert read_station(f"name: 甲\n{example}".encode())


def test_the_handbook_s_examples_copied_as_they_are_make_an_issue(tmp_path: Path) -> None:
    station = "name: 甲\nurl: https://www.example.cn/\nphone: 0734-8516000\naddress: 园林路24号\nprofile: plain\n"
    draft, *parts = examples("markdown")
    whole = re.sub("^draft: .*\n", "", draft, flags=re.MULTILINE)
    files = {"content/station.yml": station, "content/issues/2014003.md": f"{whole}\n" + "\n".join(parts)}
    write_files(tmp_path, files)
    report = build_site(tmp_path, check=True)
    assert {found.code for found in report.problems} == {"D121", "L103"}  # no title, no files beside it
    page = (tmp_path / "site/issues/2014003/index.html").read_text(encoding="utf-8")
    assert "文章题目" in page
    assert "护送返乡</th>" in page
