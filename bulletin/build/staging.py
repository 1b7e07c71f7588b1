"""Planned groups → staged files: render what changed, keep the rest.

Keys go from coarse to fine: a group's key is the hash of its inputs, a page's that of its view and its templates.
Same key and an unchanged file: nothing to do. Many groups are distributed among processes (sharing.py).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import BinaryFile, TemplatePage
from bulletin.arrange.shell import Shell
from bulletin.arrange.targets import SOUND, CopiedFile
from bulletin.build.beside import TasksBeside, Turn
from bulletin.build.known_breaks import Breaks, KnownBreaks
from bulletin.build.project import Project
from bulletin.build.sharing import ForkedTasks, worth_forking
from bulletin.core.files import read_file
from bulletin.core.labels import station_labels
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem
from bulletin.core.progress import Progress, no_progress
from bulletin.editions.edition import Edition, Planned, Texts
from bulletin.read.messages import decode_html_parts, decode_variants
from bulletin.read.sources import unreadable
from bulletin.read.stamps import digest_of
from bulletin.read.voices import sound_of
from bulletin.render.templates import Renderer, Theme
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import WORK, Manifest, Output, Staged, Written


class StagedGroup(Value, frozen=True):
    """The result for a group: which of its files are unchanged, and which are staged."""

    key: str
    unchanged: tuple[Written, ...]
    staged: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    """Files that could not be copied; the group is made again by the next build."""
    said: tuple[Problem, ...] = ()
    """What was found while it was made; said again as long as it is unchanged."""


StagedGroups = dict[str, StagedGroup]
"""By group name."""


class StagingContext(NamedTuple):
    """The input that all groups of one build share."""

    project: Project
    shell: Shell
    theme: Theme
    previous: Manifest
    """Of the last build into the same folder."""


def stage_all(
    planned: Sequence[Planned],
    context: StagingContext,
    cache: Cache,
    output: Output,
    jobs: int,
    progress: Progress,
) -> StagedGroups:
    """Stage every file whose inputs have changed, and every file that was changed since the last build."""
    breaks = KnownBreaks(cache, context.project.fingerprint, context.project.station)
    stager = _Stager(context, _renderer(context, breaks), cache, output, progress, Turn(), breaks)
    unchanged = {each.group.name: group for each in planned if (group := stager.unchanged(each))}
    dirty = [each for each in planned if each.group.name not in unchanged]
    beside = [each for each in dirty if jobs > 1 and each.edition.beside]
    here = [each for each in dirty if jobs == 1 or not each.edition.beside]
    distributed = [each for each in here if each.group.distributable]
    staged: StagedGroups = {}
    with _forked(stager, distributed, cache, jobs) as forked, _made_beside(stager, beside, cache, progress) as others:
        for index, result in forked.results():
            staged[distributed[index].group.name] = stager.add_result(result)
            progress("render", len(staged), len(dirty))
            others.tell()
        for each in here:  # groups that are not distributed, or that no forked process has staged
            if each.group.name not in staged:
                staged[each.group.name] = stager.stage(each)
                progress("render", len(staged), len(dirty))
        for each, made in zip(beside, others.results(), strict=True):
            staged[each.group.name] = stager.add(made)
    breaks.store(cache)
    return {each.group.name: unchanged.get(each.group.name) or staged[each.group.name] for each in planned}


def _renderer(context: StagingContext, breaks: KnownBreaks) -> Renderer:
    project = context.project
    language, labels = project.station.language, station_labels(project.station)
    name = "-".join(filter(None, (project.fingerprint, language, labels.key)))
    return Renderer(context.theme, labels.translations(language), project.root / WORK / "jinja" / name, breaks)


class _GroupResult(Value, frozen=True):
    """A group that another process has staged."""

    group: StagedGroup
    files: dict[str, Staged]
    breaks: Breaks
    """Of titles that were not known."""


def _forked(stager: _Stager, dirty: list[Planned], cache: Cache, jobs: int) -> ForkedTasks:
    if not worth_forking(len(dirty), jobs):
        return ForkedTasks(len(dirty), 0, lambda: _group_task(stager, dirty))
    stager.breaks.prepare()
    with cache.closed():
        return ForkedTasks(len(dirty), jobs, lambda: _group_task(stager.copy(cache.reader()), dirty))


def _group_task(stager: _Stager, dirty: list[Planned]) -> Callable[[int], bytes]:
    return lambda index: _encode(stager.result(dirty[index]))


def _made_beside(stager: _Stager, groups: list[Planned], cache: Cache, progress: Progress) -> TasksBeside[_GroupResult]:
    def make(planned: Planned, tick: Callable[[int, int], None]) -> _GroupResult:
        with cache.reader() as reader:
            return stager.copy(reader, lambda _, done, total: tick(done, total)).result(planned)

    if groups:
        cache.commit()  # what the threads' own connections read
    step = groups[0].edition.step if groups else ""
    return TasksBeside([partial(make, each) for each in groups], partial(progress, step), stager.turn)


class StoredBodies:
    """HTML of texts by the key of their reading; caches the last source's, since its pages are rendered together."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._key = ""
        self._parts: tuple[str, ...] = ()

    def __call__(self, key: str, part: int) -> str:
        if key != self._key:
            stored = self._cache.parts(key)
            if stored is None:
                raise CacheDamaged(N_("the cache is damaged: {reason}."), path=key, reason="parts")
            self._key, self._parts = key, decode_html_parts(stored)
        return self._parts[part]


def stored_variant(cache: Cache, key: str, index: int) -> bytes:
    """The bytes of one of a picture's forms."""
    return decode_variants(cache.parts(key) or b"")[index]


class _Stager:
    def __init__(
        self,
        context: StagingContext,
        renderer: Renderer,
        cache: Cache,
        output: Output,
        progress: Progress,
        turn: Turn,
        breaks: KnownBreaks,
    ) -> None:
        self.output = output
        self.breaks = breaks
        self._context = context
        self._renderer = renderer
        self._cache = cache
        self._progress = progress
        self.turn = turn
        self._files = context.previous.files
        self._bodies = StoredBodies(cache)
        labels = station_labels(context.project.station)
        self._translate = labels.translations(context.project.station.language).gettext
        self._frame = Frame(context.shell, self._translate, self._bodies)
        fingerprint = context.project.fingerprint.encode()
        self._program = (fingerprint, labels.key.encode()) if labels.key else (fingerprint,)
        """What whatever has words depends on."""
        with_shell = _digest(*self._program, _encode(context.shell))
        self._key_prefix = {False: _digest(*self._program).encode(), True: with_shell.encode()}
        """Key material that all groups share, by whether they have the shell."""
        self._key_hashes: dict[tuple[bool, tuple[str, ...]], blake2b] = {}

    def copy(self, reader: Cache, progress: Progress = no_progress) -> _Stager:
        """One for a forked process or a thread, with its own output and cache connection."""
        return _Stager(
            self._context, self._renderer, reader, Output(self.output.folder), progress, self.turn, self.breaks
        )

    def result(self, planned: Planned) -> _GroupResult:
        """Stage a group for another stager."""
        group = self.stage(planned)
        return _GroupResult(group, self.output.staged(group.staged), self.breaks.take_new())

    def add_result(self, data: bytes) -> StagedGroup:
        """Take over a group that a child process has staged."""
        return self.add(_decode_result(data))

    def add(self, result: _GroupResult) -> StagedGroup:
        """Take over a group that another stager has staged."""
        self.output.add_staged(result.files)
        self.breaks.add(result.breaks)
        return result.group

    def unchanged(self, planned: Planned) -> StagedGroup | None:
        """The group of the last build; None when its key or one of its files has changed."""
        record = self._context.previous.groups.get(planned.group.name)
        if record and record.key == self._key(planned) and all(map(self.output.is_current, record.files)):
            return StagedGroup(record.key, record.files, (), said=record.said)
        return None

    def stage(self, planned: Planned) -> StagedGroup:
        """Render and stage the files of a group that have changed."""
        unchanged: list[Written] = []
        staged: list[str] = []
        said: list[Problem] = []
        for file in planned.edition.make(self._edition_context(planned.edition), planned.group.inputs):
            if isinstance(file, Problem):
                said.append(file)
                continue
            self._stage_file(file.path, self._file_key(file), partial(self._data, file), unchanged, staged)
        problems: list[Problem] = []
        for copied in planned.group.copied:
            try:
                self._stage_file(copied.path, copied.key, partial(self._copied, copied), unchanged, staged)
            except OSError as error:  # of the file in the content folder: Output has errors of its own
                problems.append(unreadable(copied.asset, error))
                unchanged += [file for file in (self._files.get(copied.path),) if file]
        key = "" if problems else self._key(planned)
        return StagedGroup(key, tuple(unchanged), tuple(staged), tuple(problems), tuple(said))

    def _edition_context(self, edition: Edition) -> Frame | Texts:
        if edition.has_shell:
            return self._frame
        return Texts(self._bodies, self._translate, self._variant, partial(self._progress, edition.step), self.turn)

    def _key(self, planned: Planned) -> str:
        group, kind = planned.group, (planned.edition.has_shell, planned.group.templates)
        if kind not in self._key_hashes:
            prefix = self._key_prefix[kind[0]] + self._context.theme.digest(kind[1]).encode()
            self._key_hashes[kind] = blake2b(prefix, digest_size=12)
        hashed = self._key_hashes[kind].copy()
        hashed.update(_encode(group.inputs if group.identity is None else group.identity))
        return hashed.hexdigest()

    def _file_key(self, file: TemplatePage | BinaryFile) -> str:
        if isinstance(file, BinaryFile):
            return _digest(file.data)
        theme = self._context.theme.digest((file.template,))
        program = self._program if self._context.theme.has_words((file.template,)) else self._program[:1]
        return _digest(*program, theme.encode(), _encode(file.view))

    def _data(self, file: TemplatePage | BinaryFile) -> bytes:
        return file.data if isinstance(file, BinaryFile) else self._renderer.render(file.template, file.view)

    def _stage_file(
        self, path: str, key: str, data: Callable[[], bytes], unchanged: list[Written], staged: list[str]
    ) -> None:
        file = self._files.get(path)
        if file and file.key == key and self.output.is_current(file):
            unchanged.append(file)
        else:
            self.output.stage(path, key, data())
            staged.append(path)

    def _variant(self, key: str, index: int) -> bytes:
        return stored_variant(self._cache, key, index)

    def _copied(self, copied: CopiedFile) -> bytes:
        if copied.variant >= 0:
            return self._variant(copied.picture_key, copied.variant)
        if copied.asset.startswith("templates/"):
            return self._context.theme.files[copied.asset.removeprefix("templates/")]
        data = read_file(self._context.project.root / copied.asset)
        if digest_of(data) != copied.key:  # what nobody has looked into never goes out
            raise OSError(errno.EIO, N_("it was changed while it was read"), copied.asset)
        return sound_of(data) if copied.variant == SOUND else data


_encode = msgspec.msgpack.Encoder().encode
_decode_result = msgspec.msgpack.Decoder(_GroupResult).decode


def _digest(*chunks: bytes) -> str:
    hashed = blake2b(digest_size=12)
    for chunk in chunks:
        hashed.update(len(chunk).to_bytes(8, "little") + chunk)
    return hashed.hexdigest()
