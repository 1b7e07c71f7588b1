"""Files → the bytes of a book: the same bytes for the same files, whatever the clock and the machine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import jinja2
from msgspec import Struct

_NOT_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, and the controls that it advises against."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_PACKED = (".jpg", ".png")


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A container by EPUB OCF: its type first and not compressed, then the files in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in (("mimetype", b"application/epub+zip"), *files):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system, info.external_attr = 3, _READABLE
            stored = name == "mimetype" or name.endswith(_PACKED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return target.getvalue()


@cache
def _environment() -> jinja2.Environment:
    """The templates are part of the program, so its fingerprint is their key; they have no words of their own."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "markup"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["kind"] = _kind
    return environment


def _kind(block: Struct) -> str:
    """Which block it is: ``paragraph``."""
    return str(block.__struct_config__.tag)


def rendered(template: str, **values: object) -> bytes:
    """What a template of `markup/` makes of some values, in well-formed XML."""
    render: Callable[..., str] = _environment().get_template(template).render
    return _NOT_XML.sub("", render(**values)).encode()


def template_file(name: str) -> bytes:
    """A file of `markup/` that goes into the book as it is."""
    return Path(__file__).with_name("markup").joinpath(name).read_bytes()
