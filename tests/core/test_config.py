"""station.yml and today.yml: what they may say."""

from __future__ import annotations

import re

import pytest

from bulletin.core.config import (
    address_lines,
    entry_lines,
    read_station,
    read_today,
    station_notices,
    today_problem,
    write_today,
)
from bulletin.core.errors import StationError
from bulletin.core.home_page import HomeColumn
from bulletin.core.model import Today
from bulletin.core.problems import sentence
from bulletin.core.station import FriendLink, Look, SectionRule, Station, Support
from tests.conftest import ROOT


def station(yaml: str) -> Station:
    return read_station(("name: 甲\n" + yaml).encode())


def test_only_the_name_must_be_there() -> None:
    assert station("") == Station(name="甲")


def test_empty_entries_are_as_if_not_written() -> None:
    fields = [name for name in Station.__struct_fields__ if name != "name"]
    assert station("".join(f"{name}:\n" for name in fields)) == Station(name="甲")
    assert station("links:\n  -\nkeywords: ''\n") == Station(name="甲")


def test_byte_order_mark_and_line_ends_of_windows() -> None:
    assert read_station(b"\xef\xbb\xbf" + "name: 甲\r\nphone: 1\r\n".encode()) == Station(name="甲", phone="1")


@pytest.mark.parametrize(
    ("yaml", "field", "value"),
    [
        ("keywords: 救助，流浪、乞讨", "keywords", ("救助", "流浪", "乞讨")),
        ("keywords: [救助, 流浪]", "keywords", ("救助", "流浪")),
        ("article_pages: no", "article_pages", False),
        ("article_pages: 否", "article_pages", False),
        ("article_pages: True", "article_pages", True),
        ("recent: 3", "recent", 3),
        ("phone: 0734-8516000", "phone", "0734-8516000"),
        ("postcode: 001000", "postcode", "001000"),
        ("icp: 湘ICP备15004209号", "icp", "湘ICP备15004209号"),
        ("icp: 湘ICP备15004209号-1", "icp", "湘ICP备15004209号-1"),
        ("police: 湘公网安备 43040802000123号", "police", "湘公网安备 43040802000123号"),
        ("site_code: bm12345678", "site_code", "bm12345678"),
        ("hub: https://hub.example.cn", "hub", "https://hub.example.cn"),
        ("indexnow: 12345678", "indexnow", "12345678"),
        ("editions: print，epub all、text", "editions", ("print", "epub all", "text")),
        ("site_code: 0123456789", "site_code", "0123456789"),
        ("theme: {accent: '#B01218'}", "theme", Look(accent="#B01218")),
        ("theme:\n  accent: #b01218\n  ink:  #000000  # 黑\r\n  paper: # 白\n", "theme", Look("#b01218", "#000000")),
        ("theme:\n  font: fangsong\n  logo: logo.png", "theme", Look(font="fangsong", logo="logo.png")),
        ("theme:\n  # accent: #b01218\n", "theme", None),
        ("url: http://a.cn", "url", "http://a.cn"),
        ("links: [{name: 一, url: https://a.cn/}]", "links", (FriendLink("一", "https://a.cn/"),)),
        ("sections: [{id: a-1, title: 一, menu: no}]", "sections", (SectionRule("a-1", "一", menu=False),)),
        ("other_columns: 3", "other_columns", 3),
        ("other_columns:", "other_columns", None),
        ("home:", "home", ()),
        ("home:\n  - newest\n  -\n  - 站务新闻", "home", ("newest", "站务新闻")),
        ("home: [{column: 一, pictures: 是}]", "home", (HomeColumn("一", 5, pictures=True),)),
        ("sections: [{id: a-1, title: 一, type: 工作动态}]", "sections", (SectionRule("a-1", "一", type="工作动态"),)),
    ],
)
def test_value(yaml: str, field: str, value: object) -> None:
    assert getattr(station(yaml), field) == value


@pytest.mark.parametrize(
    ("yaml", "line", "key"),
    [
        ("icp: 15004209", 2, "icp"),
        ("police: 公安 1号", 2, "police"),
        ("site_code: 12345", 2, "site_code"),
        ("hub: hub.example.cn", 2, "hub"),
        ("indexnow: 1234567", 2, "indexnow"),
        ("editions: print, pdf", 2, "1"),
        ("indexnow: key/../12345", 2, "indexnow"),
        ("url: a.cn", 2, "url"),
        ("url: javascript:x", 2, "url"),
        ("profile: school", 2, "profile"),
        ("language: fr", 2, "language"),
        ("recent: 0", 2, "recent"),
        ("article_pages: maybe", 2, "article_pages"),
        ("sections: 一", 2, "sections"),
        ("home: newest", 2, "home"),
        ("home:\n  - newest\n  - {column: 一, count: 21}", 4, "count"),
        ("home:\n  - {column: 一, pictures: 三张}", 3, "pictures"),
        ("home:\n  - [newest]", 3, "0"),
        ("sections:\n  - {id: a, title: 一}\n  - {id: B, title: 二}", 4, "id"),
        ("sections:\n  - id: a\n    title: 一\n    type: 别的", 5, "type"),
        ("links:\n  - {name: 一, url: javascript:x}", 3, "url"),
        ("theme: 一", 2, "theme"),
        ("theme:\n  accent: red", 3, "accent"),
        ("theme:\n  ink: '#12345'", 3, "ink"),
        ("theme:\n  accent: #b01218\n  paper: 'rgb(1,2,3)'", 4, "paper"),
        ("theme:\n  font: 宋体", 3, "font"),
        ("theme:\n  logo: [a.png]", 3, "logo"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_line(yaml: str, line: int, key: str) -> None:
    with pytest.raises(StationError) as caught:
        station(yaml)
    assert caught.value.values["path"] == f"content/station.yml:{line}"
    assert str(caught.value.values["key"]).rpartition(".")[2] == key
    assert caught.value.values["expected"] != "what belongs here"


@pytest.mark.parametrize(
    ("yaml", "line", "guess"),
    [
        ("adress: 一", 2, "address"),
        ("links:\n  - {nmae: 一, url: https://a.cn/}", 3, "name"),
        ("sections:\n  - {id: a, title: 一, titel: 二}", 3, "title"),
        ("support: {nam: 一}", 2, "name"),
        ("theme:\n  acent: #b01218", 3, "accent"),
        ("zzz: 一", 2, ""),
    ],
)
def test_an_unknown_entry_is_named_with_a_guess(yaml: str, line: int, guess: str) -> None:
    with pytest.raises(StationError) as caught:
        station(yaml)
    assert (caught.value.values["path"], caught.value.values["guess"]) == (f"content/station.yml:{line}", guess)


def test_lines_of_the_theme() -> None:
    lines = entry_lines(b"name: a\ntheme:\n  accent: #b01218\n\n  logo: b.png\n")
    assert lines == {"accent": 3, "logo": 5} | dict.fromkeys(("ink", "paper", "font", "banner"), 2)


@pytest.mark.parametrize(
    "yaml", ["sections: [{id: a, title: 一}, {id: a, title: 二}]", "sections: [{id: a, title: 一}, {id: b, title: 一}]"]
)
def test_a_section_that_stands_twice_is_refused(yaml: str) -> None:
    with pytest.raises(StationError, match="twice"):
        station(yaml)


def test_gb18030_is_read_with_a_notice_and_nothing_else_is() -> None:
    data = "name: 甲\nphone: 1".encode("gb18030")
    assert read_station(data) == Station(name="甲", phone="1")
    assert [each.code for each in station_notices(data)] == ["F103"]
    with pytest.raises(StationError, match=r"station.yml:2: .*UTF-8") as caught:
        read_station(b"name: a\nphone: \xff\xff\n")
    assert "Notepad" in sentence(caught.value, str)


KIND = Station(
    name="甲", phone="1", keywords=("救助", "流浪"), links=(FriendLink("一", "https://a.cn/"),), support=Support("乙")
)


_TYPED = (
    "name：甲\nphone:1\nkeywords：救助、流浪\nlinks：\n  - name：一\n    url：https://a.cn/\nsupport：\n  name：乙\n",
    "name: “甲”\nphone: 1　\nkeywords: [救助，流浪]\n"
    "links:\n　－ name: 一\n　　url: https://a.cn/\nsupport:\n\tname: 乙",
    "---\nname: ‘甲’\nphone: 1\n---\nkeywords:\n- 救助\n- 流浪\n"
    "links:\n-name: 一\n  url: https://a.cn/\nsupport: {name: 乙}\n---\n",
    "＃ 说明\nname:甲\u200b\r\nphone:\xa01\r\nkeywords:\r\n  · 救助\r\n  · 流浪\r\n"
    "links: [{name: 一, url: https://a.cn/}]\r\nsupport:\r\n　name: 乙",
)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("  - {name: a, kind: folder}\n  - {name: a, kind: usb}\n", "two targets"),
        ("  - {name: a, kind: usb}\n  - {name: 网站, kind: folder}\n", "small letters"),
        ("  - {name: a, kind: usb}\n  - [b, folder]\n", "a list of entries"),
    ],
)
def test_a_wrong_target_is_named_with_its_line(entries: str, message: str) -> None:
    with pytest.raises(StationError) as caught:
        read_station(("name: 甲\npublish:\n" + entries).encode())
    assert message in str(caught.value)
    assert caught.value.values["path"] == "content/station.yml:4"


_ACCOUNT = "  accounts:\n    - {name: office, host: smtp.example.cn, from: jzz@example.cn"


@pytest.mark.parametrize(
    ("second", "message"), [("office", "two accounts are called “office”"), ("Büro 1", "small letters")]
)
def test_the_name_of_an_account_is_its_own(second: str, message: str) -> None:
    other = f"    - {{name: {second}, host: smtp.example.cn, from: a@example.cn}}\n"
    with pytest.raises(StationError) as caught:
        read_station(f"name: 甲\nmail:\n{_ACCOUNT}}}\n{other}".encode())
    assert message in str(caught.value)
    assert caught.value.values["path"] == "content/station.yml:5"


def test_the_letter_has_its_settings() -> None:
    mail = station(
        f"mail:\n{_ACCOUNT}, a_day: 200, tls: 否}}\n  imap: {{host: imap.example.cn, user: jzz}}\n  form: 是\n"
    ).mail
    assert mail and mail.imap and mail.form
    (account,) = mail.accounts
    assert (account.sender, account.a_day, account.pause, account.hours, account.port, account.tls) == (
        "jzz@example.cn", 200, 20, "08:00-20:00", 465, False
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("hours: 8-20", "two times like"),
        ("a_day: 0", "a number from 1"),
        ("fromm: x", "Did you mean “from”"),
        ("tls: maybe", "yes or no"),
    ],
)
def test_a_wrong_account_is_named_with_its_line(entry: str, message: str) -> None:
    with pytest.raises(StationError) as caught:
        station(f"mail:\n{_ACCOUNT}, {entry}}}\n")
    assert message in str(caught.value)
    assert caught.value.values["path"] == "content/station.yml:4"


@pytest.mark.parametrize("yaml", _TYPED)
def test_a_station_as_it_is_typed(yaml: str) -> None:
    assert read_station(yaml.encode()) == KIND


def test_a_line_in_the_kind_reading_is_that_of_the_file() -> None:
    with pytest.raises(StationError) as caught:
        read_station("---\nname：甲\n---\n　\ntheme：\n　font：宋体\n".encode())
    assert caught.value.values["path"] == "content/station.yml:6"


def test_unseen_characters_are_named_with_their_line() -> None:
    data = "name: 甲\nsections:\n  - {id: a, title: 站务\u200b新\u202e闻}\n".encode()
    assert read_station(data).sections[0].title == "站务新闻"
    assert [(each.code, each.line) for each in station_notices(data)] == [("D113", 3)]


def test_what_is_missing_comes_with_a_remedy() -> None:
    with pytest.raises(StationError) as caught:
        read_station(b"phone: 1\n")
    assert sentence(caught.value, str).endswith("Write it in a line of its own: “name: …”")


@pytest.mark.parametrize(
    ("url", "path"),
    [("", "/"), ("https://a.cn", "/"), ("https://a.cn/", "/"), ("https://a.cn/b", "/b/"), ("https://a.cn/b/", "/b/")],
)
def test_path_below_the_server(url: str, path: str) -> None:
    assert station(f"url: {url}\n").base_path == path


@pytest.mark.parametrize(
    ("url", "guess"),
    [
        ("https://a.cn/?from=wx", "https://a.cn/"),
        ("https://a.cn/b/#top", "https://a.cn/b/"),
        ("https://a.cn/b/Index.html", "https://a.cn/b/"),
        ("https://a.cn/default.aspx?id=1", "https://a.cn/"),
        ("https://救助..政务/", ""),
    ],
)
def test_an_address_that_is_no_folder_is_refused(url: str, guess: str) -> None:
    with pytest.raises(StationError) as caught:
        station(f"phone: 1\nurl: {url}\n")
    assert caught.value.values["path"] == "content/station.yml:3"
    assert caught.value.values.get("guess", "") == guess
    assert not guess or sentence(caught.value, str).endswith(f"Write “url: {guess}”.")


def test_today_comes_back_as_it_was_written() -> None:
    assert read_today(write_today(Today(23, "2016-01-01"))) == Today(23, "2016-01-01")


def test_today_as_it_is_typed() -> None:
    assert read_today("count：２３\r\ndate：２０１６－０１－０１　\r\n".encode()) == Today(23, "2016-01-01")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("count: 5\ndate: 2015-02-30", 2, "there is no such day"),
        ("count: viel\ndate: 2015-02-03", 1, "“count” is"),
        ("count: 5", 1, "“date” is"),
        ("", 1, "“count” is"),
        ("今天没有人", 1, "it does not say"),
    ],
)
def test_what_is_wrong_with_a_figure(text: str, line: int, reason: str) -> None:
    with pytest.raises(StationError) as caught:
        read_today(text.encode())
    found = today_problem(caught.value)
    assert (found.code, found.line) == ("F401", line)
    assert dict(found.values)["reason"].startswith(reason)


def test_lines_of_the_addresses() -> None:
    data = b"name: a\nsupport:\n  name: b\n  url: https://b.cn/\nlinks:\n  - name: c\n    url: https://c.cn/\n"
    lines = address_lines(data)
    assert (lines["support.url"], lines["links.0"]) == (4, 7)


@pytest.mark.parametrize("text", ["", "count: 5", "count: -1\ndate: 2016-01-01", "count: 5\ndate: heute", "- 5"])
def test_a_broken_figure_is_named(text: str) -> None:
    with pytest.raises(StationError, match=r"^content/today.yml:\d"):
        read_today(text.encode())


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("bulletin/commands/starter/*/content/station.yml")), ids=lambda p: p.parts[-3]
)
def test_the_starters_are_good(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    assert read_station(data).sections
    with_theme = re.sub(rb"^# (?=theme:|  (?:accent|font|logo):)", b"", data, flags=re.MULTILINE)
    assert read_station(with_theme).theme == Look(accent="#b01218", font="serif", logo="logo.png")
