"""An imported site → the project's folder. Killed at any moment, the next run completes it; a second changes nothing.

What is going to be written is recorded first, by hash; then each file is replaced in one step, an issue's ``index.md``
after its pictures. A file whose hash is none of those recorded was changed by somebody here, and is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from bulletin.core.files import read_file
from bulletin.core.model import Value
from bulletin.read.text_files import is_markdown, without_suffix
from bulletin.word.old_site.folder import OLD_SITE_FOLDER, write_if_changed
from bulletin.word.old_site.importing import Imported, ImportedIssue
from bulletin.word.old_site.report import ReportRow

_RECORD = "imported.json"
_ISSUES = Path("content") / "issues"


class Record(Value, frozen=True):
    """What earlier runs wrote."""

    ids: dict[str, str] = msgspec.field(default_factory=dict)
    """Id of the issue by old address."""
    files: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """By path from the issues' folder: hashes of what was, or was to be, written there; the newest last."""


def read_record(root: Path) -> Record:
    """The record of earlier runs; an empty one where there is none or it is damaged."""
    try:
        return msgspec.json.decode(read_file(root / OLD_SITE_FOLDER / _RECORD), type=Record)
    except (OSError, msgspec.DecodeError):
        return Record()


def occupied_ids(root: Path, record: Record) -> frozenset[str]:
    """Names of the issues that do not come from the old site."""
    ours = set(record.ids.values())
    folder = root / _ISSUES
    names = (each.name for each in folder.iterdir()) if folder.is_dir() else ()
    return frozenset(without_suffix(name) if is_markdown(name) else name for name in names) - ours


def write_imported(root: Path, imported: Imported, record: Record) -> tuple[ReportRow, ...]:
    """Write the issues; returns the report's rows, with those named that were left as they are. Raises `OSError`."""
    edited = frozenset(each.id for each in imported.issues if _is_edited(root, each, record))
    fresh = [each for each in imported.issues if each.id not in edited]
    write_if_changed(
        root / OLD_SITE_FOLDER / _RECORD, msgspec.json.format(msgspec.json.encode(_planned(record, imported, fresh)))
    )
    for issue in fresh:
        folder = root / _ISSUES / issue.id
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in issue.files:
            write_if_changed(folder / name, data)
    return tuple(
        msgspec.structs.replace(row, outcome="kept", why="edited")
        if row.outcome == "read" and row.issue in edited
        else row
        for row in imported.rows
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _is_edited(root: Path, issue: ImportedIssue, record: Record) -> bool:
    """Whether its text is neither what was written nor what is going to be."""
    path, key = root / _ISSUES / issue.id / "index.md", f"{issue.id}/index.md"
    if not path.is_file():
        return False
    found = _digest(path.read_bytes())
    return found not in (*record.files.get(key, ()), _digest(issue.files[-1][1]))


def _planned(record: Record, imported: Imported, fresh: list[ImportedIssue]) -> Record:
    files: dict[str, tuple[str, ...]] = dict(record.files)
    for issue in fresh:
        for name, data in issue.files:
            key, new = f"{issue.id}/{name}", _digest(data)
            earlier = tuple(each for each in files.get(key, ()) if each != new)
            files[key] = (*earlier[-2:], new)
    ids: Mapping[str, str] = {**record.ids, **imported.ids}
    return Record(dict(sorted(ids.items())), dict(sorted(files.items())))
