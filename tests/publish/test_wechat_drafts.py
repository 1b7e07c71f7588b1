"""Drafts by the interface of an official account, against a server with its documented shapes: never two by itself."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bulletin.core.errors import BulletinError, PublishError, UsageError
from bulletin.publish import wechat_api
from bulletin.publish.wechat_api import DraftArticle, WechatClient
from bulletin.publish.wechat_drafts import DraftRecord, draft_path, read_draft, require_no_draft, send_pictures
from bulletin.publish.wechat_drafts import send_draft as send
from tests.conftest import NOW, STATION, good_issues, write_files
from tests.test_cli import Run, run  # noqa: F401 - a fixture

APPID, SECRET = "wx0123456789abcdef", "s3cret-s3cret"
ARTICLES = (DraftArticle("简报", "救助站", "摘要", "<section><p>正文</p></section>", "https://a.cn/?from=wx"),)
Answer = dict[str, Any] | int | None
"""JSON, a status of HTTP, or None: the line is cut without an answer."""


class Wechat:
    """The interface, as its pages describe it."""

    def __init__(self) -> None:
        self.next: dict[str, list[Answer]] = {}
        """Answers to the next questions of a path, instead of the usual one."""
        self.asked: list[str] = []
        self.tokens = 0
        self.drafts: list[dict[str, Any]] = []
        self.pauses: list[float] = []
        self.base = ""

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Answer:
        self.asked.append(path)
        if planned := self.next.get(path):
            return planned.pop(0)
        if path == "stable_token":
            wish = json.loads(body)
            if wish["secret"] != SECRET:
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            self.tokens += 1
            return {"access_token": f"t{self.tokens}", "expires_in": 7200}
        if query["access_token"] != [f"t{self.tokens}"]:
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
        if path == "media/uploadimg":
            assert b'name="media"' in body and b"filename=" in body
            return {"url": f"http://mmbiz.qpic.cn/mmbiz_jpg/{len(self.asked)}/0"}
        if path == "material/add_material":
            assert query["type"] == ["thumb"]
            return {"media_id": "cover-1", "url": "http://mmbiz.qpic.cn/c"}
        assert path == "draft/add", path
        self.drafts.append(json.loads(body))
        assert "\\u" not in body.decode()
        return {"media_id": f"draft-{len(self.drafts)}", "item": []}


@pytest.fixture
def wechat() -> Iterator[Wechat]:
    state = Wechat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = state.answer(parts.path.removeprefix("/cgi-bin/"), parse_qs(parts.query), body)
            if answer is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode() if isinstance(answer, dict) else b"<html>no</html>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.base = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(wechat: Wechat) -> Iterator[WechatClient]:
    with httpx.Client(timeout=5) as http:
        yield WechatClient(http, APPID, SECRET, wechat.pauses.append, wechat.base)


Draft = Callable[[], DraftRecord]


@pytest.fixture
def draft(client: WechatClient, tmp_path: Path) -> Draft:
    """Send a draft with a picture, as the command does."""
    path = draft_path(tmp_path, "2015001")

    def make() -> DraftRecord:
        record = read_draft(path, APPID)
        require_no_draft(record)
        record, sources = send_pictures(client, path, record, {1: ("01.jpg", b"picture")})
        assert sources[1].startswith("https://mmbiz.qpic.cn/")
        return send(client, path, record, ARTICLES, b"cover", lambda: NOW)

    return make


def said(error: BulletinError) -> str:
    return f"{error} {error.values.get('remedy', '')}"


def test_a_draft_is_made_once_and_published_never(draft: Draft, wechat: Wechat) -> None:
    record = draft()
    assert (record.state, record.media_id) == ("made", "draft-1")
    (sent,) = wechat.drafts[0]["articles"]
    assert (sent["title"], sent["thumb_media_id"], sent["content_source_url"]) == ("简报", "cover-1", ARTICLES[0][4])
    with pytest.raises(UsageError, match="lies in 草稿箱"):
        draft()
    assert wechat.asked == ["stable_token", "media/uploadimg", "material/add_material", "draft/add"]


LOST = ["cut", "502", "busy", "of somebody else"]


@pytest.mark.parametrize("lost", [None, 502, {"errcode": -1, "errmsg": "system error"}, {}], ids=LOST)
def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(draft: Draft, wechat: Wechat, lost: Answer) -> None:
    wechat.next["draft/add"] = [lost]
    assert draft().state == "sent"
    for _ in range(2):
        with pytest.raises(UsageError, match="may be there"):
            draft()
    assert wechat.asked.count("draft/add") == 1


@pytest.mark.parametrize("path", ["stable_token", "media/uploadimg", "material/add_material"])
def test_an_answer_without_what_was_asked_for_is_a_sentence_and_no_draft(
    draft: Draft, wechat: Wechat, path: str
) -> None:
    wechat.next[path] = [{}]
    with pytest.raises(PublishError, match="HTTP 200"):
        draft()
    assert wechat.drafts == []


def test_a_program_that_is_killed_while_it_sends_leaves_it_unknown(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(WechatClient, "add_draft", killed)
    with pytest.raises(KeyboardInterrupt):
        draft()
    with pytest.raises(UsageError, match="may be there"):
        draft()


def test_a_refused_draft_is_none_and_pictures_are_not_sent_twice(draft: Draft, wechat: Wechat) -> None:
    wechat.next["draft/add"] = [{"errcode": 45002, "errmsg": "content size out of limit"}]
    with pytest.raises(PublishError, match="too long"):
        draft()
    assert draft().state == "made"
    assert wechat.asked.count("media/uploadimg") == 1


@pytest.mark.parametrize(
    ("code", "reason", "sentence"),
    [
        (40164, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist", "address 203.0.113.9 is not"),
        (40164, "invalid ip 2001:db8::9, not in whitelist", "address 2001:db8::9 is not"),
        (48001, "api unauthorized", "verified"),
        (45009, "reach max api daily quota limit", "used up"),
        (40013, "invalid appid", "AppID"),
        (40125, "invalid appsecret", "AppSecret is wrong"),
        (40001, "invalid credential", "AppSecret"),
        (99999, "something new", "something new (99999)"),
    ],
)
def test_documented_errors_are_sentences(draft: Draft, wechat: Wechat, code: int, reason: str, sentence: str) -> None:
    wechat.next["stable_token"] = [{"errcode": code, "errmsg": reason}]
    with pytest.raises(PublishError) as caught:
        draft()
    assert sentence in said(caught.value) and SECRET not in said(caught.value)
    assert wechat.drafts == []


def test_a_token_that_is_too_old_is_renewed_once(draft: Draft, wechat: Wechat) -> None:
    wechat.next["draft/add"] = [{"errcode": 42001, "errmsg": "access_token expired"}]
    assert draft().state == "made"
    assert wechat.tokens == 2


def test_it_waits_where_it_is_asked_to_and_then_says_so(draft: Draft, wechat: Wechat) -> None:
    wechat.next["media/uploadimg"] = [{"errcode": 45011, "errmsg": "api minute-quota reach limit"}, 429]
    assert draft().state == "made"
    assert wechat.pauses == [5.0, 25.0]


def test_it_does_not_wait_for_ever(draft: Draft, wechat: Wechat) -> None:
    wechat.next["material/add_material"] = [429] * 3
    with pytest.raises(PublishError, match="patience"):
        draft()
    assert wechat.drafts == []


def test_no_server_and_one_that_hangs_are_sentences_and_no_draft(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for base in (hanging, "http://127.0.0.1:1"):
            with httpx.Client(timeout=0.2) as http, pytest.raises(PublishError, match="No draft was made"):
                send(
                    WechatClient(http, APPID, SECRET, lambda _: None, base),
                    draft_path(tmp_path, "a"),
                    DraftRecord(APPID),
                    ARTICLES,
                    b"cover",
                    lambda: NOW,
                )
    assert read_draft(draft_path(tmp_path, "a"), APPID).state == ""


def test_more_articles_than_a_draft_holds_are_not_sent(client: WechatClient, wechat: Wechat, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="9 articles"):
        send(client, draft_path(tmp_path, "a"), DraftRecord(APPID), ARTICLES * 9, b"c", lambda: NOW)
    assert wechat.asked == []


def test_a_damaged_record_stops_and_one_of_another_account_does_not_count(tmp_path: Path) -> None:
    path = draft_path(tmp_path, "a")
    write_files(tmp_path, {path.relative_to(tmp_path).as_posix(): "{"})
    with pytest.raises(PublishError, match="damaged"):
        read_draft(path, APPID)
    path.write_text('{"appid":"wx1","state":"made"}')
    assert read_draft(path, APPID).state == ""


# ── the command


def test_the_command_sends_only_with_account_and_secret(
    run: Run,  # noqa: F811
    wechat: Wechat,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wechat_api, "WECHAT_API", wechat.base)
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(1)})
    command = ("wechat", "2015001", "--draft", "--root", tmp_path)
    assert "names no account" in run(*command).err
    write_files(tmp_path, {"content/station.yml": f"{STATION}wechat:\n  appid: {APPID}\n"})
    assert "BULLETIN_PASSWORD_WECHAT" in run(*command).err
    monkeypatch.setenv("BULLETIN_PASSWORD_WECHAT", SECRET)
    done = run(*command)
    assert (done.code, "only you can publish it" in done.out) == (0, True), done
    assert len(wechat.drafts) == 1
    again = run(*command)
    assert (again.code, "--again" in again.err, len(wechat.drafts)) == (2, True, 1)
    assert run(*command, "--again").code == 0 and len(wechat.drafts) == 2
    wechat.next["draft/add"] = [None]
    lost = run(*command, "--again")
    assert (lost.code, "may be there" in lost.err) == (1, True)
