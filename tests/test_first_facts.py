"""What `bulletin init` asks of a new office, and what stands in station.yml then."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.commands.first_facts import first_facts, with_facts
from bulletin.commands.terminal import Messages
from bulletin.core.config import read_station
from bulletin.core.errors import UsageError
from bulletin.core.station import Station
from tests.conftest import tree
from tests.publish.test_first_target import Keyboard
from tests.test_cli import Run, run  # noqa: F401

LATER = "6\n"
"""Where the site goes."""


def settings(root: Path) -> Station:
    return read_station((root / "content/station.yml").read_bytes())


def test_five_facts_are_asked_for_and_again_when_they_cannot_be(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = (
        " 南岭市救助管理站\n园林路24号: 二楼 #3\n打电话\n0734-8516000\nftp://x\n无\n0734\njzz。example.cn\n15004209\n"
        "湘ICP备15004209号\n"
    )
    monkeypatch.setattr(sys, "stdin", Keyboard(answers + LATER))
    said = run("init", tmp_path / "jzz")
    assert said.code == 0
    assert "湘ICP备15004209号" in said.out + said.err
    made = settings(tmp_path / "jzz")
    assert (made.name, made.address, made.phone) == ("南岭市救助管理站", "园林路24号: 二楼 #3", "0734-8516000")
    assert (made.url, made.icp) == ("https://jzz.example.cn", "湘ICP备15004209号")
    text = (tmp_path / "jzz/content/station.yml").read_text("utf-8")
    assert "\nname: 南岭市救助管理站\n" in text
    assert "\n# Full name of the office.\n" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_is_asked_with_yes_or_without_a_terminal(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("x\n") if terminal else io.StringIO("x\n"))
    run("init", tmp_path / "jzz", *(["--yes"] if terminal else []))
    run("init", tmp_path / "open", *(["--yes"] if terminal else []), "--phone", "12345")
    assert settings(tmp_path / "jzz").name == "Example Relief Station"
    assert settings(tmp_path / "open").phone == "12345"
    assert sys.stdin.read() == "x\n"
    before, after = tree(tmp_path / "jzz"), tree(tmp_path / "open")
    assert [name for name in before if before[name] != after[name]] == ["content/station.yml"]


def test_the_command_that_goes_there_can_be_typed(run: Run, tmp_path: Path) -> None:  # noqa: F811
    assert f"  1. cd {tmp_path / 'jzz'}\n" in run("init", tmp_path / "jzz", "--yes").out
    assert f'  1. cd "{tmp_path / "我的 站"}"\n' in run("init", tmp_path / "我的 站", "--yes").out


def test_what_is_left_open_is_empty(run: Run, tmp_path: Path) -> None:  # noqa: F811
    run("init", tmp_path / "jzz", "--yes")
    made = settings(tmp_path / "jzz")
    assert (made.address, made.phone, made.url, made.icp) == ("", "", "", "")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_ends_in_the_middle_leaves_no_file(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stop: BaseException,
) -> None:
    def write_text(path: Path, *_: object, **__: object) -> None:
        if path.name == "station.yml":
            raise stop

    monkeypatch.setattr(Path, "write_text", write_text)
    assert run("init", tmp_path / "jzz", "--yes").code != 0
    assert tree(tmp_path / "jzz") == {}


def test_what_station_yml_would_refuse_makes_nothing(run: Run, tmp_path: Path) -> None:  # noqa: F811
    said = run("init", tmp_path / "jzz", "--yes", "--icp", "15004209")
    assert (said.code, (tmp_path / "jzz").exists()) == (2, False)
    assert "湘ICP备15004209号" in said.err


def test_what_was_typed_by_a_chinese_keyboard_is_understood(run: Run, tmp_path: Path) -> None:  # noqa: F811
    words = (
        "--name",
        "南岭市\u3000救助管理站\t",
        "--url",
        "ｈｔｔｐｓ：／／ｊｚｚ．ｃｎ",
        "--phone",
        "０７３４－８５１６０００",
    )
    assert run("init", tmp_path / "jzz", "--yes", *words).code == 0
    made = settings(tmp_path / "jzz")
    assert (made.name, made.url, made.phone) == ("南岭市 救助管理站", "https://jzz.cn", "0734-8516000")


@given(st.text(max_size=40))
def test_any_name_comes_out_as_it_was_typed_or_is_refused(name: str) -> None:
    try:
        found = first_facts(Messages(str), {"name": name}, asks=False)
    except UsageError:
        assert not " ".join(name.split()).isprintable()
        return
    starter = "# a\nname: before\nphone:\n"
    made = read_station(with_facts(starter, found).encode())
    assert (made.name, made.phone) == (" ".join(name.split()) or "before", "")
