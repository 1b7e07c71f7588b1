"""Documents → the files of a search index, made by pagefind's program, which is run as a service on pipes.

Its own Python interface does the same, but waits a tenth of a second for every record.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bulletin.arrange.records import SearchDocument
from bulletin.core.errors import SearchError
from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_
from bulletin.editions.form import Ends

_SECONDS = 1800
"""After so long the program is taken to hang; a thousand issues need twenty seconds on a busy machine."""

_AHEAD = 32
"""Records that are sent before the first is answered. So many answers are in the pipe's buffer at once, at most."""

_NEEDED = re.compile(r"pagefind(-worker)?\.js|wasm\.\w+\.pagefind|pagefind-entry\.json|.+\.pf_\w+")
"""Files that the search page loads; pagefind's own search forms are left out."""

ENTRY = "pagefind-entry.json"
"""Names the files of the index that belong together; put into place last."""


def make_index(
    documents: Sequence[SearchDocument],
    language: str,
    turn: AbstractContextManager[Ends],
    progress: Callable[[int, int], None],
) -> dict[str, bytes]:
    """The index's files by name. Documents are found in the order in which they come; ``turn`` is held while the
    program runs, which takes half a gigabyte for some thousand documents.
    """
    own = "en" if language == "en" else "unknown"  # "zh" would split words by a dictionary
    with turn as ends, Pagefind(find_program()) as pagefind:
        ends(pagefind.kill)
        index = pagefind.ask("NewIndex", "index_id", config={"force_language": own})
        for done, each in enumerate(documents):
            if done >= _AHEAD:
                pagefind.answer()
            pagefind.tell(
                "AddRecord",
                index_id=index,
                url=each.url,
                content=each.content,
                language=own,
                meta={"keys": each.keys},
            )
            progress(done, len(documents))
        for _ in documents[:_AHEAD]:
            pagefind.answer()
        files = pagefind.ask("GetFiles", "files", index_id=index)
    with _broken_off():
        named = {file["path"].replace("\\", "/"): base64.b64decode(file["content"]) for file in files}
    spare = "wasm.unknown.pagefind" if own != "unknown" else ""
    return {name: data for name, data in named.items() if _NEEDED.fullmatch(name) and name != spare}


def program_version() -> str:
    """Another version may make other files of the same records. Raises `ExtraMissing`."""
    with needs_extra("search"):
        return version("pagefind")


def find_program() -> Path:
    """Path of pagefind's program, inside its wheel. Raises `ExtraMissing`."""
    with needs_extra("search"):
        try:
            from pagefind_bin import get_executable
        except ImportError:  # a station that was installed before there were extras has the other build of it
            from pagefind_bin_extended import get_executable
    return Path(get_executable())


def _failed(reason: str) -> SearchError:
    message = N_(
        "the search cannot be made: {reason}. The site is as it was. "
        "With “search: no” in content/station.yml it is built without."
    )
    return SearchError(message, reason=reason)


class Pagefind:
    """Pagefind's program; one answer to each question. Both are JSON in base64, ended by a comma."""

    def __init__(self, program: Path, seconds: float = _SECONDS) -> None:
        try:
            self._process = subprocess.Popen(
                [str(program), "--service"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=program.parent,  # a folder without settings for pagefind
            )
        except OSError as error:
            raise _failed(error.strerror or type(error).__name__) from error
        self._rest = b""
        """What was read beyond the last answer."""
        self._late = threading.Timer(seconds, self.kill)
        self._late.daemon = True
        self._late.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._late.cancel()
        self.kill()
        self._process.communicate()

    def kill(self) -> None:
        """End the program; may be called from another thread than the one that waits for an answer."""
        self._process.kill()

    def ask(self, question: str, wanted: str, **values: object) -> Any:
        """`tell`, then what is ``wanted`` of the answer."""
        self.tell(question, **values)
        answer = self.answer()
        with _broken_off():
            return answer[wanted]

    def tell(self, message: str, **values: object) -> None:
        """Send a message, each of which has an `answer`. Raises `SearchError`."""
        framed = {"message_id": 1, "payload": {"type": message, **values}}
        assert self._process.stdin
        with _broken_off():
            self._process.stdin.write(base64.b64encode(json.dumps(framed).encode()) + b",")
            self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The next answer. Raises `SearchError` when there is none, or when it says that something is wrong."""
        with _broken_off():
            answer: dict[str, Any] = json.loads(base64.b64decode(self._read()))["payload"]
            kind = answer["type"]
        if kind == "Error":
            raise _failed(str(answer.get("message")))
        return answer

    def _read(self) -> bytes:
        assert self._process.stdout
        chunks = [self._rest]
        while b"," not in chunks[-1]:
            chunks.append(os.read(self._process.stdout.fileno(), 1 << 20))
            if not chunks[-1]:
                raise EOFError
        last, _, self._rest = chunks[-1].partition(b",")
        return b"".join((*chunks[:-1], last))


@contextmanager
def _broken_off() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        raise _failed(N_("the program pagefind broke off")) from None
