"""What the check found as SARIF 2.1.0 (OASIS), for code hosts and editors."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bulletin.check.masking import masked_problem
from bulletin.core.i18n import Translate
from bulletin.core.problems import CODES, Problem, describe, remedy

_SARIF_LEVELS = {"error": "error", "warning": "warning", "notice": "note"}


def sarif(problems: Iterable[Problem], version: str, translate: Translate) -> str:
    problems = list(map(masked_problem, problems))
    codes = sorted({found.code for found in problems})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": translate(CODES[code].message)},
            "help": {"text": translate(CODES[code].remedy)},
            "defaultConfiguration": {"level": _SARIF_LEVELS[CODES[code].severity]},
        }
        for code in codes
    ]
    driver = {"name": "bulletin", "semanticVersion": version, "rules": rules}
    results = [_result(found, codes.index(found.code), translate) for found in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(found: Problem, index: int, translate: Translate) -> dict[str, object]:
    where: dict[str, object] = {"artifactLocation": {"uri": found.path}}
    if found.line:
        region = {"startLine": found.line}
        if found.column:
            region |= {"startColumn": found.column, "endColumn": found.column + max(1, found.length)}
        where["region"] = region
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": _SARIF_LEVELS[found.severity],
        "message": {"text": f"{describe(found, translate)} {remedy(found, translate)}"},
        "locations": [{"physicalLocation": where}],
    }
