"""The process in which saved pages are parsed: it may hang or die, the import may not (word/task_pool.py)."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO

import msgspec

from bulletin.core.model import Value
from bulletin.read.limits import private_stdout
from bulletin.word.old_site.map_file import Layout
from bulletin.word.task_pool import serve_tasks

_MAX_PIXELS = 40_000_000


class FactsTask(Value, frozen=True, tag="facts"):
    """See how a page is laid out; answered by `PageFacts`."""

    address: str
    data: bytes
    charset: str


class TextTask(Value, frozen=True, tag="text"):
    """Take the text out of a page; answered by `OldText`."""

    address: str
    data: bytes
    charset: str
    layouts: tuple[Layout, ...]


class DraftTask(Value, frozen=True, tag="draft"):
    """Write a text down as Markdown; answered by str."""

    address: str
    html: str
    targets: dict[str, str]


class PictureTask(Value, frozen=True, tag="picture"):
    """Turn a GIF or a BMP into a PNG; answered by bytes, empty where it is no picture."""

    address: str
    data: bytes


PageTask = FactsTask | TextTask | DraftTask | PictureTask

_decode = msgspec.msgpack.Decoder(PageTask).decode


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_pages(sys.stdin.buffer, private_stdout())


def serve_pages(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker until there are no more jobs."""
    serve_tasks(incoming, outgoing, _load, lambda data: _answer(_decode(data)))


def _load() -> None:
    from bulletin.word.old_site import facts, page_text  # noqa: F401


def _answer(task: PageTask) -> object:
    from bulletin.word.old_site import encoding, facts, markdown, page_text

    if isinstance(task, FactsTask):
        return facts.page_facts(encoding.decode_page(task.data, task.charset).text, task.address)
    if isinstance(task, TextTask):
        return page_text.read_old_page(task.data, task.charset, task.address, task.layouts)
    if isinstance(task, DraftTask):
        return markdown.write_blocks(task.html, task.targets)
    return _as_png(task.data)


def _as_png(data: bytes) -> bytes:
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=("GIF", "BMP")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return b""
            picture.convert("RGBA" if picture.info.get("transparency") is not None else "RGB").save(out, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""
    return out.getvalue()


if __name__ == "__main__":
    main()
