"""Pages as pictures, looked at by people once: golden/*.png. `--golden` writes them anew; look at them then."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import leaf_of
from tests.print.samples import HEAD, ISSUE
from tests.print.sheets import printed, rendered

GOLDEN = Path(__file__).parent / "golden"
DOTS = 40
_MAX_DIFFERENCE = 2.0
"""Of 255, on average: other versions of poppler draw edges differently."""


@pytest.fixture(scope="module")
def pdf(typesetter: Typesetter) -> bytes:
    return printed(typesetter, leaf_of(ISSUE, head=HEAD)).pdf


@pytest.mark.parametrize("page", [1, 2])
def test_the_sheet_looks_as_expected(pdf: bytes, page: int, golden: bool) -> None:
    path = GOLDEN / f"sheet-{page}.png"
    made = Image.open(io.BytesIO(rendered(pdf, page, DOTS))).convert("L")
    if golden:
        made.quantize(16).save(path, optimize=True)
    expected = Image.open(path).convert("L")
    assert made.size == expected.size
    assert ImageStat.Stat(ImageChops.difference(made, expected)).mean[0] < _MAX_DIFFERENCE
