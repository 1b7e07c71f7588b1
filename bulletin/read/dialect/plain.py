"""Fast path: plain paragraphs, which are most of what an office writes, are converted without the parser.

Python-Markdown tries every rule on every paragraph and every inline pattern on every sentence: for an issue of
4,000 characters that was four fifths of the reading time (profile: 27,000 of 28,500 calls). So a text is
first split at its blank lines. A block to which no rule can apply is converted here,
with `**bold**` and simple `[links](https://…)` as the only markup; so is a flat list that
has no other list next to it, a table of plain cells, and a single picture. Only the runs of other blocks go through
the parser; the whole text does when it may contain syntax that spans blocks (definitions, raw HTML, fences, attribute
lists).

Most blocks are matched by one regular expression each, so that the matching is done in C: a sentence, a sentence
with links, a list of links. A block that matches none of them is checked by `_Block`.

The words of a block are returned with its HTML: to count them, and for a summary, no tags have to be removed again,
which took as long as the conversion (0.3 ms an issue of prose, 0.7 ms a list of 200 links). External links are marked
here too, if the caller knows that all links are external.

The result is byte for byte that of the parser, and needs no sanitising; tests/read/test_plain.py compares the two
on random texts made of the characters that rules use, and on every text in the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.read.web_addresses import ADDRESS_BEGINNINGS

from .characters import CLOSING, LETTERS, OPENING, list_item_start
from .emphasis import EMPHASIS
from .joining import join
from .points import BEGINNING, MARKS, MAX_MARK_LENGTH, point_class

_TANGLED = ("<", "{", "]:", "```", "~~~")
"""Syntax that may span blocks: raw HTML, attributes, definitions, fences.

The first character is searched first: that takes a fifth of the time of searching for several.
"""
_DEFINITION = re.compile(r"\n\s*:")
"""The definition of the term above; searching for the line end takes a quarter of the time of trying `^` everywhere."""

_BLANK = re.compile(r"\n\s*\n")
"""Separates blocks."""

_HOT = r"\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\\`\[\]<>&_|{}"
SPECIAL_CHARACTER = re.compile(f"[{_HOT}]")
"""Characters that are special to some rule."""
_TRAILING = re.compile(r"\s\n")
"""Spaces at the end of a line."""

LINK_CHARACTER = "\ue000"
"""A link's placeholder while the rest of a block is matched; a private-use character, which no rule uses."""

ORDINARY_CHARACTER = r"[^\x00-\x1f&*<>\[\\\]_`{|}\x7f-\xa0\u2028\u2029\ue000]"
"""An ordinary character of a sentence: not special to a rule, no line end, no star, no placeholder.

A negated class: one with all that is ordinary is matched in half the time, 0.02 ms an issue less, and takes 18 ms to
compile in each worker.
"""

_WORDS = r"[^\x00-\x20\x7f-\xa0\u2028\u2029\u3000\\`\[\]<>&_|{}*]"
_LABEL = rf"{_WORDS}++(?: ++{_WORDS}++)*+"
_ADDRESS = r"https?://[A-Za-z0-9./_~%?=+,;@:#-]+|/[A-Za-z0-9./_-]*"
_LINK_PARTS = re.compile(rf"(?<!!)\[({_LABEL})\]\(({_ADDRESS})\)")
"""A link without title, around plain words."""
_LINK = rf"(?<!!)\[(?:{_LABEL})\]\((?:{_ADDRESS})\)"

_KNOWN_LINK = re.compile(r"\[([^\]]*+)\]\(([^)]*+)\)")
"""The same, for a text in which another pattern has found that all brackets are such links."""

_START = rf"[{LETTERS}{OPENING}(—…A-Za-z0-9□△▲※{LINK_CHARACTER}]"
_LINE_START = re.compile(rf"{_START}|\*\*")
"""The possible beginnings of a paragraph line; not those of items that bullets.py knows."""

_BEGINS = re.compile(rf"\u3000*(?:{_START}|\*\*|\[)")
"""The possible beginnings of the first line, before links are replaced."""

_NUMBERED = r"[0-9０-９]{1,3}[.．]"
_LIST_NUMBER = re.compile(_NUMBERED)
"""A possible list item."""

_INDENT = "\u3000"
"""A line indented like this is a paragraph, whatever is above it (see indent.py)."""

_POINT = "|".join(mark.pattern for _, mark in MARKS)
_POINT_MARK = re.compile(_POINT)

_SENTENCE = re.compile(rf"{_INDENT}*(?!{_NUMBERED}|{_POINT}){_START}{ORDINARY_CHARACTER}*+(?<!\s)")
"""One line that is a paragraph and not a point."""

_MARKED = r"(?![(（]|(?:[0-9０-９]+|[〇零一二三四五六七八九十百]+)[、.．*\[])"
"""Excludes beginnings that may be a point once markup is removed: `（[一](…)）`, `一**、**`."""
_BEGINNING = rf"{_INDENT}*{_MARKED}{_START}{ORDINARY_CHARACTER}*+"
_LINKED_SENTENCE = re.compile(rf"{_BEGINNING}(?:{_LINK}{ORDINARY_CHARACTER}*+)++(?<!\s)")
"""A sentence with links."""
_STARS = rf"{EMPHASIS}\*\*"
_BOLD_SENTENCE = re.compile(
    rf"{_BEGINNING}(?:{_STARS}(?![\s{CLOSING}]){ORDINARY_CHARACTER}++(?<!\s){_STARS}(?!\*){ORDINARY_CHARACTER}*+)++(?<!\s)"
)
"""A sentence with bold words."""

_BULLET = rf"- (?!{_NUMBERED})(?:{_START}|{_LINK}){ORDINARY_CHARACTER}*+(?:{_LINK}{ORDINARY_CHARACTER}*+)*+(?<!\s)"
_BULLETS = re.compile(rf"{_BULLET}(?:\n{_BULLET})*+")
"""A list of one level, with links."""

_ROW = rf"\|(?:{ORDINARY_CHARACTER}*\|)+"
_TABLE = re.compile(rf"{_ROW}\n\|(?: *:?-+:? *\|)+(?:\n{_ROW})+")
"""Head, rule and rows, each between bars."""

_PICTURE = re.compile(rf"!\[((?:(?!\")(?:{_WORDS}))+)\]\(([A-Za-z0-9{LETTERS}][A-Za-z0-9{LETTERS}./_-]*)\)")
"""A picture without title, described in one word."""

_BOLD = re.compile(rf"{_STARS}(?![\s*{CLOSING}])([^*\n]*[^\s*]){_STARS}(?!\*)")
"""Bold that is not ambiguous (see emphasis.py)."""


def needs_full_parse(text: str) -> bool:
    """Whether the text must be parsed as a whole."""
    return any(mark[0] in text and mark in text for mark in _TANGLED) or (
        ":" in text and _DEFINITION.search(f"\n{text}") is not None
    )


_Html = tuple[str, str | None]
"""HTML and the words in it (see `runs`)."""


def runs(text: str, rel: str = "") -> Iterator[_Html | str]:
    """Yield the text in order: HTML and words of plain blocks, or the Markdown of blocks that must be parsed.

    The words are a line for each paragraph and item, with ``*`` wherever there was markup; None when they are not
    easily available. ``rel`` is an HTML attribute for the links.
    """
    blocks = _blocks(text)
    busy: list[bool] = []
    if "~" in text or "/" in text or "." in text:
        busy = [_may_hold_address_or_deletion(block) for block in blocks]
        made = [None if each else _whole_block(block, rel) for each, block in zip(busy, blocks, strict=True)]
    else:
        made = [_paragraphs(block, rel) or _table(block) or _picture(block) for block in blocks]
    waiting: list[str] = []
    for place, (block, written) in enumerate(zip(blocks, made, strict=True)):
        if (
            written is None
            and not (busy and busy[place])
            and None not in (made[place - 1] if place else "", *made[place + 1 : place + 2])
        ):
            written = _flat_list(block, rel)  # no neighbour is a list that would merge with it
        if written is None:
            waiting.append(block)
            continue
        if waiting:
            yield "\n\n".join(waiting)
            waiting = []
        yield written
    if waiting:
        yield "\n\n".join(waiting)


def _blocks(text: str) -> list[str]:
    """Runs of lines that are not blank."""
    pieces = (piece.strip("\n") for piece in _BLANK.split(f"\n{text}\n"))
    return [piece for piece in pieces if piece and not piece.isspace()]


def _may_hold_address_or_deletion(block: str) -> bool:
    """Whether there is `~~`, or an address that is not that of a link."""
    if ("~" in block and "~~" in block) or ("/" in block and block.count("://") > block.count("](http")):
        return True
    return "." in block and any(
        block.count(mark) > block.count("//" + mark) for mark in ADDRESS_BEGINNINGS[1:] if mark[0] in block
    )


def _whole_block(block: str, rel: str) -> _Html | None:
    """The HTML of a block that no neighbour can change."""
    return _paragraphs(block, rel) or _table(block) or _picture(block)


def _paragraphs(block: str, rel: str) -> _Html | None:
    """The HTML of a block of paragraphs; None when it may be anything else."""
    if not _BEGINS.match(block):
        return None
    if "**" in block:
        if _BOLD_SENTENCE.fullmatch(block):
            text = block.lstrip(_INDENT)
            return f"<p>{_bold(text)}</p>", text
    elif "](" in block:
        if _LINKED_SENTENCE.fullmatch(block):
            html, words = _linked(block.lstrip(_INDENT), rel)
            return f"<p>{html}</p>", words
    elif _SENTENCE.fullmatch(block):
        text = block.lstrip(_INDENT)
        return f"<p>{text}</p>", text
    return _Block(block, rel).paragraphs()


def _flat_list(block: str, rel: str) -> _Html | None:
    """The HTML of a list of one level, one line an item; None for anything else."""
    if _BULLETS.fullmatch(block):
        html, words = _linked(block[2:].replace("\n- ", "\n"), rel)
        items = html.replace("\n", "</li>\n<li>")
        return f"<ul>\n<li>{items}</li>\n</ul>", words
    return _Block(block, rel).flat_list()


def _bold(text: str) -> str:
    before, *words = text.split("**")
    found = zip(words[::2], words[1::2], strict=True)
    return before + "".join([f"<strong>{inside}</strong>{after}" for inside, after in found])


def _linked(text: str, rel: str) -> tuple[str, str]:
    """HTML and words of a text in which every bracket is known to be a link's."""
    pieces = _KNOWN_LINK.split(text)
    found = zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
    html = [f'<a href="{address}"{rel}>{words}</a>{after}' for words, address, after in found]
    del pieces[2::3]  # the addresses
    return pieces[0] + "".join(html), "*".join(pieces)


def _table(block: str) -> _Html | None:
    """A table whose cells are plain text and whose rows are as long as its head."""
    if block[0] != "|" or not _TABLE.fullmatch(block):
        return None
    head, rule, *rows = [[cell.strip(" ") for cell in line[1:-1].split("|")] for line in block.split("\n")]
    if len(rule) != len(head) or any(len(row) != len(head) for row in rows):
        return None
    classes = [_ALIGNED[cell[0] == ":", cell[-1] == ":"] for cell in rule]
    body = [_row("td", classes, row) for row in rows]
    return "\n".join((_TABLE_BEGINS, _row("th", classes, head), "</thead>", "<tbody>", *body, _TABLE_ENDS)), None


_TABLE_BEGINS = '<div class="table" role="group" tabindex="0">\n<table>\n<thead>'
_TABLE_ENDS = "</tbody>\n</table>\n</div>"
_ALIGNED = {
    (False, False): "",
    (True, False): ' class="left"',
    (False, True): ' class="right"',
    (True, True): ' class="center"',
}


def _row(tag: str, classes: list[str], cells: list[str]) -> str:
    inside = [f"<{tag}{name}>{cell}</{tag}>" for name, cell in zip(classes, cells, strict=True)]
    return "\n".join(("<tr>", *inside, "</tr>"))


def _picture(block: str) -> _Html | None:
    found = _PICTURE.fullmatch(block) if block[0] == "!" else None
    if found is None:
        return None
    return f'<figure><img alt="{found[1]}" src="{found[2]}"><figcaption>{found[1]}</figcaption></figure>', None


class _Block:
    """Lines without a blank one between them, with a placeholder for each link."""

    def __init__(self, source: str, rel: str) -> None:
        self._rel = rel
        self._links: list[tuple[str, str]] = []
        self._text = source
        if "](" in source and LINK_CHARACTER not in source:
            self._text = _LINK_PARTS.sub(self._take, source)
        self._hot = bool(
            SPECIAL_CHARACTER.search(self._text)
            or _TRAILING.search(self._text)
            or self._text[-1].isspace()
            or LINK_CHARACTER in source
        )

    def _take(self, found: re.Match[str]) -> str:
        self._links.append((found[1], found[2]))
        return LINK_CHARACTER

    def paragraphs(self) -> _Html | None:
        if self._hot:
            return None
        if "\n" not in self._text:
            text = self._text.lstrip(_INDENT)
            return self._written(self._paragraph(text), text)
        if self._links:
            return None
        found: list[list[str]] = []
        for line in self._text.split("\n"):
            text = line.lstrip(_INDENT)
            if not found or text != line:
                found.append([text])
            elif not _LINE_START.match(text) or _LIST_NUMBER.match(text) or BEGINNING.match(text):
                return None
            else:
                found[-1].append(text)
        texts = [join("\n".join(each)) for each in found]
        made = [self._paragraph(text) for text in texts]
        html = None if None in made else "\n".join(filter(None, made))
        return self._written(html, "\n".join([text.replace("\n", " ") for text in texts]))

    def _paragraph(self, text: str) -> str | None:
        html = _inline(text)
        if html is None:
            return None
        words = iter(words for words, _ in self._links)
        shown = re.sub(LINK_CHARACTER, lambda _: next(words), text).replace("**", "")
        level = point_class(shown.rstrip()) if _POINT_MARK.match(shown[:MAX_MARK_LENGTH]) else ""
        return f'<p class="{level}">{html}</p>' if level else f"<p>{html}</p>"

    def flat_list(self) -> _Html | None:
        items = () if self._hot else [list_item_start(line) for line in self._text.split("\n")]
        first = items[0] if items else None
        if first is None or first.number > 99:
            return None
        inside: list[str] = []
        texts: list[str] = []
        expected = first.number
        for each in items:
            if each is None or each.kind != first.kind:
                return None
            text = each.text.split(" ", 1)[1].lstrip(" ")
            html = _inline(text)
            if html is None:
                return None
            texts.append(text)
            counted = each.kind == "ul" or each.number == expected
            inside.append(f"<li>{html}</li>" if counted else f'<li value="{each.number}">{html}</li>')
            expected = each.number + 1
        start = f' start="{first.number}"' if first.number != 1 else ""
        return self._written("\n".join((f"<{first.kind}{start}>", *inside, f"</{first.kind}>")), "\n".join(texts))

    def _written(self, html: str | None, text: str) -> _Html | None:
        """HTML and words, with the links put back."""
        if html is None or not self._links:
            return None if html is None else (html, text)
        marked = [f'<a href="{address}"{self._rel}>{words}</a>' for words, address in self._links]
        return _put_back(html, marked), _put_back(text, [f"*{words}*" for words, _ in self._links])


def _put_back(text: str, links: list[str]) -> str:
    """The text with the links in place of their placeholders, which are as many."""
    before, *pieces = text.split(LINK_CHARACTER)
    return before + "".join([link + after for link, after in zip(links, pieces, strict=True)])


def _inline(text: str) -> str | None:
    """A sentence as HTML; None when it may begin another block, or contains a star that is not bold."""
    if not _LINE_START.match(text) or _LIST_NUMBER.match(text):
        return None
    if "*" not in text:
        return text
    html = _BOLD.sub(r"<strong>\1</strong>", text)
    return None if "*" in html else html
