"""What all commands share: the reader's language, the station's clock and folder, errors without a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bulletin.errors import BulletinError, UsageError
from bulletin.i18n import N_, Translate

if TYPE_CHECKING:
    from pathlib import Path


class Say:
    """Talks to the person at the keyboard, in their language."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate

    def __call__(self, message: str, /, **values: object) -> str:
        return self.translate(message).format(**values)

    def error(self, error: BulletinError) -> str:
        """An error's sentence: where, then what."""
        from bulletin.problems import sentence  # brings half of the program with it, and few commands fail

        return sentence(error, self.translate)


class Session(NamedTuple):
    """One run of a command: who reads, and what it may ask of the world outside."""

    say: Say
    language: str
    """``zh_CN`` or ``en``."""
    now: Callable[[], datetime]
    environment: Mapping[str, str]


def now() -> datetime:
    """The station's clock."""
    from bulletin.read.times import CHINA

    return datetime.now(CHINA).replace(tzinfo=None, microsecond=0)


class SystemClock:
    """The clock of services, which may run in a process of their own."""

    def now(self) -> datetime:
        return now()

    def monotonic(self) -> float:
        return time.monotonic()


def find_root(given: str | None) -> Path:
    """The project's folder: the one named, else the nearest one above with content/station.yml."""
    from pathlib import Path

    if given:
        return Path(given).absolute()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "content" / "station.yml").is_file():
            return folder
    raise UsageError(
        N_("there is no content/station.yml here or in a folder above. Use --root DIR, or make a station: {command}"),
        path=here,
        command="bulletin init DIR",
    )


class Command(click.Command):
    """Keeps the lines of examples as they are, and never ends in a traceback for what a user did."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        if self.epilog:
            formatter.write_paragraph()
            for line in self.epilog.split("\n"):
                formatter.write(f"{line}\n")

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BulletinError as error:
            click.echo(ctx.obj.say.error(error), err=True)
            ctx.exit(error.exit_code)


class Late(click.Command):
    """A command of which only name and help are known until it is used, so that others need not wait for it."""

    def __init__(self, name: str, help: str, load: Callable[[], click.Command]) -> None:
        super().__init__(name, help=help)
        self.load = load


class Group(click.Group, Command):
    """Commands in the order in which a station meets them."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Late) else command, rest
