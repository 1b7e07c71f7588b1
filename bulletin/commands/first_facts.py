"""The five facts about an office that nobody can guess: what `bulletin init` asks, and the lines of station.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import click

from bulletin.commands.asking import ReadAnswer, given_or_asked
from bulletin.commands.terminal import Messages
from bulletin.core.errors import StationError
from bulletin.core.i18n import N_


class _Fact(NamedTuple):
    """An entry of station.yml."""

    entry: str
    """Its name there, and of the option: ``phone``."""
    question: str
    help: str
    """Of the option."""


_FACTS = (
    _Fact("name", N_("Full name of the office, like Nanling Relief Station"), N_("Full name of the office.")),
    _Fact("address", N_("Its postal address, like 24 Garden Road, Nanling"), N_("Postal address of the office.")),
    _Fact("phone", N_("The telephone that readers may call, like 0734-8516000"), N_("Telephone for readers.")),
    _Fact("url", N_("Address of the website, like https://www.example.cn/"), N_("Address of the website.")),
    _Fact("icp", N_("Its record number, like 湘ICP备15004209号"), N_("Record number of the website (ICP).")),
)
_ANY_STATION = "name: x\n" + "".join(f"{each.entry}:\n" for each in _FACTS[1:])
FACT_OPTIONS = tuple((each.entry, each.help) for each in _FACTS)
"""Options of `bulletin init`, with their help."""


def first_facts(say: Messages, given: Mapping[str, str], *, asks: bool) -> Mapping[str, str]:
    """The facts that are known, by entry. What is not ``given`` is asked for where somebody can answer (``asks``).

    Raises `UsageError` for what is given and station.yml would refuse.
    """
    if asks and any(each.entry not in given for each in _FACTS):
        click.echo(say(N_("Five facts about the office; Enter leaves one open, it can be written in later.")))
    found = {
        each.entry: given_or_asked(
            say, each.entry, each.question, given.get(each.entry), _reader(say, each), asks=asks, optional=True
        )
        for each in _FACTS
    }
    return {entry: value for entry, value in found.items() if value}


def with_facts(settings: str, facts: Mapping[str, str]) -> str:
    """The text of a station.yml with the facts in the places of what stood there."""
    from bulletin.core.plainyaml import scalar

    def line(found: re.Match[str]) -> str:
        entry = found[1]
        return f"{entry}: {scalar(facts[entry])}" if entry in facts else found[0]

    return re.sub(r"^([a-z]+):.*$", line, settings, flags=re.MULTILINE)


def _reader(say: Messages, fact: _Fact) -> ReadAnswer:
    """From an answer to the value, by the rules of station.yml."""

    def read(answer: str) -> str:
        from bulletin.core.config import read_station

        value = " ".join(answer.split())  # also blanks of Chinese typing, and tabs that were pasted
        if fact.entry not in ("name", "address"):
            value = unicodedata.normalize("NFKC", value).replace("。", ".")
        if fact.entry == "url" and "." in value and "://" not in value:
            value = f"https://{value}"
        if not value.isprintable() or (fact.entry == "phone" and value and not re.search(r"\d", value)):
            raise click.BadParameter(say(N_("“{value}” cannot be used here."), value=value))
        try:
            read_station(with_facts(_ANY_STATION, {fact.entry: value} if value else {}).encode())
        except StationError as error:
            raise click.BadParameter(_without_place(say, error)) from None
        return value

    return read


def _without_place(say: Messages, error: StationError) -> str:
    """An error of station.yml that is not written yet."""
    return say.error(
        StationError(error.message, **{name: each for name, each in error.values.items() if name != "path"})
    )
