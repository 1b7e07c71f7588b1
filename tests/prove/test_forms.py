"""The text is the same in all forms: PDF, EPUB, Word, plain text and WeChat say, sign by sign, what the web page says.

The page is the one that a build writes, read by a reader of HTML of the tests' own; so are the files of the book and
the articles. The sheet is read by poppler. What may differ is what a form does by design:

- blanks, line breaks, invisible characters, width and height of figures, brackets, • and lines across (`signs`);
- the masthead, which each form writes in its own way: on paper alone it must be the page's;
- notes, which a page has above the name of who wrote the text and every other form below it; in WeChat they stand at
  the end of an article, where the numbers count anew, and so do those of links;
- the name of who made the issue, which a page has below its title, book and text below the first words;
- addresses that plain text and WeChat write out, in brackets and in a list, because nothing in them leads anywhere;
- the description of a picture, which is said where there is no picture; on paper it is in the tags;
- the order and the numbers of notes in Word, which counts them through, by their marks;
- 〓 on paper, for each character that no font has and for no other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image

from bulletin.editions.print.typesetting import Typesetter
from tests import archives
from tests.arrange.contents import HEAD
from tests.conftest import ROOT, STATION
from tests.editions.forms import differences, made_forms
from tests.editions.random_issues import random_issues
from tests.print.samples import ISSUE
from tests.print.sheets import fonts_without_official_ones
from tests.read import test_dialect, test_kinds
from tests.read.cases import read_cases

Files = dict[str, str | bytes]


@pytest.fixture(scope="module")
def typesetter() -> Iterator[Typesetter]:
    with Typesetter(fonts_without_official_ones()) as made:
        yield made


def _folder(path: Path) -> Files:
    return {f"content/{each.relative_to(path)}": each.read_bytes() for each in path.rglob("*") if each.is_file()}


def _own_issues(prove: bool) -> Files:
    """In the short form those without pictures."""
    return {path: data for path, data in _folder(ROOT / "content").items() if prove or "/2014001/" not in path}


def _station(texts: Mapping[str, str]) -> Files:
    """A station with these issues, each with a picture beside it."""
    files: Files = {"content/station.yml": STATION}
    picture = _picture()
    for name, text in texts.items():
        files |= {f"content/issues/{name}/index.md": text, f"content/issues/{name}/men.png": picture}
    return files


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#aabbcc").save(out, "PNG")
    return out.getvalue()


def _numbered(texts: list[str]) -> Files:
    return _station({f"2015{n:03}": f"---\nnumber: 2015{n:03}\n{HEAD[4:]}{text}" for n, text in enumerate(texts, 1)})


def _cases(files: list[Path], prove: bool) -> Files:
    """Each file of cases as an issue: what one case leaves open, the next one closes, on the page as in the forms."""
    chosen = files if prove else files[:1]
    return _numbered(
        ["\n\n".join(f"### 第{n}例\n\n{case}" for n, case in enumerate(_sources(each), 1)) for each in chosen]
    )


def _sources(path: Path) -> Iterator[str]:
    """Those that are no more than a text, with real characters."""
    for case in read_cases(path):
        source = test_kinds.written(case)
        if not source.startswith(("---", "Title:")):
            yield source


CORPORA: dict[str, Callable[[bool], Files]] = {
    "own issues": _own_issues,
    "gallery": lambda _: _folder(ROOT / "docs/gallery/content"),
    "print": lambda _: _numbered([ISSUE]),
    "dialect": lambda prove: _cases(test_dialect.FILES, prove),
    "kinds": lambda prove: _cases(test_kinds.FILES, prove),
    "archives": lambda prove: archives.archive(dict.fromkeys(archives.KINDS, 4) if prove else {"notes": 1}, 7),
    "random issues": lambda prove: _numbered(list(random_issues(200 if prove else 3))),
}


@pytest.mark.prove
@pytest.mark.parametrize("corpus", CORPORA)
def test_every_form_says_what_the_page_says(corpus: str, prove: bool, room: Path, typesetter: Typesetter) -> None:
    made = made_forms(room, CORPORA[corpus](prove), typesetter)
    assert [found for forms in made for found in differences(forms)] == []
