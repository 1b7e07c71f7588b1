"""Templates are compiled once for all tests of a process: that is two thirds of what building a small station takes."""

from __future__ import annotations

from types import CodeType
from typing import Any

from bulletin.render.templates import _Environment

_CODE: dict[tuple[object, ...], tuple[CodeType, object]] = {}
"""By all that the code depends on; the catalogue is kept beside it, so that its identity stays its own."""


def install() -> None:
    """Have the environment of the pages remember what it has compiled; mistakes are found anew each time."""
    compile_anew: Any = _Environment.compile

    def compile_once(self: Any, source: Any, name: Any = None, filename: Any = None, *more: Any, **options: Any) -> Any:
        catalogue = getattr(self.translations, "_catalog", None)
        if catalogue is None or more or options or not isinstance(source, str):
            return compile_anew(self, source, name, filename, *more, **options)
        key = (source, name, filename, type(self.translations), id(catalogue), tuple(sorted(self.filters)))
        if key not in _CODE:
            _CODE[key] = compile_anew(self, source, name, filename), catalogue
        return _CODE[key][0]

    setattr(_Environment, "compile", compile_once)  # noqa: B010 - a method for mypy
