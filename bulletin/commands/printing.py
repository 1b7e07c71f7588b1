"""What several commands print: problems in a format, and the line at the end."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin import __version__
from bulletin.commands.terminal import Session
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.build.report import Report
    from bulletin.check.findings import Silenced
    from bulletin.core.problems import Problem

_EXIT_OK, _EXIT_PROBLEMS = 0, 1


def exit_code(problems: Iterable[Problem], *, strict: bool = False) -> int:
    """1 when something must be fixed; notices alone count only if ``strict``."""
    return _EXIT_PROBLEMS if any(strict or p.severity != "notice" for p in problems) else _EXIT_OK


# ── problems

FORMATS = ("text", "json", "github", "sarif", "html")

_COLOURS = {"error": "red", "warning": "yellow", "notice": "cyan", "path": "bright_black", "mark": "red"}


def print_problems(
    session: Session, problems: Iterable[Problem], root: Path, form: str = "text", out: Path | None = None
) -> None:
    """Print problems in a format, or write them into a file."""
    made = _formatted(session, tuple(problems), root, form, coloured=out is None)
    if out:
        from bulletin.core.errors import OutputError
        from bulletin.core.files import replace_file

        try:
            replace_file(out, made.encode())
        except OSError as error:
            raise OutputError(N_("cannot be written: {reason}."), path=out, reason=error.strerror) from error
    elif made:
        click.echo(made)


_MAX_NOTICES = 10
"""Notices printed by a build; those of old texts are repeated each time, and must not hide what is wrong."""


def print_in_brief(session: Session, problems: Iterable[Problem], root: Path) -> None:
    """Print errors and warnings, and the first notices."""
    problems = tuple(problems)
    notices = [p for p in problems if p.severity == "notice"]
    hidden = frozenset(notices[_MAX_NOTICES:])
    print_problems(session, (p for p in problems if p not in hidden), root)
    if hidden:
        more = gettext.ngettext(
            "{count} more notice; {command} shows it.", "{count} more notices; {command} shows them.", len(hidden)
        )
        click.echo(more.format(count=len(hidden), command="bulletin check"))


def _formatted(session: Session, problems: tuple[Problem, ...], root: Path, form: str, *, coloured: bool) -> str:
    _ = session.say.translate
    if not problems and form in ("text", "github"):
        return ""
    if form == "html":
        from bulletin.build.project import open_project
        from bulletin.check.report_view import check_report
        from bulletin.render.reports import render_report, template_folders

        report = check_report(problems, open_project(root).station.name, f"{session.now():%Y-%m-%d %H:%M}", _)
        return render_report("reports/check.html", report, template_folders(root), _)
    if form == "sarif":
        from bulletin.check.sarif import sarif

        return sarif(problems, __version__, _)
    from bulletin.check import reports

    if form == "json":
        import json

        return json.dumps([reports.as_json(p, _) for p in problems], ensure_ascii=False, indent=2)
    if form == "github":
        return "\n".join(reports.github(p, _) for p in problems)
    from bulletin.read.source_lines import source_lines

    lines, style = source_lines(root), _coloured if coloured else reports.uncoloured
    return "\n".join(reports.text(p, _, lines, style) for p in problems)


def _coloured(text: str, kind: str) -> str:
    """For a terminal; click strips the colours where the output is redirected."""
    return click.style(text, fg=_COLOURS[kind])


def print_silenced(silenced: Iterable[Silenced], _: Translate) -> None:
    from bulletin.check.masking import masked_line, masked_problem
    from bulletin.check.reports import place
    from bulletin.core.problems import describe

    for each in silenced:
        reason = masked_line(each.pragma.reason) or _("no reason is given")
        said = describe(masked_problem(each.problem), _)
        click.echo(f"{place(each.problem)}: {said} [{each.problem.code}]\n    {reason}")


# ── the end of a build and of a check


def report_json(report: Report, seconds: float, _: Translate) -> str:
    import json

    from bulletin.check.reports import as_json

    fields = {name: getattr(report, name) for name in report.__struct_fields__ if name != "problems"}
    problems = [as_json(p, _) for p in report.problems]
    return json.dumps({**fields, "seconds": round(seconds, 3), "problems": problems}, ensure_ascii=False, indent=2)


def closing_line(report: Report, seconds: float, _: Translate) -> str:
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


def file_notes(report: Report, _: Translate, *, removed: bool) -> Iterator[str]:
    """Files of the site that are not ours: what became of them, one line a file. ``removed``: the unknown ones go."""
    unknown = N_("not built here, removed.") if removed else N_("not built here, left as it is.")
    notes = (
        (report.overwritten, N_("not built here or changed by hand; overwritten, because a page is there.")),
        (report.changed, N_("no page any more, but changed by hand; left as it is.")),
        (report.foreign, unknown),
    )
    for paths, note in notes:
        for path in paths:
            yield f"{path}: {_(note)}"


def summary_line(problems: Iterable[Problem], issues: int, _: Translate) -> str:
    from bulletin.core.problems import SEVERITIES

    counts = dict.fromkeys(SEVERITIES, 0)
    for each in problems:
        counts[each.severity] += 1
    if not any(counts.values()):
        return _("{issues} issues read, nothing wrong.").format(issues=issues)
    return _("{issues} issues read: {errors} errors, {warnings} warnings, {notices} notices.").format(
        issues=issues, errors=counts["error"], warnings=counts["warning"], notices=counts["notice"]
    )
