"""Files → the bytes of a book: the same bytes for the same files, whatever the clock and the machine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import jinja2
from msgspec import Struct

from bulletin.core.errors import TemplateError
from bulletin.core.problems import N_
from bulletin.render.template_files import error_place, syntax_error

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


BOOK_TEMPLATES = Path(__file__).with_name("markup")


class BookTemplates:
    """The templates of a book: those of the station before the packaged ones, which are part of the program, so that
    its fingerprint is their key. They have no words of their own.
    """

    def __init__(self, own: tuple[tuple[str, str], ...] = ()) -> None:
        self._own = dict(own)
        self._environment = _environment(own)

    def rendered(self, template: str, **values: object) -> bytes:
        """What a template makes of some values, in well-formed XML. Raises `TemplateError` where the station has
        templates of its own.
        """
        if not self._own:
            return _xml(self._environment.get_template(template).render(**values))
        try:
            made = _xml(self._environment.get_template(template).render(**values))
            ElementTree.fromstring(made)
        except jinja2.TemplateSyntaxError as error:
            error.name = f"epub/{error.name}"
            raise syntax_error(error, "epub") from None
        except ElementTree.ParseError as error:
            message = N_("what the template makes is not well-formed XML: {reason}.")
            raise TemplateError(message, path=f"templates/epub/{template}", reason=error) from None
        except Exception as error:
            message = N_("the template has a mistake: {reason}.")
            raise TemplateError(message, path=error_place(error, f"epub/{template}"), reason=error) from error
        return made

    def file(self, name: str) -> bytes:
        """A file that goes into the book as it is."""
        return self._own[name].encode() if name in self._own else (BOOK_TEMPLATES / name).read_bytes()


@lru_cache(maxsize=4)
def _environment(own: tuple[tuple[str, str], ...]) -> jinja2.Environment:
    texts = dict(own)
    station = jinja2.FunctionLoader(
        lambda name: (texts[name], f"templates/epub/{name}", lambda: True) if name in texts else None
    )
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([station, jinja2.FileSystemLoader(BOOK_TEMPLATES)]),
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


def _xml(text: str) -> bytes:
    return _NOT_XML.sub("", text).encode()
