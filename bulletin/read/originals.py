"""Which of several files is the original, and which are left out as its copies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bulletin.core.model import Value
from bulletin.core.problems import Problem, problem
from bulletin.read.copies import is_clear, name_key, originals, text_name


class Copies(Value, frozen=True):
    """What to do with the copies among some files."""

    left_out: frozenset[str]
    """Paths."""
    problems: tuple[Problem, ...]


NO_COPIES = Copies(frozenset(), ())


def sort_out(names: Mapping[str, str], published: Collection[str] | None) -> Copies:
    """Which of the files of a folder are left out as copies of others there.

    ``names`` are by path; ``published`` are the paths of copies that readers have, which keep their place, None where
    nobody knows. Then only what is clearly a copy is left out, and only where its original is there.
    """
    copies = {path: tuple(found) for path, name in names.items() if (found := originals(name))}
    if not copies:
        return NO_COPIES
    here = {name_key(name): path for path, name in names.items()}
    verdicts = [_verdict(path, names[path], copies, here, published) for path in copies]
    left_out = frozenset(path for path, out, _ in verdicts if out)
    return Copies(left_out, tuple(found for _, _, found in verdicts if found))


def copies_in(folders: Iterable[Sequence[str]], published: Collection[str] | None) -> Copies:
    """Which of the files in some folders, by path, are left out as copies of others in the same folder."""
    sorted_out = [sort_out({path: text_name(path) for path in paths}, published) for paths in folders if len(paths) > 1]
    left_out = frozenset(path for each in sorted_out for path in each.left_out)
    return Copies(left_out, tuple(found for each in sorted_out for found in each.problems))


def _verdict(
    path: str,
    name: str,
    copies: Mapping[str, tuple[str, ...]],
    here: Mapping[str, str],
    published: Collection[str] | None,
) -> tuple[str, bool, Problem | None]:
    """A copy's path, whether it is left out, and what to say of it."""
    original = _original_among(copies[path], here)
    if path in (published or ()):
        said = problem("A108", path, 1, other=original) if original and is_clear(name) else None
        return path, False, said
    if original:
        if published is None and not is_clear(name):
            return path, False, None
        return path, True, problem("A106", path, 1, other=original)
    if published is None or not is_clear(name):
        return path, False, None
    rivals = sorted(_rivals(path, copies))
    kept = next((rival for rival in rivals if rival in published), "")
    if kept:
        return path, True, problem("A106", path, 1, other=kept)
    return path, bool(rivals), problem("A107", path, 1, others="、".join(rivals)) if rivals else None


def _original_among(names: tuple[str, ...], here: Mapping[str, str]) -> str:
    """Path of the file that a copy's names lead back to; empty when it is not there."""
    return next((here[name] for name in reversed(names) if name in here), "")


def _rivals(path: str, copies: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Other copies of the same original, which is not there."""
    for other, names in copies.items():
        if other != path and names[-1] == copies[path][-1]:
            yield other
