"""`bulletin serve`: how long from saving an issue until the browser is told, and until it has the new page."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from bench.cases import Project
from bench.peers import environment
from bench.results import Saves

PAUSE = 0.4
"""Seconds between two saves: nobody saves faster."""
PATIENCE = 60.0


def measure_saves(project: Project, count: int) -> Saves:
    with served(project) as address:
        pairs = asyncio.run(save_often(project, address, count))
    message, page = zip(*pairs, strict=True)
    return Saves(project.tool.name, project.total, tuple(message), tuple(page))


@contextmanager
def served(project: Project) -> Iterator[str]:
    """The preview's address, once its first build is done."""
    words = [sys.executable, "-m", "bulletin", "serve", "--port", "5600"]
    env = environment() | {"LANGUAGE": "en", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, cwd=project.root, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            found = next(filter(None, (re.search(r"http://[\d.:]+/", line) for line in lines)))
            next(line for line in lines if "built in" in line)
            yield found.group()
        finally:
            process.terminate()


async def save_often(project: Project, address: str, count: int) -> list[tuple[float, float]]:
    path = f"issues/{project.issue(project.total - 1).number}/"
    socket = await connect(address, path)
    taken = []
    for number in range(count):
        await asyncio.sleep(PAUSE)
        taken.append(await save(project, socket, address + path, f"存{number}次"))
    socket.close()
    return taken


async def connect(address: str, path: str) -> WebSocketClientConnection:
    """As livereload's script in the page does it."""
    fetch(address + path)
    where = address.replace("http:", "ws:") + "livereload"
    socket = await websocket_connect(HTTPRequest(where, headers={"Origin": address.rstrip("/")}))
    await socket.write_message(json.dumps({"command": "hello", "protocols": []}))
    await socket.write_message(json.dumps({"command": "info", "url": address + path}))
    return socket


async def save(project: Project, socket: WebSocketClientConnection, url: str, words: str) -> tuple[float, float]:
    text = re.sub(r"(存\d+次)?。", f"{words}。", project.newest.read_text(encoding="utf-8"), count=1)
    began = time.perf_counter()
    project.newest.write_text(text, encoding="utf-8")
    await asyncio.wait_for(told(socket), PATIENCE)
    message = time.perf_counter() - began
    while words not in fetch(url):
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(url)
    return message, time.perf_counter() - began


async def told(socket: WebSocketClientConnection) -> None:
    while said := await socket.read_message():
        if json.loads(said)["command"] == "reload":
            return
    raise ConnectionError("the preview has gone")


def fetch(url: str) -> str:
    with urlopen(url, timeout=PATIENCE) as answer:
        return str(answer.read().decode())
