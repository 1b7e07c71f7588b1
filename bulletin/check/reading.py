"""R101 to R106: what makes a text hard to read, for everybody or for those who cannot see it (WCAG 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, HAN_RANGE, NUMBERED_POINT, PICTURE
from bulletin.core.problems import N_, Problem
from bulletin.read.bylines import is_byline
from bulletin.read.lines import INDENT
from bulletin.read.texts import count_words

_FILE_NAME = re.compile(
    r"(?:.*\.(?:jpe?g|png|webp|gif|bmp|heic)|(?:img|dsc|image|photo|pic|微信图片|图片|照片|图|截图)[ _\-0-9]*)$",
    re.IGNORECASE,
)


def picture_descriptions(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A description that is the file's name (WCAG 1.1.1)."""
    if "![" not in text.text:
        return
    for found in PICTURE.finditer(text.text, text.body):
        alt, name = found["alt"].strip(), found["target"].rpartition("/")[2]
        said = _FILE_NAME.match(alt) or alt.lower() in (name.lower(), name.rpartition(".")[0].lower())
        if alt and said and text.prose[found.start()] != BLANK:
            yield text.found("R101", *found.span("alt"), target=found["target"])


_VAGUE_LINK = re.compile(
    r"\[(?<!!\[)(?P<words>\s*(?:请?点击?(?:这里|此处|此|查看|进入)?|这里|此处|链接|网址|更多"
    r"|详情|查看|查看详情|了解更多|下载|click here|here|more|read more|link)\s*)\](?=[\x00(])",
    re.IGNORECASE,
)


def link_words(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """“点击这里” says nothing in a list of links read aloud (WCAG 2.4.4)."""
    for found in _VAGUE_LINK.finditer(text.prose):
        yield text.found("R102", *found.span("words"), words=found["words"].strip())


_TABLE = re.compile(
    r"^(?P<head>[ ]{0,3}\|?[^\n]*)\n[ ]{0,3}\|?[ ]*:?-{2,}:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$", re.MULTILINE
)


def tables(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A table whose first row is empty (WCAG 1.3.1)."""
    if "--" not in text.prose:
        return
    for found in _TABLE.finditer(text.prose):
        if "|" in found["head"] and not found["head"].strip("| \t"):
            yield text.found("R103", *found.span("head"))


_MAX_PARAGRAPH = 500
"""Characters or words; a phone shows some three hundred characters at once."""
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


def long_paragraphs(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Paragraphs that nobody reads to their end; in English counted in words."""
    measure, what = (count_words, N_("words")) if office.facts.language == "en" else (len, N_("characters"))
    for passage in text.passages:
        if passage.end - passage.start <= _MAX_PARAGRAPH:
            continue
        for block in _PARAGRAPH.finditer(text.prose, passage.start, passage.end):
            longest = max(block.group().split("\n"), key=len)
            if (length := measure(longest)) > _MAX_PARAGRAPH and "|" not in longest:
                at = block.start() + block.group().index(longest)
                yield text.found("R104", at, at + min(20, len(longest)), count=length, what=what)


_MAX_TITLE, _MIN_TITLE = 40, 6
_ENDS_A_SENTENCE = re.compile(r"[。！？；：，、…,.;:!?”』」）)》]$")
_HAS_MARKUP = re.compile(r"^[#>*+\-|●【\[!\d=~`<_\x00]|\|")
_EMPHASIS = "*_" + BLANK
_ENDS_A_SIGNATURE = re.compile(r"(?:日|年|月|时|期|号|站|局|厅|室|科)$")


def lone_lines(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A short line between blank ones, without a full stop, before a text: a title that lost its mark."""
    if text.kind in ("page", "notice"):
        return
    for passage in text.passages:
        for start, words in lone_titles(text, passage):
            yield text.found("R106", start, start + len(words), words=words)


def lone_titles(text: Manuscript, passage: Passage) -> Iterator[tuple[int, str]]:
    """Offset and words of the lines in a section that look like titles; in an article they would cut it in two."""
    if passage.role != "section":
        return
    lines = list(text.lines(passage))
    for index, (at, line) in enumerate(lines):
        words = line.strip(INDENT)
        if not _MIN_TITLE <= len(words) <= _MAX_TITLE or not _is_alone(lines, index):
            continue
        if not _looks_like_a_sentence(words) and _is_sentence(_next(lines, index)):
            yield at + line.index(words), words


def _is_alone(lines: list[tuple[int, str]], index: int) -> bool:
    before = lines[index - 1][1].strip(INDENT) if index else ""
    after = lines[index + 1][1].strip(INDENT) if index + 1 < len(lines) else ""
    return not before and not after


def _looks_like_a_sentence(words: str) -> bool:
    return bool(
        _ENDS_A_SENTENCE.search(words.rstrip(_EMPHASIS))
        or _HAS_MARKUP.match(words)
        or _ENDS_A_SIGNATURE.search(words)
        or NUMBERED_POINT.match(words)
        or is_byline(words.strip("()（）"))
        or not re.search(rf"[{HAN_RANGE}]{{4}}", words)
    )


def _next(lines: list[tuple[int, str]], index: int) -> str:
    return next((line.strip(INDENT) for _, line in lines[index + 1 :] if line.strip(INDENT)), "")


def _is_sentence(words: str) -> bool:
    return bool(re.search(r"[。！？；：:]”?$", words.rstrip(_EMPHASIS))) and not words.startswith(("#", "●", "【"))
