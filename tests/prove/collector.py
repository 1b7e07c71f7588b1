"""Collects a mailbox in forks of itself, each killed at another statement of the store, and collects what is left.

``python -m tests.prove.collector FOLDER STEP [PORT CERTIFICATE]``: dies at every STEPth statement; with a port the
mailbox is that of dovecot, and the moments are random ones, STEP of them. Prints the kills. Fails when the store is not
as after a collector that nobody has killed.
"""

from __future__ import annotations

import imaplib
import os
import random
import shutil
import signal
import ssl
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bulletin.core.mail_settings import ImapAccount
from bulletin.mail.collecting import CollectRules, Mailbox, collect_answers
from bulletin.mail.imap import ImapMailbox, ReadMessage
from bulletin.mail.joining import SubscribeRequest, ask, confirm_token
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import Consent, new_reader
from bulletin.mail.stores.base import MailRun
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.dovecot import PASSWORD
from tests.mail.letters import answer, message, report

NOW, DAY = "2020-11-28T08:00:00Z", "2020-11-28"
HASHER = AddressHasher(b"k" * 32)
RULES = CollectRules("jzz@imap.example.cn", "ab")
_PEOPLE = 3


class _ListMailbox:
    def __init__(self, content: list[bytes]) -> None:
        self._content = content

    def junk_folders(self) -> tuple[str, ...]:
        return ()

    def open(self, folder: str) -> int:  # noqa: ARG002
        return 1

    def uids(self, after: int = 0, since: date | None = None) -> list[int]:  # noqa: ARG002
        return list(range(after + 1, len(self._content) + 1))

    def message(self, uid: int) -> ReadMessage | None:
        return ReadMessage(uid, self._content[uid - 1], 1)


def prepare(path: Path) -> list[bytes]:
    """A store with readers, letters and questions, and a mailbox with something for each."""
    store, content = SqliteReaderStore(path), list[bytes]()
    consent = Consent("2020-11-01T00:00:00Z", "paper", "ab")
    readers = [new_reader(f"{kind}{n}@qq.com", NOW, consent) for kind in ("back", "leaves") for n in range(_PEOPLE)]
    store.put_readers(readers)
    run = store.create_run(MailRun("2014002", "issue", "ab", NOW), [each.id for each in store.readers()])
    for each in list(store.deliveries(run.id)):
        store.mark_intent(each.id, f"<{each.address}>", "office", NOW, DAY, 80)
        store.mark(each.id, "sent", "250 OK", NOW)
    for n in range(_PEOPLE):
        ask(store, HASHER, SubscribeRequest(f"joins{n}@qq.com", "ab", "mail"), NOW, "2020-11-27")
    tokens = [confirm_token(HASHER, note) for note in store.notes()]
    store.close()
    for n in range(_PEOPLE):
        content += [
            message("通知", Message_ID=f"<o{n}@x.cn>"),
            message("订阅", sender=f"new{n}@qq.com", Message_ID=f"<n{n}@x.cn>"),
            answer("确认", f"编号 {tokens[n]}", sender=f"joins{n}@qq.com", Message_ID=f"<j{n}@x.cn>"),
            message("退订", sender=f"leaves{n}@qq.com", Message_ID=f"<l{n}@x.cn>"),
            report(returned=f"<back{n}@qq.com>").replace(b"<dsn@", b"<dsn%d@" % n),
        ]
    return content


def _store(path: Path, die_at: int = 0) -> SqliteReaderStore:
    """A store; with a statement at which its process dies."""
    count = 0

    class Dying(SqliteReaderStore):
        def _run(self, statement: str, values: Any = ()) -> Any:
            nonlocal count
            count += 1
            if count == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return super()._run(statement, values)

    return Dying(path) if die_at else SqliteReaderStore(path)


def _fork(path: Path, mailbox: Callable[[], Mailbox], die_at: int = 0) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            store = _store(path, die_at)
            collect_answers(mailbox(), store, HASHER, RULES, lambda: (NOW, DAY))
            store.close()
            code = 0
        finally:
            os._exit(code)
    return child


def _was_killed(child: int) -> bool:
    state = os.waitpid(child, 0)[1]
    assert state == 0 or os.WIFSIGNALED(state), state
    return state != 0


def _result(path: Path) -> object:
    """What must be the same however often a collector was killed."""
    store = SqliteReaderStore(path)
    readers = [(r.address, r.state, r.consents, store.bounces(r.id)) for r in store.readers()]
    notes = [(note.address, note.kind) for note in store.notes()]
    mark = store.folder_mark(RULES.mailbox, "INBOX")
    store.close()
    assert len(readers) == 3 * _PEOPLE, readers
    return readers, notes, mark


def main(folder: Path, step: int, port: int, certificate: str) -> None:
    first = folder / "first.db"
    content, killed = prepare(first), 0
    if port:
        account, context = ImapAccount("localhost", "killed", port), ssl.create_default_context(cafile=certificate)

    def mailbox() -> Mailbox:
        return ImapMailbox(account, PASSWORD, context) if port else _ListMailbox(content)

    def copied(name: str) -> Path:
        return Path(shutil.copyfile(first, folder / name))

    if port:
        with imaplib.IMAP4("localhost", port) as connection:
            connection.login(account.user, PASSWORD)
            for each in content:
                connection.append("INBOX", "", "", each)
    whole = copied("whole.db")
    began = time.monotonic()
    assert not _was_killed(_fork(whole, mailbox))
    seconds, expected = time.monotonic() - began, _result(whole)
    chance = random.Random(1)
    for number in range(1, 10_000):
        path = copied(f"{number}.db")
        child = _fork(path, mailbox, 0 if port else 1 + (number - 1) * step)
        if port:
            time.sleep(chance.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
        was_killed = _was_killed(child)
        killed += was_killed
        assert not _was_killed(_fork(path, mailbox))
        assert _result(path) == expected, number
        path.unlink()
        if number == step if port else not was_killed:
            break
    print(killed)


if __name__ == "__main__":
    folder, step, port, certificate, *_ = [*sys.argv[1:], "0", ""]
    main(Path(folder), int(step), int(port), certificate)
