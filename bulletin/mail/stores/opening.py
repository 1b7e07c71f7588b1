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


def open_address_hasher(root: Path, store: MailStore) -> AddressHasher:
    """The key of keyed hashes, beside the store, whatever engine that is; made where the store has nothing by it yet.

    Raises `MailError` for a key that is damaged or lost.
    """
    path = _folder(root) / _KEY
    if not path.exists() and (store.never() or any(store.runs())):
        raise MailError(
            N_(
                "this file is not there any more. Bring it back from a backup; a new key would forget who must not be "
                "written to, and the links for leaving in letters that went out would not work."
            ),
            path=path,
        )
    return open_hasher(path)


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
