"""A station's own files of the theme, beside ours: which there are, a copy to change, what ours has changed since.

What a copy was made from is kept in ``templates/.packaged/``, which no build looks at, so that a later version can
say what it changed; where nothing is kept, the copy itself is compared with ours of today.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal

from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import is_utf8, read_file, replace_file
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.model import Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import N_
from bulletin.editions.epub.packing import BOOK_TEMPLATES
from bulletin.render.template_files import decode_template, read_template
from bulletin.render.templates import PACKAGED_PREFIX

_FOLDER = "templates"
_BASES = ".packaged"
_EXTENDS = re.compile(rb"""\s*(?:\{#.*?#\}\s*)*\{%-?\s*extends\s+(["'])(?P<name>[\w./-]+)\1""", re.DOTALL)
_BLOCK = re.compile(rb"\{%-?\s*block\s+(\w+)")
TemplateState = Literal["ours", "same", "changed", "behind", "extra", "extends"]


class OwnTemplate(Value, frozen=True):
    """A file of the theme, and whose it is."""

    name: str
    """``parts/footer.html``"""
    state: TemplateState
    """ours: the station has none; same: its own is as ours; changed: its own is another; behind: and ours has
    changed since it was copied; extra: we have none of that name; extends: its own fills blocks of ours."""
    blocks: tuple[str, ...] = ()
    """Those that one that extends ours fills."""
    unknown_blocks: tuple[str, ...] = ()
    """Those of them that ours has not: what stands in them is never shown."""


class TemplateChange(Value, frozen=True):
    """What the station's own file misses of ours."""

    name: str
    is_since_copy: bool
    """Whether ``lines`` are what we have changed since; else how ours differs from the station's own."""
    lines: tuple[str, ...]
    """A unified diff, without line ends; empty where there is nothing to take over."""


def theme_files(root: Path) -> tuple[OwnTemplate, ...]:
    """All files of the theme by name. Raises `TemplateError` for one that cannot be read."""
    ours, own = _ours(), _files(root / _FOLDER)
    return tuple(_own_template(root, name, ours, own) for name in sorted(ours.keys() | own))


def _own_template(root: Path, name: str, ours: Mapping[str, Path], own: Mapping[str, Path]) -> OwnTemplate:
    if name in own and name in ours and (blocks := _filled_blocks(name, own[name])) is not None:
        known = {each for path in ours.values() if path.suffix == ".html" for each in _blocks(read_file(path))}
        return OwnTemplate(name, "extends", blocks, tuple(each for each in blocks if each not in known))
    return OwnTemplate(name, _state(root, name, ours, own))


def _filled_blocks(name: str, path: Path) -> tuple[str, ...] | None:
    """Blocks of a template that extends ours of its name; None for any other."""
    data = read_template(path, name)
    found = _EXTENDS.match(data)
    return _blocks(data) if found and found["name"].decode() == PACKAGED_PREFIX + name else None


def _blocks(data: bytes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[1].decode() for found in _BLOCK.finditer(data)))


def copy_template(root: Path, name: str) -> Path:
    """Put our file into the station's templates, to be changed. Raises `UsageError`, also where it has one already."""
    ours = _ours()
    known = _known(name, ours.keys())
    path = root / _FOLDER / known
    if path.exists():
        message = N_("this is the station's own already; nothing was changed. See what ours has changed: {command}")
        raise UsageError(message, path=path, command=f"bulletin theme diff {known}")
    data = read_template(ours[known], known)
    _write(_base(root, known), data)
    _write(path, data)
    return path


def changed_templates(root: Path, name: str | None = None) -> Iterator[TemplateChange]:
    """What each of the station's own files, or the one of that ``name``, misses of ours. Raises `UsageError`."""
    ours = _ours()
    both = ours.keys() & _files(root / _FOLDER)
    for each in [_known(name, both)] if name else sorted(both):
        if _filled_blocks(each, root / _FOLDER / each) is not None:
            yield TemplateChange(each, is_since_copy=True, lines=())
            continue
        base = _base(root, each)
        before = base if base.is_file() else root / _FOLDER / each
        yield TemplateChange(each, before == base, tuple(_diff(each, before, ours[each])))


def take_over(root: Path, name: str) -> None:
    """Remember that the station's own file has what ours has changed. Raises `UsageError`."""
    ours = _ours()
    known = _known(name, ours.keys() & _files(root / _FOLDER))
    _write(_base(root, known), read_template(ours[known], known))


def _ours() -> dict[str, Path]:
    """Everything that a station may have of its own: the site's templates, those of reports, letter and books."""
    return _files(PACKAGED) | {f"epub/{name}": path for name, path in _files(BOOK_TEMPLATES).items()}


def _files(folder: Path) -> dict[str, Path]:
    """By name; without what a build leaves out, too."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    shown = (name for name in found if not any(step.startswith((".", "_")) for step in name.split("/")))
    return {name: found[name] for name in shown if is_utf8(name)}


def _state(root: Path, name: str, ours: Mapping[str, Path], own: Mapping[str, Path]) -> TemplateState:
    if name not in own or name not in ours:
        return "ours" if name in ours else "extra"
    packaged, base = read_template(ours[name], name), _base(root, name)
    if read_template(own[name], name) == packaged:
        return "same"
    return "behind" if base.is_file() and read_file(base) != packaged else "changed"


def _base(root: Path, name: str) -> Path:
    return root / _FOLDER / _BASES / name


def _known(name: str, names: Collection[str]) -> str:
    """The name of one of these files, as somebody typed it."""
    wanted = name.strip().replace("\\", "/").removeprefix("./").removeprefix(f"{_FOLDER}/")
    if wanted in names:
        return wanted
    by_end = [each for each in sorted(names) if each.endswith(f"/{wanted}")]
    if len(by_end) == 1:
        return by_end[0]
    if guess := nearest(wanted, sorted(names)):
        raise UsageError(N_("there is no template “{name}”. Did you mean “{guess}”?"), name=name, guess=guess)
    raise UsageError(N_("there is no template “{name}”; “bulletin theme list” names them all."), name=name)


def _diff(name: str, before: Path, now: Path) -> Iterator[str]:
    then, ours = read_template(before, name), read_template(now, name)
    if ours != then:
        old, new = (decode_template(name, data).splitlines() for data in (then, ours))
        yield from difflib.unified_diff(old, new, f"{_FOLDER}/{name}", f"bulletin/{name}", lineterm="")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror) from error
