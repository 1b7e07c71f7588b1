"""Who may ask the preview, and what they get: pages with the panel in them, files, the live-reload socket."""

from __future__ import annotations

import json
import mimetypes
from contextlib import suppress
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from livereload.handlers import LiveReloadHandler
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError

from bulletin.preview.outcome import BuildOutcome
from bulletin.preview.panel import SCRIPT_ADDRESS, STYLE_ADDRESS, TEXT_ADDRESS, PreviewPages, inject
from bulletin.read.sources import FORBIDDEN, RESERVED

PREVIEW_HOST = "127.0.0.1"
"""Nobody else's computer reaches the preview."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}

_TYPES = mimetypes.MimeTypes()
"""Python's own table; on Windows the system's may call a script text."""


class PreviewState(Protocol):
    """What the pages are made from: the last build (state.py)."""

    folder: Path
    base_path: str
    outcome: BuildOutcome

    def lines(self, path: str) -> list[str] | None:
        """The lines of a text in which the last build found problems; None for every other file."""


class OpenPages:
    """The pages that are open in browsers, and from which build each address was last fetched.

    A page may be fetched before a build and connect after it, or lose its connection for a while; then it learns
    on connecting that it is out of date.
    """

    def __init__(self) -> None:
        self._open: set[LiveHandler] = set()
        self._fetched: dict[str, int] = {}

    def fetched(self, path: str, build: int) -> None:
        self._fetched[path] = build

    def join(self, page: LiveHandler, path: str, build: int) -> None:
        self._open.add(page)
        if self._fetched.get(path, -1) < build:
            self.fetched(path, build)  # told once, whatever the browser makes of it
            page.reload()

    def leave(self, page: LiveHandler) -> None:
        self._open.discard(page)

    def reload(self) -> None:
        for page in tuple(self._open):
            page.reload()

    def close(self) -> None:
        for page in tuple(self._open):
            page.close()


def make_app(preview: PreviewState, pages: OpenPages, port: int, own: PreviewPages) -> Application:
    """The web application; it answers to this computer's own names on this port only."""
    script = resources.files("livereload").joinpath("vendors/livereload.js").read_bytes()
    style = resources.files("bulletin.preview").joinpath("preview.css").read_bytes()
    common = {"preview": preview, "pages": pages}
    return Application(
        [
            (r"/livereload", LiveHandler, common),
            (
                SCRIPT_ADDRESS.replace(".", r"\."),
                _FixedHandler,
                {"data": script, "kind": "text/javascript; charset=utf-8"},
            ),
            (STYLE_ADDRESS.replace(".", r"\."), _FixedHandler, {"data": style, "kind": "text/css; charset=utf-8"}),
            (TEXT_ADDRESS + r"(.*)", _TextHandler, {**common, "own": own}),
            (r"/(.*)", _SiteHandler, {**common, "own": own}),
        ],
        default_handler_class=_MissingHandler,
        log_function=lambda _: None,
        hosts=own_hosts(port),
    )


def own_hosts(port: int) -> frozenset[str]:
    """What the Host header may say."""
    names = (PREVIEW_HOST, "localhost", "[::1]")
    return frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())


class _GuardedHandler(RequestHandler):
    """Answers requests that come from this computer's own pages, and these only if they just read.

    A foreign page may reach 127.0.0.1 under a name of its own (DNS rebinding), which the Host header shows.
    """

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
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


class _MissingHandler(_GuardedHandler):
    """Whatever is no path at all."""

    def get(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    head = get


class _FixedHandler(_GuardedHandler):
    """A file of the preview's own."""

    def initialize(self, data: bytes, kind: str) -> None:
        self._data = data
        self._kind = kind

    def get(self) -> None:
        self.set_header("Content-Type", self._kind)
        self.finish(self._data)

    head = get


class LiveHandler(_GuardedHandler, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """livereload's conversation with an open page, without its list of pages that all servers share."""

    def initialize(self, preview: PreviewState, pages: OpenPages) -> None:
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


class _TextHandler(_GuardedHandler):
    """A text that has problems, with them; no other file of the project is shown."""

    def initialize(self, preview: PreviewState, pages: OpenPages, own: PreviewPages) -> None:
        self._preview = preview
        self._pages = pages
        self._own = own

    def get(self, path: str) -> None:
        outcome = self._preview.outcome
        lines = self._preview.lines(path)
        if lines is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        problems = [found for found in outcome.problems if found.path == path]
        self._pages.fetched(unquote(self.request.path), outcome.number)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(inject(self._own.text_page(path, lines, problems), "", self.request.headers["Host"]))

    head = get


class _SiteHandler(_GuardedHandler, StaticFileHandler):
    """The files of the preview; pages with what the last build has to say."""

    def initialize(  # type: ignore[override]
        self, preview: PreviewState, pages: OpenPages, own: PreviewPages
    ) -> None:
        super().initialize(str(preview.folder.resolve()))
        self._preview = preview
        self._pages = pages
        self._own = own

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
            page = self._own.stand_in(outcome.number > 0)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        path = unquote(self.request.path)
        self._pages.fetched(path, outcome.number)
        added = self._own.panel(outcome.problems, outcome.error, path)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(inject(page, added, self.request.headers["Host"]))

    def get_content_type(self) -> str:
        kind = _TYPES.guess_type(self.absolute_path or "", strict=False)[0] or "application/octet-stream"
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
