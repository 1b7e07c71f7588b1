"""What a command says that needs a library which `pip install bulletin` alone does not bring."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bulletin.core import extras
from bulletin.core.errors import ExtraMissing
from bulletin.core.extras import needs_extra
from bulletin.core.keys import Key, KeyList, write_keys
from tests.conftest import STATION, tree, write_files
from tests.test_cli import Run, run  # noqa: F401 - a fixture

KEYS = write_keys(KeyList("https://jzz.example.cn/", (Key("issue:1", "issues/1/", "一", "1", "2015-01-01"),)))
SERVE = ("hits", "serve", "--bind", "127.0.0.1:0", "--store")
WORD = "Word documents and old pages need mammoth, python-docx, selectolax, trafilatura and warcio: "

CASES = {
    "search": ("pagefind_bin", ("build",), "The search needs pagefind: "),
    "counter": ("granian", (*SERVE, "sqlite:///hits.db"), "The counter needs granian and crawlerdetect: "),
    "counter ": ("crawlerdetect", (*SERVE, "sqlite:///hits.db"), "The counter needs granian and crawlerdetect: "),
    "counter  ": ("crawlerdetect", ("hits", "add-log", "access.log"), "The counter needs granian and crawlerdetect: "),
    "postgresql": ("psycopg", (*SERVE, "postgresql://h/d"), "Counts in PostgreSQL need psycopg: "),
    "redis": ("redis", ("hits", "top", "--store", "redis://127.0.0.1:1/0"), "Counts in Redis need redis: "),
    "word": ("lxml", ("word", "in", "access.log"), WORD),
    "word ": ("mammoth", ("word", "paste", "access.log"), WORD),
    "word  ": ("docx", ("word", "out", "2015009"), WORD),
    "external": ("httpx", ("check", "--external"), "Asking other servers needs httpx: "),
}
"""Extra → the library that is missing, a command that needs it, what the command says before the remedy."""

USERS = (
    "bulletin.core.server",
    "bulletin.hits.serve",
    "bulletin.hits.stores.postgresql",
    "bulletin.hits.stores.redis",
    "bulletin.hits.stores.shared_salt",
    "bulletin.check.connecting",
    "bulletin.word",
    "bulletin.editions.word_form",
)
"""Modules that import a library of an extra at their top, and packages of such; they are forgotten, so that they do it
again.
"""


@pytest.fixture
def place(station: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station that wants all there is."""
    link = "---\nnumber: 2015009\ndate: 2015-09-10\n---\n## 站务新闻\n### 一\n[二](http://www.example.cn/)\n"
    wishes = {"content/station.yml": STATION + "search: yes\nhits: yes\n", "content/issues/2015009.md": link}
    write_files(station, {**wishes, "site/hits-keys.json": KEYS, "access.log": ""})
    monkeypatch.chdir(station)
    monkeypatch.delenv("BULLETIN_HITS_STORE", raising=False)
    return station


def _forget(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """For this test, a module was never imported; afterwards it is the same one again, for its package too."""
    if name in sys.modules:
        package, _, leaf = name.rpartition(".")
        if package in sys.modules:
            monkeypatch.setattr(sys.modules[package], leaf, sys.modules[name])
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize("extra", CASES)
def test_a_command_says_in_one_sentence_what_installs_what_it_needs(
    run: Run,  # noqa: F811
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: str,
) -> None:
    library, command, sentence = CASES[extra]
    for name in sorted(sys.modules):
        if name.partition(".")[0] == library or any(f"{name}.".startswith(f"{each}.") for each in USERS):
            _forget(monkeypatch, name)
    for name in (library, f"{library}_extended"):
        monkeypatch.setitem(sys.modules, name, None)
    before = tree(place / "site")
    assert run(*command) == (2, "", f'{sentence}pip install "bulletin[{extra.strip()}]"\n')
    assert tree(place / "site") == before


@pytest.mark.parametrize("extra", ["counter", "postgresql"])
def test_on_windows_for_arm_no_command_is_named_that_installs_nothing(
    monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    monkeypatch.setattr(extras, "_is_windows_on_arm", lambda: True)
    with pytest.raises(ExtraMissing, match="Windows on ARM: there is no") as caught, needs_extra(extra):
        raise ModuleNotFoundError(name="granian")
    assert "pip install" not in str(caught.value)


def test_a_module_of_our_own_that_is_missing_is_no_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere"), needs_extra("external"):
        __import__("bulletin.nowhere")
