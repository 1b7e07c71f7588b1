"""One suite for both engines."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bulletin.core.errors import MailError, UsageError
from bulletin.core.mail_settings import MailSettings
from bulletin.mail.never import open_hasher
from bulletin.mail.readers import Consent, new_reader, undeliverable, with_consent, without_consent, wording_hash
from bulletin.mail.runs import supersede
from bulletin.mail.stores.base import (
    DELIVERY_STATES,
    NEXT_DELIVERY_STATES,
    Bounce,
    FolderMark,
    MailNote,
    MailRun,
    MailStore,
    NoteQuota,
    ReaderStoreError,
    Token,
)
from bulletin.mail.stores.opening import open_reader_store
from bulletin.mail.stores.postgresql import PostgresReaderStore
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.hits.engines import Postgres

NOW, LATER = "2026-11-28T08:00:00Z", "2026-11-29T08:00:00Z"
CONSENT = Consent(NOW, "paper", wording_hash("每期一封"), "档案柜 3")
RUN = MailRun("2014002", "issue", "ab12", NOW)


def with_active(store: MailStore, *names: str) -> list[int]:
    """Ids of new readers."""
    store.put_readers(new_reader(f"{name}@example.cn", NOW, CONSENT) for name in names)
    return [reader.id for name in names if (reader := store.reader(f"{name}@example.cn"))]


def test_a_reader_comes_back_as_it_was_put(store: MailStore) -> None:
    reader = new_reader("li@example.cn", NOW, CONSENT, ("站务新闻", "cases"))
    store.put_readers([reader, new_reader("wang@example.cn", NOW)])
    found = store.reader("li@example.cn")
    assert found and found.id
    assert (found.address, found.state, found.columns, found.consents) == (
        "li@example.cn", "active", ("站务新闻", "cases"), (CONSENT,)
    )  # fmt: skip
    assert store.reader_by_id(found.id) == found
    assert [each.state for each in store.readers()] == ["active", "pending"]


def test_consent_is_withdrawn_and_given_again_with_its_history(store: MailStore) -> None:
    reader = new_reader("li@example.cn", NOW, CONSENT)
    store.put_readers([without_consent(reader, "mail", LATER)])
    found = store.reader("li@example.cn")
    assert found and (found.state, found.consents[0].withdrawn, found.consents[0].withdrawn_how) == (
        "left",
        LATER,
        "mail",
    )
    store.put_readers([with_consent(found, CONSENT, LATER)])
    found = store.reader("li@example.cn")
    assert found and (found.state, [bool(c.withdrawn) for c in found.consents]) == ("active", [True, False])
    assert undeliverable(without_consent(reader, "mail", LATER), LATER).state == "left"


def test_small_things_are_kept(store: MailStore) -> None:
    digest = store.put_wording("每期一封\r\n随时可退")
    assert store.put_wording("每期一封\n随时可退\n") == digest
    assert store.wording(digest) == "每期一封\r\n随时可退"
    store.put_never("aa", "left", NOW)
    assert store.never() == {"aa": ("left", NOW)}
    store.drop_never("aa")
    assert store.never() == {}
    store.put_asked("bb", "2026-11-28")
    store.put_asked("bb", "2026-11-27")
    assert store.asked("bb") == ("2026-11-27", "2026-11-28")
    (reader,) = with_active(store, "li")
    store.put_bounce(Bounce(reader, 3, "5.1.1", NOW))
    assert store.bounces(reader) == (Bounce(reader, 3, "5.1.1", NOW),)


def test_a_token_is_used_once_and_expires(store: MailStore) -> None:
    for digest, expires in (("a", LATER), ("b", NOW), ("c", "")):
        store.put_token(digest, Token(1, "confirm", expires))
    store.drop_expired(LATER)
    assert [store.token(each) for each in "abc"] == [Token(1, "confirm", LATER), None, Token(1, "confirm", "")]
    assert [store.drop_token("a"), store.drop_token("a")] == [True, False]


def test_a_run_freezes_active_readers_once(store: MailStore) -> None:
    ids = with_active(store, "li", "wang")
    store.put_readers([new_reader("zhao@example.cn", NOW)])
    pending = store.reader("zhao@example.cn")
    assert pending
    run = store.create_run(RUN, [*ids, ids[0], pending.id, 999])
    assert (run.total, store.run(run.id), store.runs()) == (2, run, (run,))
    with_active(store, "late")
    assert [each.address for each in store.deliveries(run.id)] == ["li@example.cn", "wang@example.cn"]


def test_a_letter_goes_from_waiting_over_intent_to_sent(open_store: Callable[[], MailStore]) -> None:
    store = open_store()
    run = store.create_run(RUN, with_active(store, "li"))
    taken = store.take(run.id)
    assert taken and taken.address == "li@example.cn"
    assert store.mark_intent(taken.id, "<1@x>", "office", NOW, "2026-11-28", 80)
    other = open_store()
    assert other.sums(run.id)["intent"] == 1  # it is committed
    assert (other.used("office", "2026-11-28"), other.take(run.id)) == (1, None)
    assert not store.mark_intent(taken.id, "<1@x>", "office", NOW, "2026-11-28", 80)
    with pytest.raises(ReaderStoreError):
        store.set_run(run.id, "finished")
    store.mark(taken.id, "sent", "250 2.0.0 OK", LATER)
    store.set_run(run.id, "finished")
    found = store.delivery_of("<1@x>")
    assert found and (found.state, found.reply, found.account, found.at) == ("sent", "250 2.0.0 OK", "office", LATER)
    assert store.deliveries_to(taken.reader or 0) == (found,)


def test_a_used_up_quota_leaves_the_letter_waiting(store: MailStore) -> None:
    run = store.create_run(RUN, with_active(store, "li"))
    assert store.use_quota("office", "2026-11-28", 1)
    assert not store.use_quota("office", "2026-11-28", 1)
    taken = store.take(run.id)
    assert taken and not store.mark_intent(taken.id, "<1@x>", "office", NOW, "2026-11-28", 1)
    assert (store.sums(run.id)["waiting"], store.used("office", "2026-11-28")) == (1, 1)
    again = store.take(run.id)
    assert again == taken
    assert store.mark_intent(taken.id, "<1@x>", "office", NOW, "2026-11-29", 1)


def test_a_letter_that_was_tried_comes_after_the_others(store: MailStore) -> None:
    run = store.create_run(RUN, with_active(store, "li", "wang", "zhao"))
    li, wang, zhao = store.deliveries(run.id)
    assert store.take(run.id) == li
    store.postpone(li.id, "450 later", NOW)
    assert store.take(run.id) == wang
    assert store.mark_intent(wang.id, "<2@x>", "office", NOW, "2026-11-28", 80)
    store.mark(wang.id, "waiting", "421 later", LATER)
    taken = []
    while (found := store.take(run.id)) is not None:
        store.mark(found.id, "refused", "", NOW)
        taken.append((found.id, found.reply))
    assert taken == [(zhao.id, ""), (li.id, "450 later"), (wang.id, "421 later")]
    assert (store.last_at("office"), store.last_at("other")) == (NOW, "")


def test_rests_and_tests_are_kept(store: MailStore) -> None:
    for until in (NOW, LATER):
        store.put_rest("office", until, "421")
        store.put_test("ab12", until)
    assert store.rests() == {"office": (LATER, "421")}
    assert (store.tested("ab12"), store.tested("cd34")) == (LATER, "")


def test_only_the_changes_of_the_table_are_made(store: MailStore) -> None:
    run = store.create_run(RUN, with_active(store, "li", "wang", "zhao", "qian", "sun"))
    for delivery, state in zip(store.deliveries(run.id), DELIVERY_STATES, strict=True):
        if state not in ("waiting", "refused"):
            assert store.mark_intent(delivery.id, state, "office", NOW, "2026-11-28", 80)
        if state not in ("waiting", "intent"):
            store.mark(delivery.id, state, "", NOW)
        for after in DELIVERY_STATES:
            if after == "intent" or after not in NEXT_DELIVERY_STATES[state]:
                with pytest.raises(ReaderStoreError):
                    store.mark(delivery.id, after, "", NOW)
    assert sum(store.sums(run.id).values()) == run.total == 5


def test_a_killed_sender_leaves_an_unknown_letter_of_its_own_account_alone(store: MailStore) -> None:
    run = store.create_run(RUN, with_active(store, "li", "wang"))
    for delivery, account in zip(list(store.deliveries(run.id)), ("office", "other"), strict=True):
        assert store.mark_intent(delivery.id, account, account, NOW, "2026-11-28", 80)
    assert store.settle_intents(run.id, "office", LATER) == 1
    assert [each.state for each in store.deliveries(run.id)] == ["unknown", "intent"]


def test_who_leaves_is_not_written_to_any_more(store: MailStore) -> None:
    run = store.create_run(RUN, with_active(store, "li", "wang"))
    reader = store.reader("li@example.cn")
    assert reader
    store.put_readers([without_consent(reader, "mail", LATER)])
    assert [(each.state, each.reply) for each in store.deliveries(run.id)] == [("refused", "left"), ("waiting", "")]
    assert sum(store.sums(run.id).values()) == run.total


def test_an_account_has_one_sender(open_store: Callable[[], MailStore]) -> None:
    first, second = open_store(), open_store()
    assert first.claim("office")
    assert first.claim("office")
    assert not second.claim("office")
    first.close()
    assert second.claim("office")


def test_what_is_claimed_to_settle_is_left_to_others(mail_postgres: Postgres) -> None:
    url = mail_postgres.clear()
    first, second = PostgresReaderStore(url), PostgresReaderStore(url)
    assert first.claim("office") and first.claim("office")
    first.unclaim("office")
    assert not second.claim("office")
    first.unclaim("office")
    assert second.claim("office")
    first.close()
    second.close()


def test_senders_beside_each_other_take_different_letters(mail_postgres: Postgres) -> None:
    url = mail_postgres.clear()
    first, second = PostgresReaderStore(url), PostgresReaderStore(url)
    run = first.create_run(RUN, with_active(first, "li", "wang"))
    mine, other = first.take(run.id), second.take(run.id)
    assert mine and other and mine.id != other.id
    first.close()  # killed: its letter waits again
    assert second.mark_intent(other.id, "<2@x>", "office", NOW, "2026-11-28", 80)
    again = second.take(run.id)
    assert again and again.id == mine.id
    second.release()
    second.close()


def test_who_leaves_does_not_wait_for_a_mail_server(mail_postgres: Postgres) -> None:
    url = mail_postgres.clear()
    sender, other = PostgresReaderStore(url), PostgresReaderStore(url)
    run = sender.create_run(RUN, with_active(sender, "li"))
    assert sender.take(run.id)
    other._run("SET lock_timeout = 100")
    reader = other.reader("li@example.cn")
    assert reader
    other.put_readers([without_consent(reader, "mail", LATER)])
    found = sender.reader_by_id(reader.id)
    assert found and found.state == "left"  # as the sender sees it before it sends
    assert not sender.mark_intent(1, "<1@x>", "office", LATER, "2026-11-28", 80)  # and if it has looked too early
    sender.close()
    other.close()


def test_what_fails_leaves_nothing_behind(store: MailStore) -> None:
    broken = new_reader("li@example.cn", NOW, Consent(NOW, "paper", None))  # type: ignore[arg-type]
    with pytest.raises(ReaderStoreError):
        store.put_readers([new_reader("wang@example.cn", NOW), broken])
    assert list(store.readers()) == []


def test_several_changes_are_made_together(open_store: Callable[[], MailStore]) -> None:
    store, other = open_store(), open_store()
    with store.together():
        with_active(store, "li")
        store.put_folder_mark("jzz", "INBOX", FolderMark(1, 7, "2026-11-28"))
        assert store.put_collected("aa", "2026-11-28")
        assert other.folder_mark("jzz", "INBOX") is None
    assert other.folder_mark("jzz", "INBOX") == FolderMark(1, 7, "2026-11-28")
    with pytest.raises(ZeroDivisionError), store.together():
        with_active(store, "wang")
        store.put_folder_mark("jzz", "INBOX", FolderMark(1, 8, "2026-11-28"))
        raise ZeroDivisionError
    assert [reader.address for reader in other.readers()] == ["li@example.cn"]
    with_active(store, "zhao")
    assert (store.put_collected("aa", "2026-11-29"), len(list(other.readers()))) == (False, 2)
    store.drop_collected("2026-11-29")
    assert store.put_collected("aa", "2026-11-29")


# ── files


def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    path = tmp_path / "readers.db"
    store = SqliteReaderStore(path)
    with_active(store, "li")
    open_hasher(tmp_path / "never.key")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("readers.db", "readers.db-wal", "readers.db-shm", "never.key"), 0o600)


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "readers.db"
    SqliteReaderStore(path).close()
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE mail_schema SET version = 99")
    db.close()
    with pytest.raises(ReaderStoreError):
        SqliteReaderStore(path)


def test_a_key_stays_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "never.key"
    first = open_hasher(path).mac("Li@Example.cn")
    assert len(first) == 64
    assert open_hasher(path).mac("li@example.cn") == first
    assert open_hasher(tmp_path / "other.key").mac("li@example.cn") != first
    path.write_text("abc")
    with pytest.raises(MailError):
        open_hasher(path)


def test_a_station_has_a_store_that_git_does_not_see(tmp_path: Path) -> None:
    store = open_reader_store(tmp_path, None, {})
    with_active(store, "li")
    store.close()
    folder = tmp_path / "mail"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(UsageError):
        open_reader_store(tmp_path, MailSettings(postgresql="NOT_SET"), {})


def test_the_password_of_a_database_is_not_repeated() -> None:
    with pytest.raises(ReaderStoreError, match="can read") as caught:
        PostgresReaderStore("postgrsql://bulletin:hush-hush@localhost/readers")
    assert "hush" not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"


def test_a_later_text_leaves_the_letter_that_another_sender_has_alone(mail_postgres: Postgres) -> None:
    url = mail_postgres.clear()
    sender, other = PostgresReaderStore(url), PostgresReaderStore(url)
    with closing(sender), closing(other):
        run = sender.create_run(RUN, with_active(sender, "li", "wang"))
        taken = sender.take(run.id)
        other.set_run(run.id, "stopped")
        assert taken and supersede(other, run, LATER) == 1
        assert sender.mark_intent(taken.id, "<1@x>", "office", NOW, "2026-11-28", 80)
        sender.mark(taken.id, "sent", "250", LATER)
        assert supersede(other, run, LATER) == 0
        found = other.run(run.id)
        assert found and (found.state, other.sums(run.id)["refused"]) == ("finished", 1)


def test_what_became_of_the_note_of_somebody_who_is_forgotten_is_nobody_s_business(store: MailStore) -> None:
    with_active(store, "li")
    store.change_reader("li@example.cn", lambda found: found, MailNote("li@example.cn", "known", "mail", LATER, "s"))
    (note,) = store.notes()
    assert store.mark_note_intent(note.id, "<1@x>", "office", NOW, NoteQuota("2026-11-28", 16, 80))
    store.forget("li@example.cn", "mac", NOW)
    store.mark_note(note.id, "sent", "250", NOW)
    assert store.notes() == ()
