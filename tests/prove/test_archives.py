"""Archives with the shapes of large ones: whatever an issue says is on its page, in order, once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.read.reading import Reading
from tests import archives
from tests.archives import KINDS, KNOWN, NAMELESS, SHORT, STATION, WHOLE, Written
from tests.arrange.contents import read
from tests.conftest import NOW, tree, write_files
from tests.words import BESIDE, Shown, first_difference, shown_issue, shown_page, words

from .stations import build_here


def reading(written: Written) -> Reading:
    return read({path: text for path, text in written.files.items() if path.endswith(".md")}, STATION)


def difference(written: Written, page: Shown) -> str:
    """Where the page says something else than its source; empty when it does not."""
    return first_difference(words("\n".join(written.said)), words(page.text)) or first_difference(
        words("\n".join(written.notes)), words("\n".join(page.notes))
    )


def faults(kind: str, count: int, seed: int) -> Iterator[str]:
    """Every issue whose page differs from what its author said."""
    for index in range(count):
        written = archives.issue(kind, index, seed)
        made = reading(written)
        found = difference(written, shown_issue(made)) if made.issue else str(made.problems)
        if found:
            yield f"{next(iter(written.files))}: {found}"


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_an_issue_is_on_its_page(kind: str, prove: bool) -> None:
    assert list(faults(kind, WHOLE[kind] if prove else SHORT[kind], 1)) == []


@pytest.mark.prove
@pytest.mark.parametrize("station", [STATION, NAMELESS], ids=["sections", "no sections"])
def test_it_is_still_there_when_the_site_is_built(station: str, prove: bool, room: Path) -> None:
    sizes = dict.fromkeys(KINDS, 20 if prove else 1)
    write_files(room, archives.archive(sizes, 2, station))
    report = build_here(room, NOW, jobs=1)
    assert report.issues == sum(sizes.values())
    site = tree(room / "site")
    for kind, written in archives.issues(sizes, 2):
        number = re.findall(r"\d{7}", next(iter(written.files)))[0]
        page = site[f"issues/{number}/index.html"].decode()
        assert difference(written, shown_page(page, BESIDE | {"issue-title"})) == "", (kind, number)


def test_the_same_seed_gives_the_same_archive() -> None:
    assert archives.archive(SHORT, 5) == archives.archive(SHORT, 5)
    assert archives.archive(SHORT, 5) != archives.archive(SHORT, 6)
    assert archives.issue("pasted", 2, 5) in [written for _, written in archives.issues({"pasted": 9}, 5)]


def test_the_whole_form_has_the_sizes_of_the_real_ones() -> None:
    assert (WHOLE["link lists"], WHOLE["numbered items"], WHOLE["html lists"]) == (609, 407, 248)
    texts = [written.files for _, written in archives.issues({"rare sections": WHOLE["rare sections"]}, 1)]
    sections = Counter(re.findall(r"^## (.+)$", "\n".join(str(*files.values()) for files in texts), re.MULTILINE))
    assert [count for name, count in sections.items() if name not in KNOWN] == [1] * 700
