"""Sources → issues and pages: what a file says becomes a value."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.core.model import Issue, Page, Section
from bulletin.core.problems import problem
from bulletin.read.texts import count_words
from tests.arrange.contents import HEAD, PATH, places, read, read_body
from tests.conftest import STATION

FOLDER = "content/issues/2015001"
MAIN = f"{FOLDER}/index.md"
PAGE = "content/pages/about.md"


def issue(body: str) -> Issue:
    reading = read_body(body)
    assert reading.issue
    return reading.issue


def shape(sections: tuple[Section, ...]) -> list[tuple[str, list[str]]]:
    return [(section.id, [article.slug for article in section.articles]) for section in sections]


# ── entries


def test_entries_become_fields() -> None:
    text = (
        "---\nnumber: 2014年第2期(总第38期)\ntitle: 二月\ndate: 2015-04-10 10:04:49\nupdated: 2015-04-11\nhits: 5530\n"
        "summary: 一句\nkeywords: 甲，乙\nauthor: 办公室\nredirect_from: /a.html\n---\n## 站务新闻\n一"
    )
    found = read({PATH: text})
    assert (found.issue, found.problems) == (found.issue, ())
    assert found.issue
    entries = {name: getattr(found.issue, name) for name in found.issue.__struct_fields__}
    assert entries.pop("columns") == (("news", "站务新闻"),)
    assert (entries.pop("slugs"), issue("## 学术争鸣\n\n### 一\n甲\n\n### 二\n乙").slugs) == ((), ("yi", "er"))
    del entries["contents"]
    assert entries == {
        "number": "2014年第2期(总第38期)",
        "id": "2014002",
        "year": 2014,
        "sequence": 2,
        "total": 38,
        "supplement": False,
        "title": "二月",
        "byline": "办公室",
        "date": datetime(2015, 4, 10, 10, 4, 49),
        "updated": datetime(2015, 4, 11),
        "hits": 5530,
        "draft": False,
        "summary": "一句",
        "keywords": ("甲", "乙"),
        "lead": None,
        "redirect_from": ("/a.html",),
        "source": PATH,
        "html_key": "content/issues/2015001",
        "refers": False,
        "expires": False,
        "ended": (),
        "unsure": False,
        "scheduled": False,
        "heading": None,
        "number_from": "",
        "corrections": (),
        "withdrawn": (),
    }


@pytest.mark.parametrize(
    ("name", "entry", "id_"),
    [
        ("2015001", "", "2015001"),
        ("2015年第7期", "", "2015007"),
        ("简报2015007", "", "2015007"),
        ("x", "number: 第7期\n", "2015007"),
        ("2015001", "number: 2015年增刊\n", "2015z01"),
    ],
)
def test_number_is_the_entry_or_the_files(name: str, entry: str, id_: str) -> None:
    found = read({f"content/issues/{name}.md": f"---\n{entry}date: 2015-01-01\n---\n## 站务新闻\n一"}).issue
    assert found
    assert found.id == id_


@pytest.mark.parametrize("value", ["true", "maybe", "[yes]"])
def test_a_draft_and_what_may_be_one_is_held_back(value: str) -> None:
    for path in (PATH, PAGE):
        found = read({path: f"---\ndate: 2015-01-01\ndraft: {value}\n---\n## 站务新闻\n一"})
        kept = found.issue or found.page
        assert kept
        assert kept.draft


def test_a_misspelt_draft_is_held_back() -> None:
    found = read({PATH: "---\ndate: 2015-01-01\ndrfat: true\n---\n## 站务新闻\n一"})
    assert found.issue
    assert (found.issue.draft, found.issue.unsure) == (True, True)
    assert found.problems == (problem("F205", PATH, 3, "draft", key="drfat"),)


@pytest.mark.parametrize("entries", ["draft: true\ntitle: a: b\n---", "draft: true", "draft: true\ndraft: no\n---"])
def test_nothing_comes_of_a_source_whose_entries_cannot_be_read(entries: str) -> None:
    for path in (PATH, PAGE):
        found = read({path: f"---\ndate: 2015-01-01\n{entries}\n正文"})
        assert (found.issue, found.page) == (None, None)
        assert [each.code[:2] for each in found.problems][:1] == ["F2"]


# ── sections and articles


def test_sections_have_the_stations_ids_and_articles_pinyin() -> None:
    found = issue("## 站务新闻\n### 全站会议\n一\n## 案例分析\n二\n## 读者来信\n三")
    assert shape(found.sections) == [("news", ["quan-zhan-hui-yi"]), ("cases", []), ("du-zhe-lai-xin", [])]
    assert [section.line for section in found.sections] == [4, 7, 9]
    assert found.sections[0].articles[0].line == 5


def test_words_in_braces_change_no_address() -> None:
    found = issue("## 来信 {摘登}\n### 通知 {草稿}\n一")
    assert shape(found.sections) == [("lai-xin", ["tong-zhi"])]


def test_explicit_ids_win() -> None:
    found = issue("## 来信 {#letters}\n### 长湖 {#chang-hu}\n一\n### 全站 {#A 站}\n二")
    assert shape(found.sections) == [("letters", ["chang-hu", "a"])]


def test_no_two_places_on_a_page_have_one_name() -> None:
    body = "## 站务新闻\n### 会议\n一\n### 会议\n二\n## 站务新闻\n### 会议\n#### 会议\n三\n### ？\n四\n### main\n五"
    found = issue(body)
    assert [section.id for section in found.sections] == ["news", "news"]
    anchors = list(found.anchors())
    assert anchors == ["news", "hui-yi", "hui-yi-2", "news-2", "hui-yi-3", "article-2", "main-2", "会议"]


def test_text_before_the_first_section_and_article() -> None:
    reading = read_body("开头\n## 站务新闻\n先说\n### 甲\n一")
    assert reading.issue
    assert reading.issue.lead
    assert reading.issue.sections[0].lead
    assert reading.html_parts == ("<p>开头</p>", "<p>先说</p>", "<p>一</p>")
    assert [text.part for text in reading.issue.texts()] == [0, 1, 2]


def test_an_article_before_any_section_stands_in_one_without_a_name() -> None:
    found = issue("### 甲\n一\n## 站务新闻\n二")
    assert [(s.title, [a.title for a in s.articles]) for s in found.sections] == [("", ["甲"]), ("站务新闻", [])]


def test_a_whole_issue_without_headings_is_its_lead() -> None:
    reading = read_body("一\n\n二")
    assert reading.issue
    assert (reading.issue.sections, reading.html_parts, reading.problems) == ((), ("<p>一</p>\n<p>二</p>",), ())


def test_title_is_the_entry_or_the_leading_heading() -> None:
    assert issue("# 二月简报\n## 站务新闻\n一").title == "二月简报"
    found = read({PATH: "---\ntitle: 甲\ndate: 2015-01-01\n---\n# 乙\n## 站务新闻\n一"}).issue
    assert found
    assert found.title == "甲"


def test_author_at_the_end_of_an_article_and_of_a_section_without_articles() -> None:
    reading = read_body("## 站务新闻\n### 甲\n一。(刘红兵)\n## 案例分析\n二\n\n（邓军）\n\n[^1]: 注")
    assert reading.issue
    news, cases = reading.issue.sections
    assert cases.lead
    assert (news.articles[0].text.byline, cases.lead.byline) == ("刘红兵", "邓军")
    assert reading.html_parts[0] == "<p>一。</p>"


@pytest.mark.parametrize("body", ["甲\n```\n(刘红兵)\n```", "甲(刘红兵)\n- 乙", "甲(可重启)"])
def test_brackets_elsewhere_name_no_author(body: str) -> None:
    reading = read_body(f"## 站务新闻\n{body}")
    assert reading.issue
    assert [text.byline for text in reading.issue.texts()] == [""]


def test_words_summary_and_anchors_of_a_text() -> None:
    found = issue("## 站务新闻\n### 甲\n#### 小题\n救助站 Web 2.0[^1]。\n\n第二段\n\n[^1]: 注")
    text = found.sections[0].articles[0].text
    assert text.summary == "救助站 Web 2.0。第二段"
    assert text.words == len("小题救助站第二段") + len(["Web", "2.0"])
    assert text.ids[0] == "小题"


def test_a_long_summary_is_cut() -> None:
    found = issue("## 站务新闻\n" + "长" * 200)
    assert found.sections[0].lead
    assert found.sections[0].lead.summary == "长" * 119 + "…"


def test_a_paragraph_of_any_length_has_a_summary() -> None:
    found = issue("## 站务新闻\n" + "长" * 30_000)
    assert found.sections[0].lead
    assert found.sections[0].lead.summary == "长" * 119 + "…"


def test_words_are_counted_in_every_block_of_han_characters() -> None:
    assert count_words("\u3400\u4dbf\u4e00\u9fff\uf900\ufaff\U00020000\U0003ffff") == 8
    assert count_words("\u33ff\ua000\uf8ff\ufb00。\U00010000\U0001f600\U00040000") == 0
    assert count_words("一A1二-B.C三é 'd'") == 3 + 4
    assert [count_words(text) for text in ("", "。", "a", "a。", "。a", "¿a-b--ɏ’ɐ")] == [0, 0, 1, 1, 1, 2]


@pytest.mark.parametrize("beside", ["一段。", "> 引", "`码`", "![图](a.png)"])
def test_a_link_that_leaves_the_site_says_so_once(beside: str) -> None:
    (html,) = read_body(f"## 站务新闻\n见[甲](https://a.cn/b)。\n\n{beside}").html_parts
    assert html.startswith('<p>见<a href="https://a.cn/b" rel="external noopener">甲</a>。</p>')
    assert html.count("rel=") == 1


# ── an issue as a folder


def test_article_files_join_their_sections_in_order() -> None:
    found = read(
        {
            MAIN: HEAD + "## 站务新闻\n### 甲\n一",
            f"{FOLDER}/b.md": "---\nsection: news\norder: 1\n---\n# 乙\n二",
            f"{FOLDER}/a.md": "---\nsection: 站务新闻\nauthor: 邓军\nid: bing\n---\n# 丙\n三(刘红兵)",
            f"{FOLDER}/c.md": "栏目：读者来信\n标题：丁\n\n四",
        }
    )
    assert found.problems == ()
    assert found.issue
    assert shape(found.issue.sections) == [("news", ["jia", "yi", "bing"]), ("du-zhe-lai-xin", ["ding"])]
    articles = [article for section in found.issue.sections for article in section.articles]
    assert [(a.title, a.path.rpartition("/")[2], a.text.byline) for a in articles] == [
        ("甲", "index.md", ""),
        ("乙", "b.md", ""),
        ("丙", "a.md", "邓军"),
        ("丁", "c.md", ""),
    ]
    assert found.html_parts[2] == "<p>三(刘红兵)</p>"


def test_headings_of_an_article_file_stand_below_its_title() -> None:
    found = read({MAIN: HEAD, f"{FOLDER}/a.md": "---\nsection: news\n---\n# 甲\n## 小题\n### 更小\n一"})
    assert found.html_parts == ('<h4 id="小题">小题</h4>\n<h5 id="更小">更小</h5>\n<p>一</p>',)


def test_an_article_file_without_a_title_is_named_after_its_file() -> None:
    found = read({MAIN: HEAD, f"{FOLDER}/来信.md": "---\nsection: news\n---\n一"}).issue
    assert found
    assert found.sections[0].articles[0].title == "来信"


def test_a_bad_article_file_costs_only_itself() -> None:
    found = read(
        {
            MAIN: HEAD + "## 站务新闻\n一",
            f"{FOLDER}/a.md": "没有栏目",
            f"{FOLDER}/b.md": b"\xff",
            f"{FOLDER}/c.md": "---\nsection: news\n---\n三",
        }
    )
    assert [(p.code, p.path) for p in found.problems] == [("F305", f"{FOLDER}/a.md"), ("F101", f"{FOLDER}/b.md")]
    assert found.issue
    assert shape(found.issue.sections) == [("news", ["c"])]


# ── standing pages


def page(text: str, path: str = PAGE) -> Page:
    reading = read({path: text})
    assert reading.page
    return reading.page


def test_page_has_its_title_from_entry_heading_or_file() -> None:
    titles = [page(text).title for text in ("---\ntitle: 甲\n---\n一", "# 乙\n一", "一")]
    assert titles == ["甲", "乙", "about"]


def test_page_keeps_its_headings_below_its_title() -> None:
    for text in ("# 甲\n## 小题\n一", "一级\n# 小题\n一"):
        assert read({PAGE: text}).html_parts[0].endswith('<h2 id="小题">小题</h2>\n<p>一</p>')


def test_page_entries_become_fields() -> None:
    found = page(
        "---\norder: 2\nmenu: no\nbeside_phone: yes\ndate: 2015-01-01\ndescription: 一句\nredirect_from: /old/\n---\n一"
    )
    assert (found.order, found.menu, found.date, found.description) == (2, False, datetime(2015, 1, 1), "一句")
    assert (found.redirect_from, found.draft, found.id) == (("/old/",), False, "about")
    assert found.beside_phone
    assert not page("---\n电话旁: 否\n---\n一").beside_phone


def test_pages_folder_is_safe_in_an_address() -> None:
    assert [page("一", f"content/pages/{name}.md").id for name in ("关于 我们", "About")] == ["关于-我们", "about"]


def test_a_page_without_text_is_left_out() -> None:
    found = read({PAGE: "# 甲\n"})
    assert (found.page, places(found.problems)) == (None, [("M302", 1)])


# ── what holds for any text

# fmt: off
LINES = st.sampled_from([
    "## 站务新闻", "# 简报", "### 甲", "#### 小题", "##", "【案例分析】", "●乙", "---", "===", "```", "~~~", "<!-- 开",
    "", "　　", "正文一", "正文二。", "- 项", "    - 深", "1.条", "一、点", "| 表 |", "|--|", "    续", "> 引",
    "[^1]: 注", "[^1]: 另注", "见[^1]", "[注]: 言", "（刘红兵）", "句。(刘红兵)", "**粗", "__线__",
    "<div>", "</div>", "<b>块", "![图](a.jpg)", "[链](a.md)",
    "### [题](a.md)文[^1]", "### ![像](a.jpg)", "# 第3期", "## 一、首点", "### （二）次点", "# 附件",
])
# fmt: on


def said(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\u4e00-\u9fff]", text))


@given(st.lists(LINES, max_size=12).map("\n".join))
@settings(max_examples=300)
def test_no_word_of_an_issue_is_lost(body: str) -> None:
    reading = read_body(body)
    assert reading.issue
    found = reading.issue
    titles = [found.title, *(s.title for s in found.sections), *(a.title for s in found.sections for a in s.articles)]
    bylines = [text.byline for text in found.texts()]
    alts = [ref.alt for text in found.texts() for ref in text.refs]
    assert said(body) <= said("".join((*reading.html_parts, *titles, *bylines, *alts)))


def test_no_entry_of_an_article_takes_its_issue_off() -> None:
    folder = "content/issues/2015001"
    for entry, articles in (("date: 2015-01-01", 1), ("draft: maybe", 0), ("drfat: true", 1), ("drafty: 甲", 1)):
        files = {
            f"{folder}/index.md": "---\ndate: 2015-01-01\n---\n## 站务新闻\n一",
            f"{folder}/a.md": f"---\nsection: 站务新闻\n{entry}\n---\n二",
        }
        found = read(files).issue
        assert found
        assert (found.draft, len(found.slugs)) == (False, articles), entry


def test_a_date_that_is_missing_is_said_beside_one_that_cannot_be_read() -> None:
    assert [p.code for p in read({PATH: "---\nupdated: 甲\n---\n## 站务新闻\n一"}).problems] == ["F304", "F303"]


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("The first sentence.\n\nThe second one.", "The first sentence. The second one."),
        ("The *first* sentence.\n\n- one\n- two[^1]\n\n[^1]: A note.", "The first sentence. one two"),
    ],
)
def test_an_english_summary_has_blanks_between_its_sentences(body: str, summary: str) -> None:
    found = read({PATH: f"{HEAD}## News\n\n### A title\n\n{body}"}, STATION + "language: en\n").issue
    assert found
    assert found.sections[0].articles[0].text.summary == summary
