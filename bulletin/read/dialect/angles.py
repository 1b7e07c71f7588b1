"""Angle brackets: what is no HTML element is text, brackets included.

`<Windows设置>`, `Vec<T>`, `<附件1>` are words. For Python-Markdown and for a browser anything that begins with `<`
and a letter is a tag, and one that they do not know vanishes. So before anything is parsed the `<` of such words is
replaced by a character that no source can contain (control_characters.py), which becomes `&lt;` in the HTML, wherever
it is: in a sentence, a table, code, an attribute.
"""

from __future__ import annotations

import re

HIDDEN = "\x1a"
"""What an angle bracket is while a text is parsed."""

_ELEMENT = re.compile(
    "a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|bgsound|big|blink"
    "|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|command|content|data"
    "|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer"
    "|form|frame|frameset|h1|h2|h3|h4|h5|h6|head|header|hgroup|hr|html|i|iframe|image|img|input|ins"
    "|isindex|kbd|keygen|label|legend|li|link|listing|main|map|mark|marquee|math|menu|menuitem|meta|meter"
    "|multicol|nav|nextid|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|picture"
    "|plaintext|portal|pre|progress|q|rb|rp|rt|rtc|ruby|s|samp|script|search|section|select|shadow|slot"
    "|small|source|spacer|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea"
    "|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr|xmp",
    re.IGNORECASE,
)
"""The elements of the HTML standard, obsolete ones too."""

_TARGET = r"(?:(?<=\]\(<)|(?<=\]\( <))[^<>\n]*>(?=[)\s])|(?<=\]: <)[^<>\n]*>"
_TAG_LIKE = re.compile(
    rf"<(?:(?P<kept>{_TARGET}|!--|!doctype\b|!\[|\?xml\b|[a-z][a-z0-9+.-]*://[^<>]*>|[^<> !]+@[^@<> ]+>|/?[ovwm]:[a-z])"
    r"|/?(?P<name>[a-z][^\s/<>]*)|(?=[/!?]))",
    re.IGNORECASE,
)
"""What may look like a tag; `kept` are the targets of links, comments, declarations, addresses in brackets, and tags of
Word's own."""


def hide_angles(text: str) -> str:
    """The text with every `<` hidden that begins no HTML."""
    return _TAG_LIKE.sub(_hidden, text) if "<" in text else text


def show_angles(html: str) -> str:
    """HTML with the hidden brackets as text."""
    return html.replace(HIDDEN, "&lt;")


def _hidden(found: re.Match[str]) -> str:
    if found["kept"]:
        return found.group()
    if _ELEMENT.fullmatch(found["name"] or "") and found.string[found.end() : found.end() + 1] != "<":
        return found.group()
    return HIDDEN + found.group()[1:]
