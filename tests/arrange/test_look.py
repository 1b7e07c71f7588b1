"""A station's own look on its pages: stylesheet, logo, banner, and what is said of those that cannot be used."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bulletin.arrange import views
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.model import Picture, Variant
from bulletin.core.problems import problem
from bulletin.read.assets import Asset
from bulletin.render.templates import Theme
from tests.arrange.contents import Content
from tests.arrange.test_facts import nodes, properties
from tests.conftest import STATION
from tests.render.test_templates import rendered

FILES = {"issues/2015001.md": "---\ndate: 2015-03-01\n---\n## 站务新闻\n### 甲\n一"}
LINE = STATION.count("\n") + 2
"""Of the first entry under `theme:`."""


def picture(key: str, width: int, *formats: str) -> Picture:
    suffixes = {"webp": "webp", "png": "png", "jpeg": "jpg"}
    forms = [Variant(f"-{w}.{suffixes[f]}", f, w, w // 4) for f in formats for w in (480, width)]  # type: ignore[arg-type]
    return Picture(key, width, width // 4, tuple(forms))


ASSETS = {
    "content/站标.png": Asset("content/站标.png", "d", 9, picture("k1", 600, "webp", "png")),
    "content/a/head.jpg": Asset("content/a/head.jpg", "d", 9, picture("k2", 1600, "jpeg")),
    "content/bad.png": Asset("content/bad.png", "d", 9, None, "the file is damaged"),
    "content/form.pdf": Asset("content/form.pdf", "d", 9),
}


def content(theme: str) -> Content:
    return Content(FILES, STATION + (f"theme:\n{theme}" if theme else ""), assets=ASSETS)


def page(made: Content, path: str = "issues/2015001/index.html") -> Any:
    return made.views()[path]


def test_without_a_theme_there_is_nothing() -> None:
    made = content("")
    assert "look" not in {each.group.name for each in made.planned}
    assert (page(made).site.styles, page(made).site.logo, page(made).site.banner) == ("", None, None)


def test_colours_and_font_make_a_stylesheet_that_pages_name() -> None:
    made = content("  accent: #0b5394\n  font: serif\n")
    path = page(made).site.styles.removeprefix("../../")
    assert re.fullmatch(r"static/[0-9a-f]{10}/station\.css", path)
    style = page(made, path)
    assert page(made, "static/station.css") == style
    assert page(content("  accent: #0b5395\n  font: serif\n")).site.styles != page(made).site.styles
    assert (style.light.accent, style.font, made.problems) == ("#0b5394", "serif", ())
    css = rendered("station.css", style)
    assert "@layer reset {\n  :root {\n    --accent: #0b5394;\n" in css
    assert "    --font-text: var(--font-title);\n  }\n" in css
    assert "  @media screen and (prefers-color-scheme: dark) {\n    :root {\n      --accent: " in css
    assert "\n\n\n" not in css


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (views.StylePage(views.Palette(), views.Palette(), "sans"), "--font-title: var(--font-text);"),
        (views.StylePage(views.Palette(), views.Palette(), "fangsong"), '--font-text: "FangSong"'),
    ],
)
def test_a_font_alone(style: views.StylePage, expected: str) -> None:
    css = rendered("station.css", style)
    assert expected in css
    assert "--accent" not in css
    assert "@media" not in css
    assert css.count("{") == css.count("}") == 2


def test_pictures_alone_make_no_stylesheet() -> None:
    made = content("  logo: 站标.png\n")
    assert page(made).site.styles == ""
    assert made.group("look").paths == ()


def test_pictures_of_the_station() -> None:
    made = content("  logo: 站标.png\n  banner: a/head.jpg\n")
    site = page(made).site
    root = "../../static"
    assert site.logo == views.PictureView(
        src=f"{root}/logo-600.png",
        srcset=f"{root}/logo-480.png 480w, {root}/logo-600.png 600w",
        webp=f"{root}/logo-480.webp 480w, {root}/logo-600.webp 600w",
        width=600,
        height=150,
    )
    assert (site.banner.src, site.banner.webp) == (f"{root}/banner-1600.jpg", "")
    assert [(d.path, d.asset, d.variant, d.picture_key) for d in made.group("look").copied] == [
        ("static/logo-480.webp", "content/站标.png", 0, "k1"),
        ("static/logo-600.webp", "content/站标.png", 1, "k1"),
        ("static/logo-480.png", "content/站标.png", 2, "k1"),
        ("static/logo-600.png", "content/站标.png", 3, "k1"),
        ("static/banner-480.jpg", "content/a/head.jpg", 0, "k2"),
        ("static/banner-1600.jpg", "content/a/head.jpg", 1, "k2"),
    ]


def test_a_page_without_a_picture_is_shared_with_the_stations_own() -> None:
    own = "https://jzz.example.cn/static"
    made = content("  logo: 站标.png\n  banner: a/head.jpg\n")
    assert properties(page(made, "index.html"))["og:image"] == f"{own}/banner-1600.jpg"
    assert nodes(page(made))["NewsArticle"]["image"] == f"{own}/banner-1600.jpg"
    assert nodes(page(made))["Organization"]["logo"] == f"{own}/logo-600.png"
    assert properties(page(content("  logo: 站标.png\n"), "index.html"))["og:image"] == f"{own}/logo-600.png"


@pytest.mark.parametrize(
    ("entry", "code", "values"),
    [
        ("logo: nix.png", "L103", {"target": "nix.png"}),
        ("logo: ../secret.png", "L107", {"target": "../secret.png"}),
        ("banner: /head.jpg", "L107", {"target": "/head.jpg"}),
        ("banner: bad.png", "L105", {"target": "bad.png", "reason": "the file is damaged"}),
        ("logo: form.pdf", "L105", {"target": "form.pdf", "reason": "it is neither JPEG, PNG nor WebP"}),
        ("accent: #FFCC00", "A105", {"key": "accent", "colour": "#ffcc00", "used": "#896c00"}),
        ("ink: #888888", "A105", {"key": "ink", "colour": "#888888", "used": "#515151"}),
        ("paper: #000000", "A105", {"key": "paper", "colour": "#000000", "used": "#ebebeb"}),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(entry: str, code: str, values: dict[str, str]) -> None:
    made = content(f"  font: sans\n  {entry}\n")
    assert made.problems == (problem(code, "content/station.yml", LINE + 1, **values),)
    assert (page(made).site.logo, page(made).site.banner) == (None, None)


def test_what_a_drawing_is_shown_without_is_named_each_with_its_line() -> None:
    drawing = Picture("k", 480, 240, (Variant("-480.svg", "svg", 480, 240),), left_out=("its picture", "its shadow"))
    assets = {"content/a.svg": Asset("content/a.svg", "d", 9, drawing)}
    made = Content(FILES, STATION + "theme:\n  font: sans\n  logo: a.svg\n", assets=assets)
    assert made.problems == tuple(
        problem("L112", "content/station.yml", LINE + 1, target="a.svg", what=what) for what in drawing.left_out
    )
    assert page(made).site.logo


def test_the_stylesheet_is_packaged() -> None:
    assert Theme([PACKAGED]).digest(("station.css",))
