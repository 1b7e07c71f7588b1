"""The forms of an issue as readers get them, and what each says beside what its web page says."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.i18n import Translate
from bulletin.core.model import Issue
from bulletin.core.print_settings import PrintSettings
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.blocks import Block, TextBlocks, nested, runs_of
from bulletin.editions.epub.book import epub_of_issue
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.plain_text import text_of_issue
from bulletin.editions.print.faces import characters_of
from bulletin.editions.print.issue import Printer
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.articles import make_articles
from bulletin.editions.wechat.markup import NUMBER_STYLE
from bulletin.editions.wechat.rules import broken_rules
from bulletin.editions.word_form.document import word_document
from tests.conftest import NOW, write_files
from tests.editions.books import read_book
from tests.editions.reading_aloud import BESIDE, Node, Reader, notes_of, parting, signs, tree_of
from tests.editions.word_documents import read_document
from tests.print.sheets import tags, text_on_paper

ACCOUNT = WechatAccount()


class Forms(NamedTuple):
    """An issue in every form."""

    name: str
    leaf: Leaf
    page: Node
    """The main part of its page."""
    text: bytes
    book: bytes
    sheet: bytes
    document: bytes
    articles: tuple[WechatArticle, ...]
    known: frozenset[int]
    """Characters that there are fonts for on paper."""
    translate: Translate
    """Into the station's language."""


def made_forms(root: Path, files: Mapping[str, str | bytes], typesetter: Typesetter) -> Iterator[Forms]:
    """Of each issue of a station that has these files: its page is built, the others are made of the same archive."""
    write_files(root, files)
    report = build(root, NOW, Options(search=False, hits=False))
    assert report.held == ()
    with open_leaves(root, NOW, 1) as archive:
        assert archive.resolved.archive.issues
        printer = Printer(typesetter, PrintSettings(), archive.texts.translate)
        for issue in archive.resolved.archive.issues:
            yield _forms(root, archive, issue, printer)


def _forms(root: Path, archive: LeafArchive, issue: Issue, printer: Printer) -> Forms:
    texts = archive.texts
    leaf, picture, say = make_leaf(texts, archive.inputs_of(issue)), texts.picture, texts.translate
    html = (root / "site/issues" / issue.id / "index.html").read_text(encoding="utf-8")
    return Forms(
        issue.id,
        leaf,
        next(tree_of(html).all("main")),
        text_of_issue(leaf, say),
        epub_of_issue(leaf, picture, say),
        printer.sheet(leaf, picture, Sources("")).pdf,
        word_document(leaf, PrintSettings(), picture, say),
        make_articles(leaf, say, ACCOUNT),
        frozenset().union(*characters_of(printer.fonts.chains[0].faces)),
        say,
    )


def differences(made: Forms) -> Iterator[str]:
    """Each form that says something else than the page, and where."""
    for name, compare in _COMPARED.items():
        if found := compare(made):
            yield f"{made.name} {name}: {found}"


HEAD = frozenset(("red-head",))


def _page(
    made: Forms, hidden: frozenset[str] = frozenset(), *, head: bool = False, notes: bool = True, pictures: bool = True
) -> str:
    """What it says of the issue; ``head``: its masthead too."""
    hidden |= BESIDE if head else BESIDE | HEAD
    return Reader(hidden, notes=notes, pictures=pictures).said(made.page)


def _signed(made: Forms) -> Forms:
    """With the name of who made the issue, which a page has above it, below its first words, as book and text do."""
    if not made.leaf.byline:
        return made
    page = deepcopy(made.page)
    text = next(each for each in page.all("div") if "sheet-text" in each.classes)
    lead = next((each for each in text.all("div") if "lead" in each.classes), text)
    name = Node("p", {"class": "byline"})
    name.children.append(made.leaf.byline)
    lead.children.insert(0 if lead is text else len(lead.children), name)
    return made._replace(page=page)


def _signed_above(made: Forms) -> Forms:
    """With that name right below the title, as on paper."""
    if not made.leaf.byline:
        return made
    page = deepcopy(made.page)
    under = next(each for each in page.all("div") if "under-title" in each.classes)
    under.children.append(made.leaf.byline)
    return made._replace(page=page)


# ── plain text


def _text(made: Forms) -> str:
    """Below its masthead, without the address of the page at its end, and without those behind words in brackets."""
    whole = made.text.decode("utf-8-sig").replace("\r\n", "\n")
    below = whole.partition("─" * 19)[2]
    if made.leaf.url:
        below = below.rpartition("─" * 19)[0]
    addresses = _addresses(made.leaf)
    return parting(signs(_without(addresses, _page(_signed(made)))), signs(_without(addresses, below)))


def _addresses(leaf: Leaf) -> set[str]:
    blocks = (block for text in leaf.texts() for block in _all_blocks(text))
    inside = {getattr(block, "href", "") for block in blocks}
    headings = (leaf.heading, *(s.heading for s in leaf.sections), *(a.heading for _, a in leaf.articles()))
    runs = [run for heading in headings for run in heading]
    runs += [run for text in leaf.texts() for block in _all_blocks(text) for run in runs_of(block)]
    return {_squeezed(leaf.link(href)) for href in {*inside, *(run.href for run in runs)} if href}


def _all_blocks(text: TextBlocks) -> Iterator[Block]:
    for block in (*text.blocks, *(block for note in text.notes for block in note.blocks)):
        yield from nested(block)


def _without(addresses: set[str], text: str) -> str:
    squeezed = _squeezed(text)
    for address in sorted(filter(None, addresses), key=len, reverse=True):
        squeezed = squeezed.replace(f"({address})", "")
    return squeezed


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


# ── the book


def _book(made: Forms) -> str:
    """Its files in the order of the spine, without cover and contents, and without its masthead."""
    root = Node("", {})
    for page in _pages(made):
        root.children += tree_of(page).all("body")
    headers = [node for body in root.children if isinstance(body, Node) for node in body.all("header")]
    for header in headers:
        header.given["hidden"] = ""
    return parting(signs(_page(_signed(made))), signs(Reader().said(root)))


def _pages(made: Forms) -> Iterator[str]:
    book = read_book(made.book)
    return (book.text(name) for name in book.spine[2:])


# ── paper


def _sheet(made: Forms) -> str:
    """What is said on paper: in the order of its tags, masthead and all, the contents left out; or as it is laid out.

    Either must be the page's. `pdftotext` has what it finds from above to below: a row of a table that goes on on the
    next page comes in two pieces, and so does its head again. `pdfinfo` follows the tags, in which these are whole, but
    passes over the text that stands in for a glyph with several meanings (ActualText): · is • there, and a character
    with marks comes twice.
    """
    found, made = text_on_paper(made.sheet) if made.sheet else "", _signed_above(made)
    page = signs(_with_gaps(_page(made, head=True, pictures=False), made.known))
    below = signs(_with_gaps(_page(made, pictures=False), made.known))
    laid_out = parting(below, signs(_PAGE_NUMBER.sub("", found))[-len(below) :])
    in_tags = parting(_once(page), _once(signs("".join(_tagged(made.sheet))))) if laid_out else ""
    missing = Counter(page) - Counter(signs(found))
    return (laid_out and in_tags) or (f"not on paper: {dict(missing)}" if missing else "") or _described(made)


def _once(text: str) -> str:
    return _TWICE.sub(r"\1", text.replace("·", ""))


_TWICE = re.compile(r"(.[\u0300-\u036f]+)\1+")
_PAGE_NUMBER = re.compile(r"(?m)^—\s*\d+\s*—$")


def _with_gaps(text: str, known: frozenset[int]) -> str:
    """The text with 〓 for each character that no font has."""
    return "".join("〓" if _is_gap(sign, known) else sign for sign in text)


def _is_gap(sign: str, known: frozenset[int]) -> bool:
    return signs(sign) != "" and (ord(sign) not in known or unicodedata.category(sign) == "Co")


_LINE = re.compile(r'^( *)(?:"(.*)"|(\w+).*)$')


def _tagged(pdf: bytes) -> Iterator[str]:
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    said: list[str] = []
    contents = -1
    for line in done.stdout.decode("utf-8", "replace").split("\n"):
        found = _LINE.match(line)
        if not found:
            continue
        depth = len(found[1])
        if contents >= 0 and depth > contents:
            continue
        contents = -1
        if found[3] == "TOC":
            contents = depth
            said.pop()  # its title
        elif found[2] is not None:
            said.append(found[2])
    return iter(said)


def _described(made: Forms) -> str:
    """Each picture of the page is described on paper, in its words; the tags have a caption before its picture."""
    page = Counter(said for node in made.page.all("img") if (said := signs(node.given.get("alt", ""))))
    paper = Counter(signs(each.alt) for each in tags(made.sheet) if each.tag == "Figure")
    less = page - paper - Counter(signs(said) for said in _in_code(made.page))
    return f"pictures that are not described: {dict(less)}" if less else ""


def _in_code(page: Node) -> Iterator[str]:
    """Descriptions of pictures among code, of which paper has the words alone."""
    return (node.given.get("alt", "") for code in page.all("pre") for node in code.all("img"))


# ── Word


def _document(made: Forms) -> str:
    """Below its masthead; its notes, in the order of their marks; the descriptions of its pictures."""
    found, made = read_document(made.document), _signed_above(made)
    page = _page(made, notes=False, pictures=False)
    notes = "".join(sorted(map(signs, notes_of(made.page))))
    told = Counter(alt for node in made.page.all("img") if (alt := signs(node.given.get("alt", ""))))
    less = told - Counter(map(signs, found.pictures)) - Counter(map(signs, _in_code(made.page)))
    return (
        parting(signs(page), signs(found.below_masthead))
        or parting(notes, "".join(sorted(map(signs, found.notes))))
        or (f"pictures that are not described: {dict(less)}" if less else "")
    )


# ── WeChat


def _wechat(made: Forms) -> str:
    """The texts of its articles, then their notes: each below the article that refers to it, numbered anew there."""
    body = "".join(_said_in(each.body) for each in made.articles)
    label = made.translate("Notes")
    notes = dict.fromkeys(
        said for each in made.articles for note in _notes_in(each.notes, label) if (said := signs(note))
    )
    expected = dict.fromkeys(filter(None, map(signs, notes_of(made.page))))
    titled = signs(_said_in(made.articles[0].html))
    return (
        parting(signs(_page(made, notes=False, hidden=_ITS_TITLE)), signs(body))
        or parting("\n".join(expected), "\n".join(notes))
        or ("" if all(signs(Reader().said(each)) in titled for each in _titles(made.page)) else "no title")
        or _broken(made)
    )


_ITS_TITLE = frozenset(("issue-title",))


def _titles(page: Node) -> Iterator[Node]:
    return (each for each in page.all("h1") if "issue-title" in each.classes)


def _said_in(html: str) -> str:
    return Reader().said(_unnumbered(tree_of(html)))


def _unnumbered(node: Node) -> Node:
    """Without numbers of notes and links, and the place of a picture: readings are spans of that style too."""
    for child in node.children:
        if isinstance(child, Node):
            _unnumbered(child)
            if child.given.get("style") == NUMBER_STYLE and _NUMBER.fullmatch(Reader().said(child)):
                child.given["hidden"] = ""
    return node


_NUMBER = re.compile(r"\[\d+\]|〔\d+〕|【图\d+[】：]|】")


def _notes_in(html: str, title: str) -> Iterator[str]:
    """Each note of an article."""
    boxes = [each for each in tree_of(html).children if isinstance(each, Node)]
    for box in boxes:
        first, *inner = box.children
        if Reader().said(first) != title:
            continue
        note = ""
        for each in inner:
            said = Reader().said(each)
            if re.match(r"〔\d+〕", said):
                yield note
                note = ""
            note += Reader().said(_unnumbered(each)) if isinstance(each, Node) else each
        yield note


def _broken(made: Forms) -> str:
    return "; ".join(f"{hit.rule.id} {hit.found}" for each in made.articles for hit in broken_rules(each, ACCOUNT))


_COMPARED = {"text": _text, "book": _book, "paper": _sheet, "word": _document, "wechat": _wechat}
