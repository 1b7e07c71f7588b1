"""Small things that a page shows of its station and its issue."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import STATION, build_site, tree, write_files


def test_the_browsers_own_frame_has_the_stations_background(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + 'theme: {paper: "#fdf6e3"}\n'})
    build_site(station)
    head = (station / "site/index.html").read_text(encoding="utf-8").split("</head>")[0]
    light, dark = (line for line in head.split("\n") if "theme-color" in line)
    assert 'content="#fdf6e3"' in light
    assert 'content="#181514"' in dark, "the dark scheme has a background of its own"


LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" onload="alert(1)"><script>alert(1)</script>'
    '<path d="M0 0h9v9z" fill="#b01218"/></svg>'
)
LOGO_LINE = STATION.count("\n") + 2


def test_a_logo_may_be_a_drawing_which_is_cleaned(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + "theme:\n  logo: 标.svg\n", "content/标.svg": LOGO})
    report = build_site(station)
    assert not [each for each in report.problems if each.code != "A104"]
    (path,) = (station / "site/static").glob("logo-*.svg")
    assert "alert" not in path.read_text(encoding="utf-8")
    page = (station / "site/index.html").read_text(encoding="utf-8")
    assert f'<img src="static/{path.name}" width="480" height="240" alt="">' in page
    assert 'class="logo banner-logo transparent"' in page, "the dark scheme has a light ground behind it"
    assert "og:image" not in page, "who shows it there knows no drawings"
    assert "favicon.svg" in page
    once = tree(station / "site")
    build_site(station, clean=True)
    assert tree(station / "site") == once


def test_a_drawing_beside_a_banner_leaves_that_to_other_programs(station: Path) -> None:
    theme = "theme:\n  logo: a.svg\n  banner: b.png\n"
    write_files(station, {"content/station.yml": STATION + theme, "content/a.svg": LOGO, "content/b.png": png()})
    build_site(station)
    page = (station / "site/index.html").read_text(encoding="utf-8")
    assert re.search(r'<meta property="og:image" content="https://[^"]+/static/banner-[^"]+\.png">', page)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 200), "#b01218").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("theme", "data", "reason"),
    [
        ("logo", "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "it has neither a “viewBox” nor"),
        (
            "logo",
            LOGO.replace("<path", "<script").replace("/></svg>", "></script></svg>"),
            "nothing of it is a drawing",
        ),
        ("banner", LOGO, "it is neither JPEG, PNG nor WebP"),
    ],
)
def test_a_drawing_that_cannot_be_used_is_said_with_its_line(station: Path, theme: str, data: str, reason: str) -> None:
    write_files(station, {"content/station.yml": f"{STATION}theme:\n  {theme}: a.svg\n", "content/a.svg": data})
    (found,) = (each for each in build_site(station).problems if each.code == "L105")
    assert (found.path, found.line) == ("content/station.yml", LOGO_LINE)
    assert reason in dict(found.values)["reason"]
    assert not list((station / "site/static").glob("logo*"))


def test_a_text_shows_no_drawing_not_even_that_of_the_logo(station: Path) -> None:
    issue = (station / "content/issues/2015001.md").read_text(encoding="utf-8")
    files = {"content/station.yml": STATION + "theme:\n  logo: a.svg\n", "content/a.svg": LOGO}
    write_files(station, files | {"content/issues/2015001.md": issue + "\n![标](../a.svg)\n\n[标](../a.svg)\n"})
    codes = {each.code for each in build_site(station).problems}
    assert {"L105", "L108"} <= codes
    pages = [path for path in (station / "site/issues").rglob("*") if path.suffix == ".svg"]
    assert pages == []
    assert list((station / "site/static").glob("logo-*.svg"))


def test_the_masthead_has_number_in_the_year_and_running_total(station: Path) -> None:
    text = "---\nnumber: {}\ntotal: 38\ndate: 2015-06-01\n---\n## 站务新闻\n\n### 一件事\n\n正文。\n"
    write_files(
        station,
        {
            "content/issues/2015010.md": text.format("2015010"),
            "content/issues/2015-11.md": text.format("第11期"),
            "content/issues/2015012.md": text.format("2015年第12期(总第39期)"),
        },
    )
    build_site(station)
    pages = [
        (station / f"site/issues/{id_}/index.html").read_text(encoding="utf-8")
        for id_ in ("2015010", "2015011", "2015012")
    ]
    assert "第10期（总第38期）" in pages[0]
    assert "总第38期" in pages[1]
    assert "第11期（总第38期）" not in pages[1]
    assert "red-head-total" in pages[2], "what the entry says is shown where the number says another"
