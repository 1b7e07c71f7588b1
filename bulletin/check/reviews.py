"""三审三校: who read an issue, when, and which text it was; kept in ``content/reviews.yml``, one line a review.

A review holds for a text, not for a file: it is void as soon as the text is another. The file is plain YAML, but
read line by line, so that a long history costs nothing and a line that is wrong is named.

There are two forms of records. Form 1 names the issue by its printed number, and holds for the bodies and titles of
its files. Form 2 names it by its id, and holds for every public word and for its pictures and attachments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

import msgspec

from bulletin.check.findings import SourceFindings
from bulletin.core.errors import StationError, UsageError
from bulletin.core.model import Issue, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.station import Station
from bulletin.read.assets import Assets, asset_path

REVIEWS_FILE = "content/reviews.yml"
_HEADER = "# 三审三校的记录，由 bulletin review 写入，不要手工修改。\n"
_HASH = "[0-9a-f]{32}"
_LINE = re.compile(
    r"- \{(?:form: 2, id: (?P<id>[^,{}]+), )?number: (?P<number>[^,{}]+), as: (?P<role>first|second|final), "
    rf"by: (?P<by>[^,{{}}]+), date: (?P<date>\d{{4}}-\d\d-\d\d \d\d:\d\d), text: (?P<text>{_HASH})"
    rf"(?:, files: (?P<files>{_HASH}))?(?P<even_so>, even so: yes)?\}}"
)

ROLES: dict[str, str] = {"first": N_("first review"), "second": N_("second review"), "final": N_("final review")}
"""初审, 复审, 终审, in their order."""
_ROLE_NAMES = {"初审": "first", "一审": "first", "复审": "second", "二审": "second", "终审": "final", "三审": "final"}
_ROLES_NEEDED: dict[int, tuple[str, ...]] = {0: tuple(ROLES), 1: ("final",), 2: ("first", "final"), 3: tuple(ROLES)}
"""Which reviews there are, by the number that a station wants."""


class Review(Value, frozen=True):
    """One reading of one text by one person."""

    number: str
    """As printed on the issue."""
    role: str
    by: str
    date: str
    """``YYYY-MM-DD HH:MM``, the station's clock."""
    text: str
    """Hash of the texts that were read: `ReviewedText.old` in form 1, `ReviewedText.words` in form 2."""
    id: str = ""
    """The issue's; empty in form 1."""
    files: str = ""
    """Hash of the files that were looked at; empty in form 1."""
    even_so: bool = False
    """Whether it was recorded although the text had open errors."""


class ReviewedText(Value, frozen=True):
    """What a reviewer reads of an issue, as hashes."""

    words: str
    """Every public word."""
    files: str
    """Pictures, attachments, and what passed.yml passes in them."""
    old: str
    """What reviews of form 1 hold for."""

    def is_of(self, review: Review) -> bool:
        """Whether this is the text that was reviewed."""
        if review.id:
            return (review.text, review.files) == (self.words, self.files)
        return review.text == self.old


def reviewed_text(issue: Issue, found: SourceFindings, assets: Assets, passed: Iterable[str] = ()) -> ReviewedText:
    """``issue`` as it was read, with the articles that have left the site; ``passed`` are the lines of passed.yml for
    its files. Files count by their bytes, and by the name under which the text refers to them.
    """
    refs = [ref for text in issue.texts() for ref in text.refs] if issue.refers else []
    files = {(ref.target, assets[path].digest) for ref in refs if (path := asset_path(ref)) and path in assets}
    encoded = msgspec.json.encode((sorted(files), sorted(passed)))
    return ReviewedText(found.words, blake2b(encoded, digest_size=16).hexdigest(), found.digest)


# ── the file


def read_reviews(data: bytes) -> tuple[Review, ...]:
    """The reviews in the order in which they were recorded. Raises `StationError` naming a line that is none."""
    found = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line.strip())
            if not match:
                raise StationError(N_("this line is not a record of a review."), path=f"{REVIEWS_FILE}:{number}")
            values = {name: value or "" for name, value in match.groupdict().items()}
            found.append(Review(**values | {"even_so": bool(values["even_so"])}))  # type: ignore[arg-type]
    return tuple(found)


def append_review(data: bytes, review: Review) -> bytes:
    """reviews.yml with one more line; what is there stays, byte for byte. ``data`` is empty where there is no file."""
    begun = data or _HEADER.encode()
    end = "\r\n" if b"\r\n" in begun else "\n"
    number = re.sub(r"[,{}\s]+", " ", review.number).strip() or review.id
    form, files = (f"form: 2, id: {review.id}, ", f", files: {review.files}") if review.id else ("", "")
    line = f"- {{{form}number: {number}, as: {review.role}, by: {review.by}, date: {review.date}, text: {review.text}"
    line += f"{files}{', even so: yes' if review.even_so else ''}}}{end}"
    return begun + (b"" if begun.endswith(b"\n") else end.encode()) + line.encode()


# ── which review belongs to which issue


class ReviewBook(Value, frozen=True):
    """All reviews, by the issue that they belong to."""

    issues: tuple[Issue, ...]
    """Newest first."""
    texts: dict[str, ReviewedText]
    """By path of the main file, like ``own``."""
    own: dict[str, tuple[Review, ...]]
    """In the order in which they were recorded."""
    others: tuple[Review, ...]
    """Reviews whose issue is gone, or is one of several with the same printed number."""
    needed: int
    """How many an issue needs."""
    since: str
    """First day of the issues that need them, as ISO text; empty before the first review."""

    def valid(self, issue: Issue) -> tuple[Review, ...]:
        """The reviews of the issue's text as it is now."""
        text = self.texts.get(issue.source)
        return tuple(each for each in self.own.get(issue.source, ()) if text and text.is_of(each))


def make_review_book(
    reviews: Sequence[Review], issues: Iterable[Issue], texts: Mapping[str, ReviewedText], station: Station
) -> ReviewBook:
    """Find the issue of each review: by its text, by its id, or in form 1 by its printed number where only one issue
    has that. A review whose text has another number now belongs to that issue, since the number is none of its words.
    """
    known = tuple(issue for issue in issues if issue.source in texts)
    own: dict[str, list[Review]] = {}
    others = []
    named: dict[str, list[Issue]] = {}
    by_hash: dict[str, list[Issue]] = {}
    for issue in known:
        for name in {issue.id, issue.number}:
            named.setdefault(name, []).append(issue)
        for name in {texts[issue.source].words, texts[issue.source].old}:
            by_hash.setdefault(name, []).append(issue)
    for review in reviews:
        same = [issue for issue in by_hash.get(review.text, ()) if texts[issue.source].is_of(review)]
        called = [issue for issue in named.get(review.id or review.number, ()) if review.id in ("", issue.id)]
        owners = _owners(same, called)
        for issue in owners:
            own.setdefault(issue.source, []).append(review)
        others += [] if owners else [review]
    since = station.reviews_from.isoformat() if station.reviews_from else _first_day(reviews)
    lists = {path: tuple(each) for path, each in own.items()}
    return ReviewBook(known, dict(texts), lists, tuple(others), station.reviews, since)


def _owners(same: list[Issue], called: list[Issue]) -> list[Issue]:
    """``same`` have the text that was reviewed, ``called`` the name; several of one id are copies of each other."""
    sources = {issue.source for issue in same}
    both = [issue for issue in called if issue.source in sources]
    for candidates in (both, same, called):
        if len({issue.id for issue in candidates}) == 1:
            return candidates
    return both


def _first_day(reviews: Iterable[Review]) -> str:
    return min((review.date[:10] for review in reviews), default="")


# ── what is missing


def missing_reviews(issue: Issue, book: ReviewBook) -> tuple[str, ...]:
    """The roles that the issue's text still lacks, in their order, whether they are asked for or not."""
    done = {review.role for review in book.valid(issue)}
    return tuple(role for role in _ROLES_NEEDED[book.needed] if role not in done)


def lacking_reviews(issue: Issue, book: ReviewBook) -> tuple[str, ...]:
    """The roles for which the gate keeps an issue back: none where the station asks for no reviews, or before the day
    from which it asks, or for an issue that was not read this time.
    """
    if not book.needed or not book.since or issue.source not in book.texts:
        return ()
    return missing_reviews(issue, book) if issue.date.date().isoformat() >= book.since else ()


def review_problems(book: ReviewBook) -> Iterator[Problem]:
    """Reviews that are missing, or void since the text was changed.

    Asked of the newest issue, of those since the first review, and of those that have one: not of a whole old archive.
    """
    if not book.needed:
        return
    published = [issue for issue in book.issues if not issue.draft]
    for index, issue in enumerate(published):
        if index and not book.own.get(issue.source) and not lacking_reviews(issue, book):
            continue
        for review in void_reviews(issue, book):
            values = {"role": review.role, "review": ROLES[review.role], "by": review.by}
            yield problem("A211", issue.source, 1, id=issue.id, reason=void_reason(issue, review, book), **values)
        if missing := missing_reviews(issue, book):
            done = book.needed - len(missing)
            yield problem("A210", issue.source, 1, id=issue.id, done=done, needed=book.needed, role=missing[0])


def void_reviews(issue: Issue, book: ReviewBook) -> tuple[Review, ...]:
    """The last review of each role that was of another text, where none of this one followed."""
    last = {review.role: review for review in book.own.get(issue.source, ())}
    valid = {review.role for review in book.valid(issue)}
    return tuple(review for role, review in last.items() if role not in valid)


def void_reason(issue: Issue, review: Review, book: ReviewBook) -> str:
    """Why a review does not count, as a phrase to be translated; empty when it does."""
    text = book.texts[issue.source]
    if text.is_of(review):
        return ""
    if review.id and review.text == text.words:
        return N_("a picture, an attachment or what was passed in them was changed")
    return N_("the text was changed")


# ── a new one


def parse_role(words: str) -> str:
    """``first`` or 初审 → ``first``. Raises `UsageError`."""
    role = _ROLE_NAMES.get(words, words)
    if role not in ROLES:
        raise UsageError(N_("“{role}” is not a review. Write first, second or final."), role=words)
    return role


def clean_name(words: str) -> str:
    """A name as it is recorded. Raises `UsageError`."""
    name = "".join(c for c in " ".join(words.split()) if c.isprintable())
    if not _same_name(name) or re.search(r"[,{}]", name):
        raise UsageError(N_("a name is needed, without commas and brackets."))
    return name


def _same_name(name: str) -> str:
    """李　桂芳 and 李桂芳 → one name: compatible characters (NFKC), without blanks, dots and invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def check_review(valid: Iterable[Review], role: str, by: str, needed: int) -> None:
    """Raise `UsageError` when one that comes before is missing, when the text has this one already, or when the same
    person has another one. ``valid`` are the reviews of the text as it is now.
    """
    done = {review.role: review for review in valid}
    roles = _ROLES_NEEDED[needed]
    if role not in roles:
        raise UsageError(N_("this station does without the {what}; see “reviews” in station.yml."), what=ROLES[role])
    if role in done:
        message = N_("this text has its {what} already: by {by}, {date}.")
        raise UsageError(message, what=ROLES[role], by=done[role].by, date=done[role].date)
    if any(_same_name(review.by) == _same_name(by) for review in done.values()):
        raise UsageError(N_("{by} has reviewed this text already; each review is another person's."), by=by)
    for earlier in roles[: roles.index(role)]:
        if earlier not in done:
            raise UsageError(N_("the {what} comes first; this text does not have it yet."), what=ROLES[earlier])
