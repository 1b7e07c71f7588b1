"""Issue numbers as they are printed (docs/norms.md 2) → year, sequence, running total, supplement."""

from __future__ import annotations

import re
import unicodedata

from bulletin.core.model import Value
from bulletin.read.copies import originals
from bulletin.read.numerals import count as count
from bulletin.read.text_files import without_suffix
from bulletin.read.times import find_moment

_COUNT = r"[\d〇零○一二两三四五六七八九十百千元]{1,7}"
_YEAR = r"\d{4}|[〇零○一二三四五六七八九]{4}"

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})[-_.]?(?P<sequence>\d{2,4})",
        r"(?P<sequence>\d{1,4})",
        rf"(?:(?P<year>{_YEAR})年?)?(?P<supplement>增刊)?第?(?P<sequence>{_COUNT})[期号](?:\(?总第?(?P<total>{_COUNT})期?\)?)?",
        rf"(?:(?P<year>{_YEAR})年?)?第(?P<sequence>{_COUNT})[期号](?P<supplement>增刊)(?:\(?总第?(?P<total>{_COUNT})期?\)?)?",
        rf"总第(?P<total>{_COUNT})期",
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
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", without_suffix(text)))
    for form in _FORMS:
        if found := form.fullmatch(compact):
            return _number({"year": None, "sequence": None, "total": None, "supplement": None} | found.groupdict())
    return None


def _number(parts: dict[str, str | None]) -> Number | None:
    year = count(parts["year"] or "")
    sequence = count(parts["sequence"] or ("1" if parts["supplement"] else parts["total"] or "1"))
    if not sequence or (year is not None and not 1900 <= year <= 2200):
        return None
    return Number(year, sequence, count(parts["total"] or ""), bool(parts["supplement"]))


_OWN_YEAR = r"(?<!\d)(?:19|20)\d{2}|[〇零○一二三四五六七八九]{4}"
_TOTAL = rf"(?:\(?总第?{_COUNT}期?\)?)?"
_NO_ISSUE = r"(?![间限望待]|[^,。]{0,12}(?:培训|研修|学员|班|工程|项目|讲座))"
"""What a 期 is of that is no issue: a course, a phase of works, a span of time."""
_ISSUE_FORMS = re.compile(
    rf"(?:(?:{_OWN_YEAR})年?)?(?:增刊)?(?<!总)第{_COUNT}期{_NO_ISSUE}(?:增刊)?{_TOTAL}"
    rf"|(?:{_OWN_YEAR})年(?:增刊)?{_COUNT}期{_NO_ISSUE}{_TOTAL}"
    rf"|(?:(?:{_OWN_YEAR})年?)?增刊(?:第?{_COUNT}[期号]?)?"
)
_TOTAL_FORM = re.compile(rf"总第{_COUNT}期")
_DOCUMENT_FORMS = re.compile(
    rf"[〔\[(【](?:{_OWN_YEAR})年?[〕\])】](?:增刊)?第?{_COUNT}[期号](?![文令楼院]){_TOTAL}"
    rf"|第{_COUNT}号(?=$|\(总)(?:\(?总第?{_COUNT}期?\)?)?"
)
"""Also how a text refers to another one: 根据民发〔2014〕2号."""
_REFERS = re.compile("根据|按照|依据|依照|贯彻|落实|转发|参照|执行|学习|《[^》]*$")
_BARE_YEAR = re.compile(rf"(?P<year>{_OWN_YEAR})年(?!度|第|\d{{1,2}}月|[一二三四五六七八九十]{{1,2}}月)")


def printed_number(text: str) -> str:
    """The number in one of its printed forms anywhere in a line, as `parse_number` reads it; empty when there is none.

    ``工作简报（2024年第3期）``, ``市救〔2014〕2号``, ``总第24期``. A year at the line's beginning is the number's, too:
    ``2024年工作简报第3期``.
    """
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    total = _TOTAL_FORM.search(compact)
    found = _ISSUE_FORMS.search(compact) or _own_document(compact) or total
    if found is None:
        return ""
    printed = found.group()
    number = parse_number(printed)
    if number is None:
        return ""
    year = _BARE_YEAR.match(compact)
    if number.year is None and year and year.end() <= found.start():
        printed = f"{year['year']}年{printed}"
    if number.total is None and total:
        printed += f"（{total.group()}）"
    return printed.replace("(", "（").replace(")", "）")


def _own_document(compact: str) -> re.Match[str] | None:
    found = _DOCUMENT_FORMS.search(compact)
    return None if found is None or _REFERS.search(compact[: found.start()]) else found


_RUN = re.compile(r"(?:19|20)\d{2}[-_.]\d{2,4}(?![-_.]?\d)|\d{3,8}")
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}年?")


def number_in_name(name: str) -> str:
    """The number that a file's name has: the whole name where it is one, else a printed form anywhere in it, else its
    first run of digits. A bare year or day is none: ``2024``, ``2024-03-05 简报``.

    A copy has its original's: ``2014002 2`` is no 22nd issue.
    """
    for original in reversed(originals(name)):
        if (number := parse_number(original)) and number.year and not _is_day_or_year(original):
            return original
    if parse_number(name) and not _is_day_or_year(name):
        return name
    return printed_number(name) or _digits_in(name)


def ids_of_name(name: str) -> tuple[str, ...]:
    """Ids that an issue of this file name may have had, by the name alone.

    A day was once read as a number: ``20240305`` is the 305th issue of 2024 in an address of that time.
    """
    runs = re.findall(r"\d{3,8}", unicodedata.normalize("NFKC", name))[:1]
    numbers = (parse_number(text) for text in (number_in_name(name), name, *runs))
    return tuple(dict.fromkeys(number.id(number.year) for number in numbers if number and number.year))


def _is_day_or_year(name: str) -> bool:
    if len(name) == len("2024003") and name.isascii() and name.isdecimal():  # as nearly all names are
        return False
    plain = unicodedata.normalize("NFKC", name).strip()
    day = find_moment(plain)
    return bool(_YEAR_ALONE.fullmatch(plain) or (day and not (day.before or day.after)))


def _digits_in(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    while day := find_moment(plain):
        plain = f"{day.before} {day.after}"
    runs = (found.group() for found in _RUN.finditer(plain))
    return next((run for run in runs if not _YEAR_ALONE.fullmatch(run)), "")
