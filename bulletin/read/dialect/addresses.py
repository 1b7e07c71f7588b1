"""Addresses: what reads as an address of the web is a link.

`https://…` and `www.…` in a text become links, up to the first character that cannot be part of one: a space, a Han
character, full-width punctuation. Punctuation at the end stays outside, as in GitHub's Markdown (Autolinks,
extended); a closing bracket belongs to the address where it closes one inside. A link written as
`[民政部](www.mca.gov.cn)` is meant as https, and `[邮箱](x@y.cn)` as a mail address: to a browser both would be
files of this site. A mail address in the text stays text, so that it is not collected.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, INLINE_PLACEHOLDER_RE, AtomicString

from bulletin.read.web_addresses import BARE_ADDRESS, with_scheme, without_end

BARE = "address"
"""Class of a link whose text is its address: on paper it is not said again."""


class AddressExtension(Extension):
    """Bare addresses, and links without a scheme."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Before entities (80) and emphasis (60), which an address may seem to contain; after raw HTML (90)."""
        md.inlinePatterns.register(_AddressInlineProcessor(BARE_ADDRESS, md), "addresses", 85)
        md.treeprocessors.register(_SchemeTreeprocessor(md), "schemes", 9)


class _AddressInlineProcessor(InlineProcessor):
    """Makes links of addresses."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        """The link, and where it begins and ends."""
        address = without_end(m.group())
        if _in_raw_link(self.md, data[: m.start()]) or not re.search(r"(?:/|\.)[A-Za-z0-9]", address):
            return None, None, None
        link = etree.Element("a", {"class": BARE, "href": with_scheme(address)})
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


def _in_raw_link(md: Markdown, before: str) -> bool:
    """Whether an `<a>` that the author wrote as HTML is still open."""
    blocks = md.htmlStash.rawHtmlBlocks
    if not any(isinstance(raw, str) and raw[:2].lower() == "<a" for raw in blocks):
        return False
    stashed: dict[str, object] = md.treeprocessors["inline"].stashed_nodes  # type: ignore[attr-defined]
    for name in reversed(INLINE_PLACEHOLDER_RE.findall(before)):
        found = HTML_PLACEHOLDER_RE.fullmatch(str(stashed.get(name, "")))
        tag = str(blocks[int(found[1])]).lower() if found else ""
        if re.match(r"</?a\b", tag):
            return not tag.startswith("</")
    return False


class _SchemeTreeprocessor(Treeprocessor):
    """Gives links to `www.…` and to mail addresses their scheme."""

    def run(self, root: etree.Element) -> None:
        """Go through all links."""
        for link in root.iter("a"):
            target = link.get("href", "")
            if target and ":" not in target[:7]:
                link.set("href", with_scheme(target))
