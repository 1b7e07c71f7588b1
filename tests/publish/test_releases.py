"""Releases from the working folder, and from the sources of the release that is out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs

from bulletin.build.report import Options
from bulletin.core.errors import PublishError
from bulletin.publish.deriving import derived, withdrawals, without_missing
from bulletin.publish.making import MadeRelease, make_release
from bulletin.publish.release import Release, ReleaseFile
from bulletin.publish.store import ReleaseStore
from bulletin.publish.workspace import Workspace
from tests.archives import picture
from tests.build.test_asset_names import published_by_the_former_program
from tests.conftest import write_files

NOW = datetime(2014, 5, 1, 9)
LATER = datetime(2014, 6, 11)
ISSUE = "---\ndate: {date}\n---\n## 站务新闻\n### {title}\n{text}\n"
ID_CARD = "身份证号11010519491231002X。"


def issue(date: str, title: str, text: str) -> str:
    return ISSUE.format(date=date, title=title, text=text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_files(
        tmp_path,
        {
            "content/station.yml": "name: 湖畔救助站\nurl: https://www.example.cn/\n",
            "content/today.yml": "count: 3\ndate: 2014-05-01\n",
            "content/issues/2014001.md": issue("2014-01-10", "春季走访", "街道两侧走访了三次。"),
            "content/issues/2014002.md": issue("2014-02-10", "消防演练", "演练用时二十分钟。"),
            "content/issues/2014008.md": issue("2014-03-10\ndraft: true", "未定稿", "还没有写完。"),
            "content/issues/2014009.md": issue("2014-06-10 08:00", "夏季安排", "六月起延长开放时间。"),
        },
    )
    return tmp_path


@pytest.fixture
def store(root: Path) -> ReleaseStore:
    return ReleaseStore(root / "releases")


def made(root: Path, store: ReleaseStore, now: datetime = NOW) -> MadeRelease:
    return make_release(root, now, "lihua@PC-3", store, Options())


def kept(root: Path, store: ReleaseStore, now: datetime = NOW) -> Release:
    release = made(root, store, now).release
    store.add(release)
    return release


def paths(files: Iterable[ReleaseFile]) -> set[str]:
    return {file.path for file in files}


def page(store: ReleaseStore, release: Release, path: str) -> str:
    return store.read(next(file for file in release.files if file.path == path)).decode()


def test_a_release_has_all_files_and_what_they_were_made_from(root: Path, store: ReleaseStore) -> None:
    release = kept(root, store)
    site = {path.relative_to(root / "site").as_posix() for path in (root / "site").rglob("*") if path.is_file()}
    assert paths(release.files) == {path for path in site if not path.rpartition("/")[2].startswith(".")}
    assert [text.id for text in release.texts] == ["2014002", "2014001"]
    assert "content/issues/2014009.md" in paths(release.sources)


def test_the_same_once_more_is_no_new_release(root: Path, store: ReleaseStore) -> None:
    kept(root, store)
    assert not made(root, store).is_new


def test_drafts_and_what_the_gate_keeps_back_are_no_sources(root: Path, store: ReleaseStore) -> None:
    write_files(
        root,
        {
            "content/issues/2014003.md": issue("2014-03-20", "一例", ID_CARD),
            "content/issues/2014010.md": issue("2014-07-20", "又一例", ID_CARD),
        },
    )
    first = made(root, store)
    assert not {f"content/issues/20140{n}.md" for n in ("03", "08", "10")} & paths(first.release.sources)
    assert [(text.id, text.kept_back) for text in first.waiting] == [("2014009", False), ("2014010", True)]


def test_a_text_that_is_kept_back_keeps_the_source_that_readers_have(root: Path, store: ReleaseStore) -> None:
    first = kept(root, store)
    write_files(root, {"content/issues/2014001.md": issue("2014-01-10", "春季走访", ID_CARD)})
    second = made(root, store).release
    assert second.files == first.files
    assert second.sources == first.sources
    assert second.texts == first.texts


def test_what_changes_meanwhile_is_built_and_judged_again(root: Path) -> None:
    late = [issue("2014-02-10", "消防演练", ID_CARD)]

    class Slow(ReleaseStore):
        def put(self, contents: Iterable[tuple[str, bytes]]) -> tuple[ReleaseFile, ...]:  # type: ignore[override]
            while late:
                write_files(root, {"content/issues/2014002.md": late.pop()})
            return super().put(contents)

    slow = Slow(root / "releases")
    release = made(root, slow).release
    assert "content/issues/2014002.md" not in paths(release.sources)
    assert not any(ID_CARD[4:].encode() in slow.read(file) for file in (*release.files, *release.sources))


def test_files_that_change_all_the_time_are_no_release(root: Path) -> None:
    class Busy(ReleaseStore):
        def put(self, contents: Iterable[tuple[str, bytes]]) -> tuple[ReleaseFile, ...]:  # type: ignore[override]
            with (root / "content/issues/2014002.md").open("a") as file:
                file.write("又一句。\n")
            return super().put(contents)

    with pytest.raises(PublishError, match="being changed"):
        made(root, Busy(root / "releases"))


# ── from the release that is out


def test_nothing_changed_gives_the_same(root: Path, store: ReleaseStore) -> None:
    release = kept(root, store)
    again = Workspace(root, store).rebuilt(release, {}, NOW)
    assert (again.files, again.sources, again.texts) == (release.files, release.sources, release.texts)


def test_an_issue_comes_out_as_it_was_confirmed(root: Path, store: ReleaseStore) -> None:
    release = kept(root, store)
    assert release.due == "2014-05-02T00:00:00", "today's figure ends first"
    write_files(
        root,
        {
            "content/issues/2014009.md": issue("2014-06-10 08:00", "夏季安排", "后来改过的话。"),
            "content/issues/2014002.md": issue("2014-02-10", "消防演练", "也改过了。"),
        },
    )
    workspace = Workspace(root, store)
    due = derived(release, "due", LATER, "timer@PC-3", store, workspace.rebuilt(release, {}, LATER))
    assert "六月起延长开放时间" in page(store, due, "issues/2014009/index.html")
    assert "演练用时二十分钟" in page(store, due, "issues/2014002/index.html")
    assert due.due == ""
    store.add(due)
    workspace.settle(due)
    assert workspace.rebuilt(due, {}, LATER).files == due.files


def test_a_change_carries_nothing_else_along(root: Path, store: ReleaseStore) -> None:
    """Not even what this version of the program makes differently from the one that made the release."""
    release = kept(root, store)
    (other,) = store.put({"issues/2014002/index.html": "旧版本的页面".encode()})
    files = tuple(other if file.path == other.path else file for file in release.files)
    old = Release(**{name: getattr(release, name) for name in release.__struct_fields__} | {"files": files})
    text = issue("2014-01-10", "春季走访", "街道两侧走访了四次。")
    changed = Workspace(root, store).rebuilt(old, {"content/issues/2014001.md": text.encode()}, NOW)
    assert other in changed.files
    assert {file for file in changed.files if file not in files} != set()
    touched = {file.path for file in changed.files if file not in files}
    assert "issues/2014001/index.html" in touched
    assert "issues/2014002/xiao-fang-yan-lian/index.html" not in touched


def test_what_was_withdrawn_since_is_brought_into_an_older_release(root: Path, store: ReleaseStore) -> None:
    first = kept(root, store)
    write_files(root, {"content/withdrawn.yml": ""})
    second = kept(root, store)
    assert withdrawals(first, second, store) == {"content/withdrawn.yml": b""}
    assert withdrawals(second, second, store) == {}


def test_a_purged_source_is_taken_from_the_last_release(root: Path, store: ReleaseStore) -> None:
    first = kept(root, store)
    write_files(root, {"content/issues/2014001.md": issue("2014-01-10", "春季走访", "走访了多次。")})
    (root / "content/issues/2014002.md").unlink()
    second = make_release(root, NOW, "lihua@PC-3", store, Options(let_go=True)).release
    store.add(second)
    assert without_missing(first, second, store) == (True, first)
    gone = [file for file in first.sources if file.path in ("content/issues/2014001.md", "content/issues/2014002.md")]
    store.purge(gone, because="点名", at="2014-05-01T09:00:00", by="lihua@PC-3")
    is_whole, left = without_missing(first, second, store)
    assert not is_whole
    assert {file for file in left.sources if file not in first.sources} == {
        file for file in second.sources if file.path == "content/issues/2014001.md"
    }
    assert "content/issues/2014002.md" not in paths(left.sources)
    rebuilt = Workspace(root, store).rebuilt(left, {}, NOW, whole=True)
    assert "issues/2014001/index.html" in paths(rebuilt.files)
    assert "issues/2014002/index.html" not in paths(rebuilt.files)


def test_a_former_address_of_a_picture_goes_with_the_picture_and_not_before(root: Path, store: ReleaseStore) -> None:
    """What a withdrawal takes out must not stay under the name that it had in a former version."""
    text = issue("2014-01-10", "春季走访", "{}\n\n街道两侧走访了三次。")
    write_files(root, {"content/issues/2014001.md": text.format("![合影](heying.png)")})
    (root / "content/issues/heying.png").write_bytes(picture(7))
    kept(root, store)
    former = published_by_the_former_program(root / "site", "issues/2014001/heying-60")
    write_files(root, {"content/issues/2014002.md": issue("2014-02-10", "消防演练", "演练用时三十分钟。")})
    release = kept(root, store)
    assert former <= paths(release.files)
    assert Workspace(root, store).rebuilt(release, {}, NOW).files == release.files
    assert former <= paths(Workspace(root, store).rebuilt(release, {}, NOW, whole=True).files)
    without = {"content/issues/2014001.md": text.format("").encode()}
    left = paths(Workspace(root, store).rebuilt(release, without, NOW).files)
    assert not [path for path in left if "heying" in path]
    assert "issues/2014001/chun-ji-zou-fang/index.html" in left


EPUB = "issues/2013001/2013001.epub"


def released_in_the_next_year(root: Path, store: ReleaseStore) -> Release:
    """With the book of an issue of the year before, of two articles."""
    two = issue("2013-12-10", "春季走访", "街道两侧走访了三次。") + "### 寻亲\n一位老人找到了家人。\n"
    station = "name: 湖畔救助站\nurl: https://www.example.cn/\neditions: epub\n"
    write_files(root, {"content/station.yml": station, "content/issues/2013001.md": two})
    for path in (root / "content/issues").glob("2014*"):
        path.rename(root / path.name)
    kept(root, store, datetime(2013, 12, 20))
    for path in root.glob("2014*"):
        path.rename(root / "content/issues" / path.name)
    release = kept(root, store)
    assert EPUB in paths(release.files)
    return release


def withdrawn_from(release: Release, root: Path, store: ReleaseStore, slug: str) -> Release:
    line = f'- {{issue: "2013001", slug: "{slug}", date: 2014-05-01 09:00, because: ""}}\n'
    made = Workspace(root, store).rebuilt(release, {"content/withdrawn.yml": line.encode()}, NOW)
    return derived(release, "withdraw", NOW, "lihua@PC-3", store, made)


def test_the_book_of_a_withdrawn_issue_of_an_earlier_year_goes_with_it(root: Path, store: ReleaseStore) -> None:
    release = released_in_the_next_year(root, store)
    assert EPUB not in paths(withdrawn_from(release, root, store, "").files)


def test_a_book_of_an_earlier_year_loses_the_article_that_is_withdrawn(root: Path, store: ReleaseStore) -> None:
    release = released_in_the_next_year(root, store)
    made = withdrawn_from(release, root, store, "xun-qin")
    (book,) = (file for file in made.files if file.path == EPUB)
    with zipfile.ZipFile(io.BytesIO(store.read(book))) as packed:
        words = b"".join(map(packed.read, packed.namelist())).decode("utf-8", "ignore")
    assert ("走访了三次" in words, "一位老人" in words) == (True, False)
    assert "2013001.epub" in page(store, made, "issues/2013001/index.html")


def test_a_pdf_that_this_computer_cannot_make_goes_where_a_text_is_withdrawn_and_stays_elsewhere(
    root: Path, store: ReleaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulletin.editions.printed.find_spec", lambda _: None)
    release = released_in_the_next_year(root, store)
    names = ("issues/2013001/2013001.pdf", "issues/2014001/2014001.pdf")
    release = structs.replace(release, files=(*release.files, *store.put((name, b"%PDF") for name in names)))
    assert set(names) <= paths(Workspace(root, store).rebuilt(release, {"content/today.yml": None}, NOW).files)
    assert set(names) & paths(withdrawn_from(release, root, store, "xun-qin").files) == {names[1]}
    assert set(names) & paths(withdrawn_from(release, root, store, "").files) == {names[1]}


def test_what_comes_due_after_a_withdrawal_still_comes_out(root: Path, store: ReleaseStore) -> None:
    """The withdrawal was made later than the issue was due, for the time before it; the workspace may be gone since."""
    release = kept(root, store)
    workspace = Workspace(root, store)
    made_late = workspace.rebuilt(release, {"content/withdrawn.yml": b""}, release.time)
    withdrawn = derived(release, "withdraw", LATER, "lihua@PC-3", store, made_late)
    assert "issues/2014009/index.html" not in paths(withdrawn.files)
    store.add(withdrawn)
    workspace.remove()
    due = Workspace(root, store).rebuilt(withdrawn, {}, LATER)
    assert "issues/2014009/index.html" in paths(due.files)


def test_what_one_goes_back_to_has_its_own_words(root: Path, store: ReleaseStore) -> None:
    first = kept(root, store)
    write_files(root, {"content/issues/2014002.md": issue("2014-02-10", "消防演练", "演练用时三十分钟。")})
    second = kept(root, store)
    made_again = Workspace(root, store).rebuilt(first, {}, first.time)
    back = derived(first, "back", LATER, "lihua@PC-3", store, made_again, first.id, second.id)
    assert (back.texts, back.parent, back.time) == (first.texts, second.id, first.time)
