"""Official blocks: sign-off, list of attachments and version record, as GB/T 9704-2012 sets them (7.3.4, 7.3.5, 7.4).

Which lines they are is decided before, where the whole text is known (bulletin/read/endings.py). Each such line comes
with U+000E and a letter before it, which no source can hold (decode.py), so that no rule takes a number in
it for a list's. HTML: ``<p class="signoff">office<br>date</p>``,
``<dl class="attachments"><dt>附件：</dt><dd>1.名单</dd>…</dl>``, ``<div class="record"><p>报：…</p>…</div>``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

SIGN_OFF, ATTACHMENTS, FILING = "\x0es", "\x0ea", "\x0er"
"""What each line of such a block begins with."""
OFFICIAL = "\x0e"

_FIRST_ATTACHMENT = re.compile(r"(?P<name>附\s*件\s*[：:])\s*(?P<words>.*)", re.DOTALL)
_RULE = re.compile(r"[-—–─━_*=]{3,}$")


class OfficialExtension(Extension):
    """Sign-off, attachments, version record."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Before all other blocks: nothing in such a line begins one of them."""
        md.parser.blockprocessors.register(_OfficialProcessor(md.parser), "official", 200)


class _OfficialProcessor(BlockProcessor):
    """Makes the element of a block whose lines all have the same beginning."""

    def test(self, parent: etree.Element, block: str) -> bool:  # noqa: ARG002 - the signature is given
        return block[:2] in _MAKERS and all(line[:2] == block[:2] for line in block.split("\n"))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        _MAKERS[block[:2]](parent, [line[2:].strip() for line in block.split("\n")])


def _sign_off(parent: etree.Element, lines: list[str]) -> None:
    paragraph = etree.SubElement(parent, "p", {"class": "signoff"})
    paragraph.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(paragraph, "br").tail = line


def _attachments(parent: etree.Element, lines: list[str]) -> None:
    whole = etree.SubElement(parent, "dl", {"class": "attachments"})
    found = _FIRST_ATTACHMENT.match(lines[0])
    if found:
        etree.SubElement(whole, "dt").text = found["name"]
    for line in (found["words"] if found else lines[0], *lines[1:]):
        etree.SubElement(whole, "dd").text = line


def _record(parent: etree.Element, lines: list[str]) -> None:
    whole = etree.SubElement(parent, "div", {"class": "record"})
    for line in lines:
        if _RULE.match(line):
            etree.SubElement(whole, "hr")
        else:
            etree.SubElement(whole, "p").text = line


_MAKERS = {SIGN_OFF: _sign_off, ATTACHMENTS: _attachments, FILING: _record}
