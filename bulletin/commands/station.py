"""`bulletin init`, `new`, `today`: start a station, start an issue, set the figure of the day."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulletin.commands.first_facts import FACT_OPTIONS, first_facts, with_facts
from bulletin.commands.first_target import TARGET_KINDS, first_target
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

# ── init


def init(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "init",
        callback=_init,
        help=help,
        epilog=_(
            "Examples:\n  bulletin init mystation\n"
            '  bulletin init mystation --yes --name "Nanling Relief Station" --phone 0734-8516000\n'
            "  bulletin init mystation --publish-to ssh --host www.example.cn --user www --path /srv/www"
        ),
        params=[
            click.Argument(["folder"], metavar="DIR", type=click.Path(path_type=Path)),
            click.Option(["--yes"], is_flag=True, help=_("Ask nothing.")),
            *(click.Option([f"--{entry}"], help=_(words)) for entry, words in FACT_OPTIONS),
            click.Option(
                ["--publish-to"],
                type=click.Choice(TARGET_KINDS),
                help=_("Where the site will go; at a terminal it is asked."),
            ),
            click.Option(["--host"], help=_("The server; of an object store the address of the service.")),
            click.Option(["--user"], help=_("User name there.")),
            click.Option(["--path"], help=_("Folder there; of an object store the bucket.")),
        ],
    )


@click.pass_obj
def _init(session: Session, /, folder: Path, yes: bool, publish_to: str | None, **values: str | None) -> None:
    from bulletin.commands.new import make_station

    given = {option: value for option, value in values.items() if value}
    asked = {entry: given.pop(entry) for entry, _ in FACT_OPTIONS if entry in given}
    asks = not yes and sys.stdin.isatty() and not (folder / "content").exists()
    facts = first_facts(session.say, asked, asks=asks)
    target = first_target(session.say, publish_to, given, asks=asks)
    settings = target.yaml if target else ""
    made = make_station(folder, session.language, session.now(), lambda text: with_facts(text, facts) + settings)
    for path in made:
        click.echo(f"  {path}")
    click.echo(session.say(N_("The station is ready in {folder}. Next:"), folder=folder))
    click.echo(f'  1. cd "{folder}"' if " " in str(folder) else f"  1. cd {folder}")
    click.echo(session.say(N_("  2. Open content/station.yml and write in what is missing.")))
    click.echo("  3. bulletin serve --open")
    if target:
        click.echo(session.say(N_("  4. bulletin publish doctor   (tries the way that the site will go)")))
    if target and target.has_password:
        words = N_("Is a password needed there, “bulletin publish password {target}” asks for it and keeps it safe.")
        click.echo(session.say(words, target=target.name))


# ── new


def new(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "new",
        callback=_new,
        help=help,
        epilog=_("Examples:\n  bulletin new\n  bulletin new 2014003 --edit"),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            click.Option(["--edit"], is_flag=True, help=_("Open it at once.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _new(session: Session, number: str | None, edit: bool, root: str | None) -> None:
    from bulletin.commands.new import make_issue

    folder = find_root(root)
    path = make_issue(folder, number, session.now(), session.say.translate)
    ready = N_("{path} is ready to be written. It is a draft until you delete the line “draft: true”.")
    click.echo(session.say(ready, path=path))
    if edit:
        _open_file(session, folder / path)


def _open_file(session: Session, path: Path) -> None:
    """In the editor that the environment names, else in the program that the system has for such files."""
    if session.environment.get("VISUAL") or session.environment.get("EDITOR"):
        click.edit(filename=str(path))
    else:
        click.launch(str(path))


# ── today


def today(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "today",
        callback=_today,
        help=help,
        epilog=_("Examples:\n  bulletin today 23\n  bulletin today 23 --remote\n  bulletin today"),
        params=[
            click.Argument(["count"], metavar="[COUNT]", required=False, type=click.IntRange(0, 100_000)),
            click.Option(
                ["--remote"],
                is_flag=True,
                help=_("Set it on the website at once, through the counter's service."),
            ),
            root_option(_),
        ],
    )


@click.pass_obj
def _today(session: Session, count: int | None, remote: bool, root: str | None) -> None:
    from bulletin.commands.new import read_figure, set_figure

    folder = find_root(root)
    if remote:
        _set_remote(session, folder, count)
    if count is not None:
        set_figure(folder, count, session.now())
    figure = read_figure(folder)
    if figure is None:
        click.echo(session.say(N_("No figure is set. Set one like this: bulletin today 23")))
    else:
        click.echo(session.say(N_("At the station on {date}: {count}"), date=figure.date, count=figure.count))


def _set_remote(session: Session, folder: Path, count: int | None) -> None:
    from bulletin.commands.new import service_address
    from bulletin.hits.remote import set_today

    if count is None:
        raise UsageError(N_("say how many: bulletin today 23 --remote"))
    set_today(service_address(folder), count, session.environment.get("BULLETIN_HITS_TOKEN", ""))
