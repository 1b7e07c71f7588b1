"""An entry of ``publish:`` in station.yml → an open connection. Each kind's libraries are imported only when used."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.files import real_path
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget, TargetKind
from bulletin.publish.target import Secrets, TargetSession

if TYPE_CHECKING:
    from bulletin.publish.targets.switching import SwitchSession

_Opener = Callable[[PublishTarget, Secrets, Path], TargetSession]

_NO_PATH = N_("target “{target}” has no path: write in content/station.yml into which folder the site goes.")
_PROJECT = N_("target “{target}” leads into the station’s own folder: write another path: in content/station.yml.")
_NOT_HERE = N_("target “{target}”: this version cannot publish to a target of the kind “{kind}”.")


def open_target(target: PublishTarget, secrets: Secrets, root: Path) -> TargetSession:
    """Connect to a target. ``root`` is the project's folder, to which paths of folders are relative.

    Raises `PublishError`, `UsageError`, and `ExtraMissing` where a library is not installed.
    """
    opener = TARGETS.get(target.kind)
    if opener is None:
        raise UsageError(_NOT_HERE, target=target.name, kind=target.kind)
    return opener(target, secrets, root)


def _ssh(target: PublishTarget, secrets: Secrets, root: Path) -> TargetSession:
    if not target.path:
        raise UsageError(_NO_PATH, target=target.name)
    with needs_extra("publish"):
        from bulletin.publish.targets.ssh import open_ssh
    session = open_ssh(target, secrets, time.time)
    return session if _can_switch(session) else TARGETS["sftp"](target, secrets, root)


def _sftp(target: PublishTarget, secrets: Secrets, _root: Path) -> TargetSession:
    with needs_extra("publish"):
        from bulletin.publish.targets.sftp import open_sftp
    return open_sftp(target, secrets, time.time)


def _ftp(target: PublishTarget, secrets: Secrets, _root: Path) -> TargetSession:
    from bulletin.publish.targets.ftp import open_ftp

    return open_ftp(target, secrets, time.time)


def _folder(target: PublishTarget, _secrets: Secrets, root: Path) -> TargetSession:
    if not target.path:
        raise UsageError(_NO_PATH, target=target.name)
    if real_path(root / Path(target.path).expanduser()) == real_path(root):
        raise UsageError(_PROJECT, target=target.name)
    from bulletin.publish.targets.folder import open_folder

    session = open_folder(target, root, time.time)
    if _can_switch(session):
        return session
    from bulletin.publish.targets.burst_folder import open_burst_folder

    return open_burst_folder(msgspec.structs.replace(target, path=session.path), time.time)


def _can_switch(session: SwitchSession) -> bool:
    """Otherwise the session is closed, and the way is a burst of renames."""
    can = False
    try:
        can = session.can_switch()
    finally:
        if not can:
            session.close()
    return can


def _s3(target: PublishTarget, secrets: Secrets, _root: Path) -> TargetSession:
    from bulletin.publish.targets.s3 import open_s3

    return open_s3(target, secrets)


def _usb(target: PublishTarget, _secrets: Secrets, root: Path) -> TargetSession:
    from bulletin.publish.targets.usb import open_usb

    return open_usb(target, root)


TARGETS: Mapping[TargetKind, _Opener] = {
    "ssh": _ssh,
    "sftp": _sftp,
    "ftp": _ftp,
    "folder": _folder,
    "s3": _s3,
    "usb": _usb,
}
"""Each kind, and what connects to it."""
