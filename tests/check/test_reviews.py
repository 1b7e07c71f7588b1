"""三审三校: recorded for a text, void when it changes, printed as a register."""

from __future__ import annotations

import csv
from pathlib import Path

import html5lib
import pytest

from bulletin.build.reviewing import record_review, write_register
from bulletin.check.reviews import REVIEWS_FILE, Review, read_reviews, write_reviews
from bulletin.core.errors import UsageError
from tests.check.stations import check, codes
from tests.conftest import NOW, STATION, write_files

ISSUE = "content/issues/2015003.md"


@pytest.fixture
def strict(station: Path) -> Path:
    write_files(station, {"content/station.yml": STATION + "reviews: 3\n"})
    return station


def record(root: Path, role: str, by: str) -> Review:
    return record_review(root, "2015003", role, by, NOW, 1)


def values(root: Path) -> list[tuple[str, str]]:
    return [(found.code, dict(found.values)["role"]) for found in check(root).problems]


def test_three_reviews_in_their_order(strict: Path) -> None:
    assert values(strict) == [("A210", "first")]
    with pytest.raises(UsageError, match="comes first"):
        record(strict, "final", "邓军")
    record(strict, "初审", "李桂芳")
    with pytest.raises(UsageError, match="another person"):
        record(strict, "second", "李桂芳")
    record(strict, "second", "王伏来")
    assert values(strict) == [("A210", "final")]
    record(strict, "final", "邓军")
    assert codes(strict) == []
    assert [review.role for review in read_reviews((strict / REVIEWS_FILE).read_bytes())] == [
        "first",
        "second",
        "final",
    ]


def test_a_later_change_voids_them_and_a_count_of_hits_does_not(strict: Path) -> None:
    for role, by in (("first", "甲乙"), ("second", "丙丁"), ("final", "戊己")):
        record(strict, role, by)
    text = (strict / ISSUE).read_text("utf-8")
    write_files(strict, {ISSUE: text.replace("---\n## ", "hits: 9\n---\n## ")})
    assert codes(strict) == []
    write_files(strict, {ISSUE: text + "又加了一句。\n"})
    assert values(strict) == [("A210", "first"), ("A211", "final"), ("A211", "first"), ("A211", "second")]
    record(strict, "first", "甲乙")
    assert values(strict) == [("A210", "second"), ("A211", "final"), ("A211", "second")]


def test_what_is_no_review(strict: Path) -> None:
    for number, role, by in (("2019001", "first", "甲"), ("2015003", "fourth", "甲"), ("2015003", "first", "甲, 乙")):
        with pytest.raises(UsageError):
            record_review(strict, number, role, by, NOW, 1)
    assert not (strict / REVIEWS_FILE).exists()
    write_files(strict, {"content/station.yml": STATION + "reviews: 1\n"})
    with pytest.raises(UsageError, match="does without"):
        record(strict, "first", "甲")
    record(strict, "final", "甲")


def test_the_file_is_read_as_it_was_written() -> None:
    reviews = (Review("〔2015〕3号", "first", "欧阳 修", "2016-01-01 12:00", "0" * 32),)
    assert read_reviews(write_reviews(reviews)) == reviews


def test_the_register(strict: Path, tmp_path: Path) -> None:
    record(strict, "first", "=甲<b>")
    write_files(strict, {ISSUE: (strict / ISSUE).read_text("utf-8") + "又加了一句。\n"})
    record(strict, "first", "乙丙")
    table, page = tmp_path / "r.csv", tmp_path / "r.html"
    assert write_register(strict, table, NOW, 1, str) == 2
    with table.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    assert [(row[0], row[3], row[5]) for row in rows] == [
        ("2015003", "'=甲<b>", "void: the text was changed"),
        ("2015003", "乙丙", "valid"),
    ]
    write_register(strict, page, NOW, 1, str)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.read_bytes())
    assert [cell.text for cell in tree.iter("td")][3] == "=甲<b>"
    with pytest.raises(UsageError):
        write_register(strict, tmp_path / "r.doc", NOW, 1, str)


def test_the_stations_own_register(strict: Path, tmp_path: Path) -> None:
    record(strict, "first", "<甲>")
    write_files(strict, {"templates/reports/register.html": "{% for row in page.rows %}{{ row.by }}{% endfor %}"})
    write_register(strict, tmp_path / "r.html", NOW, 1, str)
    assert (tmp_path / "r.html").read_text("utf-8") == "&lt;甲&gt;"
