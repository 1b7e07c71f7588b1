"""`bulletin mail test`, `send`, `status`, `stop`, `resolve`: what is typed, what is said, and what a server gets."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session
from bulletin.mail.joining import SubscribeRequest, ask
from bulletin.mail.readers import Consent, new_reader, without_consent
from bulletin.mail.stores.opening import open_address_hasher
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.conftest import NOW, ROOT, STATION, good_issues, write_files
from tests.mail.smtpd import MailServer, mail_server

MAIL = """\
publish:
  - {{name: lan, kind: folder, path: "{www}", how: burst}}
mail:
  accounts:
    - {{name: office, host: 127.0.0.1, port: {port}, tls: no, from: jzz@example.cn, pause: 0, hours: "00:00-00:00"}}
"""
CREATED = "2015-12-01T00:00:00Z"
ISSUE = "content/issues/2015001.md"


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("smtpd")) as running:
        yield running


@pytest.fixture
def server(one_server: MailServer) -> MailServer:
    one_server.clear()
    return one_server


Run = Callable[..., Result]


def command(root: Path, *words: str, answer: str = "", now: datetime = NOW) -> Result:
    session = Session(Messages(str), "en", lambda: now, {})
    return CliRunner().invoke(bulletin(session), [*words, "--root", str(root)], input=answer, obj=session)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, one_server: MailServer) -> Path:
    """A station whose two issues are out."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "www").mkdir()
    station = STATION + MAIL.format(www=folder / "www", port=one_server.port)
    write_files(folder / "station", {"content/station.yml": station, **good_issues(2)})
    done = command(folder / "station", "publish", "--yes", "--no-verify")
    assert done.exit_code == 0, done.output
    return folder / "station"


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """A copy of it, with three readers."""
    shutil.copytree(published, tmp_path / "station", symlinks=True)
    store = open_store(tmp_path / "station")
    consent = Consent(CREATED, "paper", "x")
    store.put_readers(new_reader(f"r{number}@qq.com", CREATED, consent) for number in range(3))
    store.close()
    return tmp_path / "station"


def open_store(root: Path) -> SqliteReaderStore:
    (root / "mail").mkdir(exist_ok=True)
    return SqliteReaderStore(root / "mail" / "readers.db")


@pytest.fixture
def run(root: Path) -> Run:
    def mail(*words: str, answer: str = "", now: datetime = NOW) -> Result:
        result = command(root, "mail", *words, answer=answer, now=now)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return mail


def received(server: MailServer) -> list[str]:
    return [to for to, _ in server.taken()]


def test_an_issue_goes_from_its_test_to_its_readers(run: Run, server: MailServer, root: Path) -> None:
    early = run("send", "2015001", answer="y\n")
    assert (early.exit_code, "no test letter" in early.output, received(server)) == (2, True, [])
    assert "look at it" in run("test", "boss@qq.com", "2015001").output
    letter = email.message_from_bytes((server.folder / "last").read_bytes(), policy=email.policy.default)
    assert (letter["To"], letter["From"].addresses[0].addr_spec) == ("boss@qq.com", "jzz@example.cn")
    assert letter["List-Unsubscribe"].startswith("<mailto:jzz@example.cn?subject=")
    assert "2015001" in str(letter["Subject"])
    refused = run("send", "2015001", answer="n\n")
    assert (refused.exit_code, received(server)) == (1, ["boss@qq.com"])
    assert "To 3 readers, on 1 days, the last on 2016-01-01: 80 a day by office" in refused.output
    assert run("status").output == "No letter was sent yet.\n"
    done = run("send", "2015001", answer="y\n")
    assert done.exit_code == 0, done.output
    assert "3 = 3 sent" in done.output
    assert received(server)[1:] == ["r0@qq.com", "r1@qq.com", "r2@qq.com"]
    assert len(set(server.taken())) == 4
    shown = run("status", "2015001").output.splitlines()
    other = run("status", "2015002")
    assert (other.exit_code, other.output) == (2, "no letter of issue 2015002 was sent yet.\n")
    assert shown[0].endswith("finished")
    assert shown[2] == "  2016-01-01 12:00  r0@qq.com  sent  250 2.0.0 taken"
    again = run("send", "2015001", answer="y\n")
    assert (again.exit_code, "nobody to send it to" in again.output) == (2, True)
    assert run("send").output == "No run is under way.\n"
    assert not list(root.rglob("*.eml"))


def test_only_what_readers_of_the_site_have_goes_out(run: Run, server: MailServer, root: Path) -> None:
    run("test", "boss@qq.com", "2015001")
    path = root / ISSUE
    text = path.read_text(encoding="utf-8")
    for change, words in (("draft: yes", "draft"), ("密级: 秘密", "kept back")):
        path.write_text(text.replace("---\n", f"---\n{change}\n", 1), encoding="utf-8")
        refused = run("send", "2015001", answer="y\n")
        assert refused.exit_code == 2
        assert words in refused.output
    path.write_text(text.replace("正文", "改过的正文"), encoding="utf-8")
    assert "changed since it was published" in run("send", "2015001", answer="y\n").output
    assert received(server) == ["boss@qq.com"]


def begin(run: Run) -> Result:
    run("test", "boss@qq.com", "2015001")
    return run("send", "2015001", answer="y\n")


def test_a_run_that_the_server_stops_goes_on_the_next_day(run: Run, server: MailServer) -> None:
    server.script({"to 3": "451 4.7.0 later"})
    first = begin(run)
    assert (first.exit_code, "goes on at 2016-01-02 00:00" in first.output) == (0, True)
    assert "3 = 2 waiting + 1 sent" in first.output
    assert "451 4.7.0 later" in run("status", "2015001").output
    server.script({})
    assert "2 letters wait until 2016-01-02 00:00" in run("send").output
    assert len(received(server)) == 2
    done = run("send", now=NOW + timedelta(days=1))
    assert (done.exit_code, sorted(received(server)[1:])) == (0, ["r0@qq.com", "r1@qq.com", "r2@qq.com"])


def test_spam_stops_it_until_somebody_says_so(run: Run, server: MailServer) -> None:
    server.script({"dot 3": "554 DT:SPM r1@qq.com"})
    first = begin(run)
    assert (first.exit_code, "takes this letter for spam" in first.output) == (1, True)
    assert "554 DT:SPM …" in first.output
    server.script({})
    waiting = run("send", now=NOW + timedelta(days=1))
    assert (waiting.exit_code, "is stopped" in waiting.output, len(received(server))) == (0, True, 2)
    assert run("send", "2015001", answer="n\n", now=NOW + timedelta(days=1)).exit_code == 1
    assert run("send", "2015001", answer="y\n", now=NOW + timedelta(days=1)).exit_code == 0
    assert len(received(server)) == 4


def test_a_time_that_is_to_come_and_one_that_is_over(run: Run, server: MailServer) -> None:
    run("test", "boss@qq.com", "2015001")
    assert run("send", "2015001", "--at", "soon").exit_code == 2
    assert "is over" in run("send", "2015001", "--at", "11:00").output
    planned = run("send", "2015001", "--at", "18:00", answer="y\n")
    assert "3 letters wait for 2016-01-01 18:00" in planned.output
    assert run("send").output == ""
    late = run("send", now=NOW + timedelta(hours=9))
    assert (late.exit_code, "that is over" in late.output, len(received(server))) == (1, True, 1)
    assert run("send", now=NOW + timedelta(hours=7)).exit_code == 0
    assert len(received(server)) == 4


def test_a_changed_text_stops_the_run_and_a_correction_goes_to_those_who_got_the_wrong_one(
    run: Run, server: MailServer, root: Path
) -> None:
    server.script({"dot 4": "421 later"})
    begin(run)
    assert received(server) == ["boss@qq.com", "r0@qq.com", "r1@qq.com"]
    path = root / ISSUE
    path.write_text(path.read_text(encoding="utf-8").replace("正文", "改过的正文"), encoding="utf-8")
    server.clear()
    day = NOW + timedelta(days=1)
    assert run("send", now=day).exit_code == 1  # not published yet
    assert command(root, "publish", "--yes", "--no-verify", now=day).exit_code == 0
    run("test", "boss@qq.com", "2015001", now=day)
    going = run("send", "2015001", answer="y\n", now=day)
    assert "The text was changed while its letters were going out" in going.output
    assert received(server) == ["boss@qq.com", "r2@qq.com"]
    store = open_store(root)
    reader = store.reader("r0@qq.com")
    assert reader
    store.put_readers([without_consent(reader, "mail", CREATED)])
    assert [(each.state, sum(store.sums(each.id).values())) for each in store.runs()] == [
        ("finished", 3),
        ("finished", 1),
    ]
    store.close()
    run("test", "boss@qq.com", "2015001", "--correction", now=day)
    corrected = run("send", "2015001", "--correction", answer="y\n", now=day)
    assert "更正：" in corrected.output
    assert received(server)[2:] == ["boss@qq.com", "r1@qq.com"]
    assert run("send", "2015001", "--correction", answer="y\n", now=day).exit_code == 2


def test_unknown_letters_are_settled_by_hand(run: Run, server: MailServer) -> None:
    server.script({"dot 2": "drop after", "dot 3": "drop"})
    assert "mail resolve 2015001" in begin(run).output
    run("send", now=NOW + timedelta(days=1))
    server.script({})
    assert "3 = 1 waiting + 2 not known" in run("status").output
    assert "There is nothing" not in run("resolve", answer="3\n3\n").output
    assert "3 = 1 waiting + 2 not known" in run("status").output
    run("resolve", "2015001", answer="1\n2\n")
    assert run("send", now=NOW + timedelta(days=2)).exit_code == 0
    assert sorted(received(server)[1:]) == ["r0@qq.com", "r1@qq.com", "r2@qq.com"]
    assert run("resolve").output == "There is nothing to settle.\n"
    assert "3 = 3 sent" in run("status").output


def test_what_is_in_the_folder_of_sent_letters_went_out(
    run: Run, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mailbox:
        """Has what the server took."""

        def sent_ids(self, wanted: object) -> frozenset[str]:
            assert wanted
            return frozenset(mark for _, mark in server.taken())

        def close(self) -> None:
            return None

    monkeypatch.setattr("bulletin.commands.mail.office.MailOffice.mailbox", lambda _office: Mailbox())
    server.script({"dot 2": "drop after"})
    begin(run)
    assert "1 letters are in 已发送" in run("resolve").output
    assert "3 = 2 waiting + 1 sent" in run("status").output


def test_a_letter_that_waits_though_it_was_tried_may_be_given_up(run: Run, server: MailServer) -> None:
    server.script({"to 2": "452 4.2.2 mailbox full"})
    begin(run)
    run("resolve", answer="2\n")
    assert "3 = 2 waiting + 1 refused" in run("status").output


def test_a_run_is_stopped_by_a_command_and_by_a_signal(run: Run, server: MailServer, root: Path) -> None:
    """The letter under way goes out, in a process of its own as in life."""
    run("test", "boss@qq.com", "2015001")
    path = root / "content/station.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("pause: 0", "pause: 3600"), encoding="utf-8")
    words = [sys.executable, "-m", "bulletin", "mail", "send", "2015001", "--root", str(root)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "LANGUAGE": "en"}) as process:  # fmt: skip
        assert process.stdin
        process.stdin.write("y\n")
        process.stdin.flush()
        end = time.monotonic() + 20
        while len(received(server)) < 2 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=20)[0]
    assert (process.returncode, "interrupted" in output) == (0, True)
    assert "3 = 2 waiting + 1 sent" in output
    assert "stopped" in run("stop", "2015001").output
    assert run("stop").output == "No run is under way.\n"
    assert "stopped: it was stopped by hand." in run("status").output
    assert len(received(server)) == 2


def test_a_quota_is_for_tests_too(run: Run, server: MailServer, root: Path) -> None:
    path = root / "content/station.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("pause: 0", "pause: 0, a_day: 1"), encoding="utf-8")
    assert run("test", "boss@qq.com", "2015001").exit_code == 0
    assert "used up" in run("test", "boss@qq.com", "2015001").output
    assert len(received(server)) == 1


def test_what_is_missing_is_said(run: Run, root: Path) -> None:
    path = root / "content/station.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("tls: no", "tls: yes"), encoding="utf-8")
    lacking = run("test", "boss@qq.com", "2015001")
    assert (lacking.exit_code, "BULLETIN_PASSWORD_MAIL_OFFICE" in lacking.output) == (2, True)
    assert "there is no account" in run("send", "--account", "relay").output
    assert run("send", "--at", "18:00").exit_code == 2
    path.write_text(text.partition("mail:")[0], encoding="utf-8")
    assert "names no account" in run("send").output


def test_small_letters_that_wait_go_first(run: Run, server: MailServer, root: Path) -> None:
    store = open_store(root)
    hasher = open_address_hasher(root, store)
    request = SubscribeRequest("new@qq.com", store.put_wording("x"), "mail")
    assert ask(store, hasher, request, "2016-01-01T04:00:00Z", "2016-01-01") == "asked"
    store.close()
    assert "1 small letters went out" in run("send").output
    assert received(server) == ["new@qq.com"]


def test_a_text_that_is_changed_while_somebody_is_asked_does_not_go_out(
    run: Run, server: MailServer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("test", "boss@qq.com", "2015001")

    def changed(*_: object) -> bool:
        path = root / ISSUE
        path.write_text(path.read_text(encoding="utf-8").replace("正文", "改过的正文"), encoding="utf-8")
        return True

    monkeypatch.setattr("click.confirm", changed)
    stopped = run("send", "2015001")
    assert (stopped.exit_code, received(server)) == (1, ["boss@qq.com"]), stopped.output
    assert "changed since this run began" in stopped.output


def test_a_run_that_ends_while_somebody_is_asked_takes_up_its_letter_again(
    run: Run, server: MailServer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script({"dot 2": "drop after"})
    begin(run)

    def prompted(*_: object, **__: object) -> str:
        store = open_store(root)
        for each in store.deliveries(1, "waiting"):
            store.mark(each.id, "refused", "", CREATED)  # as if another sender had ended the run meanwhile
        store.set_run(1, "finished")
        store.close()
        return "2"

    monkeypatch.setattr("click.prompt", prompted)
    run("resolve")
    store = open_store(root)
    assert [(each.state, store.sums(each.id)["waiting"]) for each in store.runs()] == [("running", 1)]
    store.close()


def test_a_planned_run_that_is_stopped_while_another_goes_out_stays_stopped(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, at in (("2015001", "13:00"), ("2015002", "13:01")):
        run("test", "boss@qq.com", number)
        run("send", number, "--at", at, answer="y\n")

    def sent(order: object, first: object) -> int:  # noqa: ARG001
        gone.append(first)
        store = open_store(root)
        store.set_run(2, "stopped", "by hand")
        store.close()
        return 0

    gone: list[object] = []
    monkeypatch.setattr("bulletin.commands.mail.send._go_on_safely", sent)
    run("send", now=NOW + timedelta(hours=2))
    assert len(gone) == 1


def test_an_account_that_no_letter_can_be_from_costs_no_reader_the_letter(
    run: Run, server: MailServer, root: Path
) -> None:
    path = root / "content/station.yml"
    text = path.read_text(encoding="utf-8")
    second = "    - {name: second, host: 127.0.0.1, port: 1, tls: no, from: 张三@example.cn}"
    path.write_text(f"{text.rstrip()}\n{second}\n", encoding="utf-8")
    run("test", "boss@qq.com", "2015001")
    refused = run("send", "2015001", answer="y\n")
    assert (refused.exit_code, "张三@example.cn" in refused.output) == (2, True), refused.output
    assert (run("status").output, received(server)) == ("No letter was sent yet.\n", ["boss@qq.com"])


def test_a_site_with_a_chinese_domain_has_a_letter(run: Run, server: MailServer, root: Path) -> None:
    path = root / "content/station.yml"
    text = re.sub("(?m)^url: .*$", "url: https://资讯.中国", path.read_text(encoding="utf-8"))
    path.write_text(text.replace("mail:\n", "mail:\n  form: yes\n"), encoding="utf-8")
    assert run("test", "boss@qq.com", "2015001").exit_code == 0
    letter = email.message_from_bytes((server.folder / "last").read_bytes(), policy=email.policy.default)
    assert "<letter.xn--bd3a34a.xn--fiqs8s>" in letter["List-Id"].replace("\n", "")
    assert letter["List-Unsubscribe"].startswith("<https://xn--bd3a34a.xn--fiqs8s/_mail/leave?t=")


def test_the_test_of_a_correction_names_the_command_that_sends_it(run: Run) -> None:
    told = run("test", "boss@qq.com", "2015001", "--correction").output
    assert told.endswith("bulletin mail send 2015001 --correction\n")
