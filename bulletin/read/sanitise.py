"""Sanitise HTML: only what a text needs is kept.

Markdown passes raw HTML on, attr_list sets any attribute, and an imported Word file cannot be trusted.
So everything rendered goes through nh3, which parses as a browser does and writes out again
only what the tables below name: an allowlist, because a list of what is dangerous is never complete (OWASP,
Cross Site Scripting Prevention Cheat Sheet, "HTML Sanitization"). `style` is not in it: the station's
stylesheet decides how things look, and the pages' CSP would drop it anyway. Nor is `cite`, an address that
no browser shows and nh3 does not check.

`id` is kept because footnotes, headings and links inside an issue need it. An id also becomes a property
of `window` ("named access on the Window object" in the HTML standard), so that `<div id="config">` could
replace a global of a careless script: DOM clobbering. That is harmless here: our scripts are modules
with their own scope, find elements by selector and never read a global by a name that a text could take.
`name`, which would clobber properties of `document` and of forms, is removed.
"""

from __future__ import annotations

import re
from collections import Counter

import nh3

from bulletin.read.control_characters import replace_control_characters


class TooDeep(ValueError):
    """HTML so long, so deeply nested or with so many `&` that cleaning it could take minutes."""


TAGS: frozenset[str] = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "br", "hr", "wbr", "blockquote", "address"),
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q"),
        *("s", "samp", "small", "strong", "sub", "sup", "time", "u", "var", "ruby", "rt", "rp"),
        *("ul", "ol", "li", "dl", "dt", "dd", "pre", "figure", "figcaption", "img", "details", "summary"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    )
)
"""What Python-Markdown and its extensions write, and what a bulletin may add by hand."""

REMOVED_WHOLE: frozenset[str] = frozenset(
    (
        *("script", "style", "noscript", "template", "iframe", "noframes", "noembed", "frameset"),
        *("object", "applet", "embed", "svg", "math"),
    )
)
"""Elements whose content is not text for readers; of every other unknown element only the tag is removed."""

_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset(("id", "class", "title", "lang", "dir")),
    "a": frozenset(("href",)),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "del": frozenset(("datetime",)),
    "details": frozenset(("open",)),
    "img": frozenset(("src", "alt", "width", "height")),
    "ins": frozenset(("datetime",)),
    "li": frozenset(("value",)),
    "ol": frozenset(("start", "reversed")),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("colspan", "rowspan", "scope")),
    "time": frozenset(("datetime",)),
}

_ALIGN = frozenset(("left", "center", "right"))
_ATTRIBUTE_VALUES: dict[str, dict[str, frozenset[str]]] = {
    "div": {"role": frozenset(("group",)), "tabindex": frozenset(("0",))},
    "td": {"align": _ALIGN},
    "th": {"align": _ALIGN},
}
"""`div` around a wide table can be scrolled by keyboard (WCAG 2.1.1); columns of a table may be aligned."""

URL_SCHEMES: frozenset[str] = frozenset(("http", "https", "mailto", "tel"))
"""Besides relative addresses, which pass."""

MAX_HTML_LENGTH = 1_000_000
MAX_HTML_DEPTH = 200
"""Nested `<div>` take nh3 quadratic time: 0.05 s for 5,000, 0.7 s for 20,000."""
_MAX_AMPERSANDS = 50_000
"""So do `&` that begin no known reference: 0.4 s for 250,000, 7 s for a million."""

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(REMOVED_WHOLE),
    attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
    tag_attribute_values={
        tag: {name: set(values) for name, values in allowed.items()} for tag, allowed in _ATTRIBUTE_VALUES.items()
    },
    url_schemes=set(URL_SCHEMES),
    strip_comments=True,
    link_rel=None,  # links that leave the site are marked later, when the site is known
)


_MAX_ROUNDS = 8
"""Of 200,000 random sequences of tags, six needed three passes until nothing changed, none more."""


_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#[0-9]{1,7}|#x[0-9a-f]{1,6});)", re.IGNORECASE)


def sanitise(html: str) -> str:
    """The same HTML without anything that is not allowed; raises `TooDeep` instead of taking minutes."""
    if len(html) > MAX_HTML_LENGTH or _too_deep(html) or _tangled(html):
        raise TooDeep
    return _settled(replace_control_characters(_CLEANER.clean(html)))


def _tangled(html: str) -> bool:
    """Whether there are more `&` than a text needs, not counting the references that tools write."""
    return html.count("&") > _MAX_AMPERSANDS < len(_AMPERSAND.findall(html))


def _settled(cleaned: str) -> str:
    """Clean until nothing changes, so that a browser parses the tree that was checked.

    A removed tag can leave `<p><p></p></p>`, which parses differently the next time. Differences between
    the tree that is cleaned and the tree that is shown are what mutation XSS exploits (Heiderich et al.,
    mXSS Attacks, 2013).
    """
    for _ in range(_MAX_ROUNDS):
        again = _CLEANER.clean(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    raise TooDeep


# ── how deep ─────────────────────────────────────────────────────────────────────────────────────────────

_SPACE = r"[\t\n\f\r ]"
_TOKEN = re.compile(
    rf"""
      <!--(?:-?>|.*?(?:--!?>|\Z))                              # a comment, two short forms of it
    | <(?:[!?]|/[^a-z])[^>]*+                                  # what a browser takes for one
    | <(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\b|\Z)
    | <(?P<close>/?)(?P<name>[a-z][^\t\n\f\r />]*+)
      (?:
          [\t\n\f\r /]++
        | [^\t\n\f\r />][^\t\n\f\r />=]*+                      # an attribute's name, which may begin with =
          (?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"?+|'[^']*+'?+|[^\t\n\f\r >]*+))?+
      )*+
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""The tokens of HTML 13.2.5 that matter here. Possessive, and no token fails after a long search: linear."""

_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
"""Reopened in every block until they are closed (HTML 13.2.4.3), so leaving a block does not end them."""
_ENDED_BY: dict[str, frozenset[str]] = {
    "p": frozenset(("p",)),
    "li": frozenset(("p", "li")),
    "dt": frozenset(("p", "dt", "dd")),
    "dd": frozenset(("p", "dt", "dd")),
    "tr": frozenset(("p", "td", "th", "tr")),
    "td": frozenset(("p", "td", "th")),
    "th": frozenset(("p", "td", "th")),
}
"""Elements that a new one of that name closes (HTML 13.1.2.4), as old pages rely on."""


def _too_deep(html: str) -> bool:
    """Whether elements nest deeper than `MAX_HTML_DEPTH`, by estimate; the worker's deadline is the last resort."""
    if html.count("<") <= MAX_HTML_DEPTH:
        return False
    stack: list[str] = []
    formatting: Counter[str] = Counter()
    for token in _TOKEN.finditer(html):
        name = (token["name"] or "").lower()
        if not name or name in _VOID:
            continue
        if name in _FORMATTING:
            _format(formatting, name, bool(token["close"]))
        elif token["close"]:
            _close(stack, name)
        else:
            _open(stack, name)
        if len(stack) + formatting.total() > MAX_HTML_DEPTH:
            return True  # return early: `_close` searches the stack
    return False


def _format(formatting: Counter[str], name: str, close: bool) -> None:
    if close:
        formatting[name] = max(0, formatting[name] - 1)
    else:
        formatting[name] = 1 if name == "a" else formatting[name] + 1  # a link ends the link before it


def _open(stack: list[str], name: str) -> None:
    while stack and stack[-1] in _ENDED_BY.get(name, ()):
        stack.pop()
    stack.append(name)


def _close(stack: list[str], name: str) -> None:
    """Close the innermost element of that name and all in it; a closing tag without one does nothing."""
    if name in stack:
        while stack.pop() != name:
            pass
