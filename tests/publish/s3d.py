"""An S3 server with the faults that it is told to have: ``python -m tests.publish.s3d SETTINGS`` (JSON).

moto, which keeps everything in memory. It does not check who asks; here the key's name is checked (not the signature),
and without a key objects can be read only, as in a bucket that is a website.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from tests.publish.faults import S3Settings, signature

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Faults:
    """Answers what moto would not."""

    def __init__(self, settings: S3Settings, server: Application) -> None:
        self._settings = settings
        self._server = server
        self._received = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if fault := self._fault(environ):
            status, code = fault
            body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>".encode()
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        environ.setdefault("HTTP_AUTHORIZATION", signature(self._settings.key))  # moto shows nobody's objects to nobody
        return self._server(environ, start)

    def _fault(self, environ: dict[str, Any]) -> tuple[str, str] | None:
        """Status and code of what is wrong with a request."""
        settings, key = self._settings, _key_of(environ)
        method, path = str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"])
        writes = method not in ("GET", "HEAD") and path.count("/") > 1 and not path.endswith("/")
        if key not in (None, settings.key):
            return "403 Forbidden", "InvalidAccessKeyId"
        if (key is None and (method not in ("GET", "HEAD") or path.count("/") < 2)) or (writes and settings.read_only):
            return "403 Forbidden", "AccessDenied"
        if not settings.conditional and writes and {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"} & environ.keys():
            return "501 Not Implemented", "NotImplemented"
        if writes and settings.quota:
            size = int(environ.get("CONTENT_LENGTH") or 0)
            if self._received + size > settings.quota:
                return "403 Forbidden", "QuotaExceeded"
            self._received += size
        return None


def _key_of(environ: dict[str, Any]) -> str | None:
    """Name of the key of a signed request; None when it is not signed."""
    signed = f"{environ.get('HTTP_AUTHORIZATION', '')}&{environ.get('QUERY_STRING', '')}"
    found = re.search(r"Credential=([^/&%]+)", signed)
    return found[1] if found else None


def main(text: str) -> None:
    settings = msgspec.json.decode(text, type=S3Settings)
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        settings.host, settings.port, _Faults(settings, moto), threaded=True, request_handler=MotoRequestHandler
    )
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
