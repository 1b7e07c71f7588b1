"""The folder in the project for what an import leaves besides texts."""

from __future__ import annotations

from pathlib import Path

from bulletin.core.files import replace_file

OLD_SITE_FOLDER = "old-site"
"""For map, report, record and the includes for servers."""
_LASTING = ("index.md", "imported.json")


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file in one step where its content differs; whether it did."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, data, sync=path.name in _LASTING)
    return True
