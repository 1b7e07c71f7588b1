"""What `bulletin build` asks at a terminal, and what the answers do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOW, ROOT, tree, write_files
from tests.prove.stations import build_here

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are another matter there")


def answered(root: Path, answer: str, *options: str) -> tuple[int, str]:
    """The exit code, and what a build says at a terminal at which somebody types this."""
    import pty

    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "bulletin", "build", "--no-check", "--root", str(root), *options]
    environment = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    try:
        os.write(controller, answer.encode() + b"\n")
        streams = {"stdin": terminal, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        run = subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False, **streams)  # type: ignore[call-overload]
    finally:
        os.close(controller)
        os.close(terminal)
    return run.returncode, run.stdout.decode()


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_many_issues_are_gone(station: Path, answer: str) -> None:
    build_here(station, NOW)
    before = tree(station / "site")
    for path in (station / "content/issues").iterdir():
        path.unlink()
    code, said = answered(station, answer)
    assert "3 of 3 published issues are no longer here" in said
    assert "Let their pages go? [y/N]" in said
    assert code == (0 if answer == "y" else 1), said
    left = tree(station / "site")
    assert not [path for path in left if path.startswith("issues/")] if answer == "y" else left == before


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_folder_is_taken_over(station: Path, answer: str) -> None:
    write_files(station, {"web/index.html": "mine", "web/letter.txt": "mine"})
    code, said = answered(station, answer, "--adopt", "--out", str(station / "web"))
    assert "These files are overwritten:" in said
    assert "Take the folder over? [y/N]" in said
    assert code == (0 if answer == "y" else 2), said
    assert (station / "web/letter.txt").read_text() == "mine"
    assert ((station / "web/index.html").read_text() == "mine") == (answer == "n")
