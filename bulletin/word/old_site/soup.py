"""The part of an old page that holds its text → plain blocks of HTML: paragraphs, headings, lists, tables, pictures.

Pages of the 2000s lay a text out with nested tables, `<font>` and `<br>`. A table that only lays out is taken apart in
the order of the text; a table of data stays. Every `<br>` ends a paragraph, as writers of that time meant it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bulletin.core.model import Value
from bulletin.read.lines import INDENT
from bulletin.read.sanitise import sanitise

_BLOCKS = frozenset(
    (
        *("p", "div", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "td"),
        *("th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "figure", "figcaption", "address"),
        *("details", "summary"),
    )
)
_INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}
_SECTION = re.compile(r"[【\[]\s*([^【】\[\]]{2,20})\s*[】\]]")
_MARKED_TITLE = re.compile(r"[●◆■★▲]\s*(.{2,60})")
_SPACE = " \t\r\n\f\xa0\u3000\u200b\ufeff"
_MAX_TITLE = 40
_NOT_A_TITLE = re.compile(r"[。；;,，、：:!！?？.]$")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)


class SoupBlock(Value, frozen=True):
    """A paragraph, a heading, a list item, a table."""

    kind: str
    """``p``, ``h2``, ``h3``, ``li``, ``oli`` (of a numbered list), ``table``, ``hr``."""
    html: str
    """What is in it; of a table the whole."""
    text: str
    """Its words."""


def take_hidden(element: LexborNode) -> list[str]:
    """Remove what no reader of the old page saw; returns its words."""
    texts = []
    for node in element.css("[style], [hidden]"):
        if node.mem_id != element.mem_id and (
            "hidden" in node.attributes or _HIDDEN.search(node.attributes["style"] or "")
        ):
            if words := " ".join(node.text(separator=" ").split()):
                texts.append(words[:80])
            node.decompose()
    return texts


def soup_blocks(html: str) -> list[SoupBlock]:
    """The blocks of a body. Raises `TooDeep`."""
    body = LexborHTMLParser(sanitise(html)).body
    if body is None:
        return []
    return [_as_heading(block) for block in _Blocks().read(body)]


def blocks_html(blocks: list[SoupBlock]) -> str:
    """Blocks as HTML of the elements that read/sanitise.py lets through."""
    return "".join(_grouped(blocks))


def _grouped(blocks: list[SoupBlock]) -> Iterator[str]:
    open_list = ""
    for block in blocks:
        wanted = {"li": "ul", "oli": "ol"}.get(block.kind, "")
        if wanted != open_list:
            yield (f"</{open_list}>\n" if open_list else "") + (f"<{wanted}>\n" if wanted else "")
            open_list = wanted
        if block.kind == "table":
            yield block.html + "\n"
        elif block.kind == "hr":
            yield "<hr>\n"
        else:
            name = "li" if wanted else block.kind
            yield "<" + name + ">" + block.html + "</" + name + ">\n"
    if open_list:
        yield "</" + open_list + ">\n"


class _Blocks:
    """A walk through a body, which collects inline HTML until a block ends."""

    def __init__(self) -> None:
        self._found: list[SoupBlock] = []
        self._html: list[str] = []
        self._open: list[str] = []
        """Inline elements that are open, to be closed and opened again where a paragraph ends in them."""
        self._kind = "p"

    def read(self, body: LexborNode) -> list[SoupBlock]:
        self._children(body)
        self._flush()
        return self._found

    def _children(self, node: LexborNode) -> None:
        for child in node.iter(include_text=True, skip_empty=False):
            self._node(child)

    def _node(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._html.append(escape(re.sub(r"[ \t\r\n\f]+", " ", node.text_content or ""), quote=False))
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self._picture(node)
        elif tag == "table" and _is_data(node):
            self._flush()
            self._found.append(SoupBlock("table", _table(node), node.text(separator=" ")))
        elif tag == "hr":
            self._flush()
            self._found.append(SoupBlock("hr", "", ""))
        elif tag in _BLOCKS:
            self._block(node, tag)
        elif tag in _INLINE or (tag == "a" and node.attributes.get("href")):
            self._inline(node, tag)
        else:
            self._children(node)

    def _block(self, node: LexborNode, tag: str) -> None:
        self._flush()
        before = self._kind
        if tag == "li":
            self._kind = "oli" if node.parent and node.parent.tag == "ol" else "li"
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._kind = "h3"
        elif tag in ("td", "th", "table"):
            self._kind = "p"
        self._children(node)
        self._flush()
        self._kind = before

    def _inline(self, node: LexborNode, tag: str) -> None:
        opening = "<" + _INLINE.get(tag, tag) + ">"
        if tag == "a":
            opening = '<a href="' + escape(node.attributes.get("href") or "") + '">'
        self._html.append(opening)
        self._open.append(opening)
        self._children(node)
        self._open.pop()
        self._html.append(_closing(opening))

    def _picture(self, node: LexborNode) -> None:
        source = node.attributes.get("src") or ""
        if source:
            alt = node.attributes.get("alt") or ""
            self._html.append('<img src="' + escape(source) + '" alt="' + escape(alt) + '">')

    def _flush(self) -> None:
        html = "".join((*self._html, *map(_closing, reversed(self._open))))
        self._html = list(self._open)
        html = _trim(html)
        text = words_of(html)
        if text or "<img" in html:
            self._found.append(SoupBlock(self._kind, html, text))


def _closing(opening: str) -> str:
    return "</" + opening[1:].partition(" ")[0].rstrip(">") + ">"


_EMPTY = re.compile(rf"<(strong|em|sub|sup|a)(?: [^<>]*)?>([{_SPACE}]*)</\1>")
_LEADING = re.compile(rf"^((?:<(?:strong|em|a)(?: [^<>]*)?>)*)[{_SPACE}]+")
_TRAILING = re.compile(rf"[{_SPACE}]+((?:</(?:strong|em|a)>)*)$")


def _trim(html: str) -> str:
    """Without empty elements and without blanks at both ends: an indent is the stylesheet's."""
    previous = ""
    while previous != html:
        previous, html = html, _EMPTY.sub(r"\2", html)
    return _TRAILING.sub(r"\1", _LEADING.sub(r"\1", html))


_TAG = re.compile(r"<[^<>]*>")


def words_of(html: str) -> str:
    """The words of HTML that this module wrote."""
    text = _TAG.sub("", html)
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(reference, character)
    return text.strip(INDENT + _SPACE)


# ── tables


def _is_data(table: LexborNode) -> bool:
    """Whether a table has data: two rows and two columns of short cells and nothing that lays out."""
    if table.css("table, ul, ol, h1, h2, h3, h4, hr")[1:]:
        return False
    rows = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in table.css("tr")]
    filled = [row for row in rows if sum(bool(cell.text(strip=True)) for cell in row) > 1]
    if len(filled) < 2 or len(filled) * 2 < len(rows):
        return False
    lengths = [len(cell.text(strip=True)) for row in filled for cell in row]
    return max(lengths) <= 200 and all(len(cell.css("p, br")) <= 6 for row in filled for cell in row)


def _table(table: LexborNode) -> str:
    rows = [_row(row) for row in table.css("tr")]
    caption = table.css_first("caption")
    head = "<caption>" + escape(_words(caption), quote=False) + "</caption>" if caption else ""
    return "<table>" + head + "<tbody>" + "".join(rows) + "</tbody></table>"


def _row(row: LexborNode) -> str:
    cells = []
    for cell in row.iter():
        if cell.tag in ("td", "th"):
            spans = "".join(
                " " + name + '="' + str(int(value)) + '"'
                for name in ("colspan", "rowspan")
                if (value := cell.attributes.get(name) or "").isdecimal() and len(value) < 4 and int(value) > 1
            )
            cells.append("<" + cell.tag + spans + ">" + escape(_words(cell), quote=False) + "</" + cell.tag + ">")
    return "<tr>" + "".join(cells) + "</tr>"


def _words(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").replace("\xa0", " ").replace("\u3000", " ").split())


# ── headings


def _as_heading(block: SoupBlock) -> SoupBlock:
    """【站务新闻】 alone is a section, ●标题 or a short bold line a title: as the reader of issues has it."""
    if block.kind not in ("p", "h3") or not block.text or "<img" in block.html:
        return block
    if found := _SECTION.fullmatch(block.text):
        return SoupBlock("h2", escape(found[1].strip(), quote=False), found[1].strip())
    if found := _MARKED_TITLE.fullmatch(block.text):
        return SoupBlock("h3", escape(found[1].strip(), quote=False), found[1].strip())
    bold = re.fullmatch(r"<strong>((?:(?!</?strong>).)+)</strong>", block.html)
    is_title = len(block.text) <= _MAX_TITLE and not _NOT_A_TITLE.search(block.text)
    if block.kind == "p" and bold and is_title and "<" not in bold[1]:
        return SoupBlock("h3", bold[1], block.text)
    if block.kind == "h3":
        return SoupBlock("h3" if is_title else "p", escape(block.text, quote=False), block.text)
    return block
