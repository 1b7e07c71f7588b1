"""A URL → the store. Each engine's library is imported only when it is used."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_
from bulletin.hits.rules import Rules
from bulletin.hits.stores.base import Store
from bulletin.hits.stores.identity import check_version

_PASSWORD = re.compile(r"(?i)([?&][^=&]*(?:password|passwd|passphrase|secret|token)[^=&]*=)[^&]*")


def has_store(url: str) -> bool:
    """Whether there is a store to read: a file that is not there would be made by opening it."""
    if not url.startswith("sqlite"):
        return True
    path = sqlite_path(url)
    return path.exists() or not path.parent.is_dir()


def open_store(url: str, rules: Rules | None = None, *, exclusive: bool = False) -> Store:
    """``sqlite:///counts.db`` (relative), ``sqlite:////srv/counts.db``, ``postgresql://…``, ``redis://…``.

    ``exclusive``: take the service's lock (SQLite only). Raises `UsageError`, `HitsError`, also for a store that a
    newer version wrote, and `ExtraMissing`.
    """
    store = _open(url, rules or Rules(), exclusive=exclusive)
    try:
        check_version(store)
    except BaseException:
        store.close()
        raise
    return store


def _open(url: str, rules: Rules, *, exclusive: bool) -> Store:
    scheme = url.partition(":")[0].lower()
    if scheme == "sqlite":
        from bulletin.hits.stores.sqlite import SqliteStore

        return SqliteStore(sqlite_path(url), exclusive=exclusive)
    if scheme in ("postgresql", "postgres"):
        with needs_extra("postgresql"):
            from bulletin.hits.stores.postgresql import PostgresStore
        return PostgresStore(url)
    if scheme in ("redis", "rediss", "unix", "valkey"):
        with needs_extra("redis"):
            from bulletin.hits.stores.redis import RedisStore
        return RedisStore(url.replace("valkey:", "redis:", 1), rules)
    raise UsageError(
        N_("“{url}” is no store. Write sqlite:///counts.db, postgresql://… or redis://…"), url=hide_password(url)
    )


def sqlite_path(url: str) -> Path:
    """Path of the file. Raises `UsageError` for a URL without one."""
    path = unquote(url.partition("://")[2].removeprefix("/"))
    if not path:
        raise UsageError(N_("“{url}” is no store. Write sqlite:///counts.db, postgresql://… or redis://…"), url=url)
    return Path(path)


def hide_password(url: str) -> str:
    """A URL without its password, for messages; it may be among the parameters, too."""
    url = _PASSWORD.sub(r"\1***", url)
    head, at, tail = url.rpartition("@")
    user = head.rpartition(":")[0] if head.count(":") > 1 else head
    return f"{user}{at}{tail}" if at else url
