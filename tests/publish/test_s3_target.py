"""An object store as a target: order, headers, lock, what a broken delivery leaves, and what goes wrong."""

from __future__ import annotations

import hashlib
import http.server
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.release import ReleaseFile, publishing_order
from bulletin.publish.target import RECORD, Delivery, TargetLock, TargetRecord
from bulletin.publish.targets.s3 import S3Session, open_s3
from bulletin.publish.targets.s3_bucket import Bucket, _address
from bulletin.publish.web_headers import cache_control, content_type
from tests.publish.faults import signature
from tests.publish.servers import S3Server, s3_server, wire

PAGES = {
    "index.html": b"<h1>home</h1>",
    "issues/2014002/index.html": "<h1>第二期</h1>".encode(),
    "issues/2014002/调研/index.html": b"article",
    "issues/2014002/表 1.pdf": b"%PDF",
    "issues/2014002/deng-480.webp": b"RIFF",
    "static/style.0123456789.css": b"a{}",
    "feed.xml": b"<feed/>",
    "sitemap.xml": b"<urlset/>",
    "2014/index.html": b"year",
}


class Keys:
    """Secrets of a test."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def password(self, _target: str) -> str | None:
        return self.text

    def known_hosts(self) -> bytes:
        return b""


def release_file(path: str, data: bytes) -> ReleaseFile:
    return ReleaseFile(path, hashlib.sha256(data).hexdigest(), len(data))


class Site:
    """Contents of a release, as a store of blobs."""

    def __init__(self, pages: dict[str, bytes], id_: str = "20261127-1") -> None:
        self.id = id_
        self.pages = pages
        self.files = tuple(release_file(path, data) for path, data in sorted(pages.items()))

    def blob(self, file: ReleaseFile) -> bytes:
        return self.pages[file.path]

    def delivery(self, before: Site | None = None) -> Delivery:
        known = {file.path: file for file in before.files} if before else {}
        writes = sorted((file for file in self.files if known.get(file.path) != file), key=publishing_order)
        removes = tuple(path for path in known if path not in self.pages)
        return Delivery(TargetRecord(self.id, self.files), tuple(writes), removes, before.id if before else "")


def target_of(server: S3Server, bucket: str, path: str = "/www/") -> PublishTarget:
    return PublishTarget("bucket", "s3", endpoint=server.endpoint, bucket=bucket, path=path)


@pytest.fixture
def session(s3: S3Server) -> S3Session:
    return opened(s3)


def opened(server: S3Server, bucket: str = "", path: str = "/www/") -> S3Session:
    key = Keys(f"{server.key}:{server.secret}")
    return open_s3(target_of(server, bucket or server.new_bucket(), path), key, seconds=5)


def deliver(session: S3Session, site: Site, before: Site | None = None) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    session.inspect()
    session.deliver(site.delivery(before), site.blob, lambda done, total: seen.append((done, total)))
    return seen


def put(server: S3Server, key: str, data: bytes) -> None:
    headers = {"Authorization": signature(server.key), "Content-Type": "text/html"}
    asked = urllib.request.Request(f"{server.endpoint}/{key}", data, headers, method="PUT")
    urllib.request.urlopen(asked, timeout=5).close()


def test_a_site_appears_whole_with_its_types_and_a_second_look_finds_it_unchanged(s3: S3Server) -> None:
    bucket = s3.new_bucket()
    session = opened(s3, bucket)
    site = Site(PAGES)
    seen = deliver(session, site)
    assert seen[0] == (0, seen[0][1]) and seen[-1] == (seen[0][1], sum(map(len, PAGES.values())))
    for path, data in PAGES.items():
        with urllib.request.urlopen(f"{s3.endpoint}/{bucket}/www/{quote(path)}", timeout=5) as answer:
            assert answer.read() == data
            assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
                content_type(path),
                cache_control(path),
            )
    state = opened(s3, bucket).inspect()
    assert state.record and (state.record.release, state.record.files) == (site.id, site.files)
    assert (state.changed, state.unfinished) == (frozenset(), "")
    assert dict(state.present) == {path: len(data) for path, data in PAGES.items()}


def test_types_and_caches() -> None:
    assert content_type("a/index.html") == "text/html; charset=utf-8"
    assert content_type("a.webp") == "image/webp"
    assert content_type("a.bin7") == "application/octet-stream"
    assert "immutable" in cache_control("static/style.0123456789.css")
    assert "immutable" in cache_control("static/0123456789abcdef/js/find.js")
    assert "immutable" not in cache_control("static/style.css")
    assert cache_control("index.html") == cache_control("pagefind/pagefind-entry.json") == "no-cache"
    assert "86400" in cache_control("issues/2014002/deng-480.webp")


class _Watched(Bucket):
    """Remembers in which order requests that change something begin and end."""

    events: list[str]

    def put(self, path: str, data: bytes, cache: str = "no-store", sha256: str = "") -> None:
        self.events.append(path)
        super().put(path, data, cache, sha256)
        self.events.append(path)

    def delete(self, path: str) -> None:
        self.events.append(f"-{path}")
        super().delete(path)


def test_classes_of_files_come_one_after_the_other_removals_last_then_the_record(s3: S3Server) -> None:
    plain = opened(s3)._bucket
    watched = _Watched(plain._store, plain._target, plain.prefix)
    watched.events = []
    session = S3Session(watched)
    old = Site(PAGES | {"issues/2014001/index.html": b"old"})
    deliver(session, old)
    watched.events.clear()
    new = Site({path: data + b"!" for path, data in PAGES.items()}, "20261127-2")
    deliver(session, new, old)
    first, *events = watched.events
    assert events.pop(0) == first and events[-1] == f"-{first}"
    files = [event for event in events if event in PAGES]
    places = [publishing_order(release_file(path, b""))[0] for path in files]
    assert places == sorted(places)
    rest = events[len(files) :]
    assert rest == ["-issues/2014001/index.html", RECORD, RECORD, f"-{first}"]


def test_what_others_put_there_is_seen_and_stays_and_what_they_changed_is_said(s3: S3Server) -> None:
    bucket = s3.new_bucket()
    put(s3, f"{bucket}/www/theirs.html", b"theirs")
    put(s3, f"{bucket}/elsewhere/index.html", b"theirs too")
    session = opened(s3, bucket)
    site = Site(PAGES)
    deliver(session, site)
    put(s3, f"{bucket}/www/index.html", b"<h1>HOME</h1>")  # of the same length
    session._bucket.delete("feed.xml")
    state = session.inspect()
    assert state.changed == {"index.html", "feed.xml"}
    assert state.present["theirs.html"] == 6 and "elsewhere/index.html" not in state.present


@pytest.mark.parametrize("broken_after", (0, 3, 6, 8))
def test_a_broken_delivery_is_known_and_completed(s3: S3Server, broken_after: int) -> None:
    bucket = s3.new_bucket()
    session = opened(s3, bucket)
    old = Site({"index.html": b"old", "gone.html": b"gone", "static/style.css": b"b{}"})
    deliver(session, old)
    put(s3, f"{bucket}/www/2014/index.html", b"a stranger's")
    new = Site(PAGES, "20261127-2")
    left = iter(range(broken_after))

    def fail(file: ReleaseFile) -> bytes:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return new.blob(file)

    session.inspect()
    with pytest.raises(KeyboardInterrupt):
        session.deliver(new.delivery(old), fail, lambda *_: None)
    again = opened(s3, bucket)
    state = again.inspect()
    assert state.unfinished == new.id and state.record and state.record.release == old.id
    known = {file.path: file for file in state.record.files}
    # Each that was written is known as ours and as it is; nothing else is.
    order = [file.path for file in new.delivery(old).writes]
    written = {path for path in order[:broken_after] if known.get(path) == release_file(path, PAGES[path])}
    assert set(known) == {file.path for file in old.files} | written
    assert len(written) == broken_after and state.changed == frozenset()
    # The next run needs only the rest, and leaves nothing behind.
    rest = tuple(file for file in new.delivery(old).writes if known.get(file.path) != file)
    delivery = msgspec.structs.replace(new.delivery(old), writes=rest, removes=tuple(set(known) - set(PAGES)))
    again.deliver(delivery, new.blob, lambda *_: None)
    state = again.inspect()
    assert (state.unfinished, state.changed, dict(state.present)) == (
        "",
        frozenset(),
        {p: len(d) for p, d in PAGES.items()},
    )
    assert set(again._bucket.listing()) == {*PAGES, RECORD}


@pytest.mark.parametrize("conditional", [True, False])
def test_one_publisher_at_a_time(conditional: bool) -> None:
    with s3_server(conditional=conditional) as server:
        bucket = server.new_bucket()
        session, other = opened(server, bucket), opened(server, bucket)
        abilities = session.probe()
        assert abilities.how == "ordered" and len(abilities.notes) == (0 if conditional else 1)
        assert session._bucket.listing() == {}
        mine = TargetLock("lihua", "PC-3", "2026-11-27T10:00:00", "t1")
        theirs = TargetLock("wang", "PC-4", "2026-11-27T10:00:01", "t2")
        assert session.lock(mine) is None
        assert other.lock(theirs) == mine
        other.unlock("t2")
        assert other.lock(theirs) == mine
        session.unlock("t1")
        assert other.lock(theirs) is None
        session.unlock("t1", force=True)
        assert session.lock(mine) is None


def test_of_two_at_once_one_has_the_lock_even_without_conditions() -> None:
    with s3_server(conditional=False) as server:
        bucket = server.new_bucket()
        found: dict[str, TargetLock | None] = {}

        def take(name: str, wait: float) -> None:
            session = opened(server, bucket)
            session.probe()
            time.sleep(wait)
            found[name] = session.lock(TargetLock(name, "PC", "2026-11-27T10:00:00", name))

        threads = [threading.Thread(target=take, args=(name, wait)) for name, wait in (("a", 0), ("b", 0.3))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(other is None for other in found.values()) == [False, True]


def test_contents_are_purged_wherever_they_are(session: S3Session) -> None:
    site = Site(PAGES | {"copy/index.html": PAGES["index.html"]})
    deliver(session, site)
    removed = session.purge([release_file("index.html", PAGES["index.html"])])
    assert set(removed) == {"www/index.html", "www/copy/index.html"}
    state = session.inspect()
    assert not {"index.html", "copy/index.html"} & (set(state.present) | set(state.changed))
    assert session.purge([release_file("index.html", b"other")]) == ()


def test_old_versions_that_stay_are_said(s3: S3Server) -> None:
    bucket = s3.new_bucket()
    text = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    put(s3, f"{bucket}?versioning", text)
    session = opened(s3, bucket)
    assert any("versions" in note for note in session.probe().notes)
    deliver(session, Site(PAGES))
    with pytest.raises(PublishError, match=r"old versions.*www/index.html"):
        session.purge([release_file("index.html", PAGES["index.html"])])
    assert "index.html" not in session.inspect().present


def test_a_large_file_goes_in_parts(session: S3Session) -> None:
    data = bytes(range(256)) * 40_000
    site = Site({"issues/2014002/film.mp4": data, "index.html": b"home"})
    deliver(session, site)
    assert session.inspect().changed == frozenset()


# ── what goes wrong, in one sentence


def refused(session: S3Session) -> str:
    with pytest.raises(PublishError) as caught:
        deliver(session, Site(PAGES))
    sentence = str(caught.value)
    assert "\n" not in sentence and "geheim" not in sentence and "<" not in sentence
    return sentence


def test_a_key_that_is_wrong_or_missing(s3: S3Server) -> None:
    target = target_of(s3, s3.new_bucket())
    assert "refuses the key" in refused(open_s3(target, Keys("WRONG:geheim")))
    for text in (None, "", "only-one-word", ":x", "x:"):
        with pytest.raises(PublishError, match="ID:SECRET"):
            open_s3(target, Keys(text))


def test_no_such_bucket(s3: S3Server) -> None:
    assert "no bucket “nowhere”" in refused(opened(s3, "nowhere"))
    with pytest.raises(PublishError, match="no bucket"):
        opened(s3, "nowhere").probe()


@pytest.mark.parametrize(("faults", "words"), [({"read_only": True}, "no right"), ({"quota": 1500}, "quota")])
def test_a_store_that_takes_nothing_more(faults: dict[str, int], words: str) -> None:
    with s3_server(**faults) as server:
        assert words in refused(opened(server))


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_HEAD = do_DELETE = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "RequestTimeTooSkewed", "clock"),
        (403, "SignatureDoesNotMatch", "refuses the key"),
        (301, "PermanentRedirect", "region"),
        (418, "Teapot", "Teapot"),
        (403, "", "no right"),
    ],
)
def test_what_stores_answer(status: int, code: str, words: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>x</Message></Error>".encode() if code else b""
    with answering(status, body) as endpoint:
        target = PublishTarget("bucket", "s3", endpoint=endpoint, bucket="station")
        assert words in refused(open_s3(target, Keys("ID:geheim"), seconds=2))


def test_a_store_that_is_not_there() -> None:
    target = PublishTarget("bucket", "s3", endpoint="http://127.0.0.1:9", bucket="station")
    assert "does not answer" in refused(open_s3(target, Keys("ID:geheim"), seconds=2))


def test_a_line_that_stalls_is_no_hang() -> None:
    with s3_server() as server, wire(server) as cut:
        bucket = server.new_bucket()
        target = PublishTarget("bucket", "s3", endpoint=f"http://{cut.host}:{server.port}", bucket=bucket)
        session = open_s3(target, Keys(f"{server.key}:geheim"), seconds=2)
        session.inspect()
        cut.stall()
        begun = time.monotonic()
        assert "does not answer" in refused(session)
        assert time.monotonic() - begun < 20


def test_an_object_that_cannot_be_listed_is_said(s3: S3Server) -> None:
    bucket = s3.new_bucket()
    put(s3, f"{bucket}/a//b", b"x")
    assert "//" in refused(opened(s3, bucket, path=""))
    deliver(opened(s3, bucket), Site(PAGES))


# ── addresses


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://127.0.0.1:9000", ("http://127.0.0.1:9000", "us-east-1", False)),
        ("https://oss-cn-hangzhou.aliyuncs.com", ("https://b.oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou", True)),
        (
            "https://oss-cn-beijing-internal.aliyuncs.com/",
            ("https://b.oss-cn-beijing-internal.aliyuncs.com", "cn-beijing", True),
        ),
        ("https://b.oss-cn-hangzhou.aliyuncs.com", ("https://b.oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou", True)),
        ("https://cos.ap-guangzhou.myqcloud.com", ("https://b.cos.ap-guangzhou.myqcloud.com", "ap-guangzhou", True)),
        (
            "https://obs.cn-north-4.myhuaweicloud.com",
            ("https://b.obs.cn-north-4.myhuaweicloud.com", "cn-north-4", True),
        ),
        ("", ("https://b.s3.us-east-1.amazonaws.com", "us-east-1", True)),
    ],
)
def test_where_the_bucket_is_named(endpoint: str, address: tuple[str, str, bool]) -> None:
    assert _address(PublishTarget("t", "s3", endpoint=endpoint, bucket="b")) == address


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/"), min_size=1), max_size=4)
)
def test_every_path_has_a_type_and_a_cache(steps: list[str]) -> None:
    path = "/".join(steps)
    assert "/" in content_type(path)
    assert cache_control(path)
