"""Numbers of persons in station.yml and today.yml, whose words are on every page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from msgspec.structs import replace

from bulletin.check.digits import digits_of
from bulletin.check.office import Office
from bulletin.check.personal_numbers import mask_number, personal_data_in
from bulletin.core import plainyaml
from bulletin.core.model import SourceFile
from bulletin.core.problems import Problem, problem, sort_problems
from bulletin.core.station import STATION
from bulletin.read.decode import decode_text


def station_problems(data: bytes, office: Office, path: str = STATION, *, comments: bool = True) -> tuple[Problem, ...]:
    """What the rules for numbers, plates and mail find in station.yml or, with its ``path``, in today.yml.

    The whole file is looked at, comments too, and what its entries say once they are read; without ``comments`` only
    the latter. The office's own telephones and mail are allowed as they are in texts. A file that cannot be decoded has
    none; reading it says so.
    """
    text, _ = decode_text(SourceFile(path, data))
    if text is None:
        return ()
    starts = (0, *accumulate(len(line) + 1 for line in text.split("\n")))
    found: list[Problem] = []
    known: set[str] = set()
    for code, start, end in personal_data_in(text, office) if comments else ():
        words = text[start:end]
        line = bisect_right(starts, start)
        plain = problem(code, path, line, words=mask_number(words))
        length = len(words.partition("\n")[0])
        column, mark = start - starts[line - 1] + 1, office.mark(words)
        found.append(Problem(code, path, line, plain.values, "", column, length, mark))
        known.add(_number(words))
    for line, value in _values(text):
        for code, start, end in personal_data_in(value, office):
            if _number(value[start:end]) not in known:
                plain = problem(code, path, line, words=mask_number(value[start:end]))
                found.append(replace(plain, mark=office.mark(value[start:end])))
    return sort_problems(found)


def _number(words: str) -> str:
    return digits_of(words) or words.lower()


def _values(text: str) -> Iterator[tuple[int, str]]:
    """Line and words of every entry; none when the file is no YAML, which reading it says."""
    try:
        document = plainyaml.load_yaml(text)
    except plainyaml.YamlError:
        return
    waiting: list[tuple[plainyaml.EntryPath, plainyaml.Plain]] = [((), document.value)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*place, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, index), inner) for index, inner in enumerate(value)]
        elif value:
            yield document.line(*place), value
