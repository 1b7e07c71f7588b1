"""The issue on A4, in the form of GB/T 9704-2012: what its template (sheet.typ) gets of a leaf."""

from __future__ import annotations

from typing import Any

from bulletin.arrange.days import long_day
from bulletin.core.i18n import Translate
from bulletin.core.model import Correction, Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_
from bulletin.editions.blocks import Image, Run, Runs, TextBlocks, VersionRecord
from bulletin.editions.leaf import Leaf, LeafArticle, LeafSection
from bulletin.editions.print.pictures import PictureBytes, picture_form
from bulletin.editions.print.sheet_nodes import NodeMaker, SheetNode, without
from bulletin.editions.print.tables import LaidTable
from bulletin.editions.print.words import Lettering


class SheetInputs(Value, frozen=True):
    """What is set: the values of data.json, and the pictures."""

    data: dict[str, Any]
    files: dict[str, bytes]
    wide: tuple[LaidTable, ...]
    """Tables that are too wide for paper."""


def sheet_inputs(
    leaf: Leaf,
    settings: PrintSettings,
    picture: PictureBytes,
    lettering: Lettering,
    translate: Translate,
    mark: str = "a",
) -> SheetInputs:
    """All that the template of the sheet is given. ``mark``: what its labels begin with."""
    pictures = _Pictures(picture)
    maker = NodeMaker(lettering, leaf.link, pictures.file_of, translate, mark)
    parts = _Parts(leaf, maker, translate)
    data = parts.masthead() | {
        "title_blocks": parts.title(),
        "corrections": [maker.words(correction_sentence(each, translate)) for each in leaf.corrections],
        "lead": parts.text(leaf.lead, ""),
        "blocks": _closed(_turned([*parts.sections(), *parts.record(settings)])),
    }
    return SheetInputs(without(maker.dangling(), data), pictures.files, tuple(maker.wide))


class _Pictures:
    """The files of the pictures that were asked for."""

    def __init__(self, picture: PictureBytes) -> None:
        self._picture = picture
        self.files: dict[str, bytes] = {}

    def file_of(self, image: Image) -> str:
        if image.picture is None:
            return ""
        index, variant = picture_form(image)
        name = f"{image.picture.key}-{index}.{'jpg' if variant.format == 'jpeg' else variant.format}"
        if name not in self.files:
            self.files[name] = self._picture(image.picture.key, index)
        return name


def number_on_sheet(leaf: Leaf, say: Translate) -> str:
    """The printed number, with the running total where it does not say it itself."""
    if leaf.total is None or str(leaf.total) in leaf.number:
        return leaf.number
    return say(N_("%(number)s (no. %(total)s in all)")) % {"number": leaf.number, "total": leaf.total}


def byline(name: str, say: Translate) -> str:
    """Who wrote it, as it is below a text."""
    return say(N_("(%(name)s)")) % {"name": name}


def withdrawn_notes(section: LeafSection, index: int, say: Translate) -> list[str]:
    """What is said in place of the articles that were before the one of that index."""
    said = say(N_("This article has been withdrawn."))
    return [f"{said} {day}" for day in section.withdrawn_before(index)]


def correction_sentence(each: Correction, say: Translate) -> str:
    """What was wrong, what is right, and when it was changed."""
    day = f"{each.date:%Y-%m-%d}"
    if each.was and each.now:
        return say(N_("%(day)s: it said “%(was)s”; right is “%(now)s”.")) % {
            "day": day,
            "was": each.was,
            "now": each.now,
        }
    if each.was:
        return say(N_("%(day)s: deleted: “%(was)s”.")) % {"day": day, "was": each.was}
    return say(N_("%(day)s: added: “%(now)s”.")) % {"day": day, "now": each.now}


def settings_record(leaf: Leaf, settings: PrintSettings, say: Translate) -> list[list[Runs]]:
    """The record of versions of station.yml, where no text of the issue has one: each line, or its two sides."""
    if not settings.has_record or _has_record(leaf):
        return []
    to = (
        (say(N_("Reported to: %(names)s")), settings.report),
        (say(N_("Sent to: %(names)s")), settings.send),
        (say(N_("Issued to: %(names)s")), settings.issue),
    )
    lines: list[list[Runs]] = [[(Run(words % {"names": names}),)] for words, names in to if names]
    office = settings.issued_by or leaf.publisher.organizer
    issued = say(N_("issued %(day)s")) % {"day": long_day(leaf.date, say)}
    lines.append([(Run(office),), (Run(issued),)])
    if settings.copies:
        lines.append([(), (Run(say(N_("%(count)s copies printed")) % {"count": settings.copies}),)])
    return lines


def _has_record(leaf: Leaf) -> bool:
    return any(isinstance(block, VersionRecord) for text in leaf.texts() for block in text.blocks)


class _Parts:
    def __init__(self, leaf: Leaf, maker: NodeMaker, translate: Translate) -> None:
        self._leaf = leaf
        self._maker = maker
        self._say = translate

    def masthead(self) -> SheetNode:
        leaf, words, say = self._leaf, self._maker.words, self._say
        publisher = leaf.publisher
        head = {
            "name": words(publisher.bulletin),
            "number": words(number_on_sheet(leaf, say)),
            "publisher": words(publisher.organizer),
            "date": long_day(leaf.date, say),
            "bookmarked": not leaf.heading,
            "url": "" if leaf.draft else publisher.counted_url(leaf.url, "pdf"),
        }
        return {
            "lang": publisher.language.partition("-")[0],
            "region": "CN" if publisher.language == "zh-CN" else None,
            "title": words(leaf.title),
            "author": words(publisher.organizer),
            "description": words(leaf.summary),
            "keywords": [words(each) for each in leaf.keywords],
            "draft": leaf.draft,
            "masthead": head,
            "has_sections": any(section.heading for section in leaf.sections),
            "contents": sum(1 for _ in leaf.articles()) + len(leaf.sections) > _FEWEST_LISTED,
            "words": {
                "contents": say(N_("In this issue")),
                "draft": say(N_("Draft")),
                "draft_line": say(N_("Draft: not for readers")),
                "corrections": say(N_("Correction")),
            },
        }

    def title(self) -> list[SheetNode]:
        leaf = self._leaf
        made = [self._maker.heading(1, leaf.heading, "title")] if leaf.heading else []
        return made + self._byline(leaf.byline)

    def sections(self) -> list[SheetNode]:
        return [node for section in self._leaf.sections for node in self._section(section)]

    def _section(self, section: LeafSection) -> list[SheetNode]:
        made: list[SheetNode] = []
        if section.heading:
            made.append(self._maker.heading(2, section.heading, "section", section.id, listed=True))
        made += self.text(section.lead, section.byline)
        for index, article in enumerate(section.articles):
            made += self._withdrawn(section, index) + self._article(article)
        return made + self._withdrawn(section, len(section.articles))

    def _article(self, article: LeafArticle) -> list[SheetNode]:
        heading = self._maker.heading(3, article.heading, "article", article.id, listed=True)
        return [heading, *self.text(article.text, article.byline)]

    def _withdrawn(self, section: LeafSection, index: int) -> list[SheetNode]:
        return [{"kind": "note", "text": each} for each in withdrawn_notes(section, index, self._say)]

    def text(self, text: TextBlocks, byline: str) -> list[SheetNode]:
        """The text, who wrote it, its notes; a record of versions at its end comes last."""
        blocks = list(text.blocks)
        ends = [blocks.pop()] if blocks and isinstance(blocks[-1], VersionRecord) else []
        made = [*self._maker.blocks(blocks), *self._byline(byline), *self._maker.notes(text.notes)]
        return made + self._maker.blocks(ends)

    def _byline(self, name: str) -> list[SheetNode]:
        if not name:
            return []
        return [{"kind": "byline", "text": self._maker.words(byline(name, self._say))}]

    def record(self, settings: PrintSettings) -> list[SheetNode]:
        """What station.yml says, where no text of the issue has a record of its own."""
        lines = settings_record(self._leaf, settings, self._say)
        return [{"kind": "record", "lines": [[*map(self._maker.runs, each)] for each in lines]}] if lines else []


def _closed(nodes: list[SheetNode]) -> list[SheetNode]:
    """A record of versions that comes last lies at the foot of the last page."""
    if nodes and nodes[-1]["kind"] == "record" and len(nodes[-1]["lines"]) <= _MOST_RECORD_LINES:
        nodes[-1]["last"] = True
    return nodes


def _turned(nodes: list[SheetNode]) -> list[SheetNode]:
    """A table for which the page is turned takes the headings right above it along."""
    made: list[SheetNode] = []
    for node in nodes:
        if node["kind"] == "table" and node["turned"]:
            first = len(made)
            while first and made[first - 1]["kind"] == "heading":
                first -= 1
            made[first:] = [node | {"above": made[first:]}]
        else:
            made.append(node)
    return made


_MOST_RECORD_LINES = 12
"""Of a record of versions that lies at the foot of a page."""
_FEWEST_LISTED = 3
"""Titles below which an issue needs no contents."""
