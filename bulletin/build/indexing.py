"""Records → the files of the search's index, made by pagefind and staged like all other files.

Pagefind knows no increments: one changed word and all records are indexed anew (docs/search.md says how long that
takes). The same records give the same files, byte for byte, so they are made only when the records have changed. Its
program is run as a service on pipes, as its own Python interface does, which however waits a tenth of a second for
every record.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bulletin.arrange import urls
from bulletin.arrange.frame import Bodies
from bulletin.arrange.records import SearchDocument, SearchIndex, search_document
from bulletin.build.project import Project
from bulletin.build.staging import Files, Made, StoredBodies, digest, encode
from bulletin.core.errors import SearchError
from bulletin.core.i18n import translations
from bulletin.core.problems import N_
from bulletin.read.library import Progress
from bulletin.write.cache import Cache
from bulletin.write.output import Manifest, Output

GROUP = "search index"

SECONDS = 1800
"""After so long the program is taken to hang; a thousand issues need twenty seconds on a busy machine."""

NEEDED = re.compile(r"pagefind(-worker)?\.js|wasm\.\w+\.pagefind|pagefind-entry\.json|.+\.pf_\w+")
"""Files that the search page loads; pagefind's own search forms are left out."""

ENTRY = "pagefind-entry.json"
"""Names the files of the index that belong together; put into place last."""


def stage_index(
    index: SearchIndex | None, project: Project, cache: Cache, before: Manifest, output: Output, progress: Progress
) -> Files:
    """The group of the index's files; none where the station has no search. Raises `SearchError`."""
    if index is None or not index.records:
        return {}
    key = digest(project.engine.encode(), encode(index))
    record = before.groups.get(GROUP)
    if record and record.key == key and all(map(output.is_current, record.files)):
        return {GROUP: Made(key, record.files, ())}
    made = make_index(_documents(index, StoredBodies(cache), progress), index.language)
    return {GROUP: _staged(key, made, before, output)}


def _documents(index: SearchIndex, bodies: Bodies, progress: Progress) -> Iterator[SearchDocument]:
    translate = translations(index.language).gettext
    for done, record in enumerate(index.records):
        html = bodies(record.parts, record.part) if record.part >= 0 else ""
        yield search_document(record, html, translate)
        progress("index", done, len(index.records))


def _staged(key: str, made: dict[str, bytes], before: Manifest, output: Output) -> Made:
    known, kept, staged = before.files, [], []
    for name in sorted(made, key=lambda name: (name == ENTRY, name)):
        path, own = urls.INDEX_FOLDER + name, digest(made[name])
        file = known.get(path)
        if file and file.key == own and output.is_current(file):
            kept.append(file)
        else:
            output.stage(path, own, made[name])
            staged.append(path)
    return Made(key, tuple(kept), tuple(staged))


# ── pagefind


def make_index(documents: Iterator[SearchDocument], language: str) -> dict[str, bytes]:
    """The index's files by name. Documents are found in the order in which they come."""
    own = "en" if language == "en" else "unknown"  # "zh" would part words by a dictionary
    with Pagefind(find_program()) as pagefind:
        index = pagefind.ask("NewIndex", config={"force_language": own})["index_id"]
        for each in documents:
            pagefind.ask(
                "AddRecord",
                index_id=index,
                url=each.url,
                content=each.content,
                language=own,
                meta={"keys": each.keys},
            )
        files = pagefind.ask("GetFiles", index_id=index)["files"]
    named = {file["path"].replace("\\", "/"): file["content"] for file in files}
    spare = "wasm.unknown.pagefind" if own != "unknown" else ""
    return {name: base64.b64decode(data) for name, data in named.items() if NEEDED.fullmatch(name) and name != spare}


def find_program() -> Path:
    """Where pagefind's program lies: inside its wheel."""
    try:
        from pagefind_bin_extended import get_executable

        return Path(get_executable())
    except (ImportError, FileNotFoundError):
        raise _failed(N_("the library pagefind[extended] is not installed")) from None


def _failed(reason: str) -> SearchError:
    message = N_(
        "the search cannot be made: {reason}. The site is as it was. "
        "With “search: no” in content/station.yml it is built without."
    )
    return SearchError(message, reason=reason)


class Pagefind:
    """Pagefind's program; one answer to each question. Both are JSON in base64, ended by a comma."""

    def __init__(self, program: Path, seconds: float = SECONDS) -> None:
        try:
            self._process = subprocess.Popen(
                [str(program), "--service"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=program.parent,  # where nobody's settings for pagefind lie
            )
        except OSError as error:
            raise _failed(error.strerror or type(error).__name__) from error
        self._late = threading.Timer(seconds, self._process.kill)
        self._late.daemon = True
        self._late.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._late.cancel()
        self._process.kill()
        self._process.communicate()

    def ask(self, question: str, **values: object) -> dict[str, Any]:
        """The answer. Raises `SearchError` when there is none, or when it says that something is wrong."""
        message = {"message_id": 1, "payload": {"type": question, **values}}
        try:
            self._write(base64.b64encode(json.dumps(message).encode()) + b",")
            answer: dict[str, Any] = json.loads(base64.b64decode(self._read()))["payload"]
        except (OSError, EOFError, ValueError, KeyError):
            raise _failed(N_("the program pagefind broke off")) from None
        if answer["type"] == "Error":
            raise _failed(str(answer.get("message")))
        return answer

    def _write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _read(self) -> bytes:
        assert self._process.stdout
        chunks: list[bytes] = []
        while not chunks or not chunks[-1].endswith(b","):
            chunks.append(os.read(self._process.stdout.fileno(), 1 << 20))
            if not chunks[-1]:
                raise EOFError
        return b"".join(chunks)[:-1]
