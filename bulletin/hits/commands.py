"""`bulletin hits …`: the commands of the counter. Loaded when one of them is used."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from bulletin.baked import MOST
from bulletin.errors import HitsError, UsageError
from bulletin.hits import catalogue, doctor, exchange, figures
from bulletin.hits.stores.base import Batch, Count, Record, Store
from bulletin.hits.stores.opening import hide_password, open_store
from bulletin.keys import KEYS
from bulletin.problems import N_
from bulletin.terminal import Group, Say, SystemClock, find_root

Translate = Callable[[str], str]

STORE = "sqlite:///hits.db"
"""Where counts are kept when nothing is said: a file in the folder that the command is run in."""

TOKEN, STORE_VARIABLE = "BULLETIN_HITS_TOKEN", "BULLETIN_HITS_STORE"
"""Secrets come from the environment: a command line can be read by everybody on the machine."""


def add_commands(group: Group, _: Translate, now: Callable[[], datetime], environment: Mapping[str, str]) -> None:
    """Add every command to the group, described in the reader's language."""
    _Commands(_, now, environment).add(group)


class _Commands:
    def __init__(self, translate: Translate, now: Callable[[], datetime], environment: Mapping[str, str]) -> None:
        self._ = translate
        self._say = Say(translate)
        self._now = now
        self._environment = environment

    def add(self, group: Group) -> None:
        for add in (
            self._serve,
            self._bake,
            self._top,
            self._report,
            self._import,
            self._export,
            self._add_log,
            self._adjust,
            self._move,
            self._doctor,
        ):
            add(group)

    # ── options that several have

    @property
    def _store_option(self) -> Callable[..., Any]:
        words = self._("Where the counts are: sqlite:///FILE, postgresql://… or redis://…; else what {variable} says.")
        default = self._environment.get(STORE_VARIABLE, STORE)
        return click.option("--store", metavar="URL", default=default, help=words.format(variable=STORE_VARIABLE))

    @property
    def _keys_option(self) -> Callable[..., Any]:
        words = self._("The list of keys that the build wrote; else the one in the station's site.")
        return click.option("--keys", metavar="FILE", help=words)

    def _pages(self, keys: str | None) -> catalogue.Catalogue:
        return catalogue.load(keys_path(keys))

    # ── the service

    def _serve(self, group: Group) -> None:
        _ = self._

        @group.command(
            "serve",
            help=_("Count: the service that the pages ask. It runs until it is stopped."),
            epilog=_(
                "Examples:\n  bulletin hits serve\n"
                "  bulletin hits serve --store sqlite:////var/lib/bulletin/hits.db --proxy 127.0.0.1"
            ),
        )
        @click.option(
            "--bind",
            metavar="HOST:PORT",
            default="127.0.0.1:8790",
            show_default=True,
            help=_("Where to listen, or unix:FILE."),
        )
        @self._store_option
        @self._keys_option
        @click.option(
            "--workers",
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            help=_("Processes; SQLite serves one."),
        )
        @click.option(
            "--proxy",
            "proxies",
            metavar="NET",
            multiple=True,
            help=_("A proxy that is believed who the reader is, e.g. 127.0.0.1."),
        )
        @click.option(
            "--origin", "origins", metavar="URL", multiple=True, help=_("Another website whose pages are counted here.")
        )
        def serve(
            bind: str, store: str, keys: str | None, workers: int, proxies: tuple[str, ...], origins: tuple[str, ...]
        ) -> None:
            from bulletin.hits.serve import serve
            from bulletin.hits.settings import Settings

            path = keys_path(keys)
            token = self._environment.get(TOKEN, "")
            settings = Settings(store, str(path), bind, workers, proxies, origins, token)
            click.echo(
                self._say(N_("Counting at {bind} into {store}."), bind=bind, store=hide_password(store)), err=True
            )
            serve(settings, SystemClock(), say_line)

    # ── into the site

    def _bake(self, group: Group) -> None:
        _ = self._

        @group.command(
            "bake",
            help=_("Bring the numbers into the site and build it. Only pages whose number is 5 % behind are written."),
            epilog=_("Examples:\n  bulletin hits bake\n  bulletin hits bake http://127.0.0.1:8790/"),
        )
        @click.argument("source", metavar="[URL]", default="")
        @click.option(
            "--most",
            type=click.IntRange(1, 1_000_000),
            default=MOST,
            show_default=True,
            help=_("Pages to change at most."),
        )
        @click.option("--root", metavar="DIR", help=_("The station's folder; else the nearest one above."))
        def bake(source: str, most: int, root: str | None) -> None:
            from bulletin.build import build
            from bulletin.hits.bake import bake
            from bulletin.new import service_address
            from bulletin.report import Options

            folder = find_root(root)
            now = self._now()
            changed = bake(folder, folder / "site" / KEYS, source or service_address(folder), now.date(), most)
            report = build(folder, now, Options())
            line = N_("{changed} numbers changed, {written} files written.")
            click.echo(self._say(line, changed=changed, written=report.written))

    # ── figures

    def _top(self, group: Group) -> None:
        _ = self._

        @group.command(
            "top", help=_("Show what is read most."), epilog=_("Example:\n  bulletin hits top --since 2026-01-01")
        )
        @click.option(
            "--since",
            metavar="DATE",
            default="",
            help=_("Count from this day on; else everything, with what was carried over."),
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
            found = figures.sums(counts_of(store), pages, check_day(since))
            lines = figures.ranking(found, pages, section, limit)
            if form == "json":
                click.echo(msgspec.json.format(msgspec.json.encode(lines)).decode())
            elif form == "csv":
                click.echo(figures.to_csv(lines), nl=False)
            else:
                self._print_table(lines)

    def _print_table(self, lines: Iterable[figures.Line]) -> None:
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
        @click.option("--year", type=click.IntRange(2000, 2999), help=_("Which year; else the one that is running."))
        @click.option("--title", default="", help=_("Headline; else the address of the site."))
        @self._store_option
        @self._keys_option
        def report(out: Path, year: int | None, title: str, store: str, keys: str | None) -> None:
            from bulletin.hits.report import report

            pages = self._pages(keys)
            today = self._now().date()
            text = report(counts_of(store), pages, year or today.year, title or pages.url, today.isoformat(), _)
            write(out, text.encode())
            click.echo(self._say(N_("{path} is written."), path=out))

    # ── in and out

    def _import(self, group: Group) -> None:
        _ = self._

        @group.command(
            "import",
            help=_("Take over counts: a list of page and count from an old site, or what “export” wrote elsewhere."),
            epilog=_("Example:\n  bulletin hits import old.csv"),
        )
        @click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
        @self._store_option
        @self._keys_option
        def import_(file: Path, store: str, keys: str | None) -> None:
            data = read(file)
            found = exchange.read_everything(data, str(file))
            with opened(store) as kept:
                if found is not None:
                    changed = exchange.put_in(found, kept)
                    click.echo(
                        _("The counts are taken over.")
                        if changed
                        else _("These counts are there already; nothing was changed.")
                    )
                else:
                    self._import_list(file, data, kept, self._pages(keys))

    def _import_list(self, file: Path, data: bytes, store: Store, pages: catalogue.Catalogue) -> None:
        counts, wrong = exchange.read_list(data, pages)
        known = {count.page: count.n for count in store.counts() if count.origin == "carried"}
        fresh = tuple(count for count in counts if known.get(count.page, 0) != count.n)
        if fresh:
            store.commit(Batch(command("import"), 1, put=fresh))
        for each in wrong:
            click.echo(f"{file}:{each.line}: {each.what}: {self._(each.why)}", err=True)
        click.echo(self._say(N_("{pages} pages, {changed} counts changed."), pages=len(counts), changed=len(fresh)))
        if wrong:
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
            with opened(store) as kept:
                found = exchange.everything(kept)
            data = exchange.to_json(found) if form == "json" else exchange.to_csv(found, self._pages(keys)).encode()
            if out:
                write(out, data)
            else:
                click.echo(data, nl=False)

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
            from bulletin.hits.logs import LogReader, in_order
            from bulletin.hits.rules import Rules

            with opened(store) as kept:
                reader = LogReader(kept, self._pages(keys), Rules(), self._now().isoformat(timespec="seconds"))
                for path in in_order(files):
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
        return line if found.whole else line + " " + self._("The file ends too early; what was there is counted.")

    def _adjust(self, group: Group) -> None:
        _ = self._

        @group.command(
            "adjust",
            help=_("Correct a count by hand; who asks later finds the reason in every export."),
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
            with opened(store) as kept:
                total = kept.totals().get(key, 0)
                if total + by < 0:
                    raise UsageError(
                        N_("{key} has {total} hits; it cannot have fewer than none."), key=key, total=total
                    )
                now = self._now()
                at = now.isoformat(timespec="seconds")
                note = {"key": key, "n": by, "because": because, "at": at}
                name = f"{at} {secrets.token_hex(4)}"
                record = Record("note", name, msgspec.json.encode(note).decode())
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
            with opened(source, alone=True) as old, opened(target, alone=True) as new:
                found = exchange.everything(old)
                exchange.put_in(found, new)
                if new.totals() != {k: n for k, n in old.totals().items() if k in new.totals()} or new.check():
                    raise HitsError(N_("the counts did not arrive as they were; the old store is untouched."))
            click.echo(
                self._say(
                    N_("Carried over: {pages} pages, {total} hits."),
                    pages=len({c.page for c in found.counts}),
                    total=sum(c.n for c in found.counts),
                )
            )

    # ── is it well

    def _doctor(self, group: Group) -> None:
        _ = self._

        @group.command("doctor", help=_("Look whether everything is well: store, clock, disk, keys, service, proxies."))
        @click.option(
            "--service",
            metavar="URL",
            default="",
            help=_("Address of the running service, e.g. http://127.0.0.1:8790/"),
        )
        @self._store_option
        @self._keys_option
        def doctor_(service: str, store: str, keys: str | None) -> None:
            ill = False
            for finding in doctor.examine(store, keys_path(keys), service, self._now()):
                ill = ill or not finding.fine
                place = f"{finding.values['path']}: " if "path" in finding.values else ""
                click.echo(("✓ " if finding.fine else "✗ ") + place + self._say(finding.message, **finding.values))
            sys.exit(1 if ill else 0)


# ── helpers without words


def keys_path(given: str | None) -> Path:
    """The list of keys that was named, else that of the station whose folder this is."""
    return Path(given) if given else find_root(None) / "site" / KEYS


class opened:
    """A store for the length of a block."""

    def __init__(self, url: str, *, alone: bool = False) -> None:
        self._url, self._alone = url, alone

    def __enter__(self) -> Store:
        self._store = open_store(self._url, alone=self._alone)
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def counts_of(store: str) -> tuple[Count, ...]:
    with opened(store) as kept:
        return tuple(kept.counts())


def command(name: str) -> str:
    """Id of one run of a command."""
    return f"{name}-{secrets.token_hex(6)}"


def check_day(text: str) -> str:
    """A day as ``YYYY-MM-DD``, or nothing. Raises `UsageError`."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UsageError(N_("“{day}” is no day. Write it like 2026-01-31."), day=text) from None


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HitsError(N_("the file cannot be read: {reason}."), path=path, reason=error.strerror or error) from None


def write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise HitsError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or error) from None


def say_line(line: str) -> None:
    """The service's log: one line, on standard error, which systemd keeps."""
    print(line, file=sys.stderr, flush=True)
