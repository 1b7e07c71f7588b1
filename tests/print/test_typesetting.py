"""Typst's process: it is killed in time, sees nothing but the job, and makes the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from bulletin.editions.print.typesetting import PrintDocument, Template, Typesetter
from bulletin.read.messages import TOOK_TOO_MUCH
from tests.editions.leaves import leaf_of
from tests.print.samples import HEAD, ISSUE
from tests.print.sheets import fonts_without_official_ones, printed, printer, text_on_paper

NOW = datetime(2015, 4, 10, 10, 4, 49)


class _Own(Template, frozen=True):
    """A template of the test's own."""

    text: str = ""

    def files(self) -> dict[str, bytes]:
        return {self.main: self.text.encode()}


def document(text: str) -> PrintDocument:
    return PrintDocument(_Own("own.typ", (), text), {}, {}, NOW)


def test_a_document_that_never_ends_is_killed_and_the_next_one_is_set() -> None:
    with Typesetter(fonts_without_official_ones(), seconds=0.5) as typesetter:
        began = time.monotonic()
        endless = "#let spin(n) = { let x = 0; while x < n { x += 1 }; x }\n#for i in range(100000) [#spin(9000 + i)]"
        assert typesetter.pdf(document(endless)).reason == TOOK_TOO_MUCH
        assert time.monotonic() - began < 10
        assert typesetter.png(document("a"), 20).output.startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is capped on Linux")
def test_a_document_that_takes_all_memory_ends_with_a_sentence() -> None:
    with Typesetter(fonts_without_official_ones(), seconds=10, megabytes=200) as typesetter:
        made = typesetter.pdf(document('#let x = "a" * 1000\n#for i in range(24) { x = x + x }\n#x.len()'))
        assert (made.output, bool(made.reason)) == (b"", True)


def test_files_outside_the_job_and_packages_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    with Typesetter(fonts_without_official_ones()) as typesetter:
        for text in (f'#read("{tmp_path}/secret")', '#read("../fonts/0000.otf")', '#import "@local/x:1.0.0": *'):
            made = typesetter.pdf(document(text))
            assert (made.output, bool(made.reason)) == (b"", True)


INJECTED = '#read("/etc/passwd") $x$ @a <b> `c` #{1+1} // nichts /* */ \\u{41} = 标题 ]#panic()['


def test_what_an_author_writes_is_never_evaluated(typesetter: Typesetter) -> None:
    text = f"## 一\n\n### 二\n\n```\n{INJECTED}\n```\n"
    made = printed(typesetter, leaf_of(text))
    assert {each.code for each in made.problems} == {"T105"}
    assert "".join(INJECTED.split()) in "".join(text_on_paper(made.pdf).split())


SCRIPT = """
import hashlib, sys
from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import leaf_of
from tests.print.samples import HEAD, ISSUE
from tests.print.sheets import fonts_without_official_ones, printed
with Typesetter(fonts_without_official_ones()) as typesetter:
    print(hashlib.sha256(printed(typesetter, leaf_of(ISSUE, head=HEAD)).pdf).hexdigest())
"""


def test_the_same_issue_is_the_same_file_everywhere(typesetter: Typesetter) -> None:
    here = hashlib.sha256(printed(typesetter, leaf_of(ISSUE, head=HEAD)).pdf).hexdigest()
    environment = os.environ | {"TZ": "America/Los_Angeles", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here


def test_pictures_of_one_job_are_not_there_for_the_next(typesetter: Typesetter) -> None:
    given = PrintDocument(_Own("own.typ", (), '#read("a.txt")'), {}, {"a.txt": b"one"}, NOW)
    assert typesetter.png(given, 20).output
    assert not typesetter.png(document('#read("a.txt") again'), 20).output


def test_nothing_is_left_on_the_disk() -> None:
    with Typesetter(fonts_without_official_ones()) as typesetter:
        folder = Path(typesetter._folder.name)
        assert printer(typesetter).fonts
        typesetter.png(document("a"), 20)
        assert folder.exists()
    assert not folder.exists()
