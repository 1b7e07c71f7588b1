"""P111 and P113: a person's face, and how long a search notice stays (未成年人保护法 103; 精神卫生法 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, PICTURE
from bulletin.core.problems import Problem
from bulletin.read.addresses import is_elsewhere, local_path

# ── pictures of people, search notices

_PEOPLE_COMMENT = re.compile(r"<!--\s*people:\s*(?:none|masked|consent)\s*-->\s*$")


def pictures_in_cases(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Pictures in cases of which nobody has said whether people can be seen on them; a machine cannot tell."""
    if "![" not in text.text or text.entries.get("people") or text.is_search_notice:
        return
    for found in PICTURE.finditer(text.text, text.body):
        passage = text.passage_at(found.start())
        line = text.place(found.start())[0]
        before = text.text[text.starts[line - 2] : text.starts[line - 1]] if line > 1 else ""
        unseen = text.prose[found.start()] == BLANK or local_path(found["target"]) or is_elsewhere(found["target"])
        if passage and office.is_case(passage.section) and not unseen and not _PEOPLE_COMMENT.search(before.strip()):
            yield text.found("P111", *found.span("target"), target=found["target"])


def search_notices(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A search notice is public only as long as it is needed."""
    if text.is_search_notice and not text.entries.get("until"):
        at = max(text.text.find("kind"), 0)
        yield text.found("P113", at, at + len("kind"))
