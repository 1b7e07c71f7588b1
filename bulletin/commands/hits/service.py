"""`hits serve`, `hits bake`, `hits doctor`: run the service, bring its numbers into the site, check its health."""

from __future__ import annotations

import sys
from typing import Any

import click

from bulletin.commands.hits.shared import TOKEN, CommandGroup, keys_path, log_line, opened
from bulletin.commands.terminal import Group, SystemClock, find_root
from bulletin.core.errors import HitsError
from bulletin.core.extras import needs_extra
from bulletin.core.hit_snapshot import MAX_CHANGED_PAGES
from bulletin.core.keys import KEYS
from bulletin.core.problems import N_
from bulletin.hits import doctor
from bulletin.hits.late import fix_ahead
from bulletin.hits.settings import Settings
from bulletin.hits.stores.opening import hide_password

_NO_PAGES_YET = N_(
    "Listening at {bind}, but {path} names no page yet, so nothing is counted. “bulletin build” writes them there; "
    "the service follows the file."
)


class ServiceCommands(CommandGroup):
    """Commands for the service."""

    def add(self, group: Group) -> None:
        self._serve(group)
        self._bake(group)
        self._doctor(group)

    def _serve(self, group: Group) -> None:
        _ = self._

        @group.command(
            "serve",
            help=_("Run the service that counts hits, until it is stopped."),
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
            help=_("A proxy whose X-Forwarded-For is trusted, e.g. 127.0.0.1."),
        )
        @click.option(
            "--origin", "origins", metavar="URL", multiple=True, help=_("Another website whose pages are counted here.")
        )
        @click.option(
            "--take-over", is_flag=True, help=_("The counts are of this station, which had another address before.")
        )
        def serve(keys: str | None, **given: Any) -> None:
            token = self._environment.get(TOKEN, "")
            self._run(Settings(keys=str(keys_path(keys)), token=token, **given))

    def _run(self, settings: Settings) -> None:
        """Count until the service is stopped."""
        with needs_extra("counter"):
            from bulletin.core.server import reserved_address
            from bulletin.hits.serve import check_settings, run_server

        with reserved_address(settings.bind):
            pages = check_settings(settings)
            line = N_("Counting {pages} pages at {bind} into {store}.") if pages else _NO_PAGES_YET
            store = hide_password(settings.store)
            click.echo(self._say(line, pages=pages, bind=settings.bind, store=store, path=settings.keys), err=True)
            run_server(settings, SystemClock(), log_line)

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
            default=MAX_CHANGED_PAGES,
            show_default=True,
            help=_("Maximum number of pages to change."),
        )
        @click.option("--root", metavar="DIR", help=_("The station's folder; else the nearest one above."))
        def bake(source: str, most: int, root: str | None) -> None:
            from bulletin.build.pipeline import build
            from bulletin.build.report import Options
            from bulletin.commands.new import service_address
            from bulletin.hits.bake import refresh_snapshot

            folder = find_root(root)
            now = self._now()
            changed = refresh_snapshot(
                folder, folder / "site" / KEYS, source or service_address(folder), now.date(), most
            )
            report = build(folder, now, Options())
            line = N_("{changed} numbers changed, {written} files written.")
            click.echo(self._say(line, changed=changed, written=report.written))

    def _doctor(self, group: Group) -> None:
        _ = self._

        @group.command("doctor", help=_("Check store, clock, disk, keys, service and proxies."))
        @click.option(
            "--service",
            metavar="URL",
            default="",
            help=_("Address of the running service, e.g. http://127.0.0.1:8790/"),
        )
        @click.option(
            "--fix",
            is_flag=True,
            help=_("Put right what was counted while the clock was ahead. Stop the service first."),
        )
        @self._store_option
        @self._keys_option
        def doctor_(service: str, fix: bool, store: str, keys: str | None) -> None:
            failed = False
            if fix:
                with opened(store, exclusive=True) as kept:
                    found = fix_ahead(kept, self._now())
                line = N_("Put right: {spans} periods of counting, {hits} hits.")
                click.echo(self._say(line, spans=len(found.spans), hits=sum(each.n for each in found.counts)))
            for finding in doctor.diagnose(store, keys_path(keys), service, self._now()):
                failed = failed or not finding.ok
                sentence = self._say.error(HitsError(finding.message, **finding.values))
                remedy = f" {self._(finding.remedy)}" if finding.remedy else ""
                click.echo(("✓ " if finding.ok else "✗ ") + sentence + remedy)
            sys.exit(1 if failed else 0)
