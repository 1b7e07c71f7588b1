"""Guard and brackets change nothing but the time; Python-Markdown's own tests say so, and so do random texts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import markdown
from hypothesis import given
from hypothesis import strategies as st
from markdown.inlinepatterns import LinkInlineProcessor

from bulletin.read.dialect import make_markdown
from bulletin.read.dialect.brackets import Brackets
from bulletin.read.dialect.guard import NEEDS
from tests.conftest import ROOT

PIECES = ("`", "``", "\\", "[", "]", "(/a)", "![", "<http://a.cn>", "<a@b.cn>", "  \n", "<b>", "</b>", "&amp;", "&#1;")
MORE = ("[^1]", "*", "**", "_", "__", "站", "a", " ", "\n", ":", "[a]: /b")
RUNNER = """
import sys, unittest
sys.path[:0] = [sys.argv[2], sys.argv[1]]
import markdown
assert markdown.__file__.startswith(sys.argv[2])
from markdown import inlinepatterns, treeprocessors
from bulletin.read.dialect.brackets import Brackets
from bulletin.read.dialect.guard import GuardedInlineProcessor
brackets = Brackets()
inlinepatterns.LinkInlineProcessor.getText = lambda self, data, index: brackets.text(data, index)
treeprocessors.InlineProcessor = GuardedInlineProcessor
suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
result = unittest.TextTestRunner(verbosity=0).run(suite)
sys.exit(not (result.wasSuccessful() and result.testsRun > 500))
"""
"""Python-Markdown's tests, from its source distribution, with guard and brackets in place of what they test."""


@given(st.lists(st.sampled_from((*PIECES, *MORE)), max_size=12).map("".join))
def test_no_pattern_finds_anything_without_what_it_needs(text: str) -> None:
    for pattern, needed in NEEDS.items():
        if re.compile(pattern, re.DOTALL).search(text):
            assert any(sign in text for sign in needed)


@given(st.lists(st.sampled_from(("[", "]", "a", "[" * 40, "]" * 40)), max_size=9).map("".join), st.data())
def test_a_bracket_ends_where_python_markdown_says(text: str, data: st.DataObject) -> None:
    brackets = Brackets()
    for place in data.draw(st.lists(st.sampled_from([n for n, sign in enumerate("[" + text) if sign == "["]))):
        stock = LinkInlineProcessor("", None).getText("[" + text, place + 1)
        ours = brackets.text("[" + text, place + 1)
        assert ours == stock if stock[2] else not ours[2]


def test_every_pattern_of_the_dialect_is_guarded() -> None:
    md = make_markdown()
    assert {pattern.pattern for pattern in md.inlinePatterns} == NEEDS.keys() - {r"\*"}


def test_the_tests_of_python_markdown_pass_with_guard_and_brackets(tmp_path: Path) -> None:
    unpacked = _source(tmp_path)
    words = [sys.executable, "-W", "ignore", "-c", RUNNER, str(ROOT), str(unpacked)]
    done = subprocess.run(words, cwd=unpacked, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def _source(folder: Path) -> Path:
    """The source distribution of the very version that the lock file names, checked by its hashes."""
    name = f"markdown=={markdown.__version__}"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(name)} (?:\\\n +--hash=\S+ ?)+$", lock, re.MULTILINE)
    assert found, f"{name} is not what requirements.lock says"
    (folder / "wanted.txt").write_text(found[0])
    pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    wanted = ["--no-binary", ":all:", "--require-hashes", "-r", "wanted.txt", "-d", "."]
    subprocess.run([*pip, *wanted], cwd=folder, check=True, timeout=300)
    (packed,) = folder.glob("*.tar.gz")
    subprocess.run([sys.executable, "-m", "tarfile", "-e", str(packed), str(folder)], check=True)
    return folder / packed.name.removesuffix(".tar.gz")
