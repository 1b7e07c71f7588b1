"""What was copied in Word or WPS, as HTML: the same blocks, by the same rules as a document's.

Word marks what it writes: ``mso-*`` in `style`, `MsoListParagraph` with the label of a numbered paragraph as text in a
conditional comment, ``display:none`` and ``mso-hide:all`` for hidden words, ``<o:p>`` for its own elements. The
clipboard of Windows puts a header before it (CF_HTML), which says where the fragment begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree, html
from msgspec.structs import replace

from bulletin.check.secrecy import secrecy_marks
from bulletin.word.flatten.blocks import WordBlock, WordCell, WordParagraph, WordPiece, WordRow, WordTable
from bulletin.word.flatten.left import LeftList
from bulletin.word.flatten.names import number
from bulletin.word.flatten.numerals import write_number
from bulletin.word.flatten.reading import MAX_CHARACTERS
from bulletin.word.flatten.structure import structured
from bulletin.word.incoming import MAX_PASTED_BYTES, IncomingText
from bulletin.word.markup import to_html
from bulletin.word.refusals import NotTaken

_MAX_DEPTH = 100
_HEADER = re.compile(rb"Version:[0-9.]+\s", re.IGNORECASE)
_PLACE = re.compile(rb"Start(?:Fragment|HTML):(-?[0-9]{1,10})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([a-z0-9_-]{2,20})", re.IGNORECASE)

_LABEL_COMMENT = re.compile(
    r"<!--\[if !supportLists\]-->(.*?)<!--\[endif\]-->|<!\[if !supportLists\]>(.*?)<!\[endif\]>", re.DOTALL
)
_CONDITIONAL = re.compile(r"<!--\[if.*?<!\[endif\]-->", re.S)
_REVEALED = re.compile(r"<!\[(?:if[^\]]*|endif)\]>")
_COMMENT = re.compile(r"<!--.*?-->", re.S)

_BLOCKS = frozenset(
    (
        *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "blockquote"),
        *("pre", "section", "article", "body", "center", "address", "hr"),
    )
)
_REMOVED = frozenset(
    (
        *("script", "style", "head", "title", "meta", "link", "xml", "template", "noscript", "object", "iframe"),
        *("svg", "math", "input", "select", "textarea"),
    )
)
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "s": "strike"}
_BULLETS = "·•●○■□◆◇§Øüoo\uf0b7\uf0a7\uf0d8\uf06c\uf06e\uf075\uf0fc"


def read_pasted(content: bytes) -> IncomingText:
    """The text that was copied. Raises `NotTaken`."""
    if len(content) > MAX_PASTED_BYTES:
        raise NotTaken("size")
    page = _decoded(content)
    if "\0" in page:
        raise NotTaken("other")
    reader = _Reader(_hidden_classes(page))
    if re.search(r"<[a-zA-Z!/]", page):
        root = html.document_fromstring(_prepared(page) or "<p></p>", parser=html.HTMLParser(huge_tree=False))
        body = root.find("body")
        blocks = tuple(reader.blocks(root if body is None else body))
        words = "\n".join(root.itertext())
    else:
        blocks = tuple(WordParagraph((WordPiece(line),)) for line in page.splitlines() if line.strip())
        words = page
    title, text = structured(blocks)
    made = to_html(text, {})
    if not title and not made.strip():
        raise NotTaken("empty")
    mark = next((mark for _, _, mark in secrecy_marks(words, internal_public=False)), "")
    return IncomingText(title, made, (), reader.left.all(), mark)


def _decoded(content: bytes) -> str:
    """CF_HTML is UTF-8; a file of Word's says its encoding, or is in the system's."""
    if _HEADER.match(content):
        places = [int(place) for place in _PLACE.findall(content[:1024])]
        content = content[max(0, min((p for p in places if p > 0), default=0)) :]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        said = _CHARSET.search(content[:4096])
        name = said[1].decode().lower() if said else "gb18030"
        try:
            return content.decode("gb18030" if name in ("gb2312", "gbk", "utf-8") else name)
        except (UnicodeDecodeError, LookupError) as error:
            raise NotTaken("damaged") from error


def _prepared(page: str) -> str:
    """Labels of numbered paragraphs kept and marked; what only Word reads taken out."""
    page = _LABEL_COMMENT.sub(lambda found: f"<label>{found[1] or found[2] or ''}</label>", page)
    page = _REVEALED.sub("", _CONDITIONAL.sub("", page))
    page = re.sub(r"<!--(?:Start|End)Fragment-->", "", page)
    return _COMMENT.sub("", page)


_SHEET = re.compile(r"<style[^<>]*>([^<]*(?:<(?!/style)[^<]*)*)", re.IGNORECASE)
_HIDES = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*(?:all|screen))", re.IGNORECASE)


def _hidden_classes(page: str) -> frozenset[str]:
    """Classes whose words are hidden: Word writes a hidden style as a rule, not on each word."""
    return frozenset(
        name.lower()
        for sheet in _SHEET.findall(page)
        for selector, _, rule in (each.partition("{") for each in sheet.split("}"))
        if _HIDES.search(rule)
        for name in re.findall(r"\.([\w-]+)\s*(?:,|$)", selector)
    )


_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_BARE = WordPiece()
_LOOSE = WordParagraph(())


class _Reader:
    """Walks through a page; one of these a text."""

    def __init__(self, hidden_classes: frozenset[str]) -> None:
        self.left = LeftList()
        self._hidden_classes = hidden_classes
        self._depth = 0
        self._characters = 0
        self._counts: dict[etree._Element, int] = {}
        """List → number of its next point."""

    def blocks(self, parent: etree._Element, looks: WordPiece = _BARE) -> Iterator[WordBlock]:
        """Paragraphs and tables; words outside of any paragraph are one of their own."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotTaken("deep")
        loose: list[WordPiece] = self._text(parent.text, looks)
        for each in parent:
            if not isinstance(each.tag, str):
                pass
            elif self._is_out(each):
                self._leave(each)
            elif each.tag == "table":
                yield from _flushed(loose)
                yield from self._table(each)
            elif each.tag in _BLOCKS:
                yield from _flushed(loose)
                yield from self._block(each, looks)
            elif any(inner.tag in _BLOCKS for inner in each.iter() if isinstance(inner.tag, str)):
                yield from _flushed(loose)
                yield from self.blocks(each, _looks(each, looks))
            else:
                loose += self._inline(each, looks)
            loose += self._text(each.tail, looks)
        yield from _flushed(loose)
        self._depth -= 1

    def _block(self, element: etree._Element, looks: WordPiece) -> Iterator[WordBlock]:
        looks = _looks(element, looks)
        if element.tag == "hr":
            return
        if any(inner.tag in _BLOCKS for inner in element.iterdescendants() if isinstance(inner.tag, str)):
            yield from _labelled(self.blocks(element, looks), self._counted(element))
            return
        pieces = [*self._text(element.text, looks), *self._children(element, looks)]
        self.left.close()
        label = "".join("".join(each.itertext()) for each in element.iter("label")).strip(" \xa0\t\n")
        yield from _labelled(_flushed(pieces, _paragraph(element, label)), "" if label else self._counted(element))

    def _counted(self, element: etree._Element) -> str:
        """The label of a point that a browser numbers; empty for everything else."""
        parent = element.getparent()
        if element.tag != "li" or parent is None or parent.tag != "ol":
            return ""
        next_one = self._counts.get(parent, number(parent.get("start"), 1))
        count = number(element.get("value"), next_one)
        self._counts[parent] = count + 1
        return write_number(count, _FORMS.get(parent.get("type", ""), "decimal")) + "."

    def _children(self, element: etree._Element, looks: WordPiece) -> Iterator[WordPiece]:
        for each in element:
            if isinstance(each.tag, str):
                yield from self._inline(each, looks)
            yield from self._text(each.tail, looks)

    def _inline(self, element: etree._Element, looks: WordPiece) -> Iterator[WordPiece]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotTaken("deep")
        if self._is_out(element):
            self._leave(element)
        elif element.tag == "br":
            yield WordPiece("\n")
        elif element.tag == "img":
            self.left.add("picture", element.get("alt", ""))
        elif element.tag == "label":
            yield from _label(element)
        elif "mso-tab-count" in element.get("style", ""):
            yield WordPiece("\t")
        elif element.tag == "rt":
            self.left.add("ruby", "".join(element.itertext()))
        elif element.tag not in ("rp",):
            looks = _looks(element, looks)
            yield from self._text(element.text, looks)
            yield from self._children(element, looks)
        self._depth -= 1

    def _text(self, text: str | None, looks: WordPiece) -> list[WordPiece]:
        if not text:
            return []
        words = _spaced(text)
        self._characters += len(words)
        if self._characters > MAX_CHARACTERS:
            raise NotTaken("long")
        if words.strip():
            self.left.close()
        return [replace(looks, text=words)] if words else []

    def _is_out(self, element: etree._Element) -> bool:
        style = _style(element)
        return (
            element.tag in _REMOVED
            or element.tag == "del"
            or style.get("display") == "none"
            or style.get("mso-hide") in ("all", "screen")
            or style.get("mso-element") in ("comment-list", "comment", "header", "footer")
            or style.get("visibility") == "hidden"
            or "msocomanchor" in element.get("class", "").lower()
            or "hidden" in element.attrib
            or not self._hidden_classes.isdisjoint(element.get("class", "").lower().split())
        )

    def _leave(self, element: etree._Element) -> None:
        style, words = _style(element), "".join(element.itertext())
        if element.tag in _REMOVED or "msocomanchor" in element.get("class", "").lower():
            return
        if element.tag == "del":
            self.left.words("deleted", words)
        elif style.get("mso-element", "").startswith("comment"):
            self.left.add("comment", words)
        elif style.get("mso-element") in ("header", "footer"):
            self.left.add("header" if style["mso-element"] == "header" else "footer", words)
        else:
            self.left.words("hidden", words)

    def _table(self, element: etree._Element) -> Iterator[WordBlock]:
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        made: list[WordRow] = []
        above: dict[int, tuple[int, int]] = {}
        for row in rows:
            if self._is_out(row):
                self._leave(row)
                continue
            made.append(WordRow(tuple(self._cells(row, above)), bool(len(row)) and all(c.tag == "th" for c in row)))
        if len(made) == 1 and len(made[0].cells) == 1:
            yield from made[0].cells[0].blocks
        elif any(row.cells for row in made):
            yield WordTable(tuple(made))

    def _cells(self, row: etree._Element, above: dict[int, tuple[int, int]]) -> Iterator[WordCell]:
        """With the cells above that reach down; ``above``: column → rows that are left, and columns."""
        column = 0
        cells = iter([each for each in row if each.tag in ("td", "th")])
        while True:
            if (rest := above.get(column, (0, 1)))[0]:
                above[column] = rest[0] - 1, rest[1]
                yield WordCell((), rest[1], continues=True)
                column += rest[1]
                continue
            each = next(cells, None)
            if each is None:
                return
            columns = min(max(number(each.get("colspan"), 1), 1), 63)
            above[column] = min(max(number(each.get("rowspan"), 1), 1), 1000) - 1, columns
            yield WordCell(tuple(self.blocks(each)), columns)
            column += columns


def _flushed(pieces: list[WordPiece], like: WordParagraph = _LOOSE) -> Iterator[WordBlock]:
    if any(piece.text.strip() for piece in pieces):
        yield replace(like, pieces=tuple(pieces))
    pieces.clear()


def _labelled(blocks: Iterator[WordBlock], label: str) -> Iterator[WordBlock]:
    """With a label before the first words, where there is one."""
    first = next(blocks, None) if label else None
    if isinstance(first, WordParagraph):
        yield replace(first, pieces=(WordPiece(label + " "), *first.pieces), label=len(label))
    elif first:
        yield from (WordParagraph((WordPiece(label),), label=len(label)), first)
    yield from blocks


def _label(element: etree._Element) -> Iterator[WordPiece]:
    """The label of a numbered paragraph; a bullet is none, since its paragraph is a point of a list."""
    text = "".join(element.itertext()).strip(" \xa0\t\n")
    if text and text not in _BULLETS:
        yield WordPiece(text + (" " if text[-1].isascii() else ""))


def _paragraph(element: etree._Element, label: str) -> WordParagraph:
    style = _style(element)
    outline = style.get("mso-outline-level", "")
    level = int(element.tag[1]) if re.fullmatch("h[1-6]", element.tag) else -1
    if level < 0 and "msotitle" in element.get("class", "").lower():
        level = 0
    if level < 0 and outline.isdigit() and 0 < int(outline) < 10:
        level = int(outline)
    found = re.search(r"level([1-9])", style.get("mso-list", ""))
    depth = int(found[1]) if found else 1
    bullet = depth if (label and label in _BULLETS) or (element.tag == "li" and _in_points(element)) else 0
    align = style.get("text-align") or element.get("align", "")
    shown = 0 if bullet else len(label)
    return WordParagraph((), level, align if align in ("center", "right") else "", bullet, (), shown)


def _in_points(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "ul"


def _style(element: etree._Element) -> Mapping[str, str]:
    said = element.get("style", "")[:4000].lower()
    pairs = (each.partition(":") for each in said.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _looks(element: etree._Element, looks: WordPiece) -> WordPiece:
    changed: dict[str, object] = {}
    if isinstance(element.tag, str) and element.tag in _MARKS:
        changed[_MARKS[element.tag]] = True
    if element.tag in ("sup", "sub"):
        changed["script"] = "superscript" if element.tag == "sup" else "subscript"
    if element.tag == "a" and element.get("href", "").lower().startswith(("http://", "https://", "mailto:")):
        changed["link"] = element.get("href", "").strip()
    style = _style(element)
    weight = style.get("font-weight", "")
    if weight:
        changed["bold"] = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
    if style.get("font-style"):
        changed["italic"] = style["font-style"] in ("italic", "oblique")
    return replace(looks, **changed) if changed else looks


_HAN = r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]"
_WIDE = re.compile(rf"(?<={_HAN})\s*\n\s*(?={_HAN})")


def _spaced(text: str) -> str:
    """A line's end in the source is no space between two Han characters (clreq), and a blank elsewhere."""
    return re.sub(r"[ \t\r\n\f]+", " ", _WIDE.sub("", text.replace("\r\n", "\n"))).replace("\xa0", " ")
