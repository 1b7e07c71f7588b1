"""One part of a source → `Text`: Markdown parsed, sanitised, and its links and pictures taken out as `Ref`s.

In the HTML each ref leaves a placeholder, U+0002 number U+0003. Sources cannot hold these characters
(decode.py refuses them, sanitise.py replaces those made from entities), so a placeholder is always ours.
"""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import NamedTuple

from markdown import Markdown

from bulletin.core.model import Ref, Text
from bulletin.core.problems import Problem, problem
from bulletin.core.station import ascii_url
from bulletin.read.addresses import EXTERNAL_REL, is_elsewhere, is_web, local_path
from bulletin.read.as_typed import clean_lines
from bulletin.read.dialect import convert
from bulletin.read.dialect.ids import TITLE_MARK
from bulletin.read.endings import take_endings
from bulletin.read.lines import Part, SourceLine
from bulletin.read.long_runs import mark_long_runs
from bulletin.read.markup import markup_problems
from bulletin.read.sanitise import sanitise

_SUMMARY_LENGTH = 120

Problems = tuple[Problem, ...]


class ReadText(NamedTuple):
    """What was read of a part."""

    heading: Text | None
    """The HTML of its title; None where the title is its text and nothing else."""
    text: Text | None
    """None when it has no text."""
    problems: Problems


_TITLE = re.compile(rf"<h[1-6]>{TITLE_MARK}(?P<title>.*?)</h[1-6]>\n*", re.DOTALL)
_PLACEHOLDER = re.compile("\x02(\\d+)\x03")


class TextReader:
    """Reads the parts of one source in turn; knows which anchors and numbers are taken."""

    def __init__(self, md: Markdown, site_url: str, used: frozenset[str], language: str = "zh-CN") -> None:
        self._md = md
        self._between = "" if language.startswith("zh") else " "
        self._site_url = site_url
        self._used = used
        self._headings = 0
        self.html_parts: list[str] = []
        self.unsure_breaks: dict[str, list[int]] = {}
        """Of each file the lines after which it is not sure whether a paragraph ends."""

    def read(self, part: Part, path: str, *, top: int = 4, signed: bool = True) -> ReadText:
        """The part's text.

        ``top`` is the level of its first heading; ``signed`` says that a name in brackets at its end is its author.
        """
        lines, byline = take_endings(part.lines, signed=signed)
        lines, unsure, faults = clean_lines(lines, path)
        self.unsure_breaks.setdefault(path, []).extend(unsure)
        if part.heading and (titled := self._read_titled(part, part.heading, lines, byline, path, top)):
            return titled._replace(problems=(*faults, *titled.problems))
        source = "\n".join([line.text for line in lines])
        if not source.strip():
            return ReadText(None, self._keep("", (), byline, ()) if byline else None, ())
        rel = EXTERNAL_REL if all_links_external(source, self._site_url) else ""
        made = convert(self._md, source, notes=self._notes, used=self._used, rel=rel)
        if made.plain:
            html, refs, problems = (made.html, (), ()) if rel else extract_refs(made.html, path, lines, self._site_url)
            return ReadText(None, self._keep(html, refs, byline, (), made.words), (*faults, *problems))
        self._used = self._used.union(made.ids)
        html, refs, problems = extract_refs(sanitise(made.html), path, lines, self._site_url)
        problems += tuple(markup_problems(path, lines, made.html, top, part.strange_notes))
        return ReadText(None, self._keep(html, refs, byline, _ids_in(html)), (*faults, *problems))

    @property
    def _notes(self) -> str:
        """What makes the names of notes unique on a page: the number of the text."""
        return f"{len(self.html_parts) - self._headings + 1}-"

    def _read_titled(
        self, part: Part, title: SourceLine, lines: tuple[SourceLine, ...], byline: str, path: str, top: int
    ) -> ReadText | None:
        """Heading and text read as one, so that notes are counted through both; None when they cannot be parted."""
        marked = SourceLine(title.number, f"{'#' * (top - 1)} {TITLE_MARK}{title.text}")
        whole = (marked, SourceLine(title.number, ""), *lines)
        made = convert(self._md, "\n".join([line.text for line in whole]), notes=self._notes, used=self._used)
        html, refs, problems = extract_refs(sanitise(made.html), path, whole, self._site_url)
        found = _TITLE.match(html)
        if found is None:
            return None
        self._used = self._used.union(made.ids)
        count = len(_PLACEHOLDER.findall(found["title"]))
        rest = html[found.end() :]
        if count:
            rest = _PLACEHOLDER.sub(lambda each: f"\x02{int(each[1]) - count}\x03", rest)
        problems += tuple(markup_problems(path, whole, made.html, top, part.strange_notes))
        text = self._keep(rest, refs[count:], byline, _ids_in(rest)) if rest.strip() or byline else None
        heading = self._keep(found["title"], refs[:count], "", _ids_in(found["title"]))
        self._headings += 1
        return ReadText(heading, text, problems)

    def break_problems(self) -> Problems:
        """For each file one notice that names all lines after which it is not sure whether a paragraph ends."""
        return tuple(
            problem("M208", path, min(numbers), lines=_listed(sorted(numbers)))
            for path, numbers in self.unsure_breaks.items()
            if numbers
        )

    def nothing(self) -> Text:
        """A text without words, for an article that has only its title."""
        return self._keep("", (), "", ())

    def _keep(
        self, html: str, refs: tuple[Ref, ...], byline: str, ids: tuple[str, ...], words: str | None = None
    ) -> Text:
        """The text as it is kept; ``words`` are those of a plain text (see `Converted`)."""
        self.html_parts.append(mark_long_runs(html))
        if words is None:
            bare = _without_endings(_without_notes(html))
            words, begins = plain_text(bare), summary(paragraphs(bare), self._between)
        else:
            begins = summary(words.replace("*", "").split("\n"), self._between)
        return Text(
            part=len(self.html_parts) - 1,
            digest=blake2b(html.encode(), digest_size=12).hexdigest(),
            refs=refs,
            ids=ids,
            byline=byline,
            summary=begins,
            words=count_words(words),
        )


_MAX_LINES_NAMED = 12


def _listed(numbers: list[int]) -> str:
    """``3, 5, 8``, with an ellipsis after a dozen."""
    return ", ".join(map(str, numbers[:_MAX_LINES_NAMED])) + (" …" if len(numbers) > _MAX_LINES_NAMED else "")


# ── links and pictures


def all_links_external(source: str, site_url: str) -> bool:
    """Whether a text, if it is plain, has no pictures, and no links but to elsewhere."""
    pictures = "!" in source and "![" in source  # a single character is found in no time
    return not (pictures or "](/" in source or any(own in source for own in _own_addresses(site_url)))


@cache
def _own_addresses(site_url: str) -> tuple[str, ...]:
    """The site's address as the station writes it, and as browsers do."""
    return tuple(dict.fromkeys((site_url.rstrip("/"), ascii_url(site_url).rstrip("/")))) if site_url else ()


_ANY_TAG = re.compile(r"<(?P<name>/?[a-z][a-z0-9]*)(?P<attributes>(?:\s+[a-z-]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")


def extract_refs(
    html: str, path: str, lines: tuple[SourceLine, ...], site_url: str
) -> tuple[str, tuple[Ref, ...], Problems]:
    """Replace what points into the project by placeholders; mark what leaves the site."""
    if "<a " not in html and "<img" not in html:
        return html, (), ()
    taker = _RefTaker(path, lines, site_url, frozenset(_ids_in(html)))
    return _ANY_TAG.sub(taker.replace, html), tuple(taker.refs), tuple(taker.problems)


class _RefTaker:
    def __init__(self, path: str, lines: tuple[SourceLine, ...], site_url: str, ids: frozenset[str]) -> None:
        self._path = path
        self._source = "\n".join(line.text for line in lines)
        self._starts = tuple(accumulate((len(line.text) + 1 for line in lines), initial=0))
        self._numbers = tuple(line.number for line in lines)
        self._first = next((line.number for line in lines if line.text.strip()), 1)
        self._known: dict[str, int] = {}
        self._own = _own_addresses(site_url)
        self._ids = ids
        self._in_link = False
        self.refs: list[Ref] = []
        self.problems: list[Problem] = []

    def replace(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name not in ("a", "/a", "img"):
            return found.group()
        attributes = {k: entities.unescape(v) for k, v in _ATTRIBUTE.findall(found["attributes"])}
        if name == "img":
            return self._picture(attributes)
        if local := local_path(attributes.get("href", "")):
            self.problems.append(problem("L111", self._path, self._line(attributes["href"]), target=local))
            return "<a>"
        self._in_link = name == "a" and "href" in attributes
        return self._link(found.group(), attributes) if self._in_link else found.group()

    def _link(self, tag: str, attributes: dict[str, str]) -> str:
        target = attributes["href"].strip(_SPACE)
        if target.startswith("#") and target[1:] in self._ids:
            return tag
        own = next((own for own in self._own if (target + "/").startswith(own + "/")), "")
        if own:
            target = "/" + target.removeprefix(own).lstrip("/")
        elif is_elsewhere(target):
            return f"{tag[:-1]}{EXTERNAL_REL}>" if is_web(target) else tag
        attributes["href"] = self._ref(Ref("link", target, self._path, self._line(target)))
        return f"<a{_attributes(attributes)}>"

    def _picture(self, attributes: dict[str, str]) -> str:
        target = attributes.get("src", "").strip(_SPACE)
        alt, title = attributes.get("alt", "").strip(), attributes.get("title", "")
        line = self._line(target)
        if local := local_path(target):
            self.problems.append(problem("L111", self._path, line, target=local))
            return self._ref(Ref("picture", local, self._path, line, alt, title))
        if is_elsewhere(target):  # no picture is shown, so that it needs no description yet
            self.problems.append(problem("L106", self._path, line, target=target))
        elif not alt:
            self.problems.append(problem("L104", self._path, line, target=target))
        return self._ref(Ref("picture", target, self._path, line, alt, title, attributes.get("class", "")))

    def _ref(self, ref: Ref) -> str:
        self.refs.append(ref)
        return f"\x02{len(self.refs) - 1}\x03"

    def _line(self, target: str) -> int:
        """The first line that names it; the text's first where none does."""
        if target not in self._known:
            at = self._source.find(target) if target else -1
            self._known[target] = self._numbers[bisect_right(self._starts, at) - 1] if at >= 0 else self._first
        return self._known[target]


_SPACE = " \t\n\f\r"
"""What a browser strips from an address; a no-break space before `javascript:` makes it a harmless relative one,
which the sanitiser lets pass, and which must not become harmful here."""


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{entities.escape(value)}"' for name, value in attributes.items())


# ── what a text says, without its markup


def _ids_in(html: str) -> tuple[str, ...]:
    return tuple(re.findall(r'<[a-z][a-z0-9]*(?:\s+[a-z-]+="[^"]*")*?\s+id="([^"]*)"', html))


_TAGS = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(
    r"<p\b[^>]*>([^<]*(?:<(?!/p>)[^<]*)*)</p>"
    r"|<li\b[^>]*>([^<]*(?:<(?!(?:/li|p|ul|ol)\b)[^<]*)*)(?=<(?:/li|p|ul|ol)\b)"
)
"""What a paragraph or an item holds, up to the first tag that ends it."""
_NOTES_BEGIN = '<div class="footnote">'
_NOTES = re.compile(_NOTES_BEGIN + r".*|<sup[^>]*>.*?</sup>|\x02\d+\x03", re.DOTALL)


def _without_notes(html: str) -> str:
    """The HTML without footnotes, what is raised, and placeholders."""
    return _NOTES.sub("", html) if "<sup" in html or "\x02" in html or _NOTES_BEGIN in html else html


_ENDINGS = re.compile(
    r'<p class="signoff">.*?</p>|<dl class="attachments">.*?</dl>|<div class="record">.*?</div>', re.DOTALL
)


def _without_endings(html: str) -> str:
    """The HTML without sign-off, attachments and version record, of which no summary speaks and no word is counted."""
    marked = 'class="signoff"' in html or 'class="attachments"' in html or 'class="record"' in html
    return _ENDINGS.sub("", html) if marked else html


def plain_text(html: str) -> str:
    return entities.unescape(_TAGS.sub(" ", html))


def paragraphs(html: str) -> Iterator[str]:
    """What the paragraphs and items at the beginning of a text say."""
    for found in _PARAGRAPH.finditer(html[:20_000]):
        yield entities.unescape(_TAGS.sub("", found[1] or found[2] or ""))


_AFTER_POINT = re.compile(" (?<=[，。；：！？、] )")
"""A blank that comes of a line break; a pattern that begins with a character is found in no time."""


def summary(paragraphs: Iterable[str], between: str = "") -> str:
    """The first sentences of a text, cut at 120 characters; ``between`` parts its paragraphs.

    A paragraph without punctuation at its end is always set apart.
    """
    text = ""
    for paragraph in paragraphs:
        words = _AFTER_POINT.sub("", " ".join(paragraph.split()))
        apart = between or (" " if text[-1:].isalnum() else "")
        text += apart + words if text and words else words
        if len(text) > _SUMMARY_LENGTH:
            return text[: _SUMMARY_LENGTH - 1] + "…"
    return text


_HAN_BLOCKS = bytes((*range(0x34, 0xA0), 0xF9, 0xFA))
"""The upper halves of the numbers of Han characters, U+3400 to U+9FFF and U+F900 to U+FAFF, and of nothing else."""
_RARE_HAN = re.compile(r"[\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[^A-Za-z0-9À-ɏ]*+([A-Za-z0-9À-ɏ]+(?:['’.-][A-Za-z0-9À-ɏ]+)*+)?")
"""The next word and what comes before it, which `re` passes over in a third of the time of looking for the word."""


def count_words(text: str) -> int:
    """Han characters one by one, Latin by word (docs/norms.md 4).

    Han characters are counted as bytes, in an eighth of the time that a pattern takes.
    """
    halves = text.encode("utf-16-le", "surrogatepass")[1::2]
    rare = len(_RARE_HAN.findall(text)) if len(halves) > len(text) else 0
    latin = _LATIN.findall(text)  # with an empty one at the end
    return len(halves) - len(halves.translate(None, _HAN_BLOCKS)) + rare + len(latin) - latin.count("")
