"""A text that came in becomes the files of a draft, and nothing that is there is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bulletin.check.secrecy_entry import secrecy_value
from bulletin.core.errors import UsageError
from bulletin.core.model import SourceFile
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import ARTICLE, ISSUE, Front, read_entries, split
from bulletin.read.structure import outline
from bulletin.word.drafts import DraftFiles, draft_article, draft_issue, write_draft
from bulletin.word.incoming import IncomingPicture, IncomingText

PICTURE = IncomingPicture("图 1.PNG", b"\x89PNG")
TEXT = IncomingText("夜巡", '<p>本月夜巡三次。</p><p><img src="图 1.PNG" alt="站门"></p>', (PICTURE,))


def front(files: DraftFiles, *, article: bool = False) -> Front:
    text, problems = decode_text(SourceFile(*files[0]))
    assert text is not None
    found, more = split(text, files[0][0])
    read, wrong = read_entries(found, ARTICLE if article else ISSUE)
    assert not (*problems, *more, *wrong)
    return read


def test_an_issue_with_pictures_is_a_folder() -> None:
    files = draft_issue(TEXT, "2014003", date=datetime(2014, 3, 5, 10, 4, 7), redirect_from=("/a.asp",))
    assert [path for path, _ in files] == ["content/issues/2014003/index.md", "content/issues/2014003/图-1.png"]
    read = front(files)
    assert (read.get("draft", False), read.get("title", ""), read.get("number", "")) == (True, "夜巡", "2014003")
    assert read.get("date", None) == datetime(2014, 3, 5, 10, 4, 7)
    assert tuple(read.get("redirect_from", ("",))) == ("/a.asp",)
    assert read.body.strip() == "本月夜巡三次。\n\n![站门](图-1.png)"


def test_an_issue_without_pictures_is_a_file_and_a_day_that_nobody_knows_is_left_out() -> None:
    files = draft_issue(IncomingText('他说："好"', "<p>甲</p>"), "2014〔3〕".replace("〔3〕", "003"))
    assert [path for path, _ in files] == ["content/issues/2014003.md"]
    assert front(files).get("title", "") == '他说："好"'
    assert b"date" not in files[0][1]


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (datetime(2014, 3, 5, 10, 4, 7), "2014-03-05 10:04:07"),
        (datetime(2014, 3, 5, 10, 4), "2014-03-05 10:04"),
        (datetime(2014, 3, 5), "2014-03-05"),
    ],
)
def test_a_date_says_no_more_than_is_known(date: datetime, written: str) -> None:
    source = draft_issue(IncomingText("夜巡", "<p>甲</p>"), "2014003", date=date)[0][1].decode()
    assert f"date: {written}" in source.splitlines()


def test_in_a_section_the_text_is_an_article_of_the_issue() -> None:
    files = draft_issue(IncomingText("夜巡", "<h2>经过</h2><p>甲</p>"), "2014003", section="站务新闻")
    assert front(files).body.strip() == "## 站务新闻\n\n### 夜巡\n\n#### 经过\n\n甲"


@pytest.mark.parametrize("title", ["<Windows设置> {#a}", "2014. *年* [表]", "关于1、2号楼", "# 一"])
def test_a_title_is_no_markup(title: str) -> None:
    body = front(draft_issue(IncomingText(title, "<p>甲</p>"), "2014003", section="站务新闻")).body
    found, _ = outline(body, 1, "", ())
    assert [(part.role, part.title) for part in found.parts[1:]] == [("section", "站务新闻"), ("article", title)]


def test_an_article_takes_no_name_that_is_taken() -> None:
    files = draft_article(TEXT, "2014003", "站务新闻", taken=("index.md", "ye-xun.md"))
    assert [path for path, _ in files] == [
        "content/issues/2014003/ye-xun-2.md",
        "content/issues/2014003/ye-xun-2-图-1.png",
    ]
    read = front(files, article=True)
    assert (read.get("section", ""), read.get("title", ""), read.get("draft", False)) == ("站务新闻", "夜巡", True)


@pytest.mark.parametrize("mark", ["机密★1年", "内部资料", "秘密"])
def test_what_is_secret_is_kept_back_by_the_gate(mark: str) -> None:
    files = draft_issue(IncomingText("夜巡", "<p>甲</p>", secrecy=mark), "2014003")
    assert secrecy_value(front(files).get("secrecy", ""), internal_public=False)


@pytest.mark.parametrize("there", ["2014003.md", "2014003/index.md", "2014003.txt"])
@pytest.mark.parametrize("text", [TEXT, IncomingText("夜巡", "<p>甲</p>")])
def test_an_issue_that_is_there_is_not_touched(tmp_path: Path, there: str, text: IncomingText) -> None:
    old = tmp_path / "content" / "issues" / there
    old.parent.mkdir(parents=True)
    old.write_text("alt", encoding="utf-8")
    with pytest.raises(UsageError):
        write_draft(tmp_path, draft_issue(text, "2014003"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [old]
    assert old.read_text(encoding="utf-8") == "alt"


def test_an_article_comes_into_a_folder(tmp_path: Path) -> None:
    write_draft(tmp_path, draft_issue(TEXT, "2014003"))
    files = draft_article(TEXT, "2014003", "站务新闻")
    assert write_draft(tmp_path, files) == tuple(path for path, _ in files)
    with pytest.raises(UsageError):
        write_draft(tmp_path, files)


@pytest.mark.parametrize("number", ["abc", "../2014003", "2014/3"])
def test_what_is_no_number_is_no_file(number: str) -> None:
    with pytest.raises(UsageError):
        draft_issue(TEXT, number)
