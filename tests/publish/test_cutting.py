"""What the sources of a release keep of a text that was withdrawn: nothing, in its lines or in the entries above."""

from __future__ import annotations

from bulletin.publish.cutting import cut_files, without_lines

SOURCE = """\
---
number: 2014002
title: 专刊：寻人一例
summary: 老人走失三天后被找到。
keywords: 寻人, 夜巡
corrections:
  - {date: 2014-05-01 10:00, was: "走失四天", now: "走失三天"}
byline: 业务股
---
## 站务新闻
### 夜巡三次
夜巡的话。
### 寻人一例
老人走失三天后被找到，寻人的话。
"""


def test_the_entries_say_no_more_of_it() -> None:
    cut = without_lines(SOURCE.encode(), [(13, 0)]).decode()
    top = "---\nnumber: 2014002\nkeywords: 夜巡\nbyline: 业务股\n---\n"
    assert cut == f"{top}## 站务新闻\n### 夜巡三次\n夜巡的话。\n"


def test_what_tells_of_other_texts_stays() -> None:
    cut = without_lines(SOURCE.encode(), [(11, 12)]).decode()
    assert cut == SOURCE.replace("### 夜巡三次\n夜巡的话。\n", "").replace("寻人, 夜巡", "寻人")
    plain = b"\xef\xbb\xbftitle: a\nb\n"
    assert without_lines(plain, [(2, 2)]) == plain[:-2]


def test_the_main_file_of_a_folder_says_no_more_of_an_article_with_its_own_file() -> None:
    main, own = "content/issues/2014002/index.md", "content/issues/2014002/寻人.md"
    files = {
        main: SOURCE.partition("### 寻人一例")[0].encode(),
        own: "---\nsection: 站务新闻\ntitle: 寻人一例\n---\n老人走失三天后被找到，寻人的话。\n".encode(),
        "content/issues/2014003.md": SOURCE.encode(),
    }
    left = cut_files(((own, 0, 0),), files.get)
    top = "---\nnumber: 2014002\nkeywords: 夜巡\nbyline: 业务股\n---\n"
    assert {path: data.decode() for path, data in left.items()} == {
        main: f"{top}## 站务新闻\n### 夜巡三次\n夜巡的话。\n"
    }
