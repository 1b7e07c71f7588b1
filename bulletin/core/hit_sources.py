"""Which edition a reader came from: ``?from=qr`` in the address of a page, as the other editions name it."""

from __future__ import annotations

from typing import Literal

HitSource = Literal["mail", "wx", "qr", "pdf", "epub"]
"""The letter by mail, the WeChat article, a code on paper, a link in a PDF, one in a book."""

HIT_SOURCES: tuple[HitSource, ...] = ("mail", "wx", "qr", "pdf", "epub")
"""All of them, in the order of the report. Others are not counted: an address must not invent figures."""

SOURCE_FIELD = "from"
"""Name in the query of an address."""

SOURCE_KEYS: dict[HitSource, str] = {source: f"from:{source}" for source in HIT_SOURCES}
"""Under which a store of hits sums readers who came from an edition, by day, for the whole site: beside the pages' own
keys, none of which begins so. No page is named in it, and no person.
"""
