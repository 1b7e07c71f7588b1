"""What an upgrade changes: an archive built by a former program, then in its place by this one, sentence by sentence.

    python -m tests.prove.upgrade FORMER [--to PRESENT] [--archive PROJECT] [--issues 12] [--forget]

FORMER is a commit of this repository, or a folder with the former program; so is PRESENT, this program by default.
The archive is made (`tests/archives.py`) unless one is named; a named one is copied. ``--forget`` takes the former work
folder away before this program builds, as when a site moves to another computer. The former program runs on the same
interpreter and libraries.

Fails (1) when a sentence or an address is lost; a page that leads on to another that there is keeps its address.
Everything else that is different is listed: that is what CHANGELOG must say.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from tests import archives
from tests.conftest import ROOT, tree, write_files
from tests.words import shown_page, words

Site = Mapping[str, bytes]
"""Files by path."""

# ── the two programs


class NoSuchProgram(Exception):
    """What was named is neither a folder with a program nor a commit that this clone has."""


@contextmanager
def program_of(name: str) -> Iterator[Path]:
    """A folder with a program: the one named, or one with the files of the commit for as long as it is needed."""
    if (Path(name) / "bulletin" / "__main__.py").is_file():
        yield Path(name).absolute()
        return
    made = subprocess.run(["git", "archive", "--format=tar", name], cwd=ROOT, capture_output=True, check=False)
    if made.returncode:
        raise NoSuchProgram(f"{name} is no commit of this clone{_shallow()}: {made.stderr.decode().strip()}")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(made.stdout)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def _shallow() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ", WHICH IS SHALLOW (git fetch --unshallow brings its history)" if said.stdout.strip() == "true" else ""


def build_by(program: Path, root: Path) -> None:
    """Build a project by the program of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(program), "LANGUAGE": "en"}
    command = [sys.executable, "-m", "bulletin", "build", "--root", str(root), "--no-check", "--quiet"]
    made = subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=False)
    if made.returncode > 1 or "Traceback" in made.stderr:  # 1: the archive has faults, which are told elsewhere
        raise RuntimeError(f"{program}: {made.stdout}{made.stderr}")


def upgraded(former: Path, present: Path, root: Path, *, forget: bool) -> tuple[Site, Site]:
    """The site of a project before and after the upgrade."""
    build_by(former, root)
    before = tree(root / "site")
    if forget:
        shutil.rmtree(root / ".bulletin")
    build_by(present, root)
    return before, tree(root / "site")


# ── addresses


class Address(NamedTuple):
    """What became of an address."""

    path: str
    fate: Literal["kept", "leads on", "lost"]
    target: str = ""


_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')


_OF_ITS_THEME = re.compile(r"static/(?:[0-9a-f]{10}/|.*\.[0-9a-f]{10}\.\w+$)")
"""Files with the hash of a theme in their address: no other theme has them, and only its own pages ask for them."""


def addresses(before: Site, after: Site) -> list[Address]:
    """Every address of the former site."""
    return [_fate(path, before, after) for path in before if not _OF_ITS_THEME.match(path)]


def _fate(path: str, before: Site, after: Site) -> Address:
    if path not in after:
        return Address(path, "lost")
    target = leads_to(path, after[path])
    if not target or leads_to(path, before[path]) == target:
        return Address(path, "kept")
    return Address(path, "leads on" if target in after else "lost", target)


def leads_to(path: str, page: bytes) -> str:
    """The file that a page sends its reader to; empty for a page that stays."""
    found = _REFRESH.search(page[:4000].decode(errors="replace")) if path.endswith(".html") else None
    if not found:
        return ""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / unquote(urlsplit(found[1]).path)).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    target = "/".join(parts)
    return target if PurePosixPath(target).suffix else f"{target}/index.html"


# ── sentences


class Change(NamedTuple):
    """Sentences of one page that are not as they were."""

    path: str
    kind: Literal["parted anew", "more words", "moved", "lost"]
    before: tuple[str, ...]
    after: tuple[str, ...]


_SENTENCE = re.compile(r"[^。！？\n]+[。！？]*[”’）」』]*")
_ENDS = ("。", "！", "？", "”", "’", "）", "」", "』")
_MARKUP = re.compile(
    r"!?\[(?P<words>[^\[\]]*)\]\([^()\s]*\)|\[\^[^\[\]]+\]|\[[xX ]\]\s|<?https?://[\x21-\x7e]+|\{#[^{}]*\}"
)
"""What a former page showed though it is none of the author's words: links in titles, addresses, boxes to tick."""


def is_text(path: str) -> bool:
    """Whether the page of a path is one with texts of authors: an issue, an article, a standing page."""
    parts = PurePosixPath(path).parts
    standing = len(parts) == 2 and parts[0] != "search" and not parts[0].isdigit()
    return parts[-1] == "index.html" and (parts[0] == "issues" or standing)


def sentences(page: bytes) -> list[str]:
    """The sentences of a page in order, then those of its notes; none of a page that only leads on."""
    html = page.decode()
    if _REFRESH.search(html[:4000]) or "<main" not in html:
        return []
    seen = shown_page(html)
    text = "\n".join((seen.text, *sorted(seen.notes)))
    clean = _MARKUP.sub(lambda found: found["words"] or "", " ".join(text.split(" ")))
    return [" ".join(found.split()) for found in _SENTENCE.findall(clean) if words(found)]


def changes(before: Site, after: Site) -> Iterator[Change]:
    """Every sentence of every text that is not as it was."""
    for path in filter(is_text, before):
        old = sentences(before[path])
        if path in after and not leads_to(path, after[path]):
            yield from _changed(path, old, sentences(after[path]))
        else:
            issue = "/".join((*PurePosixPath(path).parts[:2], "index.html"))
            heir = leads_to(path, after[path]) if path in after else issue
            yield from _gone(path, old, *(sentences(after.get(each, b"")) for each in (heir, issue)))


def _gone(path: str, old: list[str], heir: list[str], issue: list[str]) -> Iterator[Change]:
    """Sentences that the page to which a page leads does not have; titles may be above it, in its issue."""
    there, above = _letters(heir), _letters(issue)
    missing = (each for each in old if _letters([each]) not in there)
    if gone := tuple(each for each in missing if each.endswith(_ENDS) or _letters([each]) not in above):
        yield Change(path, "lost", gone, ())


def _changed(path: str, old: list[str], new: list[str]) -> Iterator[Change]:
    everything = _letters(new)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, now = _letters(old[a:b]), _letters(new[c:d])
        kind: Literal["parted anew", "more words", "moved", "lost"] = "lost"
        if was == now:
            kind = "parted anew"
        elif _within(was, now):
            kind = "more words"
        elif was in everything or all(_letters([each]) in everything for each in old[a:b]):
            kind = "moved"
        yield Change(path, kind, tuple(old[a:b]), tuple(new[c:d]))


def _letters(texts: Sequence[str]) -> str:
    return "".join("".join(words(text)) for text in texts)


def _within(few: str, many: str) -> bool:
    """Whether the letters are among the others, in their order."""
    rest = iter(many)
    return all(letter in rest for letter in few)


# ── the report


class Report(NamedTuple):
    """What an upgrade does to one archive."""

    addresses: list[Address]
    changes: list[Change]
    same: int
    """Sentences that are as they were."""
    others: Counter[str]
    """Other files that are different, or new, by their kind."""

    @property
    def lost(self) -> bool:
        return any(each.fate == "lost" for each in self.addresses) or any(each.kind == "lost" for each in self.changes)

    def lines(self) -> Iterator[str]:
        fates, kinds = Counter(each.fate for each in self.addresses), Counter(each.kind for each in self.changes)
        yield f"addresses: {fates['kept']} kept, {fates['leads on']} lead on, {fates['lost']} lost"
        told = (f"{kinds[kind]} {kind}" for kind in ("parted anew", "more words", "moved", "lost"))
        yield f"sentences: {self.same} the same; runs of others: {', '.join(told)}"
        yield "other files that changed: " + ", ".join(f"{count} {kind}" for kind, count in sorted(self.others.items()))
        for each in self.addresses:
            if each.fate != "kept":
                yield f"{'LOST' if each.fate == 'lost' else 'leads on'}: {each.path}" + f" → {each.target}" * bool(
                    each.target
                )
        path = ""
        for change in sorted(self.changes, key=lambda change: (change.kind != "lost", change.path)):
            if change.path != path:
                path = change.path
                yield path
            yield f"  {change.kind.upper() if change.kind == 'lost' else change.kind}"
            yield from (f"  - {sentence}" for sentence in change.before)
            yield from (f"  + {sentence}" for sentence in change.after)


def report(before: Site, after: Site) -> Report:
    """Compare the site of a former program with that of this one."""
    found = list(changes(before, after))
    touched = sum(len(change.before) for change in found)
    total = sum(len(sentences(before[path])) for path in filter(is_text, before))
    others = Counter(
        PurePosixPath(path).parts[0] if "/" in path else path
        for path in after
        if not is_text(path) and after[path] != before.get(path)
    )
    return Report(addresses(before, after), found, total - touched, others)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Build an archive with a former program and with this one, and compare."
    )
    parser.add_argument("former", help="a commit, or a folder with the former program")
    parser.add_argument("--to", default=str(ROOT), help="the same of the program it is compared with; this one")
    parser.add_argument("--archive", type=Path, help="a project; one is made when none is named")
    parser.add_argument("--issues", type=int, default=12, help="issues of each kind in an archive that is made")
    parser.add_argument("--forget", action="store_true", help="without the work folder of the former program")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "station"
        if options.archive:
            ignored = shutil.ignore_patterns("site", ".bulletin", ".git", ".venv")
            shutil.copytree(options.archive, root, ignore=ignored)
        else:
            write_files(root, archives.archive(dict.fromkeys(archives.KINDS, options.issues), 1))
        try:
            with program_of(options.former) as former, program_of(options.to) as present:
                before, after = upgraded(former, present, root, forget=options.forget)
        except NoSuchProgram as error:
            print(error, file=sys.stderr)
            return 2
    made = report(before, after)
    print(*made.lines(), sep="\n")
    return int(made.lost)


if __name__ == "__main__":
    sys.exit(main())
