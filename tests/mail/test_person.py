"""One person: all of it given out, or nothing left."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bulletin.mail.never import AddressHasher
from bulletin.mail.person import export_person, forget_person
from bulletin.mail.readers import Consent, new_reader
from bulletin.mail.reporting import report_readers
from bulletin.mail.stores.base import Bounce, MailNote, MailRun, MailStore, RequestLimits, Token
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.test_stores import CONSENT, NOW, RUN

HASHER = AddressHasher(b"k" * 32)
PARTS = ("notes", "questions", "reader", "wordings", "letters", "bounces")
LOCAL, ADDRESS = "quite-unmistakable", "quite-unmistakable@example.cn"


def fill(store: MailStore) -> MailRun:
    """One reader everywhere, and others around."""
    others = [new_reader(f"r{n}@example.cn", NOW, CONSENT) for n in range(200)]
    store.put_readers(
        [*others, new_reader(ADDRESS, NOW, Consent(NOW, "mail", store.put_wording("每期一封"), f"<{ADDRESS}>"))]
    )
    reader = store.reader(ADDRESS)
    assert reader
    for _ in range(2):
        run = store.create_run(RUN, [each.id for each in store.readers()])
    (first, _second) = store.deliveries_to(reader.id)
    assert store.mark_intent(first.id, "<1@x>", "office", NOW, "2026-11-28", 80)
    store.mark(first.id, "refused", f"550 5.1.1 <{ADDRESS}> no such user {LOCAL}", NOW)
    store.set_run(first.run, "stopped", f"450 {ADDRESS.upper()} too often")
    store.put_token("t", Token(reader.id, "leave", ""))
    question = MailNote(ADDRESS, "confirm", "form", "2026-12-05T08:00:00Z", "seed")
    store.put_request("mac", "2026-11-28", question, RequestLimits(), ("q", Token(0, "confirm", "", ADDRESS)))
    store.put_bounce(Bounce(reader.id, first.run, "5.1.1", NOW))
    store.put_asked(HASHER.mac(ADDRESS), "2026-11-28")
    return run


def test_everything_about_one_person_is_given_out(store: MailStore) -> None:
    fill(store)
    found = export_person(store, HASHER, ADDRESS)
    assert found and list(found) == ["address", "asked", *PARTS]
    assert [letter["state"] for letter in found["letters"]] == ["refused", "waiting"]  # type: ignore[attr-defined]
    assert list(found["wordings"].values()) == ["每期一封"]  # type: ignore[attr-defined]
    assert export_person(store, HASHER, "nobody@example.cn") is None


def test_a_forgotten_reader_leaves_a_hash_and_the_sums(store: MailStore) -> None:
    run = fill(store)
    assert forget_person(store, HASHER, ADDRESS, NOW)
    assert not forget_person(store, HASHER, ADDRESS, NOW)
    assert store.never() == {HASHER.mac(ADDRESS): ("forgotten", NOW)}
    assert store.token("t") is None
    forgotten = [(d.state, d.reply) for r in store.runs() for d in store.deliveries(r.id) if d.address is None]
    assert forgotten == [("refused", "550 5.1.1"), ("refused", "forgotten")]
    assert sum(store.sums(run.id).values()) == run.total == 201
    assert LOCAL not in "".join(each.reason for each in store.runs()).lower()
    assert export_person(store, HASHER, ADDRESS) == {
        "address": ADDRESS, "asked": ("2026-11-28",), "never": {"why": "forgotten", "since": NOW}
    }  # fmt: skip


def test_a_forgotten_address_is_in_no_byte(tmp_path: Path) -> None:
    def holding() -> list[str]:
        return [f.name for f in sorted(tmp_path.rglob("*")) if f.is_file() and LOCAL.encode() in f.read_bytes().lower()]

    path = tmp_path / "readers.db"
    store = SqliteReaderStore(path)
    fill(store)
    assert holding() == ["readers.db-wal"] or "readers.db" in holding()
    forget_person(store, HASHER, ADDRESS, NOW)
    shutil.copy(path, tmp_path / "copied.db")
    source, backup = sqlite3.connect(path), sqlite3.connect(tmp_path / "backup.db")
    source.backup(backup)
    source.close()
    backup.close()
    assert holding() == []
    store.close()
    assert holding() == []


def test_a_report_has_sums_and_no_address(open_store: Callable[[], MailStore]) -> None:
    store = open_store()
    fill(store)
    report = report_readers(store.readers())
    assert (report.states["active"], report.columns, report.joined, report.left) == (
        201,
        {"": 201},
        {"2026-11": 201},
        {},
    )
    assert "@" not in repr(report)
