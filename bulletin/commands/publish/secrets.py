"""Passwords and keys: from the environment, the system's keyring, or the user's own file; never from the station.

Targets, robots and the official account take theirs from `secret`.
"""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bulletin.commands.publish.secrets_file import SECRETS_FILE, read_secrets, secrets_path
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

_SERVICE = "bulletin"


def password_variable(target: str) -> str:
    """Name of the variable, of the environment or of the file, with a target's password: ``BULLETIN_PASSWORD_WEB``."""
    return f"BULLETIN_PASSWORD_{target.upper().replace('-', '_')}"


def secret(environment: Mapping[str, str], name: str) -> str | None:
    """What is kept under a name (of a target, ``robot-NAME``, ``wechat``): the environment's variable, else the
    keyring's, else the file's (secrets_file.py), under the variable's name. None where nobody has stored one.

    Never printed, never in a release. Raises `PublishError` where the file is needed and must not be used.
    """
    if given := environment.get(password_variable(name)):
        return given
    with suppress(Exception):  # no keyring on this machine, or a locked one: then the file, then the caller says it
        if kept := _keyring().get_password(_SERVICE, name):
            return str(kept)
    return read_secrets(environment).get(password_variable(name)) or None


class UserSecrets:
    """What this user can give."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def password(self, target: str) -> str | None:
        """`secret` of a target: its password, or its key's."""
        return secret(self._environment, target)

    def known_hosts(self) -> bytes:
        """The user's own list of servers' keys."""
        home = self._environment.get("HOME") or self._environment.get("USERPROFILE")
        with suppress(OSError):
            return (Path(home) / ".ssh" / "known_hosts").read_bytes() if home else b""
        return b""


def store_secret(environment: Mapping[str, str], name: str, value: str) -> None:
    """Keep what `secret` gives in the system's keyring. Raises `UsageError` where there is none."""
    try:
        _keyring().set_password(_SERVICE, name, value)
    except Exception as error:  # noqa: BLE001 - each system's keyring raises errors of its own
        values = {"variable": password_variable(name), "file": secrets_path(environment) or SECRETS_FILE}
        reason = str(error).partition(". ")[0] or type(error).__name__  # without advice for programmers
        raise UsageError(_NO_KEYRING, reason=reason, **values) from None


_NO_KEYRING = N_(
    "this system has no keyring that can be used ({reason}). Put it into the variable {variable}, or into the file "
    "{file} as {variable}=…"
)


N_("No recommended backend was available")  # the library's words, where the system has none


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
