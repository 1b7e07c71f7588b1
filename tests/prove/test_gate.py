"""The gate over many builds: masked and damaged texts in turn, and a station that a version without it has built."""

from __future__ import annotations

import random
import shutil
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from bulletin.build.report import Report
from bulletin.check.digits import digits_of
from bulletin.check.findings import SourceFindings
from bulletin.check.gate import judge
from bulletin.check.visible import visible_html
from bulletin.commands.printing import gate_lines
from bulletin.write.output import read_manifest, write_manifest
from tests.conftest import NOW, STATION, good_issues, tree, write_files

from .masking import MaskedPair, masked_pair
from .stations import build_here

ISSUE = "---\nnumber: {number}\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 第{number}件事\n\n{body}\n"
BATCH = 40


def number_of(index: int) -> str:
    return f"{2001 + index // 20}{index % 20 + 1:03}"


def write_text(root: Path, index: int, body: str) -> None:
    number = number_of(index)
    write_files(root, {f"content/issues/{number}.md": ISSUE.format(number=number, body=body)})


def shown_digits(site: Path) -> list[str]:
    """The digits of each file of the site, whatever is between them."""
    texts = (data.decode("utf-8", "replace") for data in tree(site).values())
    pages = (visible_html(text) for text in texts)
    return [digits_of("".join((page.text, *page.addresses))) for page in pages]


def last_line(report: Report) -> str:
    return list(gate_lines(report, str))[-1] if report.held else ""


@pytest.mark.prove
def test_pairs_of_masked_and_damaged_texts(room: Path, prove: bool) -> None:
    """What is public holds no number, and each text that has one is named in the last line."""
    for first in range(0, 1_000 if prove else BATCH, BATCH):
        root = room / f"station-{first}"
        write_files(root, {"content/station.yml": STATION})
        check_batch(root, [masked_pair(seed) for seed in range(first, first + BATCH)], random.Random(first))
        shutil.rmtree(root)


def check_batch(root: Path, pairs: list[MaskedPair], chance: random.Random) -> None:
    public: set[int] = set()
    for step in range(4):
        if step == 2:
            shutil.rmtree(root / ".bulletin")
        damaged = {index for index in range(len(pairs)) if chance.random() < 0.5}
        for index, pair in enumerate(pairs):
            write_text(root, index, pair.damaged if index in damaged else pair.masked)
        report = build_here(root, NOW, let_go=True)
        public |= set(range(len(pairs))) - damaged
        fates = {held.name: held.fate for held in report.held}
        wanted = {number_of(index): "kept" if index in public else "absent" for index in damaged}
        assert fates == wanted, [pairs[index].way for index in damaged if number_of(index) not in fates]
        assert all(name in last_line(report) for name in fates)
        digits = shown_digits(root / "site")
        assert [pair for pair in pairs if any(pair.number in shown for shown in digits)] == []


@pytest.mark.prove
def test_a_station_that_a_version_without_a_gate_has_built(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty issues with numbers, marks, comments and reviews: nothing vanishes that may stay, everything is said."""
    root = room / "station"
    write_files(root, {"content/station.yml": STATION + "reviews: 3\n", **good_issues(30)})
    texts = {
        0: "号码11010519491231002X。",
        1: "电话13907340000。",
        2: "<!-- bulletin: ignore P103 because 值班电话 -->\n电话13907340001。",
        3: "内部资料\n\n正文。",
        4: "机密★1年\n\n正文。",
    }
    for index, body in texts.items():
        write_text(root, index, body)
    review = (
        "- {number: 2001001, as: first, by: 李桂芳, date: 2015-05-01 09:00, text: 00000000000000000000000000000000}\n"
    )
    write_files(root, {"content/reviews.yml": review})
    with monkeypatch.context() as patch:
        patch.setattr("bulletin.build.survey.judge", lambda _, passed: judge(SourceFindings(), passed))
        patch.setattr("bulletin.build.survey.lacking_reviews", lambda *_: ())
        patch.setattr("bulletin.build.project.program_fingerprint", lambda: "former")
        build_here(root, NOW)
    before = {path for path in tree(root / "site") if path.startswith("issues/")}
    (path,) = (root / ".bulletin").glob("manifest-*.bin")
    write_manifest(path, msgspec.structs.replace(read_manifest(path), texts={}))

    for _ in range(2):
        report = build_here(root, NOW)
        public = ["2001001", "2001002", "2001004"]
        assert {held.name: held.fate for held in report.held} == dict.fromkeys(public, "public") | {"2001005": "secret"}
        assert [each.pragma.reason for each in report.passed] == ["值班电话"]
        assert all(name in last_line(report) for name in (*public, "2001005"))
        gone = before - set(tree(root / "site"))
        assert gone
        assert all(path.startswith("issues/2001005/") for path in gone)

    for index in (0, 1):
        write_text(root, index, texts[index] + "再加一句。")
    report = build_here(root, datetime(2016, 1, 2))
    assert {held.name: held.fate for held in report.held if held.name < "2001003"} == dict.fromkeys(
        public[:2], "public"
    )
    assert not any("再加一句".encode() in data for data in tree(root / "site").values())
