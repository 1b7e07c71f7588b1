"""Debian's nginx on a free port of this machine, as an office would set it up: strict headers, gzip, its own 404."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.browser.tools import program

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the pages themselves say in parts/policy.html, and what only a header can say."""

HEADERS = f"""\
        add_header Content-Security-Policy "{POLICY.replace("script-src 'self'", "script-src 'self'$wasm")}" always;
        add_header X-Content-Type-Options nosniff always;
        add_header Referrer-Policy no-referrer always;
"""

CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    types {{
        text/html html;
        text/css css;
        text/javascript js mjs;
        text/plain txt;
        application/json json;
        application/xml xml;
        application/pdf pdf;
        application/wasm wasm;
        image/svg+xml svg;
        image/png png;
        image/jpeg jpg jpeg;
        image/webp webp;
    }}
    charset utf-8;
    charset_types text/css text/javascript text/plain application/json application/xml;
    gzip on;
    gzip_min_length 256;
    gzip_types text/css text/javascript text/plain application/json application/xml image/svg+xml;
    map $uri $wasm {{
        default "";
        ~/(pagefind|search)/ " 'wasm-unsafe-eval'";  # as docs/search.md says
    }}
    server {{
        listen 127.0.0.1:{port};
        absolute_redirect off;
{locations}    }}
}}
"""

LOCATION = """\
        location {mount} {{
            alias {folder}/;
            index index.html;
            error_page 404 {mount}404.html;
{headers}        }}
"""

TRIES = 5
"""Another program may take the free port before nginx does."""


class Mount(NamedTuple):
    """A folder and where it is served."""

    path: str
    folder: Path
    strict: bool = True
    """With the headers; without them it is the pages alone that have to be safe."""


@contextmanager
def serving(folder: Path, mounts: tuple[Mount, ...], includes: tuple[Path, ...] = (), rules: str = "") -> Iterator[str]:
    """Serve until the end of the block; yields the server's address.

    ``includes`` go into the block of HTTP, ``rules`` into that of the server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        port = free_port()
        process = start(folder, configuration(folder, port, mounts, includes, rules))
        try:
            if answers(process, port):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            process.terminate()
            process.wait(10)
    raise AssertionError("nginx did not start:\n" + (folder / "error.log").read_text(encoding="utf-8"))


def configuration(
    folder: Path, port: int, mounts: tuple[Mount, ...], includes: tuple[Path, ...] = (), rules: str = ""
) -> str:
    locations = "".join(
        LOCATION.format(mount=mount.path, folder=mount.folder, headers=HEADERS if mount.strict else "")
        for mount in mounts
    )
    text = CONFIGURATION.format(folder=folder, port=port, locations=rules + locations)
    return text.replace("http {\n", "http {\n" + "".join(f"    include {path};\n" for path in includes), 1)


def start(folder: Path, text: str) -> subprocess.Popen[bytes]:
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    command = [program("nginx"), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(process: subprocess.Popen[bytes], port: int, seconds: float = 10) -> bool:
    """Whether the server took the port; False when it gave up."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False
