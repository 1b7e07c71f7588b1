"""What all commands share: the user's language, the station's clock and folder, errors without a traceback."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from gettext import gettext
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bulletin.core.errors import BulletinError, UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from pathlib import Path


_SHA256 = re.compile(r"((?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])|SHA256:[0-9A-Za-z+/]{43}(?![0-9A-Za-z]))")
"""A fingerprint: whoever compares or pastes it needs all of it, though its digits may look like a person's number."""


class Messages:
    """Messages in the user's language."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate

    def __call__(self, message: str, /, **values: object) -> str:
        return self.translate(message).format(**values)

    def error(self, error: BulletinError) -> str:
        """An error as a sentence: where, then what; without numbers of persons, since it may quote a file."""
        from bulletin.check.masking import masked_line  # imports half of the program, and few commands fail
        from bulletin.core.problems import sentence

        parts = _SHA256.split(sentence(error, self.translate))
        return "".join(part if place % 2 else masked_line(part) for place, part in enumerate(parts))


class Session(NamedTuple):
    """Context of one run of a command: language, clock, environment."""

    say: Messages
    language: str
    """``zh_CN`` or ``en``."""
    now: Callable[[], datetime]
    environment: Mapping[str, str]


def now() -> datetime:
    """The station's clock."""
    from bulletin.read.times import CHINA

    return datetime.now(CHINA).replace(tzinfo=None, microsecond=0)


class SystemClock:
    """The clock of services; picklable, since they may run in another process."""

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
        command="bulletin init mystation",
    )


METAVARS = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("TEXT"),
    N_("INTEGER RANGE"),
    N_("DIR"),
    N_("FILE"),
    N_("ADDRESS"),
    N_("[FILE]"),
    N_("URL"),
    N_("[URL]"),
    N_("[NUMBER]"),
    N_("YEAR"),
    N_("[ARTICLE]"),
    N_("[COUNT]"),
    N_("CODE"),
    N_("ROLE"),
    N_("NAME"),
    N_("PERSON"),
    N_("STICK"),
    N_("TARGET"),
    N_("DATE"),
    N_("TIME"),
    N_("TITLE"),
    N_("HOST:PORT"),
    N_("NET"),
    N_("OUT.html"),
    N_("FILE.html"),
    N_("ACCESS.LOG…"),
    N_("KEY"),
    N_("±N"),
    N_("WORDS"),
    N_("FROM"),
    N_("TO"),
    N_("CODE PLACE"),
    N_("REASON"),
    N_("NUMBER"),
    N_("[SLUG]"),
    N_("[ID]"),
    N_("[WORD]"),
    N_("FOLDER|WARC"),
    N_("FOLDER"),
    N_("FILE.xml"),
    N_("FOLDER|FILE.json"),
)
"""Placeholders for values in the help, click's own first."""


class _Formatter(click.HelpFormatter):
    """Aligns and wraps Chinese, whose characters take two columns of a terminal."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        filled = [(first + _FILLER * _extra_columns(first), _as_wide(second)) for first, second in rows]
        super().write_dl(filled, col_max, col_spacing)

    def write_text(self, text: str) -> None:
        super().write_text(_as_wide(text))

    def getvalue(self) -> str:
        return super().getvalue().replace(_FILLER, "")


_FILLER = "\0"
"""Pads a term to as many characters as it has columns, since click counts characters; never printed."""


def _extra_columns(text: str) -> int:
    """Columns of a terminal that a text takes beyond one for each character."""
    if text.isascii():
        return 0
    from wcwidth import wcswidth  # takes 28 ms, not needed for help in English

    return max(0, wcswidth(text) - len(text))


def _as_wide(text: str) -> str:
    """A text with as many characters as columns."""
    if text.isascii():
        return text
    from wcwidth import wcwidth

    return "".join(f"{_FILLER}{sign}" if wcwidth(sign) > 1 else sign for sign in text)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """Uses the user's language, keeps line breaks of examples, and reports a user's errors without a traceback."""

    context_class = _Context

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, options_metavar=gettext("[OPTIONS]"), **kwargs)
        for param in self.params:
            param.metavar = _metavar(param)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        if self.epilog:
            formatter.write_paragraph()
            for line in self.epilog.split("\n"):
                if line.startswith(" ") or not line:
                    formatter.write(f"{line}\n")  # an example, to be copied as it is
                else:
                    formatter.write_text(line)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BulletinError as error:
            click.echo(ctx.obj.say.error(error), err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise  # nobody reads any more; click ends quietly
        except OSError as error:
            click.echo(ctx.obj.say.error(_as_bulletin_error(error)), err=True)
            ctx.exit(BulletinError.exit_code)


def _as_bulletin_error(error: OSError) -> BulletinError:
    """What nobody has foreseen, in one sentence."""
    reason = error.strerror or type(error).__name__
    if isinstance(error.filename, (str, bytes)):
        path = os.fsencode(error.filename).decode("utf-8", "backslashreplace")
        return BulletinError(N_("the system does not let us read or write this: {reason}."), path=path, reason=reason)
    return BulletinError(N_("the system does not let us read or write: {reason}."), reason=reason)


def _metavar(param: click.Parameter) -> str | None:
    """Placeholder of the value, in the user's language; None where there is none or click lists the choices."""
    if param.metavar:
        return gettext(param.metavar)
    if not isinstance(param, click.Option) or param.is_flag or isinstance(param.type, click.Choice):
        return None
    return gettext(param.type.name.upper())


class LazyCommand(click.Command):
    """A lazily loaded command: until it is used, only name and help are known, so that others start quickly."""

    def __init__(self, session: Session, name: str, help: str, module: str, maker: str) -> None:
        """``maker`` is the function in ``module``, below bulletin.commands, that gives the command from the session and
        its help, which is translated here.
        """
        self._words = session.say.translate(help)
        self._session, self._module, self._maker = session, module, maker
        super().__init__(name, help=self._words)

    def load(self) -> click.Command:
        module = import_module(f"bulletin.commands.{self._module}")
        make: Callable[[Session, str], click.Command] = getattr(module, self._maker)
        return make(self._session, self._words)


class Group(click.Group, Command):
    """A group that lists commands in the order given."""

    command_class = Command

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, subcommand_metavar=gettext("COMMAND [ARGS]..."), **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Each with all of its help; click would cut it."""
        rows = [(name, command.help or "") for name, command in self.commands.items() if not command.hidden]
        with formatter.section(gettext("Commands")):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        self._refuse_other_words(ctx, args[0])
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, LazyCommand) else command, rest

    def _refuse_other_words(self, ctx: click.Context, typed: str) -> None:
        """Say which command somebody means who typed a word of another tool; it is not run."""
        if typed in self.commands or typed.startswith("-"):
            return
        from bulletin.commands.other_words import meant_command

        if meant := meant_command(typed, self.commands):
            words = N_("There is no command “{typed}”. What you mean is called: {command}")
            ctx.fail(gettext(words).format(typed=typed, command=f"{ctx.command_path} {meant}"))
