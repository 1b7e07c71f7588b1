"""`bulletin publish …`: from the built site to the public. Loaded when it is used."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.publish.listing import list_command
from bulletin.commands.publish.receiving import receive_command
from bulletin.commands.publish.rolling import back_command
from bulletin.commands.publish.server import config_command
from bulletin.commands.publish.shared import SendOptions
from bulletin.commands.publish.targets import doctor_command, password_command, resume_command
from bulletin.commands.terminal import Group, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

_COMMANDS = (
    list_command,
    back_command,
    doctor_command,
    resume_command,
    receive_command,
    config_command,
    password_command,
)
"""In the order in which `bulletin publish --help` names them."""


def publish(session: Session, help: str) -> Group:
    """The command, and those that belong to it, described in the user's language."""
    _ = session.say.translate
    return Group(
        "publish",
        callback=_run,
        invoke_without_command=True,
        help=help,
        epilog=_(
            "Examples:\n  bulletin publish --dry-run\n  bulletin publish\n  bulletin publish --to web --yes\n"
            "  bulletin publish back"
        ),
        params=_options(_),
        commands=[make(_) for make in _COMMANDS],
    )


def _options(_: Translate) -> list[click.Parameter]:
    """Options of `bulletin publish` itself."""
    return [
        click.Option(
            ["--to"], metavar="TARGET", multiple=True, help=_("Only to this target; may be given several times.")
        ),
        click.Option(["--dry-run"], is_flag=True, help=_("Show what would change, and change nothing.")),
        click.Option(["--yes"], is_flag=True, help=_("Do not ask, the answer is yes.")),
        click.Option(["--remove"], is_flag=True, help=_("Many pages may go, too; --yes alone does not allow that.")),
        click.Option(["--adopt"], is_flag=True, help=_("Replace files on the target that are not ours.")),
        click.Option(["--break-lock"], is_flag=True, help=_("Take away the lock of somebody who publishes no more.")),
        click.Option(
            ["--due"],
            is_flag=True,
            help=_("For a timer: publish only what has come due or run out since the last release."),
        ),
        click.Option(["--hits"], metavar="URL", default="", help=_("For a timer: publish only the counter's numbers.")),
        click.Option(["--no-verify"], is_flag=True, help=_("Do not look at the public address afterwards.")),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Report as JSON.")),
        jobs_option(_),
        root_option(_),
    ]


@click.pass_context
def _run(
    context: click.Context,
    to: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    remove: bool,
    adopt: bool,
    break_lock: bool,
    due: bool,
    hits: str,
    no_verify: bool,
    as_json: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    """The command, unless one of its own commands was named."""
    if context.invoked_subcommand:
        return
    session: Session = context.obj
    folder = find_root(root)
    choice = SendOptions(to, dry_run, yes or due or bool(hits), remove, adopt, break_lock, not no_verify, as_json)
    if due and hits:
        raise UsageError(N_("--due and --hits are two releases; run the command twice."))
    if due or hits:
        from bulletin.commands.publish.small import publish_due, publish_hits

        code = publish_hits(session, folder, choice, hits) if hits else publish_due(session, folder, choice)
        sys.exit(code)
    sys.exit(_publish(session, folder, choice, jobs or processors()))


def _publish(session: Session, root: Path, choice: SendOptions, jobs: int) -> int:
    from bulletin.build.project import open_project
    from bulletin.build.report import Options
    from bulletin.commands.printing import gate_lines, print_in_brief
    from bulletin.commands.publish.secrets import account
    from bulletin.commands.publish.sending import send_release
    from bulletin.commands.publish.shared import chosen_targets, may_change, open_targets, release_store
    from bulletin.commands.publish.showing import waiting_lines
    from bulletin.publish.making import make_release

    _ = session.say.translate
    station = open_project(root).station
    targets = chosen_targets(station, choice.to)
    store = release_store(root)
    last = store.latest()
    options = Options(check=True, jobs=jobs, let_go=choice.remove)
    with Bar(_, choice.as_json) as bar:
        made = make_release(root, session.now(), account(), store, options, bar)
    if not choice.as_json:
        print_in_brief(session, made.report.problems, root)
        for line in (*waiting_lines(made.waiting, _), *gate_lines(made.report, _)):
            click.echo(line)
    release = made.release if made.is_new or last is None else last
    if not choice.dry_run and not may_change(session, last, release, choice):
        return 1
    with open_targets(session, root, targets) as opened:
        code = send_release(session, store, station, release, opened, choice, is_new=made.is_new, last=last)
    return code or (1 if made.report.held else 0)
