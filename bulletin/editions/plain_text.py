"""An issue as plain text: for Notepad (UTF-8 with its mark, CRLF), printers of another age, and readers' programs."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.i18n import Translate
from bulletin.core.model import Correction
from bulletin.core.problems import N_
from bulletin.editions.choice import chosen_issues
from bulletin.editions.columns import width_of, wrapped
from bulletin.editions.edition import Edition
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import Leaf, LeafInputs, make_leaf
from bulletin.editions.text_writer import FILE_WIDTH, TextWriter, centred, right_aligned, rule, without_controls


def text_of_issue(leaf: Leaf, say: Translate) -> bytes:
    """The whole file. ``say`` translates the few words that are ours."""
    writer = _Writer(leaf, say)
    plain = without_controls("\n".join(writer.lines())).rstrip("\n") + "\n"
    return b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode("utf-8", "replace")


class _Writer:
    def __init__(self, leaf: Leaf, say: Translate) -> None:
        self._leaf = leaf
        self._say = say
        self._writer = TextWriter(leaf.link, say)

    def lines(self) -> Iterator[str]:
        leaf, writer = self._leaf, self._writer
        if leaf.draft:
            yield from centred(self._say(N_("Draft: not for readers")))
        yield from centred(leaf.publisher.bulletin)
        yield from centred(leaf.number)
        yield from _sides(leaf.publisher.organizer, f"{leaf.date:%Y-%m-%d}")
        yield rule(FILE_WIDTH)
        if leaf.heading:
            yield from ("", *centred(writer.words(leaf.heading)))
        for each in leaf.corrections:
            yield from wrapped(self._correction(each), FILE_WIDTH)
        yield from writer.text(leaf.lead, leaf.byline)
        for section in leaf.sections:
            if section.heading:
                yield from ("", *wrapped(writer.words(section.heading), FILE_WIDTH))
            yield from writer.text(section.lead, section.byline)
            yield from writer.withdrawn(section.withdrawn_before(0))
            for number, article in enumerate(section.articles, 1):
                yield from ("", *centred(writer.words(article.heading)))
                yield from writer.text(article.text, article.byline)
                yield from writer.withdrawn(section.withdrawn_before(number))
        if leaf.url:
            yield from ("", rule(FILE_WIDTH), *wrapped(leaf.url, FILE_WIDTH))

    def _correction(self, each: Correction) -> str:
        label = self._say(N_("Correction"))
        return f"{label} {each.date:%Y-%m-%d}：“{each.was}” → “{each.now}”"


def _sides(left: str, right: str) -> Iterator[str]:
    room = FILE_WIDTH - width_of(left) - width_of(right)
    yield from (
        (left + " " * room + right,) if room > 0 else (*wrapped(left, FILE_WIDTH), *right_aligned(right, FILE_WIDTH))
    )


# ── the edition


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.txt"


_FORM = Form(N_("Plain text"), _path)


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    for issue in chosen_issues(resolved, "text", _FORM):
        inputs = LeafInputs.of(resolved.archive.station, issue, resolved.links[issue.source])
        yield OutputGroup(f"issue {issue.id} text", inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: LeafInputs) -> Iterator[BinaryFile]:
    yield BinaryFile(_path(inputs.issue.id), text_of_issue(make_leaf(texts, inputs), texts.translate))


TEXT = Edition("text", _outputs, _make, has_shell=False, form=_FORM)
