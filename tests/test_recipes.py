"""CONTRIBUTING's recipes, each followed literally: its worked example is applied to a copy of the repository, the
steps that it names are run there, what it adds is used, and the tests that watch over its steps pass.

``pytest --golden tests/test_recipes.py`` brings the examples up to date with lines that have only moved.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT, STATION, good_issues, write_files

RECIPES = ROOT / "docs" / "recipes"
COPIED = ("bulletin", "templates", "docs", "tests", "bench")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "golden", "pictures", "expected")

CATALOGUE = ("--golden", "tests/test_catalogue.py")
"""What `make catalogue` runs."""
PROBLEMS = ("--golden", "tests/check/test_lessons.py")
"""What `make golden` runs for docs/problems.md."""
WORDS = "tests/test_catalogue.py"
"""Not again where `CATALOGUE` is a step: its tests all run there, after the file is rewritten."""
DOCS = "tests/test_docs.py"
LAYERS = "tests/test_layers.py::test_imports_go_one_way", "tests/test_layers.py::test_every_module_has_a_place"
HOUSE = "tests/test_house.py::test_a_public_name_means_one_thing"
EVERYWHERE = (DOCS, *LAYERS, HOUSE)


class Copy:
    """A copy of the repository, without its pictures and expected sites."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository"
        self.station = folder / "station"
        for name in COPIED:
            shutil.copytree(ROOT / name, self.root / name, ignore=LEFT_OUT)
        for path in (*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "babel.cfg"):
            shutil.copy(path, self.root)

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        program = shutil.which("git")
        assert program, "git is missing, with which the recipes are applied; install it: apt-get install git"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        ours |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        ours["GIT_CEILING_DIRECTORIES"] = str(self.root.parent)
        return subprocess.run([program, *words], cwd=self.root, env=ours, capture_output=True, encoding="utf-8")

    def apply(self, diff: Path, *options: str) -> None:
        done = self.git("apply", *options, str(diff))
        if done.returncode:
            pytest.fail(
                f"the recipe docs/recipes/{diff.name} is stale: bring it up to date as docs/recipes/README.md says.\n"
                f"{done.stderr}",
                pytrace=False,
            )

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Python over the copy; it must see nothing of the repository itself."""
        ours = {**os.environ, "PYTHONPATH": str(self.root), "LANGUAGE": "en"}
        ours = {name: value for name, value in ours.items() if not name.startswith("PYTEST_")}
        return subprocess.run(
            [sys.executable, *words], cwd=self.root, env=ours, capture_output=True, encoding="utf-8", check=False
        )

    def pytest(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *words)

    def bulletin(self, *words: str) -> str:
        """What a command prints; its project is the station."""
        done = self.python("-m", "bulletin", *words)
        assert not done.stderr, done.stderr
        return done.stdout

    def build(self, **files: str) -> Path:
        """The station's site, with these files of its issues' folder instead of the good ones."""
        issues = {f"content/issues/{number[1:]}.md": text for number, text in files.items()}
        write_files(self.station, {"content/station.yml": STATION, **good_issues(3), **issues})
        self.bulletin("build", "--root", str(self.station), "--no-check")
        return self.station / "site"


# ── what each recipe adds, used


def an_edition(copy: Copy) -> None:
    site = copy.build()
    files = [site / f"issues/2015{n:03}/titles.txt" for n in (1, 2, 3)]
    assert files[1].read_text(encoding="utf-8") == "工作简报2015002\n本期目录：\n- 第3件事\n"
    before = [path.stat().st_ino for path in files]
    copy.build(n2015002=good_issues(3)["content/issues/2015002.md"].replace("第3件事", "第3件<大>事"))
    rewritten = [path.stat().st_ino != inode for path, inode in zip(files, before, strict=True)]
    assert rewritten == [False, True, False]
    assert "- 第3件<大>事\n" in files[1].read_text(encoding="utf-8")


def a_rule(copy: Copy) -> None:
    copy.build(n2015002=good_issues(3)["content/issues/2015002.md"].replace("正文第3篇", "增加了10～20%"))
    found = copy.bulletin("check", "--root", str(copy.station))
    assert found.count("W109") == 1, found
    assert "10%～20%" in found
    assert "GB/T 15835-2011" in copy.bulletin("check", "--explain", "W109")
    assert "W109" in (copy.root / "docs/problems.md").read_text(encoding="utf-8")


def a_page(copy: Copy) -> None:
    site = copy.build()
    page = (site / "numbers/index.html").read_text(encoding="utf-8")
    assert "<h1>全部期号</h1>" in page
    assert re.findall(r'<li><a href="(\.\./issues/\d+/index\.html)">', page) == [
        f"../issues/2015{n:03}/index.html" for n in (3, 2, 1)
    ]
    assert "https://jzz.example.cn/numbers/<" in (site / "sitemap-pages.xml").read_text(encoding="utf-8")
    assert 'href="../numbers/index.html"' in (site / "2015/index.html").read_text(encoding="utf-8")


def a_store(copy: Copy) -> None:
    url = f"jsonl:///{copy.root.parent}/counts.jsonl"
    count = (
        "from bulletin.hits.stores.base import Batch\nfrom bulletin.hits.stores.opening import open_store\n"
        f"store = open_store({url!r})\n"
        "for number in (1, 2, 2):\n    store.commit(Batch('s', number, day='2026-11-26', live={'a': 3}))\n"
        "print(store.totals())\n"
    )
    done = copy.python("-c", count)
    assert done.stdout == "{'a': 6}\n", done.stderr
    assert (copy.root.parent / "counts.jsonl").read_bytes().count(b"\n") == 2
    contract = copy.pytest("tests/hits/test_stores.py", "-k", "[jsonl]")
    assert re.search(r"^\d\d passed", contract.stdout, re.MULTILINE), contract.stdout


def an_entry(copy: Copy) -> None:
    text = good_issues(3)["content/issues/2015002.md"]
    site = copy.build(n2015002=text.replace("---\n", "---\n责任编辑：王<敏>\n", 1))
    shown = [
        "<span>责任编辑：王&lt;敏&gt;</span>" in (site / f"issues/2015{n:03}/index.html").read_text(encoding="utf-8")
        for n in (1, 2, 3)
    ]
    assert shown == [False, True, False]


class Recipe(NamedTuple):
    """What a recipe of CONTRIBUTING's asks for, beside its changes."""

    name: str
    steps: tuple[tuple[str, ...], ...]
    """What `make catalogue` and `make golden` run for it."""
    guards: tuple[str, ...]
    """Tests that its steps exist for."""
    use: Callable[[Copy], None]
    forgotten: str
    """A file of it that is easily forgotten …"""
    missed_by: str
    """… and the test that then fails."""


FOLLOWED = (
    Recipe("edition", (CATALOGUE,), EVERYWHERE, an_edition, "docs/editions.md", DOCS),
    Recipe(
        "rule",
        (CATALOGUE, PROBLEMS),
        (*EVERYWHERE, "tests/check/test_lessons.py", "tests/check/test_marked.py"),
        a_rule,
        "bulletin/check/lessons.txt",
        "tests/check/test_lessons.py::test_every_code_has_a_lesson",
    ),
    Recipe("page", (CATALOGUE,), EVERYWHERE, a_page, "docs/templates.md", DOCS),
    Recipe(
        "store",
        (),
        (*EVERYWHERE, WORDS, "tests/test_layers.py::test_the_counter_is_an_island"),
        a_store,
        "bulletin/hits/stores/opening.py",
        "tests/hits/test_stores.py::test_what_is_added_is_there[jsonl]",
    ),
    Recipe("entry", (CATALOGUE,), EVERYWHERE, an_entry, "docs/source-format.md", DOCS),
)


def refreshed(copy: Copy, diff: Path) -> None:
    """Write the example anew, with the lines around its changes as they are now."""
    copy.git("init", "-q")
    copy.git("add", "-A")
    copy.apply(diff, "-C1", "--recount")
    copy.git("add", "-N", ".")
    fresh = copy.git("diff", "-U2", "--no-color").stdout
    diff.write_text(re.sub(r"^index .*\n", "", fresh, flags=re.MULTILINE), encoding="utf-8", newline="\n")


@pytest.mark.parametrize("recipe", FOLLOWED, ids=lambda recipe: recipe.name)
def test_a_recipe_that_is_followed_gives_what_it_says(recipe: Recipe, tmp_path: Path, golden: bool) -> None:
    copy, diff = Copy(tmp_path), RECIPES / f"{recipe.name}.diff"
    if golden:
        refreshed(copy, diff)
    else:
        copy.apply(diff)
    for step in recipe.steps:
        done = copy.pytest(*step)
        assert not done.returncode, done.stdout
    recipe.use(copy)
    done = copy.pytest(*recipe.guards)
    assert not done.returncode, done.stdout


@pytest.mark.parametrize("recipe", FOLLOWED, ids=lambda recipe: recipe.name)
def test_a_step_that_is_forgotten_is_noticed(recipe: Recipe, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.apply(RECIPES / f"{recipe.name}.diff", f"--exclude={recipe.forgotten}")
    assert copy.pytest(recipe.missed_by, "-x").returncode == 1


def test_a_stale_recipe_is_named(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.apply(RECIPES / "rule.diff")
    with pytest.raises(pytest.fail.Exception, match=r"docs/recipes/rule\.diff is stale"):
        copy.apply(RECIPES / "rule.diff")


def test_every_worked_example_is_linked_and_followed() -> None:
    examples = sorted(path.stem for path in RECIPES.glob("*.diff"))
    linked = re.findall(r"\(docs/recipes/(\w+)\.diff\)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert examples == sorted(linked) == sorted(recipe.name for recipe in FOLLOWED)
