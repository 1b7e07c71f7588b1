"""The store of releases: what was put in comes back or is said to be damaged, and a kill leaves no lie."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import PublishError
from bulletin.core.files import replace_file
from bulletin.core.public_texts import PublicText
from bulletin.publish import ledger, store
from bulletin.publish.deriving import retitled
from bulletin.publish.ledger import Delivered, Purged
from bulletin.publish.release import Release
from bulletin.publish.store import ReleaseStore, id_order, manifest_bytes, next_release_id
from tests.conftest import ROOT
from tests.publish.releases import file, release

AT, BY = "2016-01-01T12:00:00", "lihua@PC-3"


def kept(folder: Path, id_: str, contents: dict[str, bytes], sources: dict[str, bytes] | None = None) -> Release:
    there = ReleaseStore(folder)
    made = release(id_, there.put(contents), sources=there.put(sources or {}))
    there.add(made)
    return made


def blobs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "blobs").rglob("*") if path.is_file())


def test_contents_come_back_text_is_packed_and_pictures_are_as_they_were(tmp_path: Path) -> None:
    contents = {"index.html": "站务".encode() * 999, "leer.txt": b"", "a.webp": b"\x01" * 999, "b.PNG": b""}
    there = ReleaseStore(tmp_path / "releases")
    files = there.put(contents)
    assert {each.path: there.read(each) for each in files} == contents
    assert [each.path for each in files] == sorted(contents)
    suffixes = {path.name[:64]: path.suffix for path in blobs(tmp_path / "releases")}
    assert suffixes[file("", contents["a.webp"]).sha256] == ".raw"
    assert suffixes[file("", contents["index.html"]).sha256] == ".z"


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    kept(tmp_path, "20160101-1", {"index.html": b"1"})
    before = {path: path.stat().st_mtime_ns for path in blobs(tmp_path)}
    kept(tmp_path, "20160102-1", {"index.html": b"1", "also.html": b"1", "new.html": b"2"})
    after = {path: path.stat().st_mtime_ns for path in blobs(tmp_path)}
    assert before.items() <= after.items()
    assert len(after) == 2


def test_ten_thousand_small_contents_are_put_in_no_time(tmp_path: Path) -> None:
    contents = {f"issues/{n}/index.html": b"<p>%d</p>" % n * 400 for n in range(10_000)}
    started = time.process_time()
    ReleaseStore(tmp_path).put(contents)
    assert time.process_time() - started < 4  # of all threads; 1.5 s on the clock of an idle machine


def test_a_manifest_is_read_by_people_and_comes_back(tmp_path: Path) -> None:
    text = PublicText("2015001", '"],["', "issues/2015001/", "content/issues/2015001.md", "a" * 64)
    made = release("20160101-1", {"a.html": "1", "b.html": "2"}, texts=(text,))
    there = ReleaseStore(tmp_path)
    there.put({"a.html": b"1", "b.html": b"2"})
    there.add(made)
    assert there.latest() == made
    lines = (tmp_path / "manifests/20160101-1.json").read_text(encoding="utf-8").splitlines()
    assert sum('.html"' in line for line in lines) == 2
    assert there.verify() == ()


def test_releases_are_newest_first_and_are_not_made_twice(tmp_path: Path) -> None:
    for id_ in ("20160101-2", "20160101-10", "20151231-1"):
        kept(tmp_path, id_, {"index.html": id_.encode()})
    assert [each.id for each in ReleaseStore(tmp_path).releases()] == ["20160101-10", "20160101-2", "20151231-1"]
    with pytest.raises(PublishError, match="20160101-2 is there already"):
        kept(tmp_path, "20160101-2", {"index.html": b"other"})
    with pytest.raises(PublishError, match="no release 20160101-3"):
        ReleaseStore(tmp_path).release("20160101-3")


def test_a_release_that_names_a_missing_content_is_not_kept(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    with pytest.raises(PublishError, match=r"“b\.html” is missing"):
        there.add(release("20160101-1", {"b.html": "1"}))
    assert there.ids() == ()
    assert there.latest() is None
    assert there.ledger.entries() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda place: place.unlink(), "missing"),
        (lambda place: place.write_bytes(b""), "missing"),
        (lambda place: place.write_bytes(b"x\x9c\x03"), "damaged"),
        (lambda place: place.write_bytes(place.read_bytes()[:-3]), "damaged"),
    ],
)
@pytest.mark.parametrize("path", ["index.html", "a.png"])
def test_damage_is_said_with_the_file_and_what_to_do(
    tmp_path: Path, path: str, change: Callable[[Path], None], words: str
) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {path: b"12345"})
    (place,) = blobs(tmp_path)
    change(place)
    with pytest.raises(PublishError, match=f"“{path}” is {words} .*bulletin publish"):
        there.read(made.files[0])
    (found,) = there.check()
    assert (found.kind, found.release, found.path) == (words, "20160101-1", path)
    assert len(there.verify()) == 1


def test_a_damaged_manifest_is_not_passed_over_for_an_older_release(tmp_path: Path) -> None:
    kept(tmp_path, "20160101-1", {"index.html": b"1"})
    kept(tmp_path, "20160102-1", {"index.html": b"2"})
    (tmp_path / "manifests/20160102-1.json").write_bytes(b"{")
    there = ReleaseStore(tmp_path)
    for call in (there.latest, there.releases, there.prune):
        with pytest.raises(PublishError, match=r"20160102-1\.json: the manifest of this release is damaged"):
            call()
    assert len(blobs(tmp_path)) == 2
    assert [found.kind for found in there.check()] == ["manifest"]


def test_a_manifest_that_somebody_wrote_leads_nowhere(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path / "releases")
    (tmp_path / "secret.z").write_bytes(b"1")
    foreign = file("a.html", b"1")
    lure = type(foreign)("a.html", "/../../secret", 1)
    with pytest.raises(PublishError, match="missing"):
        there.read(lure)
    there.purge([lure], because="…", at=AT, by=BY)
    assert (tmp_path / "secret.z").exists()


# ── ids


def test_ids_count_on_and_a_clock_that_is_behind_repeats_none() -> None:
    day = date(2026, 11, 27)
    assert next_release_id(day, ()) == "20261127-1"
    assert next_release_id(day, ("20261127-9", "20261127-10", "20261126-30", "foreign")) == "20261127-11"
    assert next_release_id(date(2025, 11, 27), ("20261127-2", "20251127-1")) == "20261127-3"


@given(st.lists(st.dates(date(1, 1, 1))))
def test_an_id_is_always_newer_than_all_before_it(days: list[date]) -> None:
    ids: list[str] = []
    for day in days:
        ids.append(next_release_id(day, ids))
    assert ids == sorted(set(ids), key=lambda id_: id_order(id_) or ())


def test_the_id_of_a_release_that_was_pruned_is_not_used_again(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    kept(tmp_path, "20160102-7", {"index.html": b"1"})
    (tmp_path / "manifests/20160102-7.json").unlink()
    assert there.next_id(date(2016, 1, 2)) == "20160102-8"
    assert there.next_id(date(2016, 1, 2), known=["20160103-4"]) == "20160103-5"


# ── pruning


def test_pruning_keeps_the_last_and_what_is_out_with_all_that_they_name(tmp_path: Path) -> None:
    made = [kept(tmp_path, f"201601{n:02}-1", {"index.html": b"%d" % n}, {"s.md": b"s%d" % n}) for n in range(1, 8)]
    there = ReleaseStore(tmp_path)
    out = Delivered(at=AT, by=BY, release="20160102-1", target="web", verified="yes", files=1, bytes=1)
    there.ledger.append(out)
    assert there.prune(3, out=["20160104-1"]) == ("20160103-1", "20160101-1")
    assert there.ids() == ("20160107-1", "20160106-1", "20160105-1", "20160104-1", "20160102-1")
    for each in (made[1], *made[3:]):
        assert [there.read(file) for file in (*each.files, *each.sources)]
    assert len(blobs(tmp_path)) == 10
    assert there.verify() == ()


def test_leftovers_of_killed_runs_are_pruned(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {"index.html": b"1"})
    there.put({"never.html": b"2"})
    (tmp_path / "blobs/00").mkdir(exist_ok=True)
    (tmp_path / "blobs/00/.00aa.z.0123.new").write_bytes(b"half")
    (tmp_path / "manifests/.20160102-1.json.0123.new").write_bytes(b"half")
    there.prune()
    assert [path.name[:64] for path in blobs(tmp_path)] == [made.files[0].sha256]
    assert [path.name for path in (tmp_path / "manifests").iterdir()] == ["20160101-1.json"]


# ── purging


def test_a_purge_is_said_first_and_then_a_missing_content_is_accepted(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {"a.html": b"1", "b.png": b"2"}, {"content/a.md": b"3"})
    gone = (*made.files, *made.sources)
    assert sorted(there.purge(gone, because="家属要求", at=AT, by=BY)) == sorted(each.sha256 for each in gone)
    assert blobs(tmp_path) == []
    assert there.verify() == ()
    assert there.latest() == made
    with pytest.raises(PublishError, match=r"“a\.html” was purged"):
        there.read(made.files[0])
    lines = there.ledger.entries()
    assert there.purge(gone, because="家属要求", at=AT, by=BY) == ()
    assert there.ledger.entries() == lines


def test_a_purge_may_take_a_title_out_of_manifests(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {"a.html": b"1"})
    text = PublicText("2014002", "寻人一例", "issues/2014002/", "content/issues/2014002.md")
    told = msgspec.structs.replace(made, id="20160101-2", texts=(text,))
    there.add(told)
    without = msgspec.structs.replace(told, texts=(msgspec.structs.replace(text, title=""),))
    assert tuple(retitled((told, made), "2014002", made)) == (without, made)
    there.purge((), because="家属要求", at=AT, by=BY, manifests=(without, made))
    assert there.releases() == (without, made)
    assert there.verify() == ()


def test_a_purge_that_was_killed_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {"a.html": b"1", "b.html": b"2"})
    steps = count()
    unlink = Path.unlink

    def killed(path: Path, *, missing_ok: bool = False) -> None:
        if next(steps) == 1:
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        there.purge(made.files, because="…", at=AT, by=BY)
    assert there.verify() == ()
    assert len(blobs(tmp_path)) == 1
    there.purge(made.files, because="…", at=AT, by=BY)
    assert blobs(tmp_path) == []
    assert there.verify() == ()
    assert all(isinstance(entry, Purged) for entry in there.ledger.entries()[1:])


def test_what_was_purged_may_be_published_again_on_purpose(tmp_path: Path) -> None:
    there = ReleaseStore(tmp_path)
    made = kept(tmp_path, "20160101-1", {"a.html": b"1"})
    there.purge(made.files, because="…", at=AT, by=BY)
    kept(tmp_path, "20160102-1", {"a.html": b"1"})
    assert there.read(made.files[0]) == b"1"
    there.purge(made.files, because="again", at=AT, by=BY)
    assert blobs(tmp_path) == []


# ── killed


class Killed(BaseException):
    """A process that ends here."""


def test_wherever_a_run_is_killed_no_manifest_names_a_missing_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    for end in count():
        folder = tmp_path / str(end)
        first = kept(folder, "20160101-1", {"index.html": b"1", "a.png": b"2"})
        with monkeypatch.context() as patched:
            _end_at(patched, end)
            try:
                kept(folder, "20160102-1", {"index.html": b"3", "a.png": b"2", "b.html": b"4"})
                ReleaseStore(folder).prune(1)
            except Killed:
                ended = True
            else:
                ended = False
        there = ReleaseStore(folder)
        assert there.check() == ()
        assert there.verify() == ()
        there.prune()
        named = {each.sha256 for release in there.releases() for each in release.files}
        assert {path.name[:64] for path in blobs(folder)} == named
        assert there.releases()[-1] == first or there.ids() == ("20160102-1",)
        if not ended:
            break
    assert end > 6


def _end_at(patched: pytest.MonkeyPatch, end: int) -> None:
    """Let the run end before the step of this number that changes the disk."""
    steps = count()

    def before(call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*values: Any, **named: Any) -> Any:
            if next(steps) == end:
                raise Killed
            return call(*values, **named)

        return stepped

    patched.setattr(store, "replace_file", before(replace_file))
    patched.setattr(ledger, "_append", before(ledger._append))
    patched.setattr(Path, "unlink", before(Path.unlink))
    patched.setattr(os, "unlink", before(os.unlink))


WRITER = """
import sys
from pathlib import Path
from tests.publish.test_store import kept
from bulletin.publish.store import ReleaseStore
from datetime import date
folder = Path(sys.argv[1])
there = ReleaseStore(folder)
while True:
    id_ = there.next_id(date(2016, 1, 1))
    kept(folder, id_, {f"{n}.html": f"{n % 7} {id_ if n % 5 == 0 else ''}".encode() * 50 for n in range(60)})
    there.prune(3)
    print(id_, flush=True)
"""


def test_a_store_that_is_killed_at_any_moment_is_whole(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    for number in range(200 if pytestconfig.getoption("--prove") else 6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(number % 17 * 0.0037)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        there = ReleaseStore(tmp_path)
        assert there.check() == ()
        torn = [problem for problem in there.verify() if "has no end" not in problem.message]
        assert torn == []
    there.prune()
    assert there.verify() == ()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "releases").write_bytes(b"a file")
    with pytest.raises(PublishError, match="the folder of releases cannot be used"):
        ReleaseStore(tmp_path / "releases").put({"a.html": b"1"})


def test_the_folder_is_left_out_of_git(tmp_path: Path) -> None:
    ReleaseStore(tmp_path / "releases").put({"a.html": b"1"})
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = subprocess.run(["git", "status", "--short"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == b""


def test_manifests_are_the_same_bytes_for_the_same_release() -> None:
    made = release("20160101-1", {"a.html": "1"})
    assert manifest_bytes(made) == manifest_bytes(release("20160101-1", {"a.html": "1"}))
