"""`bulletin import html`: an old website → issues, a report, and includes for the web server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.imports.includes import INCLUDES, write_includes
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.publish.shared import confirm
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.word.old_site.map_file import Layout
    from bulletin.word.old_site.page_text import OldText
    from bulletin.word.old_site.saved import SavedSite

_MAP = "map.yml"
_SHOWN = 5
"""Pages of each layout on which a map is shown."""
_COMMENTS = {
    "head": N_(
        "Where the pages of the old website have what: CSS selectors, one layout after the other. Correct them, then "
        "import again with --map."
    ),
    "files": N_("Only pages whose address ends in one of these names; empty: all."),
    "title": N_("The title."),
    "number": N_("Where an issue's number is, as in 工作简报2014002; empty: the texts have none."),
    "time": N_("Where the time of publishing is; other words may be beside it."),
    "hits": N_("Where the count is, with its label (点击, 阅读, 浏览)."),
    "section": N_("Where the column is, as in 当前位置：首页 > 站务新闻."),
    "body": N_("The text, the smallest element that holds all of it."),
}


def import_html(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "html",
        callback=_import_html,
        help=help,
        epilog=_(
            "Examples:\n  bulletin import html ~/www.example.cn\n"
            "  bulletin import html old.warc.gz --map old-site/map.yml --yes"
        ),
        params=[
            click.Argument(["source"], metavar="FOLDER|WARC", type=click.Path(path_type=Path)),
            click.Option(
                ["--map", "map_file"],
                metavar="FILE",
                type=click.Path(path_type=Path),
                help=_("The map that says where the pages have what; else one is proposed."),
            ),
            click.Option(["--yes"], is_flag=True, help=_("Do not ask.")),
            click.Option(["--draft"], is_flag=True, help=_("Keep every issue back as a draft, to be read first.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _import_html(
    session: Session,
    source: Path,
    map_file: Path | None,
    yes: bool,
    draft: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    from bulletin.core.extras import needs_extra

    with needs_extra("word"):
        import selectolax  # noqa: F401 - said here, since the workers cannot
        import trafilatura  # noqa: F401
    from bulletin.word.old_site.importing import read_texts
    from bulletin.word.old_site.saved import read_site

    folder, workers = find_root(root), jobs or processors()
    site = read_site(source)
    layouts = _read_map(map_file) if map_file else _propose(session, folder, site, workers)
    with Bar(session.say.translate, hidden=False) as bar:
        texts = read_texts(site, layouts, workers, bar)
    if not map_file:
        _show(session, texts, layouts)
        hint = session.say(
            N_("Nothing was imported yet. Look at {map}, then: {command}"),
            map=f"old-site/{_MAP}",
            command=f"bulletin import html {source} --map old-site/{_MAP} --yes",
        )
        if not confirm(session, N_("Is this right? Import the pages with this map?"), yes=yes, hint=hint):
            return
    _write(session, folder, site, texts, workers, draft=draft)


def _read_map(file: Path) -> tuple[Layout, ...]:
    from bulletin.core.errors import UsageError
    from bulletin.core.model import SourceFile
    from bulletin.read.decode import decode_text
    from bulletin.word.old_site.map_file import read_map

    if not file.is_file():
        raise UsageError(N_("there is no such file. Without --map a map is proposed."), path=file)
    text, _ = decode_text(SourceFile(str(file), file.read_bytes()))
    if text is None:
        raise UsageError(N_("the map is no text."), path=file)
    return read_map(text, str(file))


def _propose(session: Session, folder: Path, site: SavedSite, jobs: int) -> tuple[Layout, ...]:
    """Propose a map and write it down; one that is there already was perhaps corrected, and is kept beside it."""
    from bulletin.core.errors import UsageError
    from bulletin.word.old_site.folder import OLD_SITE_FOLDER, write_if_changed
    from bulletin.word.old_site.importing import survey_layouts
    from bulletin.word.old_site.map_file import write_map
    from bulletin.word.old_site.proposal import propose

    with Bar(session.say.translate, hidden=False) as bar:
        layouts = propose(survey_layouts(site, jobs, bar))
    if not layouts:
        raise UsageError(N_("no page has a text and a time that were recognised; write a map by hand."))
    comments = {name: session.say.translate(text) for name, text in _COMMENTS.items()}
    path = folder / OLD_SITE_FOLDER / _MAP
    data = write_map(layouts, comments).encode()
    if path.is_file() and path.read_bytes() != data:
        write_if_changed(path.with_name("map.old.yml"), path.read_bytes())
        click.echo(session.say(N_("The map that was there is kept as {path}."), path=f"{OLD_SITE_FOLDER}/map.old.yml"))
    write_if_changed(path, data)
    click.echo(session.say(N_("Map: {path}"), path=f"{OLD_SITE_FOLDER}/{_MAP}"))
    return layouts


def _show(session: Session, texts: dict[str, OldText | None], layouts: tuple[Layout, ...]) -> None:
    """Five pages, spread over each layout, as they will come over."""
    for layout in layouts:
        pages = [(a, text) for a, text in texts.items() if text and text.layout == layout.name]
        click.echo(session.say(N_("\n{layout}: {count} pages"), layout=layout.name, count=len(pages)))
        for address, text in pages[:: max(1, -(-len(pages) // _SHOWN))]:
            parts = (text.number, text.text.title, text.time, "" if text.hits is None else str(text.hits), text.section)
            click.echo(f"  {address}")
            click.echo("    " + " · ".join(filter(None, parts)))
            count = session.say(N_("{count} paragraphs: {begin}"), count=text.paragraphs, begin=_beginning(text))
            click.echo(f"    {count}")


def _beginning(text: OldText) -> str:
    from bulletin.word.old_site.soup import words_of

    return " ".join(words_of(text.text.html[:600]).split())[:50] + "…"


def _write(
    session: Session, folder: Path, site: SavedSite, texts: dict[str, OldText | None], jobs: int, *, draft: bool
) -> None:
    from bulletin.build.project import open_project
    from bulletin.word.old_site.folder import OLD_SITE_FOLDER, write_if_changed
    from bulletin.word.old_site.importing import hits_table, import_site
    from bulletin.word.old_site.report import report_table, report_text
    from bulletin.word.old_site.writing import (
        occupied_ids,
        read_record,
        write_imported,
    )

    station = open_project(folder).station
    record = read_record(folder)
    occupied = occupied_ids(folder, record)
    with Bar(session.say.translate, hidden=False) as bar:
        imported = import_site(site, texts, record.ids, occupied, station.url, jobs, draft=draft, progress=bar)
    rows = write_imported(folder, imported, record)
    _ = session.say.translate
    text = report_text(list(rows), site.skipped, _)
    for name, data in (
        ("report.csv", report_table(rows, _)),
        ("report.txt", text.encode("utf-8", "replace")),
        ("hits.csv", hits_table(rows)),
    ):
        write_if_changed(folder / OLD_SITE_FOLDER / name, data)
    write_includes(session, folder, jobs)
    _say_result(session, text)


_MAX_LINES = 12
"""Of the report that are printed."""


def _say_result(session: Session, text: str) -> None:
    lines = text.splitlines()
    for line in (lines[0], *lines[1:_MAX_LINES]):
        click.echo(line)
    if len(lines) > _MAX_LINES:
        click.echo(session.say(N_("… and {count} more lines."), count=len(lines) - _MAX_LINES))
    click.echo(session.say(N_("Report: {path}"), path="old-site/report.txt, old-site/report.csv"))
    click.echo(
        session.say(
            N_("Next: “bulletin check”, then “bulletin hits import {counts}”, and give {includes} to the web server."),
            counts="old-site/hits.csv",
            includes=INCLUDES,
        )
    )
