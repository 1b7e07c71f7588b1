"""`content/` → the sources in it: which files make which issue or page, found without opening them.

Names are compared after NFKC and case folding, as some computer's file system will; links that lead out of
the content folder are not followed.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from bulletin.core.files import NotAFile, is_utf8, read_file, real_path
from bulletin.core.model import Source, SourceFile, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.file_kinds import is_document, kind_of_name
from bulletin.read.portable import is_portable
from bulletin.read.scan import Scan, Stamp, scan_folders
from bulletin.read.text_files import MARKDOWN_SUFFIXES, is_index, is_markdown, is_plain, without_suffix

_SKIPPED = (".", "_", "~$")
"""Hidden files, files set aside, and the lock files that Word and WPS leave behind."""


_Kind = Literal["issue", "page", "notice"]


class FoundSource(Value, frozen=True):
    """A source that is there, not yet read."""

    kind: _Kind
    name: str
    paths: tuple[str, ...]
    """From the project's root, with `/`; the main file first."""


def find_sources(root: Path, scan: Scan | None = None) -> tuple[tuple[FoundSource, ...], tuple[Problem, ...]]:
    """All sources under ``content/``, in the order of their names on every computer."""
    finder = _Finder(root, scan or scan_folders([str(root / "content")]))
    found = [
        *finder.folder("issue", str(root / "content" / "issues")),
        *finder.folder("page", str(root / "content" / "pages")),
        *finder.folder("notice", str(root / "content" / "notices")),
    ]
    finder.everywhere()
    return tuple(found), tuple(finder.problems)


def load_source(root: Path, found: FoundSource) -> Source | Problem:
    """Read a source's files; a problem when the system does not let us."""
    files = []
    for path in found.paths:
        try:
            files.append(SourceFile(path, read_file(root / path)))
        except OSError as error:
            return unreadable(path, error)
    return Source(found.kind, found.name, tuple(files))


def unreadable(path: str, error: OSError) -> Problem:
    """What the system said, with the remedy that fits: rights, a drive that is away, a disk, or no file at all."""
    if isinstance(error, (NotAFile, IsADirectoryError)):
        folder = error.errno == errno.EISDIR
        return problem("F110", path, what=N_("a folder") if folder else N_("a pipe or a device"))
    code = next((code for code, numbers in _CAUSES.items() if error.errno in numbers), "F109")
    return problem(code, path, reason=error.strerror or type(error).__name__)


_CAUSES = {
    "F107": (errno.EACCES, errno.EPERM),
    "F108": (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN),
}
"""The system's numbers of errors, by the problem that they are."""

UNREADABLE_CODES = ("F106", "F107", "F108", "F109", "F110")
"""Of sources that cannot be read now; what was published of them stays."""


def other_files(root: Path, scan: Scan) -> Iterator[tuple[str, Stamp]]:
    """Path and stamp of every file in the content folder that is no Markdown, by path.

    Stands for their content in the key of the whole site: when it is the same, nothing was touched; when it is
    not, the files themselves are looked at.
    """
    skip, top = len(os.path.join(root, "")), os.path.join(root, "content", "")  # noqa: PTH118 - for 10,000 paths
    for place, stamp in sorted(scan.files.items()):
        if place.startswith(top) and not place.endswith(MARKDOWN_SUFFIXES):
            yield printable(place[skip:]), stamp


class _Finder:
    def __init__(self, root: Path, scan: Scan) -> None:
        self._scan = scan
        self._content = real_path(root / "content")
        self._top = os.path.join(root, "")  # noqa: PTH118 - the root as it begins every entry's path
        self.problems: list[Problem] = []

    def folder(self, kind: _Kind, folder: str) -> Iterator[FoundSource]:
        entries = self._entries(folder)
        names = {fold(without_suffix(entry.name)) for entry in entries if not is_plain(entry.name)}
        for entry in entries if kind == "issue" else self._without_twins(entries):
            try:
                is_folder = entry.is_dir()
            except OSError as error:
                self.problems.append(unreadable(self._path(entry), error))
                continue
            if is_folder:
                texts = [inside for inside in self._entries(entry.path) if self._is_text(inside)]
                if any(is_index(text.name) for text in texts):
                    texts = self._without_twins(texts)
                    main = [text for text in texts if is_index(text.name)]
                    others = [text for text in texts if text not in main] if kind == "issue" else []
                    yield FoundSource(kind, entry.name, tuple(self._path(text) for text in (*main[:1], *others)))
                elif is_markdown(entry.name):
                    self.problems.append(problem("F110", self._path(entry), what=N_("a folder")))
            elif self._is_text(entry) or (kind == "issue" and self._may_be_issue(entry, names)):
                yield FoundSource(kind, without_suffix(entry.name), (self._path(entry),))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """Usable entries of a folder, in an order that does not depend on the system."""
        listed, error = self._scan.listing(folder)
        if error and folder not in self._scan.unlisted:  # those are named together
            self.problems.append(unreadable(self._named(folder), error))
        entries = [entry for entry in listed if not entry.name.startswith(_SKIPPED)]
        return [entry for entry in sorted(entries, key=_order) if self._usable(entry)]

    def _without_twins(self, entries: list[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
        """Without a ``.markdown`` beside a ``.md`` of the same name; of two issues the archive chooses."""
        texts = {fold(entry.name): entry for entry in entries if is_markdown(entry.name)}
        usual, *others = MARKDOWN_SUFFIXES
        kept = []
        for entry in entries:
            name = fold(entry.name)
            twin = next((texts.get(name.removesuffix(end) + usual) for end in others if name.endswith(end)), None)
            if twin is None:
                kept.append(entry)
            else:
                self.problems.append(problem("A106", self._path(entry), 1, other=self._path(twin)))
        return kept

    def _may_be_issue(self, entry: os.DirEntry[str], names: Collection[str]) -> bool:
        """Whether it is a ``.txt`` that may be an issue; what is neither that nor ours to explain is named.

        A ``.txt`` beside a text or folder of the same name (``names``) is another form of that.
        """
        if not is_plain(entry.name):
            if is_document(entry.name):
                self.problems.append(problem("F314", self._path(entry), file=self._path(entry)))
            elif (what := kind_of_name(entry.name)) and not is_markdown(entry.name):
                self.problems.append(problem("F310", self._path(entry), what=what))
            return False
        return fold(without_suffix(entry.name)) not in names and _is_file(entry)

    def _is_text(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is Markdown to be read; one that is not now, or never, is a problem."""
        if not is_markdown(entry.name):
            return False
        try:
            if entry.is_file():
                return True
            os.stat(entry.path)  # noqa: PTH116 - raises where a link leads nowhere
        except OSError as error:
            self.problems.append(unreadable(self._path(entry), error))
        else:
            what = N_("a folder") if _is_folder(entry) else N_("a pipe or a device")
            self.problems.append(problem("F110", self._path(entry), what=what))
        return False

    def everywhere(self) -> None:
        """Report what no folder of sources needs to hold: names that are not UTF-8, folders that cannot be opened."""
        known = {each.path for each in self.problems}
        for place in (*self._scan.folders, *self._scan.files):
            name = os.path.basename(place)  # noqa: PTH119 - for 10,000 paths
            if not is_utf8(name) and (path := self._named(place)) not in known and self._is_ours(place):
                self.problems.append(problem("F105", path, name=printable(name)))
        for place, error in self._scan.unlisted.items():
            if self._is_ours(place):
                self.problems.append(unreadable(self._named(place), error))

    def _is_ours(self, place: str) -> bool:
        """Whether it is part of the project, not of the program."""
        return place.startswith(self._top)

    def _usable(self, entry: os.DirEntry[str]) -> bool:
        if not is_portable(entry.name):
            self.problems.append(problem("F105", self._path(entry), name=printable(entry.name)))
            return False
        if _may_be_link(entry) and not is_within(Path(entry), self._content):
            self.problems.append(problem("F106", self._path(entry), reason=N_("it lies outside the content folder")))
            return False
        return True

    def _path(self, entry: os.DirEntry[str]) -> str:
        return self._named(entry.path)

    def _named(self, place: str) -> str:
        return printable(place[len(self._top) :].replace(os.sep, "/"))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or leads to one; what cannot be said is said when it is read as a file."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _may_be_link(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link; some disks have to be asked, and may not answer."""
    try:
        return entry.is_symlink()
    except OSError:
        return True


def _order(entry: os.DirEntry[str]) -> tuple[str, str]:
    return fold(entry.name), entry.name


def fold(name: str) -> str:
    """The form under which two names are the same on some computer."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", name).casefold()


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path, with all links followed, is in a folder; one whose links go in a circle is nowhere."""
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        return False


def printable(text: str) -> str:
    """A name that can be shown anywhere, also one that is not UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
