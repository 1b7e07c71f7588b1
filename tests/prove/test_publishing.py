"""What readers have while a release is sent, and when that is broken off at any moment, for every kind of target."""

from __future__ import annotations

import gc
import hashlib
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from bulletin.core.errors import BulletinError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.store import ReleaseStore
from tests.conftest import ROOT
from tests.publish.readers import Read
from tests.publish.releases import release
from tests.publish.sender import Order, deliver
from tests.publish.servers import (
    PASSWORD,
    Wire,
    ftp_server,
    keep_reading,
    s3_server,
    ssh_server,
    vsftpd_server,
    web_server,
    wire,
)

pytestmark = pytest.mark.filterwarnings(r"ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
"""Python leaves a socket open when the other side goes between connect and handshake (ssl.py, SSLSocket._create)."""

PAGES = 24
"""More than are sent by one connection alone, of some bytes to some tens of kilobytes."""
KINDS = ("ssh", "folder", "sftp", "ftp", "ftps", "vsftpd", "s3")
SWITCHING = ("ssh", "folder")


class Place(NamedTuple):
    """A target with its server, and how readers see it."""

    order: Order
    server: Any
    """None where there is none to be killed."""
    wire: Wire | None
    files: Callable[[], Mapping[str, bytes]]
    """What readers have, by path."""
    folder: Path | None
    """The root of a web server."""


def site(version: int) -> dict[str, bytes]:
    """A site whose every page says of which version it is, and names an asset of that version."""
    style = f"style-{version}.css"
    pages = {f"issues/{n}/index.html": f"<link href=/{style}>{version} " * (n * 60 + 1) for n in range(PAGES)}
    texts = {**pages, "index.html": f"<link href=/{style}>{version} home", "feed.xml": f"{version} feed" * 50}
    return {path: text.encode() for path, text in texts.items()} | {style: f"/* {version} */".encode() * 500}


SITES = {f"20160101-{version}": site(version) for version in (1, 2, 3)}


def make_store(folder: Path) -> ReleaseStore:
    store = ReleaseStore(folder / "releases")
    for id_, files in SITES.items():
        store.add(release(id_, store.put(files)))
    return store


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, prove: bool) -> Iterator[Place]:
    """With ``--prove`` a lock is held as long as in an office before it is read back."""
    kind: str = request.param
    make_store(tmp_path)
    with ExitStack() as stack:
        made = _place(kind, tmp_path, stack)
        yield made if prove else made._replace(order=msgspec.structs.replace(made.order, read_back_pause=0.01))
    gc.collect()  # what was left open is told here, and not in the next test


def _place(kind: str, folder: Path, stack: ExitStack) -> Place:
    store = str(folder / "releases")
    if kind == "folder":
        www = folder / "www"
        www.mkdir()
        order = Order(PublishTarget("t", "folder", path=str(www)), store, "")
        return Place(order, None, None, lambda: _tree(www / "current"), www / "current")
    if kind == "s3":
        return _bucket(store, stack)
    server = stack.enter_context(_SERVERS[kind]())
    cut = stack.enter_context(wire(server))
    kinds: dict[str, Any] = {"ftps": "ftp", "vsftpd": "ftp"}
    target = PublishTarget(
        "t",
        kinds.get(kind, kind),
        host=cut.host,
        port=server.port,
        user=server.login,
        path=server.path,
        host_key=server.fingerprint if kind in ("ssh", "sftp") else "",
        certificate=server.fingerprint if kind in ("ftps", "vsftpd") else "",
        tls=kind != "ftp",
    )
    www = server.root / "current" if kind == "ssh" else server.root
    return Place(Order(target, store, "", PASSWORD), server, cut, lambda: _tree(www), www)


_SERVERS: Mapping[str, Callable[[], Any]] = {
    "ssh": ssh_server,
    "sftp": lambda: ssh_server(sftp_only=True),
    "ftp": ftp_server,
    "ftps": lambda: ftp_server(tls=True),
    "vsftpd": vsftpd_server,
}


def _bucket(store: str, stack: ExitStack) -> Place:
    server = stack.enter_context(s3_server())
    cut = stack.enter_context(wire(server))
    bucket = server.new_bucket()
    endpoint = f"http://{cut.host}:{server.port}"
    target = PublishTarget("t", "s3", endpoint=endpoint, bucket=bucket, region=server.region)
    order = Order(target, store, "", f"{server.key}:{server.secret}")
    return Place(order, None, cut, lambda: _objects(f"{server.endpoint}/{bucket}"), None)


def _tree(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*") if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if not any(step.startswith(".") for step in name.split("/")):
            with suppress(FileNotFoundError, IsADirectoryError):
                found[name] = path.read_bytes()
    return found


def _objects(address: str) -> dict[str, bytes]:
    found = {}
    for path in {path for files in SITES.values() for path in files}:
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{address}/{path}", timeout=10) as answer:
            found[path] = answer.read()
    return found


# ── what must be true at every moment


def torn(files: Mapping[str, bytes]) -> list[str]:
    """Files that are of no release as they are."""
    known: dict[str, set[bytes]] = {}
    for made in SITES.values():
        for path, data in made.items():
            known.setdefault(path, set()).add(data)
    return [path for path, data in files.items() if data not in known.get(path, set())]


def without_assets(files: Mapping[str, bytes]) -> list[str]:
    """Pages that name an asset which is not there."""
    return [
        path
        for path, data in files.items()
        if b"href=/" in data and data.split(b"href=/")[1].split(b">")[0].decode() not in files
    ]


def versions(files: Mapping[str, bytes]) -> set[bytes]:
    return {data.split(b">")[-1][:1] for path, data in files.items() if path.endswith(".html")}


def whole(files: Mapping[str, bytes], id_: str) -> bool:
    return all(files.get(path) == data for path, data in SITES[id_].items())


def check_moment(kind: str, place: Place) -> None:
    """Nothing torn, no page without its asset; where it is promised, no mixture."""
    files = place.files()
    assert torn(files) == []
    assert without_assets(files) == []
    if kind in SWITCHING:
        assert len(versions(files)) <= 1


def order(place: Place, id_: str) -> Order:
    return msgspec.structs.replace(place.order, release=id_)


def send_in_child(place: Place, id_: str, folder: Path) -> subprocess.Popen[bytes]:
    file = folder / "order.json"
    file.write_bytes(msgspec.json.encode(order(place, id_)))
    command = [sys.executable, "-m", "tests.publish.sender", str(file)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def first_time(place: Place) -> float:
    """Put a release in place; returns the seconds that a delivery takes in a process of its own, about."""
    deliver(order(place, "20160101-1"))
    began = time.monotonic()
    deliver(order(place, "20160101-2"))
    return time.monotonic() - began


START_SECONDS = 0.6
"""What Python and the libraries take to start, about."""


@pytest.mark.prove
@pytest.mark.parametrize("place, kind", [(kind, kind) for kind in KINDS], indirect=["place"])
def test_killed_at_any_moment_readers_have_whole_files(place: Place, kind: str, tmp_path: Path, prove: bool) -> None:
    seconds = first_time(place)
    chance = random.Random(kind)
    for number in range(200 if prove else 4):
        id_ = f"20160101-{number % 3 + 1}"
        child = send_in_child(place, id_, tmp_path)
        with suppress(subprocess.TimeoutExpired):
            child.wait(START_SECONDS * 0.5 + chance.random() * (seconds + START_SECONDS))
        child.kill()
        child.wait()
        check_moment(kind, place)
        if number % 4 == 3:
            deliver(order(place, id_))
            assert whole(place.files(), id_)
            check_moment(kind, place)


@pytest.mark.prove
@pytest.mark.parametrize("place, kind", [(kind, kind) for kind in KINDS if kind != "folder"], indirect=["place"])
def test_a_connection_that_breaks_at_any_byte_leaves_whole_files(place: Place, kind: str, prove: bool) -> None:
    first_time(place)
    assert place.wire
    before = place.wire.sent
    deliver(order(place, "20160101-3"))
    sent = place.wire.sent - before
    chance = random.Random(kind)
    for number in range(200 if prove else 4):
        id_ = f"20160101-{number % 3 + 1}"
        place.wire.cut_after(chance.randrange(1, max(2, sent)))
        with suppress(BulletinError):
            deliver(order(place, id_))
        place.wire.up()
        check_moment(kind, place)
    deliver(order(place, "20160101-2"))
    assert whole(place.files(), "20160101-2")


@pytest.mark.prove
@pytest.mark.parametrize(
    "place, kind", [(kind, kind) for kind in KINDS if kind not in ("folder", "s3")], indirect=["place"]
)
def test_a_server_that_is_killed_at_any_moment_leaves_whole_files(
    place: Place, kind: str, tmp_path: Path, prove: bool
) -> None:
    seconds = first_time(place)
    chance = random.Random(kind)
    for number in range(200 if prove else 3):
        id_ = f"20160101-{number % 3 + 1}"
        child = send_in_child(place, id_, tmp_path)
        time.sleep(START_SECONDS * 0.5 + chance.random() * (seconds + START_SECONDS))
        place.server.kill()
        check_moment(kind, place)
        place.server.start()
        child.kill()
        child.wait()
    deliver(order(place, "20160101-2"))
    assert whole(place.files(), "20160101-2")


@pytest.mark.prove
@pytest.mark.parametrize(
    "place, kind", [(kind, kind) for kind in KINDS if kind not in ("s3", "vsftpd")], indirect=["place"]
)
def test_readers_meet_nothing_torn_missing_or_mixed(place: Place, kind: str, prove: bool) -> None:
    """Through nginx, while releases are sent one after another; a page's asset is fetched after the page."""
    first_time(place)
    assert place.folder
    paths = [f"/issues/{n}/" for n in range(PAGES)] + ["/"]
    known = {hashlib.sha256(data).hexdigest() for files in SITES.values() for data in files.values()}
    with web_server(place.folder) as address, keep_reading(address, paths, follow=_assets, mark=_version) as readers:
        for number in range(300 if prove else 3):
            deliver(order(place, f"20160101-{(number + 2) % 3 + 1}"))
        readers.wait(10_000 if prove else 200)
    assert {read.status for read in readers.reads} == {200}
    assert [read.path for read in readers.reads if read.digest not in known] == []
    if kind in SWITCHING:
        assert mixed(read for read in readers.reads if read.mark) == []


def _assets(_path: str, body: bytes) -> list[str]:
    return [part.split(b">")[0].decode() for part in body.split(b"href=")[1:2]]


def _version(body: bytes) -> str:
    return body.split(b">")[1][:1].decode() if body.startswith(b"<link") else ""


def mixed(reads: Iterable[Read]) -> list[Read]:
    """Reads that show a release older than one that another reader had seen before; they come as 1, 2, 3, 1, 2, …"""
    found, settled, ended = [], 0, list[tuple[float, int]]()
    for read in sorted(reads, key=lambda read: read.begun):
        settled = max([settled, *(index for end, index in ended if end < read.begun)])
        ended = [each for each in ended if each[0] >= read.begun]
        step = (int(read.mark) - settled) % 3
        if settled and step == 2:
            found.append(read)
        ended.append((read.ended, settled + (step if step < 2 else 0) if settled else int(read.mark)))
    return found
