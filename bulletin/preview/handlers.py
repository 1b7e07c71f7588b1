"""Request handlers of the preview: access checks, pages with the panel in them, files, the live-reload socket."""

from __future__ import annotations

import json
import mimetypes
import re
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
from bulletin.preview.panel import (
    PANEL_SCRIPT_ADDRESS,
    SCRIPT_ADDRESS,
    STYLE_ADDRESS,
    TEXT_ADDRESS,
    PreviewPages,
    inject,
)
from bulletin.read.portable import FORBIDDEN, RESERVED

PREVIEW_HOST = "127.0.0.1"
"""Loopback only: no other computer reaches the preview."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}

_TYPES = mimetypes.MimeTypes()
"""Python's own table; that of Windows may give scripts the wrong type."""


class _PreviewState(Protocol):
    """The last build (state.py)."""

    folder: Path
    base_path: str
    outcome: BuildOutcome

    def lines(self, path: str) -> list[str] | None:
        """The lines of a text in which the last build found problems; None for every other file."""


class OpenPages:
    """The pages that are open in browsers, and from which build each address was last fetched.

    A page may be fetched before a build and connect after it, or lose its connection for a while; then it is
    reloaded on connecting, since it is stale.
    """

    def __init__(self) -> None:
        self._open: set[_LiveHandler] = set()
        self._fetched: dict[str, int] = {}

    def fetched(self, path: str, build: int) -> None:
        self._fetched[path] = build

    def join(self, page: _LiveHandler, path: str, build: int) -> None:
        self._open.add(page)
        if self._fetched.get(path, -1) < build:
            self.fetched(path, build)  # reloaded once, whether or not the browser does it
            page.reload()

    def leave(self, page: _LiveHandler) -> None:
        self._open.discard(page)

    def reload(self) -> None:
        for page in tuple(self._open):
            page.reload()

    def close(self) -> None:
        for page in tuple(self._open):
            page.close()


def make_app(preview: _PreviewState, pages: OpenPages, port: int, preview_pages: PreviewPages) -> Application:
    """The web application; it accepts only this computer's own names and this port as Host."""
    own = resources.files("bulletin.preview")
    fixed = (
        (SCRIPT_ADDRESS, "text/javascript", resources.files("livereload").joinpath("vendors/livereload.js")),
        (PANEL_SCRIPT_ADDRESS, "text/javascript", own.joinpath("panel.js")),
        (STYLE_ADDRESS, "text/css", own.joinpath("preview.css")),
    )
    common = {"preview": preview, "pages": pages}
    return Application(
        [
            (r"/livereload", _LiveHandler, common),
            *(
                (re.escape(address), _FixedHandler, {"data": file.read_bytes(), "kind": f"{kind}; charset=utf-8"})
                for address, kind, file in fixed
            ),
            (TEXT_ADDRESS + r"(.*)", _TextHandler, {**common, "preview_pages": preview_pages}),
            (r"/(.*)", _SiteHandler, {**common, "preview_pages": preview_pages}),
        ],
        default_handler_class=_MissingHandler,
        log_function=lambda _: None,
        hosts=allowed_hosts(port),
    )


def allowed_hosts(port: int) -> frozenset[str]:
    """Allowed values of the Host header."""
    names = (PREVIEW_HOST, "localhost", "[::1]")
    return frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())


class _GuardedHandler(RequestHandler):
    """Accepts only read requests, and only from this computer's own pages.

    Another website may reach 127.0.0.1 under its own name (DNS rebinding), which the Host header shows.
    """

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        origin = self.request.headers.get("Origin")
        if not self._is_allowed(self.request.headers.get("Host", "")) or (origin and not self.check_origin(origin)):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def check_origin(self, origin: str) -> bool:
        return origin.startswith("http://") and self._is_allowed(origin.removeprefix("http://"))

    def _is_allowed(self, host: str) -> bool:
        return host.lower() in self.settings["hosts"]

    def compute_etag(self) -> str | None:
        return None  # files change while the server runs

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(value, HTTPError):  # those are replies, not errors
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")


class _MissingHandler(_GuardedHandler):
    """Everything without a route: 404."""

    def get(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    head = get


class _FixedHandler(_GuardedHandler):
    """A static file of the preview itself."""

    def initialize(self, data: bytes, kind: str) -> None:
        self._data = data
        self._kind = kind

    def get(self) -> None:
        self.set_header("Content-Type", self._kind)
        self.finish(self._data)

    head = get


class _LiveHandler(_GuardedHandler, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """livereload's socket of an open page, without its global list of pages."""

    def initialize(self, preview: _PreviewState, pages: OpenPages) -> None:
        self._preview = preview
        self._pages = pages

    def on_message(self, message: str | bytes) -> None:
        with suppress(ValueError):
            command = json.loads(message)
            if not isinstance(command, dict):
                return
            if command.get("command") == "hello":
                super().on_message(message)
            elif command.get("command") == "info":
                path = unquote(urlsplit(str(command.get("url", ""))).path)
                self._pages.join(self, path, self._preview.outcome.number)

    def on_close(self) -> None:
        self._pages.leave(self)

    def reload(self) -> None:
        """Reload the whole page, styles included, which may have changed too."""
        with suppress(WebSocketClosedError):
            sent = self.write_message({"command": "reload", "path": "/", "liveCSS": False, "liveImg": False})
            sent.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may be closed meanwhile


class _TextHandler(_GuardedHandler):
    """A text that has problems, with them; no other file of the project is shown."""

    def initialize(self, preview: _PreviewState, pages: OpenPages, preview_pages: PreviewPages) -> None:
        self._preview = preview
        self._pages = pages
        self._preview_pages = preview_pages

    def get(self, path: str) -> None:
        outcome = self._preview.outcome
        lines = self._preview.lines(path)
        if lines is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        problems = [found for found in outcome.problems if found.path == path]
        self._pages.fetched(unquote(self.request.path), outcome.number)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(inject(self._preview_pages.text_page(path, lines, problems), "", self.request.headers["Host"]))

    head = get


class _SiteHandler(_GuardedHandler, StaticFileHandler):
    """The files of the preview; pages with the last build's problems."""

    def initialize(  # type: ignore[override]
        self, preview: _PreviewState, pages: OpenPages, preview_pages: PreviewPages
    ) -> None:
        super().initialize(str(preview.folder.resolve()))
        self._preview = preview
        self._pages = pages
        self._preview_pages = preview_pages

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
        """Links of the 404 page begin with the path of the station's URL."""
        return ("/" + path).removeprefix(self._preview.base_path)

    def _page(self, found: Path | None) -> None:
        outcome = self._preview.outcome  # read before the file: a page recorded as fresh is never stale
        page = _read(found)
        if page is None:
            page = _read(locate(self._preview.folder, "404.html"))
            self.set_status(HTTPStatus.NOT_FOUND)
        if page is None:
            page = self._preview_pages.placeholder(outcome.number > 0)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        path = unquote(self.request.path)
        self._pages.fetched(path, outcome.number)
        added = self._preview_pages.panel(outcome.problems, outcome.error, path, outcome.place)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(inject(page, added, self.request.headers["Host"]))

    def get_content_type(self) -> str:
        kind = _TYPES.guess_type(self.absolute_path or "", strict=False)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def should_return_304(self) -> bool:
        return False


def locate(folder: Path, path: str) -> Path | None:
    """The file or folder at a decoded address, if it is really inside the preview's folder and not hidden."""
    parts = path.removesuffix("/").split("/") if path else []
    if not all(map(_is_safe_name, parts)):
        return None
    with suppress(OSError, ValueError, RuntimeError):  # a name too long, a link to itself
        top = folder.resolve()
        found = top.joinpath(*parts).resolve(strict=True)
        inside = found.relative_to(top).parts
        if all(map(_is_safe_name, inside)) and (found.is_dir() or not path.endswith("/")):
            return found
    return None


def _is_safe_name(part: str) -> bool:
    """Whether a part of an address may name a file, on any system."""
    return bool(part) and not part.startswith(".") and not FORBIDDEN.search(part) and not RESERVED.match(part)


def _read(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path else None
    except OSError:
        return None
