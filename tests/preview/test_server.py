"""`bulletin serve`: the real server in a process of its own, and the parts it is made of."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from bulletin.build.changes import scan_project
from bulletin.core.errors import StationError, UsageError
from bulletin.core.problems import Problem, problem, sentence
from bulletin.preview.handlers import allowed_hosts, locate
from bulletin.preview.panel import STYLE_ADDRESS, PreviewPages, concerns_page, inject, own_first, title_above
from bulletin.preview.server import PORTS, bind_port, wait_for_change
from bulletin.preview.state import BuildCancelled, Preview
from bulletin.preview.watch import changed, is_temporary
from bulletin.read.scan import Scan
from tests.conftest import NOW, STATION, good_issues, tree, write_files

PATIENCE = 30.0
"""Seconds for what must come, on a computer that is busy with other tests."""

DRAFT = """\
---
number: 2015009
date: 2015-09-01
draft: true
---
## 站务新闻

还没有写完的事。
"""

BROKEN = """\
---
number: 2015002
date: the second of May
---
## 站务新闻

正文。
"""


T = TypeVar("T")


def eventually(ask: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Ask again until the answer is yes; the last answer when it never is."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


class Reply(NamedTuple):
    status: int
    headers: Message
    text: str


class Server:
    """`bulletin serve` in a process of its own."""

    def __init__(self, root: Path, port: int, *options: str, **environment: str) -> None:
        command = [sys.executable, "-W", "error", "-m", "bulletin", "serve", "--root", str(root), "--port", str(port)]
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "LANGUAGE": "en", **environment},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.port = self._announced()

    def _read(self) -> None:
        if self.process.stdout:
            self.lines.extend(iter(self.process.stdout.readline, ""))

    def _announced(self) -> int:
        line = eventually(lambda: next((line for line in self.lines if "http://" in line), ""))
        if not line:
            raise AssertionError(self.stop())
        return int(line.split("127.0.0.1:")[1].split("/")[0])

    def builds(self) -> int:
        return sum("built" in line for line in self.lines)

    def wait(self, builds: int) -> None:
        assert eventually(lambda: self.builds() >= builds), self.lines

    def get(self, path: str, method: str = "GET", **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def shows(self, path: str, words: str) -> bool:
        """Whether a page comes to hold the words."""
        return eventually(lambda: words in self.get(path).text)

    def raw(self, request: str) -> str:
        """Send a request as it is; the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request.encode())
            return connection.recv(64).decode().split("\r\n")[0]

    def interrupt(self) -> str:
        """End it as Ctrl-C does; all that it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        try:
            self.process.wait(PATIENCE)
        finally:
            self.stop()
        return "".join(self.lines)

    def stop(self) -> str:
        """End it for certain."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        if self.process.stdout:
            self.process.stdout.close()
        return "".join(self.lines)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(root: Path, *options: str, **environment: str) -> Iterator[Server]:
    server = Server(root, free_port(), *options, **environment)
    try:
        server.wait(1)
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def open_page(server: Server, path: str, **headers: str) -> AsyncIterator[WebSocketClientConnection]:
    """Connect as livereload's script on a page does, up to the point where the server knows of the page."""
    request = HTTPRequest(f"ws://127.0.0.1:{server.port}/livereload", headers=headers)
    page = await websocket_connect(request)
    await page.write_message(json.dumps({"command": "hello", "protocols": []}))
    assert json.loads(await page.read_message() or "{}")["command"] == "hello"
    await page.write_message(json.dumps({"command": "info", "url": f"http://127.0.0.1:{server.port}{path}"}))
    try:
        yield page
    finally:
        page.close()
        while await page.read_message() is not None:
            pass


async def command_of(page: WebSocketClientConnection, seconds: float = 5) -> str:
    message = await asyncio.wait_for(asyncio.ensure_future(page.read_message()), seconds)
    return str(json.loads(message or "{}").get("command"))


# ── what is served, and to whom


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only ask."""
    root = tmp_path_factory.mktemp("asked") / "station"
    station = STATION.replace("example.cn/", "example.cn/below/")
    write_files(root, {"content/station.yml": station, "content/issues/2015009.md": DRAFT, **good_issues(3)})
    with serving(root) as server:
        (root / "secret.html").write_text("secret")
        (root / ".bulletin/preview/.env").write_text("secret")
        (root / ".bulletin/preview/way-out.html").symlink_to(root / "secret.html")
        (root / ".bulletin/preview/outside").symlink_to(root)
        (root / ".bulletin/preview/film.mp4").write_bytes(b"0123456789")
        yield server


asks = pytest.mark.xdist_group("serve")


@asks
def test_home_carries_the_script_and_no_panel(server: Server) -> None:
    home = server.get("/")
    assert home.status == 200
    assert '<script src="/livereload.js?' in home.text
    assert "preview-problems" not in home.text
    assert f"connect-src 'self' ws://127.0.0.1:{server.port};" in home.text
    assert home.headers["Cache-Control"] == "no-store"
    assert home.headers["X-Robots-Tag"] == "noindex"


@asks
def test_the_parts_of_the_preview_are_served(server: Server) -> None:
    assert "LiveReload" in server.get("/livereload.js").text
    assert server.get("/livereload.js").headers["Content-Type"].startswith("text/javascript")
    assert ".preview-problems" in server.get("/_preview/preview.css").text
    script = server.get("/_preview/panel.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert 1000 < len(script.text.encode()) < 4096


@asks
def test_files_of_the_site_have_their_types(server: Server) -> None:
    assert server.get("/static/style.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert server.get("/static/favicon.svg").headers["Content-Type"] == "image/svg+xml"
    assert server.get("/feed.xml").status == 200
    part = server.get("/film.mp4", Range="bytes=2-4")
    assert (part.status, part.text) == (206, "234")


@asks
def test_draft_is_shown_and_marked(server: Server) -> None:
    page = server.get("/issues/2015009/")
    assert page.status == 200
    assert "还没有写完的事" in page.text
    assert "draft-banner" in page.text


@asks
def test_folder_without_slash_is_redirected(server: Server) -> None:
    answer = server.get("/issues/2015001")
    assert (answer.status, answer.headers["Location"]) == (302, "/issues/2015001/")


@asks
def test_missing_page_is_the_sites_own(server: Server) -> None:
    answer = server.get("/issues/1999001/")
    assert answer.status == 404
    assert re.search(r"/below/static/[0-9a-f]{10}/style\.css", answer.text)
    assert "/livereload.js" in answer.text


@asks
def test_path_of_the_stations_own_address_works_here_too(server: Server) -> None:
    assert server.get("/below/static/style.css").status == 200
    assert server.get("/below/issues/2015001/").status == 200


@asks
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_own_names_are_answered(server: Server, name: str) -> None:
    own = f"{name}:{server.port}"
    assert server.get("/", Host=own, Origin=f"http://{own}").status == 200


@asks
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.:{port}", ""]
)
@pytest.mark.parametrize("path", ["/", "/livereload", "/livereload.js", "/_preview/preview.css", "/_preview/panel.js"])
def test_foreign_host_is_refused(server: Server, host: str, path: str) -> None:
    answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: {host.format(port=server.port)}\r\n\r\n")
    assert answer.split()[1] in ("403", "400")


@asks
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}.x"]
)
def test_foreign_origin_is_refused(server: Server, origin: str) -> None:
    assert server.get("/", Origin=origin.format(port=server.port)).status == 403


@asks
@pytest.mark.parametrize(("header", "foreign"), [("Origin", "http://evil.example"), ("Host", "evil.example")])
def test_foreign_web_socket_is_refused(server: Server, header: str, foreign: str) -> None:
    async def connect() -> None:
        async with open_page(server, "/", **{header: foreign}):
            pass

    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect())


HIDDEN = (
    "/.bulletin-site",
    "/.bulletin-files",
    "/.env",
    "/issues/.git/config",
    "/%2eenv",
    "/../station.yml",
    "/../../content/station.yml",
    "/..%2f..%2fcontent/station.yml",
    "/..%5c..%5ccontent%5cstation.yml",
    "/%2e%2e/%2e%2e/content/station.yml",
    "//content/station.yml",
    "/C:/Windows/win.ini",
    "/way-out.html",
    "/outside/secret.html",
    "/outside/",
    "/feed.xml/",
    "/%00",
    "/index.html%00.txt",
    "/index.html::$DATA",
    "/nul",
    "/" + "a" * 300,
    "/" + "%E4%B8%80" * 90,
    "/forcereload",
    "/static/",
)


@asks
@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_hidden_or_outside_is_served(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 404
    assert "secret" not in answer.text


@asks
@pytest.mark.parametrize("path", ["/%ff", "/%c3%28", "*", "/a b"])
def test_bad_addresses_never_break_the_server(server: Server, path: str) -> None:
    answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n")
    assert answer.split()[1] in ("400", "404")


@asks
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/livereload", "/livereload.js"])
def test_only_reading_is_allowed(server: Server, method: str, path: str) -> None:
    assert server.get(path, method).status == 405


@asks
def test_head_says_what_get_would(server: Server) -> None:
    head, get = server.get("/", "HEAD"), server.get("/")
    assert head.text == ""
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.text.encode()))


@asks
def test_nonsense_on_the_web_socket_does_no_harm(server: Server) -> None:
    async def talk() -> None:
        async with open_page(server, "/") as page:
            for nonsense in (
                "{",
                "[]",
                "1",
                '{"command": "info", "url": 5}',
                '{"command": "info", "url": "http://[x"}',
            ):
                await page.write_message(nonsense)

    asyncio.run(talk())
    assert server.get("/").status == 200
    assert "Traceback" not in "".join(server.lines)


# ── saving


def test_saving_reloads_the_page(station: Path) -> None:
    issue = station / "content/issues/2015001.md"

    async def save_and_wait(server: Server) -> str:
        server.get("/issues/2015001/")
        async with open_page(server, "/issues/2015001/") as page:
            issue.write_text(issue.read_text() + "\n新的一段。\n")
            return await command_of(page)

    with serving(station) as server:
        assert asyncio.run(save_and_wait(server)) == "reload"
        assert "新的一段。" in server.get("/issues/2015001/").text
        assert eventually(lambda: any("content/issues/2015001.md: built" in line for line in server.lines))


def test_page_that_missed_a_build_is_told_on_connecting(station: Path) -> None:
    async def connect_late(server: Server) -> None:
        server.get("/")
        (station / "content/issues/2015001.md").unlink()
        await asyncio.to_thread(server.wait, 2)
        async with open_page(server, "/") as late:
            assert await command_of(late) == "reload"
        server.get("/")
        async with open_page(server, "/") as current:
            with pytest.raises(TimeoutError):
                await command_of(current, 0.3)

    with serving(station) as server:
        asyncio.run(connect_late(server))


def test_issue_that_comes_or_goes_is_followed(station: Path) -> None:
    with serving(station) as server:
        write_files(station, {"content/issues/2015009.md": DRAFT})
        assert server.shows("/issues/2015009/", "还没有写完的事")
        (station / "content/issues/2015009.md").rename(station / "content/issues/2015008.md")
        (station / "content/issues/2015003.md").unlink()
        assert eventually(lambda: server.get("/issues/2015003/").status == 404)


def test_broken_issue_shows_its_problem_and_mended_it_is_gone(station: Path) -> None:
    broken = station / "content/issues/2015002.md"
    good = broken.read_text()
    with serving(station) as server:
        broken.write_text(BROKEN)
        assert server.shows("/issues/2015002/", "content/issues/2015002.md#L3")
        page = server.get("/issues/2015002/")
        assert page.status == 200
        assert "第3件事" in page.text, "the last good page stays"
        assert "is not a date that exists" in page.text
        assert "F304" in server.get("/").text
        assert '<a href="/_preview/text/content/issues/2015002.md#L3">' in server.get("/").text
        text = server.get("/_preview/text/content/issues/2015002.md")
        assert (text.status, 'id="L3"' in text.text, "F304" in text.text) == (200, True, True)
        for other in ("content/station.yml", "content/issues/2015001.md", "../station.yml", ".bulletin/cache.db"):
            assert server.get(f"/_preview/text/{other}").status == 404
        broken.write_text(good)
        assert eventually(lambda: "F304" not in server.get("/").text)
        assert server.process.poll() is None


def test_issue_that_was_never_good_says_why_it_is_missing(station: Path) -> None:
    write_files(station, {"content/issues/2015002.md": BROKEN})
    with serving(station) as server:
        page = server.get("/issues/2015002/")
        assert page.status == 404
        assert "content/issues/2015002.md#L3" in page.text


def test_broken_template_leaves_the_last_good_page(station: Path) -> None:
    template = station / "templates/404.html"
    with serving(station) as server:
        write_files(station, {"templates/404.html": "<p>{{ nothing }}</p>"})
        assert server.shows("/", "templates/404.html line 1")
        assert server.get("/").status == 200
        assert "第2件事" in server.get("/issues/2015001/").text
        template.write_text("<p>All well</p>")
        assert server.shows("/nowhere/", "All well")
        assert eventually(lambda: "preview-problems" not in server.get("/nowhere/").text)


def test_broken_station_is_a_page_until_it_is_mended(station: Path) -> None:
    write_files(station, {"content/station.yml": "name: [\n"})
    with serving(station) as server:
        page = server.get("/issues/2015001/")
        assert page.status == 503
        assert (found := re.search(r'<a href="(/_preview/text/content/station\.yml#L\d)">', page.text))
        assert "name: [" in server.get(found[1].partition("#")[0]).text
        assert "/livereload.js" in page.text
        write_files(station, {"content/station.yml": STATION})
        assert server.shows("/issues/2015001/", "第2件事")
        write_files(station, {"content/station.yml": "name: [\n"})
        assert server.shows("/issues/2015001/", "content/station.yml")
        assert "第2件事" in server.get("/issues/2015001/").text


def test_changed_station_is_read_by_the_workers_too(station: Path) -> None:
    with serving(station) as server:
        write_files(station, {"content/station.yml": STATION.replace("南岭市", "北岭市")})
        assert server.shows("/issues/2015001/", "北岭市救助管理站")
        write_files(station, {"content/station.yml": STATION + "language: en\n"})
        assert server.shows("/issues/2015001/", 'lang="en"')


def test_the_site_itself_is_not_touched(station: Path) -> None:
    write_files(station, {"site/index.html": "public", "content/issues/2015009.md": DRAFT})
    before = tree(station)
    with serving(station) as server:
        server.get("/")
    after = {path: data for path, data in tree(station).items() if not path.startswith(".bulletin/")}
    assert after == before


# ── the command


def test_taken_port_gives_way_to_the_next(station: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(station, port)
        try:
            assert server.port > port
            assert f"Port {port} is taken" in server.lines[0]
            assert eventually(lambda: server.get("/").status == 200)
        finally:
            server.stop()


def test_open_shows_the_page_once_it_is_built(station: Path, tmp_path: Path) -> None:
    note = tmp_path / "opened"
    code = f"import sys, pathlib; pathlib.Path({str(note)!r}).write_text(sys.argv[1])"
    script = tmp_path / "browser.py"
    script.write_text(code)
    with serving(station, "--open", BROWSER=f"{sys.executable} {script} %s") as server:
        assert eventually(lambda: note.exists() and note.read_text()) == f"http://127.0.0.1:{server.port}/"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sending Ctrl-C to one process")
def test_interrupt_ends_it_cleanly(station: Path) -> None:
    async def interrupt(server: Server) -> str:
        async with open_page(server, "/"):
            return await asyncio.to_thread(server.interrupt)

    with serving(station) as server:
        printed = asyncio.run(interrupt(server))
        assert (server.process.returncode, printed.splitlines()[-1]) == (0, "The preview has ended."), printed


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sending Ctrl-C to one process")
def test_interrupt_breaks_off_a_build(station: Path) -> None:
    write_files(station, good_issues(500))
    server = Server(station, free_port())
    try:
        printed = server.interrupt()
        assert (server.process.returncode, printed.splitlines()[1:]) == (0, ["The preview has ended."]), printed
    finally:
        server.stop()


# ── the parts


def test_bind_takes_the_next_free_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        listening, port = bind_port(wanted)
    with listening:
        assert listening.getsockname() == ("127.0.0.1", port)
    assert wanted < port < wanted + PORTS


def test_bind_gives_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("socket.create_server", refuse)
    with pytest.raises(UsageError, match="no port is free from 65530 on"):
        bind_port(65530)


def test_port_80_is_not_named_by_browsers() -> None:
    assert {"localhost", "localhost:80", "127.0.0.1"} <= allowed_hosts(80)
    assert "localhost" not in allowed_hosts(8080)


def test_locate_follows_links_inside_only(tmp_path: Path) -> None:
    folder = tmp_path / "preview"
    write_files(folder, {"a/index.html": "", ".hidden/x.html": "", "b.html": ""})
    (folder / "inside").symlink_to(folder / "a")
    (folder / "hidden").symlink_to(folder / ".hidden")
    (folder / "loop").symlink_to(folder / "loop")
    assert locate(folder, "inside/index.html") == folder.resolve() / "a/index.html"
    assert locate(folder, "") == folder.resolve()
    assert [locate(folder, path) for path in ("hidden/x.html", "loop", "b.html/", "none", "a//index.html")] == [
        None
    ] * 5


@pytest.mark.parametrize("name", [".2015001.md.swp", "~$简报.docx", "2015001.md~", "4f.tmp", ".~lock.x#"])
def test_lock_files_are_no_change(tmp_path: Path, name: str) -> None:
    assert is_temporary(name)
    write_files(tmp_path, {f"content/issues/{name}": "x", "content/issues/2015001.md": "y", "templates/a/b.html": "z"})
    assert changed(tmp_path, Scan(), scan_project(tmp_path)) == ("content/issues/2015001.md", "templates/a/b.html")


def test_what_lies_in_a_hidden_folder_is_no_change(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/.git/index": "x", "content/.git/a.md": "x", ".bulletin/hits.json": "{}"})
    assert changed(tmp_path, Scan(), scan_project(tmp_path)) == ()


def test_a_scan_tells_every_kind_of_change(tmp_path: Path) -> None:
    file = tmp_path / "content/a.md"
    write_files(tmp_path, {"content/a.md": "one", "content/b.md": "b"})
    before = scan_project(tmp_path)
    assert changed(tmp_path, before, scan_project(tmp_path)) == ()
    times = file.stat().st_mtime_ns
    write_files(tmp_path, {"content/a.md.new": "two"})
    os.utime(tmp_path / "content/a.md.new", ns=(times, times))
    (tmp_path / "content/a.md.new").replace(file)
    assert changed(tmp_path, before, scan_project(tmp_path)) == ("content/a.md",), "same size, same time, another file"
    (tmp_path / "content/b.md").rename(tmp_path / "content/c.md")
    assert changed(tmp_path, before, scan_project(tmp_path)) == ("content/a.md", "content/b.md", "content/c.md")


def test_missing_folders_have_no_changes(tmp_path: Path) -> None:
    assert changed(tmp_path / "nowhere", Scan(), scan_project(tmp_path / "nowhere")) == ()


def test_a_change_is_over_after_the_last_of_several_writes(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/a.md": ""})
    seen = scan_project(tmp_path)

    async def write_slowly() -> Scan:
        waiting = asyncio.ensure_future(wait_for_change(tmp_path, seen))
        for count in range(1, 6):
            await asyncio.sleep(0.01)
            write_files(tmp_path, {"content/a.md": "x" * count})
        return await waiting

    assert asyncio.run(write_slowly()).files[str(tmp_path / "content/a.md")].size == 5


def same(message: str) -> str:
    return message


def make_preview(root: Path) -> Preview:
    return Preview(root, 1, lambda: NOW, same)


def test_preview_counts_its_builds_and_keeps_its_workers(station: Path) -> None:
    preview = make_preview(station)
    try:
        assert preview.outcome.number == 0
        assert preview.rebuild().number == 1
        preview.warm()
        pool = preview._pool
        assert preview.rebuild().number == 2
        assert preview._pool is pool
        write_files(station, {"content/station.yml": STATION + "language: en\n"})
        assert preview.rebuild().error == ""
        assert preview._pool is not pool
    finally:
        preview.close()


def test_preview_survives_what_nobody_thought_of(station: Path) -> None:
    def broken_clock() -> datetime:
        raise ZeroDivisionError("no time")

    preview = Preview(station, 1, broken_clock, same)
    try:
        assert preview.rebuild().error == "the build failed with an internal error: ZeroDivisionError: no time."
    finally:
        preview.close()


def test_stopped_preview_breaks_its_build_off(station: Path) -> None:
    preview = make_preview(station)
    preview.stop()
    try:
        with pytest.raises(BuildCancelled):
            preview.rebuild()
        assert tree(preview.folder) == {}
    finally:
        preview.close()


def test_error_is_put_into_the_persons_language() -> None:
    error = StationError("it stops: {reason}.", path="content/station.yml", reason="no time")
    words = {"it stops: {reason}.": "停了：{reason}。", "no time": "没有时间"}
    assert sentence(error, words.__getitem__) == "content/station.yml: 停了：没有时间。"


@pytest.mark.parametrize(
    ("path", "address", "own"),
    [
        ("content/issues/2015002.md", "/issues/2015002/", True),
        ("content/issues/2015002.md", "/issues/2015002/di-yi/", True),
        ("content/issues/2015002/part.md", "/issues/2015002/", True),
        ("content/issues/2015年第2期.md", "/issues/2015002/", True),
        ("content/issues/2015002.md", "/issues/2015003/", False),
        ("content/issues/2015002.md", "/", False),
        ("content/pages/about.md", "/about/", True),
        ("content/pages/about.md", "/issues/about/", False),
        ("content/station.yml", "/", False),
    ],
)
def test_problem_is_known_by_its_page(path: str, address: str, own: bool) -> None:
    assert concerns_page(problem("M305", path), address) == own


def test_a_page_has_its_own_problems_first_and_all_of_a_file_together() -> None:
    own = problem("M304", "content/issues/2015002.md", 3)
    first, other, second = (problem("M305", f"content/issues/{name}.md") for name in ("2015001", "2015003", "2015001"))
    assert own_first([first, other, own, second], "/issues/2015002/") == [own, first, second, other]
    assert own_first([other, own, first], "/") == [first, own, other]


def test_a_problem_is_named_by_the_heading_above_it() -> None:
    lines = ["date: 2015-01-01", "## 栏目", "# # 一", "### 走访 ###  {#zf}", "正文", "#不是标题"]
    assert [title_above(lines, line) for line in range(7)] == ["", "", "栏目", "# 一", "走访", "走访", "走访"]
    assert title_above([], 5) == ""


PAGES = PreviewPages(Path("nowhere"), same)


def test_a_text_is_shown_with_the_words_marked_and_its_problems_below() -> None:
    found = Problem("D101", "content/issues/a.md", 2, (("words", "<2014年1116日>"),), "", 2, 10)
    overlapping = Problem("D105", "content/issues/a.md", 2, (("words", ","), ("count", "1")), "", 4, 1)
    page = PAGES.text_page("content/issues/a.md", ["一", "于2014年1116日<b>", " 二"], [found, overlapping]).decode()
    assert '<li id="L1"><pre>一</pre></li>' in page
    assert '<li id="L2"><pre>于<mark>2014年1116日</mark>&lt;b&gt;</pre><ul>' in page
    assert '<li id="L3"><pre> 二</pre></li>' in page
    assert "&lt;2014年1116日&gt;" in page
    assert STYLE_ADDRESS in page


def test_panel_is_empty_when_all_is_well() -> None:
    assert PAGES.panel((), "", "/") == ""


HOSTILE = "</aside><script>alert(1)</script>"


def test_the_preview_lets_no_markup_through() -> None:
    evil = problem("L101", f"content/issues/{HOSTILE}.md", 2, target=HOSTILE)
    for page in (
        PAGES.panel([evil], "", "/"),
        PAGES.panel((), HOSTILE, "/"),
        PAGES.text_page(evil.path, ["", HOSTILE], [evil]).decode(),
    ):
        assert "&lt;/aside&gt;&lt;script&gt;" in page
        assert "<script" not in page
        assert page.count("</aside>") == page.count("<aside")


def test_panel_says_what_is_gravest_first_file_by_file_and_folds_hints() -> None:
    found = [
        problem("A104", "content/station.yml"),
        problem("M305", "content/issues/2015002.md", 4),
        problem("P101", "content/issues/2015003.md", 9, words="<b>"),
        problem("M305", "content/issues/2015001.md", 7),
    ]
    page = PAGES.panel(found, "", "/issues/2015002/")
    order = (
        "What keeps an issue back",
        "2015003.md<",
        "line 9",
        "P101",
        "2015002.md<",
        "2015001.md<",
        "<details",
        "A104",
    )
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "</section>\n<details" in page
    assert page.count("<h3>") == 2
    assert 'data-rank="4"' in page
    assert 'data-rank="1"' in PAGES.panel(found[:1], "", "/")
    assert 'data-rank="5"' in PAGES.panel(found, "no site", "/")


@pytest.mark.parametrize(
    ("error", "place", "said"),
    [
        (
            "content/station.yml:4: it is wrong.",
            "content/station.yml:4",
            'it is wrong. <span class="preview-where"><a href="/_preview/text/content/station.yml#L4">'
            "content/station.yml line 4</a></span></p>",
        ),
        (
            "templates/a.html: it is wrong.",
            "templates/a.html",
            'it is wrong. <span class="preview-where">templates/a.html</span></p>',
        ),
        ("it is wrong.", "", '<p class="preview-what">it is wrong.</p>'),
    ],
)
def test_panel_says_what_keeps_the_site_from_being_built_before_where(error: str, place: str, said: str) -> None:
    page = PAGES.panel((), error, "/", place)
    assert said in page
    assert f"{place}: " not in page


def test_panel_lists_some_of_many() -> None:
    many = [problem("M305", f"content/issues/2015{n:03}.md") for n in range(29)]
    page = PAGES.panel(many, "", "/issues/2015028/")
    assert page.count("<li") == 20
    assert "9 more; “bulletin check” lists all." in page
    assert "2015028.md" in page


def test_the_stations_own_panel_and_a_mistake_in_it(tmp_path: Path) -> None:
    pages = PreviewPages(tmp_path, same)
    write_files(tmp_path, {"templates/preview/panel.html": "<p>{{ page.error }}</p>"})
    assert pages.panel((), "<b>", "/") == "<p>&lt;b&gt;</p>"
    write_files(tmp_path, {"templates/preview/panel.html": "\n{{ page.eror }}"})
    assert "templates/preview/panel.html:2: the template has a mistake: " in pages.panel((), "<b>", "/")
    write_files(tmp_path, {"templates/preview/stand-in.html": "{% if %}"})
    assert b"templates/preview/stand-in.html:1: the template has a mistake: " in pages.placeholder(False)


@pytest.mark.parametrize("page", [b"<html><body>x</body></html>", b"no body at all"])
def test_panel_and_script_come_last_in_the_page(page: bytes) -> None:
    shown = inject(page, "<aside></aside>", "localhost:1").decode()
    assert shown.index("body") < shown.index('src="/_preview/panel.js"') < shown.index("<aside>")
    assert shown.index("<aside>") < shown.index('<script src="/livereload.js')
    assert shown.count("</body>") == page.decode().count("</body>")


def test_the_page_makes_room_for_the_panel_before_it_is_painted() -> None:
    page = b"<html><head><title>x</title></head><body>x</body></html>"
    with_panel = inject(page, "<aside></aside>", "localhost:1").decode()
    assert STYLE_ADDRESS in with_panel.split("</head>")[0]
    assert with_panel.count(STYLE_ADDRESS) == with_panel.count("/_preview/panel.js") == 1
    assert "_preview" not in inject(page, "", "localhost:1").decode()


def test_stand_in_says_whether_to_wait_or_to_fix_something() -> None:
    assert b"is being built" in PAGES.placeholder(False)
    assert b"no site to show" in PAGES.placeholder(True)
