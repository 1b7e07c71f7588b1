"""Passwords for targets: from the environment, else from the system's keyring; never from a file of the station."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bulletin.core.extras import needs_extra

_SERVICE = "bulletin"


def password_variable(target: str) -> str:
    """Name of the environment variable with a target's password: ``BULLETIN_PASSWORD_WEB``."""
    return f"BULLETIN_PASSWORD_{target.upper().replace('-', '_')}"


class UserSecrets:
    """What this user can give."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def password(self, target: str) -> str | None:
        """The password of a target, or its key's; None where nobody has stored one."""
        given = self._environment.get(password_variable(target))
        if given:
            return given
        with suppress(Exception):  # no keyring on this machine, or a locked one: the target says what it lacks
            return _keyring().get_password(_SERVICE, target) or None
        return None

    def known_hosts(self) -> bytes:
        """The user's own list of servers' keys."""
        home = self._environment.get("HOME") or self._environment.get("USERPROFILE")
        with suppress(OSError):
            return (Path(home) / ".ssh" / "known_hosts").read_bytes() if home else b""
        return b""


def store_password(target: str, password: str) -> None:
    """Keep a password in the system's keyring. Raises what the keyring raises."""
    _keyring().set_password(_SERVICE, target, password)


def _keyring() -> Any:
    with needs_extra("publish"):
        import keyring
    return keyring


def account() -> str:
    """Who publishes, and on which computer: ``lihua@PC-3``."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "?"
    return f"{name}@{socket.gethostname()}"
