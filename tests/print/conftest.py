from __future__ import annotations

from collections.abc import Iterator

import pytest

from bulletin.editions.print.typesetting import Typesetter
from tests.print.sheets import fonts_without_official_ones


@pytest.fixture(scope="session")
def typesetter() -> Iterator[Typesetter]:
    """One process of Typst for all tests of this folder."""
    with Typesetter(fonts_without_official_ones()) as made:
        yield made
