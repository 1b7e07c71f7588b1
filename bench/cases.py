"""The cases that are measured: what is done to a project before each run, and undone before the next round.

Each change is one of content, since a new time on a file would cost some tools much and others nothing. What is
edited is the newest issue, as it is in offices: it stands on the home page and in the feed, so that it costs most.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.corpus import LAYOUTS, Issue, Kind, Layout, issue, issues
from bench.peers import THEMES, Tool
from bench.pieces import PIECE_LAYOUTS, PieceLayout


class Project(NamedTuple):
    """One tool's project, as it lies on the disk."""

    tool: Tool
    root: Path
    kind: Kind
    total: int
    seed: int

    @property
    def layout(self) -> Layout | PieceLayout:
        return PIECE_LAYOUTS.get(self.tool.theme) or LAYOUTS[self.tool.theme]

    @property
    def newest(self) -> Path:
        return self.root / self.layout.path(self.issue(self.total - 1))

    @property
    def old(self) -> Path:
        """One whose year is over; where there is but one year, one of its first."""
        return self.root / self.layout.path(self.issue(self.total // 3))

    def issue(self, index: int) -> Issue:
        return issue(self.kind, index, self.total, self.seed)

    @property
    def output(self) -> Path:
        return self.root / self.tool.output


class Case(NamedTuple):
    """What happens between two builds."""

    name: str
    prepare: Callable[[Project, int], None]
    """Gets the round's number, so that it differs from what was there before."""
    cold: bool = False


def forget(project: Project, _: int) -> None:
    """Everything as on the first day; of the last round's issues one was added, which goes."""
    added = project.root / project.layout.path(project.issue(project.total))
    added.unlink(missing_ok=True)
    if added.name == "index.md":
        shutil.rmtree(added.parent, ignore_errors=True)
    project.tool.forget(project.root)


def leave(_: Project, __: int) -> None:
    """Nothing changes."""


def edit(project: Project, count: int) -> None:
    """A word more in the first paragraph of the newest issue, or in its first link's remark."""
    _reword(project.newest, count)


def edit_old(project: Project, count: int) -> None:
    """The same in an old issue, which no page of the newest shows."""
    _reword(project.old, count)


def _reword(place: Path, count: int) -> None:
    text = place.read_text(encoding="utf-8")
    changed = re.sub(r"(改\d+)?。", f"改{count}。", text, count=1)
    place.write_text(changed, encoding="utf-8")


def touch(project: Project, count: int) -> None:
    """Another word in the template of issue pages: all of them must be made anew."""
    template = project.root / project.tool.template
    text = template.read_text(encoding="utf-8")
    template.write_text(re.sub(r"edition-\d+", f"edition-{count}", text), encoding="utf-8")


def add(project: Project, _: int) -> None:
    """An issue more, the newest of all."""
    project.layout.write(project.root, project.issue(project.total))


CASES = (
    Case("cold", forget, cold=True),
    Case("nothing changed", leave),
    Case("one issue edited", edit),
    Case("one template touched", touch),
    Case("one issue added", add),
)
"""In this order, each on what the one before left."""

EVERYTHING_CASES = (*CASES[:3], Case("an old issue edited", edit_old))
"""With everything on."""


# ── projects

SETTLED = 2.5
"""Seconds after which no file can be written again and keep its time, so that bulletin trusts it: an office's files are
older.
"""


def write_projects(top: Path, tools: Iterable[Tool], kind: Kind, total: int, seed: int) -> list[Project]:
    """A fresh project for each tool, with the same issues."""
    shutil.rmtree(top, ignore_errors=True)
    projects = [
        Project(tool, top / tool.name.replace(", ", "-").replace(" ", "-"), kind, total, seed) for tool in tools
    ]
    for project in projects:
        dress(project)
    for each in issues(kind, total, seed):
        for project in projects:
            project.layout.write(project.root, each)
    time.sleep(SETTLED)
    return projects


def dress(project: Project) -> None:
    """Theme and settings."""
    shutil.copytree(THEMES / project.tool.theme, project.root)
    if project.tool.packaged:
        shutil.rmtree(project.root / "templates")
    for line, other in project.tool.station.items():
        station = project.root / "content/station.yml"
        station.write_text(station.read_text(encoding="utf-8").replace(line, other), encoding="utf-8")


class Pages(NamedTuple):
    """What lies in the output."""

    files: int
    html: int
    size: int
    """Bytes of HTML."""
    written: int
    """Files that the run wrote."""


def count_pages(output: Path, began: float) -> Pages:
    """Look through an output folder; ``began`` is when the run started, by the clock of the files."""
    stats = [(path.suffix, path.stat()) for path in walk(output)]
    html = [stat for suffix, stat in stats if suffix == ".html"]
    written = sum(stat.st_ctime >= began for _, stat in stats)
    return Pages(len(stats), len(html), sum(stat.st_size for stat in html), written)


def walk(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
