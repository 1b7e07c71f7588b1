"""Issues read aloud: on their pages and in the podcast; nothing of what has left the site."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bulletin.core.problems import Problem
from tests.conftest import build_site, write_files
from tests.recordings import PERSON, id3, recording

TUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


@pytest.fixture
def spoken(station: Path) -> Path:
    """Of three issues the first and the second are read aloud, the latter in a folder."""
    text = (station / "content/issues/2015002.md").read_text(encoding="utf-8")
    (station / "content/issues/2015002.md").unlink()
    files: dict[str, str | bytes] = {
        "2015001.mp3": recording(60),
        "2015002/index.md": text,
        "2015002/voice.mp3": recording(90),
    }
    write_files(station, {f"content/issues/{name}": data for name, data in files.items()})
    return station


def items(station: Path) -> list[ET.Element]:
    path = station / "site/podcast.xml"
    return ET.fromstring(path.read_text(encoding="utf-8")).findall("channel/item") if path.exists() else []


def page(station: Path, number: str) -> str:
    return (station / f"site/issues/{number}/index.html").read_text(encoding="utf-8")


def problems(found: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in found if each.code.startswith("A13")]


def test_a_recording_is_played_and_is_in_the_podcast(spoken: Path) -> None:
    report = build_site(spoken)
    assert report.problems == ()
    html = page(spoken, "2015001")
    assert '<audio controls preload="none" src="../../issues/2015001/voice.mp3"' in html
    assert "media-src 'self';" in html
    assert 'href="../../podcast.xml"' in html
    newest, oldest = items(spoken)
    for item, number, seconds in ((newest, "2015002", "91"), (oldest, "2015001", "61")):
        sound = spoken / f"site/issues/{number}/voice.mp3"
        assert PERSON not in sound.read_bytes()
        enclosure = item.find("enclosure")
        assert enclosure is not None
        assert enclosure.attrib == {
            "url": f"https://jzz.example.cn/issues/{number}/voice.mp3",
            "length": str(sound.stat().st_size),
            "type": "audio/mpeg",
        }
        assert item.findtext(f"{TUNES}duration") == seconds
        assert parsedate_to_datetime(item.findtext("pubDate") or "").utcoffset()
    again = build_site(spoken)
    assert (again.written, again.problems) == (0, ())


def test_where_nobody_reads_aloud_there_is_no_podcast(station: Path) -> None:
    build_site(station)
    assert not (station / "site/podcast.xml").exists()
    assert "<audio" not in page(station, "2015001")
    assert "media-src" not in page(station, "2015001")


def test_what_is_hidden_is_not_heard(spoken: Path) -> None:
    path = spoken / "content/issues/2015001.md"
    path.write_text(path.read_text(encoding="utf-8").replace("---\n", "---\ndraft: yes\n", 1), encoding="utf-8")
    build_site(spoken)
    assert [item.findtext("link") for item in items(spoken)] == ["https://jzz.example.cn/issues/2015002/"]
    assert not (spoken / "site/issues/2015001").exists()


@pytest.mark.parametrize("slug", ["", "di-2-jian-shi"])
def test_what_was_withdrawn_is_not_heard(spoken: Path, slug: str) -> None:
    """A recording of an issue of which an article is gone may hold that article."""
    build_site(spoken)
    assert re.search('id="di-2-jian-shi"', page(spoken, "2015001"))
    line = f'- {{issue: "2015001", slug: "{slug}", date: 2015-12-01 09:00, because: ""}}\n'
    write_files(spoken, {"content/withdrawn.yml": line})
    report = build_site(spoken)
    assert not (spoken / "site/issues/2015001/voice.mp3").exists()
    assert len(items(spoken)) == 1
    assert "<audio" not in page(spoken, "2015001")
    assert problems(report.problems) == ([("A131", "content/issues/2015001.mp3")] if slug else [])


def test_what_has_expired_is_not_heard(spoken: Path) -> None:
    notice = "---\nsection: 站务新闻\nkind: search-notice\nuntil: {}\n---\n# 寻亲公告\n某人。\n"
    for until, heard in (("2016-01-31", 2), ("2015-12-31", 1)):
        write_files(spoken, {"content/issues/2015002/xun.md": notice.format(until)})
        report = build_site(spoken)
        assert len(items(spoken)) == heard
    assert problems(report.problems) == [("A131", "content/issues/2015002/voice.mp3")]
    assert not (spoken / "site/issues/2015002/voice.mp3").exists()


def test_a_file_without_sound_is_named(spoken: Path) -> None:
    write_files(spoken, {"content/issues/2015001.mp3": id3()})
    report = build_site(spoken)
    assert problems(report.problems) == [("A130", "content/issues/2015001.mp3")]
    assert len(items(spoken)) == 1


def test_a_text_that_links_to_the_recording_gets_the_sound_alone(spoken: Path) -> None:
    path = spoken / "content/issues/2015002/index.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n[录音](voice.mp3)\n", encoding="utf-8")
    assert build_site(spoken).problems == ()
    (sound,) = (spoken / "site/issues/2015002").rglob("*.mp3")
    assert PERSON not in sound.read_bytes()
