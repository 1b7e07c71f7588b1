"""W101 to W105: the office's word lists, common slips, and Chinese typesetting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.borders import lies_across_a_border
from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK
from bulletin.check.typography import typeset
from bulletin.core.problems import Problem

_CODES_BY_KIND = {"pair": "W101", "avoid": "W102", "slip": "W104"}


def listed_words(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Every entry of the lists that is in the text."""
    for start, end, word in office.words.words(text.prose):
        if word.kind == "slip" and lies_across_a_border(text.prose, start, end):
            continue
        shown = {"words": word.wrong} | ({"right": word.right} if word.kind != "avoid" else {})
        yield text.found(_CODES_BY_KIND[word.kind], start, end, **shown)


_JOB_TITLE = re.compile(
    r"(?:党组|党委|支部)?(?:副?书记|副?站长|副?局长|副?科长|副?主任|副?所长|副?院长|副?处长|副?市长|副?县长|副?区长)"
)


def job_titles(text: Manuscript, office: Office) -> Iterator[Problem]:
    """A title beside a name of the lists that is not the one that belongs to it."""
    for start, end, name, title in office.words.names(text.prose):
        after = _JOB_TITLE.match(text.prose, end)
        before = re.search(_JOB_TITLE.pattern + "$", text.prose[max(0, start - 8) : start])
        said = after.group() if after else before.group() if before else ""
        if said and not any(said in right for right in re.split("[、，,]", title)):
            first, last = (start, after.end()) if after else (start - len(said), end)
            yield text.found("W103", first, last, words=text.prose[first:last], name=name, right=title)


def typesetting(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """What AutoCorrect would set otherwise, line by line; what D105 says is not said again."""
    fresh = typeset(text.prose)
    if fresh == text.prose:
        return
    for start, before, after in zip(text.starts, text.prose.split("\n"), fresh.split("\n"), strict=False):
        if before != after:
            first, last, right = _difference(before, after)
            shown = right.replace(BLANK, "")
            yield text.found("W105", start + first, start + max(last, first + 1), right=shown)


def _difference(before: str, after: str) -> tuple[int, int, str]:
    """Offsets between which two lines differ, and what AutoCorrect has there, with a little around it."""
    shorter = min(len(before), len(after))
    first = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    tail = 0
    while tail < shorter - first and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return first, len(before) - tail, after[max(0, first - 4) : len(after) - tail + 4]
