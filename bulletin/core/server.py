"""Running a service under granian, which was measured against uvicorn (docs/hits.md)."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from bulletin.core.errors import UsageError
from bulletin.core.http import App
from bulletin.core.problems import N_

HEADER_SECONDS = 10
"""Timeout for a request's headers, and for idle connections."""
_MAX_HEAD_BYTES = 16 * 1024
_BACKLOG = 4096
_MAX_CONNECTIONS = 20_000
"""Concurrent connections; idle ones cost a few kilobytes, and with fewer, slow clients could lock readers out."""
_HOLD_TRIES, _HOLD_SECONDS = 40, 0.05
_GC_THRESHOLDS = 20_000, 50, 100
"""Garbage collection is made rare: a hit leaves no reference cycles, and the default costs a tenth of the time."""


def serve_app(bind: str, make: Callable[[], App], workers: int = 1, stop_seconds: int = 15) -> None:
    """Serve what ``make`` makes, in each worker process, until stopped. Raises `UsageError` when it cannot listen."""
    server = granian(*_parse_bind(bind), workers=workers, stop_seconds=stop_seconds)
    try:
        server.serve(target_loader=partial(_load, make), wrap_loader=False)
    except RuntimeError as error:  # as granian says it when another service was quicker
        raise UsageError(N_("cannot listen here: {reason}."), path=bind, reason=error) from None


def _load(make: Callable[[], App], *_: Any) -> App:
    """Create the application, in a worker process."""
    _raise_file_limit()
    return freeze_heap(make())


def granian(
    address: str, port: int, socket: Path | None = None, workers: int = 1, stop_seconds: int = 15
) -> AbstractServer[Any]:
    """The server, configured as it was measured."""
    server: AbstractServer[Any] = Granian(
        "bulletin",
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
        workers_kill_timeout=stop_seconds,
        respawn_failed_workers=True,
    )
    return server


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


@contextmanager
def reserved_address(bind: str) -> Iterator[None]:
    """Context manager: no other service begins at this address, not even in the same moment.

    Raises `UsageError` when somebody listens there, `UsageError` when it is no address.
    """
    address, port, path = _parse_bind(bind)
    with socket.socket(socket.AF_UNIX if hasattr(socket, "AF_UNIX") else socket.AF_INET) as held:
        if sys.platform == "linux":
            _hold(held, str(path.absolute()) if path else f"{address}:{port}")
        _free_address(address, port, path)
        yield


def _hold(held: socket.socket, name: str) -> None:
    """Take a name that ends with the process, however it ends: an abstract one, unix(7). Raises `UsageError`."""
    for _ in range(_HOLD_TRIES):  # the worker of a killed service ends a moment after it
        try:
            held.bind(b"\0bulletin-" + blake2b(name.encode(), digest_size=16).hexdigest().encode())
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return
        else:
            return
        time.sleep(_HOLD_SECONDS)
    raise _in_use(name)


def _free_address(address: str, port: int, path: Path | None) -> None:
    """Check that nobody listens here: the server would share the port (SO_REUSEPORT), and readers be split at random.

    A socket's file that a killed service left is removed. Raises `UsageError`.
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
        raise UsageError(N_("cannot listen here: {reason}."), path=f"{address}:{port}", reason=error.strerror) from None


def _free_socket(path: Path) -> None:
    if not path.is_socket():
        if path.exists():
            raise UsageError(N_("there is a file here, which is no socket."), path=path)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except OSError as error:
            raise UsageError(N_("cannot listen here: {reason}."), path=path, reason=error.strerror) from None
        else:
            raise _in_use(path)


def _in_use(path: object) -> UsageError:
    return UsageError(N_("the address is in use: another service listens here. Stop it, or choose another."), path=path)


def _parse_bind(bind: str) -> tuple[str, int, Path | None]:
    """``127.0.0.1:8790``, ``[::1]:8790`` or ``unix:/run/hits.sock``. Raises `UsageError`."""
    if bind.startswith("unix:"):
        return "127.0.0.1", 0, Path(bind.removeprefix("unix:"))
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise UsageError(N_("“{bind}” is no address to listen at. Write it like 127.0.0.1:8790."), bind=bind)
    return host.strip("[]") or "127.0.0.1", int(port), None
