"""Numbers of persons in station.yml and today.yml."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.check.office import make_office
from bulletin.check.settings_text import station_problems
from bulletin.check.wordlists import read_word_lists
from bulletin.core.config import read_station
from tests.check.stations import check
from tests.check.texts import OFFICE
from tests.check.texts import STATION as YAML
from tests.conftest import STATION, build_site, write_files

ID = "511922198711180226"


def found(yaml: str) -> list[tuple[str, int]]:
    return [(each.code, each.line) for each in station_problems(yaml.encode(), OFFICE)]


def test_what_is_the_office_s_own_is_allowed() -> None:
    assert found(YAML) == []


def test_the_mailboxes_that_letters_go_through_are_the_office_s_own() -> None:
    yaml = YAML + "mail:\n  accounts: [{name: a, host: smtp.qq.com, from: 10000@qq.com}]\n"
    yaml += "  imap: {host: imap.163.com, user: jzz@163.com}\n"
    office = make_office(read_station(yaml.encode()), read_word_lists(()))
    assert station_problems(yaml.encode(), office) == ()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("description: 值班 13812345678", "P103"),
        (f"description: 证件{ID}", "P101"),
        (f'description: "\\x35{ID[1:]}"', "P101"),
        ("support: {name: 张工13812345678}", "P103"),
        ("links: [{name: 甲, url: 'https://www.example.cn/?q=511922198711180226'}]", "P101"),
        ("keywords: [甲, a@qq.com]", "P108"),
        ("organizer: 湘D12345", "P106"),
        ("# 旧电话13812345678", "P103"),
        ("description: >\n  甲\n  5119221987\n  11180226", "P101"),
    ],
)
def test_every_entry_is_looked_at(entry: str, code: str) -> None:
    lines = YAML.count("\n")
    first, *_ = found(YAML + entry + "\n")
    assert first[0] == code
    assert first[1] > lines


def test_a_file_that_is_no_yaml_is_looked_at_as_text() -> None:
    assert found(f"name: [\n甲：{ID}\n") == [("P101", 2)]
    assert station_problems(b"\x00\xff", OFFICE) == ()


def test_check_and_build_say_it(tmp_path: Path) -> None:
    station = STATION + "# 值班手机13812345678。\n"
    text = "---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 甲\n\n乙。\n"
    write_files(tmp_path, {"content/station.yml": station, "content/issues/2015001.md": text})
    wanted = ("P103", "content/station.yml", station.count("\n"))
    assert wanted in [(p.code, p.path, p.line) for p in check(tmp_path).problems]
    assert wanted in [(p.code, p.path, p.line) for p in build_site(tmp_path, check=True).problems]
