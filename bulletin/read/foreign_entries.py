"""Entries that other generators of sites read (Jekyll, Hexo, Pelican, Hugo): here they say nothing, and harm nothing.

Texts brought from there need not lose them. What says there that a text is not public is no such entry: `published:
false`, `status: draft`, `password`; nor is one that asks for an old address, as `aliases` does.
"""

from __future__ import annotations

_FOREIGN = frozenset(
    """
    archive author authors banner banner_img breadcrumb byline categories category classes comment comments copyright
    cover css description disablenunjucks excerpt featured featured_image gallery header id image images index_img js
    katex keyword keywords lang language last_modified_at lastmod layout license linktitle markup math mathjax mermaid
    meta nav_order og_image pagination parent permalink photos pin pinned postid save_as series share show_date
    sitemap slug sticky subtitle summary tag tags template theme thumbnail toc toc_number top top_img translation type
    url weight
    """.split()  # noqa: SIM905
)
"""`author`, `tags` and `slug` are here under the names that they have with us (frontmatter.ALIASES)."""
_STATES = {
    "status": frozenset(("published", "publish", "public")),
    "published": frozenset(("true", "yes", "on", "1")),
}
"""Entries that may keep a text back there, and their values that do not."""


def is_foreign(key: str, value: object) -> bool:
    """Whether an entry that is none of ours is one of another generator; its name is in small letters."""
    if key in _STATES:
        return isinstance(value, str) and value.strip().lower() in _STATES[key]
    return key in _FOREIGN
