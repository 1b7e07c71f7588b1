"""Emphasis: `**` and `__` work beside Han characters and Chinese punctuation, fill-in blanks are kept.

`**“强调”**后文`, `**重点。**下一句`, `中文__重点__中文` are bold. Python-Markdown treats Han
characters as letters, so that `_` between them looks like part of an identifier; here only Latin letters and
digits make a `snake_case_name`. Long runs occur in forms and masked numbers (`姓名____`, `430****1234`): more
than two `_` or three `*` are never emphasis.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import Delimiter, DelimiterProcessor

from .characters import CLOSING, LETTERS


class EmphasisExtension(Extension):
    """Emphasis for text without spaces between words."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Only what makes a run of `*` or `_` an opening or a closing one is changed, and that pairs are pairs."""
        processor = _HanDelimiters("*", "strong,em", md)
        processor.add("_", "strong,em", smart=True)
        processor.delimiters["*"] = _HanDelimiter("*", longest=3)
        processor.delimiters["_"] = _HanDelimiter("_", longest=2)
        md.inlinePatterns.register(processor, "em_strong", 60)


class _HanDelimiters(DelimiterProcessor):
    """The stock rule, without pairs of which one end is no run of the mark.

    Python-Markdown 3.11 may pair a run with a longer one, and then takes the character after it for a mark: of
    `*甲**乙*丙丁` the 丙 was lost.
    """

    _data = ""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        """Keep the text, by which `add_region` judges."""
        self._data = data
        return super().handleMatch(m, data)

    def add_region(self, delim: Delimiter, a: int, b: int, c: int, d: int, size: int) -> None:
        """A pair: marks from ``a`` to ``b`` and from ``c`` to ``d``."""
        if self._data[a:b] == self._data[c:d] == delim.token * size:
            super().add_region(delim, a, b, c, d, size)


class _HanDelimiter(Delimiter):
    """A delimiter with boundaries for Han text."""

    def __init__(self, token: str, *, longest: int) -> None:
        super().__init__(token, "strong,em", smart=token == "_", double=False)
        self.boundary = _boundary(token, longest)


def _boundary(token: str, longest: int) -> re.Pattern[str]:
    """A pattern for a run of the token, with a group by its neighbours: `start` opens, `end` closes, `ambiguous` both.

    An opening run has text after it that may begin a phrase (`李**、王**` are masked names), a closing run
    has text before it; `_` has no Latin letter or digit outside.
    """
    mark = re.escape(token)
    run = f"(?<!{mark}){mark}{{1,{longest}}}(?!{mark})"
    after_text, before_text = r"(?<=\S)", rf"(?=\S)(?![{CLOSING}])"
    outside = rf"[^\W{LETTERS}]" if token == "_" else r"(?!)"
    not_after_word, not_before_word = f"(?<!{outside})" if token == "_" else "", f"(?!{outside})"
    opens = f"{not_after_word}{run}{before_text}"
    closes = f"{after_text}{run}{not_before_word}"
    return re.compile(
        f"(?P<ambiguous>{not_after_word}{after_text}{run}{not_before_word}{before_text})"
        f"|(?P<end>{closes})|(?P<start>{opens})"
    )
