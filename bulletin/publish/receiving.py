"""Take a release from a stick into a web server's folder: what `targets/receive.sh` and `receive.ps1` do, in Python.

All files are checked first; when one is damaged or missing, nothing is changed. Into an empty folder, or one with the
link ``current``, a release comes as ``releases/ID`` and the link is switched. Otherwise the files are put beside and
renamed in the order in which they may appear, what goes last; a list of what is under way lets the next run finish
what broke off.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.files import read_file, replace_file, retry_locked
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.parcel import (
    ABOUT,
    CHECKSUMS,
    FILES,
    PARCEL,
    RECEIVED,
    RECEIVING,
    checksums_text,
    parcel_order,
    parse_checksums,
    parse_parcel,
)
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import RECORD, STAGE_PREFIX, TargetRecord

_NO_PARCEL = N_("in “{path}” is no release: there is no folder bulletin-… with a release.txt in it.")
_DAMAGED = N_("files on the stick are damaged or missing: {files}. Nothing was changed. Publish to the stick again.")
_CANNOT = N_("“{path}” cannot be written: {reason}. The site is as it was.")
_HALF = N_("only some of the files were replaced: {reason}. Remove the cause, then run it again.")
_IN_THE_WAY = N_("“{path}” is in the way. Nothing was changed. Move it away first.")
_STRANGERS = N_(
    "in the folder are files of these names that are not ours: {files}. Nothing was changed. To replace them, "
    "add --adopt."
)
_MAX_NAMED = 3


class ReceivedRelease(Value, frozen=True):
    """What was put where."""

    release: str
    web_root: str
    """Folder that the web server serves: the link ``current``, or the folder itself."""
    replaced: int
    """Files that were written."""
    removed: int


def receive(stick: Path, root: Path, *, in_place: bool = False, adopt: bool = False) -> ReceivedRelease:
    """Put the release of a stick, or of one of its folders ``bulletin-…``, into a web server's folder.

    ``in_place``: replace files in the folder itself, also where a link could be switched. ``adopt``: replace files of
    the same names that are not ours. Raises `PublishError`; the site is then as it was, or the message says that it is
    not.
    """
    parcel = _parcel_of(stick)
    record, checksums = _checked(parcel)
    next_ = root / f"{STAGE_PREFIX}{secrets.token_hex(16)}"
    try:
        with _sentences(_CANNOT, root):
            next_.mkdir(parents=True)
            switches = not in_place and _can_switch(root, next_)
            _copy(parcel, next_ / "site", record.files)
        done = _switch(root, next_, record) if switches else _rename(root, next_, record, checksums, adopt)
        with _sentences(_CANNOT, root):
            replace_file(root / RECORD, read_file(parcel / RECORD))
            for leftover in root.glob(f"{STAGE_PREFIX}*"):
                shutil.rmtree(leftover, ignore_errors=True)
    finally:
        shutil.rmtree(next_, ignore_errors=True)
    return done


def _parcel_of(stick: Path) -> Path:
    with _sentences(_CANNOT, stick):
        if (stick / ABOUT).is_file():
            return stick
        found = [path for path in stick.iterdir() if PARCEL.fullmatch(path.name) and (path / ABOUT).is_file()]
    if not found:
        raise PublishError(_NO_PARCEL, path=str(stick))
    return max(found, key=lambda path: parcel_order(path.name))


def _checked(parcel: Path) -> tuple[TargetRecord, bytes]:
    """What the parcel is to make of the site, and its list; every file of it was read, and is right."""
    try:
        about, checksums, encoded = (read_file(parcel / name) for name in (ABOUT, CHECKSUMS, RECORD))
    except OSError as error:
        raise PublishError(_DAMAGED, files=Path(str(error.filename)).name) from None
    _, record = parse_parcel(about, checksums, encoded)
    wrong = _wrong(parcel / FILES, record.files)
    if wrong:
        raise PublishError(_DAMAGED, files=_named(file.path for file in wrong))
    return record, checksums


def _can_switch(root: Path, next_: Path) -> bool:
    """Whether the folder has the link, or is empty and can have one."""
    if (root / "current").is_symlink():
        return True
    others = {path.name for path in root.iterdir() if not path.name.startswith(STAGE_PREFIX)} - {"releases"}
    if {name for name in others if not name.startswith(".")} or {RECEIVED, RECEIVING} & others:
        return False
    try:
        (next_ / "link").symlink_to("releases", target_is_directory=True)
        (next_ / "link").unlink()
    except OSError:
        return False
    return True


def _copy(parcel: Path, stage: Path, files: Iterable[ReleaseFile]) -> None:
    """What lies on a stick besides (Thumbs.db, .DS_Store) stays there."""
    stage.mkdir()
    stage.chmod(0o755)
    for file in files:
        place = stage / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = read_file(parcel / FILES / file.path)
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise PublishError(_DAMAGED, files=file.path)
        place.write_bytes(data)
        place.chmod(0o644)
    for folder, _, _ in os.walk(stage):
        Path(folder).chmod(0o755)


def _switch(root: Path, next_: Path, record: TargetRecord) -> ReceivedRelease:
    with _sentences(_CANNOT, root):
        releases = root / "releases"
        releases.mkdir(exist_ok=True)
        name = record.release
        number = 1
        while (releases / name).exists() and _wrong(releases / name, record.files):
            number += 1
            name = f"{record.release}.{number}"
        if not (releases / name).exists():
            (next_ / "site").rename(releases / name)
        (next_ / "link").symlink_to(f"releases/{name}", target_is_directory=True)
        (next_ / "link").replace(root / "current")
        for old in releases.iterdir():
            if old.name[:1].isdigit() and old.name != name:
                shutil.rmtree(old, ignore_errors=True)
    return ReceivedRelease(record.release, str(root / "current"), len(record.files), 0)


def _rename(root: Path, next_: Path, record: TargetRecord, checksums: bytes, adopt: bool) -> ReceivedRelease:
    former, begun = _list(root / RECEIVED), _list(root / RECEIVING)
    ours = _recorded(root) | former.keys() | begun.keys()
    order = parse_checksums(checksums)
    files = {file.path: file for file in record.files}
    needed = [file.path for file in _wrong(root, (files[path] for path in order))]
    _refuse_blocked(root, needed)
    strangers = [path for path in needed if path not in ours and os.path.lexists(root / path)]
    if strangers and not adopt:
        raise PublishError(_STRANGERS, files=_named(strangers))
    with _sentences(_CANNOT, root):
        if begun or not former:
            replace_file(root / RECEIVED, _list_text(ours))
        replace_file(root / RECEIVING, checksums)
    with _sentences(_HALF, root):
        for path in needed:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            retry_locked(os.replace, next_ / "site" / path, root / path)
        stale = sorted((path for path in ours - files.keys() if _is_there(root, path)), reverse=True)
        for path in stale:
            _remove(root, path)
        replace_file(root / RECEIVED, checksums)
        (root / RECEIVING).unlink()
    return ReceivedRelease(record.release, str(root), len(needed), len(stale))


def _recorded(root: Path) -> set[str]:
    """Files of a record that another way of publishing has left."""
    try:
        record = msgspec.json.decode(read_file(root / RECORD), type=TargetRecord)
        return set(parse_checksums(checksums_text(record.files)))
    except (OSError, ValueError):
        return set()


def _list_text(paths: Iterable[str]) -> bytes:
    return "".join(f"{'0' * 64}  {path}\n" for path in sorted(paths)).encode()


def _refuse_blocked(root: Path, paths: Iterable[str]) -> None:
    """Raises `PublishError` where a folder is in a file's place, or something else than a folder in a folder's."""
    for path in paths:
        above = (root / folder for folder in _folders_of(path))
        blocked = next((each for each in above if os.path.lexists(each) and not _is_folder(each)), None)
        if blocked is None and _is_folder(root / path):
            blocked = root / path
        if blocked is not None:
            raise PublishError(_IN_THE_WAY, path=str(blocked))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_there(root: Path, path: str) -> bool:
    """Whether a file is there, and not behind a link that leads elsewhere."""
    return os.path.lexists(root / path) and all(_is_folder(root / folder) for folder in _folders_of(path))


def _folders_of(path: str) -> Iterator[str]:
    steps = path.split("/")[:-1]
    return ("/".join(steps[: end + 1]) for end in range(len(steps)))


def _remove(root: Path, path: str) -> None:
    """A file, and the folders that are empty then."""
    retry_locked(os.unlink, root / path)
    for folder in reversed(list(_folders_of(path))):
        with suppress(OSError):
            (root / folder).rmdir()


def _wrong(folder: Path, files: Iterable[ReleaseFile]) -> list[ReleaseFile]:
    """Those that are missing there, or have another content."""
    return [file for file in files if not _is_right(folder / file.path, file)]


def _is_right(path: Path, file: ReleaseFile) -> bool:
    try:
        return path.stat().st_size == file.size and hashlib.sha256(read_file(path)).hexdigest() == file.sha256
    except OSError:
        return False


def _list(path: Path) -> dict[str, str]:
    """Treat a damaged list as missing."""
    try:
        return parse_checksums(read_file(path))
    except (OSError, ValueError):
        return {}


def _named(paths: Iterable[str] | Collection[str]) -> str:
    found = list(paths)
    first = ", ".join(found[:_MAX_NAMED])
    return f"{first} … ({len(found)})" if len(found) > _MAX_NAMED else first


@contextmanager
def _sentences(message: str, root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(message, path=str(root), reason=error.strerror or str(error)) from None
