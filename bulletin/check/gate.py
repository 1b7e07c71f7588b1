"""The gate: what keeps a text back from everything that leaves the office (build, and later mail, print, WeChat).

A text is kept back while it has a finding of `GATE_CODES` that nobody has passed with a reason, a mark of secrecy, or
fewer reviews than the station asks for. What is decided here depends on texts and reviews alone; which version of a
text the public keeps meanwhile is decided where that is known (build/gating.py).
"""

from __future__ import annotations

from bulletin.check.findings import GATE_CODES, SourceFindings, Verdict
from bulletin.check.ignoring import silence
from bulletin.check.passed import PassedBook


def judge(found: SourceFindings, passed: PassedBook) -> Verdict:
    """What the gate says of one source, or of one attached file, by its findings alone."""
    relevant = [each for each in found.problems if each.code in GATE_CODES]
    kept, silenced = silence(relevant, found.pragmas, passed=passed)
    return Verdict(tuple(each for each in kept if each.code in GATE_CODES), silenced)
