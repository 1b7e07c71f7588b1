"""Options and fixtures that all tests share."""

from __future__ import annotations

import gc
import inspect
import os
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, settings

from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.commands import cli
from bulletin.commands.terminal import Messages, Session
from bulletin.read.process import may_fork
from tests import compiled, worker_server

NOW = datetime(2016, 1, 1, 12, 0)
"""The clock of all tests."""

SESSION = Session(Messages(str), "en", lambda: NOW, {})
"""A command that is run by nobody: in English, at `NOW`, with nothing around it."""

ROOT = Path(__file__).parents[1]
"""The repository."""

STATION = """\
name: 南岭市救助管理站
url: https://jzz.example.cn/
phone: 0734-8516000
icp: 湘ICP备15004209号
sections:
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
"""

ISSUE = """\
---
number: {number}
date: 2015-0{month}-10 09:00
---
## 站务新闻

### 第{month}件事

正文第{month}篇。

## 案例分析

讨论第{month}例。
"""


def every_command() -> dict[str, click.Command]:
    """Every command by what one types after ``bulletin``, as `SESSION` would run it."""
    return dict(_commands(cli.bulletin(SESSION), ""))


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    for name in group.commands:
        _, command, _ = group.resolve_command(click.Context(group), [name])
        assert command
        yield before + name, command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")


settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


@contextmanager
def no_collector() -> Iterator[None]:
    """While much is made that stays, as trees of a whole package: to look it through takes longer than to make it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the expected files")
    parser.addoption("--prove", action="store_true", help="run the long proofs whole")


def pytest_configure(config: pytest.Config) -> None:
    worker_server.install()
    compiled.install()
    config.addinivalue_line("markers", "single_threaded: forks; runs where no other thread does")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing that the collection makes becomes garbage: to look through it again and again takes a third of its time.

    Later collections pass over it as well, and copies of this process share it.
    """
    with no_collector():
        yield
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test marked ``single_threaded`` where no other thread runs, as in a build from the command line.

    With ``-n 0`` that is here. A worker of pytest-xdist has a thread that listens to its controller: there the test
    runs in a copy of it, which has one thread only, so that processes are forked without any pretence.
    """
    if pyfuncitem.get_closest_marker("single_threaded") is None or may_fork():
        return None
    wanted = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.function).parameters}
    if failure := _failure_in_copy(lambda: pyfuncitem.function(**wanted)):
        pytest.fail(f"in a process of its own:\n{failure}", pytrace=False)
    return True


_FORK = os.fork
"""The system's own, whatever a test puts in its place."""


def _failure_in_copy(test: Callable[[], object]) -> str:
    """What goes wrong in a copy of this process; nothing when all goes well."""
    result, outcome = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # what runs here only waits
        pid = _FORK()
    if pid == 0:
        try:
            assert may_fork()
            test()
            os.write(outcome, b"passed")
        except BaseException:  # noqa: BLE001 - handed on
            os.write(outcome, traceback.format_exc()[-30_000:].encode(errors="replace"))
        finally:
            os._exit(0)
    os.close(outcome)
    with os.fdopen(result, "rb") as stream:
        told = stream.read().decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    return "" if told == "passed" and status == 0 else told or f"ended with {status}"


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are forked during a test."""
    fork, pids = os.fork, list[int]()

    def counted() -> int:
        if pid := fork():
            pids.append(pid)
        return pid

    monkeypatch.setattr(os, "fork", counted)
    return pids


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten."""
    return bool(request.config.getoption("--golden"))


@pytest.fixture
def prove(request: pytest.FixtureRequest) -> bool:
    """Whether long proofs run whole."""
    return bool(request.config.getoption("--prove"))


def write_files(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files by their path from the root."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def good_issues(count: int) -> dict[str, str]:
    """Issues without any problem, by path."""
    numbers = range(1, count + 1)
    return {f"content/issues/2015{n:03}.md": ISSUE.format(number=f"2015{n:03}", month=n % 9 + 1) for n in numbers}


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A project with three good issues."""
    root = tmp_path / "station"
    write_files(root, {"content/station.yml": STATION, **good_issues(3)})
    return root


Build = Callable[..., Report]


def build_site(root: Path, **options: object) -> Report:
    """Build a project at `NOW`."""
    return build(root, NOW, Options(**options))  # type: ignore[arg-type]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a site by path, without the hidden ones."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
