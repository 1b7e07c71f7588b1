"""An address as a QR code, for the phone of somebody who reads at a screen or on paper (ISO/IEC 18004).

The code is drawn when the site is built: no script, no picture, no service of others. The colours are attributes,
so that it can be read without a stylesheet too; the stylesheet may change them, but must keep dark on light.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from markupsafe import Markup

_QUIET_ZONE = 4
"""Modules of light ground around the code, which readers need to find it (ISO/IEC 18004, 9.1)."""
_LOW, _MASK, _ROW = 1, 3, 144
"""Level of correction and mask, and bytes that Zint keeps for each row."""


def qr(address: str) -> Markup:
    """The code as inline SVG; nothing for an empty address.

    Correction level L, since a screen is not soiled; the mask is fixed, since readers take any.
    """
    return Markup(_drawn(_rows(address))) if address else Markup()


def _rows(address: str) -> list[str]:
    """Each row of modules as a word of ``1`` for dark and ``0`` for light."""
    from zint import Symbol, Symbology  # only themes that draw codes pay for it

    symbol = Symbol()
    symbol.symbology = Symbology.QRCODE
    symbol.option_1, symbol.option_3 = _LOW, (_MASK + 1) << 8
    symbol.encode(address)
    data, width = bytes(symbol.encoded_data), symbol.width
    numbers = (int.from_bytes(data[row * _ROW : (row + 1) * _ROW], "little") for row in range(symbol.rows))
    return [f"{number:0{width}b}"[::-1] for number in numbers]


def _drawn(rows: list[str]) -> str:
    side = len(rows) + 2 * _QUIET_ZONE
    return (
        f'<svg class="qr" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path class="qr-light" fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path class="qr-dark" stroke="#000" d="M{_QUIET_ZONE} {_QUIET_ZONE}.5{"".join(_bars(rows))}"/></svg>'
    )


def _bars(rows: Iterable[str]) -> Iterator[str]:
    """Each row's runs of dark modules as strokes one wide; relative, which packs to half of what absolute ones do."""
    x = down = 0
    for row in rows:
        if dark := row.strip("0"):
            start = row.index("1")
            yield f"m{start - x} {down}"
            yield from map(_stroke, dark.replace("10", "1 0").replace("01", "0 1").split(" "))
            x, down = start + len(dark), 0
        down += 1


@cache
def _stroke(run: str) -> str:
    """A stroke over dark modules, a move over light ones; kept, since a site's codes have a few dozen of them."""
    return f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0"
