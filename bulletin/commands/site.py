"""`bulletin build`, `serve`: the website. A build with nothing to do loads next to nothing (build/changes.py)."""

from __future__ import annotations

import gc
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import closing_line, exit_code, file_notes, gate_lines, print_in_brief, report_json
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from datetime import datetime

    from bulletin.build.pipeline import Agree
    from bulletin.build.report import Options, Report
    from bulletin.read.scan import Scan

_GC_THRESHOLD = 100_000
"""Allocations before Python looks for reference cycles, instead of 700: nearly all that a build makes lives to its end,
and looking in vain takes a tenth of its time."""

# ── build


def build(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "build",
        callback=_build,
        help=help,
        epilog=_(
            "Examples:\n  bulletin build\n  bulletin build --out /srv/www --quiet\n"
            "  bulletin build --clean --foreign\n  bulletin build --out /srv/old-site --adopt"
        ),
        params=_build_options(_),
    )


def _build_options(_: Translate) -> list[click.Parameter]:
    return [
        click.Option(["--out"], metavar="DIR", default="", help=_("Another folder for the site.")),
        click.Option(
            ["--clean"], is_flag=True, help=_("Build everything from scratch; use nothing from earlier builds.")
        ),
        click.Option(["--foreign"], is_flag=True, help=_("With --clean: remove the files that were not built here.")),
        click.Option(
            ["--adopt"],
            is_flag=True,
            help=_("Take over a folder with other files, after naming what is overwritten; the others stay."),
        ),
        click.Option(["--yes"], is_flag=True, help=_("Do not ask, the answer is yes.")),
        click.Option(["--drafts"], is_flag=True, help=_("With drafts and issues whose time has not come.")),
        click.Option(
            ["--hits"],
            metavar="URL",
            default="",
            help=_("With the numbers of this counter: its address, or that of its store."),
        ),
        jobs_option(_),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Report as JSON.")),
        click.Option(["--quiet"], is_flag=True, help=_("Say nothing but problems.")),
        click.Option(["--no-check"], is_flag=True, help=_("Do not read the texts by the rules of “check”.")),
        root_option(_),
    ]


@click.pass_obj
def _build(
    session: Session,
    out: str,
    clean: bool,
    foreign: bool,
    adopt: bool,
    yes: bool,
    drafts: bool,
    hits: str,
    jobs: int | None,
    as_json: bool,
    quiet: bool,
    no_check: bool,
    root: str | None,
) -> None:
    from bulletin.build.report import Options

    folder = find_root(root)
    if foreign and not clean:
        raise UsageError(N_("--foreign goes with --clean, which lists the files that it removes."))
    if hits:
        _refresh_hits(session, folder, out, hits)
    site = str(Path(out).absolute()) if out else ""
    options = Options(site, clean, drafts, adopt, jobs or processors(), let_go=yes, check=not no_check)
    began = time.perf_counter()
    agree = partial(_agree, session, yes=yes)
    report = _built(session, folder, options, agree, hidden=quiet or as_json)
    seconds = time.perf_counter() - began
    if as_json:
        click.echo(report_json(report, seconds, session.say.translate))
    else:
        print_in_brief(session, report.problems, folder)
        if not quiet:
            click.echo(closing_line(report, seconds, session.say.translate))
    for line in file_notes(report, session.say.translate, removed=foreign):
        click.echo(line, err=True)
    if foreign and report.foreign:
        from bulletin.build.pipeline import remove_foreign

        remove_foreign(folder, options, report.foreign)
    if not as_json and not drafts:  # nothing was published
        for line in gate_lines(report, session.say.translate):  # last of all
            click.echo(line)
    sys.exit(1 if report.held else exit_code(report.problems))


def _agree(session: Session, paths: tuple[str, ...], *, yes: bool) -> bool:
    """Name what is overwritten in a folder that is taken over, and ask; without a terminal the answer is no."""
    if paths:
        click.echo(session.say(N_("These files are overwritten:")), err=True)
        for path in paths:
            click.echo(f"  {path}", err=True)
    else:
        click.echo(session.say(N_("No file is overwritten.")), err=True)
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo(session.say(N_("Add --yes to take the folder over.")), err=True)
        return False
    return click.confirm(session.say(N_("Take the folder over?")), err=True)


def _built(session: Session, root: Path, options: Options, agree: Agree, *, hidden: bool) -> Report:
    """Build; the last build's report where there is nothing to do."""
    from bulletin.build.changes import last_report, scan_project

    now = session.now()
    scan = scan_project(root)
    report = last_report(root, now, options, scan)
    if report is None:
        gc.set_threshold(_GC_THRESHOLD)
        report = _build_or_ask(session, root, now, options, scan, agree, hidden=hidden)
    return report


def _build_or_ask(
    session: Session, root: Path, now: datetime, options: Options, scan: Scan, agree: Agree, *, hidden: bool
) -> Report:
    """Ask at the terminal whether many issues are meant to go; without one the answer is no."""
    from bulletin.build.early import early_worker
    from bulletin.core.errors import IssuesGone

    try:
        with early_worker() as early:
            from bulletin.build.pipeline import build  # takes 0.1 s

            with Bar(session.say.translate, hidden) as bar:
                return build(root, now, options, bar, scan=scan, agree=agree, early=early)
    except IssuesGone as error:
        if not sys.stdin.isatty():
            raise
        click.echo(session.say.error(error), err=True)
        if not click.confirm(session.say(N_("Let their pages go?")), default=False, err=True):
            sys.exit(error.exit_code)
    import msgspec

    with Bar(session.say.translate, hidden) as bar:
        return build(root, now, msgspec.structs.replace(options, let_go=True), bar, scan=scan, agree=agree)


def _refresh_hits(session: Session, root: Path, out: str, source: str) -> None:
    """Refresh the numbers for the build; a counter that does not answer is reported, and the build goes on."""
    from bulletin.core.errors import HitsError
    from bulletin.core.keys import KEYS
    from bulletin.hits.bake import refresh_snapshot

    try:
        refresh_snapshot(root, (Path(out) if out else root / "site") / KEYS, source, session.now().date())
    except HitsError as error:
        click.echo(session.say.error(error), err=True)
        click.echo(session.say(N_("The pages keep the numbers that they have.")), err=True)


# ── serve


def serve(session: Session, help: str) -> Command:
    _ = session.say.translate
    port = click.IntRange(1, 65535)
    return Command(
        "serve",
        callback=_serve,
        help=help,
        epilog=_("Examples:\n  bulletin serve --open\n  bulletin serve --port 8000"),
        params=[
            click.Option(["--port"], type=port, default=5500, show_default=True, help=_("Port on this computer.")),
            click.Option(["--open", "open_page"], is_flag=True, help=_("Open the site in the browser.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _serve(session: Session, port: int, open_page: bool, root: str | None) -> None:
    from bulletin.preview.server import serve_preview

    gc.set_threshold(_GC_THRESHOLD)
    serve_preview(
        find_root(root),
        port,
        open_page=open_page,
        jobs=processors(),
        clock=session.now,
        translate=session.say.translate,
        echo=click.echo,
    )
