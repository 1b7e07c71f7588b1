"""Every way to write a link, and what it becomes on the page that it stands on."""

from __future__ import annotations

import re

import pytest

from bulletin.arrange.links import Links
from bulletin.model import Picture, Variant
from bulletin.problems import Problem, problem
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
    f"{FOLDER}/form.pdf": Asset(f"{FOLDER}/form.pdf", "d", 9),
    f"{FOLDER}/bad.jpg": Asset(f"{FOLDER}/bad.jpg", "d", 9, None, "the file is damaged"),
}


def content(text: str, yaml: str = STATION) -> Content:
    files = {
        "issues/2015002/index.md": HEAD + f"## 站务新闻\n### 甲 {{#jia}}\n{text}\n### 乙 {{#yi-shi}}\n#### 小题\n二",
        "issues/2015001.md": HEAD + "## 案例分析\n### 案一 {#an}\n#### 经过\n三",
        "pages/about.md": "## 交通路线\n四",
        "pages/帮助.md": "五",
    }
    return Content(files, yaml, assets=ASSETS)


def places(text: str) -> tuple[str, str, tuple[Problem, ...]]:
    """The first address in a text as its issue's page and its article's page show it, and the problems."""
    made = content(text)
    pages = made.views()
    on_issue = pages["issues/2015002/index.html"].sections[0].articles[0].html  # type: ignore[union-attr]
    on_article = pages["issues/2015002/jia/index.html"].html  # type: ignore[union-attr]
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
    assert {p.code for p in Content(files).problems} == {"L101"}


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
        ("../../pages/about.md", "../../about/index.html", "../../../about/index.html"),
        ("/about/#交通路线", "../../about/index.html#交通路线", "../../../about/index.html#交通路线"),
        ("/帮助/", "../../%E5%B8%AE%E5%8A%A9/index.html", "../../../%E5%B8%AE%E5%8A%A9/index.html"),
        ("/%E5%B8%AE%E5%8A%A9/", "../../%E5%B8%AE%E5%8A%A9/index.html", "../../../%E5%B8%AE%E5%8A%A9/index.html"),
        ("/columns/news/2015/", "../../columns/news/2015/index.html", "../../../columns/news/2015/index.html"),
        ("/2015/", "../../2015/index.html", "../../../2015/index.html"),
        ("/", "../../index.html", "../../../index.html"),
        ("/feed.xml", "../../feed.xml", "../../../feed.xml"),
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
    html = made.views()["issues/2015002/jia/index.html"].html  # type: ignore[union-attr]
    assert re.findall(r'rel="external noopener">(.)', html) == ["一", "四"]


def test_a_station_below_the_servers_root() -> None:
    yaml = STATION.replace("https://jzz.example.cn/", "https://a.cn/jzz/")
    made = content("[一](/jzz/about/) [二](/about/) [三](https://a.cn/jzz/about/)", yaml)
    html = made.views()["issues/2015002/index.html"].sections[0].articles[0].html  # type: ignore[union-attr]
    assert (html.count('"../../about/index.html"'), made.problems) == (3, ())


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
    html = made.views()["issues/2015002/jia/index.html"].html  # type: ignore[union-attr]
    assert "说明 &lt;一&gt;" in html
    assert "<img" not in html


def test_a_picture_in_all_its_forms() -> None:
    html = content('![说明](../2015001/其他%20照片.jpg "题"){.wide}').views()["issues/2015002/jia/index.html"].html  # type: ignore[union-attr]
    base = "../../../issues/2015002/%E5%85%B6%E4%BB%96%20%E7%85%A7%E7%89%87"
    for words in (
        f'<source type="image/webp" srcset="{base}-480.webp 480w, {base}-800.webp 800w"',
        f'<img src="{base}-800.jpg" srcset="{base}-480.jpg 480w, {base}-800.jpg 800w"',
        'width="800" height="400" loading="lazy"',
        'alt="说明"',
        'class="wide"',
    ):
        assert words in html


def links(made: Content) -> Links:
    return made.inputs("issue 2015002").links  # type: ignore[union-attr]


def test_only_what_is_referred_to_is_published_and_once() -> None:
    deposits = links(content("![一](photo.jpg) ![二](photo.jpg) [三](form.pdf) [四](photo.jpg)")).deposits
    assert [(each.path.rpartition("/")[2], each.asset.rpartition("/")[2], each.variant) for each in deposits] == [
        ("form.pdf", "form.pdf", -1),
        ("photo-480.jpg", "photo.jpg", 2),
        ("photo-480.webp", "photo.jpg", 0),
        ("photo-800.jpg", "photo.jpg", 3),
        ("photo-800.webp", "photo.jpg", 1),
    ]


def test_a_picture_is_never_shown_in_place_of_another() -> None:
    made = content("![一](photo.jpg)\n\n![二](sub/photo.jpg)")
    (found,) = made.problems
    assert (found.code, found.line, dict(found.values)["other"]) == ("A102", HEAD_LINES + 5, f"{FOLDER}/photo.jpg")
    html = made.views()["issues/2015002/jia/index.html"].html  # type: ignore[union-attr]
    assert re.findall(r'alt="(.)"', html) == ["一"]
    assert "二" in html
    assert {each.asset for each in links(made).deposits} == {f"{FOLDER}/photo.jpg"}
