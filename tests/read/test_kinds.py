"""Issues as offices write them, one file for each kind of text: what becomes of each is golden.

The title of a case says what must be seen in its expected part; ``pytest --golden`` writes these parts anew. The name
of a case's file may follow its title, as in ``… ⟨2024年第3期.md⟩``. One without entries is given a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.core.model import Text
from bulletin.read.reading import Reading
from tests.arrange.contents import HEAD, PATH, read
from tests.read.cases import Case, read_cases, write_cases

FOLDER = Path(__file__).parent / "kinds"
FILES = sorted(FOLDER.glob("*.txt"))

VISIBLE = {"⍽": "\u00a0", "→": "\t", "␋": "\x0b", "␌": "\x0c", "␇": "\x07"}
"""Characters that an editor would hide or strip, as the fixtures write them."""
_PRIVATE = re.compile(r"⟨U\+([0-9A-F]{4})⟩")
"""A character of Word's symbol fonts, as the fixtures write it."""
_FILE = re.compile(r"⟨([^⟨⟩+]+\.md)⟩$")
_PLACEHOLDER = re.compile("\x02(\\d+)\x03")


def written(case: Case) -> str:
    """Its source, with real characters."""
    source = _PRIVATE.sub(lambda found: chr(int(found[1], 16)), case.source)
    for shown, meant in VISIBLE.items():
        source = source.replace(shown, meant)
    return source


def _files(case: Case) -> dict[str, str]:
    source = written(case)
    named = _FILE.search(case.title)
    path = f"content/issues/{named[1]}" if named else PATH
    return {path: source if source.startswith(("---", "Title:")) else HEAD + source}


def result(case: Case) -> str:
    """Problems, number, title, then each part with its HTML, as it is read."""
    made = "\n".join(told(read(_files(case)))) + "\n"
    for shown, meant in VISIBLE.items():
        made = made.replace(meant, shown)
    return re.sub("[\ue000-\uf8ff]", lambda found: f"⟨U+{ord(found[0]):04X}⟩", made)


def told(reading: Reading) -> Iterator[str]:
    yield from (f"! {found.code} line {found.line}" for found in reading.problems)
    if not (issue := reading.issue):
        yield "not read"
        return
    yield f"= {issue.number} | {issue.date:%Y-%m-%d %H:%M} | {issue.title}"
    yield from _text(reading, issue.lead)
    for section in issue.sections:
        yield f"【{section.title}】 {section.id}"
        yield from _text(reading, getattr(section, "heading", None))
        yield from _text(reading, section.lead)
        for article in section.articles:
            yield f"●{article.title} #{article.slug}"
            yield from _text(reading, getattr(article, "heading", None))
            yield from _text(reading, article.text)


def _text(reading: Reading, text: Text | None) -> Iterator[str]:
    if text is None:
        return
    if html := reading.html_parts[text.part]:
        refs = text.refs
        yield _PLACEHOLDER.sub(lambda found: f"⟦{refs[int(found[1])].kind} {refs[int(found[1])].target}⟧", html)
    if text.byline:
        yield f"({text.byline})"
    if text.summary:
        yield f"~ {text.summary}"


CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FILES for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, golden: bool) -> None:
    if golden:
        pytest.skip("the expected parts are being rewritten")
    assert result(case) == case.expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_cases_of_different_titles(path: Path, golden: bool) -> None:
    if golden:
        write_cases(path, result)
    titles = [case.title for case in read_cases(path)]
    assert len(titles) >= 3
    assert len(set(titles)) == len(titles)
