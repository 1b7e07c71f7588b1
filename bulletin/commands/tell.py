"""`bulletin tell`: chat groups, and those who read short messages, learn that an issue is out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import PublishError, UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.core.chat_robots import ChatRobot
    from bulletin.core.station import Station
    from bulletin.publish.robots.messages import Announcement
    from bulletin.publish.robots.telling import Teller, TellOutcome


def tell(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "tell",
        callback=_tell,
        help=help,
        epilog=_(
            "Examples:\n  bulletin tell 2014002 --dry-run\n  bulletin tell 2014002\n"
            "  bulletin tell 2014002 --sms sms.txt\n  bulletin tell --list"
        ),
        params=[click.Argument(["number"], metavar="[NUMBER]", required=False), *_options(_)],
    )


def _options(_: Translate) -> list[click.Parameter]:
    return [
        click.Option(["--to"], metavar="NAME", multiple=True, help=_("Only this robot; may be given several times.")),
        click.Option(["--dry-run"], is_flag=True, help=_("Show what would be said, and tell nobody.")),
        click.Option(
            ["--again"], is_flag=True, help=_("Repeat messages whose answer was lost and that did not arrive.")
        ),
        click.Option(["--arrived"], is_flag=True, help=_("Note that a message whose answer was lost has arrived.")),
        click.Option(["--list", "listed"], is_flag=True, help=_("Show who was told of what, and what is not known.")),
        click.Option(
            ["--sms"], metavar="FILE", default="", help=_("Write a short message for the operator's platform.")
        ),
        click.Option(
            ["--store-key"], metavar="NAME", default="", help=_("Store a robot's key in this system's keyring.")
        ),
        jobs_option(_),
        root_option(_),
    ]


_HOW = N_(
    "Which issue? For example:\n"
    "  bulletin tell 2014002 --dry-run\n"
    "Robots are named in content/station.yml:\n"
    "  robots:\n"
    "    - {name: office, kind: wecom}\n"
    "Kinds are wecom, dingtalk and feishu. The key is stored apart: bulletin tell --store-key office"
)


@click.pass_obj
def _tell(
    session: Session,
    number: str | None,
    to: tuple[str, ...],
    dry_run: bool,
    again: bool,
    arrived: bool,
    listed: bool,
    sms: str,
    store_key: str,
    jobs: int | None,
    root: str | None,
) -> None:
    if not (number or listed or store_key):
        click.echo(session.say.translate(_HOW))
        return
    from bulletin.build.project import open_project

    folder = find_root(root)
    station = open_project(folder).station
    if store_key:
        _store_key(session, _chosen_robots(station, (store_key,))[0])
        return
    if listed:
        _list(session, station, folder, number or "")
        return
    if again and arrived:
        raise UsageError(N_("a message has arrived or is to be repeated: give --again or --arrived, not both."))
    robots = () if sms else _chosen_robots(station, to)
    if arrived:
        sys.exit(_note_arrived(session, folder, robots, number or ""))
    announcement = _announcement(session, folder, number or "", jobs or processors())
    if sms:
        _write_sms(session, station, announcement, sms)
    elif dry_run:
        _show(session, announcement, robots)
    else:
        sys.exit(_tell_all(session, folder, announcement, robots, again=again))


def _chosen_robots(station: Station, names: Iterable[str]) -> tuple[ChatRobot, ...]:
    """The robots of these names; all without any. Raises `UsageError`."""
    known = {robot.name: robot for robot in station.robots}
    if not known:
        raise UsageError(
            N_("content/station.yml names no robot. Add those of your groups, for example:\n{example}"),
            example="robots:\n  - {name: office, kind: wecom}",
        )
    if wrong := next((name for name in names if name not in known), None):
        raise UsageError(
            N_("there is no robot “{name}”. content/station.yml has: {known}."), name=wrong, known=", ".join(known)
        )
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(known.values())


def _announcement(session: Session, root: Path, number: str, jobs: int) -> Announcement:
    from bulletin.commands.publish.shared import release_store
    from bulletin.publish.robots.published import find_announcement

    return find_announcement(root, release_store(root), number, session.now(), jobs)


# ── robots


def _show(session: Session, announcement: Announcement, robots: Iterable[ChatRobot]) -> None:
    from bulletin.publish.robots.messages import robot_text
    from bulletin.publish.robots.services import SERVICES
    from bulletin.publish.robots.shortening import utf8_bytes

    for robot in robots:
        said = f"{robot_text(announcement, robot)}\n{announcement.link}"
        words = N_("{robot} ({service}), {bytes} bytes:")
        title = SERVICES[robot.kind].title
        click.echo(session.say(words, robot=robot.name, service=title, bytes=utf8_bytes(said)))
        click.echo("".join(f"  {line}\n" for line in said.split("\n")))
    click.echo(session.say(N_("Nobody was told.")))


def _teller(session: Session, root: Path, *, again: bool = False) -> Teller:
    from bulletin.commands.publish.secrets import account
    from bulletin.publish.robots.answers import ask_robot
    from bulletin.publish.robots.telling import Teller
    from bulletin.publish.robots.told import ToldLedger
    from bulletin.publish.store import RELEASES

    return Teller(ToldLedger(root / RELEASES), account(), session.now, ask_robot, again)


def _tell_all(
    session: Session, root: Path, announcement: Announcement, robots: Iterable[ChatRobot], *, again: bool
) -> int:
    """Each robot; one that is not told hinders no other. 0 when all know, else 1."""
    from bulletin.commands.publish.secrets import secret
    from bulletin.publish.robots.services import robot_key
    from bulletin.publish.robots.telling import tell_robot

    with needs_extra("publish"):  # before a message is noted as one that may have gone out
        import_module("httpx")
    teller, code = _teller(session, root, again=again), 0
    for robot in robots:
        try:
            key = robot_key(robot, secret(session.environment, robot.secret_name) or "")
            outcome = tell_robot(teller, robot, key, announcement)
        except PublishError as error:
            click.echo(click.style(session.say.error(error), fg="red"), err=True)
            code = 1
            continue
        is_well = outcome.state in ("sent", "before")
        line = _outcome_line(session, robot, outcome)
        click.echo(line if is_well else click.style(line, fg="red"), err=not is_well)
        code = code if is_well else 1
    return code


_OUTCOMES = {
    "sent": N_("{robot}: told."),
    "before": N_("{robot}: was told already, {at}; it is not told again."),
    "refused": N_("{robot}: not told: {reason}. [{code}] {said}"),
    "unknown": N_("{robot}: not known: {reason}."),
    "open": N_("{robot}: asked at {at}, and not known: {reason}."),
    "waits": N_("{robot}: not told: it takes no more just now. Repeat the command in {seconds} seconds."),
}


def _outcome_line(session: Session, robot: ChatRobot, outcome: TellOutcome) -> str:
    from bulletin.publish.robots.answers import fault_words
    from bulletin.publish.robots.services import SERVICES

    reason = fault_words(SERVICES[robot.kind], outcome.code) if outcome.code else ""
    at = outcome.at.replace("T", " ")[:16]
    return session.say(
        _OUTCOMES[outcome.state],
        robot=robot.name,
        at=at,
        reason=session.say.translate(reason) if reason else "",
        code=outcome.code,
        said=outcome.said,
        seconds=outcome.seconds,
    ).rstrip()


def _note_arrived(session: Session, root: Path, robots: Iterable[ChatRobot], issue: str) -> int:
    from bulletin.build.finding import possible_ids
    from bulletin.publish.robots.telling import note_arrived

    teller, ids = _teller(session, root), possible_ids(issue)
    noted = [robot.name for robot in robots if note_arrived(teller, robot, ids)]
    for name in noted:
        click.echo(session.say(N_("{robot}: noted that it has the message."), robot=name))
    if not noted:
        click.echo(session.say(N_("No answer was lost for issue {number}."), number=issue), err=True)
    return 0 if noted else 1


# ── list

_STATES = {"sent": N_("told"), "refused": N_("not told"), "unknown": N_("not known")}


def _list(session: Session, station: Station, root: Path, number: str) -> None:
    """What is not known first, then by time, newest first."""
    from bulletin.build.finding import possible_ids
    from bulletin.publish.robots.answers import fault_words
    from bulletin.publish.robots.services import SERVICES
    from bulletin.publish.robots.told import told_states

    kinds = {robot.name: robot.kind for robot in station.robots}
    states = told_states(_teller(session, root).ledger.entries())
    ids = possible_ids(number) if number else ()
    found = [entry for entry in states.values() if entry.issue in ids or not number]
    found.sort(key=lambda entry: entry.at, reverse=True)
    found.sort(key=lambda entry: entry.state != "unknown")
    for entry in found:
        at, state = entry.at.replace("T", " ")[:16], session.say.translate(_STATES[entry.state])
        line = f"{at}  {entry.issue}  {entry.robot}  {state}"
        if entry.code and entry.robot in kinds:
            line += f": {session.say.translate(fault_words(SERVICES[kinds[entry.robot]], entry.code))} [{entry.code}]"
        click.echo(click.style(line, fg="red" if entry.state == "unknown" else None))
    if not found:
        click.echo(session.say(N_("No robot was told of anything from this computer yet.")))


# ── short message, key


def _write_sms(session: Session, station: Station, announcement: Announcement, path: str) -> None:
    from bulletin.core.files import replace_file
    from bulletin.publish.robots.messages import sms_text
    from bulletin.publish.robots.shortening import utf16_units

    words = sms_text(announcement, station)
    replace_file(Path(path).absolute(), f"{words}\n".encode())
    click.echo(words)
    click.echo(session.say(N_("{count} characters, written to {path}."), count=utf16_units(words), path=path))


def _store_key(session: Session, robot: ChatRobot) -> None:
    from bulletin.commands.publish.secrets import store_secret
    from bulletin.publish.robots.services import SERVICES, robot_key

    service = SERVICES[robot.kind]
    words = (
        N_("Address or key of {robot}, a blank, and the secret")
        if service.is_signed
        else N_("Address or key of {robot}")
    )
    given = click.prompt(session.say(words, robot=robot.name), hide_input=True)
    robot_key(robot, given)
    store_secret(session.environment, robot.secret_name, given)
    click.echo(session.say(N_("Stored.")))
