"""The small letters that wait are sent: at once, whatever the hours, but within their share of the day's quota.

Drained by whoever holds the account: `bulletin mail send` and `collect`, each before anything else. As with letters of
a run, the store says before the final dot that a note is under way; one of which nobody knows what became of it is not
sent again: its reader may ask again tomorrow.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bulletin.core.errors import MailError
from bulletin.core.mail_settings import MailAccount
from bulletin.mail.compose import Sender, message_id, plain_message
from bulletin.mail.joining import NOTES_PERCENT, confirm_token, token_hash
from bulletin.mail.never import AddressHasher
from bulletin.mail.notes import NoteOffice, write_note
from bulletin.mail.replies import SmtpReply, meaning
from bulletin.mail.sending import LetterConnection, utc_text
from bulletin.mail.stores.base import NOTE_SHARE, MailNote, MailStore, NoteQuota, ReaderStoreError
from bulletin.mail.windows import next_window

_NO_ADDRESS = SmtpReply("to", 553, "5.1.3", "not an address")


class NoteTools(NamedTuple):
    """What is worked with."""

    store: MailStore
    hasher: AddressHasher
    office: NoteOffice
    sender: Sender
    connect: Callable[[MailAccount], LetterConnection]
    now: Callable[[], datetime]
    """In the station's zone, aware."""
    wait: Callable[[float], None]


def notes_share(account: MailAccount) -> int:
    """Notes a day; one at least."""
    return max(1, account.a_day * NOTES_PERCENT // 100)


def drain_notes(account: MailAccount, tools: NoteTools) -> int:
    """Send notes until none waits, the share is used, or the server wants no more; how many went out.

    0 where another program has the account. Raises `ReaderStoreError`.
    """
    store = tools.store
    store.drop_expired(utc_text(tools.now()))
    waiting = store.notes("waiting")[: _room(store, account, tools.now())]
    if not store.claim(account.name):
        return 0
    store.settle_notes(account.name, utc_text(tools.now()))
    if not waiting or _rests(store, account, tools.now()):
        return 0
    connection, sent = tools.connect(account), 0
    try:
        for number, note in enumerate(waiting):
            tools.wait(account.pause if number else _until_pause_is_over(store, account, tools.now()))
            outcome = _send(note, account, tools, connection)
            sent += outcome == "sent"
            if outcome not in ("sent", "refused"):
                break
    finally:
        connection.close()
    return sent


def _room(store: MailStore, account: MailAccount, now: datetime) -> int:
    """Notes that today's share and quota still allow."""
    day = now.date().isoformat()
    share = notes_share(account) - store.used(account.name + NOTE_SHARE, day)
    return max(0, min(share, account.a_day - store.used(account.name, day)))


def _rests(store: MailStore, account: MailAccount, now: datetime) -> bool:
    rests = store.rests()
    until = max(rests.get(name, ("", ""))[0] for name in (account.name, account.name + NOTE_SHARE))
    return utc_text(now) < until


def _until_pause_is_over(store: MailStore, account: MailAccount, now: datetime) -> float:
    last = store.last_at(account.name)
    passed = (now - datetime.fromisoformat(last)).total_seconds() if last else float(account.pause)
    return min(max(account.pause - passed, 0.0), float(account.pause))


def _asking(note: MailNote, tools: NoteTools, token: str) -> NoteOffice:
    """The office, with the wording that the token consents to: station.yml may have another by now."""
    question = tools.store.token(token_hash(token)) if note.kind == "confirm" else None
    wording = tools.store.wording(question.wording) if question else None
    return replace(tools.office, wording=wording or tools.office.wording)


def _send(note: MailNote, account: MailAccount, tools: NoteTools, connection: LetterConnection) -> str:
    """One note; the fate of its reply."""
    store, now = tools.store, tools.now()
    mark = message_id(tools.hasher.secret("note").encode(), 0, note.id, account.sender.rpartition("@")[2])
    token = confirm_token(tools.hasher, note)
    written = write_note(note, _asking(note, tools, token), token)
    try:
        data = plain_message(
            written.subject, written.text, note.address, tools.sender, mark, now, dict(written.headers)
        )
    except ReaderStoreError:
        raise
    except MailError:  # an address that no header can hold
        store.mark_note(note.id, "refused", _NO_ADDRESS.line, utc_text(now))
        return "refused"
    is_under_way = False

    def before_dot() -> bool:
        nonlocal is_under_way
        at = tools.now()
        quota = NoteQuota(at.date().isoformat(), notes_share(account), account.a_day)
        is_under_way = store.mark_note_intent(note.id, mark, account.name, utc_text(at), quota)
        return is_under_way

    reply = connection.send(account.sender, note.address, data, before_dot)
    found, at = meaning(reply), utc_text(tools.now())
    if found.fate in ("sent", "refused", "unknown"):
        store.mark_note(note.id, found.fate, reply.line, at)
    elif is_under_way:  # the server's own word is that it did not take it
        store.mark_note(note.id, "waiting", reply.line, at)
    if found.fate in ("rest", "unknown", "stop"):  # one refused for good: no more notes, but letters as their run says
        name = account.name + (NOTE_SHARE if found.fate == "stop" else "")
        store.put_rest(name, utc_text(next_window(account, tools.now())), found.reason)
    return found.fate
