"""A text that came in → the files of a draft: an issue, or an article of an issue that is a folder.

Pure but for `write_draft`, which writes nothing where one of the files is there already. A mark of secrecy that was
kept becomes the entry `secrecy`, by which the gate keeps the text back (check/secrecy_entry.py), whatever `draft` says.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape, unescape
from pathlib import Path

from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import read_file
from bulletin.core.i18n import N_
from bulletin.read.identity import typed_number
from bulletin.read.slugs import slug
from bulletin.word.incoming import IncomingPicture, IncomingText
from bulletin.word.markdown_writer import write_markdown
from bulletin.word.source_text import free_name, safe_name, source_text

DraftFiles = tuple[tuple[str, bytes], ...]
"""Path from the station's folder, with `/`, and what the file holds."""

_ISSUES = "content/issues"
_IMAGE = re.compile(r'(<img\b[^>]*?\ssrc=")([^"]*)(")')


def draft_issue(
    text: IncomingText,
    number: str,
    *,
    date: datetime | None = None,
    section: str = "",
    redirect_from: Sequence[str] = (),
    draft: bool = True,
) -> DraftFiles:
    """A new issue: a plain file, or a folder where there are pictures. Raises `UsageError` for what is no number.

    With ``section`` the whole text is one article of it, under its title; else its own headings part it.
    """
    number = typed_number(number)
    html, pictures = _with_safe_names(text, "", frozenset())
    entries: dict[str, object] = {"number": number, "title": text.title}
    if date:
        entries["date"] = date
    body = write_markdown(html)
    if section:
        titles = "".join(("<h2>", escape(section), "</h2><h3>", escape(text.title or section), "</h3>"))
        body = write_markdown(titles + _deeper(html, 4))
        entries.pop("title")
    entries |= {"redirect_from": tuple(redirect_from), "secrecy": text.secrecy}
    source = _source(entries, body, draft=draft)
    if not pictures:
        return ((f"{_ISSUES}/{number}.md", source),)
    folder = f"{_ISSUES}/{number}"
    return ((f"{folder}/index.md", source), *((f"{folder}/{each.name}", each.content) for each in pictures))


def draft_article(
    text: IncomingText,
    number: str,
    section: str,
    *,
    name: str = "",
    byline: str = "",
    taken: Collection[str] = (),
    draft: bool = True,
) -> DraftFiles:
    """An article in a file of its own, for the folder of an issue; ``taken`` are the names of the files there.

    Its file is called ``name``, else after its title, with a number where that is taken.
    """
    number = typed_number(number)
    used = {each.casefold() for each in taken}
    stem = name or slug(text.title) or "article"
    file = free_name(stem + ".md", used)
    used.add(file.casefold())
    html, pictures = _with_safe_names(text, posixpath.splitext(file)[0] + "-", used)
    entries: dict[str, object] = {"section": section, "title": text.title, "byline": byline, "secrecy": text.secrecy}
    folder = f"{_ISSUES}/{number}"
    files = ((f"{folder}/{each.name}", each.content) for each in pictures)
    return ((f"{folder}/{file}", _source(entries, write_markdown(html), draft=draft)), *files)


def issue_head(number: str, date: datetime, redirect_from: Sequence[str], *, draft: bool) -> DraftFiles:
    """The main file of an issue whose articles are files beside it."""
    entries: dict[str, object] = {"number": number, "date": date, "redirect_from": tuple(redirect_from)}
    return ((f"{_ISSUES}/{number}/index.md", _source(entries, "", draft=draft)),)


_THERE = N_("this is there already; nothing was written. Move it away first.")


def write_draft(root: Path, files: DraftFiles, taken: str = _THERE) -> tuple[str, ...]:
    """Write the files; returns their paths. Raises `UsageError` before anything is written where one is there.

    ``taken``: what it says then.

    A picture that is there already with the same bytes is no hindrance: the text is written last, so that what was
    interrupted can be done again.
    """
    new = [(path, content) for path, content in reversed(files) if not _is_same(root / path, content)]
    for path, _ in new:
        _refuse_taken(root, path, taken)
    try:
        for path, content in new:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
    except FileExistsError as error:
        raise UsageError(taken, path=error.filename) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(N_("cannot be written: {reason}."), path=error.filename or root, reason=reason) from error
    return tuple(path for path, _ in files)


def _is_same(path: Path, content: bytes) -> bool:
    if path.suffix in _TEXTS:
        return False
    try:
        return path.stat().st_size == len(content) and read_file(path) == content
    except OSError:
        return False


def _refuse_taken(root: Path, path: str, message: str) -> None:
    """An issue may be a file or a folder: neither may be there beside the other."""
    folder = path.rpartition("/")[0]
    others = [root / path]
    if folder == _ISSUES:
        stem = path.removesuffix(".md")
        others += [root / stem, *(root / (stem + end) for end in _TEXTS)]
    else:
        others += [root / (folder + end) for end in _TEXTS]
        if path.endswith("/index.md") and (root / folder).is_dir():
            others += [each for each in (root / folder).iterdir() if each.suffix.lower() in _TEXTS]
    for other in others:
        if other.exists() or other.is_symlink():
            raise UsageError(message, path=other)


_TEXTS = (".md", ".markdown", ".txt")


def _source(entries: Mapping[str, object], body: str, *, draft: bool) -> bytes:
    return source_text({**entries, "draft": draft}, body).encode("utf-8", "replace")


# ── pictures and headings


def _with_safe_names(
    text: IncomingText, prefix: str, taken: Collection[str]
) -> tuple[str, tuple[IncomingPicture, ...]]:
    """The HTML and its pictures, with file names that work everywhere and that nothing else has."""
    used = {*taken, "index.md"}
    names: dict[str, str] = {}
    for number, picture in enumerate(text.pictures, 1):
        names[picture.name] = free_name(prefix + safe_name(picture.name, f"picture-{number}"), used)
        used.add(names[picture.name].casefold())
    pictures = tuple(IncomingPicture(names[each.name], each.content) for each in text.pictures)

    def renamed(found: re.Match[str]) -> str:
        source = unescape(found[2])
        return found[1] + escape(names.get(source, source)) + found[3]

    return _IMAGE.sub(renamed, text.html) if names else text.html, pictures


_HEADING = re.compile(r"(</?h)([1-6])(?=[ >])")


def _deeper(html: str, top: int) -> str:
    """The HTML with its highest heading at level ``top``."""
    levels: Iterable[int] = (int(found[2]) for found in _HEADING.finditer(html))
    shift = top - min(levels, default=top)
    return _HEADING.sub(lambda found: found[1] + str(min(6, int(found[2]) + max(0, shift))), html)
