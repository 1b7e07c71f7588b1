"""The user's file of passwords: lines ``NAME=value`` with the names of the environment's variables, for a computer
that has no keyring. Nobody else may read it, and it lies in no station, where git and readers would get it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from bulletin.core.errors import PublishError
from bulletin.core.i18n import N_

SECRETS_FILE = "BULLETIN_SECRETS"
"""Variable that names the file, where it is not at its usual place."""
_MAX_BYTES = 64_000
_FOR_OTHERS = 0o077


def secrets_path(environment: Mapping[str, str]) -> Path | None:
    """Where the file is, or would be: as `SECRETS_FILE` says, else ``bulletin/secrets`` in the folder of settings
    (``$XDG_CONFIG_HOME``, ``~/.config``; on Windows ``%APPDATA%``). None where the user has no folder.
    """
    if named := environment.get(SECRETS_FILE):
        return Path(named).expanduser().absolute()
    home = environment.get("HOME") or environment.get("USERPROFILE")
    settings = environment.get("APPDATA") if os.name == "nt" else environment.get("XDG_CONFIG_HOME")
    folder = Path(settings) if settings and Path(settings).is_absolute() else Path(home) / ".config" if home else None
    return folder / "bulletin" / "secrets" if folder else None


def read_secrets(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the file has, by name; nothing where there is none.

    Raises `PublishError`, which never says what a line holds: others may read it, it lies in a station, a line is
    not ``NAME=value``, or the file named by `SECRETS_FILE` cannot be read.
    """
    path = secrets_path(environment)
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            _require_private(path, status)
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError as error:
        if environment.get(SECRETS_FILE):
            raise _unreadable(path, error) from None
        return {}
    except OSError as error:
        raise _unreadable(path, error) from None
    return dict(_entries(path, data))


def _unreadable(path: Path, error: OSError) -> PublishError:
    reason = error.strerror or type(error).__name__
    return PublishError(N_("the file of passwords cannot be read: {reason}."), path=path, reason=reason)


def _require_private(path: Path, status: os.stat_result) -> None:
    if os.name != "nt" and status.st_mode & _FOR_OTHERS:
        raise PublishError(
            N_("the file of passwords can be read by others on this computer, so it is not used. Mend it: {command}"),
            path=path,
            command=f"chmod 600 {shlex.quote(str(path))}",
        )
    real = path.resolve()
    for folder in real.parents:
        if (folder / "content" / "station.yml").is_file() or (folder / "station.yml").is_file():
            raise PublishError(
                N_("the file of passwords lies in a station, where others get it. Move it out of {folder}."),
                path=path,
                folder=folder,
            )


def _entries(path: Path, data: bytes) -> Iterator[tuple[str, str]]:
    try:
        text = data.decode("utf-8-sig") if len(data) <= _MAX_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    if data and not text:
        raise PublishError(N_("the file of passwords is no text in UTF-8 with lines NAME=value."), path=path)
    for number, line in enumerate(text.splitlines(), 1):
        name, sign, value = (each.strip() for each in line.partition("="))
        if name and not name.startswith("#"):
            if not sign or not name.isidentifier():
                raise PublishError(N_("this line is not NAME=value."), path=f"{path}:{number}")
            yield name, _unquoted(value)


def _unquoted(value: str) -> str:
    """Without a pair of quotes around all of it, as services and shells read such files."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
