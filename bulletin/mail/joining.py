"""Joining and leaving: who is asked, what a token does. The rules alone; letters are made in notes.py.

| somebody names an address | by a form | by a letter from it |
|---|---|---|
| unknown, has left, or waits for its answer | asked, within the limits | the same |
| gets the letter already | nothing | told so, once in seven days |
| does not exist any more | nothing | asked: its own letter shows that it does |
| must not be written to again | nothing | nothing |

Nobody outside learns which of these it was. Being named makes nobody a reader: that is done by the token of our letter,
once, within seven days. To leave, a token works as often as it is used, and a letter from the address needs none.

Times are ISO 8601 in UTC, days by the station's clock.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from bulletin.core.model import Value
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import Consent, ConsentForm, Reader, new_reader, with_consent, without_consent
from bulletin.mail.stores.base import MailNote, MailStore, NoteKind, NoteOrigin, RequestLimits, Token

AskOutcome = Literal["asked", "known", "never", "dead", "limit", "full"]
"""``known``: gets the letter already; ``limit``: was asked too often; ``full``: too many questions wait."""

TOKEN_DAYS = 7
NOTES_PERCENT = 20
"""Share of a day's quota that notes may use; the rest is the letter's."""

TOKEN_PATTERN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])", re.IGNORECASE)
"""A token to confirm with, in the subject or text of an answer."""
_LEAVE_TOKEN = re.compile(r"([1-9]\d{0,17})-([a-z2-7]{26})", re.ASCII)


class SubscribeRequest(Value, frozen=True):
    """Somebody names an address."""

    address: str
    """As `addresses.normal_address` gives it."""
    wording: str
    """Hash of what is consented to; the store has the text."""
    origin: NoteOrigin
    columns: tuple[str, ...] = ()
    """Wanted; empty: all."""


def ask(
    store: MailStore,
    hasher: AddressHasher,
    request: SubscribeRequest,
    now: str,
    day: str,
    limits: RequestLimits | None = None,
) -> AskOutcome:
    """Put down a question to an address; it is on disk, with its token, when this returns. Raises `MailError`."""
    limits, mac = limits or RequestLimits(), hasher.mac(request.address)
    if store.waiting_notes(request.origin) >= limits.waiting:
        return "full"  # before anything is known of the address, of which the answer then says nothing
    if mac in store.never():
        return "never"
    reader = store.reader(request.address)
    state = reader.state if reader else "left"
    if state == "dead" and request.origin != "mail":
        return "dead"
    if state == "active":
        if request.origin == "mail" and not any(note.kind == "known" for note in store.notes_to(request.address)):
            store.change_reader(request.address, lambda found: found, _note(request.address, "known", "mail", now))
        return "known"
    return "asked" if _put_question(store, hasher, request, now, day, limits) else "limit"


def _put_question(
    store: MailStore, hasher: AddressHasher, request: SubscribeRequest, now: str, day: str, limits: RequestLimits
) -> bool:
    note = _note(request.address, "confirm", request.origin, now)
    token = Token(0, "confirm", note.expires, request.address, request.columns, request.wording)
    digest = token_hash(confirm_token(hasher, note))
    return store.put_request(hasher.mac(request.address), day, note, limits, (digest, token))


def ask_pending(store: MailStore, hasher: AddressHasher, wording: str, now: str, day: str, most: int) -> int:
    """Put down the one question to each reader of a list without proof of consent; how many.

    ``wording``: hash. Each is asked once, ever; no more than ``most`` wait at a time, which should be what goes out in
    a day: the seven days of a question begin now.
    """
    once, count, never = RequestLimits(a_day=1, in_all=1, waiting=most), 0, store.never()
    for reader in list(store.readers()):
        mac = hasher.mac(reader.address)
        if reader.state != "pending" or mac in never or store.asked(mac):
            continue
        request = SubscribeRequest(reader.address, wording, "import", reader.columns)
        if store.waiting_notes("import") >= once.waiting:
            break
        count += _put_question(store, hasher, request, now, day, once)
    return count


def confirm_token(hasher: AddressHasher, note: MailNote) -> str:
    """26 small letters and digits; what the note's letter holds."""
    return hasher.secret("confirm", note.seed)


def token_hash(token: str) -> str:
    """Under which the store has a token."""
    return hashlib.sha256(token.strip().lower().encode()).hexdigest()


def open_question(store: MailStore, token: str, now: str) -> Token | None:
    """What a token to confirm with stands for, unused; None: unknown, used or expired. Changes nothing."""
    found = store.token(token_hash(token))
    return found if found and found.purpose == "confirm" and now <= found.expires else None


def confirm_subscription(
    store: MailStore, hasher: AddressHasher, token: str, how: ConsentForm, evidence: str, now: str
) -> Reader | None:
    """Use a token: the reader, active, with the consent; None: unknown, expired, or used before.

    ``evidence``: where the proof is, such as the Message-ID of the answer.
    """
    found = open_question(store, token, now)
    if found is None:
        return None

    def change(token: Token, reader: Reader | None) -> Reader | None:
        consent = Consent(now, how, token.wording, evidence)
        if reader is None:
            return new_reader(token.address, now, consent, token.columns)
        return replace(with_consent(reader, consent, now), columns=token.columns)

    return store.use_token(token_hash(token), hasher.mac(found.address), change)


# ── leaving


def leave_token(hasher: AddressHasher, reader: int, address: str) -> str:
    """For the letters of one reader: always the same, and nothing has to be stored for it."""
    return f"{reader}-{hasher.secret('leave', str(reader), address)}"


def reader_of_leave_token(store: MailStore, hasher: AddressHasher, token: str) -> Reader | None:
    """Whose letter a token to leave with is from; None: nobody's, or the reader was forgotten. Changes nothing."""
    found = _LEAVE_TOKEN.fullmatch(token.strip().lower())
    reader = store.reader_by_id(int(found[1])) if found else None
    if found is None or reader is None:
        return None
    return (
        reader if hmac.compare_digest(token.strip().lower(), leave_token(hasher, reader.id, reader.address)) else None
    )


def leave(store: MailStore, hasher: AddressHasher, token: str, how: str, now: str) -> bool:
    """Leave at once; False: the token is nobody's. Who has left before stays so. ``how``: form, one-click, mail.

    No letter says so: nobody who leaves wants one more, and the page has said it.
    """
    reader = reader_of_leave_token(store, hasher, token)
    if reader is None:
        return False
    store.change_reader(reader.address, lambda found: _leaving(found, how, now))
    return True


def leave_by_mail(store: MailStore, address: str, now: str) -> bool:
    """Leave by a letter from the address itself, which gets a farewell; False: there is no such reader."""
    note = _note(address, "farewell", "mail", now)
    return store.change_reader(address, lambda found: _leaving(found, "mail", now), note)


def leave_by_hand(store: MailStore, address: str, now: str) -> bool:
    """Leave, as somebody has told the office; False: there is no such reader, or it has left before."""
    return store.change_reader(address, lambda found: _leaving(found, "by hand", now))


def _leaving(reader: Reader | None, how: str, now: str) -> Reader | None:
    return without_consent(reader, how, now) if reader and reader.state in ("active", "pending", "dead") else None


def _note(address: str, kind: NoteKind, origin: NoteOrigin, now: str) -> MailNote:
    return MailNote(address, kind, origin, _later(now, TOKEN_DAYS), secrets.token_hex(16))


def _later(now: str, days: int) -> str:
    return (datetime.fromisoformat(now) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wanted_columns(chosen: Iterable[str], offered: Iterable[str]) -> tuple[str, ...]:
    """Of the columns that were chosen those that there are, in the station's order; all is as none."""
    those, named = tuple(offered), set(chosen)
    found = tuple(column for column in those if column in named)
    return () if found == those else found
