"""The commands: the only place that prints, exits, or asks the clock and the environment.

Each command imports what it needs when it runs, so that ``bulletin --help`` is quick.
"""

from __future__ import annotations

import gc
import gettext
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulletin import __version__
from bulletin.errors import UsageError
from bulletin.i18n import DOMAIN, LOCALE, N_, language_of, translations
from bulletin.terminal import Group, LateGroup, Say, find_root, now

if TYPE_CHECKING:
    from bulletin.check.findings import Silenced
    from bulletin.problems import Problem
    from bulletin.report import Options, Report

EXIT_FINE, EXIT_PROBLEMS, EXIT_WRONG = 0, 1, 2

CLICK_WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("default: {default}"),
    N_("required"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("No such option: {name}"),  # before click 8.4
    gettext.ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
    gettext.ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    gettext.ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1),
    N_("Option {name!r} does not take a value."),
    gettext.ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{editor}: Editing failed"),
    N_("{editor}: Editing failed: {e}"),
    N_("Aborted!"),
)
"""What click says by itself; named here so that the catalogue holds it."""


SYSTEM_WORDS = (
    N_("Permission denied"),
    N_("No such file or directory"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File name too long"),
    N_("File exists"),
    N_("Input/output error"),
    N_("Disk quota exceeded"),
)
"""What the operating system says when it does not let us; reasons of errors are looked up in the catalogue."""


def main() -> None:
    """Find the language, then run the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Windows console in an old code page must not raise
    language = language_of(os.environ, _system_language())
    os.environ["LANGUAGE"] = "zh_CN" if language.lower().startswith("zh") else "en"
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    _commands(translations(language).gettext)(prog_name="bulletin")


def _system_language() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")


def _commands(_: Callable[[str], str]) -> click.Group:
    """All commands, described in the reader's language."""
    say = Say(_)

    @click.group(
        cls=Group,
        help=_("Work bulletins of small public offices: written in Markdown, checked, made into a website."),
        epilog=_("Begin like this:\n  bulletin init mystation\n  cd mystation\n  bulletin serve --open"),
        context_settings={"help_option_names": ["-h", "--help"], "obj": say, "max_content_width": 100},
    )
    @click.version_option(__version__, message="%(prog)s %(version)s")
    def bulletin() -> None:
        pass

    root = click.option("--root", metavar="DIR", help=_("The station's folder; else the nearest one above."))
    jobs = click.option("--jobs", type=click.IntRange(1, 64), help=_("Processes that work at the same time."))

    @bulletin.command(
        help=_("Make a station: a folder with everything that is needed, to fill in."),
        epilog=_("Example:\n  bulletin init mystation"),
    )
    @click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
    def init(folder: Path) -> None:
        from bulletin.new import make_station

        language = "zh_CN" if os.environ["LANGUAGE"] == "zh_CN" else "en"
        made = make_station(folder, language, now())
        for path in made:
            click.echo(f"  {path}")
        click.echo(say(N_("The station is ready in {folder}. Next:"), folder=folder))
        click.echo(say(N_("  1. Open content/station.yml and write in your office's name and address.")))
        click.echo(f"  2. cd {folder}")
        click.echo("  3. bulletin serve --open")

    @bulletin.command(
        help=_("Begin the next issue: the station's sections as headings, kept back as a draft."),
        epilog=_("Examples:\n  bulletin new\n  bulletin new 2014003 --edit"),
    )
    @click.argument("number", required=False)
    @click.option("--edit", is_flag=True, help=_("Open it at once."))
    @root
    def new(number: str | None, edit: bool, root: str | None) -> None:
        from bulletin.new import make_issue

        folder = find_root(root)
        path = make_issue(folder, number, now(), _)
        click.echo(
            say(N_("{path} is ready to be written. It is a draft until you delete the line “draft: true”."), path=path)
        )
        if edit:
            _open_file(folder / path)

    @bulletin.command(
        help=_("Build the website into the folder “site”. Only what changed is written."),
        epilog=_("Examples:\n  bulletin build\n  bulletin build --out /srv/www --quiet\n  bulletin build --clean"),
    )
    @click.option("--out", metavar="DIR", default="", help=_("Another folder for the site."))
    @click.option("--clean", is_flag=True, help=_("Make everything anew, trusting nothing that was made before."))
    @click.option("--drafts", is_flag=True, help=_("With drafts and issues whose time has not come."))
    @click.option(
        "--hits",
        metavar="URL",
        default="",
        help=_("With the numbers of this counter: its address, or that of its store."),
    )
    @jobs
    @click.option("--json", "as_json", is_flag=True, help=_("Report as JSON."))
    @click.option("--quiet", is_flag=True, help=_("Say nothing but problems."))
    @click.option("--no-check", is_flag=True, help=_("Do not read the texts by the rules of “check”."))
    @root
    def build(
        out: str,
        clean: bool,
        drafts: bool,
        hits: str,
        jobs: int | None,
        as_json: bool,
        quiet: bool,
        no_check: bool,
        root: str | None,
    ) -> None:
        from bulletin.report import Options
        from bulletin.unchanged import look, unchanged

        folder = find_root(root)
        if hits:
            _bake(folder, out, hits, say)

        options = Options(str(Path(out).absolute()) if out else "", clean, drafts, jobs or _processors())
        began = time.perf_counter()
        at = now()
        seen = look(folder, at, options)
        report = again = unchanged(folder, at, options, seen)
        if report is None:
            from bulletin.build import build

            gc.set_threshold(GARBAGE)
            with _Bar(_, quiet or as_json) as bar:
                report = build(folder, at, options, bar, seen=seen)
        if not no_check:
            report = _with_findings(report, folder, options, again=again is not None)
        seconds = time.perf_counter() - began
        if as_json:
            click.echo(_report_json(report, seconds, _))
        else:
            _report(report.problems, "text", None, folder, _)
            if not quiet:
                click.echo(closing_line(report, seconds, _))
        sys.exit(exit_code(report.problems))

    @bulletin.command(
        help=_("Show the site as you write: every time you save, the open page follows. Drafts are shown and marked."),
        epilog=_("Examples:\n  bulletin serve --open\n  bulletin serve --port 8000"),
    )
    @click.option(
        "--port", type=click.IntRange(1, 65535), default=5500, show_default=True, help=_("Port on this computer.")
    )
    @click.option("--open", "open_page", is_flag=True, help=_("Open the site in the browser."))
    @root
    def serve(port: int, open_page: bool, root: str | None) -> None:
        from bulletin.serve import serve

        serve(find_root(root), port, open_page=open_page, jobs=_processors(), clock=now, translate=_, echo=click.echo)

    @bulletin.command(
        help=_("Find all that is wrong in the texts and in the archive, without building."),
        epilog=_(
            "Examples:\n  bulletin check\n  bulletin check --fix --diff\n"
            "  bulletin check --format html --out report.html\n  bulletin check --explain P101"
        ),
    )
    @click.option("--format", "form", type=click.Choice(FORMATS), default="text", help=_("How to report."))
    @click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help=_("Write the report into a file."))
    @click.option("--strict", is_flag=True, help=_("End with 1 for notices too."))
    @click.option("--external", is_flag=True, help=_("Ask other websites whether the links to them still work."))
    @click.option("--ignored", is_flag=True, help=_("List what comments in the texts silence, and why."))
    @click.option("--explain", metavar="CODE", help=_("Say what a code means, with examples."))
    @click.option("--fix", is_flag=True, help=_("Mend what needs no judgement; a copy of each file is kept."))
    @click.option("--diff", is_flag=True, help=_("Show what --fix would do, and do nothing."))
    @click.option("--titles", is_flag=True, help=_("With --fix: mark lines that stand alone like titles."))
    @jobs
    @root
    def check(
        form: str,
        out: Path | None,
        strict: bool,
        external: bool,
        ignored: bool,
        explain: str | None,
        fix: bool,
        diff: bool,
        titles: bool,
        jobs: int | None,
        root: str | None,
    ) -> None:
        if explain:
            from bulletin.check.lessons import explain as teach

            click.echo(teach(explain, _))
            return
        folder = find_root(root)
        if fix or diff:
            _mend(folder, titles, diff, say)
            return

        from bulletin.check.findings import findings_again
        from bulletin.report import Options

        options = Options(jobs=jobs or _processors())
        found = None if external else findings_again(folder, now(), options)
        if found is None:
            from bulletin.check.examine import examine
            from bulletin.check.external import External, public_transport

            with _Bar(_, form != "text") as bar:
                asking = External(public_transport, bar) if external else None
                found = examine(folder, now(), options, bar, asking)
        if ignored:
            _print_silenced(found.silenced, _)
            return
        _report(found.problems, form, out, folder, _)
        if form == "text" and not out:
            click.echo(summary_line(found.problems, found.issues, _))
        sys.exit(exit_code(found.problems, strict=strict))

    @bulletin.command(
        help=_("Record that somebody has read an issue before it goes out, or write the register of all reviews."),
        epilog=_(
            "Examples:\n  bulletin review 2014002 --as first --by 李桂芳\n  bulletin review --register register.html"
        ),
    )
    @click.argument("number", required=False)
    @click.option("--as", "role", metavar="ROLE", help=_("first, second or final."))
    @click.option("--by", "by", metavar="NAME", help=_("Who has read it."))
    @click.option("--register", metavar="FILE", type=click.Path(path_type=Path), help=_("An .html or .csv file."))
    @jobs
    @root
    def review(
        number: str | None, role: str | None, by: str | None, register: Path | None, jobs: int | None, root: str | None
    ) -> None:
        from bulletin.check.reviewing import record_review, write_register
        from bulletin.check.reviews import ROLES

        folder = find_root(root)
        if register:
            count = write_register(folder, register, now(), jobs or _processors(), _)
            click.echo(say(N_("{path}: {count} reviews."), path=register, count=count))
        elif number and role and by:
            made = record_review(folder, number, role, by, now(), jobs or _processors())
            words = N_("{number}: {role} by {by}, {date}. It holds until the text is changed.")
            click.echo(say(words, number=made.number, role=_(ROLES[made.role]), by=made.by, date=made.date))
        else:
            raise UsageError(N_("a review needs a number, --as and --by; a register, --register."))

    @bulletin.command(
        help=_("Set how many people stay at the station today, or show what is set."),
        epilog=_("Examples:\n  bulletin today 23\n  bulletin today 23 --remote\n  bulletin today"),
    )
    @click.argument("count", required=False, type=click.IntRange(0, 100_000))
    @click.option("--remote", is_flag=True, help=_("Set it on the website at once, through the counter's service."))
    @root
    def today(count: int | None, remote: bool, root: str | None) -> None:
        from bulletin.new import read_figure, set_figure

        folder = find_root(root)
        if remote:
            _set_remote(folder, count)
        if count is not None:
            set_figure(folder, count, now())
        figure = read_figure(folder)
        if figure is None:
            click.echo(say(N_("No figure is set. Set one like this: bulletin today 23")))
        else:
            click.echo(say(N_("At the station on {date}: {count}"), date=figure.date, count=figure.count))

    bulletin.add_command(_hits(_))
    return bulletin


def _hits(_: Callable[[str], str]) -> LateGroup:
    """The counter's commands; loading them takes longer than most commands run."""

    def load(group: LateGroup) -> None:
        from bulletin.hits.commands import add_commands

        add_commands(group, _, lambda: now(), os.environ)

    return LateGroup(
        "hits", load=load, help=_("Count how often pages are read: the service behind 点击, and its figures.")
    )


def _bake(root: Path, out: str, source: str, say: Say) -> None:
    """Numbers for the build; a counter that does not answer is said, and no reason to have no site."""
    from bulletin.errors import HitsError
    from bulletin.hits.bake import bake
    from bulletin.keys import KEYS

    try:
        bake(root, (Path(out) if out else root / "site") / KEYS, source, now().date())
    except HitsError as error:
        click.echo(say.error(error), err=True)
        click.echo(say(N_("The pages keep the numbers that they have.")), err=True)


def _set_remote(folder: Path, count: int | None) -> None:
    from bulletin.hits.remote import set_today
    from bulletin.new import service_address

    if count is None:
        raise UsageError(N_("say how many: bulletin today 23 --remote"))
    set_today(service_address(folder), count, os.environ.get("BULLETIN_HITS_TOKEN", ""))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _open_file(path: Path) -> None:
    """In the editor that the environment names, else in the program that the system has for such files."""
    if os.environ.get("VISUAL") or os.environ.get("EDITOR"):
        click.edit(filename=str(path))
    else:
        click.launch(str(path))


# ── what is printed


def exit_code(problems: Iterable[Problem], *, strict: bool = False) -> int:
    """1 when something must be mended; a notice alone is not that, unless one is strict."""
    return EXIT_PROBLEMS if any(strict or p.severity != "notice" for p in problems) else EXIT_FINE


GARBAGE = 100_000
"""Objects after which Python looks for circles among them, instead of 700: a build makes many that stay, and it looks
in vain, for a tenth of its time (see docs/bench.md)."""

FORMATS = ("text", "json", "github", "sarif", "html")

COLOURS = {"error": "red", "warning": "yellow", "notice": "cyan", "path": "bright_black", "mark": "red"}


def _with_findings(report: Report, root: Path, options: Options, *, again: bool) -> Report:
    """What the build says, with what the rules find in the texts; as the last time, where it did nothing ``again``."""
    import msgspec

    from bulletin.check.findings import built_key, keep, kept
    from bulletin.problems import Problem

    key = built_key(root, options)
    found = kept(root, "build", key, tuple[Problem, ...]) if again else None
    if found is None:
        from bulletin.check.examine import examine_texts

        found = examine_texts(root, report.problems)
        keep(root, "build", key, found)
    return msgspec.structs.replace(report, problems=found)


def _report(problems: Iterable[Problem], form: str, out: Path | None, root: Path, _: Callable[[str], str]) -> None:
    """Print problems in a format, or write them into a file."""
    made = _formatted(tuple(problems), form, root, _, coloured=out is None)
    if out:
        try:
            out.write_bytes(made.encode())
        except OSError as error:
            from bulletin.errors import OutputError

            raise OutputError(N_("cannot be written: {reason}."), path=out, reason=error.strerror) from error
    elif made:
        click.echo(made)


def _formatted(problems: tuple[Problem, ...], form: str, root: Path, _: Callable[[str], str], *, coloured: bool) -> str:
    if not problems and form in ("text", "github"):
        return ""
    from bulletin.check import reports
    from bulletin.check.examine import source_lines

    if form == "json":
        import json

        return json.dumps([reports.as_json(p, _) for p in problems], ensure_ascii=False, indent=2)
    if form == "sarif":
        return reports.sarif(problems, __version__, _)
    if form == "html":
        from bulletin.project import open_project

        return reports.html(problems, open_project(root).station.name, f"{now():%Y-%m-%d %H:%M}", _).decode()
    if form == "github":
        return "\n".join(reports.github(p, _) for p in problems)
    lines, style = source_lines(root), _coloured if coloured else reports.plain
    return "\n".join(reports.text(p, _, lines, style) for p in problems)


def _coloured(text: str, kind: str) -> str:
    """For a terminal; click takes the colours out where the output goes elsewhere."""
    return click.style(text, fg=COLOURS[kind])


def _print_silenced(silenced: Iterable[Silenced], _: Callable[[str], str]) -> None:
    from bulletin.check.reports import place
    from bulletin.problems import describe

    for each in silenced:
        reason = each.pragma.reason or _("no reason is given")
        click.echo(f"{place(each.problem)}: {describe(each.problem, _)} [{each.problem.code}]\n    {reason}")


def _mend(root: Path, titles: bool, only_show: bool, say: Say) -> None:
    """`--fix`: show what is mended, and mend it unless only asked to show."""
    from bulletin.check.mend import difference, write_mended
    from bulletin.check.mending import mended_files
    from bulletin.write.output import WORK

    moment, count = now(), 0
    for mended in mended_files(root, titles=titles):
        count += 1
        click.echo(difference(mended), nl=False)
        if not only_show:
            copy = write_mended(root, WORK, mended, moment)
            click.echo(say(N_("{path} is mended; as it was, it is in {copy}."), path=mended.path, copy=copy))
    if not count:
        click.echo(say(N_("There is nothing that can be mended without judgement.")))


def _report_json(report: Report, seconds: float, _: Callable[[str], str]) -> str:
    import json

    from bulletin.check.reports import as_json

    fields = {name: getattr(report, name) for name in report.__struct_fields__ if name != "problems"}
    problems = [as_json(p, _) for p in report.problems]
    return json.dumps({**fields, "seconds": round(seconds, 3), "problems": problems}, ensure_ascii=False, indent=2)


def closing_line(report: Report, seconds: float, _: Callable[[str], str]) -> str:
    """What the build did, in one line; a second one when earlier pages had to stay."""
    words = [
        gettext.ngettext("{issues} issue", "{issues} issues", report.issues).format(issues=report.issues),
        _("{written} files written, {unchanged} unchanged, {removed} removed").format(
            written=report.written, unchanged=report.unchanged, removed=report.removed
        ),
    ]
    if report.drafts or report.scheduled:
        held = _("kept back: {drafts} drafts, {scheduled} scheduled")
        words.append(held.format(drafts=report.drafts, scheduled=report.scheduled))
    words.append(_("{seconds:.2f} s").format(seconds=seconds))
    line = f"{report.out}: " + _("; ").join(words)
    if report.last_good:
        stays = _("These cannot be read now; their earlier pages stay: {files}")
        line += "\n" + stays.format(files=_(", ").join(report.last_good))
    return line


def summary_line(problems: Iterable[Problem], issues: int, _: Callable[[str], str]) -> str:
    from bulletin.problems import SEVERITIES

    counts = dict.fromkeys(SEVERITIES, 0)
    for each in problems:
        counts[each.severity] += 1
    if not any(counts.values()):
        return _("{issues} issues read, nothing wrong.").format(issues=issues)
    return _("{issues} issues read: {errors} errors, {warnings} warnings, {notices} notices.").format(
        issues=issues, errors=counts["error"], warnings=counts["warning"], notices=counts["notice"]
    )


class _Bar:
    """A progress bar that appears when work takes longer than a second, on a terminal."""

    def __init__(self, translate: Callable[[str], str], hidden: bool) -> None:
        self._translate = translate
        self._hidden = hidden or not sys.stderr.isatty()
        self._began = time.monotonic()
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        if self._hidden or (self._progress is None and time.monotonic() - self._began < 1):
            return
        if self._progress is None:
            self._start()
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(self._translate(STEPS[step]), total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True)
        self._progress.start()


STEPS = {
    "read": N_("Reading"),
    "check": N_("Checking"),
    "external": N_("Asking other websites"),
    "render": N_("Making pages"),
    "index": N_("Making the search"),
    "write": N_("Writing"),
}
