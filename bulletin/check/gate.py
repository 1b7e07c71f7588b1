"""The gate: what keeps a text back from everything that leaves the office (build, and later mail, print, WeChat).

A text is kept back while it has a finding of `GATE_CODES` that nobody has passed with a reason, a mark of secrecy, or
fewer reviews than the station asks for. What is decided here depends on texts and reviews alone; which version of a
text the public keeps meanwhile is decided where that is known (build/gating.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from bulletin.check.findings import GATE_CODES, UNCHECKED, SourceFindings, Verdict
from bulletin.check.ignoring import silence
from bulletin.check.passed import PassedBook


def judge(found: SourceFindings, passed: PassedBook, missing: tuple[str, ...] = ()) -> Verdict:
    """What the gate says of one source, by its findings and the reviews that it lacks."""
    relevant = [each for each in found.problems if each.code in GATE_CODES or each.code == UNCHECKED]
    kept, silenced = silence(relevant, found.pragmas, passed=passed)
    return Verdict(tuple(each for each in kept if each.code != "I101"), silenced, missing)


def sum_verdicts(judged: Sequence[Verdict]) -> Verdict:
    """Of a text and the files that it offers."""
    if len(judged) == 1:
        return judged[0]
    return Verdict(
        tuple(found for each in judged for found in each.open),
        tuple(found for each in judged for found in each.passed),
        tuple(role for each in judged for role in each.missing),
    )
