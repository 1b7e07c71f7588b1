"""What goes out as a document of Word comes in again: words, tables, notes, links, pictures, headings.

Lost on the way are, by design (docs/word-out.md):

- readings above a word, which `word in` lists as left out; the head of the issue, which comes in as paragraphs;
- what the dialect makes of a text again: lists and points are paragraphs with their numbers, the record of versions and
  boxes are paragraphs, a quotation, a line across and marks other than bold, underline, strike, sub and sup are gone;
- ids of headings, and links inside the issue; who wrote a text is a paragraph in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bulletin.build.leaves import open_leaves
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.block_reader import read_blocks
from bulletin.editions.blocks import Block, Paragraph, Table, lines, nested
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.print.tables import lay_out
from bulletin.editions.word_form.document import word_document
from bulletin.word.documents import read_docx
from bulletin.word.incoming import IncomingText
from tests.conftest import NOW, write_files
from tests.editions.reading_aloud import Node, Reader, notes_of, parting, signs, tree_of
from tests.editions.word_documents import parts, read_document
from tests.prove.test_forms import CORPORA


def _issues(root: Path, files: dict[str, str | bytes]) -> Iterator[tuple[Leaf, bytes]]:
    """Each issue, and its document."""
    write_files(root, files)
    with open_leaves(root, NOW, 1) as archive:
        for issue in archive.resolved.archive.issues:
            leaf = make_leaf(archive.texts, archive.inputs_of(issue))
            yield leaf, word_document(leaf, PrintSettings(), archive.texts.picture, archive.texts.translate)


def _words(data: bytes, found: IncomingText) -> str:
    whole = "\n".join(line.text for line in read_document(data, bare=True).lines)
    return parting(signs(whole), signs(found.title) + signs(_said(tree_of(found.html))))


def _said(page: Node) -> str:
    return re.sub(r"\s", "", Reader(notes=False, pictures=False).said(page))


def _notes(data: bytes, found: IncomingText) -> str:
    """Of those that something refers to."""
    came = [signs(each) for each in notes_of(tree_of(found.html))]
    expected = [signs(each) for each in read_document(data, bare=True).notes]
    return parting("|".join(expected[: len(came)]), "|".join(came))


def _tables(leaf: Leaf, found: IncomingText) -> str:
    """Cell by cell, at their places, with their spans: those whose cells hold paragraphs of words."""
    out = [_grid(table) for text in leaf.texts() for table in _plain_tables(text.blocks)]
    back = [_grid(table) for table in _plain_tables(read_blocks(found.html, {}).blocks)]
    return "" if [each for each in out if each not in back] == [] else f"{out} became {back}"


def _plain_tables(blocks: tuple[Block, ...]) -> Iterator[Table]:
    for block in blocks:
        for each in nested(block):
            if isinstance(each, Table) and all(_is_plain(inner) for inner in nested(each) if inner is not each):
                yield each


def _is_plain(block: Block) -> bool:
    return isinstance(block, Paragraph) and not any(run.image or run.ruby for run in block.runs)


def _grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    """Its cells: place, spans, words."""
    cells = (cell for row in lay_out(table).rows for cell in row)
    return [(each.x, each.y, each.columns, each.rows, signs("".join(lines(each.cell.blocks)))) for each in cells]


CHECKS: dict[str, Callable[[Leaf, bytes, IncomingText], str]] = {
    "words": lambda _, data, found: _words(data, found),
    "notes": lambda _, data, found: _notes(data, found),
    "tables": lambda leaf, _, found: _tables(leaf, found),
    "pictures": lambda _, data, found: _pictures(data, found),
}


def _pictures(data: bytes, found: IncomingText) -> str:
    out = sum(name.startswith("word/media/") for name in parts(data))
    return "" if out == len(found.pictures) else f"{out} pictures became {len(found.pictures)}"


@pytest.mark.prove
@pytest.mark.parametrize("corpus", CORPORA)
def test_what_went_out_comes_in_again(corpus: str, prove: bool, room: Path) -> None:
    lost = []
    for leaf, data in _issues(room, CORPORA[corpus](prove)):
        found = read_docx(data, "issue.docx")
        lost += [f"{leaf.id} {name}: {said}" for name, check in CHECKS.items() if (said := check(leaf, data, found))]
    assert lost == []
