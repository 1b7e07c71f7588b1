"""Passwords and keys: the environment before the keyring before the user's file, which nobody else may read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.commands.publish.secrets import UserSecrets, secret
from bulletin.core.errors import PublishError
from tests.conftest import write_files

VALUE = "mima-17 SEC=x"
LINES = f"# 局里的\n\nBULLETIN_PASSWORD_ROBOT_A={VALUE}\nBULLETIN_PASSWORD_WEB = 'q '\nOTHER=\n"

Keep = Callable[..., dict[str, str]]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Write the file, and give the environment of its user, who has no keyring."""
    monkeypatch.setattr("bulletin.commands.publish.secrets._keyring", lambda: None)

    def kept(data: str = LINES, mode: int = 0o600, name: str = ".config/bulletin/secrets") -> dict[str, str]:
        write_files(tmp_path, {name: data})
        (tmp_path / name).chmod(mode)
        return {"HOME": str(tmp_path)}

    return kept


def test_the_file_has_what_environment_and_keyring_lack(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    user = keep("\ufeff" + LINES.replace("\n", "\r\n"))
    assert [secret(user, name) for name in ("robot-a", "web", "other")] == [VALUE, "q ", None]
    assert UserSecrets(user).password("web") == "q "
    assert secret(user | {"BULLETIN_PASSWORD_WEB": "now"}, "web") == "now"
    monkeypatch.setattr("bulletin.commands.publish.secrets._keyring", lambda: _Keyring)
    assert secret(user, "web") == "bulletin's web"
    assert secret({}, "nobody") == "bulletin's nobody"


class _Keyring:
    @staticmethod
    def get_password(service: str, name: str) -> str:
        return f"{service}'s {name}"


def test_another_place_may_be_named(keep: Keep, tmp_path: Path) -> None:
    user = keep(name="有 空格/keys")
    assert secret(user, "web") is None
    assert secret(user | {"BULLETIN_SECRETS": str(tmp_path / "有 空格/keys")}, "web") == "q "
    assert secret(user | {"XDG_CONFIG_HOME": str(tmp_path / "none")}, "web") is None
    with pytest.raises(PublishError, match="cannot be read"):
        secret(user | {"BULLETIN_SECRETS": str(tmp_path / "typo")}, "web")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_what_others_may_read_is_refused_with_the_command_that_mends(keep: Keep, tmp_path: Path, mode: int) -> None:
    user = keep(mode=mode, name="有 空格/keys") | {"BULLETIN_SECRETS": str(tmp_path / "有 空格/keys")}
    with pytest.raises(PublishError) as refused:
        secret(user, "web")
    said = str(refused.value)
    assert said.startswith(f"{tmp_path}/有 空格/keys: ") and said.endswith(f"chmod 600 '{tmp_path}/有 空格/keys'")


def test_a_file_in_a_station_is_refused(keep: Keep, tmp_path: Path) -> None:
    write_files(tmp_path, {"s/content/station.yml": "name: 甲\n"})
    for place in ("s/content/images/keys", "s/templates/static/keys"):
        user = keep(name=place) | {"BULLETIN_SECRETS": str(tmp_path / place)}
        with pytest.raises(PublishError, match="lies in a station"):
            secret(user, "web")


@pytest.mark.parametrize("data", ["A=1\nmima-17\n", "A=1\nmi ma=17\n", "a=1\n\x00=17\n"])
def test_a_line_that_is_none_is_named_and_not_shown(keep: Keep, data: str) -> None:
    with pytest.raises(PublishError, match=r"secrets:2: ") as refused:
        secret(keep(data), "web")
    assert "17" not in str(refused.value).partition(":2: ")[2]


def test_what_is_no_text_is_refused(keep: Keep, tmp_path: Path) -> None:
    user = keep()
    (tmp_path / ".config/bulletin/secrets").write_bytes(b"A=\xff\xfe")
    with pytest.raises(PublishError, match="no text"):
        secret(user, "web")
