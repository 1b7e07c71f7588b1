"""Every way to write a link, and what it becomes on the page that it stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from msgspec import structs

from bulletin.arrange.html import file_size, file_type
from bulletin.arrange.links import Guesses
from bulletin.arrange.resolve import resolve_archive
from bulletin.arrange.targets import NO_THEME_FILES, Links
from bulletin.core.config import entry_lines
from bulletin.core.model import Picture, Variant
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import Asset
from tests.arrange.contents import HEAD, HEAD_LINES, Content
from tests.conftest import STATION

FOLDER = "content/issues/2015002"
PATH = f"{FOLDER}/index.md"

VARIANTS = tuple(
    Variant(f"-{width}.{suffix}", form, width, width // 2)  # type: ignore[arg-type]
    for suffix, form in (("webp", "webp"), ("jpg", "jpeg"))
    for width in (480, 800)
)


def picture(path: str) -> dict[str, Asset]:
    return {path: Asset(path, "d", 9, Picture("k" + path, 800, 400, VARIANTS))}


ASSETS = {
    **picture(f"{FOLDER}/photo.jpg"),
    **picture(f"{FOLDER}/sub/photo.jpg"),
    **picture("content/issues/2015001/其他 照片.jpg"),
    f"{FOLDER}/small.jpg": Asset(
        f"{FOLDER}/small.jpg", "d", 9, Picture("s", 320, 160, (Variant("-320.jpg", "jpeg", 320, 160),))
    ),
    f"{FOLDER}/form.pdf": Asset(f"{FOLDER}/form.pdf", "d", 9),
    f"{FOLDER}/bad.jpg": Asset(f"{FOLDER}/bad.jpg", "d", 9, None, "the file is damaged"),
}


def content(text: str, yaml: str = STATION, more: Mapping[str, Asset] = MappingProxyType({})) -> Content:
    files = {
        "issues/2015002/index.md": HEAD + f"## 站务新闻\n### 甲 {{#jia}}\n{text}\n### 乙 {{#yi-shi}}\n#### 小题\n二",
        "issues/2015001.md": HEAD + "## 案例分析\n### 案一 {#an}\n#### 经过\n三",
        "pages/about.md": "## 交通路线\n四",
        "pages/帮助.md": "五",
        "issues/2014009.markdown": HEAD + "## 案例分析\n六",
    }
    return Content(files, yaml, assets=ASSETS | dict(more))


def places(text: str) -> tuple[str, str, tuple[Problem, ...]]:
    """The first address in a text as its issue's page and its article's page show it, and the problems."""
    made = content(text)
    pages = made.views()
    on_issue = pages["issues/2015002/index.html"].sections[0].articles[0].html
    on_article = pages["issues/2015002/jia/index.html"].html
    found = [re.findall(r'(?:href|src)="([^"]*)"', html) for html in (on_issue, on_article)]
    return found[0][0], found[1][0], made.problems


def test_a_public_text_that_leads_to_what_only_the_preview_shows_is_reported() -> None:
    draft = HEAD.replace("date:", "draft: true\ndate:") + "## 站务新闻\n### 丙 {#bing}\n[甲](2015002.md)"
    links = "[一](2015003.md) [二](/issues/2015003/bing/) [三](2015004.md)"
    files = {
        "issues/2015002.md": HEAD + f"## 站务新闻\n{links}",
        "issues/2015003.md": draft,
        "issues/2015004.md": "---\ndate: 2099-01-01\n---\n## 站务新闻\n一",
    }
    found = Content(files, drafts=True).problems
    assert [(p.code, p.path) for p in found] == [("L109", "content/issues/2015002.md")] * 3
    assert Content(files).problems == found


@pytest.mark.parametrize(
    ("target", "on_issue", "on_article"),
    [
        ("/issues/2015001/", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("/issues/2015001", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("/issues/2015001/index.html", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("/issues/2015001/#an", "../../issues/2015001/index.html#an", "../../../issues/2015001/index.html#an"),
        ("/issues/2015001/an/", "../../issues/2015001/an/index.html", "../../../issues/2015001/an/index.html"),
        (
            "/issues/2015001/an/#经过",
            "../../issues/2015001/an/index.html#经过",
            "../../../issues/2015001/an/index.html#经过",
        ),
        ("../2015001.md", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("../2015001", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("../2015001.md#cases", "../../issues/2015001/index.html#cases", "../../../issues/2015001/index.html#cases"),
        ("../2014009.markdown", "../../issues/2014009/index.html", "../../../issues/2014009/index.html"),
        ("../2014009.md", "../../issues/2014009/index.html", "../../../issues/2014009/index.html"),
        ("../2014009", "../../issues/2014009/index.html", "../../../issues/2014009/index.html"),
        ("../2015001.markdown", "../../issues/2015001/index.html", "../../../issues/2015001/index.html"),
        ("../../pages/about.md", "../../about/index.html", "../../../about/index.html"),
        ("/about/#交通路线", "../../about/index.html#交通路线", "../../../about/index.html#交通路线"),
        ("/帮助/", "../../%E5%B8%AE%E5%8A%A9/index.html", "../../../%E5%B8%AE%E5%8A%A9/index.html"),
        ("/%E5%B8%AE%E5%8A%A9/", "../../%E5%B8%AE%E5%8A%A9/index.html", "../../../%E5%B8%AE%E5%8A%A9/index.html"),
        ("/columns/news/2015/", "../../columns/news/2015/index.html", "../../../columns/news/2015/index.html"),
        ("/2015/", "../../2015/index.html", "../../../2015/index.html"),
        ("/", "../../index.html", "../../../index.html"),
        ("/feed.xml", "../../feed.xml", "../../../feed.xml"),
        ("../../feed.xml", "../../feed.xml", "../../../feed.xml"),
        ("https://jzz.example.cn/about/", "../../about/index.html", "../../../about/index.html"),
        ("https://jzz.example.cn", "../../index.html", "../../../index.html"),
        ("#yi-shi", "#yi-shi", "../../../issues/2015002/index.html#yi-shi"),
        ("#%E5%B0%8F%E9%A2%98", "#小题", "../../../issues/2015002/index.html#小题"),
        ("index.md#news", "#news", "../../../issues/2015002/index.html#news"),
        ("form.pdf", "../../issues/2015002/form.pdf", "../../../issues/2015002/form.pdf"),
        ("photo.jpg", "../../issues/2015002/photo-800.jpg", "../../../issues/2015002/photo-800.jpg"),
        ("https://other.cn/a", "https://other.cn/a", "https://other.cn/a"),
        ("https://jzz.example.cn.other.cn/", "https://jzz.example.cn.other.cn/", "https://jzz.example.cn.other.cn/"),
        ("mailto:a@b.cn", "mailto:a@b.cn", "mailto:a@b.cn"),
    ],
)
def test_link(target: str, on_issue: str, on_article: str) -> None:
    assert places(f"[字](<{target}>)") == (on_issue, on_article, ())


def test_a_link_to_a_place_in_its_own_text_stays_on_either_page() -> None:
    assert places("[字](#小题-2)\n\n#### 小题 {#小题-2}\n二") == ("#小题-2", "#小题-2", ())


def test_only_links_that_leave_the_site_say_so() -> None:
    made = content("[一](https://other.cn/) [二](/about/) [三](mailto:a@b.cn) [四](//other.cn/)")
    html = made.views()["issues/2015002/jia/index.html"].html
    assert re.findall(r'rel="external noopener">(.)', html) == ["一", "四"]


def test_a_station_below_the_servers_root() -> None:
    yaml = STATION.replace("https://jzz.example.cn/", "https://a.cn/jzz/")
    made = content("[一](/jzz/about/) [二](/about/) [三](https://a.cn/jzz/about/)", yaml)
    html = made.views()["issues/2015002/index.html"].sections[0].articles[0].html
    assert (html.count('"../../about/index.html"'), made.problems) == (3, ())


def test_a_link_to_its_own_chinese_domain_in_either_form() -> None:
    yaml = STATION.replace("jzz.example.cn", "救助站.政务")
    made = content("[一](https://救助站.政务/about/) [二](https://xn--7frz74brwp.xn--zfr164b/about/)", yaml)
    html = made.views()["issues/2015002/index.html"].sections[0].articles[0].html
    assert (html.count('"../../about/index.html"'), made.problems) == (2, ())


@pytest.mark.parametrize(
    ("target", "code", "guess"),
    [
        ("/issues/2015020/", "L101", "/issues/2015002/"),
        ("../2015003.md", "L101", ""),
        ("nothing", "L101", ""),
        ("/form.pdf", "L101", ""),
        ("", "L101", ""),
        ("#yi-shl", "L102", "#yi-shi"),
        ("/about/#交通线路", "L102", "/about/#交通路线"),
        ("/2015/#x", "L102", ""),
        ("form.pfd.pdf", "L103", "form.pdf"),
        ("Form.PDF", "L103", "form.pdf"),
        ("../../../secret.pdf", "L107", ""),
        ("a.exe", "L108", ""),
        ("station.yml", "L108", ""),
    ],
)
def test_a_link_that_leads_nowhere(target: str, code: str, guess: str) -> None:
    shown = "" if code != "L102" else places(f"[字]({target})")[0]
    on_issue, _, problems = places(f"[字]({target})")
    assert problems == (problem(code, PATH, HEAD_LINES + 3, guess, target=target),)
    assert on_issue == (shown or target)


@pytest.mark.parametrize(
    ("target", "code", "guess"),
    [
        ("foto.jpg", "L103", "photo.jpg"),
        ("Photo.jpg", "L103", "photo.jpg"),
        ("/photo.jpg", "L107", ""),
        ("../../../photo.jpg", "L107", ""),
        ("bad.jpg", "L105", ""),
    ],
)
def test_a_picture_that_cannot_be_shown_leaves_its_description(target: str, code: str, guess: str) -> None:
    made = content(f"![说明 <一>]({target})")
    values = {"target": target} | ({"reason": "the file is damaged"} if code == "L105" else {})
    assert made.problems == (problem(code, PATH, HEAD_LINES + 3, guess, **values),)
    html = made.views()["issues/2015002/jia/index.html"].html
    assert "说明 &lt;一&gt;" in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![会场](foto.jpg)", "<figure><figcaption>会场</figcaption></figure>"),
        ("前![会场](foto.jpg)后", "<p>前会场后</p>"),
        ('![会场](foto.jpg "甲 摄")', "<figure>会场<figcaption>甲 摄</figcaption></figure>"),
        ("[![会场](foto.jpg)](https://b.cn/)", "<figure>[会场]</figure>"),
        ("![会场](https://a.cn/b.jpg)", "<figure>{picture (a.cn)}<figcaption>会场</figcaption></figure>"),
        ("前![会场](https://a.cn/b.jpg)后", "<p>前{会场 (picture, a.cn)}后</p>"),
        ("前![](https://a.cn/b.jpg)后", "<p>前{picture (a.cn)}后</p>"),
        ("前![](//a.cn/b.jpg)后", "<p>前{picture (a.cn)}后</p>"),
        ("前![hall](//a.cn/b.jpg)后", "<p>前{hall (picture, a.cn)}后</p>"),
        ("[![会场](https://a.cn/b.jpg)](https://b.cn/)", "<figure>[会场 (picture, a.cn)]</figure>"),
        ("![会场](C:\\图\\a b.jpg)", "<figure><figcaption>会场</figcaption></figure>"),
        ("[会场](file:///C:/a.doc)", "<p><a>会场</a></p>"),
    ],
)
def test_words_in_place_of_a_picture_come_once(text: str, html: str) -> None:
    """{…} is a link to the picture, […] the author's own."""
    shown = article(text, f"{STATION}language: en\n")
    shown = re.sub(r'<a href="(?:https:)?//a.cn/b.jpg" rel="external noopener">(.*?)</a>', r"{\1}", shown)
    assert re.sub(r'<a href="https://b.cn/" rel="external noopener">(.*?)</a>', r"[\1]", shown) == html


@pytest.mark.parametrize(
    "address",
    ["/search/", "/search", "/search/?q=甲", "/feed.xml", "/columns/news/feed.xml", "/robots.txt", "/sitemap-2015.xml"],
)
def test_what_the_site_has_besides_its_texts_is_somewhere(address: str) -> None:
    for yaml in (STATION, STATION.replace("url:", "# url:")):
        assert [p.code for p in content(f"[甲]({address})", yaml).problems if p.code == "L101"] == []


def test_the_feed_of_a_column_that_there_is_not_is_nowhere() -> None:
    assert places("[甲](/columns/x/feed.xml)")[2][0].code == "L101"


def test_an_old_address_leads_to_the_page_that_answers_there() -> None:
    old = HEAD.replace("date:", "redirect_from: /old/7.html\ndate:") + "## 案例分析\n### 旧 {#jiu}\n一"
    files = {"issues/2015001.md": old, "issues/2015002.md": HEAD + "## 站务新闻\n### 甲 {#jia}\n[乙](/old/7.html#jiu)"}
    made = Content(files, STATION)
    html = made.views()["issues/2015002/index.html"].sections[0].articles[0].html
    assert re.findall('href="([^"]*)"', html) == ["../../issues/2015001/index.html#jiu"]
    assert not made.problems


def test_an_animation_is_named() -> None:
    asset = picture(f"{FOLDER}/a.png")[f"{FOLDER}/a.png"]
    assert asset.picture
    moving = structs.replace(asset, picture=structs.replace(asset.picture, animated=True))
    made = content("![一](a.png)", more={f"{FOLDER}/a.png": moving})
    reason = "readers see its first image only"
    assert made.problems == (problem("L110", PATH, HEAD_LINES + 3, target="a.png", reason=reason),)
    assert "<img" in made.views()["issues/2015002/jia/index.html"].html


def test_a_picture_in_all_its_forms() -> None:
    html = content('![说明](../2015001/其他%20照片.jpg "题"){.wide}').views()["issues/2015002/jia/index.html"].html
    base = "../../../issues/2015002/%E5%85%B6%E4%BB%96%20%E7%85%A7%E7%89%87"
    for words in (
        f'<source type="image/webp" srcset="{base}-480.webp 480w, {base}-800.webp 800w"',
        f'<img src="{base}-800.jpg" srcset="{base}-480.jpg 480w, {base}-800.jpg 800w"',
        'width="800" height="400" loading="eager" fetchpriority="high"',
        'sizes="(min-width: 46rem) 43rem, calc(100vw - 2rem)"',
        'alt="说明"',
        'class="wide"',
    ):
        assert words in html


def links(made: Content) -> Links:
    links: Links = made.inputs("issue 2015002").links
    return links


def test_only_what_is_referred_to_is_published_and_once() -> None:
    copied = links(content("![一](photo.jpg) ![二](photo.jpg) [三](form.pdf) [四](photo.jpg)")).copied
    assert [(each.path.rpartition("/")[2], each.asset.rpartition("/")[2], each.variant) for each in copied] == [
        ("form.pdf", "form.pdf", -1),
        ("photo-480.jpg", "photo.jpg", 2),
        ("photo-480.webp", "photo.jpg", 0),
        ("photo-800.jpg", "photo.jpg", 3),
        ("photo-800.webp", "photo.jpg", 1),
    ]


def test_pictures_and_files_of_one_name_all_come_out_and_the_first_keeps_its_address() -> None:
    png = tuple(structs.replace(form, suffix=form.suffix.replace("jpg", "png")) for form in VARIANTS)
    more = {
        f"{FOLDER}/photo.png": Asset(f"{FOLDER}/photo.png", "d", 9, Picture("p", 800, 400, png)),
        **picture(f"{FOLDER}/photo-png.jpg"),
        f"{FOLDER}/sub/form.pdf": Asset(f"{FOLDER}/sub/form.pdf", "e", 9),
    }
    text = (
        "![一](photo.jpg)\n\n![二](sub/photo.jpg)\n\n![三](photo.png)\n\n![四](photo-png.jpg)\n\n![五](photo.png)\n\n"
        "[六](form.pdf) [七](sub/form.pdf)"
    )
    made = content(text, more=more)
    html = made.views()["issues/2015002/jia/index.html"].html
    shown = re.findall(r'<img src="../../../issues/2015002/([^"]*)"', html)
    names = ["photo-800.jpg", "photo-jpg-800.jpg", "photo-2-800.png", "photo-png-800.jpg", "photo-2-800.png"]
    assert (shown, made.problems) == (names, ())
    assert re.findall(r'href="../../../issues/2015002/(form[^"]*)"', html) == ["form.pdf", "form-2.pdf"]
    copied = {each.path.rpartition("/")[2]: each.asset.removeprefix(f"{FOLDER}/") for each in links(made).copied}
    assert copied == {
        **{f"photo-{width}.{form}": "photo.jpg" for width in (480, 800) for form in ("webp", "jpg")},
        **{f"photo-jpg-{width}.{form}": "sub/photo.jpg" for width in (480, 800) for form in ("webp", "jpg")},
        **{f"photo-2-{width}.{form}": "photo.png" for width in (480, 800) for form in ("webp", "png")},
        **{f"photo-png-{width}.{form}": "photo-png.jpg" for width in (480, 800) for form in ("webp", "jpg")},
        "form.pdf": "form.pdf",
        "form-2.pdf": "sub/form.pdf",
    }


# ── what a reader gets


def article(text: str, yaml: str = STATION) -> str:
    html: str = content(text, yaml).views()["issues/2015002/jia/index.html"].html
    return html


def feed(text: str, yaml: str = STATION) -> str:
    html: str = content(text, yaml).views()["feed.xml"].entries[0].html
    return html


FILE = "issues/2015002/form.pdf"


@pytest.mark.parametrize(
    ("yaml", "note"), [(STATION, "（PDF，1 KB）"), (STATION + "language: en\n", " (PDF, 1 KB)")], ids=["zh", "en"]
)
def test_a_link_to_a_file_says_what_the_reader_will_get(yaml: str, note: str) -> None:
    text = "见[**附件**](form.pdf)和[说明](/about/)。"
    link = f'<a href="{{}}{FILE}" class="file-link"><strong>附件</strong><span class="file">{note}</span></a>'
    for html, root in ((article(text, yaml), "../../../"), (feed(text, yaml), "https://jzz.example.cn/")):
        assert link.format(root) in html
        assert f'<a href="{root}about/index.html">说明</a>' in html


def test_a_link_to_a_file_keeps_its_own_class() -> None:
    html = article('[附件](form.pdf "一<二"){.big #x}')
    assert re.search(r'<a(?=[^>]* class="file-link big")(?=[^>]* id="x")[^>]*>附件<span', html)
    assert html.count("class=") == 2


@pytest.mark.parametrize("target", ["photo.jpg", "other.pdf", "/about/", "https://other.cn/form.pdf"])
def test_other_links_say_nothing_of_type_and_size(target: str) -> None:
    assert "file" not in re.sub(r'href="[^"]*"', "", article(f"[字]({target})"))


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "1 KB"),
        (1, "1 KB"),
        (364_000, "355 KB"),
        (999 * 1024, "999 KB"),
        (1000 * 1024, "1 MB"),
        (1_258_291, "1.2 MB"),
        (5 * 1024**2, "5 MB"),
        (10_400_000, "9.9 MB"),
        (26_214_400, "25 MB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size: int, said: str) -> None:
    assert file_size(size) == said


def test_types_are_named_as_people_name_them() -> None:
    assert [file_type(f"a/b.c.{x}") for x in ("pdf", "DOCX", "xls", "wps", "zip")] == [
        "PDF",
        "Word",
        "Excel",
        "WPS",
        "ZIP",
    ]


def test_a_figure_leads_to_its_large_form() -> None:
    html = article('一\n\n![说明](photo.jpg "题")')
    assert (
        re.sub("<picture>.*</picture>", "…", html) == "<p>一</p>\n"
        '<figure><a class="enlarge" href="../../../issues/2015002/photo-800.jpg">…'
        '<span class="unseen">（打开大图）</span></a><figcaption>题</figcaption></figure>'
    )
    assert 'loading="lazy"' in html


@pytest.mark.parametrize(
    "text",
    [
        "字 ![说明](photo.jpg) 字",
        "[![说明](photo.jpg)](/about/)",
        '<a href="/about/"><figure><img src="photo.jpg" alt="说明"></figure></a>',
        "![说明](small.jpg)",
        "![说明](bad.jpg)",
    ],
)
def test_no_picture_leads_to_its_large_form_that(text: str) -> None:
    """Stands in a line of text or in the author's own link, or has no larger form."""
    assert "enlarge" not in article(text)


def test_feeds_hold_pictures_without_a_way_to_large_ones() -> None:
    assert "<picture>" in feed("![说明](photo.jpg)")
    assert "enlarge" not in feed("![说明](photo.jpg)")


def test_only_a_picture_that_begins_its_page_is_wanted_at_once() -> None:
    both = article("![一](photo.jpg)\n\n字\n\n![二](photo.jpg)")
    assert re.findall(r'loading="(\w+)"', both) == ["eager", "lazy"]
    made = content("![一](photo.jpg)").views()["issues/2015002/index.html"]
    assert 'loading="lazy"' in made.sections[0].articles[0].html


def test_a_picture_is_never_asked_for_wider_than_it_is() -> None:
    assert 'sizes="(min-width: 352px) 320px, calc(100vw - 2rem)"' in article("![说明](small.jpg)")


def test_guesses_of_an_archive_with_the_same_addresses_are_used_again_and_no_others() -> None:
    made = content("[一](/abuot/) [二](/nothing-like-it/)")
    station = entry_lines(STATION.encode())
    guesses = made.resolved.guesses
    assert guesses.nearest == {"/abuot/": "/about/", "/nothing-like-it/": ""}

    def guessed(earlier: Guesses) -> list[str]:
        return [
            problem.guess
            for problem in resolve_archive(made.archive, ASSETS, NO_THEME_FILES, station, guesses=earlier)[1]
        ]

    other = {"/abuot/": "/other/", "/nothing-like-it/": "/other/"}
    assert guessed(structs.replace(guesses, nearest=other)) == ["/other/", "/other/"]
    assert guessed(Guesses(b"of another archive", other)) == ["/about/", ""]
