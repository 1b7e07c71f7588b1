"""The commands: the only place that prints, exits, or asks the clock and the environment.

Each command imports what it needs when it runs, so that ``bulletin --help`` is quick.
"""

from __future__ import annotations

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
from bulletin.i18n import DOMAIN, LOCALE, language_of, translations
from bulletin.problems import N_, SEVERITIES
from bulletin.terminal import Group, LateGroup, Say, find_root, now

if TYPE_CHECKING:
    from bulletin.problems import Problem
    from bulletin.report import Report

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
    @root
    def build(
        out: str, clean: bool, drafts: bool, hits: str, jobs: int | None, as_json: bool, quiet: bool, root: str | None
    ) -> None:
        from bulletin.report import Options
        from bulletin.unchanged import unchanged

        if hits:
            _bake(find_root(root), out, hits, say)

        options = Options(str(Path(out).absolute()) if out else "", clean, drafts, jobs or _processors())
        began = time.perf_counter()
        folder = find_root(root)
        report = unchanged(folder, now(), options)
        if report is None:
            from bulletin.build import build

            with _Bar(_, quiet or as_json) as bar:
                report = build(folder, now(), options, bar)
        seconds = time.perf_counter() - began
        if as_json:
            click.echo(_report_json(report, seconds, _))
        else:
            _print_problems(report.problems, "text", _)
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
        help=_("Find all that is wrong in the texts, without building."),
        epilog=_("Examples:\n  bulletin check\n  bulletin check --format json"),
    )
    @click.option(
        "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help=_("How to report.")
    )
    @jobs
    @root
    def check(form: str, jobs: int | None, root: str | None) -> None:
        from bulletin.build import examine
        from bulletin.report import Options

        with _Bar(_, form != "text") as bar:
            problems, issues = examine(find_root(root), now(), Options(jobs=jobs or _processors()), bar)
        _print_problems(problems, form, _)
        if form == "text":
            click.echo(summary_line(problems, issues, _))
        sys.exit(exit_code(problems))

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


def exit_code(problems: Iterable[Problem]) -> int:
    """1 when something must be mended; a notice alone is not that."""
    return EXIT_PROBLEMS if any(p.severity != "notice" for p in problems) else EXIT_FINE


def _print_problems(problems: Iterable[Problem], form: str, _: Callable[[str], str]) -> None:
    if form == "json":
        import json

        listed = [problem_json(p, _) for p in problems]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    show = github_line if form == "github" else text_lines
    for each in problems:
        click.echo(show(each, _))


def text_lines(found: Problem, _: Callable[[str], str]) -> str:
    """``file:line: warning: what. [code]`` and, on a line of its own, how to mend it."""
    from bulletin.problems import describe, remedy

    place = f"{found.path}:{found.line}" if found.line else found.path
    return f"{place}: {_(SEVERITIES[found.severity])}: {describe(found, _)} [{found.code}]\n    {remedy(found, _)}"


def github_line(found: Problem, _: Callable[[str], str]) -> str:
    """A workflow command, which the code host shows beside the line."""
    from bulletin.problems import describe

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    file = escape(found.path).replace(":", "%3A").replace(",", "%2C")
    line = f",line={found.line}" if found.line else ""
    return f"::{found.severity} file={file}{line},title={found.code}::{escape(describe(found, _))}"


def problem_json(found: Problem, _: Callable[[str], str]) -> dict[str, object]:
    from bulletin.problems import describe, remedy

    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.path,
        "line": found.line,
        "message": describe(found, _),
        "remedy": remedy(found, _),
    }


def _report_json(report: Report, seconds: float, _: Callable[[str], str]) -> str:
    import json

    fields = {name: getattr(report, name) for name in report.__struct_fields__ if name != "problems"}
    problems = [problem_json(p, _) for p in report.problems]
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
    "render": N_("Making pages"),
    "index": N_("Making the search"),
    "write": N_("Writing"),
}
