"""`bulletin check --pass`: somebody says, with a reason, that what the gate found may be public.

In a text this is a comment on the line before, as one would write it by hand, wherever that changes nothing that
readers see; in the middle of a table or of a paragraph, in an attachment or in station.yml, a line in passed.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bulletin.build.changes import scan_project
from bulletin.build.edited_file import write_edited
from bulletin.build.examine import survey_everything
from bulletin.build.project import Project, open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.station_gate import station_findings
from bulletin.build.survey import Survey
from bulletin.build.worker import worker_pool
from bulletin.check.findings import GATE_CODES, NEVER_PASSED, decode_findings
from bulletin.check.gate import judge
from bulletin.check.ignoring import silence
from bulletin.check.passed import PASSED_FILE, PassedBook, PassedValue, write_passed
from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.model import Issue, Page, Source, SourceFile, Value
from bulletin.core.problems import N_, Problem
from bulletin.read.decode import decode_text
from bulletin.read.messages import CheckJob, Job, JobResult, ReadJob, decode_html_parts, decode_summary
from bulletin.read.numbers import parse_number
from bulletin.read.text_files import folder_of

_ONE_BY_ONE = frozenset(("P101", "P102", "P105", "P107"))
"""Numbers of documents and cards: never passed for a whole text."""


class Passed(Value, frozen=True):
    """What was passed, and where that was written."""

    problem: Problem
    file: str
    line: int


def pass_findings(root: Path, code: str, place: str, because: str, now: datetime, jobs: int) -> tuple[Passed, ...]:
    """Pass the open findings of one code at a place: an issue's number or a file, and perhaps ``:LINE``.

    Raises `UsageError` when there are none, when the code cannot be passed, or when a line is needed.
    """
    _refuse(code, because)
    project = open_project(root).with_key()
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        surveyed = survey_everything(project, cache, scan_project(root).read_from(started), now, Options(jobs=jobs))
        findings = _chosen(project, surveyed, code, place)
        writer = _Writer(project, surveyed, because, now.date().isoformat())
        return tuple(writer.write(found) for found in reversed(findings))[::-1]


def _refuse(code: str, because: str) -> None:
    if code in NEVER_PASSED or code not in GATE_CODES:
        codes = ", ".join(sorted(GATE_CODES - NEVER_PASSED))
        raise UsageError(N_("{code} cannot be passed; these can: {codes}."), code=code, codes=codes)
    if not because.strip() or re.search(r"-->|\n", because):
        raise UsageError(N_("say after --because, in one line, why it may be public."))


def _chosen(project: Project, surveyed: Survey, code: str, place: str) -> list[Problem]:
    """The open findings that are meant, by file and line."""
    name, _, line = place.rpartition(":") if re.search(r":\d+$", place) else (place, "", "")
    paths = frozenset(_paths(surveyed, name))
    every = [
        found
        for found in _open(project, surveyed)
        if found.code == code and (found.path in paths or name in (found.path, found.path.rpartition("/")[2]))
    ]
    chosen = sorted((f for f in every if not line or f.line == int(line)), key=lambda f: (f.path, f.line, f.column))
    if not chosen:
        lines = ", ".join(dict.fromkeys(f"{found.path}:{found.line}" for found in every))
        if lines:
            raise UsageError(N_("there is no open {code} in that line; there is in: {lines}."), code=code, lines=lines)
        raise UsageError(N_("{name} has no open {code}."), name=name, code=code)
    if code in _ONE_BY_ONE and not line and len({found.mark for found in chosen}) > 1:
        lines = ", ".join(dict.fromkeys(f"{found.path}:{found.line}" for found in chosen))
        raise UsageError(
            N_("numbers of documents and cards are passed one by one; name the line: {lines}."), lines=lines
        )
    return chosen


def _open(project: Project, surveyed: Survey) -> Iterator[Problem]:
    """Everything that the gate finds, in texts and in station.yml."""
    for checked in surveyed.checked.by_path.values():
        yield from judge(checked, project.passed).open
    yield from silence(station_findings(project, None, comments=True), (), passed=project.passed)[0]


def _paths(surveyed: Survey, name: str) -> Iterator[str]:
    """Files of the issue or page of that name."""
    number = parse_number(name)
    ids = {name, number.id(number.year) if number and number.year else name}
    sources: tuple[Issue | Page, ...] = (*surveyed.archive.issues, *surveyed.archive.pages)
    for source in sources:
        if source.id in ids or source.source == name:
            folder = folder_of(source.source)
            checked = surveyed.checked.by_path.get(source.source)
            yield source.source
            yield from (found.path for found in (checked.problems if checked else ()) if folder in found.path)


class _Writer:
    """Writes comments and lines of passed.yml."""

    def __init__(self, project: Project, surveyed: Survey, because: str, date: str) -> None:
        self._project = project
        self._surveyed = surveyed
        self._because = because.strip()
        self._date = date
        self._book = project.passed

    def write(self, found: Problem) -> Passed:
        source = self._source(found.path)
        if source and found.line and (fresh := _with_comment(source, found, self._because)):
            file = next(file for file in source.files if file.path == found.path)
            if self._changes_nothing(source, _replaced(source, found.path, fresh), found):
                write_edited(self._project.root / found.path, file.data, fresh)
                return Passed(found, found.path, found.line)
        return self._pass_value(found)

    def _pass_value(self, found: Problem) -> Passed:
        if not found.mark:
            raise UsageError(N_("{code} needs a comment in the text itself."), code=found.code)
        entry = PassedValue(found.code, found.path, found.mark, self._because, self._date)
        self._book = PassedBook(self._book.key, (*self._book.entries, entry))
        path = self._project.root / PASSED_FILE
        try:
            replace_file(path, write_passed(self._book), sync=True)
        except OSError as error:
            raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
        return Passed(found, PASSED_FILE, 0)

    def _source(self, path: str) -> Source | None:
        """The source that a file belongs to, as it is on the disk now."""
        found = next((each for each in self._surveyed.sources if path in each.paths), None)
        if found is None:
            return None
        files = (SourceFile(name, read_file(self._project.root / name)) for name in found.paths)
        return Source(found.kind, found.name, tuple(files))

    def _changes_nothing(self, before: Source, after: Source, found: Problem) -> bool:
        """Whether readers see the same, and the gate does not see this finding any more."""
        read = [ReadJob(str(index), source) for index, source in enumerate((before, after))]
        results = self._run(read)
        seen = [_seen(results[str(index)]) for index in range(2)]
        if seen[0] is None or seen[0] != seen[1]:
            return False
        last = results["1"]
        checked = self._run([CheckJob("check", after, last.summary, last.payload, full=False)])["check"]
        if checked.failure:
            return False
        left = judge(decode_findings(checked.summary), self._project.passed).open
        return all((each.code, each.mark, each.line) != (found.code, found.mark, found.line + 1) for each in left)

    def _run(self, jobs: list[Job] | list[ReadJob] | list[CheckJob]) -> dict[str, JobResult]:
        with worker_pool(self._project.worker_config, 1) as pool, pool.run(jobs) as results:
            return {job.key: result for job, result in results}


def _seen(result: JobResult) -> tuple[object, ...] | None:
    """What readers see of a reading; None when nothing could be read."""
    reading = decode_summary(result.summary).reading
    shown = reading and (reading.issue or reading.page)
    parts = [part.split() for part in decode_html_parts(result.payload)]
    return (parts, shown.title, len(reading.problems)) if reading and shown else None


def _with_comment(source: Source, found: Problem, because: str) -> bytes | None:
    """The file with a comment before the line, in its own encoding and with its own line ends.

    As UTF-8 where its lines are counted in another way than they are in the file: UTF-16, U+000B, control characters.
    """
    file = next(file for file in source.files if file.path == found.path)
    text, notices = decode_text(file)
    if text is None:
        return None
    mark = b"\xef\xbb\xbf" if file.data.startswith(b"\xef\xbb\xbf") else b""
    encoding = "gb18030" if any(each.code == "F103" for each in notices) else "utf-8"
    if re.search(rb"[\x0b\x0c]", file.data) or any(each.code in ("F308", "F309") for each in notices):
        mark, encoding, lines = b"", "utf-8", text.splitlines(keepends=True)
    else:
        lines = file.data.removeprefix(mark).decode(encoding).splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    head = text.split("\n", 1)[0].strip() == "---" and found.line <= _front_end(text)
    comment = f"bulletin: ignore {found.code} because {because}"
    lines.insert(found.line - 1, (f"# {comment}" if head else f"<!-- {comment} -->") + end)
    return mark + "".join(lines).encode(encoding)


def _front_end(text: str) -> int:
    """Line of the ``---`` that ends the front matter."""
    lines = text.split("\n")
    return next((number for number, line in enumerate(lines[1:], 2) if line.strip() == "---"), 0)


def _replaced(source: Source, path: str, data: bytes) -> Source:
    files = (SourceFile(file.path, data) if file.path == path else file for file in source.files)
    return Source(source.kind, source.name, tuple(files))
