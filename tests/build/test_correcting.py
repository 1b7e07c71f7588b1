"""`bulletin correct`: the words are replaced, the front matter says so, and every other byte is what it was."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.build.corrected_file import with_correction
from bulletin.build.correcting import correct_text
from bulletin.core.errors import UsageError
from bulletin.core.model import Correction, SourceFile
from tests.arrange.contents import PATH, read
from tests.conftest import NOW, STATION, build_site, write_files

WHOLE = (1, None)
DAY = datetime(2016, 1, 1, 12, 0)
ENTRY = '{date: 2016-01-01 12:00, was: "三次", now: "四次"}'
BODY = "## 站务新闻\n\n### 夜巡\n\n街面夜巡共三次，\n劝导五人。\n\n### 培训\n\n培训一次，讲急救；夜间值班一次。\n"
WRONG = Correction(DAY, "", "三次", "四次")


def corrected(text: str | bytes, correction: Correction = WRONG, lines: tuple[int, int | None] = WHOLE) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return with_correction(SourceFile(PATH, data), "issue", correction, lines).data.decode()


FRONTS = {
    "none": ("", f"---\ncorrections:\n  - {ENTRY}\n---\n"),
    "some": ("---\ndate: 2015-04-10  # 注\n---\n", f"---\ndate: 2015-04-10  # 注\ncorrections:\n  - {ENTRY}\n---\n"),
    "a list": (
        "---\ncorrections:\n- was: 一\n  now: 二\n  date: 2015-05-06\n\ndate: 2015-04-10\n---\n",
        f"---\ncorrections:\n- was: 一\n  now: 二\n  date: 2015-05-06\n- {ENTRY}\n\ndate: 2015-04-10\n---\n",
    ),
    "in brackets": (
        "---\n更正: [{was: 三次, now: 二, date: 2015-05-06}]\ndate: 2015-04-10\n...\n",
        f"---\n更正: [{{was: 三次, now: 二, date: 2015-05-06}}, {ENTRY}]\ndate: 2015-04-10\n...\n",
    ),
    "empty brackets": ("---\ncorrections: []\n---\n", f"---\ncorrections: [{ENTRY}]\n---\n"),
    "an empty entry": (
        "---\ncorrections:\ndate: 2015-04-10\n---\n",
        f"---\ncorrections:\n  - {ENTRY}\ndate: 2015-04-10\n---\n",
    ),
}


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_the_entry_is_written_where_it_belongs(front: tuple[str, str]) -> None:
    before, after = front
    assert corrected(before + BODY) == after + BODY.replace("三次", "四次")


def test_line_ends_and_encoding_are_kept() -> None:
    text = f"---\ndate: 2015-04-10\n---\n{BODY}".replace("\n", "\r\n")
    after = text.replace("三次", "四次").replace("10\r\n---", f"10\r\ncorrections:\r\n  - {ENTRY}\r\n---")
    assert corrected(b"\xef\xbb\xbf" + text.encode()) == "\ufeff" + after
    file = SourceFile(PATH, text.encode("gb18030"))
    assert with_correction(file, "issue", WRONG, WHOLE).data == after.encode("gb18030")


def test_words_may_go_over_a_line_end() -> None:
    found = Correction(DAY, "", "三次，劝导五人", "四次，劝导六人")
    assert "夜巡共四次，劝导六人。\n" in corrected(BODY, found)


def test_what_is_right_already_gets_the_entry_alone() -> None:
    text = BODY.replace("三次", "四次")
    assert corrected(text) == f"---\ncorrections:\n  - {ENTRY}\n---\n{text}"
    longer = Correction(DAY, "", "夜巡", "街面夜巡")
    assert corrected(text, longer, (5, 6)).endswith(text)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("一次", "两次", r"2 times: content/issues/2015001.md:10, content/issues/2015001.md:10"),
        ("街面巡逻共三次", "街面巡逻共四次", "Did you mean “街面夜巡共三次，”"),
        ("天气预报", "天气", "neither --was nor --now is in this text.$"),
    ],
)
def test_what_is_not_clear_is_refused(was: str, now: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        corrected(BODY, Correction(DAY, "", was, now))


@pytest.mark.parametrize(
    "text", ["title: 甲\n\n" + BODY, f"---\ncorrections: {{}}\n---\n{BODY}", BODY.encode("utf-16")]
)
def test_what_cannot_be_written_safely_is_left_to_people(text: str | bytes) -> None:
    with pytest.raises(UsageError, match="Write the entry yourself"):
        corrected(text)


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs")), min_size=1, max_size=20)


@given(words, words, st.sampled_from(sorted(FRONTS)))
def test_any_words_are_read_as_they_were_given(was: str, now: str, front: str) -> None:
    if was in now or now in was:
        return
    text = f"{FRONTS[front][0]}## 站务新闻\n\n甲{was}乙\n"
    first = text[: text.index("甲")].count("\n") + 1
    file = SourceFile(PATH, text.encode())
    made = with_correction(file, "issue", Correction(DAY, "", was, now), (first, None))
    assert made.line == first
    assert made.data.decode().endswith(f"甲{now}乙\n")
    dated = (
        made.data if b"date: 2015-04-10" in made.data else made.data.replace(b"---\n", b"---\ndate: 2015-04-10\n", 1)
    )
    issue = read({PATH: dated}).issue
    assert issue
    assert Correction(DAY, "", was, now) in issue.corrections


# ── in a project


FOLDER = "content/issues/2015009"


@pytest.fixture
def project(station: Path) -> Path:
    article = "---\nsection: 站务新闻\n---\n# 来信\n\n收到来信三次。\n"
    files = {"content/issues/2015002.md": f"---\ndate: 2015-03-10\n---\n{BODY}", f"{FOLDER}/a.md": article}
    files |= {
        f"{FOLDER}/index.md": "---\ndate: 2015-10-10\n---\n## 站务新闻\n",
        "content/pages/about.md": "地址一号。\n",
    }
    write_files(station, files)
    return station


@pytest.mark.parametrize("mark", ["### ", "●"])
def test_a_title_keeps_its_address(project: Path, mark: str) -> None:
    text = f"---\ndate: 2015-11-10\n---\n## 站务新闻\n\n{mark}夜班\n\n值守三次。\n"
    write_files(project, {"content/issues/2015010.md": text})
    made = correct_text(project, "2015010", "夜班", "夜班", "夜间班", NOW, 1, dry_run=True)
    assert f"+{mark}夜间班 {{#ye-ban}}" in made.diff
    assert (project / "content/issues/2015010.md").read_text("utf-8") == text
    correct_text(project, "2015010", "夜班", "夜班", "夜间班", NOW, 1)
    build_site(project)
    assert "<h1>夜间班</h1>" in (project / "site/issues/2015010/ye-ban/index.html").read_text("utf-8")


def test_an_article_in_a_file_of_its_own(project: Path) -> None:
    made = correct_text(project, "2015009", "来信", "三次", "四次", NOW, 1)
    assert (made.file, made.line, made.correction.where) == (f"{FOLDER}/a.md", 6, "")
    assert "收到来信四次" in (project / made.file).read_text("utf-8")


def test_a_page(project: Path) -> None:
    assert correct_text(project, "about", "", "一号", "二号", NOW, 1).file == "content/pages/about.md"
    build_site(project)
    assert "<del>一号</del>" in (project / "site/about/index.html").read_text("utf-8")


def test_readers_see_it(project: Path) -> None:
    made = correct_text(project, "2015002", "ye-xun", "三次", "四次", NOW, 1)
    assert (made.line, made.correction.where) == (8, "ye-xun")
    report = build_site(project)
    assert [each.code for each in report.problems if each.severity != "notice"] == []
    site = project / "site"
    for path in ("issues/2015002/ye-xun/index.html", "issues/2015002/index.html", "corrections/index.html"):
        page = (site / path).read_text("utf-8")
        assert "<del>三次</del>" in page
        assert "<ins>四次</ins>" in page
    assert "<del>" not in (site / "issues/2015002/pei-xun/index.html").read_text("utf-8")
    assert 'content="2015-03-10 00:00"' in (site / "issues/2015002/ye-xun/index.html").read_text("utf-8")
    feed = (site / "feed.xml").read_text("utf-8")
    entry = next(each for each in feed.split("<entry>") if "2015:issues/2015002/<" in each)
    assert "<updated>2016-01-01T12:00:00+08:00</updated>" in entry
    assert re.search("<summary>[^<]*“三次”[^<]*“四次”", entry)
    assert "corrections/</loc><lastmod>2016-01-01" in re.sub(r"\s", "", (site / "sitemap-pages.xml").read_text("utf-8"))


def test_there_is_no_page_of_corrections_without_one(station: Path) -> None:
    build_site(station)
    assert not (station / "site/corrections").exists()
    assert "corrections/" not in (station / "site/index.html").read_text("utf-8")


def test_an_old_issue_comes_back_into_the_feed_when_it_is_corrected(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + "recent: 1\n"})
    entry = "---\ncorrections: [{date: 2015-12-01, where: 第2件事, was: 甲, now: 乙}]"
    old = station / "content/issues/2015001.md"
    old.write_text(old.read_text("utf-8").replace("---", entry, 1), "utf-8")
    build_site(station)
    feeds = {name: (station / "site" / name).read_text("utf-8") for name in ("feed.xml", "columns/news/feed.xml")}
    assert [feed.count("<entry>") for feed in feeds.values()] == [2, 2]
    assert all("2015-12-01T00:00:00" in feed for feed in feeds.values())
    assert (station / "site/columns/cases/feed.xml").read_text("utf-8").count("<entry>") == 1


def test_the_page_of_corrections_stays_when_the_last_one_has_gone(tmp_path: Path) -> None:
    issue = f"---\nnumber: 2015002\ndate: 2015-04-10\ncorrections:\n  - {ENTRY}\n---\n{BODY}"
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015002.md": issue})
    build_site(tmp_path)
    write_files(tmp_path, {"content/issues/2015002.md": issue.replace(f"corrections:\n  - {ENTRY}\n", "")})
    build_site(tmp_path)
    page = (tmp_path / "site/corrections/index.html").read_text(encoding="utf-8")
    assert "目前没有更正" in page
    assert 'href="corrections/' not in (tmp_path / "site/index.html").read_text(encoding="utf-8")
