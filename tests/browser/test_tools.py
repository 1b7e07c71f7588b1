"""What the browser tests need is named exactly, and missed loudly."""

from __future__ import annotations

import json

import pytest

from tests.browser.tools import MODULES, module, program

LOCK = MODULES.with_name("package-lock.json")


def test_npm_packages_are_exact_and_hashed_and_name_no_host() -> None:
    """The lock holds for any registry that a machine is set up for."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    asked = json.loads(MODULES.with_name("package.json").read_text(encoding="utf-8"))["dependencies"]
    assert asked == {name: packages[f"node_modules/{name}"]["version"] for name in asked}
    rest = {name: package for name, package in packages.items() if name}
    assert [name for name, package in rest.items() if "resolved" in package] == []
    assert [name for name, package in rest.items() if not package["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("find", [program, module])
def test_what_is_missing_fails_and_says_what_helps(find: object) -> None:
    assert callable(find)
    with pytest.raises(pytest.fail.Exception, match="make browser-tools"):
        find("no-such-thing")
