"""Forty documents come in whole: every printed word once and in order, labels as LibreOffice prints them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import html

from bulletin.word.documents import read_docx
from bulletin.word.incoming import IncomingText
from tests.browser.tools import program
from tests.word.documents import SAMPLES, Sample
from tests.word.libreoffice import REPORT, REPORT_HTML, ROTA, ROTA_HTML

MADE: dict[str, tuple[Sample, IncomingText]] = {}


def _both(name: str) -> tuple[Sample, IncomingText]:
    if name not in MADE:
        sample = SAMPLES[name]()
        MADE[name] = sample, read_docx(sample.content)
    return MADE[name]


def _words(made: str) -> str:
    return re.sub(r"\s+", "", "".join(html.fragment_fromstring(made, create_parent="div").itertext()))


def _between(words: str, shown: tuple[str, ...]) -> list[str]:
    """What stands before each of the expected texts, and after the last."""
    gaps, at = [], 0
    for each in shown:
        bare = re.sub(r"\s+", "", each)
        found = words.find(bare, at)
        assert found >= 0, f"{each} is missing in {words[at:]}"
        gaps.append(words[at:found])
        at = found + len(bare)
    return [*gaps, words[at:]]


def test_there_are_forty_documents() -> None:
    assert len(SAMPLES) >= 40


@pytest.mark.parametrize("name", SAMPLES)
def test_every_printed_word_comes_in_once_and_in_order(name: str) -> None:
    sample, text = _both(name)
    labels = sample.labels or ("",) * len(sample.shown)
    assert _between(re.sub(r"\s+", "", text.title) + _words(text.html), sample.shown) == [*labels, ""]


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_hidden_comes_in_and_all_of_it_is_listed(name: str) -> None:
    sample, text = _both(name)
    for each in sample.gone:
        assert each not in text.title + text.html
        assert any(each in left.text for left in text.left_out), each
    if sample.left:
        assert tuple(dict.fromkeys(left.kind for left in text.left_out)) == sample.left


@pytest.mark.parametrize("name", [name for name in SAMPLES if _both(name)[0].tables])
def test_tables_cell_by_cell(name: str) -> None:
    sample, text = _both(name)
    found = html.fragment_fromstring(text.html, create_parent="div").iter("table")
    cells = tuple(
        tuple(
            tuple("".join(cell.itertext()) for cell in row if cell.tag in ("td", "th")) for row in table.xpath("./*/tr")
        )
        for table in found
    )
    assert cells == sample.tables


@pytest.mark.parametrize("name", [name for name in SAMPLES if _both(name)[0].html])
def test_the_form_of_what_comes_in(name: str) -> None:
    sample, text = _both(name)
    assert text.html == sample.html


# ── the judge


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What LibreOffice prints of each numbered document: one call for all."""
    folder = tmp_path_factory.mktemp("judge")
    names = {f"d{place}": name for place, name in enumerate(SAMPLES) if _both(name)[0].labels and _both(name)[0].judged}
    for short, name in names.items():
        (folder / f"{short}.docx").write_bytes(_both(name)[0].content)
    convert(folder, "txt:Text (encoded):UTF8", [folder / f"{short}.docx" for short in names])
    return {name: (folder / f"{short}.txt").read_text(encoding="utf-8-sig") for short, name in names.items()}


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, IncomingText]:
    """Documents of LibreOffice's own."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "report.html").write_text(REPORT, encoding="utf-8")
    (folder / "rota.fodt").write_text(ROTA, encoding="utf-8")
    convert(folder, "docx", [folder / "report.html"], "--infilter=HTML (StarWriter)")
    convert(folder, "docx", [folder / "rota.fodt"])
    return {name: read_docx((folder / f"{name}.docx").read_bytes()) for name in ("report", "rota")}


@pytest.mark.parametrize(
    ("name", "title", "html"), [("report", "季度救助情况通报", REPORT_HTML), ("rota", "值班安排说明", ROTA_HTML)]
)
def test_documents_of_libreoffice(converted: Mapping[str, IncomingText], name: str, title: str, html: str) -> None:
    assert (converted[name].title, converted[name].html) == (title, html)
    assert [(each.kind, each.text) for each in converted[name].left_out] == [("hidden", "藏着的话")] * (name == "rota")


def convert(folder: Path, form: str, files: list[Path], *more: str) -> None:
    """Have LibreOffice convert files, with a profile of its own."""
    subprocess.run(
        [
            program("soffice"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            *more,
            "--convert-to",
            form,
            "--outdir",
            folder,
            *files,
        ],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )


def test_labels_are_those_that_libreoffice_prints(printed: Mapping[str, str]) -> None:
    differ = {}
    for name, words in printed.items():
        sample, text = _both(name)
        ours = _between(re.sub(r"\s+", "", text.title) + _words(text.html), sample.shown)
        theirs = _between(re.sub(r"\s+", "", words), sample.shown)
        if ours != theirs:
            differ[name] = ours, theirs
    assert differ == {}
    assert len(printed) > 15
