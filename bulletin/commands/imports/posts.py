"""`bulletin import wordpress`, `halo`, `hugo`, `hexo`, `jekyll`: posts become issues."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bulletin.commands.bar import Bar
from bulletin.commands.imports.includes import INCLUDES, write_includes
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.progress import Progress
    from bulletin.word.sites.issues import SitePlan, TakenOver
    from bulletin.word.sites.posts import FoundSite

_FILE, _FOLDER = "FILE.xml", "FOLDER"


def import_wordpress(session: Session, help: str) -> Command:
    return _command(session, help, "wordpress", _FILE)


def import_halo(session: Session, help: str) -> Command:
    return _command(session, help, "halo", "FOLDER|FILE.json")


def import_hugo(session: Session, help: str) -> Command:
    return _command(session, help, "hugo", _FOLDER)


def import_hexo(session: Session, help: str) -> Command:
    return _command(session, help, "hexo", _FOLDER)


def import_jekyll(session: Session, help: str) -> Command:
    return _command(session, help, "jekyll", _FOLDER)


def _command(session: Session, help: str, kind: str, metavar: str) -> Command:
    _ = session.say.translate
    return Command(
        kind,
        callback=partial(_import_posts, kind),
        help=help,
        params=[
            click.Argument(["source"], metavar=metavar, type=click.Path(path_type=Path)),
            click.Option(
                ["--by"],
                type=click.Choice(["post", "month"]),
                default="post",
                help=_("One issue for each post (so that each old address leads to its text), or for each month."),
            ),
            click.Option(["--section"], help=_("Section of the posts without a category; else the station's first.")),
            click.Option(["--dry-run"], is_flag=True, help=_("Only say what would be taken over.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _import_posts(
    session: Session,
    kind: str,
    source: Path,
    by: Literal["post", "month"],
    section: str | None,
    dry_run: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    from bulletin.core.config import read_station
    from bulletin.core.files import read_file
    from bulletin.core.station import STATION
    from bulletin.word.drafts import write_draft
    from bulletin.word.sites.issues import plan_site, read_existing

    folder = find_root(root)
    station = read_station(read_file(folder / STATION))
    first = section or next((rule.title for rule in station.sections), session.say(N_("News")))
    with Bar(session.say.translate, hidden=False) as bar:
        plan = plan_site(_read(kind, source, jobs or processors(), bar), read_existing(folder), by, first)
        for done, files in enumerate(() if dry_run else plan.files, 1):
            write_draft(folder, files)
            bar("write", done, len(plan.files))
    _report(session, plan)
    if not dry_run and write_includes(session, folder, jobs or processors()):
        click.echo(session.say(N_("Old addresses for the web server: {path}"), path=INCLUDES))


def _read(kind: str, source: Path, jobs: int, progress: Progress) -> FoundSite:
    from bulletin.core.errors import UsageError
    from bulletin.core.files import read_file
    from bulletin.word.sites.folders import picture_finder, read_site_folder
    from bulletin.word.sites.halo import read_halo
    from bulletin.word.sites.posts import MAX_SITE_BYTES
    from bulletin.word.sites.wordpress import read_wordpress

    if not source.exists():
        raise UsageError(N_("there is no such folder or file."), path=source)
    if source.is_dir():
        if kind == "wordpress":
            raise UsageError(N_("this is a folder; WordPress exports a file (工具 → 导出)."), path=source)
        return read_site_folder(source, kind, jobs, progress)
    readers = {"wordpress": read_wordpress, "halo": read_halo}
    if kind not in readers:
        raise UsageError(N_("this is a file; give the folder of the site."), path=source)
    if source.stat().st_size > MAX_SITE_BYTES:
        raise UsageError(N_("the file is larger than 64 MB; export year by year."), path=source)
    try:
        return readers[kind](read_file(source), picture_finder(source.parent), jobs, progress)
    except UsageError as error:
        raise UsageError(error.message, **{"path": source, **error.values}) from error


_OUTCOMES: dict[str, Callable[[Session, TakenOver], str]] = {
    "read": lambda session, row: session.say(N_("{path}: “{title}”"), path=row.path, title=row.title),
    "doubled": lambda session, row: session.say(
        N_("doubled: “{title}” ({origin}) is {path}"), title=row.title, origin=row.origin, path=row.path
    ),
    "there": lambda session, row: session.say(N_("there already: “{title}”, {path}"), title=row.title, path=row.path),
}


def _report(session: Session, plan: SitePlan) -> None:
    say = session.say
    for row in plan.taken:
        click.echo(_OUTCOMES[row.outcome](session, row))
        if row.held_back:
            click.echo("  " + say(N_("a draft: {reason}"), reason=say(row.held_back, code=row.code)))
        for left in row.left_out:
            click.echo("  " + say(N_("left out, or not here: {text}"), text=left))
        for address in row.unkept:
            click.echo("  " + say(N_("leads nowhere yet: {address}; add it to index.md"), address=address))
    for skipped in plan.skipped:
        reason, title = say(skipped.reason), skipped.title
        click.echo(
            say(N_("skipped: “{title}” ({origin}): {reason}"), title=title, origin=skipped.origin, reason=reason)
        )
    count = {each: sum(row.outcome == each for row in plan.taken) for each in _OUTCOMES}
    click.echo(
        say(
            N_("Read: {read}; there already: {there}; doubled: {doubled}; skipped: {skipped}."),
            **count,
            skipped=len(plan.skipped),
        )
    )
