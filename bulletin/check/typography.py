"""Chinese typesetting by AutoCorrect: which of its rules are ours, and where they may be used.

No spaces between Han and Latin or digits: the pages' styles make that room (docs/norms.md 4, `text-autospace`), and a
text full of real spaces cannot be searched. No digit and no letter is made half-width.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from bulletin.check.patterns import BLANK

_AUTOCORRECT_RULES = """
rules:
  space-word: 0
  space-punctuation: 0
  space-bracket: 0
  space-dash: 0
  space-backticks: 0
  space-dollar: 0
  fullwidth: 0
  no-space-fullwidth: 1
  no-space-fullwidth-quote: 1
  halfwidth-word: 0
  halfwidth-punctuation: 0
  spellcheck: 0
"""

_MAY_CHANGE = re.compile(r"[ ][，。、；：？！（）《》“”‘’【】]|[，。、；：？！（）《》“”‘’【】][ ]")
"""What the rules in use can change at all; most texts have none, and need not be asked about."""
_MARKDOWN_LINE = re.compile(r"^(?:[ \t]|[-*+>|#:!]|\d+[.)][ ]|\[)|\|| {2,}$|\\$")
"""Lines whose spaces mean something to Markdown: lists, tables, headings, quotations, hard breaks."""


@cache
def _autocorrect() -> Callable[[str], str]:
    """AutoCorrect keeps its rules for the whole process; they are set once and never otherwise."""
    try:
        import autocorrect_py
    except ModuleNotFoundError:  # on Windows for ARM; W107 says so (libraries.py)
        return str
    autocorrect_py.load_config(_AUTOCORRECT_RULES)  # type: ignore[attr-defined]  # missing from its types
    return autocorrect_py.format


def typeset(prose: str) -> str:
    """The text as it would be set, line for line; its half-width punctuation made full-width first."""
    if not _MAY_CHANGE.search(prose):
        return prose
    return "\n".join(map(_line, prose.split("\n")))


def _line(line: str) -> str:
    if not _MAY_CHANGE.search(line) or _MARKDOWN_LINE.search(line) or BLANK in line:
        return line
    fresh = str(_autocorrect()(line))
    return fresh if _says_the_same(line, fresh) else line


def _says_the_same(before: str, after: str) -> bool:
    """Nothing but spaces may differ."""
    return before.replace(" ", "") == after.replace(" ", "")
