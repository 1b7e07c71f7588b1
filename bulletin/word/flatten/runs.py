"""The words of a run, and whether a reader sees them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from mammoth.docx.dingbats import dingbats

from bulletin.word.flatten.blocks import WordPiece
from bulletin.word.flatten.names import W, child, number, says_on, value
from bulletin.word.flatten.styles import Styles


class Appearance(WordPiece, frozen=True):
    """How words look: a piece without words, and whether it is hidden."""

    hidden: bool = False


class Typeface:
    """Looks of the runs of one paragraph: styles of table and paragraph stay the same."""

    def __init__(self, styles: Styles, paragraph: str, table: str, *, is_own: bool = False) -> None:
        self._is_own = is_own
        self._styles, self._paragraph, self._table = styles, paragraph, table

    def look(self, run: etree._Element | None) -> Appearance:
        """Of a run, or of a paragraph's mark, by its properties ``w:rPr``."""
        style = value(run, "rStyle")
        script = value(run, "vertAlign") or self._styles.run_value("vertAlign", style)
        underline = value(run, "u") or self._styles.run_value("u", style)
        named = self._styles.name(style) if self._is_own else ""
        whole = "" if self._is_own else self._paragraph  # what a paragraph is, its group says
        return Appearance(
            bold=self._toggle(run, "b", style, whole),
            italic=self._toggle(run, "i", style, whole) or named == "emphasis",
            is_code=named == "html code",
            is_marked=self._is_own and child(run, "shd") is not None,
            strike=self._toggle(run, "strike", style, whole),
            underline=underline not in ("", "none"),
            script=script if script in ("superscript", "subscript") else "",
            hidden=self._toggle(run, "vanish", style, self._paragraph),
        )

    def _toggle(self, run: etree._Element | None, what: str, style: str, paragraph: str) -> bool:
        own = says_on(run, what)
        return self._styles.toggle(what, paragraph, style, self._table) if own is None else own


_PRIVATE = range(0xF000, 0xF100)
"""Where the 256 signs of a symbol font are kept (ECMA-376 part 1, 17.3.3.30)."""


def symbol(element: etree._Element) -> str:
    """The character that a sign of a symbol font looks like; empty where nobody has said."""
    font = element.get(W + "font", "")
    try:
        code = int(element.get(W + "char", ""), 16)
    except ValueError:
        return ""
    low = code - 0xF000 if code in _PRIVATE else code
    found = dingbats.get((font, low)) or dingbats.get((font, code))
    if found:
        return chr(found)
    return chr(code) if code not in _PRIVATE and 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


_BREAKS = ("", "textWrapping")


def word_of(element: etree._Element) -> str | None:
    """What an element within a run prints; None for what is no word, and must be looked at."""
    name = element.tag.removeprefix(W) if isinstance(element.tag, str) else ""
    if name in ("t", "delText"):
        return element.text or ""
    if name in ("tab", "ptab"):
        return "\t"
    if name == "br":
        return "\n" if element.get(W + "type", "") in _BREAKS else ""
    if name == "cr":
        return "\n"
    if name == "noBreakHyphen":
        return "\u2011"
    if name in ("softHyphen", "lastRenderedPageBreak", "rPr", "footnoteRef", "endnoteRef", "annotationRef"):
        return ""
    if name in ("separator", "continuationSeparator", "pgNum", "commentReference"):
        return ""
    return None


def bare_text(element: etree._Element) -> Iterator[str]:
    """All words below an element, also deleted ones; of two forms of one thing both."""
    for each in element.iter(W + "t", W + "delText", W + "tab", W + "p", W + "br"):
        yield "\n" if each.tag in (W + "p", W + "br") else "\t" if each.tag == W + "tab" else each.text or ""


def stops(properties: etree._Element | None) -> tuple[int, ...]:
    """Tab stops of a paragraph, in twentieths of a point."""
    found = child(properties, "tabs")
    each = () if found is None else found.iterfind(W + "tab")
    return tuple(number(tab.get(W + "pos")) for tab in each if tab.get(W + "val") != "clear")
