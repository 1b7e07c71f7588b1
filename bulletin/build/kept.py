"""What a check found, kept on disk between checks, so that one with nothing to do reads nothing else.

Nothing heavy is imported here (see unchanged.py, which makes the keys).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from bulletin.build.report import Options
from bulletin.build.unchanged import look, site_folder
from bulletin.check.findings import Findings
from bulletin.core.files import replace_file
from bulletin.write.output import WORK, manifest_path

_T = TypeVar("_T")


def all_key(root: Path, now: datetime, options: Options, looked: int | None = None) -> str:
    """What all of a check depends on: every file by its stamp, the day, the last build; empty when that is not to be
    trusted yet (unchanged.py)."""
    seen = look(root, now, options)
    stamped = seen.key if looked is None else seen.trusted(looked)
    return f"{stamped} {built_key(root, options)}" if stamped else ""


def built_key(root: Path, options: Options) -> str:
    """The last build into a folder, by the stamp of its manifest."""
    place = manifest_path(root, site_folder(root, options))
    return f"{place} {place.stat().st_mtime_ns}" if place.exists() else "none"


def kept(root: Path, name: str, key: str, kind: type[_T]) -> _T | None:
    """What was kept under a name, when it was found under the same key."""
    try:
        data = _place(root, name).read_bytes()
        if blake2b(data[16:], digest_size=16).digest() != data[:16]:
            return None
        before, found = msgspec.msgpack.decode(data[16:], type=tuple[str, kind])  # type: ignore[valid-type]
    except (OSError, msgspec.MsgspecError):
        return None
    return found if key and before == key else None


def keep(root: Path, name: str, key: str, found: object) -> None:
    """Keep something for the next time; where the disk does not let us, that one takes longer."""
    if key:
        data = msgspec.msgpack.encode((key, found))
        with suppress(OSError):
            replace_file(_place(root, name), blake2b(data, digest_size=16).digest() + data)


def _place(root: Path, name: str) -> Path:
    return root / WORK / f"check-{name}.bin"


def findings_again(root: Path, now: datetime, options: Options) -> Findings | None:
    """The last check's findings, when checking again would find the same; None when it might not."""
    found = kept(root, "all", all_key(root, now, options), Findings)
    over = found is not None and bool(found.fresh_until) and datetime.fromisoformat(found.fresh_until) <= now
    return None if over else found
