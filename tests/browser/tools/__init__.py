"""Programs that the browser tests need beside Python's; `make browser-tools` installs what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "node_modules"


def program(name: str) -> str:
    """Where a program lies. A missing one fails the test: a proof that is skipped proves nothing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None:
        pytest.fail(f"“{name}” is missing. Run: make browser-tools", pytrace=False)
    return found


def module(path: str) -> str:
    """Where a file of an npm package lies."""
    found = MODULES / path
    if not found.exists():
        pytest.fail(f"“{path}” is missing. Run: make browser-tools", pytrace=False)
    return str(found)
