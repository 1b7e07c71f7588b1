"""Deletion: `~~划去~~` is struck through.

As in GitHub's Markdown, and with the rule for stars: no space inside the marks, and between two digits (`3~~5天`)
they are a range. One `~` alone, and three or more, have no meaning here.
"""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import SimpleTagInlineProcessor

DELETION = (
    r"((?<!~)(?!(?<=[0-9０-９])~~[0-9０-９])~~)(?![~\s])((?:[^~]|~(?!~))*?[^~\s])~~(?!~)(?!(?<=[0-9０-９]~~)[0-9０-９])"
)


class DeletionExtension(Extension):
    """Text that is struck through."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Before emphasis (60), after links and raw HTML."""
        md.inlinePatterns.register(SimpleTagInlineProcessor(DELETION, "del"), "deletion", 65)
