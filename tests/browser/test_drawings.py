"""A drawing in black that the page shows through: it must be seen in the dark scheme."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import WIDE, Scheme, context
from tests.conftest import STATION, build_site, write_files

ISSUE = "---\ndate: 2015-01-01\n---\n## 站务新闻\n### 位置\n![路线](plan.png)\n"


def drawing() -> bytes:
    """Black strokes on nothing."""
    image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    for left in range(20, 400, 40):
        image.paste((0, 0, 0, 255), (left, 20, left + 10, 180))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_transparent_drawing_is_seen(scheme: Scheme, browser: Browser, tmp_path: Path) -> None:
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015001/index.md": ISSUE})
    (tmp_path / "content/issues/2015001/plan.png").write_bytes(drawing())
    build_site(tmp_path)
    with context(browser, WIDE, scheme) as profile:
        page = profile.new_page()
        page.goto((tmp_path / "site/issues/2015001/index.html").as_uri())
        shown = Image.open(io.BytesIO(page.locator(".text img").screenshot())).convert("L")
    assert shown.getpixel((25, 100)) < 40  # type: ignore[operator]
    assert shown.getpixel((40, 100)) > 200  # type: ignore[operator]
