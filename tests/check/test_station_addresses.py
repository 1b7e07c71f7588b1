"""The addresses in station.yml are looked at as links are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.check.station_addresses import station_address_problems, station_mentions
from bulletin.core.station import FriendLink, Station, Support
from tests.check.stations import check
from tests.conftest import STATION, build_site, write_files


@pytest.mark.parametrize(
    ("target", "code", "guess"),
    [
        ("https://www.example.cn/a?b=1", "", ""),
        ("htp://www.example.cn/", "L206", "http://www.example.cn/"),
        ("http:/www.example.cn/", "L206", "http://www.example.cn/"),
        ("https：／／www.example.cn/", "L206", "https://www.example.cn/"),
        ("https://www.exa mple.cn/", "L206", "https://www.example.cn/"),
        ("www.example.cn", "L206", "https://www.example.cn"),
        ("javascript:alert(1)", "L206", ""),
        ("https://example/", "L206", ""),
        ("http://[::1", "L206", ""),
        ("http://192.168.1.8/", "L203", ""),
    ],
)
def test_an_address(target: str, code: str, guess: str) -> None:
    station = Station(name="甲", support=Support("乙", target))
    found = [(each.code, each.line, each.guess) for each in station_address_problems(station, {"support.url": 7})]
    assert found == ([(code, 7, guess)] if code else [])
    assert [(m.target, m.line) for m in station_mentions(station, {"support.url": 7})] == (
        [] if code else [(target, 7)]
    )


def test_all_entries_are_looked_at() -> None:
    inside = "http://10.0.0.1/"
    links = (FriendLink("一", inside),)
    station = Station(
        name="甲",
        url=inside,
        conac=inside,
        error_report=inside,
        hits=inside,
        links=links,
        support=Support("乙", inside),
    )
    assert [each.code for each in station_address_problems(station, {})] == ["L203"] * 6


def test_check_and_build_say_it(tmp_path: Path) -> None:
    text = "---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 甲\n\n乙。\n"
    station = STATION + "support:\n  name: 乙\n  url: htp://a.cn/\n"
    write_files(tmp_path, {"content/station.yml": station, "content/issues/2015001.md": text})
    wanted = ("L206", "content/station.yml", station.count("\n"))
    assert wanted in [(p.code, p.path, p.line) for p in check(tmp_path).problems]
    assert wanted in [(p.code, p.path, p.line) for p in build_site(tmp_path, check=True).problems]
