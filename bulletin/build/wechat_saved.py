"""A page that was saved of WeChat's editor, compared with what was copied into it."""

from __future__ import annotations

from pathlib import Path

from bulletin.core.errors import UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.i18n import Translate
from bulletin.core.problems import N_
from bulletin.editions.wechat.saved import SavedComparison, compare_saved
from bulletin.render.reports import render_report, template_folders

_LARGEST = 20_000_000
"""Bytes of a saved page; WeChat's own are under 5 MB."""


def compare_file(
    root: Path, out: Path, sent: tuple[tuple[str, str], ...], saved: Path, translate: Translate
) -> SavedComparison:
    """Compare a file with what was ``sent``, title and HTML of each article, and write ``saved.html`` into ``out``.

    Raises `UsageError` for a file that is no page.
    """
    found = compare_saved(sent, _text(saved))
    if not found.saved_lines:
        raise UsageError(N_("no text is in this file. Save the preview as a web page (.html)."), path=saved)
    out.mkdir(parents=True, exist_ok=True)
    report = render_report("reports/wechat-saved.html", found, template_folders(root), translate)
    replace_file(out / "saved.html", report.encode())
    return found


def _text(path: Path) -> str:
    if not path.is_file():
        raise UsageError(N_("there is no such file."), path=path)
    if path.stat().st_size > _LARGEST:
        raise UsageError(N_("this file is too large for a page."), path=path)
    data = read_file(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UsageError(N_("this file is no page: it is neither UTF-8 nor GB18030."), path=path) from error
