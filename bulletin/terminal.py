"""What all commands share: the reader's language, the station's clock and folder, errors without a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bulletin.errors import BulletinError, UsageError
from bulletin.i18n import N_


class Say:
    """Talks to the person at the keyboard, in their language."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def __call__(self, message: str, /, **values: object) -> str:
        return self.translate(message).format(**values)

    def error(self, error: BulletinError) -> str:
        """An error's sentence: where, then what."""
        from bulletin.problems import sentence  # brings half of the program with it, and few commands fail

        return sentence(error, self.translate)


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
            click.echo(ctx.obj.error(error), err=True)
            ctx.exit(error.exit_code)


class Group(click.Group, Command):
    """Commands in the order in which a station meets them."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


class LateGroup(Group):
    """A group whose commands are loaded when it is used, so that others need not wait for them."""

    def __init__(self, *args: Any, load: Callable[[LateGroup], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._load: Callable[[LateGroup], None] | None = load

    def _loaded(self) -> None:
        if self._load is not None:
            load, self._load = self._load, None
            load(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._loaded()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._loaded()
        return super().get_command(ctx, cmd_name)
