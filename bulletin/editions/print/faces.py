"""The fonts of the sheet: those of official writing, and what stands in for them where they are not installed.

Every font file of the folders is looked into: its names and its table of characters, by HarfBuzz, which maps the
file into memory instead of reading it (0.2 ms each). Bundled fonts there are none: those of official writing belong
to their makers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from msgspec import structs

from bulletin.core.extras import needs_extra
from bulletin.core.model import Value

FontRole = Literal["body", "heading", "kai", "title", "song"]
"""仿宋 of the text, 黑体 of headings, 楷体, 小标宋 of titles, 宋体 of page numbers."""


class _Wanted(NamedTuple):
    standard: str
    """What GB/T 9704-2012 asks for."""
    own: tuple[str, ...]
    """Names under which the font of official writing is sold, the best first."""
    open: tuple[str, ...]
    """Free fonts that may stand in for it."""
    word: str
    """Found in the name of a font of the station's own folder, it is taken for this role."""


_WANTED: Mapping[FontRole, _Wanted] = {
    "body": _Wanted(
        "仿宋",
        (
            "FangSong_GB2312",
            "仿宋_GB2312",
            "FangSong",
            "仿宋",
            "STFangsong",
            "华文仿宋",
            "方正仿宋_GBK",
            "方正仿宋简体",
        ),
        ("FandolFang", "FandolFang R", "Zhuque Fangsong (technical preview)", "朱雀仿宋（预览测试版）"),
        "仿宋",
    ),
    "heading": _Wanted(
        "黑体",
        ("SimHei", "黑体", "STHeiti", "华文黑体", "方正黑体_GBK", "方正黑体简体", "Heiti SC"),
        ("FandolHei", "Noto Sans CJK SC", "Source Han Sans SC"),
        "黑体",
    ),
    "kai": _Wanted(
        "楷体",
        ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "华文楷体", "方正楷体_GBK", "Kaiti SC"),
        ("FandolKai", "LXGW WenKai", "AR PL UKai CN"),
        "楷体",
    ),
    "title": _Wanted(
        "小标宋",
        ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "方正小标宋_GB18030"),
        ("FandolSong Bold", "STZhongsong", "华文中宋", "Noto Serif CJK SC Bold", "Source Han Serif SC Bold"),
        "小标宋",
    ),
    "song": _Wanted(
        "宋体",
        ("SimSun", "宋体", "STSong", "华文宋体", "Songti SC"),
        ("FandolSong", "Noto Serif CJK SC", "Source Han Serif SC"),
        "宋体",
    ),
}
_LAST = (
    *("SimSun", "STSong", "Songti SC", "FandolSong", "Noto Serif CJK SC", "Source Han Serif SC"),
    *("SimSun-ExtB", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei"),
)
"""For characters that the role's own fonts lack, in every role."""

_SUFFIXES = frozenset((".ttf", ".otf", ".ttc", ".otc"))
_MAX_FILES = 5000


class Face(Value, frozen=True):
    """One font of a file."""

    path: str
    index: int
    name: str
    """In the language of its maker where it has one: 方正小标宋简体."""
    size: int
    """Of the file, in bytes; with `modified` it represents the file in keys."""
    modified: int


class Chain(Value, frozen=True):
    """The fonts of one role: each character is set in the first that has it. All roles end with the fonts of all."""

    role: FontRole
    standard: str
    """What the standard asks for: 仿宋."""
    faces: tuple[Face, ...]
    is_standard: bool
    """Whether the first one is that."""


class FontSet(Value, frozen=True):
    """All that is known of the fonts."""

    chains: tuple[Chain, ...]

    @property
    def usable(self) -> bool:
        """Whether every role has a font with Chinese characters."""
        return all(chain.faces for chain in self.chains)

    def faces(self) -> tuple[Face, ...]:
        """Each once."""
        return tuple(dict.fromkeys(face for chain in self.chains for face in chain.faces))


def find_fonts(own: Iterable[Path], system: Iterable[Path]) -> FontSet:
    """What the folders have for each role. Raises `ExtraMissing`.

    A font of official writing from the station's own folder comes first, then one of the system; then what stands in.
    """
    station = list(_found(own))
    known = _by_name([*station, *_found(system)])
    chains = [_chain(role, wanted, known, station) for role, wanted in _WANTED.items()]
    every = tuple(face for chain in chains for face in chain.faces)
    return FontSet(tuple(structs.replace(each, faces=tuple(dict.fromkeys((*each.faces, *every)))) for each in chains))


class _Named(NamedTuple):
    face: Face
    names: frozenset[str]
    is_regular: bool


def _chain(role: FontRole, wanted: _Wanted, known: Mapping[str, Face], station: Iterable[_Named]) -> Chain:
    hinted = [each.face for each in station if any(wanted.word in name for name in each.names)]
    own = [*_of(_by_name(station), wanted.own), *hinted, *_of(known, wanted.own)]
    others = (*_of(known, wanted.open), *_of(known, _LAST))
    rest = (each.face for each in station if each.is_regular and not _has_role(each.names))
    faces = tuple(dict.fromkeys((*own, *others, *rest)))
    return Chain(role, wanted.standard, faces, is_standard=bool(own))


def _has_role(names: frozenset[str]) -> bool:
    keys = {_key(name) for wanted in _WANTED.values() for name in (*wanted.own, *wanted.open)}
    return any(_key(name) in keys or any(w.word in name for w in _WANTED.values()) for name in names)


def _of(known: Mapping[str, Face], names: Iterable[str]) -> Iterator[Face]:
    return (known[key] for name in names if (key := _key(name)) in known)


def _by_name(found: Iterable[_Named]) -> dict[str, Face]:
    """The first of each name wins."""
    known: dict[str, Face] = {}
    for each in found:
        for name in each.names:
            known.setdefault(_key(name), each.face)
    return known


def _key(name: str) -> str:
    return "".join(name.casefold().replace("_", "").replace("-", "").split())


# ── what a file holds


def _found(folders: Iterable[Path]) -> Iterator[_Named]:
    with needs_extra("print"):
        import uharfbuzz
    left = _MAX_FILES
    for folder in map(Path.absolute, folders):  # Typst gets links to the files, from a folder of its own
        paths = (
            sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES) if folder.is_dir() else ()
        )
        for path in paths[:left]:
            yield from _faces(path, uharfbuzz)
        left -= len(paths[:left])


def _faces(path: Path, harfbuzz: Any) -> Iterator[_Named]:
    try:
        stat = path.stat()
        blob = harfbuzz.Blob.from_file_path(path)
        count = harfbuzz.Face(blob, 0).count
    except (OSError, harfbuzz.HarfBuzzError):
        return
    for index in range(min(count, 20)):
        face = harfbuzz.Face(blob, index)
        regular = _style(face).casefold() in _REGULAR
        names = _names(face, "" if regular else _style(face))
        if names and face.unicodes:
            shown = next((name for name in names if not name.isascii()), names[0])
            found = Face(str(path), index, shown, stat.st_size, stat.st_mtime_ns)
            yield _Named(found, frozenset(names), regular)


_FAMILY, _STYLE, _FULL, _TYPOGRAPHIC, _TYPOGRAPHIC_STYLE = 1, 2, 4, 16, 17
_REGULAR = frozenset(("", "regular", "normal", "book", "r", "常规", "标准"))


def _style(face: Any) -> str:
    return _said(face, _TYPOGRAPHIC_STYLE, "en") or _said(face, _STYLE, "en")


def _names(face: Any, style: str) -> list[str]:
    """Families of a regular font, in all languages; of another one with the style: FandolSong Bold."""
    languages = dict.fromkeys(str(e.language) for e in face.list_names() if int(e.name_id) in (_FAMILY, _TYPOGRAPHIC))
    families = [_said(face, _TYPOGRAPHIC, each) or _said(face, _FAMILY, each) for each in languages]
    names = [f"{name} {style}" for name in families] if style else families
    full = [] if style else [_said(face, _FULL, each) for each in languages]
    return [name for name in dict.fromkeys((*names, *full)) if name.strip()]


def _said(face: Any, number: int, language: str) -> str:
    return (face.get_name(number, language) or "").strip()


def characters_of(faces: Iterable[Face]) -> tuple[frozenset[int], ...]:
    """The code points that each face has a glyph for. Raises `ExtraMissing`."""
    with needs_extra("print"):
        import uharfbuzz
    return tuple(
        frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(face.path), face.index).unicodes) for face in faces
    )


def system_font_folders(platform: str, home: Path) -> tuple[Path, ...]:
    """Where a system keeps fonts: its own, and those of the user with that home."""
    if platform == "win32":
        return (Path(home.anchor, "Windows", "Fonts"), home / "AppData/Local/Microsoft/Windows/Fonts")
    if platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    shared = (
        "/usr/local/share/fonts",
        "/usr/share/fonts",
        "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    )
    return (home / ".local/share/fonts", home / ".fonts", *map(Path, shared))
