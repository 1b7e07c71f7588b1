"""What was measured: the values that go into results.json, and the arithmetic of the tables."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import msgspec

from bulletin.core.model import Value

PLACE = Path(__file__).with_name("results.json")
EVERYTHING_PLACE = Path(__file__).with_name("everything.json")
"""With everything on: another run, perhaps on another machine."""


class Measurement(Value, frozen=True):
    """One case of one tool on one archive: a value for each round."""

    kind: str
    total: int
    tool: str
    case: str
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]
    """Seconds of processor time."""
    memory: tuple[int, ...]
    """Peak, in bytes, of all processes together."""
    files: int
    """In the output, after the last round."""
    html: int
    size: int
    """Bytes of HTML."""
    written: int
    """Files that the last round's run wrote."""
    gate: float = 0.0
    """Seconds of processor time that the gate takes of a first build; ours alone."""

    def after(self, earlier: Measurement) -> Measurement:
        """With the rounds of an earlier run."""
        rounds = {name: getattr(earlier, name) + getattr(self, name) for name in ("seconds", "cpu", "memory")}
        return msgspec.structs.replace(self, **rounds)

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def peak(self) -> float:
        return median(self.memory)


class Saves(Value, frozen=True):
    """`bulletin serve`: seconds from saving an issue, a value for each save."""

    name: str
    total: int
    message: tuple[float, ...]
    """… until the browser is told to load the page anew."""
    page: tuple[float, ...]
    """… until it has the new page."""


class Startup(Value, frozen=True):
    """Seconds of programs that do nothing."""

    help: tuple[float, ...]
    python: tuple[float, ...]

    @property
    def more(self) -> float:
        """What `bulletin --help` takes more than an empty Python."""
        return median(self.help) - median(self.python)


class Machine(Value, frozen=True):
    """Where it was measured."""

    processor: str
    processors: int
    load: tuple[float, float]
    """Average of the last minute, when the measuring began and when it ended."""
    versions: dict[str, str]


class Results(Value, frozen=True):
    """One whole run of `make bench`."""

    machine: Machine
    seed: int
    rounds: int
    measurements: tuple[Measurement, ...]
    startup: Startup | None = None
    saves: tuple[Saves, ...] = ()

    def with_others(self, earlier: Results) -> Results:
        """With what an earlier run measured of other archives, with other tools, or in other cases."""
        measured = {_what(m) for m in self.measurements}
        others = [m for m in earlier.measurements if _what(m) not in measured]
        ordered = sorted((*others, *self.measurements), key=lambda m: m.total)
        saves, startup = self.saves or earlier.saves, self.startup or earlier.startup
        return msgspec.structs.replace(self, measurements=tuple(ordered), saves=saves, startup=startup)

    def after(self, earlier: Results) -> Results:
        """With its rounds, too, of what was measured again."""
        known = {_what(m): m for m in earlier.measurements}
        joined = [m.after(known[_what(m)]) if _what(m) in known else m for m in self.measurements]
        return msgspec.structs.replace(self, measurements=tuple(joined)).with_others(earlier)

    def find(self, kind: str, total: int, tool: str, case: str) -> Measurement | None:
        wanted = (kind, total, tool, case)
        return next((m for m in self.measurements if (m.kind, m.total, m.tool, m.case) == wanted), None)

    @property
    def archives(self) -> list[tuple[str, int]]:
        """Kinds and sizes that were measured, in order."""
        return list(dict.fromkeys((m.kind, m.total) for m in self.measurements))


def _what(m: Measurement) -> tuple[str, int, str, str]:
    return m.kind, m.total, m.tool, m.case


def read(place: Path = PLACE) -> Results:
    return msgspec.json.decode(place.read_bytes(), type=Results)


def write(results: Results, place: Path = PLACE) -> None:
    place.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


# ── the figures to reach


class Target(Value, frozen=True):
    """Ours, of one case, against a peer's."""

    kind: str
    total: int
    case: str
    rival: str
    factor: float
    """So many times the peer's at most."""
    field: str = "median"

    def words(self) -> str:
        what = "peak memory, " if self.field == "peak" else ""
        things = "link lists" if self.kind == "links" else "issues"
        share = round(1 / self.factor, 6)
        factor = "" if self.factor == 1 else f" / {share:g}" if share == int(share) else f" × {self.factor:g}"
        return f"{what}{self.case}, {self.total:,} {things}: {self.rival.title()}'s{factor} or less"


TARGETS = (
    Target("prose", 1_000, "cold", "hugo", 1),
    Target("prose", 1_000, "cold", "pelican", 1 / 4),
    Target("prose", 10_000, "cold", "hugo", 1),
    Target("links", 1_000, "cold", "hugo", 1.5),
    Target("links", 1_000, "cold", "pelican", 1 / 5),
    Target("prose", 10_000, "nothing changed", "hugo", 1 / 25),
    Target("prose", 10_000, "one issue edited", "hugo", 1 / 12),
    Target("prose", 10_000, "one issue added", "hugo", 1 / 8),
    Target("prose", 10_000, "cold", "hugo", 1 / 5, "peak"),
)
"""Issue 4's table."""

GROWTH = 10.5
"""Ten times the issues take at most so many times as long, cold."""
HELP = 0.080
"""Seconds that `bulletin --help` may take more than `python -c pass`."""
SAVE, SAVE_TOTAL = 0.300, 1_000
"""Seconds from saving to the new page in the browser, with so many issues."""


class Figure(Value, frozen=True):
    """A figure to reach, and what was reached."""

    words: str
    wanted: str
    reached: str
    verdict: str
    """``met``, ``not met``, ``not measured``."""


NOT_MEASURED = "not measured"


def figures(results: Results) -> list[Figure]:
    """All that issue 4 asks for, in its order."""
    startup = results.startup
    return [
        *(against(results, target) for target in TARGETS),
        *(growth(results, total) for total in (100, 1_000)),
        limit("`bulletin --help`, more than `python -c pass`", HELP, startup.more if startup else None),
        *(save(each) for each in results.saves or (None,)),
    ]


def against(results: Results, target: Target) -> Figure:
    ours = results.find(target.kind, target.total, "bulletin", target.case)
    theirs = results.find(target.kind, target.total, target.rival, target.case)
    if ours is None or theirs is None:
        return Figure(target.words(), "", "", NOT_MEASURED)
    own: float = getattr(ours, target.field)
    allowed: float = getattr(theirs, target.field) * target.factor
    show = megabytes if target.field == "peak" else seconds
    share = f"{show(own)} = {own / getattr(theirs, target.field):.2f} of {target.rival.title()}'s"
    return Figure(target.words(), show(allowed), share, "met" if own <= allowed else "not met")


def growth(results: Results, total: int) -> Figure:
    words = f"cold, {total * 10:,} issues against {total:,}: at most {GROWTH} times the time"
    small = results.find("prose", total, "bulletin", "cold")
    large = results.find("prose", total * 10, "bulletin", "cold")
    if small is None or large is None:
        return Figure(words, "", "", NOT_MEASURED)
    factor = large.median / small.median
    return Figure(words, f"{GROWTH}", f"{factor:.1f}", "met" if factor <= GROWTH else "not met")


def save(saves: Saves | None) -> Figure:
    words = f"save to browser, {SAVE_TOTAL:,} issues" + (f", {saves.name}" if saves else "")
    measured = saves is not None and saves.total == SAVE_TOTAL
    return limit(words, SAVE, median(saves.page) if saves and measured else None)


def limit(words: str, allowed: float, reached: float | None) -> Figure:
    if reached is None:
        return Figure(words, seconds(allowed), "", NOT_MEASURED)
    return Figure(words, seconds(allowed), seconds(reached), "met" if reached <= allowed else "not met")


# ── words for numbers


def seconds(value: float) -> str:
    """Three digits that say something."""
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB" if value < 9.95e6 else f"{value / 1e6:.0f} MB"


def times(theirs: float, ours: float) -> str:
    """How many times as long a peer takes."""
    ratio = theirs / ours
    return f"×{ratio:.2f}" if ratio < 9.995 else f"×{ratio:.0f}"
