"""Issues that are read aloud: which recordings go out, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive
from bulletin.arrange.targets import SOUND, CopiedFile
from bulletin.core.model import Issue, Value
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import Asset, Assets
from bulletin.read.voices import voice_path


class Spoken(Value, frozen=True, array_like=True):
    """A recording that goes out with its issue."""

    path: str
    """In the site."""
    seconds: int
    size: int
    """Bytes of what goes out."""
    file: CopiedFile


def spoken_issues(archive: Archive, assets: Assets) -> tuple[dict[str, Spoken], tuple[Problem, ...]]:
    """Recordings by source. One that may speak of what has left the site does not go out: nobody can cut it."""
    cut = {each.issue for each in archive.withdrawn if each.slug}
    spoken: dict[str, Spoken] = {}
    problems = []
    for issue, asset in _recorded(archive.issues, assets):
        if asset.voice is None:
            problems.append(problem("A130", asset.path, 0, reason=asset.reason))
        elif issue.id in cut or issue.ended:
            problems.append(problem("A131", asset.path, 0))
        else:
            path = urls.voice(issue.id)
            file = CopiedFile(path, asset.path, asset.digest, SOUND)
            spoken[issue.source] = Spoken(path, asset.voice.seconds, asset.voice.size, file)
    return spoken, tuple(problems)


def _recorded(issues: Iterable[Issue], assets: Mapping[str, Asset]) -> Iterable[tuple[Issue, Asset]]:
    return ((issue, asset) for issue in issues if (asset := assets.get(voice_path(issue.source))))
