"""A sender for the tests: its clock, its letters, and a connection that needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.readers import Consent, new_reader
from bulletin.mail.replies import SmtpReply
from bulletin.mail.sending import LetterConnection, SendingTools
from bulletin.mail.stores.base import LetterDelivery, MailRun, MailStore

CHINA = timezone(timedelta(hours=8))
CREATED = "2026-11-01T00:00:00Z"
LETTER = "ab12"


def account(name: str = "office", a_day: int = 80, pause: int = 20, hours: str = "08:00-20:00") -> MailAccount:
    return MailAccount(name, "h", f"{name}@example.cn", a_day=a_day, pause=pause, hours=hours)


def start(store: MailStore, readers: int, run: MailRun | None = None) -> MailRun:
    """A run that is under way, to so many new readers."""
    consent = Consent(CREATED, "paper", "x")
    store.put_readers(new_reader(f"r{number}@qq.com", CREATED, consent) for number in range(readers))
    made = store.create_run(
        run or MailRun("2014002", "issue", LETTER, CREATED),
        [each.id for each in store.readers() if each.state == "active"],
    )
    store.set_run(made.id, "running")
    return made


class Clock:
    """Goes on when somebody waits."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 8, tzinfo=CHINA)
        self.waited = 0.0

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        self.now += timedelta(seconds=seconds)


OK = SmtpReply("dot", 250, "2.0.0", "taken")


class FakeConnection:
    """Takes letters, or gives the answers that it was given, in turn."""

    def __init__(self, answers: Iterable[SmtpReply] = ()) -> None:
        self.answers = list(answers)
        self.taken = list[tuple[str, str]]()

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:  # noqa: ARG002
        answer = self.answers.pop(0) if self.answers else OK
        if answer.phase != "dot":
            return answer
        if not before_dot():
            return SmtpReply("data", 0, held=True)
        if answer.code in (0, 250):
            self.taken.append((to, envelope_from))
        return answer

    def close(self) -> None:
        return None


def write(delivery: LetterDelivery, account: MailAccount, _at: datetime) -> tuple[str, bytes]:
    return f"<{delivery.run}.{delivery.id}@{account.name}>", b"Message-ID: <%d.%d@x>\r\n" % (delivery.run, delivery.id)


def tools(
    store: MailStore, connection: LetterConnection, clock: Clock | None = None, *accounts: MailAccount
) -> SendingTools:
    clock = clock or Clock()
    return SendingTools(
        store,
        accounts or (account(),),
        lambda _account: connection,
        write,
        clock,
        clock.wait,
        lambda: False,
        lambda run: run.letter == LETTER,
    )
