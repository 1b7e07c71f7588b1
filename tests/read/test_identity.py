"""Numbers and dates where the front matter has none: the file's name, the title, the first lines."""

from __future__ import annotations

from datetime import datetime

import pytest

from bulletin.core.model import Issue, SourceFile
from bulletin.core.problems import Problem
from bulletin.read.identity import is_issue
from tests.arrange.contents import read

TEXT = "## 站务新闻\n\n### 开会\n\n今天开会。\n"


def issue(name: str, text: str) -> Issue | None:
    return read({f"content/issues/{name}": text}).issue


def problems(name: str, text: str) -> tuple[Problem, ...]:
    return read({f"content/issues/{name}": text}).problems


def codes(name: str, text: str) -> list[str]:
    return [each.code for each in problems(name, text)]


@pytest.mark.parametrize(
    ("name", "text", "number", "origin"),
    [
        ("2014002.md", "---\nnumber: 2014年第9期\ndate: 2014-03-05\ntitle: 第7期\n---\n", "2014009", ""),
        ("工作简报（2014年第9期）.md", "---\ndate: 2014-03-05\ntitle: 第7期\n---\n", "2014009", "name"),
        ("2014年工作简报第9期.markdown", "---\ndate: 2015-03-05\n---\n第7期\n\n", "2014009", "name"),
        ("简报第9期.md", "---\ndate: 2014-03-05\n---\n", "2014009", "name"),
        ("a.md", "---\ndate: 2014-03-05\ntitle: 简报（第9期）\n---\n第7期\n\n", "2014009", "title"),
        ("a.md", "---\ndate: 2014-03-05\n---\n# 简报第九期\n\n第7期\n\n", "2014009", "title"),
        ("a.md", "---\ndate: 2014-03-05\n---\n**第 9 期**　　总第 24 期\n\n# 简报\n\n", "2014009", "lines"),
        ("a.md", "---\ndate: 2014-03-05\n---\n# 简报\n\n市救〔2014〕9号　市救助管理站\n\n", "2014009", "lines"),
    ],
)
def test_a_number_is_found_in_this_order(name: str, text: str, number: str, origin: str) -> None:
    found = issue(name, text + TEXT)
    assert found
    assert (found.id, found.number_from) == (number, origin)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("2014.md", ""),
        ("2014-03-05 工作简报.md", ""),
        ("20140305.md", ""),
        ("a.md", "# 关于举办第二期培训班的通知\n\n"),
        ("a.md", "根据民发〔2014〕9号文件，今天开会。\n\n"),
        ("a.md", "我站于昨天印出了2014年第9期简报，各位同事都已收到并且看过。\n\n"),
    ],
)
def test_a_year_a_day_and_a_sentence_are_no_number(name: str, text: str) -> None:
    assert codes(name, f"---\ndate: 2014-03-05\n---\n{text}{TEXT}") == ["F301"]


@pytest.mark.parametrize(
    ("name", "text", "date", "what"),
    [
        ("2014-03-05 第9期.md", "2014年4月1日\n\n", datetime(2014, 3, 5), "the file's name"),
        ("第9期_20140305.md", "", datetime(2014, 3, 5), "the file's name"),
        ("2014009.md", "　　　　2014年3月5日\n\n", datetime(2014, 3, 5), "the first lines"),
        (
            "2014009.md",
            "# 简报\n\n2014年第9期　　站办公室　　二〇一四年三月五日\n\n",
            datetime(2014, 3, 5),
            "the first lines",
        ),
        (
            "2014009.md",
            "# 简报\n\n发布时间：2014-03-05 10:04 来源：本站\n\n",
            datetime(2014, 3, 5, 10, 4),
            "the first lines",
        ),
        ("2014009.md", "市救助管理站　２０１４年３月５日印发\n\n", datetime(2014, 3, 5), "the first lines"),
        ("2014009.md", "---\ntitle: 简报（2014年3月5日）\n---\n", datetime(2014, 3, 5), "the title"),
    ],
)
def test_a_date_is_found_and_said(name: str, text: str, date: datetime, what: str) -> None:
    found = read({f"content/issues/{name}": text + TEXT})
    assert found.issue
    assert found.issue.date == date
    assert not found.issue.draft
    said = {each.code: dict(each.values) for each in found.problems}
    assert said == {"F307": {"date": f"{date:%Y-%m-%d %H:%M}".removesuffix(" 00:00"), "what": what}}


@pytest.mark.parametrize(
    "text",
    [
        "2014年3月5日，我站开会。\n\n",
        "本办法自2014年3月5日起施行\n\n",
        "# 关于2014年3月5日放假的通知\n\n",
        "## 站务新闻\n\n### 开会\n\n2014年3月5日\n\n",
        "---\nhits: 5\n---\n2014年3月\n\n",
    ],
)
def test_no_date_is_taken_from_what_the_text_tells(text: str) -> None:
    assert codes("2014009.md", text + TEXT) == ["F303"]


@pytest.mark.parametrize(
    ("front", "code"),
    [("date: 2014年13月5日\n", "F304"), ("number: 头一期\ndate: 2014-03-05\n", "F302"), ("a: b: c\n", "F202")],
)
def test_what_the_front_matter_says_is_not_overruled(front: str, code: str) -> None:
    name = "2014-03-05 第9期.md"
    assert issue(name, f"---\n{front}---\n{TEXT}") is None
    assert codes(name, f"---\n{front}---\n{TEXT}") == [code]


def test_a_plain_text_with_number_and_date_is_a_draft_until_it_says_no() -> None:
    text = "简报第9期\n2014年3月5日\n\n今天开会。\n"
    found = issue("a.txt", text)
    assert found
    assert (found.id, found.draft) == ("2014009", True)
    assert codes("a.txt", text) == ["F307", "F312"]
    front = "---\nnumber: 2014009\ndate: 2014-03-05\ndraft: {}\n---\n"
    for said, draft in (("no", False), ("yes", True), ("", True)):
        found = issue("a.txt", front.format(said) + text)
        assert found
        assert found.draft is draft


@pytest.mark.parametrize(
    "text", ["", "记得买墨盒。", "第9期\n\n记得买墨盒。", "2014年3月5日\n\n记得买墨盒。", "\0" * 50]
)
def test_another_plain_text_is_a_notice_alone(text: str) -> None:
    assert issue("notes.txt", text) is None
    assert codes("notes.txt", text) == ["F312"]
    assert not is_issue(SourceFile("content/issues/notes.txt", text.encode()))


def test_a_whole_web_page_is_no_issue() -> None:
    page = "<!DOCTYPE html>\n<html><body>一</body></html>"
    assert codes("2014009.md", page) == ["F311"]
    assert issue("2014009.md", f"---\ndate: 2014-03-05\n---\n<div>一</div>\n\n{TEXT}")
