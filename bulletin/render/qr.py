"""An address as a QR code, for the phone of somebody who reads at a screen or on paper (ISO/IEC 18004).

The code is drawn when the site is built: no script, no picture, no service of others. The colours are attributes,
so that it can be read without a stylesheet too; the stylesheet may change them, but must keep dark on light.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

QUIET = 4
"""Modules of light ground around the code, which readers need to find it (ISO/IEC 18004, 9.1)."""
DARK = re.compile(rb"\x01+")


def qr(address: str) -> Markup:
    """The code as inline SVG; nothing for an empty address.

    Correction level L, since a screen is not soiled; the mask is fixed, for trying all eight takes three times as
    long and readers take any.
    """
    if not address:
        return Markup()
    import segno  # only themes that draw codes pay for it

    return Markup(_drawn(segno.make_qr(address, error="l", boost_error=False, mask=3).matrix))


def _drawn(matrix: Sequence[bytearray]) -> str:
    side = len(matrix) + 2 * QUIET
    return (
        f'<svg class="qr" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path class="qr-light" fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path class="qr-dark" stroke="#000" d="M{QUIET} {QUIET}.5{"".join(_bars(matrix))}"/></svg>'
    )


def _bars(matrix: Sequence[bytearray]) -> Iterator[str]:
    """Each row's runs of dark modules as strokes one wide; relative, which packs to half of what absolute ones do."""
    x = down = 0
    for row in matrix:
        for run in DARK.finditer(row):
            yield f"m{run.start() - x} {down}h{run.end() - run.start()}"
            x, down = run.end(), 0
        down += 1
