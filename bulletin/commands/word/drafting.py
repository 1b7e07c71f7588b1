"""What `bulletin word in` and `paste` share: a text that came in is written as a draft, and reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from bulletin.commands.terminal import Session
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
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
        raise UsageError(_SECRET, mark=text.secrecy)
    titles = [rule.title for rule in read_own_station(root).sections]
    wanted = section
    section = section or _section_for(text, titles)
    made = text if text.title else _titled(text, titles)
    number = typed_number(number) if number else None
    folder = root / "content" / "issues" / (number or "")
    files: DraftFiles
    if number and (folder / "index.md").is_file():
        taken = tuple(each.name for each in folder.iterdir())
        files = draft_article(made, number, section or made.title or titles[0], taken=taken)
    else:
        now = session.now()
        number = number or (name if parse_number(name) else next_issue(root, now))
        files = draft_issue(made, number, date=now.replace(second=0), section=section)
    paths = write_draft(root, files, taken=_TAKEN)
    for line in report_lines(session, text):
        click.echo(line)
    if wanted and titles and wanted not in titles:
        click.echo(_unknown_section(session, wanted, titles))
    if text.secrecy:
        click.echo(session.say(N_("It bears a mark of secrecy, “{mark}”, and is kept back."), mark=text.secrecy))
    click.echo(session.say(N_("Draft: {path}"), path=paths[0]))


_SECRET = N_(
    "the text bears a mark of secrecy, “{mark}”: no draft was made. With --keep there is one, which is never published."
)
_TAKEN = N_("this is there already; nothing was written. Give another number with --number, or move this away first.")


def _unknown_section(session: Session, name: str, titles: Sequence[str]) -> str:
    """It is a section all the same, since station.yml need not name them all."""
    from bulletin.core.nearest import nearest

    if guess := nearest(name, titles):
        return session.say(
            N_("station.yml has no section “{name}”; the draft has it all the same. Did you mean “{guess}”?"),
            name=name,
            guess=guess,
        )
    return session.say(
        N_("station.yml has no section “{name}”; the draft has it all the same. There are: {names}."),
        name=name,
        names="、".join(titles),
    )


_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def _section_for(text: IncomingText, titles: Sequence[str]) -> str:
    """None where the text has the station's sections as headings; else it is an article of the first one."""
    found = {_words(heading) for heading in _HEADING.findall(text.html)}
    return "" if found.intersection(titles) or not titles else titles[0]


def _words(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()


_TITLE_LENGTH = 30
_FIRST_LINE = re.compile(r"<(?P<tag>p|h[1-6]|li|td|th)\b[^>]*>(?P<inner>.*?)</(?P=tag)>", re.DOTALL)
_PLAIN_LINE = re.compile(r"<(?P<tag>p|h[1-6])>(?:[^<]|</?(?:strong|em|u)>)*</(?P=tag)>")


def _titled(text: IncomingText, sections: Sequence[str]) -> IncomingText:
    """With its first line for a title, cut; a line that becomes the title as a whole is no part of the text any more.

    A section's name is no title. A heading among others of its level stays, and so does the only line of a text.
    """
    first = _FIRST_LINE.search(text.html)
    words = _words(re.sub(r"<br>.*", "", first["inner"], flags=re.DOTALL)) if first else ""
    if not first or not words or words in sections:
        return text
    if len(words) > _TITLE_LENGTH:
        return replace(text, title=words[:_TITLE_LENGTH] + "…")
    line = _PLAIN_LINE.match(text.html)
    is_alone = line is not None and (line["tag"] == "p" or text.html.count(f"<{line['tag']}") == 1)
    rest = text.html[line.end() :].strip() if line and is_alone else ""
    return replace(text, title=words, html=rest or text.html)
