"""What is installed is whole, and makes the same site as the repository."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def run(folder: Path, installed: Path | None, *words: str) -> None:
    """Run a command from a folder, with the installed package or, without one, the repository's."""
    environment = {**os.environ, "PYTHONPATH": str(installed or ROOT), "LANGUAGE": "zh_CN"}
    command = [sys.executable, "-P", "-W", "error", "-m", "bulletin", *words]
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)


IGNORED = re.compile(r"__pycache__|\.pyc$|\.pot?$")


def test_wheel_holds_the_package_the_templates_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {f"bulletin/{path}" for path in tree(ROOT / "bulletin") if not IGNORED.search(path)}
    templates = {f"bulletin/templates/{path}" for path in tree(ROOT / "templates")}
    assert package | templates <= held
    assert {name for name in held - package - templates if not name.endswith((".po", ".pot"))} == set()
    for name in ("core/locale/zh_CN/LC_MESSAGES/bulletin.mo", "commands/starter/zh_CN/content/station.yml", "py.typed"):
        assert f"bulletin/{name}" in held


def test_installed_command_makes_the_same_site_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(installed)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    run(tmp_path, installed, "init", "station")
    station = tmp_path / "station"
    run(station, installed, "build", "--drafts", "--out", str(tmp_path / "by-wheel"))
    run(station, None, "build", "--drafts", "--out", str(tmp_path / "by-repository"))
    assert tree(tmp_path / "by-wheel") == tree(tmp_path / "by-repository")
    assert "issues" in {path.split("/")[0] for path in tree(tmp_path / "by-wheel")}


def test_installed_package_is_the_one_that_runs(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import bulletin.core.fingerprint as e; print(e.PACKAGED)"],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert Path(said.stdout.strip()) == installed / "bulletin" / "templates"


# ── pip install bulletin, and nothing else

LARGEST = 95_000_000
"""Bytes in site-packages, without pip, setuptools and what Python compiles."""


@pytest.fixture(scope="module")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, what it asks for, and no extra. Fails without the network."""
    folder = tmp_path_factory.mktemp("core") / "venv"
    uv = [sys.executable, "-m", "uv"]
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
    install = [*uv, "pip", "install", "-q", "--only-binary", ":all:", "--python", str(python), str(wheel)]
    subprocess.run(install, check=True, cwd=folder)
    return folder


@pytest.fixture
def bulletin(core: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installed command."""
    (program,) = [path for folder in ("bin", "Scripts") for path in (core / folder).glob("bulletin*")]
    environment = {**os.environ, "LANGUAGE": "en", "PYTHONWARNINGS": "error"}
    environment.pop("PYTHONPATH", None)

    def run_it(*words: str, where: str = "station") -> subprocess.CompletedProcess[str]:
        command = [str(program), *words]
        folder = tmp_path / where
        return subprocess.run(
            command, check=False, cwd=folder, env=environment, timeout=60, capture_output=True, encoding="utf-8"
        )

    assert run_it("init", "station", where=".").returncode == 0
    return run_it


def test_the_core_is_small_enough(core: Path) -> None:
    (packages,) = [*core.glob("lib/*/site-packages"), *core.glob("Lib/site-packages")]
    files = [path for path in packages.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= LARGEST


def test_the_core_makes_checks_and_reviews_a_site(
    bulletin: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    ways = (["new"], ["check"], ["review", "2026001", "--as", "first", "--by", "A"], ["today", "23"], ["build"])
    for words in ways:
        done = bulletin(*words)
        assert (done.returncode, done.stderr) == (0, ""), (words, done)
    assert (tmp_path / "station" / "site" / "index.html").is_file()
    for words in (["--help"], ["hits", "--help"], ["hits", "serve", "--help"]):
        assert bulletin(*words).returncode == 0


def test_the_core_builds_with_hits_and_says_what_the_search_needs(
    bulletin: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    station = tmp_path / "station" / "content" / "station.yml"
    plain = station.read_text(encoding="utf-8").replace("hits: no", "hits: yes")
    station.write_text(plain, encoding="utf-8")
    assert bulletin("build").returncode == 0
    assert (tmp_path / "station" / "site" / "hits-keys.json").is_file()
    station.write_text(plain.replace("search: no", "search: yes"), encoding="utf-8")
    done = bulletin("build")
    assert (done.returncode, done.stderr) == (2, 'The search needs pagefind: pip install "bulletin[search]"\n')


def test_the_core_shows_a_site_while_one_writes(
    bulletin: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    program = bulletin("--version").args[0]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with subprocess.Popen(
        [program, "serve", "--port", port],
        cwd=tmp_path / "station",
        env={**os.environ, "LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as preview:
        assert preview.stdout
        said = iter(preview.stdout.readline, "")
        address = next(found[0] for line in said if (found := re.search(r"http://[^/\s]+/", line)))
        assert "problems: 1" in next(said)
        with urllib.request.urlopen(address, timeout=30) as reply:
            page = reply.read().decode()
        preview.kill()
    assert "<title>" in page
