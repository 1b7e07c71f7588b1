"""A phone reads from the drawn code what went into it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bulletin.core.i18n import translations
from bulletin.render.qr import qr
from bulletin.render.templates import Renderer
from tests.render.test_templates import View, theme

ADDRESSES = (
    "https://jzz.example.cn/",
    "https://jzz.example.cn/issues/2014002/shi-cai-zheng-ju-lai-wo-zhan-diao-yan-zi-jin-shi-yong-qing-kuang/",
    "https://jzz.example.cn/%E5%85%B3%E4%BA%8E/",
    "http://10.0.0.1:8080/a?b=1&c=%3C%3E",
)
PIXELS = 4
"""Of one module."""


def drawn(svg: str) -> Image.Image:
    """The code as a browser shows it, by the few path commands that it uses."""
    ground = re.search(r'<path class="qr-light" fill="#fff" d="M0 0h(\d+)v\1H0z"/>', svg)
    path = re.search(r'<path class="qr-dark" stroke="#000" d="M4 4\.5((?:m-?\d+ \d+h\d+)+)"/></svg>$', svg)
    assert ground and path and f'viewBox="0 0 {ground[1]} {ground[1]}"' in svg
    image = Image.new("L", (int(ground[1]) * PIXELS,) * 2, 255)
    x = y = 4
    for right, down, width in re.findall(r"m(-?\d+) (\d+)h(\d+)", path[1]):
        x, y = x + int(right), y + int(down)
        image.paste(0, (x * PIXELS, y * PIXELS, (x + int(width)) * PIXELS, (y + 1) * PIXELS))
        x += int(width)
    return image


def read(svg: str) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(drawn(svg))]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_read_back(address: str) -> None:
    assert read(qr(address)) == [address]


@given(st.from_regex(r"https://[a-z]{1,20}\.cn/([a-z0-9-]{1,30}/){0,6}", fullmatch=True))
def test_every_address_is_read_back(address: str) -> None:
    assert read(qr(address)) == [address]


def test_no_address_no_code() -> None:
    assert qr("") == ""


def test_nothing_in_it_needs_a_style_or_a_script() -> None:
    assert not re.search(r"style=|<script|href|on\w+=", qr(ADDRESSES[0]))


def test_templates_draw_it_unescaped(tmp_path: Path) -> None:
    made = Renderer(theme(tmp_path, a_html="{{ page.title | qr }}{{ '' | qr }}"), translations("en"), None)
    assert made.render("a.html", View()).decode() == qr("<甲>")
