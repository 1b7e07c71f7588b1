"""A hub and search engines are told of what has changed, where station.yml names them, and of nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from msgspec.structs import replace

from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.commands.publish.shared import Outcome, SendOptions
from bulletin.commands.publish.telling import tell_others
from bulletin.commands.terminal import Messages, Session
from bulletin.core.publish_targets import PublishTarget
from bulletin.core.station import Station
from bulletin.publish.pinging import ToldService, tell_services
from bulletin.publish.release import ReleaseFile, ReleaseKind
from bulletin.publish.target import Delivery, TargetRecord
from bulletin.publish.verify import Verified
from tests.conftest import NOW, good_issues, tree, write_files
from tests.publish.releases import release
from tests.test_cli import Run, run  # noqa: F401 - a fixture

KEY = "1f0c9a2e-key"
BOTH = Station("湖畔站", url="https://湖畔.example.cn/jianbao", hub="https://hub.example.cn/", indexnow=KEY)
BASE = "https://xn--n7w22m.example.cn/jianbao/"
WRITTEN = ("issues/2014002/index.html", "index.html", "404.html", "feed.xml", "columns/news/feed.xml", "static/a.css")
REMOVED = ("issues/2014001/旧题/index.html", "columns/old/feed.xml")


class Others:
    """What would be on the other side."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    def __call__(self) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self._answer(request)

        return httpx.MockTransport(handle)


def takes(_: httpx.Request) -> httpx.Response:
    return httpx.Response(202)


def test_a_hub_learns_of_changed_feeds_and_search_engines_of_changed_and_removed_pages() -> None:
    others = Others(takes)
    assert tell_services(BOTH, WRITTEN, REMOVED, others) == (ToldService("WebSub", 2), ToldService("IndexNow", 3))
    *hub, indexnow = others.asked
    assert [(str(each.url), parse_qs(each.content.decode())) for each in hub] == [
        ("https://hub.example.cn/", {"hub.mode": ["publish"], "hub.url": [BASE + feed]})
        for feed in ("columns/news/feed.xml", "feed.xml")
    ]
    assert str(indexnow.url) == "https://api.indexnow.org/indexnow"
    assert json.loads(indexnow.content) == {
        "host": "xn--n7w22m.example.cn",
        "key": KEY,
        "keyLocation": f"{BASE}{KEY}.txt",
        "urlList": [BASE, f"{BASE}issues/2014001/%E6%97%A7%E9%A2%98/", f"{BASE}issues/2014002/"],
    }


@pytest.mark.parametrize(
    ("station", "written"),
    [
        (Station("站", url="https://a.example.cn/"), WRITTEN),
        (Station("站", url="https://a.example.cn/", hub="https://hub.example.cn/"), ("index.html",)),
        (Station("站", url="https://a.example.cn/", indexnow=KEY), ("feed.xml", "404.html", "search/index.html")),
        (Station("站", hub="https://hub.example.cn/", indexnow=KEY), WRITTEN),
    ],
    ids=["not configured", "no feed", "no page", "no address"],
)
def test_nobody_is_asked_when_there_is_nothing_to_tell(station: Station, written: tuple[str, ...]) -> None:
    others = Others(takes)
    assert (tell_services(station, written, (), others), others.asked) == ((), [])


def refuses(_: httpx.Request) -> httpx.Response:
    return httpx.Response(403)


def redirects(_: httpx.Request) -> httpx.Response:
    return httpx.Response(301, headers={"location": "https://elsewhere.example.cn/"})


def is_slow(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("timed out")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(refuses, "HTTP 403"), (redirects, "HTTP 301"), (is_slow, "timed out")],
    ids=["403", "301", "slow"],
)
def test_a_service_that_fails_is_asked_no_more_and_keeps_no_other_from_being_told(
    answer: Callable[[httpx.Request], httpx.Response], reason: str
) -> None:
    others = Others(lambda request: answer(request) if request.url.host == "hub.example.cn" else takes(request))
    told = tell_services(BOTH, WRITTEN, (), others)
    assert told == (ToldService("WebSub", 0, reason), ToldService("IndexNow", 2))
    assert len(others.asked) == 2


def test_a_first_release_of_many_pages_is_told_in_parts() -> None:
    others = Others(takes)
    pages = [f"issues/{number}/index.html" for number in range(10_001)]
    assert tell_services(BOTH, pages, (), others) == (ToldService("IndexNow", 10_001),)
    assert [len(json.loads(each.content)["urlList"]) for each in others.asked] == [10_000, 1]


# ── in the site


def test_feeds_name_the_hub_and_the_key_is_in_the_site_only_where_they_are_configured(tmp_path: Path) -> None:
    station = "name: 湖畔站\nurl: https://a.example.cn/\nsections: [{id: news, title: 站务新闻}]\n"
    write_files(tmp_path, {"content/station.yml": station, **good_issues(2)})
    build(tmp_path, NOW, Options())
    before = tree(tmp_path / "site")
    write_files(tmp_path, {"content/station.yml": f"{station}hub: https://hub.example.cn/?a&b\nindexnow: {KEY}\n"})
    build(tmp_path, NOW, Options())
    after = tree(tmp_path / "site")
    link = b'<link rel="hub" href="https://hub.example.cn/?a&amp;b"/>\n'
    feeds = [path for path in after if path.endswith("feed.xml")]
    assert len(feeds) == 2
    for path in feeds:
        assert after[path].count(link) == 1
        assert after[path].replace(link, b"") == before[path]
    assert {path: after[path] for path in after.keys() - before.keys()} == {f"{KEY}.txt": KEY.encode()}


# ── after a release


@contextmanager
def web(folder: Path, status: int) -> Iterator[tuple[str, list[str]]]:
    """A server that shows a folder, and is a hub too; its address, and what the hub was told."""
    told: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", told
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("options", "status", "times"),
    [((), 204, 1), (("--no-verify",), 204, 1), ((), 500, 1), (("--dry-run",), 204, 0)],
    ids=str,
)
def test_a_run_tells_once_and_its_outcome_is_its_own(
    run: Run,  # noqa: F811
    tmp_path: Path,
    options: tuple[str, ...],
    status: int,
    times: int,
) -> None:
    root, www = tmp_path / "station", tmp_path / "www"
    www.mkdir()
    with web(www, status) as (address, told):
        targets = "".join(
            f"  - {{name: {name}, kind: folder, path: {www.parent / name}, how: burst}}\n" for name in ["www", "two"]
        )
        (tmp_path / "two").mkdir()
        station = f"name: 湖畔站\nurl: {address}\nhub: {address}hub\npublish:\n{targets}"
        write_files(root, {"content/station.yml": station, **good_issues(2)})
        said = run("publish", "--yes", *options, "--root", root)
        assert said.code == 0, said
        assert len(told) == times * len(list(www.rglob("feed.xml")))
        assert ("WebSub was not told of the changes (HTTP 500)" in said.err) == (status == 500)
        if times and status == 204:
            assert "WebSub was told of" in said.out
            run("publish", "--yes", *options, "--root", root)
            assert len(told) == len(list(www.rglob("feed.xml"))), "nothing changed, so nobody is told again"


def test_an_address_that_cannot_be_reached_is_told_to_nobody(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    (tmp_path / "www").mkdir()
    with web(tmp_path / "www", 204) as (address, told):
        target = f"publish: [{{name: www, kind: folder, path: {tmp_path / 'www'}, how: burst}}]\n"
        station = f"name: 湖畔站\nurl: http://127.0.0.1:1/\nhub: {address}hub\n{target}"
        write_files(tmp_path / "station", {"content/station.yml": station, **good_issues(2)})
        for options in ((), ("--no-verify", "--adopt")):
            assert run("publish", "--yes", *options, "--root", tmp_path / "station").code == 0
        assert told == []


@pytest.mark.parametrize(("kind", "is_told"), [("publish", True), ("withdraw", True), ("hits", False)])
def test_numbers_of_the_counter_are_no_news(
    kind: ReleaseKind, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    station = Station("站", url="http://127.0.0.1:1/", hub="http://127.0.0.1:1/")
    target = PublishTarget("web", "folder")
    outcome = Outcome(target, "published", verified=Verified("yes", 1))
    delivery = Delivery(TargetRecord(), (ReleaseFile("feed.xml", "0" * 64, 1),), ())
    session = Session(Messages(lambda words: words), "en", lambda: NOW, {})
    tell_others(session, station, replace(release("20160101-1", {}), kind=kind), [(outcome, delivery)], SendOptions())
    assert ("WebSub was not told" in capsys.readouterr().err) == is_told
