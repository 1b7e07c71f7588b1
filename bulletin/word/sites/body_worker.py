"""The process in which bodies of posts are parsed: it may hang or die, the import may not (word/task_pool.py)."""

from __future__ import annotations

import sys
from typing import BinaryIO

import msgspec

from bulletin.core.model import Value
from bulletin.read.limits import private_stdout
from bulletin.word.sites.bodies import BodyKind, clean_body
from bulletin.word.task_pool import serve_tasks


class BodyTask(Value, frozen=True):
    """Clean a body; answered by `Body`."""

    address: str
    """Its place among the posts."""
    kind: BodyKind
    title: str
    source: str


_decode = msgspec.msgpack.Decoder(BodyTask).decode


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_bodies(sys.stdin.buffer, private_stdout())


def serve_bodies(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker until there are no more jobs."""
    serve_tasks(incoming, outgoing, _load, lambda data: _answer(_decode(data)))


def _load() -> None:
    from bulletin.word import markdown_writer  # noqa: F401


def _answer(task: BodyTask) -> object:
    """Also written down, as whoever asks does later: what takes too long for that is known here."""
    from bulletin.word.markdown_writer import write_markdown

    body = clean_body(task.kind, task.title, task.source)
    write_markdown(body.html)
    return body


if __name__ == "__main__":
    main()
