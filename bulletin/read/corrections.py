"""更正: the entry ``corrections`` of a text's front matter, a list of what was wrong and what is right (docs/norms.md
8).

An item that cannot be understood is reported with its line, and the others are kept. The names of its fields may be
Chinese, as those of all entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from bulletin.core.look_alikes import fold_name
from bulletin.core.model import Correction, Section
from bulletin.core.nearest import nearest
from bulletin.core.plainyaml import Plain
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.frontmatter import Front
from bulletin.read.times import parse_moment

_ENTRY = "corrections"

_ALIASES = {"日期": "date", "时间": "date", "位置": "where", "文章": "where", "原文": "was", "原为": "was", "误": "was"}
_ALIASES |= {"应为": "now", "更正为": "now", "正": "now"}
_FIELDS = ("date", "where", "was", "now")


def read_corrections(front: Front) -> tuple[tuple[Correction, ...], tuple[Problem, ...]]:
    """The corrections of a file whose entries are converted, as they are written; ``where`` is not looked up yet."""
    found: list[Correction] = []
    problems: list[Problem] = []
    for index, item in enumerate(_given(front)):
        one, reason, field = _correction(item)
        place = f"{_ENTRY}[{index}]"
        found += [one] if one else []
        if reason:
            inner = f"{place}.{field}"
            problems.append(_problem(front, inner if inner in front.lines else place, reason))
    return tuple(found), tuple(problems)


def _given(front: Front) -> list[Plain]:
    return front.get(_ENTRY, [])


def _problem(front: Front, key: str, reason: str) -> Problem:
    return problem("M410", front.path, front.line(key), reason=reason)


def _correction(item: Plain) -> tuple[Correction | None, str, str]:
    """A correction, or None; what is wrong, and the name under which it is written."""
    if not isinstance(item, dict):
        return None, N_("it is not in the form “date: …, was: …, now: …”"), ""
    values: dict[str, str] = {}
    for key, value in item.items():
        name = _ALIASES.get(key.strip().lower(), key.strip().lower())
        if name not in _FIELDS:
            return None, N_("it has an entry other than date, where, was and now"), key
        if name in values or not isinstance(value, str | None):
            return None, N_("each of its entries is one text"), key
        values[name] = replace_control_characters((value or "").strip())
    moment = parse_moment(values.get("date", ""))
    if moment is None:
        return None, N_("its date is missing or is none"), "date"
    was, now = values.get("was", ""), values.get("now", "")
    if not was and not now:
        return None, N_("it says neither what was wrong nor what is right"), ""
    return Correction(moment, values.get("where", ""), was, now), "", ""


def place_corrections(
    own: Iterable[Correction], by_file: Mapping[str, tuple[Correction, ...]], sections: Iterable[Section], front: Front
) -> tuple[tuple[Correction, ...], tuple[Problem, ...]]:
    """An issue's corrections, newest first, each with the slug of its article.

    ``own`` are those of its main file, which name an article by slug or title; ``by_file`` those of articles' own
    files. One whose article is not found holds for the issue as a whole, and is reported.
    """
    articles = [article for section in sections for article in section.articles]
    names = {name: article.slug for article in reversed(articles) for name in (article.title, article.slug) if name}
    placed: list[Correction] = []
    problems: list[Problem] = []
    for each in own:
        slug = names.get(each.where) or names.get(fold_name(each.where), "")
        if each.where and not slug:
            line = _line_of(front, each)
            problems.append(problem("M411", front.path, line, nearest(each.where, names), where=each.where))
        placed.append(replace(each, where=slug))
    for article in articles:
        placed += (replace(each, where=article.slug) for each in by_file.get(article.path, ()))
    return newest_first(placed), tuple(problems)


def newest_first(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Of one moment in the order in which they are written."""
    return tuple(sorted(corrections, key=lambda each: each.date, reverse=True))


def _line_of(front: Front, correction: Correction) -> int:
    """Where an item names its article."""
    for index, item in enumerate(_given(front)):
        for key, value in item.items() if isinstance(item, dict) else ():
            if isinstance(value, str) and value.strip() == correction.where:
                return front.line(f"{_ENTRY}[{index}].{key}")
    return front.line(_ENTRY)
