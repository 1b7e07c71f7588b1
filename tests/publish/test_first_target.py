"""`bulletin init` asks where the site goes, and writes an entry that `bulletin publish` can read."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.commands.first_target import first_target
from bulletin.commands.terminal import Messages
from bulletin.core.config import read_station
from bulletin.core.publish_targets import PublishTarget
from tests.conftest import tree
from tests.test_cli import Run, run  # noqa: F401 - a fixture

WEB = PublishTarget("web", "ssh", host="www.example.cn", user="www", path="/srv/www")


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def plain(run: Run, tmp_path: Path) -> dict[str, bytes]:  # noqa: F811
    """A station of which nobody said where it goes."""
    run("init", tmp_path / "plain")
    return tree(tmp_path / "plain")


def targets(root: Path) -> tuple[PublishTarget, ...]:
    return read_station((root / "content/station.yml").read_bytes()).publish


@pytest.mark.parametrize(
    ("answers", "target"),
    [
        ("1\nwww.example.cn\nwww\n/srv/www\n", WEB),
        ("9\n1\n\nssh://www.example.cn/\nwww\n /srv/www\n", WEB),
        ("2\nftp.example.cn\n\n/www\n", PublishTarget("web", "ftp", host="ftp.example.cn", path="/www")),
        ("3\noss.example.cn\njb\n", PublishTarget("bucket", "s3", endpoint="https://oss.example.cn", bucket="jb")),
        ("4\n\\\\server\\主任's #1: www\n", PublishTarget("lan", "folder", path="\\\\server\\主任's #1: www")),
        ("5\nE:/\n", PublishTarget("stick", "usb", path="E:/")),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_answered_is_in_station_yml(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: str,
    target: PublishTarget,
    language: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("\n" * 5 + answers))
    said = run("init", tmp_path / "jzz", language=language)
    assert said.code == 0
    assert targets(tmp_path / "jzz") == (target,)
    assert "bulletin publish doctor" in said.out
    assert (f"bulletin publish password {target.name}" in said.out) == (target.kind in ("ssh", "ftp", "s3"))


@pytest.mark.parametrize("answers", ["6\n", "\n"])
def test_later_is_an_answer_too(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plain: dict[str, bytes],
    answers: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("\n" * 5 + answers))
    assert run("init", tmp_path / "jzz").code == 0
    assert tree(tmp_path / "jzz") == plain


def test_what_is_there_already_is_not_asked_about(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plain: dict[str, bytes],
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("\n" * 5 + ""))
    said = run("init", tmp_path / "plain")
    assert (said.code, said.out, tree(tmp_path / "plain")) == (2, "", plain)


def test_without_a_terminal_options_say_it_and_nothing_is_asked(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plain: dict[str, bytes],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\na\nb\nc\n"))
    run("init", tmp_path / "none")
    assert tree(tmp_path / "none") == plain
    options = ["--publish-to", "ssh", "--host", "www.example.cn", "--user", "www"]
    refused = run("init", tmp_path / "jzz", *options)
    assert (refused.code, (tmp_path / "jzz").exists()) == (2, False)
    assert "--path" in refused.err
    assert run("init", tmp_path / "jzz", *options, "--path", "/srv/www").code == 0
    assert targets(tmp_path / "jzz") == (WEB,)


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "a.cn"],
        ["--publish-to", "usb", "--host", "a.cn", "--path", "E:/"],
        ["--publish-to", "usb", "--path", "E:\nF:"],
    ],
)
def test_options_that_do_not_fit_make_nothing(run: Run, tmp_path: Path, options: list[str]) -> None:  # noqa: F811
    said = run("init", tmp_path / "jzz", *options)
    assert (said.code, (tmp_path / "jzz").exists()) == (2, False)
    assert "--" in said.err or "E:" in said.err


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1).filter(str.strip))
def test_any_path_comes_out_as_it_was_typed(path: str) -> None:
    if path.isprintable():
        found = first_target(Messages(str), "folder", {"path": path}, asks=False)
        assert found is not None
        (target,) = read_station(f"name: 站\n{found.yaml}".encode()).publish
        assert target == PublishTarget("lan", "folder", path=path.strip())
