"""What `bulletin word in` and `paste` share: a text that came in is written as a draft, and reported."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from bulletin.commands.terminal import Session
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.core.station import Station
    from bulletin.word.drafts import DraftFiles
    from bulletin.word.incoming import IncomingText


def draft_options(_: Translate) -> tuple[click.Option, ...]:
    """Where the draft goes, and whether it is made at all."""
    return (
        click.Option(["--number"], metavar="NUMBER", help=_("Number of the issue; else the next one.")),
        click.Option(["--section"], metavar="NAME", help=_("The section whose article it is.")),
        click.Option(["--keep"], is_flag=True, help=_("Also what bears a mark of secrecy; it is kept back.")),
    )


def make_draft(
    session: Session,
    root: Path,
    text: IncomingText,
    *,
    number: str | None,
    section: str | None,
    keep: bool,
    name: str = "",
) -> None:
    """Write the files of a draft and say what is in them. Raises `UsageError`; then nothing was written.

    An issue that is a folder gets a further article where its number is given; everything else is a new issue. Its
    number may be the file's ``name``.
    """
    from bulletin.commands.new import next_issue, read_own_station
    from bulletin.commands.word.report import report_lines
    from bulletin.read.identity import typed_number
    from bulletin.read.numbers import parse_number
    from bulletin.word.drafts import draft_article, draft_issue, write_draft

    if text.secrecy and not keep:
        raise UsageError(
            N_(
                "the text bears a mark of secrecy, “{mark}”: no draft was made. With --keep there is one, which is "
                "never published."
            ),
            mark=text.secrecy,
        )
    station = read_own_station(root)
    made = text if text.title else replace(text, title=_first_words(text.html))
    section = section or _section_for(text, station)
    number = typed_number(number) if number else None
    folder = root / "content" / "issues" / (number or "")
    files: DraftFiles
    if number and (folder / "index.md").is_file():
        taken = tuple(each.name for each in folder.iterdir())
        files = draft_article(made, number, section or made.title, taken=taken)
    else:
        now = session.now()
        number = number or (name if parse_number(name) else next_issue(root, now))
        files = draft_issue(made, number, date=now.replace(second=0), section=section)
    paths = write_draft(root, files)
    for line in report_lines(session, text):
        click.echo(line)
    if text.secrecy:
        click.echo(session.say(N_("It bears a mark of secrecy, “{mark}”, and is kept back."), mark=text.secrecy))
    click.echo(session.say(N_("Draft: {path}"), path=paths[0]))


_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def _section_for(text: IncomingText, station: Station) -> str:
    """None where the text has the station's sections as headings; else it is an article of the first one."""
    titles = [rule.title for rule in station.sections]
    found = {_words(heading) for heading in _HEADING.findall(text.html)}
    return "" if found.intersection(titles) or not titles else titles[0]


def _words(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()


_TITLE_LENGTH = 30


def _first_words(html: str) -> str:
    """A title for a text that has none: its first line, cut."""
    first = re.search(r"<(?:p|h[1-6]|li|td|th)\b[^>]*>(.*?)</(?:p|h[1-6]|li|td|th)>", html, re.DOTALL)
    words = _words(re.sub(r"<br>.*", "", first[1], flags=re.DOTALL)) if first else ""
    return words if len(words) <= _TITLE_LENGTH else words[:_TITLE_LENGTH] + "…"
