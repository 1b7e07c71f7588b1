"""Imports go one way; every module stands alone; only the commands touch the world outside."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bulletin.commands.cli import COMMANDS
from tests.conftest import ROOT, write_files

ORDER = (
    "core",
    "read",
    "arrange",
    "check",
    "render",
    "editions",
    "write",
    "build",
    "publish",
    "mail",
    "word",
    "hits",
    "preview",
    "commands",
    "__main__",
)
"""Each imports only from those before it; the same order as in ARCHITECTURE.md."""

ONLY: dict[str, set[str]] = {
    "core": set(),
    "hits": {"core", "build", "write"},
    "mail": {"core", "editions"},
    "write": {"core"},
}
"""Those that know even less than their place would allow."""

PACKAGE = ROOT / "bulletin"
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in FILES]


def layer(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> Iterator[str]:
    """Layers that a file imports from, its own left out."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            steps = name.split(".")
            if steps[0] == "bulletin" and steps[1] in ORDER and steps[1] != layer(file):
                yield steps[1]


def test_every_module_has_a_place() -> None:
    assert {layer(file) for file in FILES} - {"__init__"} <= set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_imports_go_one_way(name: str) -> None:
    used = {other for file in FILES if layer(file) == name for other in imported(file)}
    assert used <= ONLY.get(name, set(ORDER[: ORDER.index(name)]))


def test_the_map_shows_the_same_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.count("←") > 3)
    words = line.replace("←", " ").replace("`", " ").replace(",", " ").split()
    assert tuple(word for word in words if word in ORDER) == ORDER[:-1]


@pytest.mark.parametrize("file", sorted((PACKAGE / "hits").rglob("*.py")), ids=lambda file: file.stem)
def test_the_counter_is_an_island(file: Path) -> None:
    """All that it knows of the rest are core values; `bake` alone brings both together."""
    if file.stem != "bake":
        assert set(imported(file)) <= {"core"}


# ── the world outside

WORLD = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.localtime",
    "time.monotonic",
    "time.perf_counter",
    "os.environ",
    "os.getenv",
    "sys.exit",
    "sys.argv",
    "locale.getlocale",
    "random.random",
}
MEASURED = {"time.monotonic", "time.perf_counter"}
ALLOWED = {
    "commands/cli": {"os.environ"},
    "commands/terminal": {"datetime.now", "time.monotonic"},
    "commands/bar": MEASURED,
    "commands/check": {"sys.exit"},
    "commands/site": {"sys.exit", *MEASURED},
    "commands/hits/shared": {"print"},
    "commands/hits/service": {"sys.exit"},
    "commands/hits/transfer": {"sys.exit"},
    "commands/tell": {"sys.exit"},
    "commands/export": {"sys.exit"},
    "commands/mail/doctor": {"sys.exit"},
    "commands/mail/send": {"sys.exit"},
    "commands/mail/preview": {"sys.exit"},
    "commands/mail/test": {"sys.exit"},
    "commands/print": {"sys.exit"},
    "commands/publish/__init__": {"sys.exit"},
    "commands/publish/listing": {"sys.exit"},
    "commands/publish/rolling": {"sys.exit"},
    "commands/publish/progress": {"time.monotonic"},
    "commands/publish/targets": {"sys.exit"},
    "commands/publish/withdraw": {"sys.exit"},
    "commands/wechat": {"sys.exit"},
    "preview/server": MEASURED,
    "preview/watch": MEASURED,
    "publish/targets/opening": {"time.time"},
    "read/handle": MEASURED,
}
"""The clock that only measures is free where something is waited for."""


def touched(file: Path) -> set[str]:
    """Names of `WORLD` that a file uses, and `print`."""
    nodes = list(ast.walk(ast.parse(file.read_bytes())))
    dotted = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    found = {name for name in WORLD if any(d == name or d.endswith(f".{name}") for d in dotted)}
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return found | ({"print"} & calls)


@pytest.mark.parametrize("file", FILES, ids=MODULES)
def test_only_the_commands_print_exit_or_ask_the_clock(file: Path) -> None:
    place = file.relative_to(PACKAGE).with_suffix("").as_posix()
    assert touched(file) <= ALLOWED.get(place, set())


# ── start-up


ALONE = """
import os, sys, traceback
import asyncio, dataclasses, html, json, pathlib, subprocess  # not ours: loaded once for all
import click, msgspec

assert not [name for name in sys.modules if name.partition(".")[0] == "bulletin"]
for name in sys.argv[1:]:
    pid = os.fork()
    if pid == 0:
        try:
            __import__(name)
        except BaseException:
            print(f"import {name}:", traceback.format_exc(), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        print(name)
"""
"""Import each of some modules in a copy of a Python that has none of ours; prints those that fail."""


@pytest.mark.parametrize("name", ORDER[:-1])
def test_every_module_imports_alone(name: str) -> None:
    """One Python for all modules of a layer, forked for each: to start one for each takes twice the time."""
    those = [module for module in MODULES if module.split(".")[1:2] == [name] or module == "bulletin"]
    command = [sys.executable, "-W", "error", "-c", ALONE, *those]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("", ""), done.stderr
    assert done.returncode == 0
    assert len(those) > 1


def test_a_module_that_does_not_import_alone_is_named(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"one.py": "from two import b\na = 1\n", "two.py": "from one import a\nb = 1\n", "good.py": ""}
    )
    command = [sys.executable, "-W", "error", "-c", ALONE, "one", "good", "two"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.stdout.split() == ["one", "two"]
    assert "circular import" in done.stderr


HEAVY = {
    "bulletin.hits",
    "granian",
    "crawlerdetect",
    "uvloop",
    "jinja2",
    "markdown",
    "PIL",
    "pypdf",
    "pypinyin",
    "rich",
    "tornado",
    "livereload",
    "yaml",
    "nh3",
    "sqlite3",
    "httpx",
    "ahocorasick_rs",
    "autocorrect_py",
    "rjieba",
}


LATE = HEAVY | {
    "bulletin.commands.station",
    "bulletin.core.catalogue_extras",
    "bulletin.core.problems",
    "bulletin.read",
    "msgspec",
    "pathlib",
}
"""What not even the list of commands needs."""

ONLY_FOR_WORK = HEAVY | {
    "bulletin.build.pipeline",
    "bulletin.build.examine",
    "bulletin.core.config",
    "bulletin.build.project",
    "html",
    "importlib.metadata",
    "json",
    "subprocess",
}
"""What a build with nothing to do does not need, though it has problems to tell."""


TELL = """
import atexit, sys
from bulletin.commands.cli import main
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
main()
"""


def loaded_by(folder: Path, *words: str, first: str = "") -> set[str]:
    """Modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", first + TELL, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "zh_CN"},
        capture_output=True,
        encoding="utf-8",
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [["--help"], ["--version"], [], ["biuld"]])
def test_help_loads_next_to_nothing(tmp_path: Path, words: list[str]) -> None:
    loaded = loaded_by(tmp_path, *words)
    assert "click" in loaded
    assert sorted(LATE & loaded) == []


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS if command != "hits"])
def test_the_help_of_a_command_loads_nothing_of_its_work(tmp_path: Path, command: str) -> None:
    loaded = loaded_by(tmp_path, command, "--help")
    assert "bulletin.commands.options" in loaded
    assert sorted((HEAVY | {"bulletin.core.problems", "msgspec"}) & loaded) == []


def test_a_build_with_nothing_to_do_loads_only_what_it_looks_with(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/station.yml": "name: 甲\n", "content/issues/2015001.md": "一,一"})
    trusted = "from bulletin.read import scan\nscan.STAMP_RESOLUTION = -(10**12)\n"
    first, second = (loaded_by(tmp_path, "build", first=trusted) for _ in range(2))
    assert "bulletin.build.pipeline" in first
    assert "bulletin.check.reports" in second
    assert sorted(ONLY_FOR_WORK & second) == []


def test_every_folder_of_tests_is_run(pytestconfig: pytest.Config) -> None:
    """pytest leaves out what is called ``build`` or ``dist``, without a word, unless it is told otherwise."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in path.parts}
    left_out = pytestconfig.getini("norecursedirs")
    steps = {step for folder in folders for step in folder.relative_to(ROOT).parts}
    assert [step for step in sorted(steps) if any(fnmatch(step, pattern) for pattern in left_out)] == []
