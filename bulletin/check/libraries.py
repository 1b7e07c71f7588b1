"""W107: rules whose library is not on every computer, since for Windows on ARM there is no wheel of it.

They find nothing there, and the check says so; `pyproject.toml` leaves the libraries out by the same condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION

_LIBRARIES_OF_RULES = (
    ("ahocorasick_rs", "ahocorasick-rs", ("W101", "W102", "W103", "W104")),
    ("autocorrect_py", "autocorrect-py", ("W105",)),
)
"""Module, name of the package, and the codes that cannot be found without it."""


def unavailable_rules() -> Iterator[Problem]:
    """One notice for each library that is not installed."""
    for module, library, codes in _LIBRARIES_OF_RULES:
        if find_spec(module) is None:
            yield problem("W107", STATION, library=library, rules=", ".join(codes))
