"""The office's own form."""

from __future__ import annotations

from pathlib import Path

from bulletin.core.files import read_file
from bulletin.render.template_files import unreadable_template

WORD_TEMPLATE = "templates/issue.docx"
"""Its styles, page, headers and footers are taken."""


def word_template(root: Path) -> bytes:
    """The file of that project; empty where it has none. Raises `TemplateError`."""
    try:
        return read_file(root / WORD_TEMPLATE)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise unreadable_template(WORD_TEMPLATE, error) from None
