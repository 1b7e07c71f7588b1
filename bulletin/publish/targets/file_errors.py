"""Why a target takes a file not, in one sentence that says what to do; shared by all targets that hold files."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Literal

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.publish.targets.remote_files import ConnectionLost

Refusal = Literal["full", "quota", "rights", "read-only", "name", "folder", "lost", "silent", "other"]

_SENTENCES: Mapping[Refusal, str] = {
    "full": N_("the disk of “{target}” is full, “{name}” does not fit: make room there, then publish again."),
    "quota": N_("the quota of “{target}” is used up, “{name}” does not fit: make room there, then publish again."),
    "rights": N_("the account has no right to change “{name}” on “{target}”: ask for it where the server is run."),
    "read-only": N_("“{target}” is read-only, “{name}” cannot be changed: ask where the server is run."),
    "name": N_(
        "“{target}” takes no file with the name “{name}”: give it a name of at most 80 Chinese characters and none of "
        '\\ : * ? " < > | ：'
    ),
    "folder": N_("there is no folder “{name}” on “{target}”: make it there, or correct “path” in station.yml."),
    "lost": N_("the connection to “{target}” broke ({said}): check the network, then publish again."),
    "silent": N_("“{target}” does not answer: check the network, host and port, then publish again."),
    "other": N_("“{target}” refused “{name}” ({said})."),
}

_MAX_SAID = 200


def refused(why: Refusal, target: str, name: str = "", said: str = "") -> PublishError:
    """The sentence; ``said`` is the server's own. `ConnectionLost` where a new connection may help."""
    kind = ConnectionLost if why in ("lost", "silent") else PublishError
    return kind(_SENTENCES[why], target=target, name=name or "/", said=" ".join(said.split())[:_MAX_SAID])


_BY_ERRNO: Mapping[int, Refusal] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "quota",
    errno.EROFS: "read-only",
    errno.EACCES: "rights",
    errno.EPERM: "rights",
    errno.ENAMETOOLONG: "name",
    errno.EILSEQ: "name",
    errno.EINVAL: "name",
    errno.ETIMEDOUT: "silent",
    errno.EHOSTUNREACH: "silent",
    errno.ENETUNREACH: "silent",
    errno.ENETDOWN: "lost",
    errno.ECONNRESET: "lost",
    errno.EIO: "lost",
    errno.ESTALE: "lost",
}
_BY_WINDOWS: Mapping[int, Refusal] = {39: "full", 112: "full", 1295: "quota", 19: "read-only", 123: "name", 206: "name"}
_NETWORK_GONE = frozenset((51, 53, 54, 55, 59, 64, 67, 121, 1231, 1232))
"""Windows' errors of a network drive that went away."""


def refused_by_system(error: OSError, target: str, name: str) -> PublishError:
    """The sentence for an error of a disk or a mounted network drive."""
    windows = getattr(error, "winerror", None) or 0
    why = "lost" if windows in _NETWORK_GONE else _BY_WINDOWS.get(windows) or _BY_ERRNO.get(error.errno or 0, "other")
    return refused(why, target, name, error.strerror or str(error))
