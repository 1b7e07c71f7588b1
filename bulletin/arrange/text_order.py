"""Which of a source's texts is which among its resolved references."""

from __future__ import annotations

from bulletin.core.model import Issue, Page, Text


class TextOrder:
    """Index of each text in `Links.resolved`, in the order of `Issue.texts` or `Page.texts`."""

    def __init__(self, source: Issue | Page) -> None:
        self._order = {text.part: index for index, text in enumerate(source.texts())}

    def __getitem__(self, text: Text | None) -> int:
        return self._order[text.part] if text else 0
