"""Running the service under granian, which was measured against uvicorn (docs/hits.md)."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from bulletin.core.errors import HitsError, UsageError
from bulletin.core.problems import N_
from bulletin.hits import catalogue
from bulletin.hits.app import App, create_app
from bulletin.hits.readers import Proxies
from bulletin.hits.robots import Robots
from bulletin.hits.service import DRAIN_SECONDS, Log
from bulletin.hits.settings import Clock, Settings
from bulletin.hits.stores.identity import claim_store
from bulletin.hits.stores.opening import open_store
from bulletin.hits.valid_rows import stored_figure

HEADER_SECONDS = 10
"""Timeout for a request's headers, and for idle connections."""
_MAX_HEAD_BYTES = 16 * 1024
_BACKLOG = 4096
_MAX_CONNECTIONS = 20_000
"""Concurrent connections; idle ones cost a few kilobytes, and with fewer, slow clients could lock readers out."""
_HOLD_TRIES, _HOLD_SECONDS = 40, 0.05
_GC_THRESHOLDS = 20_000, 50, 100
"""Garbage collection is made rare: a hit leaves no reference cycles, and the default costs a tenth of the time."""


def run_server(settings: Settings, clock: Clock, log: Log) -> None:
    """Serve until stopped, after `check_settings`. Raises `UsageError`, and `HitsError` when it cannot listen."""
    server = granian(*_parse_bind(settings.bind), workers=settings.workers)
    try:
        server.serve(target_loader=partial(_load_app, settings, clock, log), wrap_loader=False)
    except RuntimeError as error:  # as granian says it when another service was quicker
        raise HitsError(N_("cannot listen here: {reason}."), path=settings.bind, reason=error) from None


def granian(address: str, port: int, socket: Path | None = None, workers: int = 1) -> AbstractServer[Any]:
    """The server, configured as it was measured."""
    server: AbstractServer[Any] = Granian(
        "bulletin.hits.app",
        address=address,
        port=port,
        uds=socket,
        uds_permissions=0o660 if socket else None,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.auto,
        runtime_mode=RuntimeModes.mt,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_MAX_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=_MAX_HEAD_BYTES),
        log_level=LogLevels.warning,
        log_access=False,
        workers_kill_timeout=round(DRAIN_SECONDS) + 5,
        respawn_failed_workers=True,
    )
    return server


def _load_app(settings: Settings, clock: Clock, log: Log, *_: Any) -> App:
    """Create the application, in a worker process."""
    _raise_file_limit()
    return freeze_heap(create_app(settings, clock, log))


def freeze_heap(app: App) -> App:
    """Exclude what is loaded now from garbage collection, since it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    return app


def _raise_file_limit() -> None:
    """Raise the limit of open files, since every connection is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return
    wanted = _MAX_CONNECTIONS + 1_000
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (max(soft, wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)), hard)
    )


def check_settings(settings: Settings) -> int:
    """Open everything once, so that errors are reported before the server listens; returns how many pages are counted.

    Raises `UsageError`, `HitsError`.
    """
    if settings.workers > 1 and settings.store.startswith("sqlite"):
        raise UsageError(N_("SQLite serves one process. Use --workers 1, or Redis or PostgreSQL as the store."))
    Proxies(settings.proxies)
    pages = catalogue.load_catalogue(Path(settings.keys))
    Robots()
    with closing(open_store(settings.store, settings.rules, exclusive=True)) as store:
        claim_store(store, pages.url, take_over=settings.take_over)
        for read in (store.totals, store.carried, partial(stored_figure, store)):  # as the service does at its start
            read()
    return len(pages.pages)


@contextmanager
def reserved_address(bind: str) -> Iterator[None]:
    """Context manager: no other service begins at this address, not even in the same moment.

    Raises `HitsError` when somebody listens there, `UsageError` when it is no address.
    """
    address, port, path = _parse_bind(bind)
    with socket.socket(socket.AF_UNIX if hasattr(socket, "AF_UNIX") else socket.AF_INET) as held:
        if sys.platform == "linux":
            _hold(held, str(path.absolute()) if path else f"{address}:{port}")
        _free_address(address, port, path)
        yield


def _hold(held: socket.socket, name: str) -> None:
    """Take a name that ends with the process, however it ends: an abstract one, unix(7). Raises `HitsError`."""
    for _ in range(_HOLD_TRIES):  # the worker of a killed service ends a moment after it
        try:
            held.bind(b"\0bulletin-hits-" + blake2b(name.encode(), digest_size=16).hexdigest().encode())
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return
        else:
            return
        time.sleep(_HOLD_SECONDS)
    raise _in_use(name)


def _free_address(address: str, port: int, path: Path | None) -> None:
    """Check that nobody listens here: the server would share the port (SO_REUSEPORT), and readers be split at random.

    A socket's file that a killed service left is removed. Raises `HitsError`.
    """
    if path:
        _free_socket(path)
        return
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # else it also means “share the port”
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[0][4])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _in_use(f"{address}:{port}") from None
        raise HitsError(N_("cannot listen here: {reason}."), path=f"{address}:{port}", reason=error.strerror) from None


def _free_socket(path: Path) -> None:
    if not path.is_socket():
        if path.exists():
            raise HitsError(N_("there is a file here, which is no socket."), path=path)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except OSError as error:
            raise HitsError(N_("cannot listen here: {reason}."), path=path, reason=error.strerror) from None
        else:
            raise _in_use(path)


def _in_use(path: object) -> HitsError:
    return HitsError(N_("the address is in use: another service listens here. Stop it, or choose another."), path=path)


def _parse_bind(bind: str) -> tuple[str, int, Path | None]:
    """``127.0.0.1:8790``, ``[::1]:8790`` or ``unix:/run/hits.sock``. Raises `UsageError`."""
    if bind.startswith("unix:"):
        return "127.0.0.1", 0, Path(bind.removeprefix("unix:"))
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise UsageError(N_("“{bind}” is no address to listen at. Write it like 127.0.0.1:8790."), bind=bind)
    return host.strip("[]") or "127.0.0.1", int(port), None
