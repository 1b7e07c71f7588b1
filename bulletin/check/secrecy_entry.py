"""The entry 密级 of a text (GB/T 9704-2012, 7.2.2): what its value says."""

from __future__ import annotations

import re

from bulletin.check.folding import fold_text

_HARMLESS = frozenset(("", "公开", "无", "不涉密", "非密"))
_INTERNAL_VALUE = re.compile(r"内部(?:资料|刊物|文件|材料)?")


def _value(given: str) -> str:
    """A value of 密级 without blanks, brackets, quotation marks and lines to fill in."""
    return re.sub(r"[^\w★☆*?]|_", "", fold_text(given))


def is_known_value(value: str) -> bool:
    """Whether an office writes such a value after 密级."""
    return _value(value) in _HARMLESS or bool(_INTERNAL_VALUE.fullmatch(_value(value)))


def secrecy_value(given: str, *, internal_public: bool) -> str:
    """What the entry 密级 says when that keeps a text back; empty for 公开, 无, 不涉密, 非密 and nothing."""
    value = _value(given)
    if value in _HARMLESS or (internal_public and _INTERNAL_VALUE.fullmatch(value)):
        return ""
    return value.strip()[:20]


def declares_public(given: str) -> bool:
    """Whether the entry 密级 says 公开: then 内部资料 and 内部刊物 are no marks."""
    return _value(given) == "公开"
