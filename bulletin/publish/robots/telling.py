"""Telling one robot of one issue, once: look into the ledger, note the intent, ask, note the result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Literal, NamedTuple

from bulletin.core.chat_robots import ChatRobot
from bulletin.publish.robots.answers import RobotAnswer
from bulletin.publish.robots.messages import Announcement, robot_text
from bulletin.publish.robots.services import SERVICES, RobotKey, RobotRequest, RobotService, robot_request
from bulletin.publish.robots.told import ToldEntry, ToldLedger, seconds_to_wait, told_states
from bulletin.read.times import CHINA

AskRobot = Callable[[RobotService, RobotRequest, RobotKey], RobotAnswer]


class Teller(NamedTuple):
    """With what robots are told."""

    ledger: ToldLedger
    by: str
    """`ToldEntry.by`."""
    now: Callable[[], datetime]
    """The station's clock."""
    ask: AskRobot
    again: bool = False
    """Whether messages whose answer was lost are sent again."""


class TellOutcome(NamedTuple):
    """What became of one robot."""

    state: Literal["sent", "refused", "unknown", "before", "open", "waits"]
    """``before``: it was told already; ``open``: it may have been told, and nothing was done; ``waits``: it must not be
    asked yet."""
    code: str = ""
    """`RobotAnswer.code`."""
    said: str = ""
    """`RobotAnswer.said`."""
    at: str = ""
    """When it was told, or asked."""
    seconds: int = 0
    """How long it waits."""


def tell_robot(teller: Teller, robot: ChatRobot, key: RobotKey, announcement: Announcement) -> TellOutcome:
    """Tell it, unless it knows, may know, or takes no more just now. Raises `PublishError`; then it was not asked."""
    service = SERVICES[robot.kind]
    text = robot_text(announcement, robot)
    with teller.ledger.telling():
        entries, now = teller.ledger.entries(), teller.now()
        known = told_states(entries).get((announcement.issue, robot.name))
        if known and known.state == "sent":
            return TellOutcome("before", at=known.at)
        if known and known.state == "unknown" and not teller.again:
            return TellOutcome("open", known.code, known.said, known.at)
        most = robot.per_minute or service.per_minute
        if wait := seconds_to_wait(entries, robot.name, now, most, service.pause_seconds, service.too_many):
            return TellOutcome("waits", seconds=wait)
        seconds = int(now.replace(tzinfo=CHINA).timestamp())
        request = robot_request(robot, key, text, announcement.link, seconds)
        entry = ToldEntry(
            at=now.isoformat(timespec="seconds"),
            by=teller.by,
            issue=announcement.issue,
            robot=robot.name,
            state="intent",
        )
        teller.ledger.append(entry)
        answer = teller.ask(service, request, key)
        teller.ledger.append(_result(teller, entry, answer))
        return TellOutcome(answer.state, answer.code, answer.said, entry.at)


def _result(teller: Teller, intent: ToldEntry, answer: RobotAnswer) -> ToldEntry:
    return ToldEntry(
        at=teller.now().isoformat(timespec="seconds"),
        by=teller.by,
        issue=intent.issue,
        robot=intent.robot,
        state=answer.state,
        code=answer.code,
        said=answer.said,
    )


def note_arrived(teller: Teller, robot: ChatRobot, issues: Collection[str]) -> bool:
    """Take somebody's word that the group has a message whose answer was lost; False where none was.

    ``issues``: the ids that the issue may have.
    """
    with teller.ledger.telling():
        states = told_states(teller.ledger.entries())
        found = (states.get((issue, robot.name)) for issue in issues)
        known = next((entry for entry in found if entry and entry.state == "unknown"), None)
        if known is None:
            return False
        at = teller.now().isoformat(timespec="seconds")
        teller.ledger.append(ToldEntry(at=at, by=teller.by, issue=known.issue, robot=robot.name, state="sent"))
        return True
