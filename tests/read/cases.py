"""Fixture files of cases: a title, ``.``, the source, ``.``, what is expected, ``.``; rewritten with ``--golden``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One case of a file."""

    title: str
    source: str
    expected: str


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, as they are written there."""
    parts = re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [Case(parts[n].strip(), parts[n + 1], parts[n + 2]) for n in range(0, len(parts) - 1, 3)]


def write_cases(path: Path, result: Callable[[Case], str]) -> None:
    """Write what comes of the sources now into the file."""
    blocks = [f"{case.title}\n.\n{case.source}.\n{result(case)}.\n" for case in read_cases(path)]
    path.write_text("\n".join(blocks), encoding="utf-8")
