"""Reading the files of templates, of the site's pages and of books, and where a mistake in one is."""

from __future__ import annotations

from pathlib import Path

import jinja2

from bulletin.core.errors import TemplateError
from bulletin.core.files import read_file
from bulletin.core.problems import N_


def read_template(path: Path, name: str) -> bytes:
    """The bytes of a file of the theme. Raises `TemplateError`."""
    try:
        return read_file(path)
    except OSError as error:
        raise unreadable_template(f"templates/{name}", error) from None


def unreadable_template(path: str, error: OSError) -> TemplateError:
    """The error that says so."""
    message = N_("the template cannot be read: {reason}.")
    return TemplateError(message, path=path, reason=error.strerror or type(error).__name__)


def decode_template(name: str, data: bytes) -> str:
    """The text of a template. Raises `TemplateError`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateError(N_("the template is not UTF-8."), path=f"templates/{name}") from None


def syntax_error(error: jinja2.TemplateSyntaxError, name: str) -> TemplateError:
    """The error that says what is wrong, and in which file and line."""
    place = f"templates/{error.name or name}:{error.lineno}"
    return TemplateError(N_("the template has a mistake: {reason}."), path=place, reason=error.message or "")


def error_place(error: BaseException, template: str) -> str:
    """File and line of a template where rendering ended; the file alone where no template's line is known."""
    place = f"templates/{template}"
    trace = error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
