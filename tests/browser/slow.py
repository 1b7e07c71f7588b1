"""A server on a slow line: pages trickle in, as on a train, so that the browser paints them piece by piece."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PIECE = 300
"""Bytes; smaller than what nginx would part a page into, so that a line of the page is seldom whole."""
PAUSE = 0.03
"""Seconds between pieces: more than a frame."""


class Trickle(SimpleHTTPRequestHandler):
    """Pages in pieces, everything else at once."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        text = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if file.suffix != ".html":
            self.wfile.write(text)
            return
        for start in range(0, len(text), PIECE):
            self.wfile.write(text[start : start + PIECE])
            time.sleep(PAUSE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests look at the page."""


@contextmanager
def trickling(folder: Path) -> Iterator[str]:
    """Serve the folder until the end of the block; yields the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Trickle, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
