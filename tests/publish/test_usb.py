"""A release carried by hand: what lies on the stick, and what Python, dash and busybox make of it at the other end."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.parcel import ABOUT, CHECKSUMS, RECEIVED, RECEIVING
from bulletin.publish.receiving import receive
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import RECORD, STAGE_PREFIX, Delivery, TargetLock, TargetRecord
from bulletin.publish.targets.usb import UsbSession, open_usb
from tests.browser.tools import program
from tests.conftest import ROOT
from tests.publish.servers import small_disk
from tests.publish.test_s3_target import PAGES, Site

PAGES_2 = {path: data + b" 2" for path, data in PAGES.items() if path != "2014/index.html"} | {
    "issues/2014003/a b 汉字 [1]/index.html": b"new",
    "static/style.aaaaaaaaaa.css": b"a{}",
}
OLD, NEW = Site(PAGES), Site(PAGES_2, "20261127-2")

PROGRAM = """
import sys
from pathlib import Path
from bulletin.core.errors import PublishError
from bulletin.publish.receiving import receive
script, *flags, root = sys.argv[1:]
try:
    receive(Path(script).parent, Path(root), in_place="--in-place" in flags, adopt="--adopt" in flags)
except PublishError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""
"""As the command calls it, with the words of the scripts."""

RECEIVERS = {"python": [sys.executable, "-c", PROGRAM], "dash": ["dash"], "busybox": ["busybox", "sh"]}


@pytest.fixture(params=RECEIVERS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    name: str = request.param
    if name != "python":
        program(RECEIVERS[name][0])
    return RECEIVERS[name]


def environment(shell: list[str]) -> dict[str, str]:
    """For busybox: its own tools, and no others."""
    if shell[0] != "busybox":
        return {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "PYTHONPATH": str(ROOT)}
    return {"PATH": str(busybox_tools()), "LANG": "zh_CN.UTF-8"}


def busybox_tools() -> Path:
    folder = Path("/tmp") / f"busybox-tools-{os.getuid()}"
    if not folder.exists():
        made = folder.with_name(f"{folder.name}-{os.getpid()}")
        made.mkdir()
        subprocess.run(["busybox", "--install", "-s", str(made)], check=True)
        made.rename(folder)
    return folder


def run(shell: list[str], parcel: Path, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*shell, str(parcel / "receive.sh"), *words, str(root)]
    binary = shutil.which(command[0])
    assert binary
    return subprocess.run(
        command, executable=binary, env=environment(shell), capture_output=True, text=True, timeout=60, cwd=ROOT
    )


def stick_with(folder: Path, *sites: Site) -> Path:
    """The folder of the last of the releases."""
    folder.mkdir(exist_ok=True)
    session = open_usb(PublishTarget("stick", "usb", path="."), folder)
    for site in sites:
        session.deliver(Delivery(TargetRecord(site.id, site.files), site.files, ()), site.blob, lambda *_: None)
    return folder / f"bulletin-{sites[-1].id}"


def shown(root: Path) -> dict[str, bytes]:
    """What a web server serves from there; our own hidden files left out."""
    top = root / "current" if (root / "current").is_symlink() else root
    found = {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith(".bulletin-")}


# ── the stick


def test_a_stick_carries_the_whole_release_and_says_so(tmp_path: Path) -> None:
    session = open_usb(PublishTarget("stick", "usb", path="."), tmp_path)
    assert session.inspect().record is None and session.probe().how == "copy"
    seen: list[tuple[int, int]] = []
    delivery = Delivery(TargetRecord(OLD.id, OLD.files), OLD.files[:2], ())
    session.deliver(delivery, OLD.blob, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (sum(map(len, PAGES.values())),) * 2
    state = session.inspect()
    assert state.record == delivery.record and (state.changed, state.unfinished) == (frozenset(), "")
    assert state.present == {path: len(data) for path, data in PAGES.items()}
    parcel = tmp_path / f"bulletin-{OLD.id}"
    checked = subprocess.run(["sha256sum", "-c", "--strict", "../checksums.sha256"], cwd=parcel / "files", check=False)
    assert checked.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {parcel.name}


def test_damage_on_the_stick_is_seen_and_repaired(tmp_path: Path) -> None:
    parcel = stick_with(tmp_path, OLD)
    (parcel / "files/index.html").write_bytes(b"<h1>hOme</h1>")
    (parcel / "files/feed.xml").unlink()
    session = UsbSession(tmp_path)
    assert session.inspect().changed == {"index.html", "feed.xml"}
    stick_with(tmp_path, OLD)
    assert session.inspect().changed == frozenset()
    (parcel / "checksums.sha256").write_bytes(b"")
    assert session.inspect().record is None


def test_the_newest_release_replaces_the_others_and_what_broke_off(tmp_path: Path) -> None:
    stick_with(tmp_path, OLD)
    (tmp_path / "theirs").mkdir()

    def fail(_: ReleaseFile) -> bytes:
        raise KeyboardInterrupt

    session = UsbSession(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        session.deliver(Delivery(TargetRecord(NEW.id, NEW.files), NEW.files, ()), fail, lambda *_: None)
    assert {path.name for path in tmp_path.iterdir()} == {f"bulletin-{OLD.id}", "theirs"}
    (tmp_path / f".bulletin-next-{'0' * 32}-{NEW.id}").mkdir()  # as after a power cut
    assert session.inspect().unfinished == NEW.id
    stick_with(tmp_path, NEW)
    assert {path.name for path in tmp_path.iterdir()} == {f"bulletin-{NEW.id}", "theirs"}


def test_an_asset_that_is_kept_here_no_longer_comes_from_the_stick(tmp_path: Path) -> None:
    stick_with(tmp_path, OLD)
    asset = next(file for file in OLD.files if file.path.endswith("0123456789.css"))
    files = tuple(sorted((*NEW.files, asset), key=lambda file: file.path)) if asset not in NEW.files else NEW.files

    def without(file: ReleaseFile) -> bytes:
        if file == asset:
            raise PublishError("gone")
        return NEW.blob(file)

    wanted = tuple(file for file in files if file.path != asset.path or file == asset)
    UsbSession(tmp_path).deliver(Delivery(TargetRecord(NEW.id, wanted), (), ()), without, lambda *_: None)
    assert (tmp_path / f"bulletin-{NEW.id}/files" / asset.path).read_bytes() == PAGES[asset.path]


def test_purging_takes_the_release_that_holds_the_text(tmp_path: Path) -> None:
    stick_with(tmp_path, OLD)
    session = UsbSession(tmp_path)
    assert session.purge([OLD.files[0]])[0].startswith(f"bulletin-{OLD.id}/files/")
    assert list(tmp_path.iterdir()) == []
    assert session.purge([OLD.files[0]]) == ()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    one, two = TargetLock("a", "PC", "t", "1"), TargetLock("b", "PC", "t", "2")
    session = UsbSession(tmp_path)
    assert (session.lock(one), session.lock(two)) == (None, one)
    session.unlock("2")
    assert session.lock(two) == one
    session.unlock("1")
    assert session.lock(two) is None


@pytest.mark.parametrize("name", ["a：b.html", "a:b.html", "aux.html", "x./index.html", "汉" * 90 + ".html"])
def test_names_that_windows_refuses_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError, match="Windows") as caught:
        stick_with(tmp_path, Site({"index.html": b"x", name: b"y"}))
    assert name in str(caught.value) and list(tmp_path.iterdir()) == []


def test_a_stick_that_is_not_there_full_or_read_only() -> None:
    with pytest.raises(PublishError, match="plugged in"):
        open_usb(PublishTarget("stick", "usb", path="/nowhere/at/all"), Path("/"))
    with small_disk(3_000_000) as disk:
        parcel = stick_with(disk.path, OLD)
        with pytest.raises(PublishError, match="bytes free"):
            stick_with(disk.path, Site({"film.mp4": bytes(2_500_000)}, "20261127-3"))
        disk.read_only()
        with pytest.raises(PublishError, match="read or written"):
            stick_with(disk.path, NEW)
        assert [path.name for path in disk.path.iterdir()] == [parcel.name]


# ── at the other end


@pytest.mark.parametrize("words", [(), ("--in-place",)])
def test_a_release_is_received_and_the_next_one_takes_its_place(
    tmp_path: Path, shell: list[str], words: tuple[str, ...]
) -> None:
    root = tmp_path / "网站 root"
    root.mkdir()
    first = stick_with(tmp_path / "one", OLD)
    (first / "files" / "Thumbs.db").write_bytes(b"Windows puts it there")
    done = run(shell, first, root, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert (root / "current").is_symlink() == (not words)
    assert shown(root) == PAGES
    (root / "theirs.html").write_bytes(b"theirs")
    assert run(shell, stick_with(tmp_path / "two", NEW), root, *words).returncode == 0
    theirs = {"theirs.html": b"theirs"} if words else {}
    assert shown(root) == PAGES_2 | theirs
    assert not (root / "2014").exists() and (root / "theirs.html").exists()
    page = (root / "current" if not words else root) / "issues/2014003/a b 汉字 [1]/index.html"
    assert page.stat().st_mode & 0o777 == 0o644 and page.parent.stat().st_mode & 0o777 == 0o755
    hidden = {path.name for path in root.iterdir() if path.name.startswith(".")}
    assert hidden == {".bulletin-record.json"} | ({".bulletin-received.sha256"} if words else set())
    if not words:
        assert [path.name for path in (root / "releases").iterdir()] == [NEW.id]


def _damage(parcel: Path) -> None:
    (parcel / "files/issues/2014002/index.html").write_bytes(b"damaged")


def _lose(parcel: Path) -> None:
    (parcel / "files/issues/2014002/表 1.pdf").unlink()


def _cut_list(parcel: Path) -> None:
    text = (parcel / "checksums.sha256").read_bytes()
    (parcel / "checksums.sha256").write_bytes(text[: text.index(b"\n") + 1])


def _lose_about(parcel: Path) -> None:
    (parcel / "release.txt").write_bytes(b"")


def _change_record(parcel: Path) -> None:
    (parcel / ".bulletin-record.json").write_bytes(b"{}")


@pytest.mark.parametrize("harm", [_damage, _lose, _cut_list, _lose_about, _change_record])
@pytest.mark.parametrize("words", [(), ("--in-place",)])
def test_a_damaged_release_is_refused_and_nothing_changes(
    tmp_path: Path, shell: list[str], words: tuple[str, ...], harm: Callable[[Path], None]
) -> None:
    root = tmp_path / "root"
    run(shell, stick_with(tmp_path / "one", OLD), root, *words)
    before = {path: path.lstat().st_mtime_ns for path in root.rglob("*")}
    parcel = stick_with(tmp_path / "two", NEW)
    harm(parcel)
    done = run(shell, parcel, root, *words)
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert (
        ("没有改动" in done.stderr)
        if shell[0] == "busybox"
        else ("othing was changed" in done.stderr or "damaged" in done.stderr)
    )
    assert {path: path.lstat().st_mtime_ns for path in root.rglob("*")} == before
    assert shown(root) == PAGES


def test_strangers_in_the_folder_are_not_touched_unless_asked(tmp_path: Path, shell: list[str]) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "index.html").write_bytes(b"theirs")
    parcel = stick_with(tmp_path / "one", OLD)
    done = run(shell, parcel, root)
    assert done.returncode == 2 and "index.html" in done.stderr and "--adopt" in done.stderr
    assert shown(root) == {"index.html": b"theirs"}
    assert run(shell, parcel, root, "--adopt").returncode == 0
    assert shown(root) == PAGES


@pytest.mark.parametrize("way", ["issues", "index.html/x"])
def test_what_is_in_the_way_is_named(tmp_path: Path, shell: list[str], way: str) -> None:
    root = tmp_path / "root"
    (root / way).parent.mkdir(parents=True)
    (root / way).write_bytes(b"theirs")
    done = run(shell, stick_with(tmp_path / "one", OLD), root, "--adopt")
    assert done.returncode == 2 and way.split("/")[0] in done.stderr
    assert shown(root) == {way: b"theirs"}


def test_nothing_is_written_or_removed_through_a_link_that_leads_out(tmp_path: Path, shell: list[str]) -> None:
    root, out = tmp_path / "root", tmp_path / "out"
    assert run(shell, stick_with(tmp_path / "one", OLD), root, "--in-place").returncode == 0
    shutil.move(root / "2014", out)
    (root / "2014").symlink_to(out)
    assert run(shell, stick_with(tmp_path / "two", NEW), root, "--in-place").returncode == 0
    assert (out / "index.html").exists()
    third = Site({path: data + b" 3" for path, data in PAGES.items()}, "20261127-3")
    assert run(shell, stick_with(tmp_path / "three", third), root, "--in-place").returncode == 2
    assert shown(root).keys() - {"2014/index.html"} == PAGES_2.keys()


def test_a_full_disk_leaves_the_site_as_it_was(tmp_path: Path, shell: list[str]) -> None:
    with small_disk(600_000) as disk:
        for words in ((), ("--in-place",)):
            root = disk.path / f"root{len(words)}"
            assert run(shell, stick_with(tmp_path / "one", OLD), root, *words).returncode == 0
            big = Site(PAGES_2 | {"film.mp4": bytes(900_000)}, "20261127-4")
            done = run(shell, stick_with(tmp_path / "two", big), root, *words)
            assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
            assert shown(root) == PAGES
            assert not list(root.rglob(".bulletin-next-*"))


def many(mark: str, id_: str) -> Site:
    return Site({f"issues/{n}/index.html": f"{mark} {n}".encode() for n in range(60)} | {f"{mark}.html": b"x"}, id_)


@pytest.mark.prove
@pytest.mark.parametrize("words", [(), ("--in-place",)])
def test_killed_at_any_moment_the_site_is_whole_or_completed_by_the_next_run(
    tmp_path: Path, shell: list[str], words: tuple[str, ...], prove: bool
) -> None:
    moments = 30 if prove else 3
    old, new = many("old", "20261127-1"), many("new", "20261127-2")
    one, two = stick_with(tmp_path / "one", old), stick_with(tmp_path / "two", new)
    root = tmp_path / "root"
    run(shell, one, root, *words)
    begun = time.monotonic()
    run(shell, two, root, *words)
    length = time.monotonic() - begun
    half = 0
    for moment in range(moments):
        shutil.rmtree(root)
        assert run(shell, one, root, *words).returncode == 0
        command = [*shell, str(two / "receive.sh"), *words, str(root)]
        process = subprocess.Popen(
            command,
            executable=shutil.which(command[0]),
            env=environment(shell),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
        time.sleep(length * (moment + 0.5) / moments)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        now = shown(root)
        if not words:
            assert now in (old.pages, new.pages)
        for path, data in now.items():
            assert data in (old.pages.get(path), new.pages.get(path))
        half += now not in (old.pages, new.pages)
        assert run(shell, two, root, *words).returncode == 0
        assert shown(root) == new.pages
        assert not list(root.rglob(".bulletin-next-*")) and not (root / RECEIVING).exists()
    assert words or half == 0


def test_after_a_broken_run_another_release_can_come(tmp_path: Path, shell: list[str]) -> None:
    """What the broken run had put there, and the later release has no more, goes."""
    root = tmp_path / "root"
    assert run(shell, stick_with(tmp_path / "one", OLD), root, "--in-place").returncode == 0
    parcel = stick_with(tmp_path / "two", NEW)
    shutil.copy(parcel / "checksums.sha256", root / RECEIVING)
    (root / "issues/2014003/a b 汉字 [1]").mkdir(parents=True)
    (root / "issues/2014003/a b 汉字 [1]/index.html").write_bytes(b"new")
    third = Site({path: data + b" 3" for path, data in PAGES.items()}, "20261127-3")
    assert run(shell, stick_with(tmp_path / "three", third), root, "--in-place").returncode == 0
    assert shown(root) == third.pages


def test_the_stick_itself_can_be_named(tmp_path: Path) -> None:
    stick_with(tmp_path / "stick", NEW)
    done = receive(tmp_path / "stick", tmp_path / "root")
    assert (done.release, done.web_root) == (NEW.id, str(tmp_path / "root" / "current"))
    with pytest.raises(PublishError, match="no release"):
        receive(tmp_path / "root", tmp_path / "other")


# ── PowerShell, which is not here: docs/windows.md says what to try by hand


def test_the_script_for_windows_can_be_read_by_powershell_5_and_knows_the_same_files() -> None:
    data = (ROOT / "bulletin/publish/targets/receive.ps1").read_bytes()
    text = data.decode("utf-8-sig")
    assert data.startswith(codecs.BOM_UTF8), "without it, Chinese is read in the computer's old code page"
    assert not re.search("[“”‘’–—]", text), "PowerShell takes them for quotes and dashes of its own"
    for opened, closed in ("()", "{}", "[]"):
        assert text.count(opened) - text.count(closed) == 0
    for name in (RECEIVED, RECEIVING, RECORD, STAGE_PREFIX, CHECKSUMS, ABOUT):
        assert name in text and name in (ROOT / "bulletin/publish/targets/receive.sh").read_text("utf-8")
