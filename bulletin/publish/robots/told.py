"""Who was told of what, `releases/told.jsonl`: an intent before each request, the result after it.

Each line is a JSON object, on the disk before the next step is taken. An intent without a result is a message that
may have arrived: ``unknown``, repeated only by hand. A line that was broken off says nothing: of an intent nothing was
sent yet, and of a result the intent is left.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from filelock import FileLock, Timeout

from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.robots.answers import LOST

_TOLD = "told.jsonl"
_LOCK = ".told.lock"
_PATIENCE = 60.0
"""Seconds to wait for another program that is telling."""
_MINUTE = 60

_LOCKED = N_("another program is telling robots. Wait until it is done, then repeat the command.")
_UNUSABLE = N_("the ledger of what robots were told cannot be used: {reason}.")


class ToldEntry(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One step of one message."""

    at: str
    """``YYYY-MM-DDTHH:MM:SS``, the station's clock."""
    by: str
    """Account and computer: ``lihua@PC-3``."""
    issue: str
    robot: str
    """Its name."""
    state: Literal["intent", "sent", "refused", "unknown"]
    code: str = ""
    """`RobotAnswer.code`."""
    said: str = ""
    """`RobotAnswer.said`."""


_decode = msgspec.json.Decoder(ToldEntry).decode


def told_entries(data: bytes) -> tuple[ToldEntry, ...]:
    """All that can be read, oldest first."""
    return tuple(_entries(data))


def _entries(data: bytes) -> Iterator[ToldEntry]:
    for line in data.split(b"\n"):
        try:
            yield _decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue


def told_states(entries: Iterable[ToldEntry]) -> dict[tuple[str, str], ToldEntry]:
    """Issue and robot → what is known of it; a bare intent is given as ``unknown``.

    Sent stays sent, whatever was tried by hand afterwards.
    """
    states: dict[tuple[str, str], ToldEntry] = {}
    for entry in entries:
        before = states.get((entry.issue, entry.robot))
        if entry.state == "intent":
            entry = msgspec.structs.replace(entry, state="unknown", code=LOST)
        if before is None or before.state != "sent" or entry.state == "sent":
            states[entry.issue, entry.robot] = entry
    return states


def seconds_to_wait(
    entries: Iterable[ToldEntry], robot: str, now: datetime, per_minute: int, pause: int, too_many: Iterable[int]
) -> int:
    """Until the robot may be asked again: after as many as it takes in a minute, or when it has said there were too
    many; 0 for at once.
    """
    codes = {str(code) for code in too_many}
    asked, waits = [], [0]
    for entry in entries:
        if entry.robot != robot:
            continue
        age = abs((now - datetime.fromisoformat(entry.at)).total_seconds())  # the clock may have been set back
        if entry.state == "intent" and age < _MINUTE:
            asked.append(_MINUTE - age)
        elif entry.code in codes:
            waits.append(round(pause - age))
    if len(asked) >= per_minute:
        waits.append(round(sorted(asked)[-per_minute]))
    return max(waits)


class ToldLedger:
    """The ledger in a folder of releases. Every method raises `PublishError` where it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _TOLD
        self._lock = FileLock(folder / _LOCK, timeout=_PATIENCE)

    def entries(self) -> tuple[ToldEntry, ...]:
        try:
            return told_entries(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unusable(error) from error

    @contextmanager
    def telling(self) -> Iterator[None]:
        """One program at a time looks, asks and notes."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise PublishError(_LOCKED, path=self._path) from None
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            self._lock.release()

    def append(self, entry: ToldEntry) -> None:
        """Add a line; it is on the disk when this returns."""
        try:
            is_new = not self._path.exists()
            with self._path.open("a+b") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - 1, 0))
                torn = file.read(1) not in (b"", b"\n")
                file.write(b"\n" * torn + msgspec.json.encode(entry) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> PublishError:
        return PublishError(_UNUSABLE, path=self._path, reason=error.strerror or type(error).__name__)


def _sync_folder(folder: Path) -> None:
    """So that the name of a new file is on the disk, too; Windows has no such thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
