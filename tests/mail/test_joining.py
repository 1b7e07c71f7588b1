"""Joining and leaving: who is asked, how often, and what a token does; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bulletin.mail.joining import (
    TOKEN_PATTERN,
    SubscribeRequest,
    ask,
    ask_pending,
    confirm_subscription,
    confirm_token,
    leave,
    leave_by_mail,
    leave_token,
    open_question,
    token_hash,
    wanted_columns,
)
from bulletin.mail.never import AddressHasher
from bulletin.mail.notes import NoteOffice, write_note
from bulletin.mail.person import export_person, forget_person
from bulletin.mail.readers import Consent, new_reader, undeliverable
from bulletin.mail.stores.base import MailNote, MailStore, NoteOrigin, NoteQuota, ReaderStoreError, RequestLimits

NOW, DAY = "2026-11-28T08:00:00Z", "2026-11-28"
NEXT_WEEK = "2026-12-05T08:00:01Z"
HASHER = AddressHasher(b"k" * 32)
LI = "li@example.cn"
OFFICE = NoteOffice(
    "青禾救助站", "青禾简报", "zh-CN", "同意{并且}知悉。", "office@example.cn", "https://www.example.cn/_mail/"
)


def request(address: str = LI, origin: NoteOrigin = "form", columns: tuple[str, ...] = ()) -> SubscribeRequest:
    return SubscribeRequest(address, "w" * 64, origin, columns)


def asked(store: MailStore, address: str = LI, origin: NoteOrigin = "form", day: str = DAY) -> str:
    """Ask, and give the token that the letter would hold."""
    assert ask(store, HASHER, request(address, origin, ("news",)), NOW, day) == "asked"
    return confirm_token(HASHER, store.notes_to(address)[-1])


def test_being_named_makes_nobody_a_reader_but_the_token_does(store: MailStore) -> None:
    token = asked(store)
    assert list(store.readers()) == []
    assert TOKEN_PATTERN.fullmatch(token)
    assert open_question(store, token, NOW)
    assert open_question(store, token.upper() + " ", NOW), "as a mail program may give it back"
    reader = confirm_subscription(store, HASHER, token, "form", "form", NOW)
    assert reader
    assert (reader.state, reader.columns) == ("active", ("news",))
    assert reader.consents == (Consent(NOW, "form", "w" * 64, "form"),)
    assert confirm_subscription(store, HASHER, token, "form", "form", NOW) is None
    assert store.asked(HASHER.mac(LI)) == ()


def test_no_token_is_in_the_store_and_expired_ones_are_worth_nothing(store: MailStore) -> None:
    token = asked(store)
    assert token_hash(token) != token
    assert open_question(store, token, NEXT_WEEK) is None
    assert confirm_subscription(store, HASHER, token, "form", "", NEXT_WEEK) is None
    store.drop_expired(NEXT_WEEK)
    assert store.notes() == ()
    assert store.tokens_of(LI) == ()


@pytest.mark.parametrize("origin", ["form", "mail"])
def test_who_is_active_or_must_not_be_written_to_gets_no_question(store: MailStore, origin: NoteOrigin) -> None:
    store.put_readers([new_reader(LI, NOW, Consent(NOW, "paper", "w"))])
    assert ask(store, HASHER, request(origin=origin), NOW, DAY) == "known"
    assert [note.kind for note in store.notes()] == (["known"] if origin == "mail" else [])
    assert ask(store, HASHER, request(origin=origin), NOW, DAY) == "known"
    assert len(store.notes()) == (origin == "mail"), "one answer in seven days"
    assert store.asked(HASHER.mac(LI)) == (), "which is no question"
    store.put_never(HASHER.mac("wang@example.cn"), "forgotten", NOW)
    assert ask(store, HASHER, request("wang@example.cn", origin), NOW, DAY) == "never"
    assert store.notes_to("wang@example.cn") == ()


def test_a_dead_address_is_asked_by_its_own_letter_alone(store: MailStore) -> None:
    store.put_readers([undeliverable(new_reader(LI, NOW), NOW)])
    assert ask(store, HASHER, request(), NOW, DAY) == "dead"
    assert ask(store, HASHER, request(origin="mail"), NOW, DAY) == "asked"


def test_one_question_a_day_and_three_in_all(store: MailStore) -> None:
    days = [f"2026-11-{day}" for day in (10, 10, 11, 12, 13)]
    assert [ask(store, HASHER, request(), NOW, day) for day in days] == ["asked", "limit", "asked", "asked", "limit"]
    assert len(store.notes()) == 3
    last = confirm_token(HASHER, store.notes()[-1])
    assert confirm_subscription(store, HASHER, last, "form", "", NOW)
    assert (store.notes(), store.tokens_of(LI)) == ((), ()), "the other questions are answered, too"


def test_a_queue_that_is_full_is_so_for_everybody_of_that_origin(store: MailStore) -> None:
    limits = RequestLimits(waiting=2)
    outcomes = [ask(store, HASHER, request(f"r{n}@example.cn"), NOW, DAY, limits) for n in range(3)]
    assert outcomes == ["asked", "asked", "full"]
    assert ask(store, HASHER, request("own@example.cn", "mail"), NOW, DAY, limits) == "asked"
    assert store.notes()[0].address == "own@example.cn", "answers to letters go first"


def test_of_two_that_use_a_token_at_once_one_wins(open_store: Callable[[], MailStore]) -> None:
    stores = [open_store() for _ in range(4)]
    token = asked(stores[0])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: confirm_subscription(each, HASHER, token, "form", "", NOW), stores))
    assert sum(reader is not None for reader in found) == 1
    reader = stores[0].reader(LI)
    assert reader
    assert len(reader.consents) == 1


def test_of_many_that_ask_for_an_address_at_once_one_wins(open_store: Callable[[], MailStore]) -> None:
    stores = [open_store() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: ask(each, HASHER, request(), NOW, DAY), stores))
    assert sorted(found) == ["asked", "limit", "limit", "limit"]


def test_readers_of_a_list_are_asked_once_ever(store: MailStore) -> None:
    store.put_readers([new_reader(LI, NOW, columns=("news",)), new_reader("wang@example.cn", NOW)])
    assert ask_pending(store, HASHER, "w", NOW, DAY, 1) == 1
    assert ask_pending(store, HASHER, "w", NOW, DAY, 1) == 0, "no more than go out in a day"
    assert ask_pending(store, HASHER, "w", NOW, DAY, 2) == 1
    store.drop_expired(NEXT_WEEK)
    assert ask_pending(store, HASHER, "w", NEXT_WEEK, "2026-12-06", 2) == 0
    assert [reader.state for reader in store.readers()] == ["pending", "pending"]


# ── leaving


def test_the_token_of_a_letter_lets_its_reader_leave_as_often_as_it_is_used(store: MailStore) -> None:
    store.put_readers([new_reader(a, NOW, Consent(NOW, "paper", "w")) for a in (LI, "wang@example.cn")])
    reader = store.reader(LI)
    assert reader
    token = leave_token(HASHER, reader.id, LI)
    others = (f"{reader.id + 1}{token[1:]}", token[:-1], token + "a", "", "0-" + "a" * 26, "9" * 30 + token[1:])
    assert not any(leave(store, HASHER, other, "form", NOW) for other in others)
    assert leave(store, HASHER, token, "one-click", NOW)
    assert leave(store, HASHER, token, "form", NEXT_WEEK)
    left = store.reader(LI)
    assert left
    assert (left.state, left.changed, left.consents[0].withdrawn_how) == ("left", NOW, "one-click")
    assert store.notes() == ()
    assert [reader.state for reader in store.readers()] == ["left", "active"]


def test_leaving_by_a_letter_gets_a_farewell_once(store: MailStore) -> None:
    store.put_readers([new_reader(LI, NOW, Consent(NOW, "paper", "w"))])
    assert leave_by_mail(store, LI, NOW)
    assert not leave_by_mail(store, LI, NOW)
    assert not leave_by_mail(store, "nobody@example.cn", NOW)
    assert [note.kind for note in store.notes()] == ["farewell"]


def test_forgetting_reaches_what_was_asked(store: MailStore) -> None:
    asked(store)
    found = export_person(store, HASHER, LI)
    assert found
    assert {"notes", "questions"} <= found.keys()
    assert forget_person(store, HASHER, LI, NOW)
    left = {"address": LI, "asked": (DAY,), "never": {"why": "forgotten", "since": NOW}}
    assert export_person(store, HASHER, LI) == left
    assert ask(store, HASHER, request(), NOW, "2026-11-29") == "never"


# ── notes


def test_notes_use_their_share_of_the_quota_and_no_more(store: MailStore) -> None:
    for number in range(4):
        asked(store, f"r{number}@example.cn")
    quota = NoteQuota(DAY, share=2, a_day=10)
    done = [store.mark_note_intent(note.id, f"<{note.id}@x>", "office", NOW, quota) for note in store.notes()]
    assert done == [True, True, False, False]
    assert store.used("office", DAY) == 2
    assert [note.state for note in store.notes()] == ["intent", "intent", "waiting", "waiting"]
    for _ in range(8):
        assert store.use_quota("office", DAY, 10), "the letter's own"
    waiting = store.notes("waiting")[0]
    assert not store.mark_note_intent(waiting.id, "<x>", "office", NOW, NoteQuota(DAY, share=5, a_day=10))
    assert store.used("office notes", DAY) == 2


def test_a_note_of_unknown_outcome_is_not_sent_again_by_itself(store: MailStore) -> None:
    asked(store)
    (note,) = store.notes()
    assert store.mark_note_intent(note.id, "<1@x>", "office", NOW, NoteQuota(DAY, 16, 80))
    assert store.settle_notes("other", NOW) == 0
    assert store.settle_notes("office", NOW) == 1
    assert [each.state for each in store.notes()] == ["unknown"]
    assert store.notes("waiting") == ()
    with pytest.raises(ReaderStoreError):
        store.mark_note(note.id, "intent", "", NOW)
    store.mark_note(note.id, "sent", "250 ok", NOW)
    with pytest.raises(ReaderStoreError):
        store.mark_note(note.id, "waiting", "", NOW)


def test_a_question_says_who_asks_what_for_and_how_to_answer() -> None:
    note = MailNote(LI, "confirm", "form", NEXT_WEEK, "s")
    token = confirm_token(HASHER, note)
    written = write_note(note, OFFICE, token)
    assert token in written.subject
    assert "\n" not in written.subject
    for part in ("青禾救助站", "青禾简报", "同意{并且}知悉。", f"https://www.example.cn/_mail/confirm?t={token}"):
        assert part in written.text
    assert LI not in written.text
    assert written.headers == (("Auto-Submitted", "auto-generated"),)
    listed = write_note(MailNote(LI, "confirm", "import", NEXT_WEEK), OFFICE, token)
    assert listed.text != written.text


def test_columns_that_there_are_not_cannot_be_wanted() -> None:
    offered = ("news", "cases", "laws")
    assert wanted_columns(["laws", "news", "\n<b>"], offered) == ("news", "laws")
    assert wanted_columns(offered, offered) == ()
    assert wanted_columns([], offered) == ()
