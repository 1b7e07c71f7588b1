"""Reports, registers and the preview's own parts: packaged templates under `reports/` and `preview/`.

They are no part of the site: a theme does not hold them (templates.py), so a change to one rebuilds no page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import jinja2

from bulletin.core.errors import TemplateError
from bulletin.core.files import real_path
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.i18n import Translate
from bulletin.core.problems import N_
from bulletin.render.template_files import decode_template, read_template, syntax_error
from bulletin.render.templates import JINJA_EXTENSIONS, runtime_error
from bulletin.render.words import install_words


def template_folders(root: Path | None) -> tuple[Path, ...]:
    """Folders of templates; the later ones win. ``root`` is the station's folder, None outside of one."""
    return (PACKAGED, root / "templates") if root else (PACKAGED,)


class ReportRenderer:
    """Template and frozen view → text. A template that is changed is read again."""

    def __init__(self, folders: Iterable[Path], translate: Translate) -> None:
        self._folders = tuple(folders)
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(self._load),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            extensions=JINJA_EXTENSIONS,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals = {"_": self._environment.globals["_"]}
        install_words(self._environment, translate, lambda one, many, n: translate(one if n == 1 else many))
        self._environment.filters["thousands"] = "{:,}".format

    def render(self, template: str, view: object) -> str:
        """The text. Raises `TemplateError` with the template's file and line."""
        try:
            return self._environment.get_template(template).render(page=view)
        except TemplateError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise syntax_error(error, template) from None
        except jinja2.TemplateNotFound as error:
            message = N_("the template “{name}” is missing.")
            raise TemplateError(message, path=f"templates/{template}", name=error.name) from None
        except Exception as error:
            raise runtime_error(error, template) from error

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """Gives each template its path as file name, for messages."""
        data = self._find(name)
        if data is None:
            return None
        return decode_template(name, data), f"templates/{name}", lambda: self._find(name) == data

    def _find(self, name: str) -> bytes | None:
        """A template's bytes, from the last folder that has it; links out of the folder are not followed."""
        for folder in reversed(self._folders):
            path = folder / name
            if os.path.lexists(path) and real_path(path).is_relative_to(real_path(folder)):
                return read_template(path, name)
        return None


def render_report(template: str, view: object, folders: Iterable[Path], translate: Translate) -> str:
    """One report. Raises `TemplateError`."""
    return ReportRenderer(folders, translate).render(template, view)
