"""Groups → staged files: render what changed, keep the rest.

Keys are taken coarse to fine: a group's key is the hash of its inputs, a page's that of its view and its
templates. Same key and an untouched file: nothing to do. Many groups are shared out among processes (sharing.py).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import msgspec

from bulletin.arrange.frame import Frame, Planned
from bulletin.arrange.inputs import ColumnInputs, Shell, YearInputs, identity
from bulletin.arrange.makers import TEMPLATES, make
from bulletin.arrange.plan import Group, Plan
from bulletin.arrange.targets import Deposit
from bulletin.build.project import Project
from bulletin.build.sharing import Shared, worth_sharing
from bulletin.core.i18n import Translate, translations
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.read.library import Progress
from bulletin.read.worker import decode_parts, decode_variants
from bulletin.render.templates import Renderer, Theme
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import WORK, Manifest, Output, Staged, Written


class Made(Value, frozen=True):
    """A group after rendering: which of its files stay, and which are staged."""

    key: str
    kept: tuple[Written, ...]
    staged: tuple[str, ...]


Files = dict[str, Made]
"""By group name."""


def stage_all(
    planned: Plan,
    project: Project,
    theme: Theme,
    cache: Cache,
    before: Manifest,
    output: Output,
    jobs: int,
    progress: Progress,
) -> Files:
    """Stage every page whose inputs have changed, and every file that is not as we left it."""
    translated = translations(project.station.language)
    bytecode = project.root / WORK / "jinja" / f"{project.engine}-{project.station.language}"
    renderer = Renderer(theme, translated, bytecode)
    stager = _Stager(planned.shell, translated.gettext, renderer, theme, cache, output, before, project)
    kept = {group.name: same for group in planned.groups if (same := stager.kept(group))}
    due = [group for group in planned.groups if group.name not in kept]
    apart = [group for group in due if not isinstance(group.inputs, WIDE)]
    made: dict[str, Made] = {}
    with _shared(stager, apart, cache, jobs) as shared:
        for place, answer in shared.answers():
            made[apart[place].name] = stager.adopt(answer)
            progress("render", len(made), len(due))
    for group in due:  # what is not shared out, or what no other process made, because there is none or it failed
        if group.name not in made:
            made[group.name] = stager.make(group)
            progress("render", len(made), len(due))
    return {group.name: kept.get(group.name) or made[group.name] for group in planned.groups}


WIDE = (YearInputs, ColumnInputs)
"""Inputs that name so many issues that a process which makes them would have its own copy of all (sharing.py)."""


class Answer(Value, frozen=True):
    """A group that another process has made."""

    made: Made
    staged: dict[str, Staged]


def _shared(stager: _Stager, due: list[Group], cache: Cache, jobs: int) -> Shared:
    if not worth_sharing(len(due), jobs):
        return Shared(len(due), 0, lambda: _answers(stager, due))
    with cache.closed():
        return Shared(len(due), jobs, lambda: _answers(stager.apart(), due))


def _answers(stager: _Stager, due: list[Group]) -> Callable[[int], bytes]:
    def answer(place: int) -> bytes:
        made = stager.make(due[place])
        return encode(Answer(made, stager.output.staged(made.staged)))

    return answer


class StoredBodies:
    """HTML of texts by parts key; keeps the last source's parts, since its pages come together."""

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
        self,
        shell: Shell,
        translate: Translate,
        renderer: Renderer,
        theme: Theme,
        cache: Cache,
        output: Output,
        before: Manifest,
        project: Project,
    ) -> None:
        self.output = output
        self._frame = Frame(shell, translate, StoredBodies(cache))
        self._renderer = renderer
        self._theme = theme
        self._cache = cache
        self._before = before
        self._groups = before.groups
        self._files = before.files
        self._project = project
        shared = digest(project.engine.encode(), encode(shell)).encode()
        self._begun = {
            kind: blake2b(shared + theme.digest(TEMPLATES[kind]).encode(), digest_size=12) for kind in TEMPLATES
        }
        """For each kind of group what all of them share, hashed."""

    def apart(self) -> _Stager:
        """One that makes the same in a process of its own."""
        frame = self._frame
        output, cache = Output(self.output.folder), self._cache.reader()
        return _Stager(
            frame.shell, frame.translate, self._renderer, self._theme, cache, output, self._before, self._project
        )

    def adopt(self, answer: bytes) -> Made:
        """A group that was made apart."""
        decoded = decode_answer(answer)
        self.output.adopt(decoded.staged)
        return decoded.made

    def kept(self, group: Group) -> Made | None:
        """A group of which nothing has changed."""
        record = self._groups.get(group.name)
        if record and record.key == self._key(group) and all(map(self.output.is_current, record.files)):
            return Made(record.key, record.files, ())
        return None

    def make(self, group: Group) -> Made:
        """A group's files: kept where nothing changed, else made and staged."""
        kept: list[Written] = []
        staged: list[str] = []
        for planned in make(self._frame, group.inputs):
            self._page(planned, kept, staged)
        for deposit in group.deposits:
            self._deposit(deposit, kept, staged)
        return Made(self._key(group), tuple(kept), tuple(staged))

    def _key(self, group: Group) -> str:
        hashed = self._begun[type(group.inputs)].copy()
        hashed.update(encode(identity(group.inputs)))
        return hashed.hexdigest()

    def _page(self, planned: Planned, kept: list[Written], staged: list[str]) -> None:
        theme = self._theme.digest((planned.template,))
        key = digest(self._project.engine.encode(), theme.encode(), encode(planned.view))
        if not self._keep(planned.path, key, kept):
            self.output.stage(planned.path, key, self._renderer.render(planned.template, planned.view))
            staged.append(planned.path)

    def _deposit(self, deposit: Deposit, kept: list[Written], staged: list[str]) -> None:
        if not self._keep(deposit.path, deposit.key, kept):
            self.output.stage(deposit.path, deposit.key, self._bytes(deposit))
            staged.append(deposit.path)

    def _keep(self, path: str, key: str, kept: list[Written]) -> bool:
        file = self._files.get(path)
        if file and file.key == key and self.output.is_current(file):
            kept.append(file)
            return True
        return False

    def _bytes(self, deposit: Deposit) -> bytes:
        if deposit.variant >= 0:
            return decode_variants(self._cache.parts(deposit.picture_key) or b"")[deposit.variant]
        if deposit.asset.startswith("templates/"):
            return self._theme.files[deposit.asset.removeprefix("templates/")]
        return (self._project.root / deposit.asset).read_bytes()


encode = msgspec.msgpack.Encoder().encode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def digest(*chunks: bytes) -> str:
    hashed = blake2b(digest_size=12)
    for chunk in chunks:
        hashed.update(len(chunk).to_bytes(8, "little") + chunk)
    return hashed.hexdigest()
