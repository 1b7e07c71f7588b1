"""What the rules find in one source. A text that makes a rule hang must not hang the build: call it in a worker."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

import msgspec

from bulletin.check.addresses import is_private_host
from bulletin.check.findings import Mention, SourceFindings
from bulletin.check.ignoring import pragmas
from bulletin.check.manuscript import Manuscript, manuscripts
from bulletin.check.office import Office, OfficeConfig, make_office
from bulletin.check.patterns import BLANK, PICTURE, WEB_ADDRESS
from bulletin.check.rendered import Rendered, rendered_problems
from bulletin.check.rules import problems_in
from bulletin.check.secrecy import secrecy_marks
from bulletin.check.wordlists import read_word_lists
from bulletin.core.model import Source
from bulletin.core.problems import problem, sort_problems
from bulletin.read.messages import CheckJob, DocumentJob, decode_html_parts, decode_summary
from bulletin.read.text_files import is_plain
from bulletin.read.web_addresses import BARE_ADDRESS, with_scheme, without_end

_BARE_ADDRESS = re.compile(BARE_ADDRESS)


def examine_source(
    source: Source, office: Office, rendered: Rendered | None = None, *, full: bool = True
) -> SourceFindings:
    """Run all rules over a source, or those alone on which it depends whether it may be published.

    With ``rendered``, what a reading made of it, the rules for numbers look also at what only that shows.
    """
    texts = manuscripts(source, office.facts.sections)
    found = [each for text in texts for each in problems_in(text, office, full=full)]
    if rendered:
        found += list(rendered_problems(rendered, texts, found, office))
    return SourceFindings(
        problems=sort_problems(found),
        pragmas=tuple(one for text in texts for one in pragmas(text)),
        pictures=tuple(mention for text in texts for mention in _pictures(text)),
        links=tuple(mention for text in texts for mention in _links(text)),
        until=tuple(end for text in texts for end in _ends(text)),
        digest=_text_digest(texts),
        words=_words_digest(texts),
    )


def _text_digest(texts: tuple[Manuscript, ...]) -> str:
    """Hash of the texts as the reviews of form 1 know it (reviews.py); never to be changed, or they all become void."""
    hashed = blake2b(digest_size=16)
    for text in texts:
        title = text.entries.get("title", "")
        hashed.update(f"{text.path}\0{title}\0".encode() + text.text[text.body :].encode() + b"\0")
    return hashed.hexdigest()


_NOT_WORDS = frozenset(
    ("number", "total", "date", "updated", "hits", "draft", "id", "redirect_from", "menu", "beside_phone")
)
"""Entries that may change without anybody having to read the text again."""


def _words_digest(texts: tuple[Manuscript, ...]) -> str:
    """Hash of every word that becomes public, and of the comments that pass a finding with a reason.

    The same for any encoding and line ends, in any station, and under any name of the main file.
    """
    hashed = blake2b(digest_size=16)
    for index, text in enumerate(texts):
        name = posixpath.basename(text.path) if index else ""
        entries = {key: value for key, value in text.front.items() if key not in _NOT_WORDS and value is not None}
        unread = "" if text.front else text.text[: text.body]
        comments = [(one.codes, one.reason) for one in pragmas(text)]
        body = text.text[text.body :].strip()
        hashed.update(msgspec.json.encode((name, sorted(entries.items()), unread, comments, body)))
    return hashed.hexdigest()


def _pictures(text: Manuscript) -> Iterator[Mention]:
    for found in PICTURE.finditer(text.text, text.body) if "![" in text.text else ():
        if text.prose[found.start()] != BLANK:
            yield Mention(found["target"], text.path, *text.place(found.start("target")))


def _links(text: Manuscript) -> Iterator[Mention]:
    for found in WEB_ADDRESS.finditer(text.text, text.body) if "://" in text.text else ():
        if not is_private_host(found["host"]):
            target = found.group() if _is_marked(text.text, found.start()) else _bare(text.text, found.start())
            yield Mention(target, text.path, *text.place(found.start()))
    for found in _BARE_ADDRESS.finditer(text.text, text.body) if "www." in text.text else ():
        if not found.group().startswith("http"):
            yield Mention(with_scheme(without_end(found.group())), text.path, *text.place(found.start()))


def _is_marked(text: str, start: int) -> bool:
    """Whether Markdown or HTML says where an address ends."""
    return text[max(start - 2, 0) : start] == "](" or text[max(start - 1, 0) : start] in ("<", '"', "'")


def _bare(text: str, start: int) -> str:
    """An address in a text, as far as the reading makes it a link."""
    found = _BARE_ADDRESS.match(text, start) or WEB_ADDRESS.match(text, start)
    return without_end(found.group()) if found else ""


def _ends(text: Manuscript) -> Iterator[tuple[str, int, str]]:
    until = text.entries.get("until", "")
    if text.is_search_notice and until:
        yield text.path, text.place(max(text.text.find("until"), 0))[0], until


def _examine_document(path: str, data: bytes, office: Office) -> SourceFindings:
    """Look into an attached file: numbers of persons, marks of secrecy, and what it tells beside its text."""
    from bulletin.check.documents import document_problems  # few stations attach files, and few builds look into one
    from bulletin.read.documents.reading import read_document

    facts = read_document(path, data)
    found = [*document_problems(path, facts, office)]
    for part in (part for part in facts.parts if part.role != "raw"):
        marks = secrecy_marks(part.text, internal_public=office.facts.internal_public)
        found += (problem("A209", path, words=mark) for _, _, mark in islice(marks, 1))
    return SourceFindings(problems=sort_problems(found))


# ── in a worker


class SourceChecker:
    """Runs the rules over sources."""

    def __init__(self, config: bytes) -> None:
        """``config`` is an encoded `OfficeConfig`."""
        self._config = config
        self._office: Office | None = None

    def __call__(self, job: CheckJob | DocumentJob) -> bytes:
        """The `SourceFindings` of a source or of an attached file, encoded."""
        if self._office is None:  # built lazily: parsing a hundred thousand entries takes a moment
            config = msgspec.msgpack.decode(self._config, type=OfficeConfig)
            self._office = make_office(config.station, read_word_lists(config.lists), config.key)
        if isinstance(job, DocumentJob):
            return msgspec.msgpack.encode(_examine_document(job.path, job.data, self._office))
        rendered = _rendered(job)
        if is_plain(job.path) and not (rendered and rendered.issue):
            return msgspec.msgpack.encode(SourceFindings())  # some .txt, of which no issue is made
        findings = examine_source(job.source, self._office, rendered, full=job.full)
        return msgspec.msgpack.encode(findings)


def _rendered(job: CheckJob) -> Rendered | None:
    reading = decode_summary(job.summary).reading if job.summary and job.parts else None
    return Rendered(reading.issue, reading.page, decode_html_parts(job.parts)) if reading else None
