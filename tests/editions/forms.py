"""The forms of an issue as readers get them, and what each says beside what its web page says."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.i18n import translations
from bulletin.core.model import Issue
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.blocks import TextBlocks, nested, runs_of
from bulletin.editions.epub.book import epub_of_issue
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.plain_text import text_of_issue
from bulletin.editions.print.issue import Printer, Sources
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.articles import make_articles
from bulletin.editions.wechat.markup import NUMBER_STYLE
from bulletin.editions.wechat.rules import broken_rules
from tests.conftest import NOW, write_files
from tests.editions.books import read_book
from tests.editions.reading_aloud import BESIDE, Node, Reader, notes_of, parting, signs, tree_of
from tests.print.sheets import tags, text_on_paper

CHINESE = translations("zh-CN").gettext
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
    articles: tuple[WechatArticle, ...]


def made_forms(root: Path, files: Mapping[str, str | bytes], printer: Printer) -> Iterator[Forms]:
    """Of each issue of a station that has these files: its page is built, the others are made of the same archive."""
    write_files(root, files)
    report = build(root, NOW, Options(search=False, hits=False))
    assert report.held == ()
    with open_leaves(root, NOW, 1) as archive:
        assert archive.resolved.archive.issues
        for issue in archive.resolved.archive.issues:
            yield _forms(root, archive, issue, printer)


def _forms(root: Path, archive: LeafArchive, issue: Issue, printer: Printer) -> Forms:
    leaf, picture = make_leaf(archive.texts, archive.inputs_of(issue)), archive.texts.picture
    html = (root / "site/issues" / issue.id / "index.html").read_text(encoding="utf-8")
    return Forms(
        issue.id,
        leaf,
        next(tree_of(html).all("main")),
        text_of_issue(leaf, CHINESE),
        epub_of_issue(leaf, picture, CHINESE),
        printer.sheet(leaf, picture, Sources("")).pdf,
        make_articles(leaf, CHINESE, ACCOUNT),
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
    hidden |= BESIDE if head else BESIDE | HEAD
    return Reader(hidden, notes=notes, pictures=pictures).said(made.page)


# ── plain text


def _text(made: Forms) -> str:
    """Below its masthead, without the address of the page at its end, and without those behind words in brackets."""
    whole = made.text.decode("utf-8-sig").replace("\r\n", "\n")
    below = whole.partition("─" * 19)[2]
    if made.leaf.url:
        below = below.rpartition("─" * 19)[0]
    addresses = _addresses(made.leaf)
    return parting(signs(_without(addresses, _page(made))), signs(_without(addresses, below)))


def _addresses(leaf: Leaf) -> set[str]:
    blocks = (block for text in leaf.texts() for block in _all_blocks(text))
    inside = {getattr(block, "href", "") for block in blocks}
    headings = (leaf.heading, *(s.heading for s in leaf.sections), *(a.heading for _, a in leaf.articles()))
    runs = [run for heading in headings for run in heading]
    runs += [run for text in leaf.texts() for block in _all_blocks(text) for run in runs_of(block)]
    return {_squeezed(leaf.link(href)) for href in {*inside, *(run.href for run in runs)} if href}


def _all_blocks(text: TextBlocks) -> Iterator[object]:
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
        root.children += [body for body in tree_of(page).all("body")]
    headers = [node for body in root.children if isinstance(body, Node) for node in body.all("header")]
    for header in headers:
        header.given["hidden"] = ""
    return parting(signs(_page(made)), signs(Reader().said(root)))


def _pages(made: Forms) -> Iterator[str]:
    book = read_book(made.book)
    return (book.text(name) for name in book.spine[2:])


# ── paper


def _sheet(made: Forms) -> str:
    """What its tags say, masthead and all, in the order in which it is read aloud; the contents are left out."""
    if not made.sheet:
        return "there is none"
    page = signs(_page(made, head=True, pictures=False))
    read = signs("".join(_tagged(made.sheet)))
    return parting(_with_gaps(page, read), read) or _on_paper(made.sheet, read) or _described(made)


def _with_gaps(page: str, paper: str) -> str:
    """The page with 〓 where the paper has it."""
    out = list(page)
    for at, sign in enumerate(paper[: len(out)]):
        if sign == "〓":
            out[at] = "〓"
    return "".join(out)


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


def _on_paper(pdf: bytes, read: str) -> str:
    """What `pdftotext` finds less than the tags say: page numbers, contents and heads that are repeated are more."""
    missing = Counter(read) - Counter(signs(text_on_paper(pdf)))
    return f"not on paper: {dict(missing)}" if missing else ""


def _described(made: Forms) -> str:
    """Pictures are described by the words of the page, in its order."""
    page = [node.given["alt"] for node in made.page.all("img") if node.given.get("alt")]
    paper = [each.alt for each in tags(made.sheet) if each.tag == "Figure"]
    left = list(page)
    for alt in paper:
        if left and signs(alt) == signs(left[0]):
            left.pop(0)
    return f"no picture on paper is described as {left[0]!r}" if left else ""


# ── WeChat


def _wechat(made: Forms) -> str:
    """The texts of its articles, then their notes: each below the article that refers to it, numbered anew there."""
    body = "".join(_said_in(each.body) for each in made.articles)
    notes = dict.fromkeys(said for each in made.articles for note in _notes_in(each.notes) if (said := signs(note)))
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
    """Without the numbers of notes and links, and where a picture is to be put: readings are spans of that style too."""
    for child in node.children:
        if isinstance(child, Node):
            _unnumbered(child)
            if child.given.get("style") == NUMBER_STYLE and _NUMBER.fullmatch(Reader().said(child)):
                child.given["hidden"] = ""
    return node


_NUMBER = re.compile(r"\[\d+\]|〔\d+〕|【图\d+[】：]|】")


def _notes_in(html: str) -> Iterator[str]:
    """Each note of an article."""
    boxes = [each for each in tree_of(html).children if isinstance(each, Node)]
    for box in boxes:
        title, *inner = box.children
        if Reader().said(title) != CHINESE("Notes"):
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


_COMPARED = {"text": _text, "book": _book, "paper": _sheet, "wechat": _wechat}
