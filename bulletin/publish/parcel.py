"""A release as a folder that is carried by hand: what lies in it, and how somebody without this program checks it.

bulletin-20261127-1/
├── files/                    the site, as readers get it
├── checksums.sha256          of each file, as sha256sum writes it, in the order in which files appear
├── .bulletin-record.json     what the target is after it was received
├── receive.sh  receive.ps1   put the site into a web server's folder, without this program
└── release.txt               id, and the hashes of the two lists above; written last
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.release import ReleaseFile, publishing_order
from bulletin.publish.target import TargetRecord

PARCEL = re.compile(r"bulletin-(\d{8})-(\d+)")
"""Name of the folder of one release: ``bulletin-20261127-1``."""
FILES = "files"
CHECKSUMS = "checksums.sha256"
ABOUT = "release.txt"
SCRIPTS = ("receive.sh", "receive.ps1")
RECEIVED = ".bulletin-received.sha256"
"""In the folder of the web server: the checksums of what was received there last."""
RECEIVING = ".bulletin-receiving.sha256"
"""… of what is being put into place now, or was when that broke off."""
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_HASH = re.compile(r"[0-9a-f]{64}")


class AboutParcel(Value, frozen=True):
    """What ``release.txt`` says."""

    release: str
    checksums: str
    """SHA-256 of ``checksums.sha256``."""
    record: str
    """SHA-256 of the record."""


def checksums_text(files: Iterable[ReleaseFile]) -> bytes:
    """``checksums.sha256``, in the order in which files appear."""
    lines = (f"{file.sha256}  {file.path}\n" for file in sorted(files, key=publishing_order))
    return "".join(lines).encode()


def parse_checksums(data: bytes) -> dict[str, str]:
    """Path → SHA-256, in the order of the lines. Raises `ValueError` for what is no such list."""
    found = {}
    for line in data.decode("utf-8").splitlines():
        match = _LINE.fullmatch(line)
        if not match or not _is_inside(match[2]):
            raise ValueError(line)
        found[match[2]] = match[1]
    return found


def about_text(release: str, checksums: bytes, record: bytes) -> bytes:
    """``release.txt``: lines of a name and a value, for scripts."""
    values = {"release": release, "checksums": _sha256(checksums), "record": _sha256(record)}
    return "".join(f"{name} {value}\n" for name, value in values.items()).encode()


def parse_parcel(about: bytes, checksums: bytes, record: bytes) -> tuple[AboutParcel, TargetRecord]:
    """What a parcel says of itself. Raises `PublishError` where one of its lists is not as it was written."""
    damaged = PublishError(N_("the list of the release on the stick is damaged: publish to the stick again."))
    try:
        values = dict(line.split(" ", 1) for line in about.decode("ascii").splitlines())
        known = msgspec.convert(values, AboutParcel)
        found = msgspec.json.decode(record, type=TargetRecord)
        hashes = parse_checksums(checksums)
    except (ValueError, msgspec.MsgspecError):
        raise damaged from None
    whole = (known.checksums, known.record) == (_sha256(checksums), _sha256(record))
    named = PARCEL.fullmatch(f"bulletin-{known.release}") and found.release == known.release
    if not (whole and named and hashes == {file.path: file.sha256 for file in found.files}):
        raise damaged
    return known, found


def parcel_order(name: str) -> tuple[str, int]:
    """Key by which folders of releases are sorted, oldest first."""
    match = PARCEL.fullmatch(name)
    return (match[1], int(match[2])) if match else ("", 0)


def _is_inside(path: str) -> bool:
    steps = path.split("/")
    return "\\" not in path and not {"", ".", ".."}.intersection(steps)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
