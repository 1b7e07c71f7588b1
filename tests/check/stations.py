"""Stations on disk, checked at the clock of the tests."""

from __future__ import annotations

from pathlib import Path

from bulletin.build.examine import examine
from bulletin.build.report import Options
from bulletin.check.findings import Findings
from tests.conftest import NOW


def check(root: Path, **options: object) -> Findings:
    return examine(root, NOW, Options(**options))  # type: ignore[arg-type]


def codes(root: Path, path: str = "") -> list[str]:
    """Codes of the problems of a station, or of one file."""
    return [found.code for found in check(root).problems if not path or found.path == path]
