"""Issue numbers as they are printed (docs/norms.md 2) → year, sequence, running total, supplement."""

from __future__ import annotations

import re
import unicodedata

from bulletin.core.model import Value
from bulletin.read.copies import originals

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "元": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_COUNT = r"[\d〇零○一二两三四五六七八九十百千元]{1,7}"
_YEAR = r"\d{4}|[〇零○一二三四五六七八九]{4}"

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})[-_.]?(?P<sequence>\d{2,4})",
        r"(?P<sequence>\d{1,4})",
        rf"(?:(?P<year>{_YEAR})年?)?(?P<supplement>增刊)?第?(?P<sequence>{_COUNT})[期号](?:\(?总第?(?P<total>{_COUNT})期?\)?)?",
        rf"(?:(?P<year>{_YEAR})年?)?(?P<supplement>增刊)第?(?P<sequence>{_COUNT})?[期号]?",
        rf"[〔\[(【](?P<year>{_YEAR})年?[〕\])】](?P<supplement>增刊)?第?(?P<sequence>{_COUNT})[期号]?(?:\(?总第?(?P<total>{_COUNT})期?\)?)?",
    )
)


class Number(Value, frozen=True):
    """A parsed issue number."""

    year: int | None
    sequence: int
    total: int | None
    supplement: bool

    def id(self, year: int) -> str:
        """Folder of the issue: ``2014002``, ``2014z01`` for a supplement; ``year`` where the number has none."""
        if self.supplement:
            return f"{self.year or year}z{self.sequence:02}"
        return f"{self.year or year}{self.sequence:03}"


def parse_number(text: str) -> Number | None:
    """``2014002``, ``2014年第2期``, ``第2期(总第38期)``, ``〔2014〕2号``, ``第二期``, ``第 528 期``; else None."""
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).removesuffix(".md")
    for form in _FORMS:
        if found := form.fullmatch(compact):
            return _number({"year": None, "total": None, "supplement": None} | found.groupdict())
    return None


def _number(parts: dict[str, str | None]) -> Number | None:
    year = count(parts["year"] or "")
    sequence = count(parts["sequence"] or "1")
    if not sequence or (year is not None and not 1900 <= year <= 2200):
        return None
    return Number(year, sequence, count(parts["total"] or ""), bool(parts["supplement"]))


def number_in_name(name: str) -> str:
    """The number that a file's name carries: the whole name where it is one, else its first run of digits.

    A copy has its original's: ``2014002 2`` is no 22nd issue.
    """
    for original in reversed(originals(name)):
        if (number := parse_number(original)) and number.year:
            return original
    if parse_number(name):
        return name
    found = re.search(r"\d{3,8}", unicodedata.normalize("NFKC", name))
    return found.group() if found else ""


def count(text: str) -> int | None:
    """``38``, ``三十八``, ``二〇一四`` → int; None for anything else."""
    if text.isdecimal():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = digit = 0
    for c in text:
        if c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit
