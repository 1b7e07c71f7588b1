"""A service of robots on this computer, which answers as it is told to: with a code, too late, half, or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class RobotServer:
    """What was received, and what is answered."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook/"
        self.received: list[dict[str, Any]] = []
        self.queries: list[dict[str, list[str]]] = []
        self.answers: list[object] = []
        """What comes next: an object as JSON, a number as the status of an empty answer, bytes as they are, ``close``
        for no answer, ``hang`` for none before the server ends; without any, the message is taken."""
        self.ended = threading.Event()


@contextmanager
def robot_server() -> Iterator[RobotServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.received.append(json.loads(body))
            state.queries.append(parse_qs(urlsplit(self.path).query))
            answer = state.answers.pop(0) if state.answers else {"errcode": 0, "code": 0}
            if answer == "hang":
                state.ended.wait(30)
            if answer in ("close", "hang"):
                self.close_connection = True
                return
            status = answer if isinstance(answer, int) else 200
            data = answer if isinstance(answer, bytes) else b"" if status != 200 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = RobotServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            state.ended.set()
            server.shutdown()
            thread.join()
