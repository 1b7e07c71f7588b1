"""`hits top`, `hits report`: statistics."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from bulletin.commands.hits.shared import CommandGroup, check_day, counts_of, station_name, station_templates, write
from bulletin.commands.terminal import Group
from bulletin.core.problems import N_
from bulletin.hits import figures


class FigureCommands(CommandGroup):
    """Rankings and the yearly report."""

    def add(self, group: Group) -> None:
        self._top(group)
        self._report(group)

    def _top(self, group: Group) -> None:
        _ = self._

        @group.command(
            "top", help=_("Show what is read most."), epilog=_("Example:\n  bulletin hits top --since 2026-01-01")
        )
        @click.option(
            "--since",
            metavar="DATE",
            default="",
            help=_("Count from this day on; else everything, with carried-over counts."),
        )
        @click.option("--section", metavar="TITLE", default="", help=_("Only articles of this section."))
        @click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help=_("How many."))
        @click.option(
            "--format",
            "form",
            type=click.Choice(["table", "csv", "json"]),
            default="table",
            help=_("How to show them."),
        )
        @self._store_option
        @self._keys_option
        def top(since: str, section: str, limit: int, form: str, store: str, keys: str | None) -> None:
            pages = self._pages(keys)
            found = figures.sums(counts_of(store, pages), pages, check_day(since))
            lines = figures.ranking(found, pages, section, limit)
            if form == "json":
                click.echo(msgspec.json.format(msgspec.json.encode(lines)).decode())
            elif form == "csv":
                click.echo(figures.to_csv(lines), nl=False)
            else:
                self._print_table(lines)

    def _print_table(self, lines: Iterable[figures.RankedPage]) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False)
        table.add_column(self._("Readings"), justify="right")
        for name in (self._("Number"), self._("Section"), self._("Title")):
            table.add_column(name, overflow="fold")
        for each in lines:
            table.add_row(f"{each.n:,}", each.number, each.section, each.title)
        Console().print(table)

    def _report(self, group: Group) -> None:
        _ = self._

        @group.command(
            "report",
            help=_("Write a year's figures as a page that prints well."),
            epilog=_("Example:\n  bulletin hits report 2026.html --year 2026"),
        )
        @click.argument("out", metavar="OUT.html", type=click.Path(path_type=Path, dir_okay=False))
        @click.option("--year", type=click.IntRange(2000, 2999), help=_("Which year; else the current one."))
        @click.option("--title", default="", help=_("Headline; else the station's name."))
        @self._store_option
        @self._keys_option
        def report(out: Path, year: int | None, title: str, store: str, keys: str | None) -> None:
            from bulletin.hits.report import hits_report
            from bulletin.render.reports import render_report

            pages = self._pages(keys)
            today = self._now().date()
            counts, title = counts_of(store, pages), title or station_name() or pages.url
            figures_of_year = hits_report(counts, pages, year or today.year, title, today.isoformat(), _)
            write(out, [render_report("reports/hits.html", figures_of_year, station_templates(), _).encode()])
            click.echo(self._say(N_("{path} is written."), path=out))
