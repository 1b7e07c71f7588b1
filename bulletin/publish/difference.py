"""What a delivery changes on a target, and what a release changes for readers: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.public_texts import PublicText
from bulletin.publish.release import Release, ReleaseFile, is_asset, publishing_order
from bulletin.publish.target import Delivery, TargetRecord, TargetState
from bulletin.write.swap import parents

_FOREIGN = N_(
    "on the target are files that are not ours where ours must be: {files}. Look into it: is it the right folder? "
    "“bulletin publish --adopt” replaces them."
)
_BLOCKED = N_("on the target a file or folder that is not ours is in the way: {files}. Rename or remove it there.")
_MAX_NAMED = 3
_STAYING_RELEASES = 2
"""Former releases whose assets stay beside those of the one that is out."""

_FEW_PAGES, _SMALL_SHARE = 3, 0.05
"""Up to so many pages, or so large a part of all, may go without a question (issue 15)."""


# ── what a target has to do


def plan_delivery(
    state: TargetState,
    release: Release,
    former: tuple[Release, ...] = (),
    withdrawn_paths: Iterable[str] = (),
    *,
    adopt: bool = False,
) -> Delivery:
    """What makes a target, as it is, show a release and keep the assets that older pages ask for.

    ``former`` are the releases that are kept here: they say what an unfinished delivery has left, and hold the
    contents of older assets that a target has lost. ``withdrawn_paths``, pages, files or folders with ``/``
    at the end, are those whose older assets must not stay; nor must what a withdrawal in ``former`` took out, whether
    this target ever took that release or not. Raises `PublishError` when files that are not ours are in the way; with
    ``adopt`` those are replaced, and such that have path and size of a file of ``former`` count as ours.
    """
    record = state.record or TargetRecord()
    ours = {file.path: file for file in record.files}
    unsure = _unsure(state, record, release, former, adopt)
    wanted = {file.path: file for file in release.files}
    older = _older(record, release, wanted)
    gone = _Gone(withdrawn_paths, (release, *former))
    staying = _staying(state, ours, older, gone, former)
    desired = staying | wanted
    _refuse_foreign(state.present, ours.keys() | unsure, desired, adopt)
    writes = (file for path, file in desired.items() if _differs(file, ours.get(path), path in unsure, state))
    stale = ((ours.keys() | unsure) & state.present.keys()) - desired.keys()
    return Delivery(
        record=TargetRecord(
            release.id,
            tuple(sorted(desired.values(), key=lambda file: file.path)),
            tuple(filter(None, (tuple(path for path in paths if path in staying) for paths in older))),
        ),
        writes=tuple(sorted(writes, key=publishing_order)),
        removes=tuple(sorted(stale, key=_removing_order, reverse=True)),
        before=record.release,
    )


def _removing_order(path: str) -> tuple[int, str]:
    return publishing_order(ReleaseFile(path, "", 0))


def _differs(file: ReleaseFile, before: ReleaseFile | None, unsure: bool, state: TargetState) -> bool:
    if before is None or before.sha256 != file.sha256 or unsure or file.path in state.changed:
        return True
    return state.present.get(file.path) != file.size


def _unsure(
    state: TargetState, record: TargetRecord, release: Release, former: tuple[Release, ...], adopt: bool
) -> frozenset[str]:
    """Files that are ours, though the record does not say with what content: of a delivery that was broken off."""
    known = {file.path: file.sha256 for file in record.files}
    begun = {file for each in (release, *former) if each.id == state.unfinished for file in each.files}
    paths = {file.path for file in begun if known.get(file.path) != file.sha256}
    if adopt:
        ever = (file for each in former for file in each.files if file.path not in known)
        paths |= {file.path for file in ever if state.present.get(file.path) == file.size}
    return frozenset(paths)


class _Gone:
    """Which paths are withdrawn: of a page also what is in its folder, of an article what is in its issue's, where
    its pictures are.
    """

    def __init__(self, withdrawn: Iterable[str], releases: Iterable[Release]) -> None:
        known = {release.id: release for release in releases}
        paths = set(withdrawn)
        self._folders = tuple({_folder_of(path) for path in paths} - {""})
        for release in known.values():
            if release.kind == "withdraw" and (before := known.get(release.parent)):
                paths |= {file.path for file in before.files}.difference(file.path for file in release.files)
        self._paths = paths

    def __contains__(self, path: str) -> bool:
        return path in self._paths or path.startswith(self._folders)


def _folder_of(path: str) -> str:
    """Of a page or a folder; empty for another file."""
    if not path.endswith(("/index.html", "/")):
        return ""
    steps = path.split("/")
    return "/".join(steps[:2] if steps[0] == "issues" else steps[:-1]) + "/"


def _older(record: TargetRecord, release: Release, wanted: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Assets that stay for the releases before, newest first: of each those that no newer one has.

    So the assets of the record's own release are those of its files that stay for none before it. A release that
    drops no asset (the counter's, say) does not move the others on.
    """
    stayed = {path for paths in record.older for path in paths}
    own = (file.path for file in record.files if is_asset(file.path) and file.path not in stayed)
    dropped = () if record.release == release.id else (tuple(own),)
    left = (tuple(path for path in paths if path not in wanted) for paths in (*dropped, *record.older))
    return tuple(paths for paths in left if paths)[:_STAYING_RELEASES]


def _staying(
    state: TargetState,
    ours: Mapping[str, ReleaseFile],
    older: Iterable[tuple[str, ...]],
    gone: _Gone,
    former: Iterable[Release],
) -> dict[str, ReleaseFile]:
    """Older assets, where the target still has them or a release that is kept here does."""
    kept = {file for release in former for file in release.files if is_asset(file.path)}
    staying = {}
    for path in (path for paths in older for path in paths):
        file = ours.get(path)
        if file is None or path in gone:
            continue
        if file in kept or (path not in state.changed and state.present.get(path) == file.size):
            staying[path] = file
    return staying


def _refuse_foreign(
    present: Mapping[str, int], ours: Collection[str], desired: Mapping[str, ReleaseFile], adopt: bool
) -> None:
    foreign = present.keys() - ours
    folders = {folder for path in desired for folder in parents(path)}
    blocking = (foreign & folders) | {path for path in foreign if any(f in desired for f in parents(path))}
    if blocking:
        raise PublishError(_BLOCKED, files=_named(blocking))
    if not adopt and (same := foreign & desired.keys()):
        raise PublishError(_FOREIGN, files=_named(same))


def _named(paths: Collection[str]) -> str:
    first = ", ".join(sorted(paths, key=lambda path: (path.count("/"), path))[:_MAX_NAMED])
    return f"{first} … ({len(paths)})" if len(paths) > _MAX_NAMED else first


def removed_pages(state: TargetState, delivery: Delivery) -> tuple[int, int]:
    """Pages that a delivery removes, and pages of ours that are there before it."""
    before = {file.path for file in state.record.files} if state.record else set()
    pages = {path for path in before if path.endswith(".html") and path in state.present}
    return len(pages.intersection(delivery.removes)), len(pages)


def needs_asking(removed: int, before: int) -> bool:
    """Whether so many pages of so many go that somebody has to say yes: more than three and more than 5 %, or all."""
    return (removed > _FEW_PAGES and removed > _SMALL_SHARE * before) or 0 < before == removed


# ── what readers will see


class TextChange(Value, frozen=True):
    """An issue or page whose words change."""

    text: PublicText
    """As it will be."""
    appear: tuple[str, ...]
    """Slugs of articles."""
    vanish: tuple[str, ...]
    was_at: str = ""
    """Its former folder, where that is another."""


class ReleaseSummary(Value, frozen=True):
    """What a release changes; texts in the order of the releases."""

    appear: tuple[PublicText, ...]
    change: tuple[TextChange, ...]
    vanish: tuple[PublicText, ...]
    new_files: int
    """Files outside the folders of those texts that are new: lists, feeds, assets."""
    changed_files: int
    removed_files: int


def release_summary(old: Release | None, new: Release) -> ReleaseSummary:
    """What appears, changes and vanishes between two releases; a first one only lets appear."""
    was = {_key(text): text for text in old.texts} if old else {}
    now = {_key(text): text for text in new.texts}
    appear = tuple(text for key, text in now.items() if key not in was)
    vanish = tuple(text for key, text in was.items() if key not in now)
    both = ((was[key], text) for key, text in now.items() if key in was)
    change = tuple(_change(*pair, old, new) for pair in both if old and _is_other(*pair))
    folders = {text.folder for text in (*appear, *vanish, *(each.text for each in change))}
    folders |= {each.was_at for each in change if each.was_at}
    before, after = (_other_files(release, tuple(filter(None, folders))) for release in (old, new))
    same = before.keys() & after.keys()
    return ReleaseSummary(
        appear=appear,
        change=change,
        vanish=vanish,
        new_files=len(after.keys() - same),
        changed_files=sum(before[path] != after[path] for path in same),
        removed_files=len(before.keys() - same),
    )


def _key(text: PublicText) -> tuple[bool, str]:
    """A page may have the name of an issue."""
    return text.folder.startswith("issues/"), text.id


def uncorrected(old: Release | None, new: Release) -> tuple[PublicText, ...]:
    """Issues whose published words have changed, and which name no new correction for readers."""
    was = {text.id: text for text in old.texts} if old else {}
    both = ((was[text.id], text) for text in new.texts if text.folder.startswith("issues/") and text.id in was)
    return tuple(
        after
        for before, after in both
        if before.text and after.text and before.text != after.text and after.corrections <= before.corrections
    )


def _is_other(old: PublicText, new: PublicText) -> bool:
    """Whether readers find other words, or the same at another address; reviews are no words."""
    return (old.text, old.title, old.folder) != (new.text, new.title, new.folder)


def _change(before: PublicText, after: PublicText, old: Release, new: Release) -> TextChange:
    was, now = _slugs(before, old), _slugs(after, new)
    return TextChange(
        text=after,
        appear=tuple(slug for slug in now if slug not in was),
        vanish=tuple(slug for slug in was if slug not in now),
        was_at=before.folder if before.folder != after.folder else "",
    )


def _slugs(text: PublicText, release: Release) -> tuple[str, ...]:
    """Of the articles that have a page of their own."""
    paths = (file.path[len(text.folder) :] for file in release.files if file.path.startswith(text.folder))
    return tuple(path.removesuffix("/index.html") for path in paths if path.endswith("/index.html"))


def _other_files(release: Release | None, folders: tuple[str, ...]) -> dict[str, str]:
    return {f.path: f.sha256 for f in release.files if not f.path.startswith(folders)} if release else {}
