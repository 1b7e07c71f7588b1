"""Posts → issues. One post is one issue, or the posts of a month are the articles of one.

By post, an issue is called after the year and the place in it, in the order of time (2014001, 2014002 …), after the
numbers that are taken; each old address leads to the very text. By month, it is called `2014-03`, the posts are files
in its folder, in the section of their first category, and old addresses lead to the issue's page.

What was taken over before is known by an old address of it, or by its title and time: a second run writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Literal

from msgspec import structs

from bulletin.core.files import read_file
from bulletin.core.model import SourceFile, Value
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import ENTRIES, Front, read_entries, split
from bulletin.read.identity import find_number
from bulletin.read.numbers import parse_number
from bulletin.read.slugs import slug
from bulletin.read.sources import find_sources
from bulletin.word.drafts import DraftFiles, draft_article, draft_issue, issue_head
from bulletin.word.sites.posts import FoundSite, SitePost, SkippedPost


class TakenOver(Value, frozen=True):
    """One line of the report."""

    origin: str
    title: str
    path: str
    """Of the text's file, from the station's folder; of what was there already too."""
    outcome: Literal["read", "doubled", "there"]
    left_out: tuple[str, ...] = ()
    """Codes and pictures that the draft has not."""
    unkept: tuple[str, ...] = ()
    """Old addresses that lead nowhere yet: the issue was written before, and no file is changed."""
    held_back: str = ""
    """Why it is a draft (posts.py), and the code that the reason names."""
    code: str = ""


class SitePlan(Value, frozen=True):
    """What is to be written, and the report."""

    files: tuple[DraftFiles, ...]
    """By issue or article; each is written whole or not at all."""
    taken: tuple[TakenOver, ...]
    skipped: tuple[SkippedPost, ...]


class Existing(Value, frozen=True):
    """What the station has already."""

    numbers: frozenset[str]
    """``2014-2``: year and place in it."""
    addresses: dict[str, str]
    """Old address → path of the issue that has it."""
    texts: dict[tuple[str, str], str]
    """Title and time → path."""
    files: frozenset[str]
    """Paths of all files of issues."""


def read_existing(root: Path) -> Existing:
    """Look through the issues that are there."""
    numbers: set[str] = set()
    addresses: dict[str, str] = {}
    texts: dict[tuple[str, str], str] = {}
    files: set[str] = set()
    for found in find_sources(root)[0]:
        if found.kind != "issue":
            continue
        files.update(found.paths)
        path = found.paths[0]
        try:
            text, _ = decode_text(SourceFile(path, read_file(root / path)))
        except OSError:
            text = None
        front, _ = read_entries(split(text or "", path)[0], ENTRIES["issue"])
        addresses |= dict.fromkeys(front.get("redirect_from", ()), path)
        texts[_key(_title(front), front.get("date", None))] = path
        numbers.add(_place(find_number(front, found.name).printed))
    return Existing(frozenset(numbers), addresses, texts, frozenset(files))


def _title(front: Front) -> str:
    if title := front.get("title", ""):
        return title
    return next((line[4:] for line in front.body.split("\n") if line.startswith("### ")), "")


def _key(title: str, date: datetime | None) -> tuple[str, str]:
    return re.sub(r"\W", "", unescape(title)), f"{date:%Y-%m-%d %H:%M:%S}" if date else ""


def _place(number: str) -> str:
    parsed = parse_number(number)
    return f"{parsed.year}-{parsed.sequence}" if parsed else ""


def plan_site(site: FoundSite, existing: Existing, by: Literal["post", "month"], section: str) -> SitePlan:
    """Sort the posts into issues; ``section`` is for those without a category."""
    posts, doubled = _without_doubles(site.posts)
    files: list[DraftFiles] = []
    rows: list[TakenOver] = []
    for made, row in (_by_post if by == "post" else _by_month)(posts, existing, section):
        files += made
        rows.append(row)
    paths = {row.origin: row.path for row in rows}
    rows += (TakenOver(post.origin, post.text.title, paths.get(first, ""), "doubled") for post, first in doubled)
    return SitePlan(tuple(files), tuple(rows), site.skipped)


def _without_doubles(posts: Sequence[SitePost]) -> tuple[list[SitePost], list[tuple[SitePost, str]]]:
    """Posts in the order of time, each text once with the addresses of all its copies; and the copies."""
    kept: dict[tuple[str, str], list[SitePost]] = defaultdict(list)
    for post in sorted(posts, key=lambda each: (each.date, each.origin)):
        kept[post.text.title, post.text.html].append(post)
    whole = []
    doubled = []
    for first, *others in kept.values():
        addresses = dict.fromkeys(address for each in (first, *others) for address in each.addresses)
        whole.append(_with_addresses(first, tuple(addresses)))
        doubled += [(other, first.origin) for other in others]
    return whole, doubled


def _with_addresses(post: SitePost, addresses: tuple[str, ...]) -> SitePost:
    return structs.replace(post, addresses=addresses)


_Made = Iterator[tuple[list[DraftFiles], TakenOver]]


def _read(post: SitePost, made: DraftFiles, unkept: tuple[str, ...] = ()) -> TakenOver:
    left = tuple(each.text for each in post.text.left_out)
    return TakenOver(post.origin, post.text.title, made[0][0], "read", left, unkept, post.held_back, post.code)


def _by_post(posts: Sequence[SitePost], existing: Existing, section: str) -> _Made:
    used = set(existing.numbers)
    last: dict[int, int] = defaultdict(int)
    for post in posts:
        title, year = post.text.title, post.date.year
        there = next(filter(None, map(existing.addresses.get, post.addresses)), "")
        if there := there or existing.texts.get(_key(title, post.date), ""):
            yield [], TakenOver(post.origin, title, there, "there")
            continue
        last[year] += 1
        while f"{year}-{last[year]}" in used:
            last[year] += 1
        made = draft_issue(
            post.text,
            f"{year}{last[year]:03}",
            date=post.date,
            section=post.section or section,
            redirect_from=post.addresses,
            draft=bool(post.held_back),
        )
        yield [made], _read(post, made)


def _by_month(posts: Sequence[SitePost], existing: Existing, section: str) -> _Made:
    months: dict[str, list[SitePost]] = defaultdict(list)
    for post in posts:
        months[f"{post.date:%Y-%m}"].append(post)
    for number, inside in months.items():
        index = f"content/issues/{number}/index.md"
        begun = index in existing.files
        taken: set[str] = set()
        addresses = tuple(address for post in inside for address in post.addresses)
        head = issue_head(number, inside[-1].date, addresses, draft=all(post.held_back for post in inside))
        for place, post in enumerate(inside):
            name = f"{post.date:%d%H%M%S}-{slug(post.text.title) or 'text'}"
            path = f"content/issues/{number}/{name}.md"
            known = next(filter(None, map(existing.addresses.get, post.addresses)), index)
            if path in existing.files or known != index:
                there = path if path in existing.files else known
                yield [], TakenOver(post.origin, post.text.title, there, "there")
                continue
            made = draft_article(
                post.text,
                number,
                post.section or section,
                name=name,
                byline=post.byline,
                taken=taken,
                draft=bool(post.held_back),
            )
            taken.update(each.rpartition("/")[2] for each, _ in made)
            unkept = tuple(each for each in post.addresses if begun and each not in existing.addresses)
            files = [made] if begun or place else [head, made]
            yield files, _read(post, made, unkept)
