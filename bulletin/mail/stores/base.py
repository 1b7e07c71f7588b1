"""What every store of readers and of the ledger holds and does. See docs/mail.md for the schema.

Each method is one transaction, on disk when it returns, except `take`, whose claim lasts until the next `mark_intent`,
`mark` or `release` of the same store. Times are ISO 8601 in UTC to the second, days ``YYYY-MM-DD`` by the station's
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from bulletin.core.errors import MailError
from bulletin.core.model import Value
from bulletin.mail.readers import Reader

RunKind = Literal["issue", "correction"]
RunState = Literal["waiting", "running", "stopped", "finished"]
DeliveryState = Literal["waiting", "intent", "sent", "refused", "unknown"]
DELIVERY_STATES: tuple[DeliveryState, ...] = ("waiting", "intent", "sent", "refused", "unknown")
TokenPurpose = Literal["confirm", "leave"]
NoteKind = Literal["confirm", "known", "farewell"]
NoteOrigin = Literal["mail", "form", "import"]

NOTE_SHARE = " notes"
"""Behind an account's name, which has no blank: under this its notes are counted beside its letters."""

NEXT_DELIVERY_STATES: dict[DeliveryState, tuple[DeliveryState, ...]] = {
    "waiting": ("intent", "refused"),
    "intent": ("sent", "refused", "unknown", "waiting"),
    "unknown": ("sent", "refused", "waiting"),
    "sent": (),
    "refused": (),
}
"""Which states may follow; ``intent → waiting`` where the server's own word is that it did not take the letter."""


class ReaderStoreError(MailError):
    """The store cannot be read or written; what was to be done is not done."""


class MailRun(Value, frozen=True):
    """One sending of one issue to the readers as they were at its beginning."""

    issue: str
    """Number: ``2014002``."""
    kind: RunKind
    letter: str
    """Hash of the letter; a text that changes while its run is under way stops it."""
    created: str
    state: RunState = "waiting"
    scheduled: str = ""
    """Not before this time; empty: at once."""
    reason: str = ""
    """Why it stopped: a sentence, or the server's words."""
    total: int = 0
    """Readers frozen; always the sum of the deliveries' states."""
    id: int = 0


class LetterDelivery(Value, frozen=True):
    """One letter of a run."""

    id: int
    run: int
    reader: int | None
    """None after the reader was forgotten; so is the address."""
    address: str | None
    state: DeliveryState
    message_id: str = ""
    reply: str = ""
    """The server's words."""
    account: str = ""
    at: str = ""


class Token(Value, frozen=True):
    """What a secret in a letter allows; stored under its hash."""

    reader: int
    purpose: TokenPurpose
    expires: str
    """Empty: never."""
    address: str = ""
    """Whose answer it waits for; nobody becomes a reader, not even a pending one, by being named in a form."""
    columns: tuple[str, ...] = ()
    """Wanted; empty: all."""
    wording: str = ""
    """Hash of what is consented to by using it."""


class Bounce(Value, frozen=True):
    """A letter that came back."""

    reader: int
    run: int
    code: str
    """Enhanced status code (RFC 3463): ``5.1.1``."""
    at: str


class MailNote(Value, frozen=True):
    """A small letter to one person, outside any run: a question, or what became of a wish."""

    address: str
    kind: NoteKind
    origin: NoteOrigin
    """What it answers; those to letters go out first, those to a list last."""
    expires: str
    """When it is deleted, sent or not, and its token with it."""
    seed: str = ""
    """What the token is derived from, with the key that is not in the store: a copy of it confirms nothing."""
    state: DeliveryState = "waiting"
    """As a letter's; ``unknown`` is never sent again by itself."""
    message_id: str = ""
    reply: str = ""
    account: str = ""
    at: str = ""
    id: int = 0


class RequestLimits(Value, frozen=True):
    """How often one address is asked, and how many questions may wait."""

    a_day: int = 1
    in_all: int = 3
    """Until one is answered."""
    waiting: int = 100
    """Notes of one origin that wait at most."""


class NoteQuota(Value, frozen=True):
    """What a day allows."""

    day: str
    share: int
    """Notes."""
    a_day: int
    """Notes and letters together."""


class ReaderStore(Protocol):
    """Keeps readers. Methods raise `ReaderStoreError`; one thread at a time."""

    def reader(self, address: str) -> Reader | None: ...

    def reader_by_id(self, reader: int) -> Reader | None: ...

    def readers(self) -> Iterator[Reader]:
        """All, by id."""

    def put_readers(self, readers: Iterable[Reader]) -> None:
        """Add or replace, by address, with their consents; all or none.

        Waiting letters to one that is not active any more become refused, with the reply ``left``.
        """

    def put_wording(self, text: str) -> str:
        """Keep a wording; its hash."""

    def wording(self, digest: str) -> str | None: ...

    def never(self) -> dict[str, tuple[str, str]]:
        """Keyed hash → why, since."""

    def put_never(self, mac: str, why: str, since: str) -> None: ...

    def drop_never(self, mac: str) -> None:
        """The reader has asked for the letter again."""

    def asked(self, mac: str) -> tuple[str, ...]:
        """Days on which this address was asked to confirm, oldest first."""

    def put_asked(self, mac: str, day: str) -> None: ...

    def put_token(self, digest: str, token: Token) -> None: ...

    def token(self, digest: str) -> Token | None: ...

    def drop_token(self, digest: str) -> bool:
        """Whether it was there: of two that use a token at once, one gets True."""

    def drop_expired(self, now: str) -> None:
        """Delete tokens and notes that have expired."""

    def change_reader(
        self, address: str, change: Callable[[Reader | None], Reader | None], note: MailNote | None = None
    ) -> bool:
        """Put what ``change`` makes of a reader, and the note with it; False, and nothing put: it makes None."""

    def put_bounce(self, bounce: Bounce) -> None: ...

    def bounces(self, reader: int) -> tuple[Bounce, ...]: ...

    def forget(self, address: str, mac: str, now: str) -> bool:
        """Leave of a reader the keyed hash alone; whether there was one, or a question to one."""

    def wipe(self) -> None:
        """Overwrite what was deleted, so that its bytes are nowhere in the store's files."""

    def close(self) -> None: ...


class RunLedger(Protocol):
    """Keeps runs and what became of each letter. Methods raise `ReaderStoreError`; one thread at a time."""

    def claim(self, account: str) -> bool:
        """Become the one sender of an account, until `close`; False: there is one already."""

    def unclaim(self, account: str) -> None:
        """Leave an account to others, if the engine has a claim for each; every `claim` needs one of its own."""

    def create_run(self, run: MailRun, readers: Iterable[int]) -> MailRun:
        """Freeze those of these readers who are active; with id and total."""

    def run(self, run: int) -> MailRun | None: ...

    def runs(self) -> tuple[MailRun, ...]:
        """All, oldest first."""

    def set_run(self, run: int, state: RunState, reason: str = "") -> None:
        """``finished`` is refused with `ReaderStoreError` while a letter waits or is under way, or the sum is wrong."""

    def take(self, run: int) -> LetterDelivery | None:
        """The next waiting letter, claimed for this store; None: none that is free.

        Those that were tried already come last, the one tried last at the end.
        """

    def release(self) -> None:
        """Give back what `take` claimed, unchanged."""

    def postpone(self, delivery: int, reply: str, at: str) -> None:
        """A letter that waits goes on waiting, behind all others, with the server's words."""

    def mark_intent(self, delivery: int, message_id: str, account: str, at: str, day: str, a_day: int) -> bool:
        """Waiting → intent, and one more of the account's quota of the day, committed: call just before the final dot.

        False, and nothing changed: the quota is used up, the letter does not wait any more, or its reader has left.
        """

    def mark(self, delivery: int, state: DeliveryState, reply: str, at: str) -> None:
        """What became of a letter. Raises `ReaderStoreError` for a change that `NEXT_DELIVERY_STATES` does not have."""

    def refuse_waiting(self, run: int, reply: str, at: str) -> int:
        """Letters of a run that wait become refused, but for one that another store has taken; how many."""

    def settle_intents(self, run: int, account: str, at: str) -> int:
        """Letters whose outcome a killed sender of this account did not record become unknown; how many.

        Only for who holds the account's `claim`.
        """

    def sums(self, run: int) -> dict[DeliveryState, int]: ...

    def deliveries(self, run: int, state: DeliveryState | None = None) -> Iterator[LetterDelivery]: ...

    def deliveries_to(self, reader: int) -> tuple[LetterDelivery, ...]: ...

    def delivery_of(self, message_id: str) -> LetterDelivery | None: ...

    def used(self, account: str, day: str) -> int:
        """Letters of an account's quota that are used."""

    def use_quota(self, account: str, day: str, limit: int) -> bool:
        """One more, for a letter outside a run; False: the limit is reached."""

    def last_at(self, account: str) -> str:
        """When an account's last letter of a run went; empty: never."""

    def put_rest(self, account: str, until: str, reason: str) -> None:
        """The server takes no more of an account's letters before; why."""

    def rests(self) -> dict[str, tuple[str, str]]:
        """Account → until when it rests, and why; also those whose time has passed."""

    def put_test(self, letter: str, at: str) -> None:
        """The letter with this hash was sent to somebody of the office to look at."""

    def tested(self, letter: str) -> str:
        """When; empty: never."""


class NoteStore(Protocol):
    """Keeps notes until they are sent. Methods raise `ReaderStoreError`."""

    def put_request(
        self, mac: str, day: str, note: MailNote, limits: RequestLimits, token: tuple[str, Token] | None = None
    ) -> bool:
        """Note, token (hash and value) and the day of asking, all or none; False: the address was asked too often."""

    def use_token(
        self, digest: str, mac: str, change: Callable[[Token, Reader | None], Reader | None]
    ) -> Reader | None:
        """Of those who use a token at once, one gets the reader that ``change`` makes; the others None.

        Where it makes None the token stays. The address's days of asking are deleted.
        """

    def notes(self, state: DeliveryState | None = None) -> tuple[MailNote, ...]:
        """Answers to letters first, then to forms, then questions to a list; each oldest first."""

    def waiting_notes(self, origin: NoteOrigin) -> int:
        """How many wait."""

    def notes_to(self, address: str) -> tuple[MailNote, ...]: ...

    def tokens_of(self, address: str) -> tuple[Token, ...]: ...

    def mark_note_intent(self, note: int, message_id: str, account: str, at: str, quota: NoteQuota) -> bool:
        """Waiting → intent, and one more of the day's share of notes and of the day's quota, committed.

        Call just before the final dot. False, and nothing changed: one of both is used up, or it does not wait.
        """

    def mark_note(self, note: int, state: DeliveryState, reply: str, at: str) -> None:
        """What became of a note; as `RunLedger.mark`. Of one that was forgotten meanwhile nothing is kept."""

    def settle_notes(self, account: str, at: str) -> int:
        """As `RunLedger.settle_intents`; how many became unknown."""


class FolderMark(Value, frozen=True):
    """How far a folder of the mailbox has been read."""

    validity: int
    """UIDVALIDITY (RFC 3501, 2.3.1.1); with another one, UIDs mean other messages."""
    uid: int
    """Of the last message read."""
    day: str
    """When that was."""


class MailboxStore(Protocol):
    """Keeps what was read of the mailbox. Methods raise `ReaderStoreError`."""

    def together(self) -> AbstractContextManager[None]:
        """What the methods of this store do within is one transaction: all of it or nothing."""

    def folder_mark(self, mailbox: str, folder: str) -> FolderMark | None: ...

    def put_folder_mark(self, mailbox: str, folder: str, mark: FolderMark) -> None: ...

    def put_collected(self, digest: str, day: str) -> bool:
        """A message has been acted on; False: it had been before, in another folder or under another UID."""

    def drop_collected(self, before: str) -> None:
        """Forget messages acted on before a day."""


class MailStore(ReaderStore, RunLedger, NoteStore, MailboxStore, Protocol):
    """All, in one database."""
