"""The preview server: builds at every save, shows the result with its problems, reloads the open pages.

Built on livereload's protocol and script, over tornado; its own server is not used, since it answers any host,
hands out hidden files and lets any page force a reload (hazards.md, "preview server"). One loop follows the
files: list → build in a thread → tell the pages. A save during a build is seen by the listing after it. The
preview lies in the work folder, drafts and all, and is never published.

The only module that imports livereload and tornado.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from livereload.handlers import LiveReloadHandler
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError

from bulletin.errors import UsageError
from bulletin.preview.panel import SCRIPT, STYLE, inject, panel, stand_in
from bulletin.preview.state import Outcome, Preview
from bulletin.preview.watch import Listing, changed, list_files
from bulletin.problems import N_
from bulletin.read.sources import FORBIDDEN, RESERVED

ADDRESS = "127.0.0.1"
"""Nobody else's computer reaches the preview."""

PORTS = 100
"""So many ports are tried, from the one asked for."""

POLL, POLL_LONGEST = 0.05, 0.15
"""Seconds between two listings; longer where a listing takes long, so that watching costs little."""
QUIET = 0.03
"""Seconds without another change after which a save is taken to be complete."""
QUIET_LONGEST = 2.0
"""So long at most does a file that keeps changing hold up the build."""

BACKLOG = 128
REQUEST_BYTES = 64 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}

TYPES = mimetypes.MimeTypes()
"""Python's own table; on Windows the system's may call a script text."""


def serve(
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
        listening, port = bind(wanted)
        app = make_app(self.preview, self._pages, port, self._translate)
        server = HTTPServer(app, max_header_size=REQUEST_BYTES, max_body_size=REQUEST_BYTES)
        server.add_socket(listening)
        address = f"http://{ADDRESS}:{port}/"
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
        """Build, then build again after every change. What is seen is listed before the build, not after it."""
        seen = await asyncio.to_thread(list_files, self._root)
        await self._build(())
        if address:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()  # some browsers hold it up
        while True:
            fresh = await settled(self._root, seen)
            names = changed(seen, fresh)
            seen = fresh
            if names:
                await self._build(names)

    async def _build(self, names: tuple[str, ...]) -> None:
        began = time.perf_counter()
        outcome = await asyncio.to_thread(self.preview.rebuild)
        self._pages.reload()
        self._tell(names, outcome, time.perf_counter() - began)
        await asyncio.to_thread(self.preview.warm)

    def _tell(self, names: tuple[str, ...], outcome: Outcome, seconds: float) -> None:
        """One line: what changed, how long it took, what came of it."""
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


def bind(wanted: int) -> tuple[socket.socket, int]:
    """A socket on the port asked for, or on the next free one."""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        try:
            # Its own choice of options is right on each system: Windows would let two servers share a port.
            listening = socket.create_server((ADDRESS, port), backlog=BACKLOG)
        except OSError:
            continue
        listening.setblocking(False)
        return listening, port
    raise UsageError(N_("no port is free from {port} on; choose another with --port."), port=wanted)


async def settled(root: Path, seen: Listing) -> Listing:
    """The first listing that differs from ``seen`` and does not change any more."""
    fresh, pause = seen, 0.0
    while fresh == seen:
        await asyncio.sleep(pause)
        began = time.perf_counter()
        fresh = await asyncio.to_thread(list_files, root)
        pause = min(max(POLL, 12 * (time.perf_counter() - began)), POLL_LONGEST)
    deadline = time.perf_counter() + QUIET_LONGEST
    while time.perf_counter() < deadline:
        await asyncio.sleep(QUIET)
        before, fresh = fresh, await asyncio.to_thread(list_files, root)
        if fresh == before:
            break
    return fresh


# ── the server


class OpenPages:
    """The pages that are open in browsers, and from which build each address was last fetched.

    A page may be fetched before a build and connect after it, or lose its connection for a while; then it learns
    on connecting that it is out of date.
    """

    def __init__(self) -> None:
        self._open: set[Live] = set()
        self._fetched: dict[str, int] = {}

    def fetched(self, path: str, build: int) -> None:
        self._fetched[path] = build

    def join(self, page: Live, path: str, build: int) -> None:
        self._open.add(page)
        if self._fetched.get(path, -1) < build:
            self.fetched(path, build)  # told once, whatever the browser makes of it
            page.reload()

    def leave(self, page: Live) -> None:
        self._open.discard(page)

    def reload(self) -> None:
        for page in tuple(self._open):
            page.reload()

    def close(self) -> None:
        for page in tuple(self._open):
            page.close()


def make_app(preview: Preview, pages: OpenPages, port: int, translate: Callable[[str], str]) -> Application:
    """The web application; it answers to this computer's own names on this port only."""
    script = resources.files("livereload").joinpath("vendors/livereload.js").read_bytes()
    style = resources.files("bulletin.preview").joinpath("preview.css").read_bytes()
    common = {"preview": preview, "pages": pages}
    return Application(
        [
            (r"/livereload", Live, common),
            (SCRIPT.replace(".", r"\."), Fixed, {"data": script, "kind": "text/javascript; charset=utf-8"}),
            (STYLE.replace(".", r"\."), Fixed, {"data": style, "kind": "text/css; charset=utf-8"}),
            (r"/(.*)", Site, {**common, "translate": translate}),
        ],
        default_handler_class=Missing,
        log_function=lambda _: None,
        hosts=own_hosts(port),
    )


def own_hosts(port: int) -> frozenset[str]:
    """What the Host header may say."""
    names = (ADDRESS, "localhost", "[::1]")
    return frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())


class Guarded(RequestHandler):
    """Answers requests that come from this computer's own pages, and these only if they just read.

    A foreign page may reach 127.0.0.1 under a name of its own (DNS rebinding), which the Host header shows.
    """

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        origin = self.request.headers.get("Origin")
        if not self._is_own(self.request.headers.get("Host", "")) or (origin and not self.check_origin(origin)):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def check_origin(self, origin: str) -> bool:
        return origin.startswith("http://") and self._is_own(origin.removeprefix("http://"))

    def _is_own(self, host: str) -> bool:
        return host.lower() in self.settings["hosts"]

    def compute_etag(self) -> str | None:
        return None  # the content changes under our hands

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(value, HTTPError):  # those are answers, not mistakes
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")


class Missing(Guarded):
    """Whatever is no path at all."""

    def get(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    head = get


class Fixed(Guarded):
    """A file of the preview's own."""

    def initialize(self, data: bytes, kind: str) -> None:
        self._data = data
        self._kind = kind

    def get(self) -> None:
        self.set_header("Content-Type", self._kind)
        self.finish(self._data)

    head = get


class Live(Guarded, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """livereload's conversation with an open page, without its list of pages that all servers share."""

    def initialize(self, preview: Preview, pages: OpenPages) -> None:
        self._preview = preview
        self._pages = pages

    def on_message(self, message: str | bytes) -> None:
        with suppress(ValueError):
            said = json.loads(message)
            if not isinstance(said, dict):
                return
            if said.get("command") == "hello":
                super().on_message(message)
            elif said.get("command") == "info":
                path = unquote(urlsplit(str(said.get("url", ""))).path)
                self._pages.join(self, path, self._preview.outcome.number)

    def on_close(self) -> None:
        self._pages.leave(self)

    def reload(self) -> None:
        """Have the page load itself anew, as it then is; with its styles, which may have changed as well."""
        with suppress(WebSocketClosedError):
            sent = self.write_message({"command": "reload", "path": "/", "liveCSS": False, "liveImg": False})
            sent.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may close meanwhile


class Site(Guarded, StaticFileHandler):
    """The files of the preview; pages with what the last build has to say."""

    def initialize(  # type: ignore[override]
        self, preview: Preview, pages: OpenPages, translate: Callable[[str], str]
    ) -> None:
        super().initialize(str(preview.folder.resolve()))
        self._preview = preview
        self._pages = pages
        self._translate = translate

    async def get(self, path: str, include_body: bool = True) -> None:
        found = locate(self._preview.folder, path) or locate(self._preview.folder, self._without_base(path))
        if found and found.is_dir():
            if path and not path.endswith("/"):
                self.redirect(self.request.path + "/")
                return
            found /= "index.html"
        if found is None or found.suffix == ".html" or not found.is_file():
            self._page(found)
        else:
            await super().get(found.relative_to(self.root).as_posix(), include_body)

    def _without_base(self, path: str) -> str:
        """The page for missing addresses begins its links with the path of the station's own address."""
        return ("/" + path).removeprefix(self._preview.base_path)

    def _page(self, found: Path | None) -> None:
        outcome = self._preview.outcome  # before the file: a page is never newer than it says
        page = _read(found)
        if page is None:
            page = _read(locate(self._preview.folder, "404.html"))
            self.set_status(HTTPStatus.NOT_FOUND)
        if page is None:
            page = stand_in(outcome.number > 0, self._translate)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        path = unquote(self.request.path)
        self._pages.fetched(path, outcome.number)
        added = panel(outcome.problems, outcome.error, path, self._translate)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(inject(page, added, self.request.headers["Host"]))

    def get_content_type(self) -> str:
        kind = TYPES.guess_type(self.absolute_path or "", strict=False)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def should_return_304(self) -> bool:
        return False


def locate(folder: Path, path: str) -> Path | None:
    """What lies at a decoded address: a file or a folder of the preview that is really inside it and not hidden."""
    steps = path.removesuffix("/").split("/") if path else []
    if not all(map(_is_plain, steps)):
        return None
    with suppress(OSError, ValueError, RuntimeError):  # a name too long, a link to itself
        top = folder.resolve()
        found = top.joinpath(*steps).resolve(strict=True)
        inside = found.relative_to(top).parts
        if all(map(_is_plain, inside)) and (found.is_dir() or not path.endswith("/")):
            return found
    return None


def _is_plain(step: str) -> bool:
    """Whether a step of an address may name a file, on any system."""
    return bool(step) and not step.startswith(".") and not FORBIDDEN.search(step) and not RESERVED.match(step)


def _read(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path else None
    except OSError:
        return None
