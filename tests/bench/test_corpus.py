"""The issues that are measured with: always the same, and the same for every tool."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import pytest

from bench.cases import Project, add, dress, edit, edit_old, forget, touch
from bench.corpus import KINDS, LAYOUTS, Issue, Kind, issue, issues, place
from bench.everything import NO_FORK, SEARCHED
from bench.peers import BULLETIN, ROOT, TOOLS, Tool
from bench.pieces import DESCRIBED, PIECE_LAYOUTS, pieces
from bulletin.build.pipeline import build
from bulletin.build.report import Options

PINNED = {"prose": "b909c10aa7c29f40", "links": "94d4d59fae3af763"}
"""A change of the corpus makes all earlier figures worthless; it should not come about by chance."""


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_issues(kind: Kind) -> None:
    hashed = blake2b(digest_size=8)
    for each in issues(kind, 20, 1):
        hashed.update(f"{each.number} {each.date} {each.body}".encode())
    assert hashed.hexdigest() == PINNED[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_gives_others_and_another_size_the_same_texts(kind: Kind) -> None:
    assert issue(kind, 3, 20, 1).body != issue(kind, 3, 20, 2).body
    assert issue(kind, 3, 20, 1).body == issue(kind, 3, 500, 1).body


def test_issues_are_as_large_as_it_is_said() -> None:
    prose, links = ([each.body for each in issues(kind, 40, 1)] for kind in KINDS)
    assert 3_900 < sum(len(re.findall("[一-鿿]", body)) for body in prose) / 40 < 4_300
    assert all(body.count("\n### ") == 7 and body.count("## 站务新闻") == 1 for body in prose)
    assert all(any(mark in body for body in prose) for mark in ("**", "\n- ", "\n1. ", "|---|", "photo.jpg"))
    assert {body.count("](") for body in links} == {200}
    assert 22_000 < sum(len(body.encode()) for body in links) / 40 < 24_000


@pytest.mark.parametrize("total", [1, 7, 20, 100, 1_000, 10_000])
def test_numbers_and_dates_rise_over_twenty_years_and_the_one_that_is_added_is_the_newest(total: int) -> None:
    numbers, dates = zip(*(place(index, total) for index in range(total + 1)), strict=True)
    assert list(dates) == sorted(set(dates))
    assert list(numbers) == sorted(set(numbers))
    assert all(int(number[:4]) == date.year for number, date in zip(numbers, dates, strict=True))
    assert dates[-1].year == 2024


# ── layouts


def body_of(name: str, data: bytes) -> str:
    text = data.decode()
    return text.split("\n\n", 1)[1] if name == "pelican" else text.split("---\n", 2)[2]


@pytest.mark.parametrize("kind", KINDS)
def test_all_layouts_hold_the_same_text_and_pictures(kind: Kind) -> None:
    for each in issues(kind, 20, 1):
        for name, layout in LAYOUTS.items():
            (_, text), *pictures = layout.files(each)
            assert body_of(name, text) == each.body
            assert [data for _, data in pictures] == ([each.picture] if each.picture else [])


def test_all_layouts_name_title_and_date() -> None:
    each = issue("prose", 0, 20, 1)
    for layout in LAYOUTS.values():
        front = layout.front(each)
        assert each.title in front
        assert f"{each.date:%Y-%m-%d}" in front


def test_a_picture_lies_beside_its_text() -> None:
    each: Issue = next(each for each in issues("prose", 20, 1) if each.picture)
    for layout in LAYOUTS.values():
        (text, _), (picture, _) = layout.files(each)
        assert text.removesuffix("index.md") == picture.removesuffix("photo.jpg")


# ── projects


def project(tmp_path: Path, kind: Kind = "prose") -> Project:
    made = Project(BULLETIN, tmp_path / "bulletin", kind, 12, 1)
    dress(made)
    for each in issues(kind, 12, 1):
        made.layout.write(made.root, each)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_our_lean_theme_builds_without_a_problem(tmp_path: Path, kind: Kind) -> None:
    made = project(tmp_path, kind)
    report = build(made.root, datetime(2025, 1, 1), Options())
    assert (report.problems, report.issues) == ((), 12)
    page = (made.output / "issues" / made.issue(11).number / "index.html").read_text(encoding="utf-8")
    assert page.count("<h3 ") == made.issue(11).body.count("### ")


def test_each_case_changes_what_it_says(tmp_path: Path) -> None:
    made = project(tmp_path)
    before = made.newest.read_text(encoding="utf-8")
    edit(made, 1)
    once = made.newest.read_text(encoding="utf-8")
    edit(made, 2)
    twice = made.newest.read_text(encoding="utf-8")
    assert len({before, once, twice}) == 3
    assert len(twice) == len(once) == len(before) + 2
    add(made, 1)
    added = made.root / made.layout.path(made.issue(12))
    assert added.is_file()
    forget(made, 2)
    assert not added.exists()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_template_that_is_touched_is_there(tmp_path: Path, tool: type) -> None:
    made = Project(tool, tmp_path / "project", "prose", 1, 1)  # type: ignore[arg-type]
    dress(made)
    touch(made, 7)
    assert "edition-7" in (made.root / made.tool.template).read_text(encoding="utf-8")


# ── everything on


def test_a_piece_for_each_article_and_nothing_lost() -> None:
    each: Issue = next(each for each in issues("prose", 20, 1) if each.picture)
    found = list(pieces(each))
    assert [piece.order for piece in found] == [f"{number:02}" for number in range(1, 8)]
    assert {piece.column for piece in found} == {"news", "papers", "cases"}
    assert all(piece.author and len(piece.description) == DESCRIBED for piece in found)
    lines = each.body.replace("photo.jpg", f"/issues/{each.number}/photo.jpg").split("\n\n")
    headings = {f"## {piece.section}" for piece in found} | {f"### {piece.title}" for piece in found}
    kept = "\n\n".join(piece.text.strip() for piece in found).split("\n\n")
    assert kept == [line.strip() for line in lines if line.strip() and line not in headings]


@pytest.mark.parametrize("name", PIECE_LAYOUTS)
def test_an_old_issue_and_the_newest_are_edited(tmp_path: Path, name: str) -> None:
    tool = next(tool for tool in SEARCHED if tool.theme == name)
    made = Project(tool, tmp_path / "project", "prose", 12, 1)
    for each in issues("prose", 12, 1):
        made.layout.write(made.root, each)
    for change, edited in ((edit, made.newest), (edit_old, made.old)):
        before = {path: path.read_bytes() for path in made.root.rglob("*.md")}
        change(made, 1)
        assert [path for path, data in before.items() if path.read_bytes() != data] == [edited]


@pytest.mark.parametrize("tool", SEARCHED, ids=lambda tool: tool.name)
def test_settings_of_everything_are_those_of_the_theme(tmp_path: Path, tool: Tool) -> None:
    made = Project(tool, tmp_path / "project", "prose", 12, 1)
    dress(made)
    if tool.packaged:
        station = (made.root / "content/station.yml").read_text(encoding="utf-8")
        assert all(line in station for other in tool.station.values() for line in other.split("\n"))
        assert not (made.root / "templates").exists()


def test_without_fork_each_worker_is_a_python_of_its_own(tmp_path: Path) -> None:
    made = project(tmp_path)
    words = [word.replace("{bin}", sys.prefix).replace("{bench}", str(ROOT / "bench")) for word in NO_FORK.command]
    watch = "import os, runpy, sys; os.fork = None; sys.argv[:] = sys.argv[1:]; runpy.run_path(sys.argv[0])"
    ended = subprocess.run([words[0], "-P", "-c", watch, *words[2:]], cwd=made.root, check=False)
    assert ended.returncode in NO_FORK.good
    assert (made.output / "index.html").is_file()
