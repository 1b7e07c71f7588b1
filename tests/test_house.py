"""The figures of the house stay within their bounds; `make figures` prints them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bench.figures import (
    ROOT,
    Module,
    entries,
    functions,
    imports,
    longest_chain,
    modules,
    public_names,
    shared_names,
)
from tests.conftest import no_collector

House = dict[str, Module]

pytestmark = pytest.mark.xdist_group("house")


@pytest.fixture(scope="module")
def own() -> House:
    """Of the package; read once, and not while tests are collected."""
    with no_collector():
        return modules(ROOT / "bulletin")


LONGEST_CHAIN = 14
"""Modules from a command down to one that imports nothing of ours."""


def house(**sources: str) -> House:
    """A house of modules with these sources."""
    return {name: Module(name, source.count("\n"), ast.parse(source), False) for name, source in sources.items()}


def test_there_are_few_entries_at_the_top() -> None:
    assert len(entries(ROOT / "bulletin")) <= 16


def test_no_cycle_and_no_long_chain_of_imports(own: House) -> None:
    chain = longest_chain(imports(own))
    assert len(chain) <= LONGEST_CHAIN, " → ".join(chain)


def test_no_module_is_over_400_lines(own: House) -> None:
    assert {module.name: module.lines for module in own.values() if module.lines > 400} == {}


def test_no_function_is_over_50_lines(own: House) -> None:
    assert [function for function in functions(own) if function.lines > 50] == []


MOST_NAMES = 33
"""Public names in a thousand lines. A bound on their number alone would end the house at the size that it has; in
Starlette, which reads well, there are 37."""


def test_there_are_few_public_names_for_the_lines(own: House) -> None:
    names = sum(len(public_names(module)) for module in own.values())
    assert names * 1000 <= MOST_NAMES * sum(module.lines for module in own.values())


SHARED = {
    "build": "what one calls, and the command, which has the name that one types",
    "main": "where Python begins: the package, the command line, a worker's process",
}
"""Public names that more than one module may define, each with its reason."""


def test_a_public_name_means_one_thing(own: House) -> None:
    assert {name: those for name, those in shared_names(own).items() if name not in SHARED} == {}


def test_the_list_of_shared_names_names_only_those(own: House) -> None:
    assert SHARED.keys() <= shared_names(own).keys()


# ── the measure itself


def test_the_longest_chain_is_found() -> None:
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set[str](), "d": {"c"}}
    assert longest_chain(arrows) == ["a", "b", "c"]


def test_a_cycle_is_named() -> None:
    with pytest.raises(ValueError, match="b → c → b"):
        longest_chain({"a": {"b"}, "b": {"c"}, "c": {"b"}})


def test_public_names_are_what_a_module_defines_at_its_top() -> None:
    made = house(a="X, _Y = 1, 2\nz: int = 3\n\n\ndef f() -> None:\n    g = 1\n\n\nclass C:\n    d = 1\n", b="X = 1\n")
    assert public_names(made["a"]) == {"X", "z", "f", "C"}
    assert shared_names(made) == {"X": ["a", "b"]}


def test_entries_are_packages_and_modules(tmp_path: Path) -> None:
    for name in ("core", "__pycache__"):
        (tmp_path / name).mkdir()
    for name in ("__init__.py", "alone.py", "py.typed"):
        (tmp_path / name).touch()
    assert entries(tmp_path) == ["alone.py", "core"]
