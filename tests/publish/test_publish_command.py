"""`bulletin publish` and `withdraw`, as the person at the keyboard meets them; the target is a folder."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bulletin.commands import cli
from bulletin.commands.terminal import Messages
from bulletin.core.errors import PublishError
from bulletin.publish.ledger import DeliveryFailed, LedgerEntry
from bulletin.publish.purging import holds_one
from bulletin.publish.store import RELEASES, ReleaseStore
from tests.archives import picture
from tests.conftest import NOW, STATION, good_issues, tree, write_files
from tests.hits.test_site import store_with
from tests.publish.servers import PASSWORD, ftp_server
from tests.test_cli import Said

Publish = Callable[..., Said]

ID_CARD = "身份证号11010519491231002X。"
TARGET = "publish:\n  - {{name: lan, kind: folder, path: {path}, how: burst}}\n"


@pytest.fixture
def www(tmp_path: Path) -> Path:
    folder = tmp_path / "www"
    folder.mkdir()
    return folder


@pytest.fixture
def root(tmp_path: Path, www: Path) -> Path:
    station = STATION.replace("url: https://jzz.example.cn/\n", "") + TARGET.format(path=www)
    write_files(tmp_path / "station", {"content/station.yml": station, **good_issues(6)})
    return tmp_path / "station"


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Publish:
    """Run a command on the station, at `NOW` unless another time is given."""

    def command(*words: str, now: datetime = NOW) -> Said:
        monkeypatch.setenv("LANGUAGE", "en")
        monkeypatch.setattr(sys, "argv", ["bulletin", *words, "--root", str(root)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(lambda: now)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(ended.value.code or 0), out, err)

    return command


def store(root: Path) -> ReleaseStore:
    return ReleaseStore(root / RELEASES)


def edit(root: Path, number: str, old: str, new: str) -> None:
    path = root / f"content/issues/{number}.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_why_the_address_cannot_be_reached_is_said_in_words(root: Path, run: Publish) -> None:
    path = root / "content/station.yml"
    path.write_text(f"{path.read_text('utf-8')}url: http://127.0.0.1:1/\n", encoding="utf-8")
    assert "cannot be reached from here (Connection refused)" in run("publish", "--yes").out


def test_the_target_becomes_the_site_and_a_second_time_writes_nothing(run: Publish, root: Path, www: Path) -> None:
    first = run("publish", "--yes")
    assert first.code == 0
    assert "release 20160101-1 is out" in first.out
    assert tree(www) == tree(root / "site")
    stamps = {path: path.stat().st_mtime_ns for path in (www, *www.rglob("*"))}
    ledger = (root / RELEASES / "ledger.jsonl").read_bytes()
    again = run("publish")
    assert again.code == 0
    assert again.out.splitlines()[-1] == "lan (folder): nothing to do, release 20160101-1 is there."
    assert {path: path.stat().st_mtime_ns for path in (www, *www.rglob("*"))} == stamps, "not even a probe"
    assert (root / RELEASES / "ledger.jsonl").read_bytes() == ledger


def test_a_dry_run_and_a_run_that_nobody_confirms_change_nothing(run: Publish, root: Path, www: Path) -> None:
    shown = run("publish", "--dry-run")
    assert (shown.code, tree(www)) == (0, {})
    assert "/issues/2015001/" in shown.out
    asked = run("publish")
    assert (asked.code, tree(www), store(root).ids()) == (1, {}, ())
    assert "--yes" in asked.err


def test_what_is_kept_back_or_waits_is_said_and_stays_here(run: Publish, root: Path, www: Path) -> None:
    write_files(
        root,
        {
            "content/issues/2015007.md": f"---\ndate: 2015-11-01\n---\n## 站务新闻\n### 一例\n{ID_CARD}\n",
            "content/issues/2016001.md": f"---\ndate: 2016-03-01\n---\n## 站务新闻\n### 又一例\n{ID_CARD}\n",
            "content/issues/2016002.md": "---\ndate: 2016-02-01\n---\n## 站务新闻\n### 春季安排\n二月起照常。\n",
        },
    )
    said = run("publish", "--yes")
    assert said.code == 1
    assert "2015007 (P101 in line 6)" in said.out
    assert "2016001 is due on 2016-03-01 00:00, but will not come out" in said.out
    assert "2016002 comes out on 2016-02-01 00:00, as it is now" in said.out
    assert not any(b"11010519491231002X" in data for data in tree(www).values())
    assert not (www / "issues/2016002").exists()


def test_an_issue_comes_out_at_its_hour_as_it_was_confirmed(run: Publish, root: Path, www: Path) -> None:
    text = "---\ndate: 2016-02-01\n---\n## 站务新闻\n### 春季安排\n二月起照常。\n"
    write_files(root, {"content/issues/2016002.md": text})
    run("publish", "--yes")
    edit(root, "2016002", "照常", "停办")
    edit(root, "2015001", "正文第2篇", "另一篇")
    assert run("publish", "--due") == (0, "", "")
    due = run("publish", "--due", now=datetime(2016, 2, 1, 8))
    assert due.code == 0, due
    assert "二月起照常" in (www / "issues/2016002/index.html").read_text(encoding="utf-8")
    assert not any("另一篇".encode() in data for data in tree(www).values())
    assert run("publish", "--due", now=datetime(2016, 2, 2, 8)) == (0, "", "")


def test_the_counters_numbers_go_out_alone(run: Publish, root: Path, www: Path) -> None:
    with (root / "content/station.yml").open("a", encoding="utf-8") as file:
        file.write("url: https://jzz.example.cn/\nhits: yes\n")
    run("publish", "--yes", "--no-verify")
    edit(root, "2015003", "正文第4篇", "还没审过的话")
    store_with(root, n2015002=7)
    said = run("publish", "--hits", f"sqlite:///{root}/counts.db", "--no-verify")
    assert said.code == 0, said
    assert re.findall(r'data-key="issue:\d+">(\d+)<', (www / "issues/2015002/index.html").read_text("utf-8")) == ["7"]
    assert not any("还没审过的话".encode() in data for data in tree(www).values())
    assert store(root).release(store(root).ids()[0]).kind == "hits"


def test_many_pages_go_only_when_somebody_says_so(run: Publish, root: Path, www: Path) -> None:
    run("publish", "--yes")
    for number in ("2015001", "2015002", "2015003"):
        (root / f"content/issues/{number}.md").unlink()
    before = tree(www)
    refused = run("publish", "--yes")
    assert (refused.code, tree(www)) == (1, before)
    assert run("publish", "--yes", "--remove").code == 0
    assert not (www / "issues/2015001").exists()


def test_a_foreign_file_in_the_way_is_named_and_stays(run: Publish, www: Path) -> None:
    write_files(www, {"index.html": "别人的"})
    said = run("publish", "--yes")
    assert (said.code, tree(www)) == (2, {"index.html": "别人的".encode()})
    assert "index.html" in said.err
    assert run("publish", "--yes", "--adopt").code == 0
    assert "别人的" not in (www / "index.html").read_text(encoding="utf-8")


def test_published_words_that_change_without_a_correction_are_asked_about(run: Publish, root: Path) -> None:
    run("publish", "--yes")
    edit(root, "2015002", "正文第3篇", "改过的一篇")
    asked = run("publish")
    assert asked.code == 1
    assert "/issues/2015002/" in asked.err
    assert "bulletin correct 2015002" in asked.err
    edit(root, "2015002", "改过的一篇", "正文第3篇")
    assert run("correct", "2015002", "--was", "正文第3篇", "--now", "正文又一篇").code == 0
    assert "correction" not in run("publish").err


def test_one_target_that_fails_hinders_no_other(run: Publish, root: Path, www: Path) -> None:
    with (root / "content/station.yml").open("a", encoding="utf-8") as file:
        file.write(f"  - {{name: gone, kind: folder, path: {www.parent / 'nowhere'}, how: burst}}\n")
    said = run("publish", "--yes")
    assert said.code == 2
    assert tree(www) == tree(root / "site")
    failed = [entry for entry in entries(root) if isinstance(entry, DeliveryFailed)]
    assert [entry.target for entry in failed] == ["gone"]
    assert said.err.count("no folder") == 1


def test_what_no_target_took_is_shown_again_and_is_no_release(run: Publish, root: Path, www: Path) -> None:
    www.rmdir()
    said = run("publish", "--yes")
    assert (said.code, said.err.count(str(www))) == (2, 1)
    assert store(root).ids() == ()
    www.mkdir()
    assert "/issues/2015001/" in run("publish", "--yes").out


def test_the_timer_brings_a_target_what_it_did_not_take(run: Publish, root: Path, www: Path) -> None:
    late = www.parent / "late"
    with (root / "content/station.yml").open("a", encoding="utf-8") as file:
        file.write(f"  - {{name: late, kind: folder, path: {late}, how: burst}}\n")
    assert run("publish", "--yes").code == 2
    assert run("publish", "--due").code == 2, "it is told as long as it lasts"
    assert sum(isinstance(entry, DeliveryFailed) for entry in entries(root)) == 1, "and noted once"
    late.mkdir()
    assert run("publish", "--due").code == 0
    assert tree(late) == tree(root / "site")
    assert run("publish", "--due") == (0, "", "")


def entries(root: Path) -> tuple[LedgerEntry, ...]:
    return store(root).ledger.entries()


def test_unknown_targets_and_none_at_all_are_one_sentence(run: Publish, root: Path) -> None:
    assert "lan" in run("publish", "--to", "wbe").err
    write_files(root, {"content/station.yml": STATION})
    assert "kind: ssh" in run("publish").err


def test_a_withdrawal_for_an_unknown_target_is_not_noted(run: Publish, root: Path) -> None:
    run("publish", "--yes")
    assert run("withdraw", "2015001", "--because", "内容有误", "--to", "wbe", "--yes").code == 2
    assert not (root / "content/withdrawn.yml").exists()


def test_the_report_for_programs(run: Publish) -> None:
    made = json.loads(run("publish", "--yes", "--json").out)
    assert (made["release"], made["kind"]) == ("20160101-1", "publish")
    assert [(each["name"], each["state"]) for each in made["targets"]] == [("lan", "published")]
    assert json.loads(run("publish", "--json").out)["targets"][0]["state"] == "nothing"
    assert len(json.loads(run("publish", "list", "--verify", "--json").out)) == 1


def test_ftp_without_encryption_is_warned_of_each_time(
    run: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETIN_PASSWORD_OLD", PASSWORD)
    with ftp_server() as server:
        entry = f"{{name: old, kind: ftp, tls: no, host: {server.host}, port: {server.port}, user: {server.login}}}"
        write_files(root, {"content/station.yml": f"{STATION}publish:\n  - {entry}\n"})
        assert "can read the password" in run("publish", "--dry-run").err


def test_fingerprints_are_whole_in_messages_and_persons_are_not() -> None:
    hashes = (
        "b7aa9edc883dc380b9c08a4171105194912310000fde7dc80923a31973c16e79",
        "SHA256:" + "11010519491231002X/+" * 2 + "abc",
    )
    for each in hashes:
        said = Messages(str).error(PublishError("{hash}; 11010519491231002X", hash=each))
        assert each in said
        assert "; 11010519491231002X" not in said


# ── back


def test_back_brings_the_release_before_and_list_tells_it(run: Publish, root: Path, www: Path) -> None:
    run("publish", "--yes")
    before = tree(www)
    edit(root, "2015002", "正文第3篇", "改过的一篇")
    run("publish", "--yes")
    assert tree(www) != before
    assert run("publish", "back", "--yes").code == 0
    assert tree(www) == before
    lines = run("publish", "list", "--verify").out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["20160101-3", "20160101-2", "20160101-1"]
    assert lines[0].endswith("→ lan")
    assert lines[-1] == "The ledger is whole, and every file of every release is there."


def test_back_again_goes_further_back_and_never_forward(run: Publish, root: Path, www: Path) -> None:
    run("publish", "--yes")
    first = tree(www)
    for words in ("改过的一篇", "又改的一篇"):
        edit(root, "2015002", "正文第3篇" if words == "改过的一篇" else "改过的一篇", words)
        run("publish", "--yes")
    assert [run("publish", "back", "--yes").code for _ in range(2)] == [0, 0]
    assert tree(www) == first
    assert "no earlier" in run("publish", "back", "--yes").err


def test_what_was_withdrawn_stays_so_when_one_goes_back(run: Publish, root: Path, www: Path) -> None:
    run("publish", "--yes")
    edit(root, "2015003", "讨论第4例", "改过的讨论")
    run("publish", "--yes")
    run("withdraw", "2015001", "--because", "内容有误", "--yes")
    assert run("publish", "back", "20160101-1", "--yes").code == 0
    assert not any("正文第2篇".encode() in data for data in tree(www).values())
    assert "讨论第4例" in (www / "issues/2015003/index.html").read_text(encoding="utf-8")


# ── withdraw

STORY = (
    "---\ndate: 2015-10-10\n---\n## 站务新闻\n### 冬季巡查开始\n十月起每晚巡查主要路段两次。\n"
    "### 寻找家人的一天\n张三于本月二日来站求助，自述走失已有三天。\n"
)
SENTENCE = frozenset({"自述走失已有三天"})


def test_a_withdrawn_text_leaves_at_once_and_nothing_else_goes_along(run: Publish, root: Path, www: Path) -> None:
    write_files(root, {"content/issues/2015010.md": STORY})
    run("publish", "--yes")
    edit(root, "2015003", "正文第4篇", "还没审过的话")
    before = tree(www)
    said = run("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes")
    assert said.code == 0, said
    after = tree(www)
    assert before.keys() <= after.keys(), "every address stays"
    assert not [path for path, data in after.items() if holds_one(data, path, SENTENCE)]
    assert not any("还没审过的话".encode() in data for data in after.values())
    (note,) = [path for path in after if path.startswith("issues/2015010/xun-zhao")]
    assert "当事人要求" in after[note].decode()
    assert "十月起每晚巡查" in after["issues/2015010/index.html"].decode()
    run("publish", "--yes")
    assert not [path for path, data in tree(www).items() if holds_one(data, path, SENTENCE)]


def test_the_picture_of_a_withdrawn_text_leaves_every_target_with_it(run: Publish, root: Path, www: Path) -> None:
    """Also one that did not hear of the withdrawal, and gets the next release."""
    late = root.parent / "late"
    late.mkdir()
    station = root / "content/station.yml"
    both = station.read_text(encoding="utf-8") + f"  - {{name: late, kind: folder, path: {late}, how: burst}}\n"
    write_files(root, {"content/station.yml": both, "content/issues/2015010.md": STORY + "\n![面容](face.png)\n"})
    (root / "content/issues/face.png").write_bytes(picture(5))
    run("publish", "--yes")
    assert all(any("face" in path for path in tree(folder)) for folder in (www, late))
    said = run("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes", "--to", "lan")
    assert said.code == 0, said
    assert not [path for path in tree(www) if "face" in path]
    edit(root, "2015003", "正文第4篇", "改过的正文")
    run("publish", "--yes")
    assert not [path for path in tree(late) if "face" in path]


def test_a_purge_leaves_no_sentence_anywhere(run: Publish, root: Path, www: Path) -> None:
    write_files(root, {"content/issues/2015010.md": STORY + "\n![面容](face.png)\n"})
    (root / "content/issues/face.png").write_bytes(picture(5))
    run("publish", "--yes")
    edit(root, "2015003", "正文第4篇", "正文又一篇")
    run("publish", "--yes")
    words = ("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes", "--purge", "--remove-source")
    said = run(*words)
    assert said.code == 0, said
    left = [
        path for path in root.rglob("*") if path.is_file() and holds_one(path.read_bytes(), f"{path}.txt", SENTENCE)
    ]
    kept = store(root)
    left += [
        Path(file.path)
        for release in kept.releases()
        for file in (*release.files, *release.sources)
        if kept.has(file.sha256) and holds_one(kept.read(file), file.path, SENTENCE)
    ]
    assert left == []
    assert "十月起每晚巡查" in (root / "content/issues/2015010.md").read_text(encoding="utf-8")
    assert not (root / "content/issues/face.png").exists()
    assert run("publish", "list", "--verify").code == 0
    assert run("publish", "back", "20160101-1", "--yes").code == 0
    assert not [path for path, data in tree(www).items() if holds_one(data, path, SENTENCE)]


def test_a_purged_picture_does_not_come_back_and_the_next_small_release_is_built(run: Publish, root: Path) -> None:
    """Its source lies in the folder still; a large one is shown in other bytes than it has."""
    write_files(root, {"content/issues/2015010.md": STORY + "\n![面容](face.png)\n"})
    (root / "content/issues/face.png").write_bytes(picture(5))
    run("publish", "--yes")
    words = ("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes", "--purge")
    assert run(*words).code == 0
    assert run("withdraw", "2015001", "--because", "内容有误", "--yes").code == 0
    edit(root, "2015003", "正文第4篇", "改过的正文")
    assert run("publish", "--yes").code == 0
    kept = store(root)
    sources = [file for each in kept.releases() for file in each.sources if "face" in file.path]
    assert sources
    assert not [file for file in sources if kept.has(file.sha256)]


def test_a_purge_leaves_no_book_that_has_it(run: Publish, root: Path) -> None:
    """Nobody can search what is compressed; earlier releases have it in other bytes."""
    station = (root / "content/station.yml").read_text(encoding="utf-8")
    write_files(root, {"content/station.yml": station + "editions: epub all\n", "content/issues/2015010.md": STORY})
    run("publish", "--yes")
    edit(root, "2015010", "十月起每晚巡查", "十月起天天巡查")
    run("publish", "--yes")
    words = ("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes", "--purge")
    assert run(*words).code == 0
    kept = store(root)
    books = {file for each in kept.releases() for file in each.files if file.path.endswith(".epub")}
    of_issue = [file for file in books if "2015010" in file.path]
    assert len(of_issue) == 3
    assert [file for file in of_issue if kept.has(file.sha256)] == [
        file for file in kept.releases()[0].files if file.path == "issues/2015010/2015010.epub"
    ]
    assert all(kept.has(file.sha256) for file in books.difference(of_issue))
    assert run("publish", "back", "20160101-1", "--yes").code == 0


def test_files_that_were_made_to_be_handed_on_are_named_and_purged(run: Publish, root: Path) -> None:
    write_files(root, {"content/issues/2015010.md": STORY})
    run("publish", "--yes")
    old = ["out/export/2015.epub", "out/print/2015010-poster.png", "out/print/2015010.pdf", "out/wechat/2015010"]
    others = ["out/print/2015003.pdf", "out/print/20150101.pdf", "out/print/2014.pdf"]
    write_files(root, dict.fromkeys((*old[:-1], f"{old[-1]}/sent-1.html", *others), "x"))
    words = ("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes")
    said = run(*words)
    assert [line.partition(":")[0] for line in said.err.splitlines() if line.startswith("out/")] == old
    assert run(*words, "--purge").code == 0
    assert sorted(path.relative_to(root).as_posix() for path in (root / "out").glob("*/*")) == sorted(others)


def test_what_was_withdrawn_can_be_purged_later_and_again(run: Publish, root: Path) -> None:
    write_files(root, {"content/issues/2015010.md": STORY})
    run("publish", "--yes")
    words = ("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes")
    assert run(*words).code == 0
    edit(root, "2015003", "正文第4篇", "正文又一篇")
    run("publish", "--yes")
    again = run(*words)
    assert (again.code, again.out.count("already"), again.err) == (0, 1, "")
    for _ in range(2):
        assert run(*words, "--purge").code == 0
        kept = store(root)
        files = {file for release in kept.releases() for file in (*release.files, *release.sources)}
        assert not [f.path for f in files if kept.has(f.sha256) and holds_one(kept.read(f), f.path, SENTENCE)]
    assert all(map(kept.has, (file.sha256 for file in kept.releases()[0].files)))


def test_removing_the_source_of_one_text_leaves_those_of_others_that_were_withdrawn(run: Publish, root: Path) -> None:
    run("publish", "--yes")
    run("withdraw", "2015001", "--because", "内容有误", "--yes")
    run("withdraw", "2015003", "--because", "当事人要求", "--yes", "--purge", "--remove-source")
    left = {path.stem for path in (root / "content/issues").iterdir()}
    assert ("2015001" in left, "2015003" in left) == (True, False)


def test_a_text_that_there_is_not_is_answered_with_the_nearest(run: Publish) -> None:
    run("publish", "--yes")
    assert "2015001" in run("withdraw", "2015011", "--because", "内容有误").err
    assert run("withdraw", "2015001", "--because", " ").code == 2


def test_without_a_release_the_local_site_loses_the_text(run: Publish, root: Path) -> None:
    write_files(root, {"content/issues/2015010.md": STORY})
    run("build")
    said = run("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes")
    assert said.code == 0, said
    assert not [path for path, data in tree(root / "site").items() if holds_one(data, path, SENTENCE)]


# ── doctor


def test_the_doctor_sees_what_changed_behind_our_back(run: Publish, www: Path) -> None:
    run("publish", "--yes")
    assert run("publish", "doctor").code == 0
    (www / "index.html").unlink()
    (www / "404.html").write_text("别的", encoding="utf-8")
    ill = run("publish", "doctor")
    assert ill.code == 2
    assert "index.html: missing" in ill.out
    assert "404.html" in ill.out
    assert run("publish", "--yes").code == 0
    assert run("publish", "doctor").code == 0


# ── the server's configuration


def test_the_configuration_serves_the_target_and_knows_what_was_withdrawn(run: Publish, root: Path, www: Path) -> None:
    assert "url" in run("publish", "config", "nginx").err
    run("publish", "--yes")
    run("withdraw", "2015001", "--because", "内容有误", "--yes")
    with (root / "content/station.yml").open("a", encoding="utf-8") as file:
        file.write("url: https://jzz.example.cn/\n")
    written = run("publish", "config", "nginx")
    assert written.code == 0
    assert f'"{www}"' in written.out or f"{www};" in written.out
    assert "jzz.example.cn" in written.out
    assert "/issues/2015001/" in written.out
    assert run("publish", "config", "caddy", "--web-root", "/srv/other").out.count("/srv/other")
