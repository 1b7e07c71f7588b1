"""What the editor of an official account drops or refuses, as rules; an article of ours breaks none (the tests hold it
to that over all corpora), and a page that was changed by hand can be looked through too.

Tencent publishes no list but the draft interface's (docs/wechat.md): most of these are what users have seen happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from bulletin.core.i18n import N_
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.links import is_fetched, is_in_wechat


class EditorRule(NamedTuple):
    """One thing that does not survive."""

    id: str
    words: str
    """What happens, to be translated."""


class RuleHit(NamedTuple):
    rule: EditorRule
    found: str
    """The element, the style or the number that breaks it."""


_TAGS = frozenset("section p span strong em sub sup br img a table tbody tr td th".split())  # noqa: SIM905
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "img": frozenset(("src", "alt", "style")),
    "a": frozenset(("href", "style")),
    "td": frozenset(("colspan", "rowspan", "style")),
    "th": frozenset(("colspan", "rowspan", "style")),
}
_STYLE_ALONE = frozenset(("style",))
_PROPERTIES = frozenset(
    (
        *("margin", "padding", "border", "border-top", "border-bottom", "border-left", "border-right"),
        *("border-collapse", "background-color", "color", "font-size", "font-weight", "font-family", "line-height"),
        *("letter-spacing", "text-align", "text-indent", "text-decoration", "word-break", "overflow-x"),
        *("width", "max-width"),
    )
)
_VALUE = re.compile(r"[-#.,%\w ]+")
"""Plain words and measures: nothing with brackets or quotes, so no ``url(``, ``var(``, ``calc(``."""
_BLOCKS = frozenset(("section", "p", "table"))
_VOID = frozenset(("br", "img"))

_DIV = EditorRule("div", N_("“div” loses its styles: “section” keeps them"))
_ELEMENT = EditorRule("element", N_("this element is taken out, or its styles are"))
_ATTRIBUTE = EditorRule("attribute", N_("this attribute is taken out"))
_PROPERTY = EditorRule("style", N_("this style is taken out, or the article is refused"))
_LINK = EditorRule("link", N_("a link that leads out of WeChat is taken out"))
_PICTURE = EditorRule("picture", N_("a picture is fetched only from a public address"))
_INSIDE = EditorRule("outside", N_("words outside of a paragraph lose their styles"))
_EMPTY = EditorRule("empty", N_("an element with nothing in it is taken out"))
_LENGTH = EditorRule("length", N_("the article is too long"))
_TITLE = EditorRule("title", N_("the title is empty, or too long"))
_DIGEST = EditorRule("digest", N_("the digest is too long"))
_AUTHOR = EditorRule("author", N_("the author is too long"))

_MAX_BYTES = 1_000_000
"""Of an article's HTML (draft interface)."""


def broken_rules(article: WechatArticle, account: WechatAccount) -> tuple[RuleHit, ...]:
    """What would not survive of an article; empty for all that `make_articles` makes of a text that can be cut."""
    return (*rules_broken_by(article.html), *_measures(article, account))


def rules_broken_by(html: str) -> tuple[RuleHit, ...]:
    """What the editor would not keep of some HTML."""
    reader = _RuleReader()
    reader.feed(html)
    reader.close()
    return tuple(reader.hits)


def _measures(article: WechatArticle, account: WechatAccount) -> Iterator[RuleHit]:
    if len(article.html) > account.article_limit or len(article.html.encode()) > _MAX_BYTES:
        yield RuleHit(_LENGTH, str(len(article.html)))
    if not 0 < len(article.title) <= account.title_limit:
        yield RuleHit(_TITLE, article.title)
    if len(article.digest) > account.digest_limit:
        yield RuleHit(_DIGEST, article.digest)
    if len(article.author) > account.author_limit:
        yield RuleHit(_AUTHOR, article.author)


class _RuleReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hits: list[RuleHit] = []
        self._open: list[tuple[str, bool]] = []
        """Elements that are open, each with whether something is in it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._fill()
        if tag == "div":
            self._hit(_DIV, tag)
        elif tag not in _TAGS:
            self._hit(_ELEMENT, tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "img" and not any(name == "src" for name, _ in attrs):
            self._hit(_PICTURE, tag)
        if tag not in _VOID:
            self._open.append((tag, tag in ("td", "th")))  # an empty cell is kept

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        opened, filled = self._open.pop()
        if not filled:
            self._hit(_EMPTY, opened)

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        if not any(tag in _PARAGRAPHS for tag, _ in self._open):
            self._hit(_INSIDE, data.strip()[:20])
        self._fill()

    def _fill(self) -> None:
        if self._open:
            self._open[-1] = (self._open[-1][0], True)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in _ATTRIBUTES.get(tag, _STYLE_ALONE):
            self._hit(_ATTRIBUTE, f"{tag} {name}")
        elif check := _VALUES.get(name):
            rule, is_kept = check
            if not is_kept(value):
                self._hit(rule, value)
        elif name == "style":
            for declaration in filter(None, value.split(";")):
                self._declaration(declaration)

    def _declaration(self, declaration: str) -> None:
        name, _, value = declaration.partition(":")
        if name.strip() not in _PROPERTIES or not _VALUE.fullmatch(value):
            self._hit(_PROPERTY, declaration.strip())

    def _hit(self, rule: EditorRule, found: str) -> None:
        self.hits.append(RuleHit(rule, found))


_PARAGRAPHS = frozenset(("p", "td", "th"))
_VALUES: Mapping[str, tuple[EditorRule, Callable[[str], bool]]] = {
    "href": (_LINK, is_in_wechat),
    "src": (_PICTURE, is_fetched),
}
