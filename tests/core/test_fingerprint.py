"""The program's fingerprint changes with everything that a result may depend on."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from bulletin.core.fingerprint import PACKAGE, compute_fingerprint, program_fingerprint


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "bulletin"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    (folder / "ahocorasick_rs-1.0.0.dist-info").mkdir(parents=True)
    (folder / "PyYAML-6.0.egg-info").touch()
    return folder


@pytest.mark.parametrize(
    "file",
    [
        "check/slips.txt",
        "check/lessons.txt",
        "preview/preview.css",
        "read/structure.py",
        "hits/app.py",
        "core/locale/zh_CN/LC_MESSAGES/bulletin.mo",
    ],
)
def test_every_file_of_the_program_counts(package: Path, file: str) -> None:
    before = compute_fingerprint(str(package), [])
    data = (package / file).read_bytes()
    (package / file).write_bytes(data + b"\n")
    assert compute_fingerprint(str(package), []) != before
    (package / file).write_bytes(data)
    assert compute_fingerprint(str(package), []) == before
    (package / file).rename(package / f"{file}.old")
    assert compute_fingerprint(str(package), []) != before


def test_what_python_compiles_does_not(package: Path) -> None:
    before = compute_fingerprint(str(package), [])
    (package / "check/__pycache__").mkdir()
    (package / "check/__pycache__/damage.cpython-311.pyc").write_bytes(b"1")
    assert compute_fingerprint(str(package), []) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ahocorasick_rs-1.0.0.dist-info", "ahocorasick_rs-1.0.1.dist-info"),
        ("PyYAML-6.0.egg-info", "PyYAML-6.1.egg-info"),
    ],
)
def test_every_library_counts_by_its_version(package: Path, libraries: Path, old: str, new: str) -> None:
    before = compute_fingerprint(str(package), [str(libraries), str(libraries / "nowhere")])
    (libraries / old).rename(libraries / new)
    assert compute_fingerprint(str(package), [str(libraries)]) != before


def test_other_files_among_the_libraries_do_not(package: Path, libraries: Path) -> None:
    before = compute_fingerprint(str(package), [str(libraries)])
    (libraries / "markdown").mkdir()
    assert compute_fingerprint(str(package), [str(libraries)]) == before


def test_the_programs_own_covers_what_it_imports() -> None:
    assert any(name.lower().startswith("markdown-") for folder in sys.path for name in _listed(folder))
    assert program_fingerprint() == compute_fingerprint(str(PACKAGE), sys.path) != compute_fingerprint(str(PACKAGE), [])


def _listed(folder: str) -> list[str]:
    return [path.name for path in Path(folder).iterdir()] if Path(folder).is_dir() else []
