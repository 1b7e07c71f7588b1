"""Elements of WordprocessingML. Attributes without a prefix are in its namespace, as the schema wants them."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import nsmap, qn
from lxml import etree

WordElement = Any
"""An element of lxml, whose types are not published."""

_NAMESPACES = {**nsmap, "v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office"}
_NOT_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, and the controls that it advises against."""


def element(tag: str, *children: WordElement, **attributes: object) -> WordElement:
    """``element("w:jc", val="right")`` → ``<w:jc w:val="right"/>``; a child that is None is left out."""
    made = etree.Element(
        _name(tag), {_name(f"w:{key}"): str(value) for key, value in attributes.items()}, _prefixes(tag)
    )
    made.extend(child for child in children if child is not None)
    return made


def with_plain(made: WordElement, **attributes: object) -> WordElement:
    """The element with attributes in no namespace: of drawings and VML."""
    for key, value in attributes.items():
        made.set(key, str(value))
    return made


def with_related(made: WordElement, name: str, relationship: str) -> WordElement:
    """The element with an attribute that names a relationship: ``r:id``, ``r:embed``."""
    made.set(_name(f"r:{name}"), relationship)
    return made


def on(tag: str, *, given: bool = True) -> WordElement | None:
    """A property that is switched on, or nothing."""
    return element(tag) if given else None


def written(text: str) -> WordElement:
    """``w:t`` with the text, blanks kept, without what XML cannot hold."""
    made = element("w:t")
    made.text = _NOT_XML.sub("", text)
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def name_of(tag: str) -> str:
    """``w:p`` as lxml names it."""
    return _name(tag)


def _name(tag: str) -> str:
    prefix, _, local = tag.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}" if prefix in _NAMESPACES else qn(tag)


def _prefixes(tag: str) -> dict[str, str]:
    prefix = tag.partition(":")[0]
    return {prefix: _NAMESPACES[prefix]}
