"""A leaf as pieces that follow one another: titles, blocks, bylines; and those pieces parted into articles.

An article of WeChat has room for some 20,000 characters, tags counted. What has no room in one goes into several: at
the borders of sections; a section that has no room in one, of its articles; an article, of its blocks; a block, of
its lines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from msgspec import structs

from bulletin.core.model import Value
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Definitions,
    ListBlock,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Run,
    Runs,
    SignOff,
    Subheading,
    Table,
    TextBlocks,
    VersionRecord,
    nested,
    runs_of,
)
from bulletin.editions.leaf import Leaf, LeafArticle, LeafSection


class SectionTitle(Value, frozen=True, array_like=True):
    runs: Runs


class ArticleTitle(Value, frozen=True, array_like=True):
    runs: Runs


class Byline(Value, frozen=True, array_like=True):
    """Who wrote what is above it."""

    name: str


class UnmarkedNotes(Value, frozen=True, array_like=True):
    """Notes of a text to which no mark in it refers: they come out all the same."""

    ids: tuple[str, ...]


Piece = SectionTitle | ArticleTitle | Byline | UnmarkedNotes | Block


def runs_of_piece(piece: Piece) -> Iterator[Run]:
    """All its runs, those of blocks inside it too."""
    match piece:
        case SectionTitle() | ArticleTitle():
            yield from piece.runs
        case Byline() | UnmarkedNotes():
            pass
        case _:
            for block in nested(piece):
                yield from runs_of(block)


# ── a leaf as a tree of pieces


class _Node(NamedTuple):
    head: tuple[Piece, ...]
    """Stays with what follows it."""
    inner: tuple[_Node, ...] = ()

    def pieces(self) -> Iterator[Piece]:
        yield from self.head
        for node in self.inner:
            yield from node.pieces()


def _nodes(leaf: Leaf) -> Iterator[_Node]:
    yield from _text(leaf.lead, (), leaf.heading)
    for section in leaf.sections:
        yield _section(section)


def _section(section: LeafSection) -> _Node:
    title: tuple[Piece, ...] = (SectionTitle(section.heading),) if section.heading else ()
    lead = _text(section.lead, _byline(section.byline), section.heading)
    return _Node(title, (*lead, *map(_article, section.articles)))


def _article(article: LeafArticle) -> _Node:
    title = (ArticleTitle(article.heading),) if article.heading else ()
    return _Node(title, tuple(_text(article.text, _byline(article.byline), article.heading)))


def _byline(name: str) -> tuple[Byline, ...]:
    return (Byline(name),) if name else ()


def _text(text: TextBlocks, byline: tuple[Byline, ...], heading: Runs) -> Iterator[_Node]:
    marked = {run.note for run in heading}
    for block in (*text.blocks, *(block for note in text.notes for block in note.blocks)):
        marked.update(run.note for run in runs_of_piece(block))
    unmarked = tuple(note.id for note in text.notes if note.id not in marked)
    for piece in (*text.blocks, *byline, *((UnmarkedNotes(unmarked),) if unmarked else ())):
        yield _Node((piece,))


# ── parting


def part(leaf: Leaf, size: Callable[[Piece], int], room: int) -> tuple[tuple[Piece, ...], ...]:
    """The pieces of each article, of which there is at least one, each of at most ``room``, as far as they can be cut.

    ``size``: what a piece takes at most.
    """
    parts: list[list[Piece]] = [[]]
    used = 0
    waiting = deque(_nodes(leaf))
    while waiting:
        node = waiting.popleft()
        needs = sum(map(size, node.pieces()))
        inside = _opened(node) if needs > room else ()
        if inside:
            waiting.extendleft(reversed(inside))
            continue
        if used + needs > room and parts[-1]:
            parts.append([])
            used = 0
        parts[-1] += node.pieces()
        used += needs
    return tuple(map(tuple, parts))


def _opened(node: _Node) -> tuple[_Node, ...]:
    """What is inside, its title with the first of it; empty where it cannot be cut."""
    if node.inner:
        first, *others = node.inner
        return (_Node(node.head + first.head, first.inner), *others)
    *before, last = node.head or (None,)
    if last is None or isinstance(last, SectionTitle | ArticleTitle | Byline | UnmarkedNotes):
        return ()
    halves = _halves(last)
    if not halves:
        return ()
    first_half, second_half = halves
    return _Node((*(piece for piece in before if piece), first_half)), _Node((second_half,))


_Cuttable = TypeVar("_Cuttable", bound=Block)
_Box = TypeVar("_Box", Quotation, Aside)


def _halves(block: Block) -> tuple[Block, Block] | None:
    """A block as two; None where it is one line, one cell, one picture."""
    match block:
        case Paragraph() | Subheading() | Point():
            cut = _cut_runs(block.runs)
            rest = Paragraph(cut[1], align=block.align if isinstance(block, Paragraph) else "") if cut else None
            return (structs.replace(block, runs=cut[0]), rest) if cut and rest else None
        case ListBlock():
            return _cut(block, "items")
        case Definitions():
            return _cut(block, "entries")
        case Quotation():
            return _cut(block, "blocks") or _alone(block)
        case Aside():
            halves = _cut(block, "blocks") or _alone(block)
            return (halves[0], structs.replace(halves[1], title=())) if halves else None
        case Table():
            tables = _cut(block, "rows")
            return (tables[0], structs.replace(tables[1], caption=())) if tables else None
        case Attachments():
            lists = _cut(block, "lines")
            return (lists[0], structs.replace(lists[1], label=())) if lists else None
        case SignOff() | VersionRecord():
            return _cut(block, "lines")
        case Preformatted():
            lines = block.text.split("\n")
            middle = len(lines) // 2
            made = [Preformatted("\n".join(each)) for each in (lines[:middle], lines[middle:]) if each]
            return (made[0], made[1]) if len(made) == 2 else None
        case _:
            return None


def _cut(block: _Cuttable, field: str) -> tuple[_Cuttable, _Cuttable] | None:
    parts = getattr(block, field)
    middle = len(parts) // 2
    if not middle:
        return None
    return structs.replace(block, **{field: parts[:middle]}), structs.replace(block, **{field: parts[middle:]})


def _alone(block: _Box) -> tuple[_Box, _Box] | None:
    """Where there is one block inside, that one is cut."""
    halves = _halves(block.blocks[0]) if len(block.blocks) == 1 else None
    if not halves:
        return None
    return structs.replace(block, blocks=halves[:1]), structs.replace(block, blocks=halves[1:])


_SENTENCE_ENDS = "。！？；\n"


def _cut_runs(runs: Runs) -> tuple[Runs, Runs] | None:
    """Some words as two halves of about the same length, at the end of a sentence where there is one near."""
    places = list(_places(runs))
    if len(places) < 2:
        return None
    middle = len(places) // 2
    near = range(middle, min(len(places), middle + max(middle // 2, 1)))
    run, character = places[next((place for place in near if _ends_sentence(runs, places[place - 1])), middle)]
    left, right = runs[run].text[:character], runs[run].text[character:]
    first = (*runs[:run], structs.replace(runs[run], text=left)) if left else runs[:run]
    return first, (structs.replace(runs[run], text=right), *runs[run + 1 :])


def _ends_sentence(runs: Runs, place: tuple[int, int]) -> bool:
    run, character = place
    return any(mark in _SENTENCE_ENDS for mark in runs[run].text[character : character + 1])


def _places(runs: Iterable[Run]) -> Iterator[tuple[int, int]]:
    """Each place between two characters, or two runs, where words may be cut: the first one is the beginning."""
    for index, run in enumerate(runs):
        if run.image or run.note or run.ruby:
            yield index, 0
        else:
            yield from ((index, character) for character in range(len(run.text)))
