"""The optional libraries, which ``pip install bulletin`` alone does not install, and the message when one is missing.

The names are those of the extras in pyproject.toml. `EXTRAS` is the whole list; tests/test_install.py compares the
two, and docs/dependencies.md says what each library is for.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bulletin.core.errors import ExtraMissing
from bulletin.core.i18n import N_

EXTRAS: Mapping[str, str] = {
    "search": N_("The search needs pagefind: {command}"),
    "counter": N_("The counter needs granian and crawlerdetect: {command}"),
    "postgresql": N_("Counts in PostgreSQL need psycopg: {command}"),
    "redis": N_("Counts in Redis need redis: {command}"),
    "external": N_("Asking other servers needs httpx: {command}"),
    "print": N_("Printing needs typst and uharfbuzz: {command}"),
    "publish": N_(
        "Publishing by SSH, SFTP or S3, telling robots and drafts for WeChat need asyncssh, httpx, obstore and "
        "keyring: {command}"
    ),
    "mail": N_("The letter and its readers need css-inline, email-validator and python-calamine: {command}"),
    "word": N_("Word documents and old pages need mammoth, python-docx, selectolax, trafilatura and warcio: {command}"),
}
"""Extra → message when one of its libraries is missing."""

_NOT_ON_WINDOWS_ON_ARM: Mapping[str, str] = {
    "counter": N_("The counter does not run on Windows on ARM: there is no granian for it."),
    "print": N_("Printing does not work on Windows on ARM: there is no typst for it."),
    "postgresql": N_("Counts cannot be kept in PostgreSQL on Windows on ARM: there is no psycopg for it."),
}
"""Extra → message on the platform for which pyproject.toml excludes its library."""


@contextmanager
def needs_extra(name: str) -> Iterator[None]:
    """For a block that imports libraries of the extra. Raises `ExtraMissing` where one of them is not installed.

    A module of bulletin itself that is missing is a broken installation and stays a `ModuleNotFoundError`.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "bulletin":
            raise
        absent = _NOT_ON_WINDOWS_ON_ARM if _is_windows_on_arm() else {}
        raise ExtraMissing(absent.get(name, EXTRAS[name]), name) from error


def _is_windows_on_arm() -> bool:
    """The condition of the environment markers in pyproject.toml."""
    return sys.platform == "win32" and platform.machine() == "ARM64"
