"""Releases made up for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bulletin.core.public_texts import PublicText
from bulletin.publish.release import Release, ReleaseFile


def file(path: str, content: bytes | str) -> ReleaseFile:
    data = content.encode() if isinstance(content, str) else content
    return ReleaseFile(path, hashlib.sha256(data).hexdigest(), len(data))


def release(
    id_: str,
    files: Mapping[str, str] | tuple[ReleaseFile, ...],
    *,
    sources: tuple[ReleaseFile, ...] = (),
    texts: tuple[PublicText, ...] = (),
) -> Release:
    made = files if isinstance(files, tuple) else tuple(file(path, files[path]) for path in sorted(files))
    return Release(
        id=id_,
        parent="",
        kind="publish",
        made="2016-01-01T12:00:00",
        by="lihua@PC-3",
        program="0.1",
        files=made,
        sources=sources,
        texts=texts,
    )
