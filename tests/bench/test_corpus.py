"""The issues that are measured with: always the same, and the same for every tool."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import pytest

from bench.cases import Project, add, dress, edit, forget, touch
from bench.corpus import KINDS, LAYOUTS, Issue, Kind, issue, issues, place
from bench.peers import BULLETIN, TOOLS
from bulletin.build.pipeline import build
from bulletin.build.report import Options

PINNED = {"prose": "9990f1f8070090a6", "links": "8275ea1bab2b679e"}
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
