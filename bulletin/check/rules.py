"""The rules that look at one text, in the order in which they run; those of the archive are in archive_rules.py.

A rule is a pure function: from a text and what is known of the office, to problems. What is found depends on
nothing else, so that the findings of a text are kept by the hash of what they were found in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from bulletin.check import (
    addresses,
    brackets,
    characters,
    confusions,
    dates,
    doubled,
    homes,
    leftovers,
    names,
    numbered_points,
    odd_dates,
    people,
    personal_numbers,
    punctuation,
    quotes,
    reading,
    secrecy,
    wording,
)
from bulletin.check.findings import GATE_CODES
from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.core.model import Value
from bulletin.core.problems import Problem

_MAX_PROBLEMS_PER_RULE = 200
"""Problems of one rule in one text; who has so many fixes the first ones and runs the check again."""

_RuleFunction = Callable[[Manuscript, Office], Iterator[Problem]]


class Rule(Value, frozen=True):
    """A function, and the codes that it may report."""

    codes: tuple[str, ...]
    check: _RuleFunction


RULES: tuple[Rule, ...] = (
    Rule(("A209",), secrecy.marks),
    Rule(("P101", "P102", "P103", "P104", "P105", "P107", "P120", "P121", "P122", "P123"), personal_numbers.numbers),
    Rule(("P106",), personal_numbers.plates),
    Rule(("P108",), personal_numbers.private_mail),
    Rule(("P109",), homes.homes),
    Rule(("P110", "P124", "P125"), names.names),
    Rule(("P111",), people.pictures_in_cases),
    Rule(("P113",), people.search_notices),
    Rule(("D101",), dates.impossible_dates),
    Rule(("D102",), dates.impossible_times),
    Rule(("D101",), odd_dates.odd_dates),
    Rule(("D102",), odd_dates.odd_times),
    Rule(("D103",), dates.far_dates),
    Rule(("D104",), brackets.brackets),
    Rule(("D104",), punctuation.crossed_square_brackets),
    Rule(("D105",), punctuation.half_width),
    Rule(("D106",), punctuation.repeated_punctuation),
    Rule(("D107", "D108", "D109"), numbered_points.numbered_points),
    Rule(("D109",), numbered_points.empty_headings),
    Rule(("D110", "D111", "D112"), characters.lost_characters),
    Rule(("D113",), characters.invisible_characters),
    Rule(("D115",), characters.look_alikes),
    Rule(("D114",), characters.missing_words),
    Rule(("D116",), doubled.doubled_words),
    Rule(("D117",), leftovers.marked_twice),
    Rule(("D118",), quotes.ellipses),
    Rule(("D119",), quotes.straight_quotes),
    Rule(("D120",), doubled.about_twice),
    Rule(("D121",), leftovers.left_behind),
    Rule(("D121",), leftovers.never_written),
    Rule(("D122",), quotes.full_width_digits),
    Rule(("W101", "W102", "W104"), wording.listed_words),
    Rule(("W108",), confusions.confused_words),
    Rule(("W103",), wording.job_titles),
    Rule(("W105",), wording.typesetting),
    Rule(("L203",), addresses.private_addresses),
    Rule(("R101",), reading.picture_descriptions),
    Rule(("R102",), reading.link_words),
    Rule(("R103",), reading.tables),
    Rule(("R104",), reading.long_paragraphs),
    Rule(("R106",), reading.lone_lines),
)


_GATE_RULES = tuple(rule for rule in RULES if not GATE_CODES.isdisjoint(rule.codes))


def problems_in(text: Manuscript, office: Office, *, full: bool = True) -> Iterator[Problem]:
    """What all rules find in one text, or those alone on which it depends whether it may be published."""
    for rule in RULES if full else _GATE_RULES:
        yield from islice(rule.check(text, office), _MAX_PROBLEMS_PER_RULE)
