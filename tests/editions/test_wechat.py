"""Articles of an official account say what the issue says, in HTML that the editor keeps."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from PIL import Image as Pixels

from bulletin.core.i18n import translations
from bulletin.core.model import Picture, Variant
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.articles import make_articles
from bulletin.editions.wechat.covers import cover_of, drawn_cover
from bulletin.editions.wechat.markup import NUMBER_STYLE
from bulletin.editions.wechat.rules import broken_rules, rules_broken_by
from bulletin.editions.wechat.saved import compare_saved
from bulletin.read.assets import Asset
from tests.archives import KINDS, issue
from tests.conftest import STATION
from tests.editions.leaves import COUNTED, leaf_of, said_by
from tests.read.cases import Case
from tests.read.test_dialect import CASES
from tests.read.test_words import Piece, bodies
from tests.words import first_difference, shown, words

ACCOUNT = WechatAccount()
CHINESE = translations("zh-CN").gettext
_NUMBERS = re.compile(rf'<(sup|span) style="{NUMBER_STYLE}">[^<]*</\1>')


def articles_of(leaf: Leaf, account: WechatAccount = ACCOUNT) -> tuple[WechatArticle, ...]:
    return make_articles(leaf, CHINESE, account)


def spoken(html: str) -> list[str]:
    """The words of some HTML, without the numbers of notes, links and pictures."""
    return words(shown(_NUMBERS.sub("", html)).text)


def assert_says_all(leaf: Leaf, account: WechatAccount = ACCOUNT) -> tuple[WechatArticle, ...]:
    """The texts word for word, each note once in the article that refers to it, and no rule of the editor broken."""
    made, expected = articles_of(leaf, account), said_by(leaf)
    assert first_difference(words(expected.text), [word for each in made for word in spoken(each.body)]) == ""
    notes = " ".join(" ".join(spoken(each.notes)) for each in made)
    assert all(" ".join(words(note)) in notes for note in expected.notes)
    assert [broken_rules(each, account) for each in made] == [()] * len(made)
    return made


@pytest.mark.parametrize("case", CASES)
def test_articles_say_what_the_dialect_says(case: Case) -> None:
    assert_says_all(leaf_of(case.source))


@settings(max_examples=100)
@given(bodies)
def test_articles_say_what_an_issue_says(text: Piece) -> None:
    assert_says_all(leaf_of(text.source))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", range(1, 5))
def test_articles_say_what_the_archives_say(kind: str, index: int) -> None:
    text = next(iter(issue(kind, index, 7).files.values()))
    assert isinstance(text, str)
    assert_says_all(leaf_of(text, head=""))
    assert_says_all(leaf_of(text, head=""), WechatAccount(article_limit=4000))


# ── parts


def paragraphs(count: int, words_each: int = 200) -> str:
    return "\n\n".join("站" * words_each for _ in range(count))


def test_an_issue_of_26000_characters_becomes_two_articles_at_a_border_of_sections() -> None:
    leaf = leaf_of("".join(f"## 第{n}栏\n\n### 第{n}篇\n\n{paragraphs(34)}\n\n" for n in (1, 2, 3)))
    made = assert_says_all(leaf)
    assert sum(len(each.html) for each in made) > 26_000
    assert [each.title for each in made] == [
        f"工作简报2015001{CHINESE(' ({number})').format(number=n)}" for n in "一二"
    ]
    assert [each.digest for each in made] == ["第1篇；第2篇", "第3篇"]
    assert "本期共 2 篇" in made[0].html or "2 articles" in made[0].html


@pytest.mark.parametrize(
    "text",
    [
        f"## 栏\n\n### 篇\n\n{paragraphs(200)}",
        f"## 栏\n\n### 篇\n\n{'救助管理工作。' * 9000}",
        "## 栏\n\n### 篇\n\n" + "\n".join(f"- 第{n}项工作已经做完" for n in range(900)),
        "## 栏\n\n### 篇\n\n|项目|人次|\n|-|-|\n" + "|求助|一百|\n" * 400,
        "## 栏\n\n### 篇\n\n" + "> 引用的话。\n>\n" * 900,
        "## 栏\n\n### 篇\n\n" + "```\n" + "一行代码\n" * 9000 + "```\n",
    ],
    ids=["blocks", "one paragraph", "a list", "a table", "a quotation", "code"],
)
def test_what_is_too_long_for_one_article_is_cut_and_nothing_is_lost(text: str) -> None:
    assert len(assert_says_all(leaf_of(text))) > 1


def test_a_title_goes_with_what_follows_it() -> None:
    made = articles_of(leaf_of(f"## 甲栏\n\n### 甲\n\n{paragraphs(60)}\n\n## 乙栏\n\n### 乙\n\n{paragraphs(60)}\n"))
    assert ["甲栏" in made[0].body, "乙栏" in made[0].body, "乙栏" in made[1].body] == [True, False, True]


# ── what stands in an article


def test_links_out_of_wechat_are_numbered_notes_and_those_into_it_stay() -> None:
    links = "[甲](https://a.cn/x) [乙](https://mp.weixin.qq.com/s/1) [丙](https://a.cn/x) https://b.cn/ [丁](#pian)"
    (made,) = articles_of(leaf_of(f"## 栏\n\n### 篇 {{#pian}}\n\n{links}\n"))
    assert made.html.count("<a ") == 1 and 'href="https://mp.weixin.qq.com/s/1"' in made.html
    assert (made.body.count("[1]"), made.body.count("[2]")) == (2, 0)
    assert "[1] https://a.cn/x" in made.notes and "https://a.cn/x" in made.plain


def test_official_forms_are_as_on_paper() -> None:
    (made,) = articles_of(leaf_of("## 栏\n\n### 篇\n\n一、要求\n\n（一）报送\n\n- 项\n\n　　　　　　　　　救助站\n"))
    assert "SimHei" in made.body and "KaiTi" in made.body and "• 项" in made.body


def test_a_picture_is_fetched_from_a_public_site_and_has_a_place_where_there_is_none() -> None:
    path = "content/issues/men.jpg"
    assets = {path: Asset(path, "d", 9, Picture("k", 800, 400, (Variant("-800.jpg", "jpeg", 800, 400),)))}
    text = '## 栏\n\n### 篇\n\n![一扇门](men.jpg "新门")\n\n![一扇门](men.jpg)\n'
    (public,) = articles_of(leaf_of(text, assets=assets))
    assert public.body.count('<img src="https://jzz.example.cn/issues/') == 2
    yaml = STATION.replace("url: https://jzz.example.cn/\n", "")
    (alone,) = assert_says_all(leaf_of(text, yaml, assets=assets))
    assert "<img" not in alone.html
    assert "【图1】" in "".join(re.findall(r">([^<]*)<", alone.body)) or "【Picture 1】" in alone.body
    assert [(each.number, each.caption) for each in alone.pictures] == [(1, "新门")]
    sent = make_articles(leaf_of(text, yaml, assets=assets), CHINESE, ACCOUNT, {1: "https://mmbiz.qpic.cn/a"})
    assert sent[0].body.count('<img src="https://mmbiz.qpic.cn/a"') == 2


def test_corrections_and_where_it_comes_from() -> None:
    more = "title: 会议专刊\ncorrections:\n  - {date: 2015-04-12, was: 三十人, now: 四十人}\n"
    (made,) = articles_of(leaf_of("## 栏\n\n### 篇\n\n到会。\n", head=f"---\ndate: 2015-04-10\n{more}---\n"))
    said = (
        "会议专刊",
        "三十人",
        "四十人",
        "南岭市救助管理站",
        "https://jzz.example.cn/issues/2015001/",
        "0734-8516000",
    )
    assert [words_ for words_ in said if not (words_ in made.html and words_ in made.plain)] == []
    assert made.source_url == "https://jzz.example.cn/issues/2015001/"


def test_the_link_names_the_edition_where_there_is_a_counter() -> None:
    (made,) = articles_of(leaf_of("## 栏\n\n### 篇\n\n到会。\n", COUNTED))
    assert made.source_url == "https://jzz.example.cn/issues/2015001/?from=wx"
    assert "from=wx" not in made.html + made.plain, "people read the address without it"


def test_title_digest_and_author_are_within_their_limits() -> None:
    title = "关于进一步做好今年冬季生活无着的流浪乞讨人员救助管理工作，以及春节期间值班安排的通知"
    head = f"---\ntitle: {title}\ndate: 2015-04-10\nsummary: {'一句话。' * 30}\n---\n"
    (made,) = articles_of(leaf_of("## 栏\n\n### 篇\n\n到会。\n", head=head))
    assert made.title == "关于进一步做好今年冬季生活无着的流浪乞讨人员救助管理工作"
    assert made.whole_title == title
    assert len(made.digest) <= 54 and made.digest.endswith("…")
    assert broken_rules(made, WechatAccount(title_limit=8))[0].rule.id == "title"


# ── rules


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<div><p>字</p></div>", "div"),
        ("<p><font>字</font></p>", "element"),
        ("<style>p{}</style>", "element"),
        ("<script>1</script>", "element"),
        ("<ul><li>字</li></ul>", "element"),
        ('<p><iframe src="https://a.cn/"></iframe></p>', "element"),
        ('<p class="a">字</p>', "attribute"),
        ('<p id="a">字</p>', "attribute"),
        ('<p onclick="a()">字</p>', "attribute"),
        ('<p style="position:fixed">字</p>', "style"),
        ('<p style="float:left">字</p>', "style"),
        ('<p style="color:var(--a)">字</p>', "style"),
        ('<p style="background-color:url(a)">字</p>', "style"),
        ('<p style="display:none">字</p>', "style"),
        ('<p><a href="https://a.cn/">字</a></p>', "link"),
        ('<p><img src="01.jpg" alt=""></p>', "picture"),
        ('<p><img src="http://192.168.1.2/a.jpg" alt=""></p>', "picture"),
        ('<p><img src="data:image/png;base64,AA" alt=""></p>', "picture"),
        ("<section>字</section>", "outside"),
        ("<p></p>", "empty"),
    ],
)
def test_a_rule_for_each_thing_that_the_editor_drops(html: str, rule: str) -> None:
    assert rule in [hit.rule.id for hit in rules_broken_by(html)]


# ── what was saved


def page(inner: str) -> str:
    return f'<html><body><div>菜单</div><div id="js_content" style="">{inner}</div><p>页脚</p></body></html>'


def test_nothing_is_missing_in_a_page_that_holds_all_in_another_form() -> None:
    made = articles_of(leaf_of("## 栏\n\n### 篇\n\n到会 30 人。[甲](https://a.cn/)\n"))
    found = compare_saved([(each.title, each.html) for each in made], page(made[0].html.replace(" 30 ", "&nbsp;３０")))
    assert (found.missing, found.missing_pictures, found.lost_styles) == ((), 0, ())
    assert "菜单" not in found.saved_lines and "页脚" not in found.saved_lines


def test_missing_words_pictures_and_styles_are_named() -> None:
    sent = '<p style="text-indent:2em;">甲一。乙二。丙三。</p><p><img src="https://a.cn/1.jpg"></p>'
    found = compare_saved([("题", sent)], page("<p>甲一。丙三。</p>"))
    assert (found.missing, found.missing_pictures) == (("乙二。",), 1)
    assert found.lost_styles == (("text-indent", 1, 0),)


def test_a_line_that_was_dropped_and_comes_again_later_hides_nothing_between() -> None:
    sent = ["附件", "前一段说会议。", "附件", "后一段说救助。", "附件"]
    html = "".join(f"<p>{line}</p>" for line in sent)
    for saved in ("前一段说会议。<br>后一段说救助。<br>附件", "前一段说会议。后一段<br>说救助。附件"):
        found = compare_saved([("题", html)], page(saved))
        assert [line[0].missing for line in found.lines] == [True, False, True, False, False]


def test_the_article_that_was_saved_is_found_among_several() -> None:
    found = compare_saved(
        [("一", "<p>前一篇说会议。</p>"), ("二", "<p>后一篇说救助。</p>")], page("<p>后一篇说救助。</p>")
    )
    assert (found.place, found.title, found.missing) == (2, "二", ())


# ── covers


@pytest.mark.parametrize("size", [(1200, 160), (160, 900), (40, 40)])
def test_a_cover_has_its_two_forms_and_room_in_the_interface(size: tuple[int, int]) -> None:
    data = BytesIO()
    Pixels.effect_noise(size, 90).convert("RGB").save(data, "PNG")
    made = cover_of(data.getvalue())
    assert max(len(made.wide), len(made.square)) <= 64_000
    shapes = [Pixels.open(BytesIO(each)).size for each in (made.wide, made.square)]
    assert [round(width / height, 2) for width, height in shapes] == [2.35, 1.0]


def test_an_issue_without_a_picture_has_a_drawn_cover_with_words_where_there_is_a_font() -> None:
    leaf = leaf_of("## 栏\n\n### 篇\n\n到会。\n")
    with_words, without = drawn_cover(leaf), drawn_cover(leaf, ("no-such-font.ttf",))
    assert (with_words.has_words, without.has_words) == (True, False)
    assert with_words.wide != without.wide
