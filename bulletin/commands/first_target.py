"""Where a new station's site goes: what `bulletin init` asks, and the entry that it writes into station.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

import click

from bulletin.commands.asking import ReadAnswer, given_or_asked
from bulletin.commands.terminal import Messages
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_


class _Asked(NamedTuple):
    """A value that a target of some kind needs."""

    option: str
    """Of `bulletin init`: ``host``."""
    entry: str
    """In station.yml."""
    question: str
    optional: bool = False


class _Kind(NamedTuple):
    kind: str
    name: str
    """What `bulletin publish --to` will call it."""
    words: str
    asked: tuple[_Asked, ...]
    hints: tuple[tuple[str, str], ...] = ()
    """Entries that stay comments, and what they are for."""


_HOST = _Asked("host", "host", N_("Address of the server, like www.example.cn"))
_USER = _Asked("user", "user", N_("User name there (Enter: none)"), optional=True)
_FOLDER = _Asked("path", "path", N_("Folder of the website there, like /srv/www"))
_URL = ("url: https://www.example.cn/", N_("public address, if it is not the one above"))
_KINDS = (
    _Kind(
        "ssh",
        "web",
        N_("a server (ssh)"),
        (_HOST, _USER, _FOLDER),
        (
            ("port: 22", N_("only if it is another one")),
            ("key: ~/.ssh/id_ed25519", N_("file of the private key, if it is not at the usual place")),
            _URL,
        ),
    ),
    _Kind(
        "ftp",
        "web",
        N_("web space (ftp)"),
        (_HOST, _USER, _FOLDER),
        (("tls: no", N_("only if the server cannot encrypt: others can read the password then")), _URL),
    ),
    _Kind(
        "s3",
        "bucket",
        N_("an object store (OSS, COS, OBS, MinIO)"),
        (
            _Asked("host", "endpoint", N_("Address of the service, like https://oss.example.cn")),
            _Asked("path", "bucket", N_("Name of the bucket")),
        ),
        (("region: cn-1", N_("if the provider names one")), _URL),
    ),
    _Kind(
        "folder",
        "lan",
        N_("a folder, or a network drive"),
        (_Asked("path", "path", N_("Folder of the website, like Z:/www or //server/www")),),
        (_URL,),
    ),
    _Kind(
        "usb",
        "stick",
        N_("a USB stick"),
        (_Asked("path", "path", N_("Folder of the stick, like E:/ or /media/stick")),),
    ),
)
_ABOVE = (
    N_("Where “bulletin publish” brings the site; docs/publish.md has all entries."),
    N_("No password is written here: “bulletin publish password” keeps it safe."),
)
"""Comments over the entry."""
TARGET_KINDS = tuple(each.kind for each in _KINDS)
"""Those that `bulletin init --publish-to` knows."""


class FirstTarget(NamedTuple):
    """What was chosen."""

    name: str
    has_password: bool
    yaml: str
    """Lines to add to station.yml."""


def first_target(say: Messages, chosen: str | None, given: Mapping[str, str], *, asks: bool) -> FirstTarget | None:
    """The entry for ``chosen``, one of `TARGET_KINDS`, or for what is answered; None for later.

    ``given`` are values by option; what they lack is asked for, or is an error where nobody can answer (``asks`` is
    false). Raises `UsageError`.
    """
    if chosen is None and given:
        raise UsageError(
            N_("{option} needs --publish-to: one of {kinds}."),
            option=f"--{next(iter(given))}",
            kinds=", ".join(TARGET_KINDS),
        )
    kind = next((each for each in _KINDS if each.kind == chosen), None) or (_ask_kind(say) if asks else None)
    if kind is None:
        return None
    unknown = given.keys() - {each.option for each in kind.asked}
    if unknown:
        raise UsageError(
            N_("{option} is nothing that a target of the kind “{kind}” has."),
            option=f"--{min(unknown)}",
            kind=kind.kind,
        )
    values = {
        each.entry: given_or_asked(
            say,
            each.option,
            each.question,
            given.get(each.option),
            _reader(say, each),
            asks=asks,
            optional=each.optional,
        )
        for each in kind.asked
    }
    return FirstTarget(kind.name, kind.kind not in ("folder", "usb"), "".join(_lines(say, kind, values)))


def _ask_kind(say: Messages) -> _Kind | None:
    click.echo(say(N_("Where will the site be published?")))
    choices = (*(each.words for each in _KINDS), N_("to be decided later"))
    for number, words in enumerate(choices, 1):
        click.echo(f"  {number}. {say(words)}")
    later = len(choices)

    def read(answer: str) -> int:
        with suppress(ValueError):  # of a number as it is typed in Chinese, too
            if 1 <= (number := int(answer)) <= later:
                return number
        raise click.BadParameter(say(N_("Write a number from 1 to {last}."), last=later))

    answer: int = click.prompt(say(N_("Your choice")), default=str(later), value_proc=read)
    return _KINDS[answer - 1] if answer < later else None


def _reader(say: Messages, asked: _Asked) -> ReadAnswer:
    """From an answer to the value: without what people copy along."""

    def read(answer: str) -> str:
        value = answer.strip()
        if asked.entry == "host":
            value = value.rpartition("://")[2].strip("/")
        elif asked.entry == "endpoint" and "://" not in value:
            value = f"https://{value}" if value else ""
        if not value.isprintable() or not (value or asked.optional):
            raise click.BadParameter(say(N_("“{value}” cannot be used here."), value=value))
        return value

    return read


def _lines(say: Messages, kind: _Kind, values: Mapping[str, str]) -> Iterator[str]:
    from bulletin.core.plainyaml import scalar

    yield "\n"
    yield from (f"# {say(words)}\n" for words in _ABOVE)
    yield "publish:\n"
    yield f"  - name: {kind.name}\n"
    yield f"    kind: {kind.kind}\n"
    for entry, value in values.items():
        if value:
            yield f"    {entry}: {scalar(value)}\n"
    for entry, words in kind.hints:
        yield f"    # {entry}  # {say(words)}\n"
