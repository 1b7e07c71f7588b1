"""The entries at the top of a post: YAML between `---`, TOML between `+++`, or a JSON object."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime

from bulletin.core.plainyaml import YamlError, load_yaml
from bulletin.read.times import parse_moment

Entries = Mapping[str, object]

_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<head>.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_BARE_YAML = re.compile(r"(?P<head>(?:[\w-]+:.*\n|[ \t]*-[ \t].*\n|[ \t]*\n)+?)---[ \t]*(?:\n|\Z)")
"""Hexo's posts may begin without a line of `---`."""
_MAX_HEAD = 64 * 1024


def split_post(text: str) -> tuple[Entries, str] | None:
    """The entries and the body; None where there are entries that cannot be read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        if found := _YAML.match(text):
            return _mapping(load_yaml(found["head"] or "").value), text[found.end() :]
        if found := _TOML.match(text):
            return _mapping(tomllib.loads(found["head"] or "")), text[found.end() :]
        if text.startswith("{"):
            value, end = json.JSONDecoder().raw_decode(text[:_MAX_HEAD])
            return _mapping(value), text[end:]
        if found := _BARE_YAML.match(text[:_MAX_HEAD]):
            return _mapping(load_yaml(found["head"]).value), text[found.end() :]
    except (YamlError, ValueError, RecursionError):
        return None
    return {}, text


def _mapping(value: object) -> Entries:
    return {str(key).casefold(): each for key, each in value.items()} if isinstance(value, dict) else {}


def word(entries: Entries, *names: str) -> str:
    """The first of some entries that has words; the first item of a list."""
    return next((found for name in names for found in words(entries, name)), "")


def words(entries: Entries, name: str) -> tuple[str, ...]:
    """The words of an entry that is one, or a list, or a list of lists."""
    value = entries.get(name.casefold())
    flat = (
        [inner for each in value for inner in (each if isinstance(each, list) else [each])]
        if isinstance(value, list)
        else [value]
    )
    return tuple(each.strip() for each in flat if isinstance(each, str) and each.strip())


def is_yes(entries: Entries, name: str) -> bool:
    """Whether an entry says yes."""
    return str(entries.get(name, "")).strip().casefold() in ("true", "yes", "1")


def is_no(entries: Entries, name: str) -> bool:
    """Whether an entry says no."""
    return str(entries.get(name, "")).strip().casefold() in ("false", "no", "0")


def moment(entries: Entries, *names: str) -> datetime | None:
    """The first of some entries that is a time, as on the wall clock where it was written."""
    for name in names:
        value = entries.get(name)
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day)
        if isinstance(value, str) and (found := _parsed(value.strip())):
            return found.replace(tzinfo=None)
    return None


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parse_moment(text)
