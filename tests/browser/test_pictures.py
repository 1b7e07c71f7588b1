"""How every kind of page looks, on a phone and a desk, light and dark: compared with pictures that were looked at.

`make golden` takes them anew; look at what has changed before you commit them. What differs is left in a folder with
the difference, and the message says where.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from tests.browser.chromium import NARROW, WIDE, Scheme, context, settle
from tests.browser.stations import KINDS, Kind

FOLDER = Path(__file__).parent / "golden"
TALLEST = 2400
"""Below, pages only repeat themselves."""
COLOURS = 24
"""Of a picture that is kept; letters need no more."""

TALLER = 4
"""Pixels by which heights may differ: a font's next version."""
STRIKING = 48
"""Difference of a pixel, of 255, from which it counts: the edges of letters vary, colours and places do not."""
SHARE = 0.005
"""Of all pixels may differ so much."""

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LOOKS = [(kind, width, scheme) for kind in KINDS for width in (NARROW, WIDE) for scheme in SCHEMES]
NAMES = [f"{kind.name}-{width}-{scheme}" for kind, width, scheme in LOOKS]


@pytest.fixture(scope="module", params=[(width, scheme) for width in (NARROW, WIDE) for scheme in SCHEMES], ids=str)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, int, Scheme]]:
    """One window for all pictures of its kind."""
    width, scheme = request.param
    with context(browser, width, scheme) as profile:
        yield profile.new_page(), width, scheme


def photograph(page: Page, address: str, width: int) -> Image.Image:
    page.goto(address)
    settle(page)
    height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    clip = {"x": 0.0, "y": 0.0, "width": float(width), "height": float(height)}
    taken = page.screenshot(full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]
    return Image.open(io.BytesIO(taken)).convert("RGB")


def reduced(image: Image.Image) -> Image.Image:
    """With few colours, as it is kept."""
    return image.quantize(COLOURS, dither=Image.Dither.NONE)


def difference(kept: Image.Image, taken: Image.Image) -> tuple[float, Image.Image]:
    """Share of pixels that differ strikingly, and where they are."""
    size = (kept.width, min(kept.height, taken.height))
    between = ImageChops.difference(kept.crop((0, 0, *size)), taken.crop((0, 0, *size)))
    strongest = between.split()[0]
    for band in between.split()[1:]:
        strongest = ImageChops.lighter(strongest, band)
    striking = strongest.point(lambda value: 255 if value > STRIKING else 0)
    return striking.histogram()[255] / (size[0] * size[1]), striking


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_looks_as_it_did(
    kind: Kind, screen: tuple[Page, int, Scheme], web: str, golden: bool, tmp_path: Path
) -> None:
    page, width, scheme = screen
    name = f"{kind.name}-{width}-{scheme}.png"
    taken = reduced(photograph(page, web + kind.url, width))
    if golden:
        FOLDER.mkdir(exist_ok=True)
        taken.save(FOLDER / name, optimize=True)
    if not (FOLDER / name).exists():
        pytest.fail(f"there is no picture {name} yet. Run: make golden", pytrace=False)
    kept = Image.open(FOLDER / name)
    share, where = difference(kept.convert("RGB"), taken.convert("RGB"))
    if share > SHARE or kept.width != taken.width or abs(kept.height - taken.height) > TALLER:
        taken.save(tmp_path / name)
        where.save(tmp_path / f"difference-{name}")
        pytest.fail(f"{name}: {share:.2%} differ, {kept.size} → {taken.size}. Look into {tmp_path}", pytrace=False)


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*")} - set(NAMES) == set()


def test_pictures_are_light_to_carry() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*")) < 6_000_000


def test_a_change_would_be_seen() -> None:
    """A line of text that moved, a colour that changed; not the edge of a letter."""
    page = Image.new("RGB", (NARROW, 800), "white")
    moved, edge = page.copy(), page.copy()
    moved.paste("#b01218", (20, 100, 340, 106))
    edge.paste("#e0e0e0", (0, 0, NARROW, 20))
    assert difference(page, moved)[0] > SHARE
    assert difference(page, edge)[0] == 0
