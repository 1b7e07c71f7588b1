"""Attributes: `{#id .class key=value}` is taken from the text, and so is whatever stands behind the first of them or
a colon, `{: … }`.

Python-Markdown takes any words in braces for attributes without values, and deletes them: `通知 {草稿}`, a line
`{单位：元}`, `**表一**{续}`. Those are words of the author.
"""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor

_BEGINS = r":|[#.][^\s{}]|[A-Za-z][\w:-]*+="
ATTRIBUTES = rf"\{{[ \t]*+(?:(?:{_BEGINS})(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^{{}}\n])*+)?\}}"
"""A list of attributes with its braces, which may be empty."""


class AttributesExtension(AttrListExtension):
    """Attributes of the element before, at the end of a block or of a heading."""

    def extendMarkdown(self, md: Markdown) -> None:
        """In the place of the rule that it narrows."""
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.registerExtension(self)


class _Attributes(AttrListTreeprocessor):
    """Final in the stubs, but the class reads them from itself."""

    BASE_RE = rf"(?={ATTRIBUTES}){AttrListTreeprocessor.BASE_RE}"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]
