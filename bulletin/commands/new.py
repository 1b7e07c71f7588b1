"""A new station's folder, the next issue, today's figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from bulletin.core.config import read_station, read_today, write_today
from bulletin.core.errors import OutputError, StationError, UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.model import SourceFile, Today
from bulletin.core.problems import N_
from bulletin.core.station import STATION, TODAY, Station
from bulletin.core.withdrawals import WITHDRAWN_FILE, read_withdrawals
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import ISSUE, read_entries, split
from bulletin.read.identity import find_date, find_number, typed_number
from bulletin.read.numbers import Number, parse_number
from bulletin.read.sources import find_sources
from bulletin.read.text_files import MARKDOWN_SUFFIXES

_STARTER = Path(__file__).parent / "starter"


def make_station(
    folder: Path, language: str, now: datetime, settings: Callable[[str], str] = lambda text: text
) -> tuple[str, ...]:
    """Copy the starter into a folder, its station.yml as ``settings`` makes it; returns the files made.

    All files or none. Raises `UsageError` when there is a station already.
    """
    if (folder / "content").exists():
        raise UsageError(N_("there is already a folder “content” here; nothing was changed."), path=folder)
    files = dict(_starter(_STARTER / language, now))
    files[STATION] = settings(files[STATION])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".new-", dir=folder) as beside:
            for name, text in files.items():
                target = Path(beside, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8", newline="\n")
            if not (folder / ".gitignore").exists():
                (folder / ".gitignore").write_text(".bulletin/\nsite/\nout/\nmail/\n", encoding="utf-8", newline="\n")
            Path(beside, "content").rename(folder / "content")
    except OSError as error:
        raise _cannot_write(folder, OSError(error.errno, error.strerror)) from error
    return tuple(files)


def _starter(source: Path, now: datetime) -> Iterator[tuple[str, str]]:
    """Paths in the new station, and texts."""
    number = f"{now.year}001"
    for path in sorted(each for each in source.rglob("*") if each.is_file()):
        text = path.read_text(encoding="utf-8")
        text = text.replace("{number}", number).replace("{date}", f"{now:%Y-%m-%d %H:%M}")
        yield path.relative_to(source).as_posix().replace("SAMPLE", number), text


def make_issue(root: Path, number: str | None, now: datetime, translate: Callable[[str], str]) -> str:
    """Write the skeleton of an issue; returns its path from the root. Never overwrites anything."""
    station = read_own_station(root)
    wanted = typed_number(number or next_issue(root, now))
    path = root / "content" / "issues" / f"{wanted}.md"
    if path.with_suffix("").exists() or any(path.with_suffix(suffix).exists() for suffix in MARKDOWN_SUFFIXES):
        raise UsageError(N_("the issue is there already; nothing was changed."), path=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_skeleton(wanted, station, now, translate))
    except OSError as error:
        raise _cannot_write(path, error) from error
    return path.relative_to(root).as_posix()


def next_issue(root: Path, now: datetime) -> str:
    """The number of the next issue of a station."""
    return _next_number(tuple(_numbers(root)), now)


def _next_number(taken: tuple[Number, ...], now: datetime) -> str:
    """2014002 → 2014003; the first of a new year is 001. Supplements do not count."""
    numbers = [(n.year or now.year, n.sequence) for n in taken if not n.supplement]
    year, sequence = max(numbers, default=(now.year, 0))
    if now.year > year:
        year, sequence = now.year, 0
    return f"{year}{sequence + 1:03}"


def _skeleton(number: str, station: Station, now: datetime, translate: Callable[[str], str]) -> str:
    """An empty issue with the station's sections."""
    note = translate(N_("delete this line when the issue may be published"))
    title = translate(N_("Title of the article"))
    text = translate(N_("Text of the article."))
    head = f"---\nnumber: {number}\ndate: {now:%Y-%m-%d %H:%M}\ndraft: true  # {note}\n---\n"
    sections = [rule.title for rule in station.sections] or [translate(N_("News"))]
    return head + "".join(f"\n## {section}\n\n### {title}\n\n{text}\n" for section in sections)


def _numbers(root: Path) -> Iterator[Number]:
    """Numbers of the issues that are there, as their entries or their names say, and of those that were withdrawn."""
    with suppress(OSError):
        withdrawn = read_withdrawals(read_file(root / WITHDRAWN_FILE))
        yield from filter(None, (parse_number(each.issue) for each in withdrawn))
    for found in find_sources(root)[0]:
        if found.kind == "issue":
            text = ""
            with suppress(OSError):  # its name may say the number all the same
                text = decode_text(SourceFile(found.paths[0], read_file(root / found.paths[0])))[0] or ""
            front, _ = read_entries(split(text, found.paths[0])[0], ISSUE)
            if number := parse_number(find_number(front, found.name).printed):
                guess = find_date(front, found.name)
                date: datetime | None = front.get("date", guess.moment if guess else None)
                yield replace(number, year=number.year or (date.year if date else None))


def read_own_station(root: Path) -> Station:
    """The station's description. Raises `StationError`."""
    try:
        return read_station(read_file(root / STATION))
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=STATION, reason=error.strerror) from error


# ── 今日滞站人员


def read_figure(root: Path) -> Today | None:
    """The figure and its day; None when none is set."""
    read_own_station(root)
    try:
        return read_today(read_file(root / TODAY))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=TODAY, reason=error.strerror) from error


def service_address(root: Path) -> str:
    """URL of the counter. Raises `UsageError` when there is none."""
    station = read_own_station(root)
    if not station.counter:
        raise UsageError(N_("station.yml says neither “hits: yes” with “url”, nor where the counter is."), path=STATION)
    return station.counter


def set_figure(root: Path, count: int, now: datetime) -> None:
    """Set the figure for today; the file is replaced atomically."""
    read_own_station(root)
    path = root / TODAY
    try:
        if path.exists():
            read_file(path)  # a pipe would be written to, and wait for a reader
        replace_file(path, write_today(Today(count, now.date().isoformat())))
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(N_("cannot be written: {reason}."), path=error.filename or path, reason=reason)
