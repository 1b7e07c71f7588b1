"""Small things that a page shows of its station and its issue."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import STATION, build_site, write_files


def test_the_browsers_own_frame_has_the_stations_background(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + 'theme: {paper: "#fdf6e3"}\n'})
    build_site(station)
    head = (station / "site/index.html").read_text(encoding="utf-8").split("</head>")[0]
    light, dark = (line for line in head.split("\n") if "theme-color" in line)
    assert 'content="#fdf6e3"' in light
    assert 'content="#181514"' in dark, "the dark scheme has a background of its own"


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
