"""Problems of a text's markup, found in its lines and in the HTML made from it.

The HTML is checked before it is sanitised: code is escaped in it, so every tag in it that Markdown did not
make was written by the author.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from bulletin.core.problems import Problem, problem
from bulletin.read.dialect.emphasis import MASKING
from bulletin.read.lines import SourceLine
from bulletin.read.sanitise import TAGS, URL_SCHEMES

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"<(pre|code)\b[^>]*>.*?</\1>", re.DOTALL)
_MUST_CLOSE = frozenset(
    ("a", "b", "strong", "em", "i", "u", "s", "div", "span", "table", "details", "blockquote", "sup", "sub", "mark")
)
_HANDLER = re.compile(r"(?:^|\s)(?P<what>on[a-z]+|style)\s*=", re.IGNORECASE)
_SCHEME = re.compile(
    rf"(?:href|src)\s*=\s*[\"']?\s*(?P<what>(?!(?:{'|'.join(sorted(URL_SCHEMES))}):)[a-z][a-z0-9+.-]*:)", re.IGNORECASE
)
"""A URL scheme that the sanitiser removes; to a browser, ``[x](www.example.cn:8080)`` has one too."""
_STARS = re.compile(r"(?<![*\\])\*\*(?!\*)")
_KEPT_STARS = re.compile(rf"(?<=[{MASKING}])\*{{1,3}}(?!\*)|(?<=[0-9０-９])\*+(?=[0-9０-９])")
"""Stars that hide a name (`李**`) or multiply, and open nothing."""
_OPEN_LINK = re.compile(
    r"\[[^\[\]\n]{1,80}\]\([^()\n]*$|\[[^\[\]\n]{1,80}\]（\s*(?:https?:|www\.|[#./]|[!-~]+\.[a-z])[^（）\n]*）",
    re.MULTILINE,
)
_NOTE = re.compile(r"\[\^(?P<name>[^\[\]\s]{1,40})\](?!:)")
_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)


def markup_problems(
    path: str, lines: tuple[SourceLine, ...], html: str, top: int, strange_notes: Iterable[tuple[str, str]] = ()
) -> Iterator[Problem]:
    """Yield all problems; ``top`` is the level that the text's first heading should have, ``strange_notes`` are notes
    of other texts by name, with the titles of these (see `Part`).
    """
    plain = [line for line in lines if not line.verbatim]
    visible = _without_comments(_CODE.sub("", html) if "<code" in html or "<pre" in html else html)
    words = _TAG.sub("", visible)
    find = _finder(plain)
    if "**" in words and not any("\\*" in line.text for line in plain):
        yield from _unclosed_stars(path, plain, _KEPT_STARS.sub("", words))
    if "](" in words or "]（" in words:
        yield from _open_links(path, words, find)
    if "[^" in words:
        others = dict(strange_notes)
        for name in dict.fromkeys(found["name"] for found in _NOTE.finditer(words)):
            other = others.get(name.casefold())
            line = find(f"[^{name}]")
            yield problem("M207", path, line, name=name) if other is None else _borrowed(path, line, name, other)
    yield from _tags(path, visible, find)
    yield from _heading_jumps(path, html, top, find)


def _without_comments(html: str) -> str:
    """Nothing in a comment is shown, so that nothing in it can be wrong."""
    end = html.rfind("-->") + 3  # none begun before is looked for in vain
    return _COMMENT.sub("", html[:end]) + html[end:] if end > 2 and "<!--" in html else html


def _borrowed(path: str, line: int, name: str, other: str) -> Problem:
    return problem("M309", path, line, name=name, title=other)


def _finder(lines: list[SourceLine]) -> Callable[[str], int]:
    """Line in which some words first occur; falls back to the text's first line when they are not found."""
    first = lines[0].number if lines else 1
    return lambda words: next((line.number for line in lines if words in line.text), first)


def _unclosed_stars(path: str, lines: list[SourceLine], words: str) -> Iterator[Problem]:
    at = words.find("**")
    if at < 0:
        return
    odd = next((line for line in lines if _opens_stars(_without_comments(line.text))), None)
    context = odd.text.strip()[:40] if odd else words[at : at + 40].split("\n")[0]
    number = odd.number if odd else (lines[0].number if lines else 1)
    yield problem("M203", path, number, mark="**", context=context)


def _opens_stars(line: str) -> bool:
    return len(_STARS.findall(_KEPT_STARS.sub("", line))) % 2 == 1


def _open_links(path: str, words: str, find: Callable[[str], int]) -> Iterator[Problem]:
    for found in _OPEN_LINK.finditer(words):
        shown = found.group().split("\n")[0][:40]
        yield problem("M204", path, find(shown[:20]), context=shown)


def _tags(path: str, html: str, find: Callable[[str], int]) -> Iterator[Problem]:
    balance: Counter[str] = Counter()
    for found in _TAG.finditer(html):
        name = found["name"].lower()
        balance[name] += -1 if found["close"] else 1
        if name not in TAGS and not found["close"]:
            yield problem("M206", path, find(f"<{found['name']}"), what=f"<{name}>")
        for pattern in (_HANDLER, _SCHEME):
            if bad := pattern.search(found["rest"]):
                yield problem("M206", path, find(bad["what"]), what=bad["what"])
    for name, count in balance.items():
        if count > 0 and name in _MUST_CLOSE:
            yield problem("M205", path, find(f"<{name}"), tag=name)


def _heading_jumps(path: str, html: str, top: int, find: Callable[[str], int]) -> Iterator[Problem]:
    before = top - 1
    for level, inside in _HEADING.findall(html):
        title = re.sub(r"<[^>]*>", "", inside).strip()
        if int(level) > before + 1:
            yield problem("M303", path, find(title[:20]), title=title)
        before = int(level)
        if not title and "<img" not in inside:
            yield problem("M304", path, find("#"))
