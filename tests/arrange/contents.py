"""Content → readings, archives and plans in the test's own process: no workers, no files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from markdown import Markdown

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import resolve_archive
from bulletin.arrange.targets import NO_THEME_FILES
from bulletin.core.config import entry_lines, read_station
from bulletin.core.i18n import translations
from bulletin.core.model import Source, SourceFile, Today
from bulletin.core.problems import Problem
from bulletin.core.station import Station
from bulletin.editions import EDITIONS
from bulletin.editions.edition import plan
from bulletin.read.assets import Assets
from bulletin.read.dialect import make_markdown
from bulletin.read.issues import read_source
from bulletin.read.reading import ReadContext, Reading
from bulletin.read.text_files import folder_of, without_suffix
from tests.conftest import NOW, STATION

PATH = "content/issues/2015001.md"
HEAD = "---\ndate: 2015-04-10\n---\n"
HEAD_LINES = 3
"""So that the first line of a body is line 4."""


@cache
def markdown() -> Markdown:
    return make_markdown("")


def station(yaml: str = STATION) -> Station:
    return read_station(yaml.encode())


def read(files: Mapping[str, str | bytes], yaml: str = STATION) -> Reading:
    """Read one source; its main file stands first."""
    made = tuple(SourceFile(p, t if isinstance(t, bytes) else t.encode()) for p, t in files.items())
    main = folder_of(made[0].path).rstrip("/") or without_suffix(made[0].path)
    known = station(yaml)
    kind, name = main.split("/")[1:]
    source = Source("issue" if kind == "issues" else "notice" if kind == "notices" else "page", name, made)
    return read_source(source, ReadContext(known.sections, known.url, known.language), markdown(), main)


def read_body(body: str) -> Reading:
    """Read an issue that has no entry but its date."""
    return read({PATH: HEAD + body})


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int]]:
    """Code and line of each problem."""
    return [(each.code, each.line) for each in problems]


class Content:
    """Sources read and arranged as a build does it."""

    def __init__(
        self,
        files: Mapping[str, str],
        yaml: str = STATION,
        *,
        assets: Assets | None = None,
        drafts: bool = False,
        today: Today | None = None,
        now: datetime = NOW,
    ) -> None:
        self.station = station(yaml)
        readings = {path: read({f"content/{path}": text}, yaml) for path, text in files.items()}
        self.archive: Archive
        self.held: Unpublished
        self.archive, self.held, self.doubles = arrange(
            [r.issue for r in readings.values() if r.issue],
            [r.page for r in readings.values() if r.page],
            self.station,
            today,
            now,
            drafts=drafts,
        )
        self.resolved, found = resolve_archive(self.archive, assets or {}, NO_THEME_FILES, entry_lines(yaml.encode()))
        self.planned, collisions = plan(EDITIONS, self.resolved)
        self.problems = (*found, *collisions)
        self.parts = {kept.html_key: r.html_parts for r in readings.values() if (kept := r.issue or r.page)}

    def group(self, name: str) -> OutputGroup:
        return next(each.group for each in self.planned if each.group.name == name)

    def inputs(self, name: str) -> Any:
        return self.group(name).inputs

    def paths(self) -> set[str]:
        """Every page of the site."""
        return {path for each in self.planned for path in each.group.paths}

    def views(self) -> dict[str, Any]:
        """Every page's view by its path."""
        translate = translations(self.station.language).gettext
        frame = Frame(self.resolved.shell, translate, lambda key, part: self.parts[key][part])
        framed = (each for each in self.planned if each.edition.has_shell)
        files = (file for each in framed for file in each.edition.make(frame, each.group.inputs))
        return {file.path: file.view for file in files if isinstance(file, TemplatePage)}
