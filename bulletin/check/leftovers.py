"""D121: what a writer or a program left in a text and no reader should see; D117: points marked twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, HAN_RANGE, NUMERALS
from bulletin.core.problems import Problem
from bulletin.read.lines import INDENT

_MAY_BE_LEFT = re.compile(
    r"[待此缺请点单□■▯㈪-㉃㊊-㊰uNn\[{$&#](?:(?<=待)[补核填查完确]|(?<=此)处|(?<=缺)[字图]|(?<=请)[输添]|(?<=[点单])击|(?<=□)□"
    r"|(?<=[■▯㈪-㉃㊊-㊰])|(?<=u)ndefined|(?<=N)aN|(?<=n)ull|(?<=\[)object|(?<=\{)\{|(?<=\$)\{|(?<=&)[nelrmh#]|(?<=#)[RNVD])"
)
"""Most texts have none of it, and what begins with a set is found quickly."""
_LEFT = re.compile(
    rf"[（(【〔\[](?:此处)?(?:内容|数字|姓名|日期|人数)?(?:待补充?|待核实?|待核对|待填写?|待查实?|待完善|待确认|缺字|缺图)[）)】〕\]]"
    r"|此处(?:插入|添加|填入|填写|输入|粘贴|放置|缺)(?:图片|照片|表格|文字|内容|附件|标题|链接|姓名|日期)?"
    r"|(?:单击|点击|请)(?:此处|这里)?(?:输入|添加)(?:您的)?(?:文字|标题|内容|正文|文本)"
    rf"|□{{2,}}|(?<=[{HAN_RANGE}])[■▯](?=[{HAN_RANGE}])|(?<=[{HAN_RANGE}])[㈪-㉃㊊-㊰]+(?=[{HAN_RANGE}])"
    r"|(?<![A-Za-z0-9_./-])(?:undefined|NaN|\[object Object\])(?![A-Za-z0-9_./-])"
    rf"|(?:(?<=[{HAN_RANGE}])|(?<=[{HAN_RANGE}][ ，。]))null(?![A-Za-z0-9_./-])"
    rf"|(?<![A-Za-z0-9_./-])null(?=[ ]?[{HAN_RANGE}])"
    r"|\{\{[^{}\n]{1,30}\}\}|\$\{[A-Za-z_.]{1,30}\}|#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?)"
    r"|&(?:nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|middot|mdash|hellip|#160|#xa0|#12288|#822[01]|#8230);",
)


def left_behind(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``（待补）``, ``此处插入图片``, ``□□``, ``undefined``, ``{{content}}``, ``&nbsp;``."""
    if not _MAY_BE_LEFT.search(text.prose):
        return
    for found in _LEFT.finditer(text.prose):
        yield text.found("D121", *found.span(), words=found.group().replace(BLANK, "")[:20])


_NEVER_WRITTEN = re.compile("(?<=^### )(?:文章题目|Title of the article)$", re.MULTILINE)
"""As `bulletin new` writes it."""


def never_written(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """An article of `bulletin new` that nobody has given a title, in an issue that is no draft."""
    if not text.draft:
        for found in _NEVER_WRITTEN.finditer(text.prose):
            yield text.found("D121", *found.span(), words=found.group())


_MARKED_TWICE = re.compile(
    rf"^[{INDENT}]*(?P<mark>(?:[（(](?:[{NUMERALS}]{{1,3}}|\d{{1,2}})[）)]|[①-⑳]|第[{NUMERALS}]{{1,3}}、)[、，.．：])(?!\d)",
    re.MULTILINE,
)
_FIRST_THEN_THIRD = re.compile(r"首先[^\n]{0,120}?其次[^\n]{0,120}?(?P<mark>第三)(?=[，、是])")


def marked_twice(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``（一）、``, ``①、`` (GB/T 15834-2011, 4.5.3.5: no 、 after brackets), and ``首先……其次……第三``."""
    for pattern in (_MARKED_TWICE, _FIRST_THEN_THIRD):
        for found in pattern.finditer(text.prose):
            yield text.found("D117", *found.span("mark"), words=found["mark"])
