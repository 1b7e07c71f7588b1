"""The preview server: builds at every save, shows the result with its problems, reloads the open pages.

Built on livereload's protocol and script, over tornado; livereload's own server is not used, since it accepts any host,
serves hidden files and lets any page force a reload. One loop watches the files: scan → build in a thread → reload the
pages. A save during a build is detected by the next scan. The preview is in the work folder, drafts included, and is
never published.

Only this module and preview/handlers.py import livereload and tornado.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tornado.httpserver import HTTPServer

from bulletin.build.changes import scan_project
from bulletin.core.errors import UsageError
from bulletin.core.problems import N_
from bulletin.preview.handlers import PREVIEW_HOST, OpenPages, make_app
from bulletin.preview.outcome import BuildOutcome
from bulletin.preview.panel import PreviewPages
from bulletin.preview.state import Preview
from bulletin.preview.watch import changed
from bulletin.read.scan import Scan

PORTS = 100
"""Ports that are tried, from the one asked for."""

_POLL_SECONDS, _MAX_POLL_SECONDS = 0.03, 0.15
"""Seconds between two scans."""
_IDLE_PAUSE_FACTOR, _ACTIVE_PAUSE_FACTOR = 12, 4
"""Pause after a scan, as a multiple of its duration, so that polling costs little."""
_ACTIVE_SECONDS = 60.0
"""Seconds after a build in which files are polled more often: another save is likely soon."""
_DEBOUNCE_SECONDS = 0.01
"""Seconds without another change after which a save counts as complete."""
_MAX_DEBOUNCE_SECONDS = 2.0
"""Maximum delay of a build by a file that keeps changing."""

_BACKLOG = 128
_REQUEST_BYTES = 64 * 1024


def serve_preview(
    root: Path,
    port: int,
    *,
    open_page: bool,
    jobs: int,
    clock: Callable[[], datetime],
    translate: Callable[[str], str],
    echo: Callable[[str], None],
) -> None:
    """Serve the preview until Ctrl-C. Raises `UsageError` when no port is free."""
    session = _Session(root, Preview(root, jobs, clock, translate), translate, echo)
    try:
        # A selector loop on Windows too: tornado needs one.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(session.run(port, open_page))
    except KeyboardInterrupt:
        echo(translate(N_("The preview has ended.")))
    finally:
        session.preview.close()


class _Session:
    """One run of the server."""

    def __init__(
        self, root: Path, preview: Preview, translate: Callable[[str], str], echo: Callable[[str], None]
    ) -> None:
        self.preview = preview
        self._root = root
        self._translate = translate
        self._echo = echo
        self._pages = OpenPages()

    async def run(self, wanted: int, open_page: bool) -> None:
        listening, port = bind_port(wanted)
        app = make_app(self.preview, self._pages, port, PreviewPages(self._root, self._translate))
        server = HTTPServer(app, max_header_size=_REQUEST_BYTES, max_body_size=_REQUEST_BYTES)
        server.add_socket(listening)
        address = f"http://{PREVIEW_HOST}:{port}/"
        if port != wanted:
            self._say(N_("Port {wanted} is taken; port {port} is used instead."), wanted=wanted, port=port)
        self._say(N_("The preview is at {address} (end it with Ctrl-C)."), address=address)
        try:
            await self._follow(address if open_page else "")
        finally:
            self.preview.stop()
            server.stop()
            self._pages.close()
            await server.close_all_connections()

    async def _follow(self, address: str) -> None:
        """Build, then rebuild after every change: from the scan, so that later changes are detected by the next one."""
        seen = await asyncio.to_thread(scan_project, self._root)
        await self._build((), seen)
        if address:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()  # some browsers block
        while True:
            fresh = await wait_for_change(self._root, seen)
            names = changed(self._root, seen, fresh)
            seen = fresh
            if names:
                await self._build(names, fresh)

    async def _build(self, names: tuple[str, ...], scan: Scan) -> None:
        began = time.perf_counter()
        outcome = await asyncio.to_thread(self.preview.rebuild, scan)
        self._pages.reload()
        self._report_build(names, outcome, time.perf_counter() - began)
        await asyncio.to_thread(self.preview.warm)

    def _report_build(self, names: tuple[str, ...], outcome: BuildOutcome, seconds: float) -> None:
        """Print one line: what changed, how long it took, the result."""
        file = names[0] if names else self._root.name
        if len(names) > 1:
            file += f" (+{len(names) - 1})"
        if outcome.error:
            self._say(N_("{file}: not built. {error}"), file=file, error=outcome.error)
        else:
            line = N_("{file}: built in {seconds:.2f} s; problems: {count}")
            self._say(line, file=file, seconds=seconds, count=len(outcome.problems))

    def _say(self, message: str, **values: object) -> None:
        self._echo(self._translate(message).format(**values))


def bind_port(wanted: int) -> tuple[socket.socket, int]:
    """A socket on the port asked for, or on the next free one."""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        try:
            # Its own choice of options is right on each system: Windows would let two servers factor a port.
            listening = socket.create_server((PREVIEW_HOST, port), backlog=_BACKLOG)
        except OSError:
            continue
        listening.setblocking(False)
        return listening, port
    raise UsageError(N_("no port is free from {port} on; choose another with --port."), port=wanted)


async def wait_for_change(root: Path, seen: Scan) -> Scan:
    """The first scan that differs from ``seen``, debounced."""
    fresh, pause = seen, 0.0
    idle_from = time.perf_counter() + _ACTIVE_SECONDS
    while not changed(root, seen, fresh):
        seen = fresh
        await asyncio.sleep(pause)
        began = time.perf_counter()
        fresh = await asyncio.to_thread(scan_project, root)
        factor = _IDLE_PAUSE_FACTOR if began > idle_from else _ACTIVE_PAUSE_FACTOR
        pause = min(max(_POLL_SECONDS, factor * (time.perf_counter() - began)), _MAX_POLL_SECONDS)
    deadline = time.perf_counter() + _MAX_DEBOUNCE_SECONDS
    while time.perf_counter() < deadline:
        await asyncio.sleep(_DEBOUNCE_SECONDS)
        before, fresh = fresh, await asyncio.to_thread(scan_project, root)
        if not changed(root, before, fresh):
            break
    return fresh
