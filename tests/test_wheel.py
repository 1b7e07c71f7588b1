"""What is installed is whole, and makes the same site as the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
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
    run(station, installed, "build", "--out", str(tmp_path / "by-wheel"))
    run(station, None, "build", "--out", str(tmp_path / "by-repository"))
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
