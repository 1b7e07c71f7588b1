"""Replacing a file of the office, unless somebody has saved it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulletin.core.errors import OutputError
from bulletin.core.files import read_file, replace_file
from bulletin.core.problems import N_


def write_edited(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file atomically. Raises `OutputError`, also where it is not as it was ``before``; it stays then."""

    def data() -> Iterator[bytes]:
        yield after
        if read_file(path) != before:  # as late as possible, so as not to overwrite what an editor saved
            raise OutputError(N_("the file was changed meanwhile, and was left as it is."), path=path)

    try:
        replace_file(path, data(), sync=True)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
