"""Figures of the house, read from the code: size, floors, names. `make figures` prints them, `tests/test_house.py`
holds them to their bounds.

A module's *public names* are the functions, classes and constants at its top without an underscore. The *chain* is the
longest way along imports from a module to one that imports nothing of ours.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]


class Module(NamedTuple):
    """A module of the package."""

    name: str
    """``bulletin.core.model``"""
    lines: int
    tree: ast.Module
    is_package: bool


def modules(package: Path) -> dict[str, Module]:
    """Every module below a package's folder, by name."""
    found = {}
    for file in sorted(package.rglob("*.py")):
        steps = file.relative_to(package.parent).with_suffix("").parts
        name = ".".join(steps).removesuffix(".__init__")
        data = file.read_bytes()
        found[name] = Module(name, data.count(b"\n"), ast.parse(data), file.name == "__init__.py")
    return found


# ── imports


def imports(house: dict[str, Module]) -> dict[str, set[str]]:
    """Which modules each imports, wherever in it; imports for type checkers count too."""
    return {name: set(_imported(module, house)) - {name} for name, module in house.items()}


def _imported(module: Module, house: dict[str, Module]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in house)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in house or node.module in house:
                    yield whole if whole in house else node.module


def longest_chain(arrows: dict[str, set[str]]) -> list[str]:
    """The longest way along the arrows, from the top down. Raises `ValueError` on a cycle, with its modules."""
    longest: dict[str, list[str]] = {}

    def way(name: str, above: tuple[str, ...]) -> list[str]:
        if name in above:
            raise ValueError(" → ".join((*above[above.index(name) :], name)))
        if name not in longest:
            below = [way(other, (*above, name)) for other in sorted(arrows[name])]
            longest[name] = [name, *max(below, key=len, default=[])]
        return longest[name]

    return max((way(name, ()) for name in sorted(arrows)), key=len)


# ── functions and names


class Function(NamedTuple):
    """A function or method, and how many lines it takes."""

    place: str
    lines: int


def functions(house: dict[str, Module]) -> list[Function]:
    """Every function, those inside others too."""
    return [
        Function(f"{module.name}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for module in house.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def public_names(module: Module) -> set[str]:
    """What a module defines at its top for others."""
    names: set[str] = set()
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


def shared_names(house: dict[str, Module]) -> dict[str, list[str]]:
    """Public names that more than one module defines, with the modules."""
    owners: dict[str, list[str]] = {}
    for module in house.values():
        for name in public_names(module):
            owners.setdefault(name, []).append(module.name)
    return {name: those for name, those in sorted(owners.items()) if len(those) > 1}


def entries(package: Path) -> list[str]:
    """Packages and modules at the top of the package."""
    ignored = {"__init__.py", "__main__.py", "__pycache__"}
    return sorted(
        path.name
        for path in package.iterdir()
        if path.name not in ignored and (path.is_dir() or path.suffix == ".py") and not path.name.startswith(".")
    )


# ── what is installed


def installed_megabytes(names: set[str]) -> float:
    """Size of some distributions' files in this environment, compiled caches not counted."""
    total = 0
    for each in distributions():
        if each.metadata["Name"].lower().replace("_", "-") in names:
            files = (file for file in each.files or () if file.suffix != ".pyc")
            total += sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())
    return total / 1_000_000


def needed(name: str, extra: str = "") -> set[str]:
    """A distribution with all that it needs, by normalised name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    known = {canonicalize_name(each.metadata["Name"]): each for each in distributions()}
    found: set[str] = set()
    waiting = [(canonicalize_name(name), extra)]
    while waiting:
        each, wanted = waiting.pop()
        if each in found or each not in known:
            continue
        found.add(each)
        for text in known[each].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": wanted}):
                waiting += [(canonicalize_name(requirement.name), e) for e in ("", *requirement.extras)]
    return found


def main() -> int:
    """Print all figures."""
    package = ROOT / "bulletin"
    house = modules(package)
    lengths = [function.lines for function in functions(house)]
    chain = longest_chain(imports(house))
    rows = {
        "lines of code": sum(module.lines for module in house.values()),
        "modules": len(house),
        "longest module": max(module.lines for module in house.values()),
        "functions": len(lengths),
        "median function": int(statistics.median(lengths)),
        "longest function": max(lengths),
        "entries at the top": len(entries(package)),
        "longest chain of imports": len(chain),
        "import cycles": 0,
        "public names": sum(len(public_names(module)) for module in house.values()),
        "names defined in more than one module": len(shared_names(house)),
        "MB installed without extras": round(installed_megabytes(needed("bulletin")), 1),
    }
    for what, figure in rows.items():
        print(f"{figure:>8}  {what}")
    print("\n" + " → ".join(name.removeprefix("bulletin.") for name in chain))
    return 0


if __name__ == "__main__":
    sys.exit(main())
