"""`hits import`, `export`, `add-log`, `adjust`, `move`: reading and writing counts."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from bulletin.commands.hits.shared import CommandGroup, command, opened, read, write
from bulletin.commands.terminal import Group
from bulletin.core.errors import HitsError, UsageError
from bulletin.core.problems import N_
from bulletin.hits import exchange, lists
from bulletin.hits.stores.base import Batch, Count, Store, StoredRecord
from bulletin.hits.stores.identity import check_owner, claim_store
from bulletin.hits.stores.opening import has_store

_EMPTY_STORE = "sqlite:///:memory:"
"""For what only shows what it would do: looking makes no file."""
_NOT_YET = N_("Nothing was changed yet: repeat it with --apply.")


class TransferCommands(CommandGroup):
    """Commands that read or write a store without the service."""

    def add(self, group: Group) -> None:
        self._import(group)
        self._export(group)
        self._add_log(group)
        self._adjust(group)
        self._move(group)

    def _import(self, group: Group) -> None:
        _ = self._

        @group.command(
            "import",
            help=_(
                "Take over counts: a list of page and count from an old site, or what “export” wrote elsewhere. "
                "Shows what would change; with --apply it does it."
            ),
            epilog=_("Examples:\n  bulletin hits import old.csv\n  bulletin hits import old.csv --apply"),
        )
        @click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
        @click.option("--apply", is_flag=True, help=_("Do it."))
        @self._store_option
        @self._keys_option
        def import_(file: Path, apply: bool, store: str, keys: str | None) -> None:
            data = read(file)
            found = exchange.read_export(data, str(file))
            with opened(store if apply or has_store(store) else _EMPTY_STORE) as kept:
                if found is None:
                    pages = self._pages(keys)
                    check_owner(kept, pages.url)
                    self._import_list(file, lists.read_list(data, pages), kept, apply=apply)
                elif not exchange.may_import(found, kept):
                    click.echo(_("These counts are there already; nothing was changed."))
                elif apply:
                    exchange.import_export(found, kept)
                    click.echo(_("The counts are taken over."))
                else:
                    names, total = {each.page for each in found.counts}, sum(each.n for each in found.counts)
                    line = N_("{pages} pages with {total} hits go into an empty store. {nothing}")
                    click.echo(self._say(line, pages=len(names), total=total, nothing=self._(_NOT_YET)))

    def _import_list(self, file: Path, found: lists.CarriedCounts, store: Store, *, apply: bool) -> None:
        if not found.counts and not found.skipped:
            raise HitsError(N_("no line has a page and a count."), path=file)
        known = store.carried()
        fresh = tuple(count for count in found.counts if known.get(count.page, 0) != count.n)
        for each in fresh:
            change = N_("{key}: {before} → {after}")
            click.echo(self._say(change, key=each.page, before=known.get(each.page, 0), after=each.n))
        if fresh and apply:
            store.commit(Batch(command("import"), 1, put=fresh))
        for wrong in found.skipped:
            click.echo(f"{file}:{wrong.line}: {wrong.what}: {self._(wrong.why)}", err=True)
        line = self._say(N_("{pages} pages, {changed} counts changed."), pages=len(found.counts), changed=len(fresh))
        if fresh and not apply:
            line = self._say(
                N_("{pages} pages, {changed} counts to change. {nothing}"),
                pages=len(found.counts),
                changed=len(fresh),
                nothing=self._(_NOT_YET),
            )
        click.echo(line)
        if found.skipped:
            sys.exit(1)

    def _export(self, group: Group) -> None:
        _ = self._

        @group.command(
            "export",
            help=_("Write out all counts; “import” takes them into another store."),
            epilog=_("Example:\n  bulletin hits export --format json --out hits.json"),
        )
        @click.option(
            "--format",
            "form",
            type=click.Choice(["csv", "json"]),
            default="csv",
            help=_("JSON holds everything, CSV the counts by day."),
        )
        @click.option(
            "--out",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help=_("A file; else they are printed."),
        )
        @self._store_option
        @self._keys_option
        def export(form: str, out: Path | None, store: str, keys: str | None) -> None:
            pages = self._pages(keys) if form == "csv" else None
            with opened(store, must_exist=True) as kept:
                parts = exchange.csv_chunks(kept, pages) if pages else exchange.json_chunks(kept)
                if out:
                    write(out, parts)
                else:
                    for part in parts:
                        click.echo(part, nl=False)

    def _add_log(self, group: Group) -> None:
        _ = self._

        @group.command(
            "add-log",
            help=_("Count readings from access logs of nginx or Apache, for times in which the service did not count."),
            epilog=_("Example:\n  bulletin hits add-log /var/log/nginx/access.log*"),
        )
        @click.argument(
            "files", metavar="ACCESS.LOG…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
        )
        @self._store_option
        @self._keys_option
        def add_log(files: tuple[Path, ...], store: str, keys: str | None) -> None:
            from bulletin.hits.logs import LogReader, oldest_first
            from bulletin.hits.rules import Rules

            with opened(store) as kept:
                pages = self._pages(keys)
                claim_store(kept, pages.url)
                reader = LogReader(kept, pages, Rules(), self._now().isoformat(timespec="seconds"))
                for path in oldest_first(files):
                    click.echo(self._log_line(reader.read(path)))

    def _log_line(self, found: Any) -> str:
        line = self._say(
            N_("{path}: {lines} new lines, {pages} readings, {counted} counted, {live} were counted live."),
            path=found.path,
            lines=found.lines,
            pages=found.pages,
            counted=found.counted,
            live=found.live,
        )
        if found.unreadable:
            message = N_(
                "{n} readings of pages could not be read, the first in new line {line}: its time or its form is wrong."
            )
            line += " " + self._say(message, n=found.unreadable, line=found.first_unreadable)
        return line if found.complete else line + " " + self._("The file is truncated; its readable part was counted.")

    def _adjust(self, group: Group) -> None:
        _ = self._

        @group.command(
            "adjust",
            help=_("Correct a count by hand; every export contains the reason."),
            epilog=_("Example:\n  bulletin hits adjust 2014002 -120 --because “a robot on 3 May”"),
            context_settings={"ignore_unknown_options": True},
        )
        @click.argument("page", metavar="KEY")
        @click.argument("by", metavar="±N", type=int)
        @click.option("--because", metavar="WORDS", required=True, help=_("Why; it is kept for ever."))
        @self._store_option
        @self._keys_option
        def adjust(page: str, by: int, because: str, store: str, keys: str | None) -> None:
            pages = self._pages(keys)
            key = exchange.find_page(page, pages)
            if key is None:
                raise UsageError(N_("“{page}” is neither a key, nor a number, nor an address of the site."), page=page)
            with opened(store, must_exist=True) as kept:
                check_owner(kept, pages.url)
                total = kept.totals().get(key, 0)
                if total + by < 0:
                    raise UsageError(
                        N_("{key} has {total} hits; it cannot have fewer than none."), key=key, total=total
                    )
                now = self._now()
                at = now.isoformat(timespec="seconds")
                note = {"key": key, "n": by, "because": because, "at": at}
                name = f"{at} {secrets.token_hex(4)}"
                record = StoredRecord("note", name, msgspec.json.encode(note).decode())
                count = Count(key, now.date().isoformat(), "adjusted", by)
                done = kept.commit(Batch(command("adjust"), 1, add=(count,), records=(record,)))
            click.echo(self._say(N_("{key}: {before} → {after}"), key=key, before=total, after=done.totals[key]))

    def _move(self, group: Group) -> None:
        _ = self._

        @group.command(
            "move",
            help=_("Carry everything from one store into another, empty one. Stop the service first."),
            epilog=_("Example:\n  bulletin hits move sqlite:///hits.db postgresql://localhost/hits"),
        )
        @click.argument("source", metavar="FROM")
        @click.argument("target", metavar="TO")
        def move(source: str, target: str) -> None:
            with opened(source, exclusive=True) as old, opened(target, exclusive=True) as new:
                found = exchange.export_store(old)
                exchange.import_export(found, new)
                if new.totals() != {k: n for k, n in old.totals().items() if k in new.totals()} or new.check():
                    raise HitsError(N_("the copied counts differ from the originals; the old store is unchanged."))
            click.echo(
                self._say(
                    N_("Carried over: {pages} pages, {total} hits."),
                    pages=len({c.page for c in found.counts}),
                    total=sum(c.n for c in found.counts),
                )
            )
