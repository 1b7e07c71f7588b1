"""What became of every saved page: as a table (CSV, for a spreadsheet) and as sentences."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable

from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.word.old_site import issue_files, page_text
from bulletin.word.old_site.encoding import Damage
from bulletin.word.old_site.saved_file import SkippedFile
from bulletin.word.old_site.second_opinion import DISAGREES

WHY: dict[str, str] = {
    page_text.NO_LAYOUT: N_("no layout of the map fits: it is a list or a menu, or the map lacks a layout."),
    page_text.NO_TIME: N_("no time was found: look at “time” in the map."),
    page_text.NO_WORDS: N_("the text is empty: look at “body” in the map."),
    "much": N_("it took too long or too much memory."),
    "edited": N_("the issue was changed here since it was imported; it was left as it is."),
    issue_files.MISSING_FILE: N_("the file was not saved."),
    issue_files.MISSING_PAGE: N_("the page was not saved, or has no text."),
    issue_files.UNFIT_FILE: N_("a file of this kind cannot be published."),
}
"""Reason → sentence."""


class ReportRow(Value, frozen=True):
    """A saved page."""

    address: str
    place: str
    outcome: str
    """``read``, ``doubled``, ``skipped``, ``kept``."""
    why: str = ""
    """A key of `WHY`; of a doubled page the address of the first."""
    issue: str = ""
    title: str = ""
    time: str = ""
    hits: int | None = None
    paragraphs: int = 0
    files: int = 0
    encoding: str = ""
    disagrees: float = 0.0
    given: bool = False
    same_number: str = ""
    left_out: tuple[str, ...] = ()
    """Words that readers of the old page did not see."""
    lost: tuple[tuple[str, str], ...] = ()
    """Links that lead nowhere, and a key of `WHY`."""
    damages: tuple[Damage, ...] = ()


_COLUMNS = (
    N_("Old address"),
    N_("File"),
    N_("Outcome"),
    N_("Issue"),
    N_("Title"),
    N_("Published"),
    N_("Hits"),
    N_("Paragraphs"),
    N_("Pictures and attachments"),
    N_("Encoding"),
    N_("Second extractor disagrees by"),
    N_("To look at"),
)
_OUTCOMES = {
    "read": N_("imported"),
    "doubled": N_("same text as another page"),
    "skipped": N_("skipped"),
    "kept": N_("left as it is"),
}


def report_table(rows: Iterable[ReportRow], translate: Translate) -> bytes:
    """CSV with a byte-order mark, which Excel and WPS need; nothing in it begins a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(map(translate, _COLUMNS))
    for row in rows:
        share = f"{row.disagrees:.1%}" if row.disagrees else ""
        values = (
            *(row.address, row.place, translate(_OUTCOMES[row.outcome]), row.issue, row.title, row.time),
            *("" if row.hits is None else row.hits, row.paragraphs or "", row.files or "", row.encoding, share),
            " ".join(_remarks(row, translate)),
        )
        table.writerow([_harmless(str(value)) for value in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def report_text(rows: list[ReportRow], unread: Iterable[SkippedFile], translate: Translate) -> str:
    """The closing lines: how many, and everything that somebody should look at."""
    counts = Counter(row.outcome for row in rows)
    head = translate(
        N_("{read} pages imported, {doubled} with the text of another, {kept} left as they are, {skipped} skipped.")
    ).format(**{name: counts[name] for name in _OUTCOMES})
    lines = [head]
    for row in rows:
        lines += (f"{row.address}: {remark}" for remark in _remarks(row, translate))
    lines += (f"{file.place}: {translate(file.why)}" for file in unread)
    return "\n".join(lines) + "\n"


def _remarks(row: ReportRow, _: Callable[[str], str]) -> Iterable[str]:
    if row.outcome == "doubled":
        yield _(N_("The same text is at {address}; both old addresses lead there.")).format(address=row.why)
    elif row.why:
        yield _(WHY[row.why])
    if row.same_number:
        yield _(N_("Its number is also that of {other}; it was given {issue}.")).format(
            other=row.same_number, issue=row.issue
        )
    if row.disagrees > DISAGREES:
        line = N_("A second extractor finds another text, by {share}: compare it with the old page.")
        yield _(line).format(share=f"{row.disagrees:.0%}")
    for damage in row.damages:
        line = N_("{place}, line {line}: characters are lost: “{around}”.")
        yield _(line).format(place=row.place, line=damage.line, around=damage.around)
    for link, why in row.lost:
        yield _(N_("A link is only words now, {link}: {why}")).format(link=link, why=_(WHY[why]))
    for words in row.left_out:
        yield _(N_("Left out, since the old page hid it: “{words}”")).format(words=words)
