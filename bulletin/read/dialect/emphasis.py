"""Emphasis: `**` and `__` work beside Han characters and Chinese punctuation, fill-in blanks are kept.

`**“强调”**后文`, `**重点。**下一句`, `中文__重点__中文` are bold. Python-Markdown treats Han
characters as letters, so that `_` between them looks like part of an identifier; here only Latin letters and
digits make a `snake_case_name`. Long runs occur in forms and masked numbers (`姓名____`, `430****1234`): more
than two `_` or three `*` are never emphasis.

A star between two digits multiplies (`3*4*5米`, also with a unit: `3米*4米`), and stars after a surname hide the
given name (`李**`, `王*明`): neither is emphasis. A surname counts as one where no other word can end in it:
at the beginning, after punctuation, and after what introduces names (`受助人员李**`, `李**和王**`).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import Delimiter, DelimiterProcessor

from .characters import CLOSING, LETTERS

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧肖曹袁邓许傅沈吕苏卢蒋蔡贾丁魏薛叶阎闫潘杜戴姜范"
    "谭廖邹熊陆郝孔崔邱秦侯邵孟邢侍覃翟谷雍郜岳庞樊耿欧聂阮柯殷伍詹俞倪颜涂窦饶裘奚"
)
_COMMON_SURNAMES = "高何马钟汪田任石姚方金夏付白毛康史顾龙万段钱汤尹黎易常武乔贺赖文施陶洪安于江余程彭曾温"
"""Surnames that are words as well: they count only beside 和, 与 and 及."""
_BEFORE_NAME = "员人者象童子女男士生志工友属亲母父师医警叫名为是和与及同对向由将把被给为请因站长事任某员姓"
"""How a word may end that a name follows."""
MASKING = f"{_SURNAMES}{_COMMON_SURNAMES}"
"""Characters after which stars may hide a name, as the inside of a character class."""

_DIGIT = "[0-9０-９]"
_UNIT = "[a-zA-Z米寸尺厘毫分]"
_NO_PRODUCT = (
    rf"(?!(?<={_DIGIT})\*(?!\*){_DIGIT})(?!(?:(?<={_DIGIT}{_UNIT})|(?<={_DIGIT}{_UNIT}{_UNIT}))\*(?!\*) ?{_DIGIT})"
)
_INSIDE_WORD = f"(?![{_BEFORE_NAME}])[{LETTERS}*_~]"
_NO_MASK = (
    rf"(?:(?<![{MASKING}])|(?<={_INSIDE_WORD}[{MASKING}])|(?<=[{_COMMON_SURNAMES}])(?<![和与及].)(?!\*{{1,2}}[和与及]))"
)
EMPHASIS = f"{_NO_PRODUCT}{_NO_MASK}"
"""What holds before stars that neither multiply nor hide a name, as the beginning of a pattern."""


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
    text = EMPHASIS if token == "*" else ""
    run = f"(?<!{mark}){text}{mark}{{1,{longest}}}(?!{mark})"
    after_text, before_text = r"(?<=\S)", rf"(?=\S)(?![{CLOSING}])"
    outside = rf"[^\W{LETTERS}]" if token == "_" else r"(?!)"
    not_after_word, not_before_word = f"(?<!{outside})" if token == "_" else "", f"(?!{outside})"
    opens = f"{not_after_word}{run}{before_text}"
    closes = f"{after_text}{run}{not_before_word}"
    return re.compile(
        f"(?P<ambiguous>{not_after_word}{after_text}{run}{not_before_word}{before_text})"
        f"|(?P<end>{closes})|(?P<start>{opens})"
    )
