"""What an author writes comes through as it was; what nobody needs does not."""

from __future__ import annotations

import contextlib
import time

import html5lib
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown.extensions.tables import TableExtension

from bulletin.read import sanitise as module
from bulletin.read.sanitise import MAX_HTML_DEPTH, MAX_HTML_LENGTH, REMOVED_WHOLE, TAGS, TooDeep, sanitise

GOOD = [
    "",
    "正文",
    "<p>一 &lt;二&gt; &amp; “三”</p>",
    '<h2 id="zhan-wu">站务</h2>',
    '<h6 class="a b" lang="zh" dir="ltr" title="题">六</h6>',
    "<p>一<br>二</p><hr>",
    "<p><em>a</em><strong>b</strong><code>c</code><b>d</b><i>e</i></p>",
    "<p>H<sub>2</sub>O m<sup>2</sup> <kbd>Enter</kbd> <mark>重点</mark> <small>注</small></p>",
    "<p><ins>加</ins><del>减</del><u>线</u><s>错</s><q>引</q><cite>书</cite></p>",
    "<p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby></p>",
    '<p><a href="https://example.cn/?a=1&amp;b=2#c" title="题">字</a></p>',
    '<p><a href="http://example.cn/">字</a><a href="mailto:a@example.cn">信</a></p>',
    '<p><a href="tel:+8673112345">电话</a></p>',
    '<p><a href="/about/">字</a></p>',
    '<p><a href="2014001.md#one">字</a><a href="#fn:1">字</a><a href="?q=a">字</a></p>',
    '<p><a href="附件 一.pdf">字</a><a href="//example.cn/">字</a><a href="">字</a></p>',
    '<p><img src="照片.jpg" alt="图" title="题" width="60" height="40" class="wide"></p>',
    '<figure><img src="a.jpg" alt=""><figcaption>图一</figcaption></figure>',
    '<blockquote lang="en"><p>a</p></blockquote>',
    "<ul><li>一<ul><li>二</li></ul></li></ul>",
    '<ol start="3" reversed=""><li value="7">一</li></ol>',
    "<dl><dt>词</dt><dd>义</dd></dl>",
    "<pre><code>a &lt; b\n  c</code></pre>",
    '<pre class="x"><code class="language-python">a</code></pre>',
    '<details open=""><summary>题</summary><p>文</p></details>',
    '<p><time datetime="2014-11-16">11月16日</time></p>',
    '<p><abbr title="全称">简称</abbr></p>',
    '<div class="table" role="group" tabindex="0"><table><caption>表</caption><thead><tr><th scope="col">'
    '一</th></tr></thead><tbody><tr><td colspan="2" rowspan="1">二</td></tr></tbody></table></div>',
    '<table><colgroup><col span="2"></colgroup><tbody><tr><td align="center">一</td></tr></tbody></table>',
    '<p><sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup></p>',
    '<div class="admonition note"><p class="admonition-title">注</p><p>文</p></div>',
]


@pytest.mark.parametrize("html", GOOD)
def test_good_comes_out_unchanged(html: str) -> None:
    assert sanitise(html) == html


BAD = [
    ("<p onclick=alert(1)>一</p>", "<p>一</p>"),
    ("<p style=color:red data-x=1 name=x>一</p>", "<p>一</p>"),
    ("<a href=javascript:x>一</a>", "<a>一</a>"),
    ("<a href='java&Tab;script:x'>一</a>", "<a>一</a>"),
    ("<a href=data:text/html,x>一</a>", "<a>一</a>"),
    ("<a href=vbscript:x>一</a>", "<a>一</a>"),
    ("<a href=file:///etc/passwd>一</a>", "<a>一</a>"),
    ("<a href=/ target=_blank rel=opener ping=/x download>一</a>", '<a href="/">一</a>'),
    ("<img src=data:image/png;base64,AA alt=图>", '<img alt="图">'),
    ("<img src=a.jpg srcset=b.jpg loading=lazy onerror=x>", '<img src="a.jpg">'),
    ("<blockquote cite=javascript:x>一</blockquote>", "<blockquote>一</blockquote>"),
    ("<div role=dialog tabindex=1>一</div>", "<div>一</div>"),
    ("<p role=group tabindex=0>一</p>", "<p>一</p>"),
    ("<td align=justify>", ""),
    ("<p>一<!-- 秘密 -->二</p>", "<p>一二</p>"),
    ("<font color=red>一</font><center>二</center>", "一二"),
    ("<o:p>一</o:p>", "一"),
    ("<picture><source srcset=a.webp><img src=a.jpg></picture>", '<img src="a.jpg">'),
    ("<form action=/><input value=x><textarea>一</textarea></form>", "一"),
    ("一&#2;0&#3;", "一\ufffd0\ufffd"),
    ("一\x02\x03", "一\ufffd\ufffd"),
    ("<p title='&#2;'>一</p>", '<p title="\ufffd">一</p>'),
    ("<p><button><p>一</button>", "<p></p><p>一</p><p></p>"),
]


@pytest.mark.parametrize(("html", "expected"), BAD)
def test_bad_does_not(html: str, expected: str) -> None:
    assert sanitise(html) == expected


@pytest.mark.parametrize("tag", sorted(REMOVED_WHOLE - {"embed", "frameset"}))
def test_what_is_no_text_goes_with_its_content(tag: str) -> None:
    assert sanitise(f"<div>一<{tag}>secret()</{tag}>二</div>") == "<div>一二</div>"


def test_no_tag_is_both_kept_and_removed() -> None:
    assert not TAGS & REMOVED_WHOLE


# ── what Python-Markdown writes ──────────────────────────────────────────────────────────────────────────

EXTENSIONS = ("footnotes", "def_list", "attr_list", "abbr", "fenced_code", "admonition")
CONSTRUCTS = [
    "# 标题\n\n## 二 {#er .k title=题}\n\n段落 *斜* **粗** ***都*** `码`",
    "一  \n二\n\n***\n\n> 引\n> > 再引",
    "- 一\n- 二\n    - 三\n\n1. 一\n\n    段\n2. 二\n\n7. 七",
    "    代码 <b>\n\n```python\nprint('<>&\"')\n```\n\n~~~ {.sh #x}\nls\n~~~",
    "[字](/a/ \"题\") [字][r] <https://example.cn/?a=1&b=2> <a@example.cn>\n\n[r]: b.md#c '题'",
    '![图](a.jpg "题"){.wide width=60} [![图](a.jpg)](b.pdf)',
    "字[^1]又[^两]再[^1]\n\n[^1]: 注 *斜*\n\n    第二段\n[^两]: 注二",
    "词\n: 义一\n: 义二\n\n词二\n\n:   段\n\n    - 项",
    "| 左 | 中 | 右 |\n|:--|:-:|--:|\n| 一 | `|` | **三** |\n| \\| | | |",
    "救助站\n\n*[救助站]: 湖南省“示范”救助站 <一>",
    '!!! note "题"\n    文\n\n    - 项\n\n!!! warning\n    文',
    '<div class="x" markdown="1">\n文 *斜*\n</div>\n\n<p>x<br/>y</p> &copy; &#169; &amp;copy;',
    "AT&T 1 < 2 > 0 \"引\" '引' “引” \\*星\\* \\<b> &nbsp;",
    '站[一]{.k} **字**{title="a&b"}',
]


def rendered(text: str) -> str:
    table = TableExtension(use_align_attribute=True)
    return markdown.markdown(text, extensions=[*EXTENSIONS, table])


def tree(html: str) -> object:
    """What a browser makes of it, so that `<hr />` and `<hr>` are the same."""
    return html5lib.serialize(html5lib.parseFragment(html), quote_attr_values="always")


@pytest.mark.parametrize("text", CONSTRUCTS)
def test_every_construct_of_markdown(text: str) -> None:
    html = rendered(text).replace(' markdown="1"', "")
    assert tree(sanitise(html)) == tree(html)


WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "站",
                "救助 ",
                "“引”",
                "。",
                "a",
                "B ",
                "7",
                "\n",
                "\n\n",
                "    ",
                "- ",
                "1. ",
                "# ",
                "> ",
                "*",
                "**",
            ),
            *(
                "`",
                "[字](/a/)",
                "![图](a.jpg)",
                "[^1]",
                "\n\n[^1]: 注\n\n",
                "\n| a | b |\n|---|---|\n| c | d |\n",
            ),
            *(
                "\n: 义\n",
                '\n!!! note "题"\n    文\n',
                "```\n",
                "{#x}",
                "{.k}",
                "&amp;",
                "&",
                " < ",
                "\\*",
                "<br>",
            ),
        ]
    ),
    max_size=25,
).map("".join)


@settings(deadline=None)
@given(WORDS)
def test_harmless_markdown_is_left_alone(text: str) -> None:
    html = rendered(text)
    assert tree(sanitise(html)) == tree(html)


# ── cleaning once is enough ──────────────────────────────────────────────────────────────────────────────

PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(TAGS | REMOVED_WHOLE)),
        *(f"</{tag}>" for tag in sorted(TAGS | REMOVED_WHOLE)),
        *(
            "<button>",
            "</button>",
            "<select>",
            "<marquee>",
            "</marquee>",
            "<title>",
            "<textarea>",
            "<xmp>",
            "<form>",
        ),
        *(
            "<mtext>",
            "<desc>",
            "<foreignObject>",
            "<annotation-xml>",
            "<plaintext>",
            "<body>",
            "<html>",
            "<option>",
        ),
        *(
            '<p title="</style><img src=x onerror=y>">',
            "<a href=javascript:x id=b>",
            "<!--",
            "-->",
            "<![CDATA[",
        ),
        *(
            "]]>",
            "&lt;script&gt;",
            "&#2;",
            "&amp;",
            "&",
            "<",
            ">",
            '"',
            "'",
            "\x00",
            "\x02",
            "\r",
            "\ud7ff",
            "站",
        ),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_idempotent(html: str) -> None:
    cleaned = sanitise(html)
    assert sanitise(cleaned) == cleaned


@given(st.text())
def test_idempotent_on_any_text(text: str) -> None:
    cleaned = sanitise(text)
    assert sanitise(cleaned) == cleaned
    assert not set("\x02\x03") & set(cleaned)


# ── size and depth ───────────────────────────────────────────────────────────────────────────────────────

TOO_DEEP = {
    "plain": "<div>",
    "lists": "<ul><li>",
    "closing tags that close nothing": "<div></b>",
    "closing tags in comments": "<div><!--</div>-->",
    "short comments": "<div><!--></div-->",
    "closing tags in attributes": '<div title="</div>">',
    "closing tags in raw text": "<div><style></div></style>",
    "quotes that are names": '<div "><div "> ',
    "equals signs that are names": '<div ="> <div ="> ',
    "formatting that goes on": "<p><b id=1></p>",
    "unknown elements": "<o:p/>",
    "capitals": "<DIV></Div ><dIv>",
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_too_deep(name: str) -> None:
    with pytest.raises(TooDeep):
        sanitise(TOO_DEEP[name] * (MAX_HTML_DEPTH + 1))


WIDE = {
    "paragraphs without end": "<p>一",
    "items without end": "<li>一",
    "cells without end": "<tr><td>一<td>二",
    "definitions without end": "<dt>一<dd>二",
    "anchors without end": "<a id=x>",
    "line breaks": "<br><br/><hr /><img src=a>",
    "closed by what is around": "<p><span>一</p>",
    "comments": "<!-- <div> -->",
    "text of attributes": "<p title='<div><div>'>一</p>",
    "angles": "< <= <3 <",
}


@pytest.mark.parametrize("name", WIDE)
def test_long_is_not_deep(name: str) -> None:
    assert sanitise(WIDE[name] * 1000) is not None


def test_as_deep_as_allowed() -> None:
    html = "<div>" * MAX_HTML_DEPTH + "</div>" * MAX_HTML_DEPTH
    assert sanitise(html) == html


def test_too_long() -> None:
    assert sanitise("a" * MAX_HTML_LENGTH) == "a" * MAX_HTML_LENGTH
    with pytest.raises(TooDeep):
        sanitise("a" * (MAX_HTML_LENGTH + 1))


UNITS = [
    *(
        "<div>",
        "<a ",
        "<!--",
        "<!-->",
        '<div ="',
        "<a b='",
        "</x>",
        "<a =",
        "<style>",
        "<style></style>",
        "<p>",
    ),
    *(
        "<a\t\t\t",
        "<b id=1><p>",
        "<",
        '<a b="',
        "</div",
        "<![CDATA[",
        "<script </scrip",
        "<a x = ",
        "&#2;",
        "&",
        "</",
        "&a ",
        "&zz;",
        "&#",
        "&amp",
    ),
    *("<div></x>", "<b></b>", "<table>", "<a><table>", "<p></p></p>", "<svg><style>"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_repeated_units_stay_fast(unit: str) -> None:
    """Repetition finds what random text does not; a quadratic step would take minutes here."""
    start = time.process_time()
    with contextlib.suppress(TooDeep):
        sanitise(unit * (MAX_HTML_LENGTH // len(unit)))
    assert time.process_time() - start < 5


def test_ampersands() -> None:
    assert sanitise("AT&T " * 10_000 + "&nbsp;" * 60_000)
    with pytest.raises(TooDeep):
        sanitise("& " * 60_000)


def test_what_never_settles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Restless:
        def clean(self, html: str) -> str:
            return html + "a"

    monkeypatch.setattr(module, "_CLEANER", Restless())
    with pytest.raises(TooDeep):
        sanitise("a")
