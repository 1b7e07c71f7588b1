"""New messages of the mailbox, one after the other, and what follows from each.

What a message changes and that it was read is one transaction: killed at any moment, nothing is lost and nothing is
done twice. Answers are not sent here but put down as notes (outbox.py). A message that is not ours is left as it is;
so is one that is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Literal, Protocol

from bulletin.core.model import Value
from bulletin.mail.answers import Answer, judge_message
from bulletin.mail.bounces import ReturnedLetter, record_bounce
from bulletin.mail.imap import ReadMessage
from bulletin.mail.joining import (
    SubscribeRequest,
    ask,
    confirm_subscription,
    leave,
    leave_by_mail,
    open_question,
    token_hash,
)
from bulletin.mail.never import AddressHasher
from bulletin.mail.received import ReceivedMessage, read_message
from bulletin.mail.stores.base import Bounce, FolderMark, LetterDelivery, MailStore

CollectFate = Literal[
    "joined", "asked", "known", "limit", "left", "declined", "dead", "returned", "unclear", "automatic", "other"
]

_FIRST_DAYS = 14
"""What had arrived so long before the last look, or before the first, is not looked at: nobody waits for its answer."""
_PROSE_DAYS = 14
"""A letter that comes back later than this is one that was forwarded."""
_KEEP_DAYS = 60
_MARK_EVERY = 50
"""Messages that are not ours until the mark is put; after a kill they are read again."""
_SUBJECT = 60
_SHARED_ENDINGS = frozenset(("com.cn", "net.cn", "org.cn", "gov.cn", "edu.cn", "ac.cn"))
"""Under which everybody has a domain."""


class Mailbox(Protocol):
    """`imap.ImapMailbox`, or what a test puts in its place."""

    def junk_folders(self) -> tuple[str, ...]: ...
    def open(self, folder: str) -> int: ...
    def uids(self, after: int = 0, since: date | None = None) -> list[int]: ...
    def message(self, uid: int) -> ReadMessage | None: ...


class CollectRules(Value, frozen=True):
    """What the station says."""

    mailbox: str
    """Name under which its marks are kept: ``jzz@imap.example.cn``."""
    wording: str
    """Hash of what is consented to by joining."""
    titles: tuple[str, ...] = ()
    """Under which readers know the bulletin."""
    own: frozenset[str] = frozenset()
    """Addresses that letters are sent from: nothing that claims to be from them is a wish."""
    providers: tuple[str, ...] = ()
    """Servers that letters go out by: ``smtp.163.com``; its postmaster is at 163.com."""
    dry_run: bool = False


class UnclearAnswer(Value, frozen=True):
    """An answer to a question of ours that somebody has to read."""

    sender: str
    subject: str


class CollectReport(Value, frozen=True):
    """What was done."""

    fates: dict[CollectFate, int]
    unclear: tuple[UnclearAnswer, ...]


class _Undone(Exception):
    """Rolls a dry run back."""


def collect_answers(
    mailbox: Mailbox,
    store: MailStore,
    hasher: AddressHasher,
    rules: CollectRules,
    clock: Callable[[], tuple[str, str]],
) -> CollectReport:
    """Read what is new in the inbox and in the folder of junk.

    ``clock``: now in UTC, and the day by the station's clock. Raises `MailError`; what was done stays done.
    """
    collector = _Collector(mailbox, store, hasher, rules, clock)
    collector.read_folder("INBOX", is_junk=False)
    for folder in mailbox.junk_folders():
        collector.read_folder(folder, is_junk=True)
    if not rules.dry_run:
        store.drop_collected(_days_before(clock()[1], _KEEP_DAYS).isoformat())
    return CollectReport(collector.fates, tuple(collector.unclear))


class _Collector:
    def __init__(
        self,
        mailbox: Mailbox,
        store: MailStore,
        hasher: AddressHasher,
        rules: CollectRules,
        clock: Callable[[], tuple[str, str]],
    ) -> None:
        self._mailbox, self._store, self._hasher, self._rules, self._clock = mailbox, store, hasher, rules, clock
        self.fates: dict[CollectFate, int] = {}
        self.unclear: list[UnclearAnswer] = []

    def read_folder(self, folder: str, *, is_junk: bool) -> None:
        mark, uids, last = self._new(folder)
        for number, uid in enumerate(uids, 1):
            found = self._mailbox.message(uid)
            mark = FolderMark(mark.validity, uid, self._clock()[1])
            fate = self._take(found, mark, folder, is_junk) if found else "other"
            self.fates[fate] = self.fates.get(fate, 0) + 1
            if number % _MARK_EVERY == 0:
                self._put_mark(folder, mark)
        self._put_mark(folder, FolderMark(mark.validity, last, self._clock()[1]))

    def _put_mark(self, folder: str, mark: FolderMark) -> None:
        if not self._rules.dry_run:
            self._store.put_folder_mark(self._rules.mailbox, folder, mark)

    def _new(self, folder: str) -> tuple[FolderMark, list[int], int]:
        """How far the folder was read, what has come since, and the last UID; old mail moved here is not new."""
        validity = self._mailbox.open(folder)
        mark, today = self._store.folder_mark(self._rules.mailbox, folder), self._clock()[1]
        since = _days_before(mark.day if mark else today, _FIRST_DAYS)
        if mark is None or mark.validity != validity:
            mark = FolderMark(validity, 0, today)
        last = max(self._mailbox.uids(mark.uid), default=mark.uid)
        return mark, [uid for uid in self._mailbox.uids(mark.uid, since) if uid <= last], last

    def _take(self, found: ReadMessage, mark: FolderMark, folder: str, is_junk: bool) -> CollectFate:
        message = read_message(found.data)
        answer = judge_message(message, self._rules.titles)
        if answer.kind in ("other", "automatic", "unclear") or answer.sender in self._rules.own:
            return self._leave_alone(answer, message)
        fate: CollectFate = "other"
        try:
            with self._store.together():
                if self._store.put_collected(_digest(found, message), mark.day):
                    fate = self._act(answer, message, is_junk)
                self._put_mark(folder, mark)
                if self._rules.dry_run or fate == "other":
                    raise _Undone
        except _Undone:
            pass
        if fate == "unclear":
            self._leave_alone(answer, message)
        return fate

    def _leave_alone(self, answer: Answer, message: ReceivedMessage) -> CollectFate:
        if answer.kind == "automatic" or answer.sender in self._rules.own:
            return "automatic"
        if answer.kind == "other":
            return "other"
        subject = "".join(character for character in message.subject if character.isprintable())
        self.unclear.append(UnclearAnswer(answer.sender, subject[:_SUBJECT]))
        return "unclear"

    # ── one message, in its transaction

    def _act(self, answer: Answer, message: ReceivedMessage, is_junk: bool) -> CollectFate:
        if answer.returned:
            return self._returned(answer.returned)
        if answer.kind == "leave":
            return self._leave(answer)
        if answer.kind == "confirm":
            return self._confirm(answer, message)
        if is_junk or not answer.may_answer:  # a letter to whoever is named in junk would be junk
            return "other"
        return self._join(answer)

    def _join(self, answer: Answer) -> CollectFate:
        now, day = self._clock()
        request = SubscribeRequest(answer.sender, self._rules.wording, "mail")
        outcome = ask(self._store, self._hasher, request, now, day)
        return "asked" if outcome == "asked" else "known" if outcome == "known" else "limit"

    def _confirm(self, answer: Answer, message: ReceivedMessage) -> CollectFate:
        now, _day = self._clock()
        for token in answer.questions:
            if confirm_subscription(self._store, self._hasher, token, "mail", message.message_id, now):
                return "joined"
        reader = self._store.reader(answer.sender)
        return "known" if reader and reader.state == "active" else "unclear"

    def _leave(self, answer: Answer) -> CollectFate:
        """By the link pressed; else by who writes; else by the letter that is answered."""
        now, _day = self._clock()
        if answer.pressed:
            return self._left(answer.pressed, now)
        if answer.may_answer and leave_by_mail(self._store, answer.sender, now):
            return "left"
        for token in answer.questions:
            if open_question(self._store, token, now):
                self._store.drop_token(token_hash(token))
                return "declined"
        return next((fate for token in answer.letters if (fate := self._left(token, now)) == "left"), "other")

    def _left(self, token: str, now: str) -> CollectFate:
        return "left" if leave(self._store, self._hasher, token, "mail", now) else "other"

    # ── letters that come back

    def _returned(self, returned: ReturnedLetter) -> CollectFate:
        if not returned.final:
            return "automatic"
        delivery = next(filter(None, map(self._store.delivery_of, returned.message_ids)), None)
        delivery = delivery or self._of_prose(returned)
        reader = self._store.reader_by_id(delivery.reader) if delivery and delivery.reader else None
        if delivery is None or reader is None:
            return "other"
        if not returned.postmaster and not _is_of_reader(returned, reader.address):
            return "automatic"
        now, _day = self._clock()
        is_dead = record_bounce(self._store, reader, Bounce(reader.id, delivery.run, returned.code, now))
        return "dead" if is_dead else "returned"

    def _of_prose(self, returned: ReturnedLetter) -> LetterDelivery | None:
        """The letter that our own provider's postmaster writes about."""
        domain = returned.postmaster.rpartition("@")[2]
        if domain not in _domains(self._rules.own) and not _is_of_provider(domain, self._rules.providers):
            return None
        first_day = _days_before(self._clock()[1], _PROSE_DAYS).isoformat()
        for address in returned.recipients:
            reader = self._store.reader(address)
            letters = self._store.deliveries_to(reader.id) if reader else ()
            for letter in reversed(letters):
                if letter.state in ("sent", "unknown") and letter.at >= first_day:
                    return letter
        return None


def _is_of_reader(returned: ReturnedLetter, address: str) -> bool:
    """Whether a report is about the reader's own mailbox, under whatever name its server knows it; else it is about
    one to which that passes letters on.
    """
    own, other = (f".{each.rpartition('@')[2]}" for each in (address, "".join(returned.recipients[:1])))
    return other == "." or own.endswith(other) or other.endswith(own)


def _domains(addresses: Collection[str]) -> frozenset[str]:
    return frozenset(address.rpartition("@")[2] for address in addresses)


def _is_of_provider(domain: str, hosts: Collection[str]) -> bool:
    return (
        "." in domain and domain not in _SHARED_ENDINGS and any(host.lower().endswith(f".{domain}") for host in hosts)
    )


def _digest(found: ReadMessage, message: ReceivedMessage) -> str:
    """The same for a message that lies in two folders, or gets another UID."""
    mark = f"{message.message_id}\0{message.sender}\0{message.subject}".encode()
    return hashlib.sha256(mark if message.message_id else found.data).hexdigest()


def _days_before(day: str, days: int) -> date:
    return date.fromisoformat(day) - timedelta(days=days)
