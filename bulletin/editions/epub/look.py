"""How a station's books look: its own templates before the packaged ones, and the font of the cover's picture."""

from __future__ import annotations

from pathlib import Path

from bulletin.core.files import real_path
from bulletin.core.model import Value
from bulletin.editions.lettering import PictureFont, find_font
from bulletin.render.template_files import decode_template, read_template, unreadable_template

_FOLDER = "templates/epub"
_SUFFIXES = (".xhtml", ".opf", ".ncx", ".xml", ".css")


class BookLook(Value, frozen=True):
    """All that a book is made with besides its texts."""

    templates: tuple[tuple[str, str], ...] = ()
    """The station's own, in `templates/epub/`: name and text; each stands for the packaged one of its name."""
    font: PictureFont | None = None
    """With which the cover's picture is drawn; None for a book without one."""


def book_look(root: Path) -> BookLook:
    """Of a project, on this computer. Raises `TemplateError`."""
    return BookLook(tuple(_templates(root)), find_font())


def _templates(root: Path) -> list[tuple[str, str]]:
    folder = root / _FOLDER
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable_template(_FOLDER, error) from None
    inside = real_path(folder)
    shown = (each for each in paths if each.suffix in _SUFFIXES and not each.name.startswith((".", "_")))
    own = [each for each in shown if real_path(each).is_relative_to(inside)]
    return [(each.name, _text(each)) for each in own]


def _text(path: Path) -> str:
    name = f"epub/{path.name}"
    return decode_template(name, read_template(path, name))
