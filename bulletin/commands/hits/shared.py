"""What the commands of the counter share: options, opening the store, files."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bulletin.commands.terminal import Messages, find_root
from bulletin.core.config import read_station
from bulletin.core.errors import BulletinError, HitsError, UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.i18n import Translate
from bulletin.core.keys import KEYS
from bulletin.core.problems import N_
from bulletin.hits import catalogue
from bulletin.hits.doctor import NO_COUNTS_YET
from bulletin.hits.figures import with_carried
from bulletin.hits.stores.base import Count, Store
from bulletin.hits.stores.identity import check_owner
from bulletin.hits.stores.opening import has_store, open_store, sqlite_path

_STORE = "sqlite:///hits.db"
"""The default store: a file in the current folder."""

TOKEN, _STORE_VARIABLE = "BULLETIN_HITS_TOKEN", "BULLETIN_HITS_STORE"
"""Secrets come from the environment: everybody on the machine can read command lines."""


class CommandGroup:
    """A group of commands, described in the user's language."""

    def __init__(self, translate: Translate, now: Callable[[], datetime], environment: Mapping[str, str]) -> None:
        self._ = translate
        self._say = Messages(translate)
        self._now = now
        self._environment = environment

    @property
    def _store_option(self) -> Callable[..., Any]:
        words = self._("Where the counts are: sqlite:///FILE, postgresql://… or redis://…; else what {variable} says.")
        default = self._environment.get(_STORE_VARIABLE, _STORE)
        return click.option("--store", metavar="URL", default=default, help=words.format(variable=_STORE_VARIABLE))

    @property
    def _keys_option(self) -> Callable[..., Any]:
        words = self._("The list of keys that the build wrote; else the one in the station's site.")
        return click.option("--keys", metavar="FILE", help=words)

    def _pages(self, keys: str | None) -> catalogue.Catalogue:
        return catalogue.load_catalogue(keys_path(keys))


def keys_path(given: str | None) -> Path:
    """The list of keys that was named, else that of the station whose folder this is."""
    return Path(given) if given else find_root(None) / "site" / KEYS


@contextmanager
def opened(url: str, *, exclusive: bool = False, must_exist: bool = False) -> Iterator[Store]:
    """Context manager: open a store, then close it. Raises `HitsError` where one must exist and does not."""
    if must_exist and not has_store(url):
        raise HitsError(NO_COUNTS_YET, path=sqlite_path(url))
    store = open_store(url, exclusive=exclusive)
    try:
        yield store
    finally:
        store.close()


def counts_of(store: str, pages: catalogue.Catalogue) -> tuple[Count, ...]:
    """All counts, with the carried-over ones of the list of keys, whether or not a service has loaded it yet."""
    if not has_store(store):
        return tuple(with_carried((), pages))
    with opened(store) as kept:
        check_owner(kept, pages.url)
        return tuple(with_carried(kept.counts(), pages))


def station_name() -> str:
    """The name of the station whose folder this is; empty elsewhere."""
    try:
        return read_station(read_file(find_root(None) / "content" / "station.yml")).name
    except (BulletinError, OSError):
        return ""


def station_templates() -> tuple[Path, ...]:
    """Folders of report templates: the packaged one, and that of the station whose folder this is."""
    from bulletin.render.reports import template_folders

    try:
        return template_folders(find_root(None))
    except BulletinError:
        return template_folders(None)


def command(name: str) -> str:
    """Id of one run of a command."""
    return f"{name}-{secrets.token_hex(6)}"


def check_day(text: str) -> str:
    """A day as ``YYYY-MM-DD``, or nothing. Raises `UsageError`."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UsageError(N_("“{day}” is no day. Write it like 2026-01-31."), day=text) from None


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HitsError(N_("the file cannot be read: {reason}."), path=path, reason=error.strerror or error) from None


def write(path: Path, parts: Iterable[bytes]) -> None:
    """Replace a file atomically. Raises `HitsError`; then the old file is unchanged."""
    try:
        replace_file(path, parts)
    except OSError as error:
        raise HitsError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or error) from None


def log_line(line: str) -> None:
    """The service's log: one line, on standard error, which systemd keeps."""
    print(line, file=sys.stderr, flush=True)
