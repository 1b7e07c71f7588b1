"""Whatever colours a station chooses, its words can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.arrange import colours
from bulletin.arrange.colours import palettes
from bulletin.arrange.views import Palette
from bulletin.core.station import Look
from tests.conftest import ROOT

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance, by its own formula."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def assert_readable(look: Look) -> None:
    light, dark = palettes(look)
    for palette, grounds in (
        (light, (light.paper or colours.PAPER, light.surface or "#faf6f4", light.accent_tint, "#fff8e6")),
        (dark, (*colours.DARK_GROUNDS, dark.accent_tint)),
    ):
        if not palette.accent:
            continue
        assert contrast(palette.on_accent, palette.accent_fill) >= 4.5
        for ground in grounds:
            assert contrast(palette.accent, ground) >= 4.5
            assert contrast(palette.ink or (colours.INK if palette is light else "#ece5e1"), ground) >= 7
            assert contrast(palette.soft or ("#635955" if palette is light else "#b8ada8"), ground) >= 4.5
    for value in (getattr(palette, name) for palette in (light, dark) for name in Palette.__struct_fields__):
        assert re.fullmatch(r"(#[0-9a-f]{6})?", value)


@settings(max_examples=200)
@given(COLOURS)
@example("#089c96")
@example("#000000")
@example("#ffffff")
@example("#ffff00")
@example("#0000ff")
def test_any_accent_can_be_read(accent: str) -> None:
    assert_readable(Look(accent=accent))


@settings(max_examples=60)
@given(COLOURS | st.just(""), COLOURS | st.just(""), COLOURS | st.just(""))
@example("", "", "#000000")
@example("#ffffff", "#ffffff", "#ffffff")
@example("#00ff00", "#ffff00", "#ff00ff")
def test_any_colours_together_can_be_read(accent: str, ink: str, paper: str) -> None:
    assert_readable(Look(accent=accent, ink=ink, paper=paper))


@pytest.mark.parametrize("colour", ["#b01218", "#B01218", "#0b5394", "#006644", "#7a3e00", "#444444"])
def test_a_colour_that_can_be_read_is_used_as_it_is(colour: str) -> None:
    light, _ = palettes(Look(accent=colour))
    assert (light.accent, light.accent_fill) == (colour.lower(), colour.lower())


def test_hue_stays_when_lightness_moves() -> None:
    light, dark = palettes(Look(accent="#e8a000"))
    assert (light.accent, dark.accent) == ("#966600", "#e8a000")


def test_what_was_not_chosen_stays_as_the_stylesheet_has_it() -> None:
    assert palettes(Look()) == palettes(Look(font="serif")) == (Palette(), Palette())
    light, dark = palettes(Look(accent="#0b5394"))
    assert (light.paper, light.surface, light.ink, light.soft, light.line) == ("",) * 5
    assert dark.accent
    light, dark = palettes(Look(ink="#102030"))
    assert (light.ink, light.paper, light.accent) == ("#102030", "#ffffff", "#b01218")
    assert dark == Palette()


def declared(css: str) -> dict[str, str]:
    """Custom properties of a rule by name, colours in full."""
    short = {name: value.strip() for name, value in re.findall(r"--([a-z-]+):\s*([^;]*);", css)}
    return {n: re.sub(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", value) for n, value in short.items()}


def test_the_grounds_are_those_of_the_stylesheet() -> None:
    """Change both together: bulletin/arrange/colours.py repeats what templates/static/style.css says."""
    css = (ROOT / "templates" / "static" / "style.css").read_text(encoding="utf-8")
    light, dark = (declared(rule) for rule in re.findall(r":root \{([^}]*)\}", css)[:2])
    assert [light[name] for name in ("accent", "ink", "paper", "on-accent")] == [
        colours.ACCENT,
        colours.INK,
        colours.PAPER,
        colours.ON_ACCENT,
    ]
    assert (light["surface"], light["note-tint"]) == colours.LIGHT_GROUNDS
    assert (dark["paper"], dark["surface"], dark["note-tint"]) == colours.DARK_GROUNDS
