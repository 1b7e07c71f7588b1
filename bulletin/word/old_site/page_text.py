"""A saved page and the map → its text with title, number, time, count and section. Runs in the worker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bulletin.core.model import Value
from bulletin.word.incoming import IncomingText, LeftOut
from bulletin.word.old_site.encoding import Damage, decode_page, find_damages
from bulletin.word.old_site.fields import find_hits, find_section, find_time, is_meta_line, number_on_page
from bulletin.word.old_site.map_file import Layout
from bulletin.word.old_site.second_opinion import SecondOpinion, second_opinion
from bulletin.word.old_site.soup import SoupBlock, blocks_html, soup_blocks, take_hidden

_FURNITURE = re.compile(
    r"[【\[（(]?\s*(?:打\s*印|打印本页|打印此页|关\s*闭|关闭窗口|关闭本页|返\s*回|返回顶部|返回首页|返回列表|收\s*藏|收藏本页|"
    r"字体.{0,12}|大\s*中\s*小|分享到?[:：]?|我要评论|发表评论|推荐给好友)\s*[】\]）)]?"
)
_NEIGHBOUR = re.compile(r"(?:上一?[篇条页]|下一?[篇条页]|相关(?:新闻|文章|链接))\s*[:：].*|(?:上|下)一[篇条页].{0,60}")
_EDGE = 8
"""Blocks at each end of a text among which buttons and lines about the page are looked for."""


class OldText(Value, frozen=True, array_like=True):
    """What a page holds."""

    layout: str
    number: str
    """As printed; empty where the page has none."""
    time: str
    """``2015-04-10 10:04:49.512``, with as many parts as the page has; empty for none."""
    hits: int | None
    section: str
    text: IncomingText
    paragraphs: int
    links: tuple[str, ...]
    """Addresses in its links and pictures, as they are written."""
    pictures: tuple[str, ...]
    """Those of them that are pictures'."""
    damages: tuple[Damage, ...]
    opinion: SecondOpinion
    encoding: str
    why_not: str = ""
    """A sentence, marked for translation, when the page has no text."""


NO_LAYOUT, NO_TIME, NO_WORDS = "layout", "time", "words"
"""Why a page has no text; the sentences are in import_report.py."""


def read_old_page(data: bytes, charset: str, address: str, layouts: Sequence[Layout]) -> OldText:
    """Take the text out of a page by the layout that fits it best. Raises `TooDeep`."""
    page = decode_page(data, charset)
    fits = [fit for layout in layouts if (fit := _fit(page.text, address, layout))]
    if not fits:
        return _none(page.encoding, NO_LAYOUT)
    return _read(page.text, page.encoding, max(fits, key=lambda fit: fit.score))


class _Fit:
    """A layout's selectors, as a page answers them."""

    def __init__(self, layout: Layout, tree: LexborHTMLParser, body: LexborNode) -> None:
        self.layout, self.tree, self.body = layout, tree, body
        self.title = _field(tree, layout.title)
        self.time = find_time(_field(tree, layout.time))
        self.hits = find_hits(_field(tree, layout.hits)) if layout.hits else None
        self.section = find_section(_field(tree, layout.section), self.title) if layout.section else ""
        self.number = number_on_page(_field(tree, layout.number)) if layout.number else ""
        length = len(body.text(strip=True))
        self.aside = tuple(_field(tree, each) for each in (layout.time, layout.hits, layout.section) if each)
        self.score = (
            2 * bool(self.time)
            + bool(self.title)
            + (self.hits is not None)
            + bool(self.section)
            + min(length, 400) / 400
        )


def _fit(text: str, address: str, layout: Layout) -> _Fit | None:
    name = address.partition("?")[0].rpartition("/")[2]
    if layout.files and name.casefold() not in {each.casefold() for each in layout.files}:
        return None
    tree = LexborHTMLParser(text)
    body = tree.css_first(layout.body)
    return _Fit(layout, tree, body) if body else None


def _field(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector) if selector else None
    if node is None:
        return ""
    if selector == "title":
        return re.split(r"\s*[-_|—–]+\s*(?=[^-_|—–]*$)", " ".join(node.text().split()))[0]
    return " ".join(node.text(separator=" ").split())[:400]


def _read(text: str, encoding: str, fit: _Fit) -> OldText:
    if not fit.time:
        return _none(encoding, NO_TIME)
    title = _first_line(fit)
    hidden = take_hidden(fit.body)
    blocks, furniture = _without_furniture(soup_blocks(fit.body.html or ""), title, fit.section)
    if not blocks:
        return _none(encoding, NO_WORDS)
    html = blocks_html(blocks)
    # What no reader saw; and buttons, and links to the pages before and after.
    left_out = (*(LeftOut("hidden", each) for each in hidden), *(LeftOut("furniture", each) for each in furniture))
    words = "\n".join(block.text for block in blocks)
    return OldText(
        layout=fit.layout.name,
        number=fit.number,
        time=fit.time,
        hits=fit.hits,
        section="" if any(block.kind == "h2" for block in blocks) else fit.section,
        text=IncomingText(title, html, left_out=left_out),
        paragraphs=len(blocks),
        links=tuple(dict.fromkeys(re.findall(r'<(?:a href|img src)="([^"]*)"', html))),
        pictures=tuple(dict.fromkeys(re.findall(r'<img src="([^"]*)"', html))),
        damages=find_damages(text) if find_damages(f"{title}\n{words}") else (),
        opinion=second_opinion(text, (title, *fit.aside, *furniture), words),
        encoding=encoding,
    )


def _none(encoding: str, why: str) -> OldText:
    return OldText("", "", "", None, "", IncomingText("", ""), 0, (), (), (), SecondOpinion(), encoding, why)


def _first_line(fit: _Fit) -> str:
    """The title, also where its element holds lines about the page too."""
    node = fit.tree.css_first(fit.layout.title) if fit.layout.title else None
    if node is None or fit.layout.title == "title" or not is_meta_line(fit.title):
        return fit.title[:200]
    lines = (" ".join(line.split()) for line in node.text(separator="\n").split("\n"))
    return next((line for line in lines if line and not is_meta_line(line)), "")[:200]


def _without_furniture(blocks: list[SoupBlock], title: str, section: str) -> tuple[list[SoupBlock], list[str]]:
    """The text's own blocks: without what is carried elsewhere (title, time, count, crumbs) and without buttons."""
    kept, furniture = [], []
    for place, block in enumerate(blocks):
        at_edge = place < _EDGE or place >= len(blocks) - _EDGE
        if place < _EDGE and (is_meta_line(block.text) or _same(block.text, title) or _is_crumbs(block.text, section)):
            continue
        if at_edge and (_FURNITURE.fullmatch(block.text) or _NEIGHBOUR.fullmatch(block.text) or _only_buttons(block)):
            furniture.append(block.text[:80])
        else:
            kept.append(block)
    while kept and kept[-1].kind == "hr":
        kept.pop()
    while kept and kept[0].kind == "hr":
        kept.pop(0)
    return kept, furniture


def _same(one: str, other: str) -> bool:
    return bool(other) and re.sub(r"\s", "", one) == re.sub(r"\s", "", other)


def _is_crumbs(text: str, section: str) -> bool:
    return "位置" in text and bool(section) and section in text and len(text) < 120


def _only_buttons(block: SoupBlock) -> bool:
    """【打印本页】【关闭窗口】 in one line, also as a section's title that was taken for one."""
    rest = _FURNITURE.sub("", block.text)
    return rest != block.text and not re.sub(r"[\s|/【】\[\]·]", "", rest)
