"""The burst engine over a target in memory, broken off at every single operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bulletin.core.errors import PublishError
from bulletin.publish.difference import plan_delivery
from bulletin.publish.target import LOCK, RECORD, STAGE_PREFIX, TargetLock
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.burst_folder import LocalFiles
from bulletin.publish.targets.file_errors import refused
from tests.publish.burst_target import (
    MINE,
    NEW,
    NEXT,
    OLD,
    Fault,
    Killed,
    MemoryFiles,
    MemoryTarget,
    blobs_of,
    file_of,
    order_violations,
    publish,
    release,
)

FOREIGN = {"upload/form.doc": b"theirs", "issues/2026001/gone/note.txt": b"theirs too"}


def session(files: MemoryFiles) -> BurstSession:
    return BurstSession(files, "web", lambda: 100.0, pauses=(0, 0, 0))


def published(*, foreign: bool = True) -> MemoryTarget:
    target = MemoryTarget()
    publish(session(MemoryFiles(target)), 1, OLD)
    if foreign:
        target.folders.add("upload")
        for path, data in FOREIGN.items():
            target.put(path, data)
    return target


def after(site: dict[str, bytes], assets: bool = True) -> dict[str, bytes]:
    """What is to be there when a site follows `OLD`: also the assets that older pages ask for."""
    return {**FOREIGN, **({"static/a.1111111111.css": b"old"} if assets else {}), **site}


def broken_points(
    fault: Fault, rename_over: bool = True
) -> Iterator[tuple[int, MemoryTarget, MemoryFiles, list[str], BaseException | None]]:
    """A delivery of `NEW` over `OLD` for each operation at which it fails; the last has no fault."""
    for at in range(1, 10_000):
        target = published()
        problems = list[str]()

        def watch(target: MemoryTarget = target, problems: list[str] = problems) -> None:
            problems.extend(order_violations({p: d for p, d in target.site().items() if p not in FOREIGN}, OLD, NEW))

        files = MemoryFiles(target, at, fault, rename_over=rename_over, watch=watch if rename_over else lambda: None)
        raised: BaseException | None = None
        try:
            publish(session(files), 2, NEW, OLD)
        except (Killed, PublishError) as error:
            raised = error
        yield at, target, files, problems, raised
        if files.operations < at:
            assert raised is None
            return


# ── whole deliveries


def test_a_first_delivery_puts_every_file_and_tells_how_far_it_is() -> None:
    target, steps = MemoryTarget(), list[tuple[int, int]]()
    publish(session(MemoryFiles(target)), 1, OLD, sent=steps)
    assert target.site() == OLD
    assert target.leftovers() == set()
    total = sum(map(len, OLD.values()))
    assert (steps[0], steps[-1]) == ((0, total), (total, total))
    state = session(MemoryFiles(target)).inspect()
    assert state.record is not None
    assert state.record.release == "20261127-1"
    assert set(state.record.files) == {file_of(path, data) for path, data in OLD.items()}
    assert state.record.stamps.keys() == OLD.keys()
    assert (state.changed, state.unfinished) == (frozenset(), "")


def test_a_second_delivery_changes_what_differs_and_leaves_what_is_not_ours() -> None:
    target = published()
    publish(session(MemoryFiles(target)), 2, NEW, OLD)
    assert target.site() == after(dict(NEW))
    assert target.leftovers() == set()
    assert "issues/2026001/gone" in target.folders


def test_folders_that_are_empty_then_go() -> None:
    target = published(foreign=False)
    publish(session(MemoryFiles(target)), 2, NEW, OLD)
    assert "issues/2026001/gone" not in target.folders
    assert "issues/2026001/one" in target.folders


def test_what_others_changed_or_removed_is_seen() -> None:
    target = published()
    target.put("index.html", b"home, bad")
    del target.files["feed.xml"]
    state = session(MemoryFiles(target)).inspect()
    assert state.changed == {"index.html", "feed.xml"}
    assert RECORD not in state.present
    assert state.present["upload/form.doc"] == 6


def test_a_file_may_become_a_folder_and_a_folder_a_file() -> None:
    target = MemoryTarget()
    publish(session(MemoryFiles(target)), 1, {**OLD, "a": b"file", "b/c/d.html": b"page"})
    publish(session(MemoryFiles(target)), 2, {**OLD, "a/x.html": b"page", "b": b"file"})
    assert target.site() == {**OLD, "a/x.html": b"page", "b": b"file"}


def test_under_the_lock_a_target_is_looked_through_again_only_when_somebody_has_published() -> None:
    target = published()
    files = MemoryFiles(target)
    run = session(files)
    before = run.inspect()
    files.tree = None  # type: ignore[assignment,method-assign]
    run.lock(MINE)
    assert run.inspect() == before
    run.unlock(MINE.token)
    publish(session(MemoryFiles(target)), 2, NEW, OLD)
    del files.tree
    run.lock(MINE)
    state = run.inspect()
    assert state.record is not None
    assert state.record.release == "20261127-2"


def test_a_target_that_was_emptied_gets_everything_again() -> None:
    target = published(foreign=False)
    target.files, target.folders = {}, {""}
    publish(session(MemoryFiles(target)), 2, NEW, OLD)
    assert target.site() == dict(NEW)


# ── broken off


@pytest.mark.parametrize("rename_over", [True, False])
@pytest.mark.parametrize("next_run", ["same", "resume", "other"])
def test_killed_at_any_operation_the_site_is_never_torn_and_the_next_run_completes_it(
    next_run: str, rename_over: bool
) -> None:
    unfinished = 0
    for at, target, _, problems, _ in broken_points("killed", rename_over):
        assert problems == [], at
        again = session(MemoryFiles(target, rename_over=rename_over))
        again.unlock("", force=True)
        state = again.inspect()
        unfinished += state.unfinished == "20261127-2"
        if next_run == "resume":
            is_new = state.record is not None and state.record.release == "20261127-2"
            assert again.resume() == state.unfinished, at
            assert again.inspect().unfinished == ""
            assert target.site() == (after(dict(NEW)) if state.unfinished or is_new else {**FOREIGN, **OLD}), at
        site = NEXT if next_run == "other" else NEW
        publish(again, 3 if next_run == "other" else 2, site, OLD, NEW)
        assert target.site() == after(dict(site)), at
        assert target.leftovers() == set(), at
        assert again.inspect().changed == frozenset(), at
    assert unfinished > 10


@pytest.mark.parametrize("second", range(1, 60, 7))
def test_killed_twice_the_third_run_completes_it(second: int) -> None:
    for at, target, *_ in broken_points("killed"):
        for site, fault in ((NEXT, second), (NEXT, -1)):
            run = session(MemoryFiles(target, fault, "killed"))
            with suppress(Killed):
                run.unlock("", force=True)
                publish(run, 3, site, OLD, NEW)
        assert target.site() == after(dict(NEXT)), at
        assert target.leftovers() == set(), at


@pytest.mark.parametrize("fault", ["lost before", "lost after"])
def test_a_lost_connection_is_made_again_and_the_delivery_goes_on(fault: Fault) -> None:
    for at, target, files, problems, raised in broken_points(fault):
        assert (problems, raised) == ([], None), at
        assert target.site() == after(dict(NEW)), at
        assert target.leftovers() - ({LOCK} if files.reconnects else set()) == set(), at


def test_a_connection_that_is_lost_again_and_again_ends_the_delivery() -> None:
    class Broken(MemoryFiles):
        def write(self, *_: object) -> None:
            raise refused("lost", "web")

    files = Broken(published())
    with pytest.raises(PublishError, match="connection"):
        publish(session(files), 2, NEW, OLD)
    assert files.reconnects == 3
    assert files.target.site() == {**FOREIGN, **OLD}


def test_refused_at_any_operation_the_site_is_as_before_or_the_message_says_how_to_finish_it() -> None:
    for at, target, _, problems, raised in broken_points("refused"):
        assert problems == [], at
        half = target.site() not in ({**FOREIGN, **OLD}, after(dict(NEW)))
        if half:
            assert isinstance(raised, PublishError)
            assert "resume" in str(raised.values["remedy"])
        again = session(MemoryFiles(target))
        again.unlock("", force=True)
        publish(again, 2, NEW, OLD)
        assert target.site() == after(dict(NEW)), at
        assert target.leftovers() == set(), at


def test_a_file_that_arrives_short_is_noticed_before_the_burst() -> None:
    class Short(MemoryFiles):
        def write(self, files: object, written: object) -> None:
            super().write([(p, d[:-1] if p.endswith(".html") else d) for p, d in files], written)  # type: ignore

    target = published()
    with pytest.raises(PublishError, match=r"“[^”]*index.html”"):
        publish(session(Short(target)), 2, NEW, OLD)
    assert target.site() == {**FOREIGN, **OLD}


def test_a_refused_name_is_named_as_it_is_in_the_site() -> None:
    class Windows(MemoryFiles):
        def make_folders(self, folders: object) -> None:
            for folder in folders:  # type: ignore[attr-defined]
                if "第二" in folder:
                    raise PublishError("“{name}”", name=folder)
                super().make_folders([folder])

    target = published()
    with pytest.raises(PublishError, match=r"“issues/2026001/第二/index.html”"):
        publish(session(Windows(target)), 2, NEW, OLD)
    assert target.site() == {**FOREIGN, **OLD}
    assert target.leftovers() == {LOCK}


def test_what_cannot_be_finished_says_so() -> None:
    target = next(t for _, t, *_ in broken_points("killed") if t.site().get("static/a.2222222222.css") == b"new!")
    for path in [path for path in target.files if path.startswith(STAGE_PREFIX) and "journal" not in path]:
        del target.files[path]
    with pytest.raises(PublishError, match="20261127-2"):
        session(MemoryFiles(target)).resume()


def test_leftovers_of_others_who_publish_now_are_not_removed_by_a_look() -> None:
    target = published()
    target.folders.add(stage := f"{STAGE_PREFIX}{'0' * 32}")
    target.put(f"{stage}/0-a", b"")
    session(MemoryFiles(target)).inspect()
    assert target.leftovers() == {stage, f"{stage}/0-a"}
    mine = session(MemoryFiles(target))
    mine.lock(MINE)
    mine.inspect()
    assert target.leftovers() == {LOCK}


# ── lock, probe, purge


def test_a_lock_is_held_by_one() -> None:
    target = published()
    first, second = session(MemoryFiles(target)), session(MemoryFiles(target))
    other = TargetLock("wang", "PC-4", "2026-11-27T10:01:00", "other")
    assert first.lock(MINE) is None
    assert second.lock(other) == MINE
    second.unlock("other")
    assert second.lock(other) == MINE
    second.unlock("other", force=True)
    assert second.lock(other) is None


def test_a_probe_says_what_the_target_can_and_leaves_nothing() -> None:
    target = published()
    found = session(MemoryFiles(target)).probe()
    assert (found.how, found.free) == ("burst", 1000)
    assert found.clock_behind == 100 - target.time
    assert target.leftovers() == set()


def test_purged_contents_go_from_the_site_and_from_what_was_staged() -> None:
    target = next(t for _, t, *_ in broken_points("killed") if t.site().get("static/a.2222222222.css") == b"new!")
    secret = NEW["issues/2026001/one/index.html"]
    assert any(data == secret for data, _ in target.files.values())
    wanted = [file_of(path, site[path]) for site in (OLD, NEW) for path in ("issues/2026001/one/index.html",)]
    gone = session(MemoryFiles(target)).purge([*wanted, file_of("upload/form.doc", b"theirs")])
    assert {"issues/2026001/one/index.html", "upload/form.doc"} < set(gone)
    assert not any(data in (secret, b"theirs") for data, _ in target.files.values())
    assert target.site()["index.html"] == OLD["index.html"]
    state = session(MemoryFiles(target)).inspect()
    assert state.record is not None
    assert (state.unfinished, state.changed) == ("", frozenset())
    assert "issues/2026001/one/index.html" not in {file.path for file in state.record.files}


def test_a_file_with_another_content_at_a_purged_address_stays() -> None:
    target = published()
    assert session(MemoryFiles(target)).purge([file_of("index.html", b"home, bad")]) == ()
    assert target.site()["index.html"] == OLD["index.html"]


def test_there_are_no_kept_releases() -> None:
    with pytest.raises(PublishError, match="20261127-1"):
        session(MemoryFiles(published())).switch("20261127-1")


# ── a folder of this computer


def local(root: Path, *, windows: bool = False) -> BurstSession:
    return BurstSession(LocalFiles(root, "lan", windows=windows), "lan", lambda: 0.0)


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_folder_is_published_into(tmp_path: Path) -> None:
    (tmp_path / "form.doc").write_bytes(b"theirs")
    for number, site in enumerate((OLD, NEW, NEW), 1):
        publish(local(tmp_path), number, site, OLD)
    found = files_of(tmp_path)
    del found[RECORD]
    assert found == {"form.doc": b"theirs", "static/a.1111111111.css": b"old", **NEW}
    (tmp_path / "index.html").write_bytes(b"bad")
    assert local(tmp_path).inspect().changed == {"index.html"}
    assert local(tmp_path).probe().free > 0


@pytest.mark.parametrize("name", ["文件/甲:乙.pdf", "文件/con.html", "文件/" + "字" * 90 + ".pdf"])
def test_a_name_that_windows_does_not_take_is_named(tmp_path: Path, name: str) -> None:
    publish(local(tmp_path, windows=True), 1, OLD)
    before = files_of(tmp_path)
    run = local(tmp_path, windows=True)
    delivery = plan_delivery(run.inspect(), release(2, {**OLD, name: b"pdf"}))
    with pytest.raises(PublishError, match=f"“{name}”"):
        run.deliver(delivery, blobs_of(OLD, {name: b"pdf"}), lambda *_: None)
    assert files_of(tmp_path) == before


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="no folder"):
        local(tmp_path / "nothing").inspect()
    assert not (tmp_path / "nothing").exists()
