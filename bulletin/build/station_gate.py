"""The gate for station.yml, whose words are on every page: there is no leaving out one text.

A number of a person that is new in it stops the build, and the site stays as it was. One that the site shows already
stays, as in a text that was published before, and is named at every build until it is taken out or passed.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from bulletin.build.project import Project
from bulletin.check.findings import GATE_CODES, Held, Silenced, Verdict
from bulletin.check.ignoring import silence
from bulletin.check.office import Office, make_office
from bulletin.check.rendered import page_numbers
from bulletin.check.settings_text import station_problems
from bulletin.check.wordlists import WordLists
from bulletin.core.errors import StationError, StationHeldBack
from bulletin.core.files import read_file
from bulletin.core.problems import N_, Problem
from bulletin.core.station import STATION

_ON_EVERY_PAGE = ("index.html", "404.html")


def judge_station(project: Project, folder: Path) -> tuple[tuple[Held, ...], tuple[Silenced, ...]]:
    """What is public already, and what was passed. Raises `StationHeldBack` for what is new."""
    office = make_office(project.station, WordLists(), project.passed.key or secrets.token_hex(16))
    found = station_findings(project, office, comments=False)
    kept, passed = silence(found, (), passed=project.passed)
    if not kept:
        return (), passed
    shown = _shown(folder, office)
    for each in kept:
        if each.mark not in shown:
            raise StationHeldBack(
                N_(
                    "{words} must not be on the pages [{code}]; the site stays as it was. Take it out; or, if it may "
                    "be public, pass it: {command}"
                ),
                path=f"{STATION}:{each.line}",
                words=dict(each.values)["words"],
                code=each.code,
                command=f"bulletin check --pass {each.code} station.yml:{each.line} --because …",
            )
    return (Held(STATION, "station.yml", "public", Verdict(kept, ())),), passed


def station_findings(project: Project, office: Office, *, comments: bool) -> list[Problem]:
    """What the gate's rules find in station.yml. Raises `StationError` when it cannot be read."""
    try:
        data = read_file(project.root / STATION)
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=STATION, reason=error.strerror) from None
    return [found for found in station_problems(data, office, comments=comments) if found.code in GATE_CODES]


def _shown(folder: Path, office: Office) -> set[str]:
    """Marks of the numbers that the site shows now."""
    marks: set[str] = set()
    for name in _ON_EVERY_PAGE:
        with suppress(OSError):
            html = (folder / name).read_text("utf-8", "replace")
            marks |= {office.mark(each.words) for each in page_numbers(html, office)}
    return marks
