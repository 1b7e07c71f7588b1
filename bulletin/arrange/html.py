"""The last touch to a text's HTML: addresses and pictures for the placeholders, headings at their page's level."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from urllib.parse import quote

from bulletin.arrange.links import Target
from bulletin.model import Picture, Variant

PLACEHOLDER = re.compile("\x02(\\d+)\x03")
DEEP_HEADING = re.compile(r"<(/?)h([456])\b")


def fill(html: str, targets: tuple[Target, ...], root: str, home: str) -> str:
    """Put addresses and pictures where the placeholders are; ``home`` is the page the text stands on."""
    if not targets:
        return html
    return PLACEHOLDER.sub(lambda found: _filled(targets[int(found[1])], root, home), html)


def _filled(target: Target, root: str, home: str) -> str:
    if target.picture:
        return _picture(target, target.picture, root)
    if not target.path:
        return entities.escape(target.alt)
    fragment = f"#{target.fragment}" if target.fragment else ""
    if fragment and target.path == home:
        return entities.escape(fragment)
    return entities.escape(root + quote(target.path) + fragment)


def first_picture(targets: Iterable[Target]) -> str:
    """Path of the first picture that texts show, in its widest plain form; empty when there is none."""
    found = next((target for target in targets if target.picture), None)
    return found.path + plain_forms(found.picture)[-1].suffix if found and found.picture else ""


def plain_forms(picture: Picture) -> list[Variant]:
    """What every reader's program can show, narrow to wide: the forms that are not WebP, where there are any."""
    return [v for v in picture.variants if v.format != "webp"] or list(picture.variants)


def _picture(target: Target, picture: Picture, root: str) -> str:
    """A `<picture>` with WebP beside the original format; its size is given, so nothing jumps when it loads."""
    forms = [v for v in picture.variants if v.format == "webp"]
    plain = plain_forms(picture)
    base = root + quote(target.path)
    title = f' title="{entities.escape(target.title)}"' if target.title else ""
    css = f' class="{entities.escape(target.css)}"' if target.css else ""
    sizes = f"(min-width: 48rem) {min(plain[-1].width, 720)}px, 100vw"
    webp = f'<source type="image/webp" srcset="{_srcset(base, forms)}" sizes="{sizes}">' if forms != plain else ""
    return (
        f'<picture>{webp}<img src="{base}{plain[-1].suffix}" srcset="{_srcset(base, plain)}" sizes="{sizes}" '
        f'width="{plain[-1].width}" height="{plain[-1].height}" loading="lazy" decoding="async" '
        f'alt="{entities.escape(target.alt)}"{title}{css}></picture>'
    )


def _srcset(base: str, variants: list[Variant]) -> str:
    return ", ".join(f"{base}{v.suffix} {v.width}w" for v in variants)


def raise_headings(html: str, levels: int) -> str:
    """Headings of level 4 to 6 moved up: what is h4 below an issue's article is h2 where the article is the page."""
    return DEEP_HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - levels}", html)
