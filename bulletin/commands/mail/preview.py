"""`bulletin mail preview`: the letter of an issue as files to be looked at; nothing is sent."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import exit_code, print_problems
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import OutputError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.problems import Problem
    from bulletin.core.station import Station
    from bulletin.editions.letter.letter import Letter


class _Preview(NamedTuple):
    letter: Letter
    station: Station
    hints: tuple[Problem, ...]


def mail_preview(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "preview",
        callback=_preview,
        help=help,
        epilog=_("Examples:\n  bulletin mail preview 2014002 --open\n  bulletin mail preview 2014003 --drafts"),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it in the browser.")),
            click.Option(
                ["--drafts", "--draft", "drafts"], is_flag=True, help=_("Also a draft; the letter says that it is one.")
            ),
            click.Option(["--correction"], is_flag=True, help=_("The letter to those who got an earlier text.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _preview(
    session: Session, number: str, opened: bool, drafts: bool, correction: bool, jobs: int | None, root: str | None
) -> None:
    folder = find_root(root)
    made = _made(session, folder, number, jobs or processors(), drafts=drafts, correction=correction)
    letter = made.letter
    out = folder / "out" / "mail" / letter.issue
    size = _write(session, out, made)
    print_problems(session, made.hints, folder)
    form = N_("titles and first paragraphs, since the whole is too long") if letter.short else N_("the whole text")
    say = session.say
    click.echo(say(N_("Subject: {subject}"), subject=letter.subject))
    click.echo(say(N_("Size: {size} KB as it is sent; {form}."), size=-(-size // 1000), form=say.translate(form)))
    click.echo(say(N_("Look at it: {path}"), path=(out / "letter.html").relative_to(folder)))
    if opened:
        webbrowser.open((out / "letter.html").as_uri())
    sys.exit(exit_code(made.hints))


def _made(session: Session, root: Path, number: str, jobs: int, *, drafts: bool, correction: bool) -> _Preview:
    from bulletin.build.leaves import open_leaves
    from bulletin.editions.leaf import make_leaf
    from bulletin.editions.letter.hints import letter_hints
    from bulletin.editions.letter.making import make_letter
    from bulletin.editions.sources import Sources
    from bulletin.render.reports import ReportRenderer, template_folders

    with (
        Bar(session.say.translate, hidden=False) as bar,
        open_leaves(root, session.now(), jobs, bar, drafts=drafts) as archive,
    ):
        inputs = archive.inputs(number)
        leaf, translate = make_leaf(archive.texts, inputs), archive.texts.translate
        render = ReportRenderer(template_folders(root), translate).render
        letter = make_letter(leaf, render, translate, correction=correction)
        hints = letter_hints(letter, leaf, Sources.of(root, inputs.issue))
        return _Preview(letter, archive.resolved.archive.station, hints)


def _write(session: Session, out: Path, made: _Preview) -> int:
    """Three files; the bytes of the letter as it is sent."""
    from bulletin.core.files import replace_file
    from bulletin.editions.letter.letter import LEAVE_MARK

    data, letter = _wire_form(session, made), made.letter
    files = {
        "letter.html": letter.html.replace(LEAVE_MARK, "#").encode(),
        "letter.txt": letter.text.replace(LEAVE_MARK, "…").encode(),
        "letter.eml": data,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            replace_file(out / name, content)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=out, reason=error.strerror) from error
    return len(data)


def _wire_form(session: Session, made: _Preview) -> bytes:
    """As it would go out, to an address that nobody has (RFC 2606)."""
    with needs_extra("mail"):
        from bulletin.mail.compose import Addressee, Sender, compose, message_id
    from bulletin.read.times import CHINA

    station = made.station
    accounts = station.mail.accounts if station.mail else ()
    address = accounts[0].sender if accounts else "bulletin@example.com"
    sender = Sender(station.bulletin or station.name, address)
    mark = message_id(b"preview", 0, 0, address.rpartition("@")[2])
    to = Addressee("reader@example.com")
    return compose(made.letter, to, sender, mark, session.now().replace(tzinfo=CHINA))
