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
    from bulletin.check.findings import Held, Silenced
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
    return "\n".join(reports.report_texts(problems, _, lines, style))


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

    from bulletin.check.masking import masked_line
    from bulletin.check.reports import as_json

    plain = {name: getattr(report, name) for name in report.__struct_fields__ if name not in _NOT_PLAIN}
    problems = [as_json(p, _) for p in report.problems]
    held = [_held_json(each, _) for each in report.held]
    passed = [{**as_json(each.problem, _), "because": masked_line(each.pragma.reason)} for each in report.passed]
    rest = {"seconds": round(seconds, 3), "problems": problems, "held": held, "passed": passed}
    return json.dumps({**plain, **rest}, ensure_ascii=False, indent=2)


_NOT_PLAIN = ("problems", "held", "passed")


def _held_json(held: Held, _: Translate) -> dict[str, object]:
    from bulletin.check.reports import as_json

    problems = [as_json(each, _) for each in held.verdict.open]
    missing = list(held.verdict.missing)
    return {"path": held.path, "name": held.name, "fate": held.fate, "problems": problems, "missing_reviews": missing}


def closing_line(report: Report, seconds: float, _: Translate) -> str:
    """What the build did, in one line; a second one when earlier pages had to stay."""
    words = [
        gettext.ngettext("{issues} issue", "{issues} issues", report.issues).format(issues=report.issues),
        _("{written} files written, {unchanged} unchanged, {removed} removed").format(
            written=report.written, unchanged=report.unchanged, removed=report.removed
        ),
    ]
    if report.moved:
        moved = gettext.ngettext("{moved} old address leads on", "{moved} old addresses lead on", report.moved)
        words.append(moved.format(moved=report.moved))
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


# ── what the gate kept back

_MAX_PASSED = 10
"""Passed findings named in the last line."""


def gate_lines(report: Report, _: Translate) -> Iterator[str]:
    """What was kept back or passed, and why: a line for each text, and one for all, which is the last of a build."""
    held = sorted(report.held, key=lambda each: (list(_FATES).index(each.fate), each.path))
    for each in held:
        yield click.style(_detail(each, _), fg="red")
    words = [
        _(title).format(names=_held_with_reasons((each for each in held if each.fate == fate), _))
        for fate, title in _FATES.items()
        if any(each.fate == fate for each in held)
    ]
    if report.passed:
        shown = _(", ").join(_passed(each, _) for each in report.passed[:_MAX_PASSED])
        more = len(report.passed) - _MAX_PASSED
        rest = _(", and {count} more: {command}").format(count=more, command="bulletin check --ignored")
        words.append(_("passed: {names}").format(names=shown) + (rest if more > 0 else ""))
    if unreviewed := list(_unreviewed(report)):
        words.append(_("published without all reviews: {names}").format(names=_(", ").join(unreviewed)))
    if words:
        yield click.style(_("; ").join(words), fg="red" if held else "yellow")


def _unreviewed(report: Report) -> Iterator[str]:
    """Issues that lack reviews, and are not kept back for that: the newest, before the first review."""
    held = {each.path for each in report.held}
    for each in report.problems:
        if each.code == "A210" and each.path not in held:
            yield dict(each.values)["id"]


_FATES: dict[str, str] = {
    "public": N_("PUBLIC with what nobody has passed: {names}"),
    "secret": N_("kept back, and taken off the site, for a mark of secrecy: {names}"),
    "kept": N_("kept back, the earlier version stays: {names}"),
    "absent": N_("kept back, not on the site: {names}"),
}
"""In the order in which they are named, with their words in the last line."""


def _detail(held: Held, _: Translate) -> str:
    """What was found where, and what to do."""
    from bulletin.check.reports import place
    from bulletin.core.problems import describe
    from bulletin.core.station import STATION

    first = next(iter(held.verdict.open), None)
    if first is None:
        words = _("{path}: {reviews} missing. To record one: {command}")
        role = held.verdict.missing[0]
        command = f"bulletin review {held.name} --as {role} --by …"
        return words.format(path=held.path, reviews=_missing(held, _), command=command)
    line = f"{place(first)}: {describe(first, _)} [{first.code}] {_way_out(held, first, _)}"
    if held.fate == "public" and held.path != STATION:
        line += " " + _("To take it from the public at once: {command}").format(
            command=f"bulletin withdraw {held.name} --because …"
        )
    return line


def _way_out(held: Held, found: Problem, _: Translate) -> str:
    """How to mend it, or to pass it where it can be passed."""
    from bulletin.check.findings import NEVER_PASSED
    from bulletin.core.problems import remedy

    if held.fate == "secret":
        return _("Take the mark out only if the text is public.")
    if found.code in NEVER_PASSED:
        return remedy(found, _)
    name = held.name if found.path == held.path else found.path
    where = f"{name}:{found.line}" if found.line else name
    command = f"bulletin check --pass {found.code} {where} --because …"
    return _("Take it out; or, if it may be public, pass it: {command}").format(command=command)


def say_left_out(session: Session, those: Iterable[Held]) -> None:
    """Name the issues of a year that are kept back, and so are not in its book."""
    if names := _held_with_reasons(those, session.say.translate):
        click.secho(session.say(N_("kept back, not in the book: {names}"), names=names), fg="red")


def _held_with_reasons(those: Iterable[Held], _: Translate) -> str:
    """``2014003 (P101 in line 7), 2014004 (…)``"""
    return _(", ").join(_with_reasons(each, _) for each in those)


def _with_reasons(held: Held, _: Translate) -> str:
    """``2014003 (P101 in line 7)``"""
    in_line, in_file = _("{code} in line {line}"), _("{code} in {file}")
    places = [
        in_line.format(code=each.code, line=each.line)
        if each.line
        else in_file.format(code=each.code, file=each.path.rpartition("/")[2])
        for each in held.verdict.open[:3]
    ]
    places += ["…"] if len(held.verdict.open) > 3 else []
    places += [_missing(held, _)] if held.verdict.missing else []
    reasons = _(", ").join(places)
    return f"{held.name} ({reasons})"


def _missing(held: Held, _: Translate) -> str:
    from bulletin.check.reviews import ROLES

    return _(", ").join(_(ROLES[role]) for role in held.verdict.missing)


def _passed(each: Silenced, _: Translate) -> str:
    from bulletin.check.masking import masked_line
    from bulletin.check.reports import place

    return f"{place(each.problem)} {each.problem.code} ({masked_line(each.pragma.reason)})"


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
