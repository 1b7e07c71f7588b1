"""What `pip install` brings: enough, not too much, for every system; and a line in docs/dependencies.md for each."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from bulletin.core.extras import EXTRAS
from tests.conftest import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def names(requirements: list[str]) -> list[str]:
    """Names as they are written, with what stands in brackets: ``psycopg[binary]``."""
    found = [re.match(r"[A-Za-z0-9-]+(\[\w+(,\w+)*\])?", each) for each in requirements]
    return [match[0] for match in found if match and not match[0].startswith("bulletin[")]


def bare(name: str) -> str:
    return name.partition("[")[0].lower()


# ── every system


SYSTEMS = (
    "x86_64-pc-windows-msvc",
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
)
WINDOWS_ON_ARM = "aarch64-pc-windows-msvc"
OLDEST = PROJECT["project"]["requires-python"].removeprefix(">=")
OLDEST_ON_ARM = "3.12"
"""PyYAML has wheels for Windows on ARM from there on; below, it is built without a compiler, and slower."""
NOT_ON_ARM = {"ahocorasick-rs", "autocorrect-py", "rjieba"}
COUNTER = {"granian", "psycopg", "psycopg-binary", "typst", "uharfbuzz", "uvloop"}


def resolved(system: str, python: str, *options: str) -> set[str]:
    """Names of all that would be installed on a system, wheels only. Fails without uv or the network."""
    uv = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    where = ["--no-python-downloads", "--python-platform", system, "--python-version", python, "pyproject.toml"]
    done = subprocess.run([*uv, *options, *where], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {bare(name) for name in names(done.stdout.splitlines())}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_library_has_a_wheel_for_every_system(system: str) -> None:
    core = resolved(system, OLDEST)
    assert set(map(bare, names(PROJECT["project"]["dependencies"]))) <= core
    assert not core & COUNTER
    expected = COUNTER - ({"uvloop"} if "windows" in system else set())
    assert core | expected <= resolved(system, OLDEST, "--extra", "all")


def test_on_windows_for_arm_three_are_left_out_and_the_counter_is_not_run() -> None:
    core = resolved(WINDOWS_ON_ARM, OLDEST_ON_ARM)
    assert set(map(bare, names(PROJECT["project"]["dependencies"]))) - core == NOT_ON_ARM
    everything = resolved(WINDOWS_ON_ARM, OLDEST_ON_ARM, "--extra", "all")
    assert not everything & COUNTER
    assert {"pagefind-bin", "httpx", "redis"} <= everything


# ── extras


USED_WHERE_INSTALLED = {"names"}
"""Extras that no command asks for: nothing is missing without them; neither `all` nor the lock file has them."""


def test_every_extra_has_its_sentence_and_all_has_all() -> None:
    assert set(EXTRAS) == set(DECLARED) - {"all"} - USED_WHERE_INSTALLED
    assert DECLARED["all"] == [f"bulletin[{','.join(EXTRAS)}]"]


# ── the lock file, and the document


def wanted() -> Iterator[tuple[str, str]]:
    """Every library that pyproject.toml asks for, with the extra that brings it."""
    yield from ((name, "") for name in names(PROJECT["project"]["dependencies"]))
    yield from ((name, extra) for extra, those in DECLARED.items() for name in names(those))
    yield from ((name, "") for name in names(PROJECT["dependency-groups"]["dev"]))


def test_the_lock_file_holds_all_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert {bare(name) for name, extra in wanted() if extra not in USED_WHERE_INSTALLED} - locked == set()
    assert "://" not in lock


def test_every_library_has_its_line_with_its_extra() -> None:
    lines = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|")]
    for name, extra in wanted():
        own = [row for row in rows if f"`{name}`" in row.split("|")[1]]
        assert own, f"docs/dependencies.md has no line for {name}"
        assert not extra or any(f"`{extra}`" in row.split("|")[2] for row in own), f"{name}: no word of {extra}"


def test_every_bound_above_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    reasons = re.findall(r"^\| `([^`]+)` \|", text.partition("### Bounds above")[2].partition("\n## ")[0], re.MULTILINE)
    declared = [*PROJECT["project"]["dependencies"], *(each for those in DECLARED.values() for each in those)]
    assert set(reasons) == set(names([each for each in declared if re.search("<[0-9]", each)]))
