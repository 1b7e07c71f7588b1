"""What the words on an old page say beside its text: when it was published, how often it was read, its number."""

from __future__ import annotations

import re
import unicodedata

from bulletin.read.numbers import parse_number, printed_number
from bulletin.read.times import parse_moment

_DATE = r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
_CLOCK = r"(?:[T\s]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}秒?(?:\.\d{1,6})?)?分?)?"
_TIME = re.compile(rf"(?<!\d){_DATE}{_CLOCK}(?!\d)")
_HITS_LABEL = r"(?:点击|阅读|浏览|访问|查看|人气|点击率)(?:次数|人次|数量|总数|数|量)?"
_HITS = re.compile(rf"{_HITS_LABEL}\s*[:：]?\s*[\[(【]?\s*(\d{{1,9}})(?!\d)")
_HITS_AFTER = re.compile(r"(?<![\d.:])(\d{1,9})\s*次(?:点击|阅读|浏览|访问)")
HITS_LABEL = re.compile(rf"{_HITS_LABEL}\s*[:：]?\s*[\[(【(]?\s*$")
_META_WORDS = re.compile(
    r"(?:发布|更新|添加|录入|发表|时间|日期|来源|作者|编辑|字号|字体|大中小|打印|关闭|收藏|责任|次数|次|点击|阅读|浏览|访问|"
    r"查看|人气|本站|原创|办公室|大|中|小|率|数|量|人)"
)
_MAX_META_REST = 24
"""Characters that a line about a page may have beside its date and its labels: a name, an office."""
_DIGITS = re.compile(r"(?<!\d)(?:19|20)\d{2}[-_.]?\d{2,4}(?!\d)")
_CRUMBS = re.compile(r"\s*(?:>>|>|»|›|→|＞|/)\s*")
_NO_SECTION = re.compile(r"^(?:正文|内容|首页|网站首页|主页|浏览文章|文章内容|详细内容|.*位置[:：]?.*)$")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\xa0", " ").strip()


def find_time(text: str) -> str:
    """The first time in a text, as ``2015-04-10 10:04:49.512``, with as many parts as it has; empty for none."""
    for found in _TIME.finditer(_plain(text)):
        if moment := parse_moment(re.sub(r"\s*([-/.年月])\s*", r"\1", found.group())):
            written = found.group()
            clock = re.search(r"\d{1,2}[:时]\d{1,2}([:分]\d{1,2})?", written)
            form = "%Y-%m-%d" if not clock else "%Y-%m-%d %H:%M:%S" if clock[1] else "%Y-%m-%d %H:%M"
            parts = re.search(r":\d{1,2}(\.\d{1,6})$", written)
            return moment.strftime(form) + (parts[1] if parts else "")
    return ""


def find_hits(text: str) -> int | None:
    """The count beside its label: ``点击:5530``; None for none."""
    plain = _plain(text)
    found = _HITS.search(plain) or _HITS_AFTER.search(plain)
    return int(found[1]) if found else None


def is_meta_line(text: str) -> bool:
    """Whether a line only says time, count, source and the like, and is no sentence of the text."""
    plain = _plain(text)
    if len(plain) > 160 or not (_TIME.search(plain) or _HITS.search(plain)):
        return False
    rest = _META_WORDS.sub("", _HITS.sub("", _TIME.sub("", plain)))
    return len(re.sub(r"[\W_\d]", "", rest)) <= _MAX_META_REST and not re.search(r"[。;；!！]", plain)


def number_on_page(text: str) -> str:
    """The number of an issue in a title or a line: ``工作简报2014002`` → ``2014002``; empty for none."""
    if found := _DIGITS.search(_plain(text)):
        return found.group() if parse_number(found.group()) else ""
    return printed_number(text)


def find_section(text: str, title: str) -> str:
    """The column in a path of crumbs: ``当前位置：首页 > 站务新闻 > 正文`` → ``站务新闻``."""
    parts = [part.strip(" \xa0　[]【】") for part in _CRUMBS.split(text)]
    parts = parts[1:] or [re.sub(r"^(?:栏目|类别|分类|所属栏目)\s*[:：]\s*", "", parts[0])]
    kept = [part for part in parts if part and part != title and not _NO_SECTION.match(part) and len(part) <= 30]
    return kept[-1] if kept else ""
