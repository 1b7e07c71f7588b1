"""What a build and a check report of the texts, their pictures, the word lists and station.yml."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from bulletin.build.project import ProgramRecords, Project
from bulletin.build.source_checks import CheckedSources
from bulletin.build.station_gate import settings_problems
from bulletin.check.ignoring import silence
from bulletin.check.libraries import unavailable_rules
from bulletin.check.pictures import picture_problems
from bulletin.check.station_addresses import station_address_problems
from bulletin.check.wordlists import read_word_lists
from bulletin.core.problems import CODES, Problem, sort_problems
from bulletin.core.station import STATION, TODAY
from bulletin.read.picture_facts import picture_facts
from bulletin.write.cache import Cache

_IN_A_BUILD = frozenset(("A209", "A210", "A211"))
_CHECK_ONLY = frozenset(code for code in CODES if code[0] == "A" and code not in _IN_A_BUILD) | frozenset(
    ("L201", "L202", "L204", "L205", "P114")
)
"""Not checked by a build."""


def text_problems(project: Project, checked: CheckedSources, store: ProgramRecords) -> Iterator[Problem]:
    """What the rules find in the texts and their pictures, before comments silence any."""
    yield from checked.problems
    yield from picture_problems(checked.pictures, picture_facts(project.root, store))
    yield from read_word_lists(project.word_lists).problems
    yield from project.unread_lists
    yield from _settings_problems(project, store)
    yield from unavailable_rules()


def _settings_problems(project: Project, store: ProgramRecords) -> Iterator[Problem]:
    """Of station.yml and today.yml; whether these can be read, opening the project says."""
    for path in (STATION, TODAY):
        with contextlib.suppress(OSError):
            yield from settings_problems(project, store, path)
    yield from station_address_problems(project.station, project.address_lines)


def with_text_problems(
    problems: Iterable[Problem], project: Project, checked: CheckedSources, cache: Cache
) -> tuple[Problem, ...]:
    """The problems of a build and those of the texts, without those that a comment silences."""
    texts = text_problems(project, checked, ProgramRecords(cache, project.fingerprint))
    kept, _ = silence(sort_problems((*problems, *texts)), checked.pragmas, _CHECK_ONLY, project.passed)
    return sort_problems(kept)
