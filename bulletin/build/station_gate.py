"""The gate for station.yml, whose words are on every page: there is no leaving out one text.

A number of a person that is new in it stops the build, and the site stays as it was. One that the site shows already
stays, as in a text that was published before, and is named at every build until it is taken out or passed.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.build.project import ProgramRecords, Project
from bulletin.check.findings import GATE_CODES, Held, Silenced, Verdict
from bulletin.check.ignoring import silence
from bulletin.check.office import Office
from bulletin.core.errors import StationError, StationHeldBack
from bulletin.core.files import read_file
from bulletin.core.problems import N_, Problem
from bulletin.core.station import STATION

_ON_EVERY_PAGE = ("index.html", "404.html")


def judge_station(
    project: Project, store: ProgramRecords, folder: Path
) -> tuple[tuple[Held, ...], tuple[Silenced, ...]]:
    """What is public already, and what was passed. Raises `StationHeldBack` for what is new, `StationError`."""
    kept, passed = silence(station_findings(project, store, comments=False), (), passed=project.passed)
    if not kept:
        return (), passed
    project = project.with_key()
    office = project.numbers_office
    kept, _ = silence(station_findings(project, None, comments=False), (), passed=project.passed)
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


def station_findings(project: Project, store: ProgramRecords | None, *, comments: bool) -> list[Problem]:
    """What the gate's rules find in station.yml. Raises `StationError` when it cannot be read."""
    try:
        found = settings_problems(project, store, STATION, comments=comments)
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=STATION, reason=error.strerror) from None
    return [each for each in found if each.code in GATE_CODES]


def settings_problems(
    project: Project, store: ProgramRecords | None, path: str, *, comments: bool = True
) -> tuple[Problem, ...]:
    """What the rules for numbers find in station.yml or today.yml (check/settings_text.py).

    ``store`` keeps it between builds. Raises `OSError`.
    """
    data = read_file(project.root / path)
    known = msgspec.msgpack.encode((path, data, project.facts, comments))
    key = f"settings {blake2b(known, digest_size=16).hexdigest()}"
    if store and (stored := store.record(key)) is not None:
        return msgspec.msgpack.decode(stored, type=tuple[Problem, ...])
    from bulletin.check.settings_text import station_problems  # the rules take a while, and the file seldom changes

    found = station_problems(data, project.numbers_office, path, comments=comments)
    if store:
        store.put_record(key, msgspec.msgpack.encode(found))
    return found


def _shown(folder: Path, office: Office) -> set[str]:
    """Marks of the numbers that the site shows now."""
    from bulletin.check.rendered import page_numbers

    marks: set[str] = set()
    for name in _ON_EVERY_PAGE:
        with suppress(OSError):
            html = (folder / name).read_text("utf-8", "replace")
            marks |= {office.mark(each.words) for each in page_numbers(html, office)}
    return marks
