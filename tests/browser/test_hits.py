"""The counter as a reader meets it: Debian's nginx with the files of `deploy/`, the built site, the service, Chromium.

And what a reader must not notice: a service that is gone, hangs, or talks nonsense.
"""

from __future__ import annotations

import gzip
import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bulletin.core.keys import KEYS
from bulletin.hits.bake import refresh_snapshot
from bulletin.hits.remote import set_today
from bulletin.hits.stores.opening import open_store
from tests.browser.chromium import Watch, context
from tests.browser.nginx import answers, free_port, start
from tests.conftest import NOW, ROOT, STATION, good_issues, write_files
from tests.hits.conftest import FIREFOX
from tests.hits.services import Service
from tests.prove.stations import build_here
from tests.recordings import recording

ISSUE, OTHER = "/issues/2015001/", "/issues/2015002/"

WRAPPER = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include /etc/nginx/mime.types;
    include bulletin-http.conf;
    server {{
        listen 127.0.0.1:{port};
        root {root}/site;
        include bulletin-site.conf;
    }}
}}
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station that counts, built."""
    root = tmp_path_factory.mktemp("counted")
    issues = good_issues(3)
    first = "content/issues/2015001.md"
    write_files(
        root,
        issues
        | {
            "content/station.yml": STATION + "hits: 是\n",
            first: issues[first].replace("---\n##", "hits: 5530\n---\n##"),
            "content/issues/2015001.mp3": recording(3),
        },
    )
    build_here(root, NOW)
    return root


@contextmanager
def web_server(root: Path, folder: Path, port: int) -> Iterator[str]:
    """nginx with the very files of `deploy/nginx`, before whatever listens at the port."""
    folder.mkdir()
    for file in (ROOT / "deploy/nginx").glob("bulletin-*.conf"):
        shutil.copy(file, folder)
    upstream = folder / "bulletin-http.conf"
    text = upstream.read_text("utf-8")
    assert "server unix:/run/bulletin/hits.sock" in text
    upstream.write_text(text.replace("server unix:/run/bulletin/hits.sock", f"server 127.0.0.1:{port}"), "utf-8")
    own = free_port()
    process = start(folder, WRAPPER.format(folder=folder, port=own, root=root))
    try:
        assert answers(process, own), (folder / "error.log").read_text("utf-8")
        yield f"http://127.0.0.1:{own}"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def everything(root: Path, folder: Path) -> Iterator[str]:
    """nginx and the service, over an empty store."""
    shutil.copy(root / "site" / KEYS, folder)
    service = Service(folder, f"sqlite:///{folder}/counts.db", BULLETIN_HITS_TOKEN="geheim")
    try:
        service.wait()
        with web_server(root, folder / "nginx", service.port) as address:
            yield address
    finally:
        service.stop()


def hits(page: Page) -> str:
    return page.locator("main [data-key]").inner_text()


def open_page(page: Page, address: str, answer: str = "/_hits/") -> None:
    """And stay until the counter has answered, or not: what is asked when a reader leaves is broken off."""
    with page.expect_response(lambda reply: answer in reply.url):
        page.goto(address, wait_until="networkidle")


def test_a_reader_counts_once(counted: Path, tmp_path: Path, browser: Browser) -> None:
    with everything(counted, tmp_path) as address, context(browser, user_agent=FIREFOX) as profile:
        page = profile.new_page()
        watch = Watch(page, address)
        open_page(page, address + ISSUE)
        expect(page.locator("main [data-key]")).to_have_text("5531")
        open_page(page, address + ISSUE)
        expect(page.locator("main [data-key]")).to_have_text("5531")
        page.goto(address + "/", wait_until="networkidle")
        page.go_back(wait_until="networkidle")
        expect(page.locator("main [data-key]")).to_have_text("5531")
        article = page.locator(".own-page a").first.get_attribute("href")
        open_page(page, address + ISSUE + str(article))
        expect(page.locator("main [data-key]")).to_have_text("1")
        assert profile.cookies() == []
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        watch.assert_quiet()


def test_the_edition_that_a_reader_came_from_is_counted_and_goes_from_the_address(
    counted: Path, tmp_path: Path, browser: Browser
) -> None:
    with everything(counted, tmp_path) as address, context(browser, user_agent=FIREFOX) as profile:
        page = profile.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "_hits/v" in request.url else None)
        open_page(page, f"{address}{ISSUE}?from=qr&from=timeline&isappinstalled=0#main", "/_hits/v")
        assert page.url == f"{address}{ISSUE}#main"
        expect(page.locator("main [data-key]")).to_have_text("5531")
        open_page(page, f"{address}{OTHER}?from=timeline", "/_hits/v")
        assert asked == [f"{address}/_hits/v?from=qr", f"{address}/_hits/v"]
    store = open_store(f"sqlite:///{tmp_path}/counts.db")
    assert store.totals() == {"issue:2015001": 5531, "issue:2015002": 1, "from:qr": 1}
    store.close()


PLAY = """
() => new Promise((resolve) => {
  const audio = document.querySelector("audio");
  audio.addEventListener("ended", () => resolve(audio.currentTime));
  audio.addEventListener("error", () => resolve(audio.error.message));
  Object.assign(audio, {muted: true, playbackRate: 16});
  audio.play().catch((error) => resolve(error.message));
})
"""


def test_the_policy_lets_a_recording_play(counted: Path, tmp_path: Path, browser: Browser) -> None:
    with web_server(counted, tmp_path / "nginx", free_port()) as address, context(browser) as profile:
        page = profile.new_page()
        page.goto(address + ISSUE)
        assert page.evaluate(PLAY) == pytest.approx(3, abs=0.1)


HIDDEN = """
  const state = () => (window.seen ? "visible" : "hidden");
  Object.defineProperty(document, "visibilityState", {get: state, configurable: true});
"""
PRERENDERED = 'Object.defineProperty(document, "prerendering", {get: () => !window.seen, configurable: true});'


@pytest.mark.parametrize(
    ("script", "event"),
    [(HIDDEN, "visibilitychange"), (PRERENDERED, "prerenderingchange")],
    ids=["hidden", "prerendered"],
)
def test_a_page_that_nobody_sees_does_not_count_until_it_is_seen(
    script: str, event: str, counted: Path, tmp_path: Path, browser: Browser
) -> None:
    with everything(counted, tmp_path) as address, context(browser, user_agent=FIREFOX) as profile:
        profile.add_init_script(script)
        page = profile.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "_hits/" in request.url else None)
        page.goto(address + ISSUE)
        page.wait_for_timeout(300)
        assert (hits(page), asked) == ("5530", [])
        for _ in range(2):
            page.evaluate(f"window.seen = true; document.dispatchEvent(new Event('{event}'))")
        expect(page.locator("main [data-key]")).to_have_text("5531")
        assert len([url for url in asked if url.endswith("/v")]) == 1


def test_lists_and_todays_figure_are_brought_up_to_date(counted: Path, tmp_path: Path, browser: Browser) -> None:
    root = tmp_path / "station"
    shutil.copytree(counted, root, symlinks=True)
    with everything(root, tmp_path) as address:
        with context(browser, user_agent=FIREFOX) as profile:
            page = profile.new_page()
            open_page(page, address + ISSUE)
            expect(page.locator("main [data-key]")).to_have_text("5531")
        assert refresh_snapshot(root, root / "site" / KEYS, address + "/", NOW.date()) == 1
        build_here(root, NOW)
        figure = set_today(address, 23, "geheim")
        with context(browser, user_agent=FIREFOX + " 2") as profile:
            page = profile.new_page()
            open_page(page, address + ISSUE)
            expect(page.locator("main [data-key]")).to_have_text("5532")
            profile.clock.set_fixed_time(f"{figure.date}T12:00:00+08:00")
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url) if "_hits/" in request.url else None)
            watch = Watch(page, address)
            open_page(page, address + "/")
            expect(page.locator(".ranked-hits").last).to_have_text("5532")
            expect(page.locator("main .today-count")).to_contain_text("23")
            assert sorted(url.rpartition("/_hits/")[2].partition("?")[0] for url in asked) == ["n", "today"]
            watch.assert_quiet()
        with context(browser, scripts=False) as profile:
            page = profile.new_page()
            page.goto(address + ISSUE)
            assert hits(page) == "5531", "what was baked is there without scripts"


# ── a service that is ill


class Ill(BaseHTTPRequestHandler):
    """Answers wrongly, or not at all."""

    mood = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.mood == "hangs":
            time.sleep(4)
        status, kind, body = {
            "500": (500, "text/plain", b"oh"),
            "503": (503, "application/json", b'{"error":"not counted"}'),
            "html": (200, "text/html", b"<!DOCTYPE html><p>Hello"),
            "smaller": (200, "application/json", b'{"n":17,"c":1}'),
            "text": (200, "application/json", b'{"n":"<b>99999</b>","c":1}'),
            "fraction": (200, "application/json", b'{"n":5531.5,"c":1}'),
            "null": (200, "application/json", b"null"),
        }.get(self.mood, (200, "application/json", b'{"n":5531,"c":1}'))
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing on the console of the tests."""


@pytest.mark.parametrize("mood", ["stopped", "hangs", "500", "503", "html", "smaller", "text", "fraction", "null"])
def test_an_ill_service_is_not_noticed(mood: str, counted: Path, tmp_path: Path, browser: Browser) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Ill", (Ill,), {"mood": mood}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        if mood == "stopped":
            server.server_close()
        with web_server(counted, tmp_path / "nginx", server.server_address[1]) as address, context(browser) as profile:
            page = profile.new_page()
            watch = Watch(page, address)
            open_page(page, address + ISSUE)
            page.wait_for_timeout(200)
            assert hits(page) == "5530"
            watch.assert_quiet()
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


# ── what nginx gives out


def test_nginx_keeps_to_itself_what_is_not_for_readers(counted: Path, tmp_path: Path) -> None:
    (counted / "site/.secret").write_text("x")
    with everything(counted, tmp_path) as address:
        for path in (f"/{KEYS}", "/.secret", "/nowhere/"):
            with pytest.raises(urllib.error.HTTPError, match="404") as missing:
                urllib.request.urlopen(address + path, timeout=10)
            missing.value.close()
        request = urllib.request.Request(address + ISSUE, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert reply.headers["Content-Encoding"] == "gzip"
            assert reply.headers["Cache-Control"] == "no-cache"
            assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
            assert "nginx/" not in reply.headers["Server"]
            (style,) = re.findall(r"static/\w+/style\.css", gzip.decompress(reply.read()).decode())
        kept = ((style, "max-age=31536000, immutable"), ("static/style.css", "no-cache"), ("index.html", "no-cache"))
        for path, cache in kept:
            with urllib.request.urlopen(f"{address}/{path}", timeout=10) as reply:
                assert reply.headers["Cache-Control"] == cache
                assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
        with pytest.raises(urllib.error.HTTPError, match="404") as missing:
            urllib.request.urlopen(f"{address}/static/0123456789/style.css", timeout=10)
        assert "immutable" not in missing.value.headers["Cache-Control"]
        missing.value.close()
        with urllib.request.urlopen(address + "/_hits/health", timeout=10) as reply:
            assert reply.status == 200
    (counted / "site/.secret").unlink()
