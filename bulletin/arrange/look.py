"""The station's own look: its colours and font as a small stylesheet, its logo and banner as pictures of the site."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from bulletin.arrange import urls
from bulletin.arrange.colours import palettes
from bulletin.arrange.targets import CopiedFile, Target, picture_files
from bulletin.arrange.views.style import Palette
from bulletin.core.model import Picture, Ref, Value
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION, Look
from bulletin.read.assets import NOT_A_PICTURE, Asset, Assets, asset_path

_PICTURE_ROLES = ("logo", "banner")
_DRAWN_ROLES = ("logo",)
"""What may be a drawing."""
_COLOUR_KEYS = ("accent", "ink", "paper")

EntryLines = Mapping[str, int]
"""Line of each entry under ``theme`` in station.yml."""


class ResolvedTheme(Value, frozen=True):
    """A look, resolved."""

    styles: str
    """Plain path of the stylesheet; empty when there are only pictures."""
    light: Palette
    dark: Palette
    font: str
    logo: Target | None
    banner: Target | None
    copied: tuple[CopiedFile, ...]
    """The pictures' files."""


def theme_refs(look: Look | None, lines: EntryLines) -> tuple[Ref, ...]:
    """The pictures that a look names, as if a text in the content folder showed them."""
    named = {role: getattr(look, role) for role in _PICTURE_ROLES} if look else {}
    return tuple(Ref("picture", name, STATION, lines[role], role) for role, name in named.items() if name)


def resolve_theme(
    look: Look, assets: Assets, lines: EntryLines, published: Collection[str] = ()
) -> tuple[ResolvedTheme, tuple[Problem, ...]]:
    """Colours made readable, pictures found; a problem for each that is not as the station wished.

    ``published`` are the files that readers have.
    """
    light, dark = palettes(look)
    problems = list(_changed(look, light, lines))
    pictures: dict[str, Asset] = {}
    for ref in theme_refs(look, lines):
        asset = assets.get(asset_path(ref) or "")
        if asset and asset.picture and (ref.alt in _DRAWN_ROLES or not asset.is_drawing):
            pictures[ref.alt] = asset
            problems.extend(_left_out(ref, asset.picture))
        else:
            problems.append(_no_picture(ref, asset))
    styles = urls.STYLES if look.accent or look.ink or look.paper or look.font else ""
    logo, banner = _target("logo", pictures), _target("banner", pictures)
    copied = tuple(_copied(pictures, published))
    return ResolvedTheme(styles, light, dark, look.font, logo, banner, copied), tuple(problems)


def without_drawings(assets: Assets) -> Assets:
    """What texts may refer to: a drawing is for the station's own look alone."""
    return {
        path: replace(asset, picture=None, reason=NOT_A_PICTURE) if asset.is_drawing else asset
        for path, asset in assets.items()
    }


def _changed(look: Look, light: Palette, lines: EntryLines) -> Iterator[Problem]:
    for name in _COLOUR_KEYS:
        wished, used = getattr(look, name).lower(), getattr(light, name)
        if wished and wished != used:
            yield problem("A105", STATION, lines[name], key=name, colour=wished, used=used)


def _no_picture(ref: Ref, asset: Asset | None) -> Problem:
    if asset:
        return problem("L105", STATION, ref.line, target=ref.target, reason=asset.reason or NOT_A_PICTURE)
    return problem("L103" if asset_path(ref) else "L107", STATION, ref.line, target=ref.target)


def _left_out(ref: Ref, picture: Picture) -> Iterator[Problem]:
    for what in picture.left_out:
        yield problem("L112", STATION, ref.line, target=ref.target, what=what)


def _base(role: str) -> str:
    """Path of a picture in the site; by its part, so that its file may be called anything."""
    return urls.STATIC_FOLDER + role


def _target(role: str, pictures: dict[str, Asset]) -> Target | None:
    return Target(_base(role), picture=pictures[role].picture) if role in pictures else None


def _copied(pictures: dict[str, Asset], published: Collection[str]) -> Iterator[CopiedFile]:
    for role, asset in pictures.items():
        if asset.picture:
            yield from picture_files(_base(role), asset.path, asset.picture, published)
