"""Planned groups → staged files: make what changed, keep the rest.

Keys are taken coarse to fine: a group's key is the hash of its inputs, a page's that of its view and its templates.
Same key and an untouched file: nothing to do. Many groups are shared out among processes (sharing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import BinaryFile, OutputFile
from bulletin.arrange.shell import Shell
from bulletin.arrange.targets import CopiedFile
from bulletin.build.project import Project
from bulletin.build.sharing import Shared, worth_sharing
from bulletin.core.files import read_file
from bulletin.core.i18n import translations
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem
from bulletin.core.progress import Progress
from bulletin.editions.edition import Edition, Planned, Texts
from bulletin.read.messages import decode_parts, decode_variants
from bulletin.read.sources import unreadable
from bulletin.render.templates import Renderer, Theme
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import WORK, Manifest, Output, Staged, Written


class StagedGroup(Value, frozen=True):
    """A group after it was made: which of its files stay, and which are staged."""

    key: str
    kept: tuple[Written, ...]
    staged: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    """Files that could not be copied; the group is made again by the next build."""


StagedGroups = dict[str, StagedGroup]
"""By group name."""


class StagingContext(NamedTuple):
    """What all groups of one build are made with."""

    project: Project
    shell: Shell
    theme: Theme
    before: Manifest
    """Of the last build into the same folder."""


def stage_all(
    planned: Sequence[Planned],
    context: StagingContext,
    cache: Cache,
    output: Output,
    jobs: int,
    progress: Progress,
) -> StagedGroups:
    """Stage every file whose inputs have changed, and every file that is not as we left it."""
    stager = _Stager(context, _renderer(context), cache, output, progress)
    kept = {each.group.name: same for each in planned if (same := stager.kept(each))}
    due = [each for each in planned if each.group.name not in kept]
    distributed = [each for each in due if each.group.distributable]
    made: StagedGroups = {}
    with _shared(stager, distributed, cache, jobs) as shared:
        for index, answer in shared.answers():
            made[distributed[index].group.name] = stager.add_answer(answer)
            progress("render", len(made), len(due))
    for each in due:  # what is not distributed, or what no other process made, because there is none or it failed
        if each.group.name not in made:
            made[each.group.name] = stager.make(each)
            progress("render", len(made), len(due))
    return {each.group.name: kept.get(each.group.name) or made[each.group.name] for each in planned}


def _renderer(context: StagingContext) -> Renderer:
    project = context.project
    language = project.station.language
    bytecode = project.root / WORK / "jinja" / f"{project.engine}-{language}"
    return Renderer(context.theme, translations(language), bytecode)


class _GroupAnswer(Value, frozen=True):
    """A group that another process has made."""

    made: StagedGroup
    staged: dict[str, Staged]


def _shared(stager: _Stager, due: list[Planned], cache: Cache, jobs: int) -> Shared:
    if not worth_sharing(len(due), jobs):
        return Shared(len(due), 0, lambda: _answers(stager, due))
    with cache.closed():
        return Shared(len(due), jobs, lambda: _answers(stager.for_child_process(), due))


def _answers(stager: _Stager, due: list[Planned]) -> Callable[[int], bytes]:
    def answer(index: int) -> bytes:
        made = stager.make(due[index])
        return _encode(_GroupAnswer(made, stager.output.staged(made.staged)))

    return answer


class _StoredBodies:
    """HTML of texts by the key of their reading; keeps the last source's, since its pages come together."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._key = ""
        self._parts: tuple[str, ...] = ()

    def __call__(self, key: str, part: int) -> str:
        if key != self._key:
            stored = self._cache.parts(key)
            if stored is None:
                raise CacheDamaged(N_("the cache is damaged: {reason}."), path=key, reason="parts")
            self._key, self._parts = key, decode_parts(stored)
        return self._parts[part]


class _Stager:
    def __init__(
        self, context: StagingContext, renderer: Renderer, cache: Cache, output: Output, progress: Progress
    ) -> None:
        self.output = output
        self._context = context
        self._renderer = renderer
        self._cache = cache
        self._progress = progress
        self._files = context.before.files
        self._bodies = _StoredBodies(cache)
        self._translate = translations(context.project.station.language).gettext
        self._frame = Frame(context.shell, self._translate, self._bodies)
        engine = context.project.engine.encode()
        self._begun = {False: _digest(engine).encode(), True: _digest(engine, _encode(context.shell)).encode()}
        """What all groups share, with the shell and without."""
        self._begun_keys: dict[tuple[bool, tuple[str, ...]], blake2b] = {}

    def for_child_process(self) -> _Stager:
        """One that makes the same in a process of its own."""
        output, cache = Output(self.output.folder), self._cache.reader()
        return _Stager(self._context, self._renderer, cache, output, self._progress)

    def add_answer(self, answer: bytes) -> StagedGroup:
        """A group that a child process made."""
        decoded = _decode_answer(answer)
        self.output.add_staged(decoded.staged)
        return decoded.made

    def kept(self, planned: Planned) -> StagedGroup | None:
        """A group of which nothing has changed."""
        record = self._context.before.groups.get(planned.group.name)
        if record and record.key == self._key(planned) and all(map(self.output.is_current, record.files)):
            return StagedGroup(record.key, record.files, ())
        return None

    def make(self, planned: Planned) -> StagedGroup:
        """A group's files: kept where nothing changed, else made and staged."""
        kept: list[Written] = []
        staged: list[str] = []
        for file in planned.edition.make(self._tools(planned.edition), planned.group.inputs):
            self._stage(file.path, self._file_key(file), partial(self._data, file), kept, staged)
        problems: list[Problem] = []
        for copied in planned.group.copied:
            try:
                self._stage(copied.path, copied.key, partial(self._copied, copied), kept, staged)
            except OSError as error:  # of the file in the content folder: Output has errors of its own
                problems.append(unreadable(copied.asset, error))
                kept += [file for file in (self._files.get(copied.path),) if file]
        return StagedGroup("" if problems else self._key(planned), tuple(kept), tuple(staged), tuple(problems))

    def _tools(self, edition: Edition) -> Frame | Texts:
        if edition.has_shell:
            return self._frame
        return Texts(self._bodies, self._translate, partial(self._progress, edition.step))

    def _key(self, planned: Planned) -> str:
        group, kind = planned.group, (planned.edition.has_shell, planned.group.templates)
        if kind not in self._begun_keys:
            begun = self._begun[kind[0]] + self._context.theme.digest(kind[1]).encode()
            self._begun_keys[kind] = blake2b(begun, digest_size=12)
        hashed = self._begun_keys[kind].copy()
        hashed.update(_encode(group.inputs if group.identity is None else group.identity))
        return hashed.hexdigest()

    def _file_key(self, file: OutputFile) -> str:
        if isinstance(file, BinaryFile):
            return _digest(file.data)
        theme = self._context.theme.digest((file.template,))
        return _digest(self._context.project.engine.encode(), theme.encode(), _encode(file.view))

    def _data(self, file: OutputFile) -> bytes:
        return file.data if isinstance(file, BinaryFile) else self._renderer.render(file.template, file.view)

    def _stage(self, path: str, key: str, data: Callable[[], bytes], kept: list[Written], staged: list[str]) -> None:
        file = self._files.get(path)
        if file and file.key == key and self.output.is_current(file):
            kept.append(file)
        else:
            self.output.stage(path, key, data())
            staged.append(path)

    def _copied(self, copied: CopiedFile) -> bytes:
        if copied.variant >= 0:
            return decode_variants(self._cache.parts(copied.picture_key) or b"")[copied.variant]
        if copied.asset.startswith("templates/"):
            return self._context.theme.files[copied.asset.removeprefix("templates/")]
        return read_file(self._context.project.root / copied.asset)


_encode = msgspec.msgpack.Encoder().encode
_decode_answer = msgspec.msgpack.Decoder(_GroupAnswer).decode


def _digest(*chunks: bytes) -> str:
    hashed = blake2b(digest_size=12)
    for chunk in chunks:
        hashed.update(len(chunk).to_bytes(8, "little") + chunk)
    return hashed.hexdigest()
