"""Settings → the store and its hasher. PostgreSQL's library is imported only when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bulletin.core.errors import MailError, UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.mail_settings import MailSettings
from bulletin.core.problems import N_
from bulletin.mail.never import AddressHasher, open_hasher
from bulletin.mail.stores.base import MailStore

FOLDER = "mail"
"""In the station's folder, with mode 0700; in its .gitignore, and in no release."""

_STORE, _KEY = "readers.db", "never.key"


def open_reader_store(root: Path, settings: MailSettings | None, environment: Mapping[str, str]) -> MailStore:
    """The store of a station. Raises `MailError` and `UsageError`."""
    name = settings.postgresql if settings else ""
    if name:
        url = environment.get(name, "")
        if not url:
            raise UsageError(
                N_("the environment variable {name} with the address of the database is not set."), name=name
            )
        with needs_extra("postgresql"):
            from bulletin.mail.stores.postgresql import PostgresReaderStore
        return PostgresReaderStore(url)
    from bulletin.mail.stores.sqlite import SqliteReaderStore

    return SqliteReaderStore(_folder(root) / _STORE)


def open_address_hasher(root: Path) -> AddressHasher:
    """The key of keyed hashes, beside the store, whatever engine that is."""
    return open_hasher(_folder(root) / _KEY)


def _folder(root: Path) -> Path:
    folder = root / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise MailError(N_("cannot be written: {reason}."), path=folder, reason=error.strerror or str(error)) from None
    return folder
