"""The judge is judged first."""

from __future__ import annotations

import pytest

from .dom import bad_url, executable


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p>a<SCRIPT src=x></SCRIPT>",
        "<p onclick=alert(1)>a",
        "<x-y onfocus=alert(1)>",
        '<a href=" java\nscript:alert(1)">a</a>',
        '<a href="&#1;JAVASCRIPT&colon;alert(1)">a</a>',
        '<a href="vbscript:x">a</a>',
        '<img src="data:text/html,x">',
        '<img srcset="a.png 1x, javascript:x 2x">',
        '<blockquote cite="javascript:x">a</blockquote>',
        "<iframe src=/></iframe>",
        "<object data=/></object>",
        "<embed src=/>",
        "<svg></svg>",
        "<math><mi>x</mi></math>",
        "<base href=/x/>",
        '<meta http-equiv="refresh" content="0;url=/">',
        "<style>p{}</style>",
        "<link rel=stylesheet href=/x.css>",
        '<p style="color:red">a',
        "<form></form>",
        '<p formaction="/x">a',
        "<template><p>a</template>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
        "<table><td><!--><img src=x onerror=alert(1)>-->",
    ],
)
def test_found(html: str) -> None:
    assert executable(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>javascript:alert(1)</p>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        '<p title="<script>alert(1)</script>">a</p>',
        '<a href="/javascript:x">a</a>',
        '<a href="./javascript:x">a</a>',
        '<a href="#onclick=alert(1)">a</a>',
        '<a href="https://example.cn/?q=javascript:x">a</a>',
        '<a href="javascript：x">a</a>',
        '<a href="mailto:a@example.cn">a</a>',
        '<img src="a.jpg" alt="onerror=alert(1)">',
        "<!-- <script>alert(1)</script> -->",
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>站</title></head>a</html>',
        '<div role="group" tabindex="0"><table><tr><td>one</td></tr></table></div>',
    ],
)
def test_passed(html: str) -> None:
    assert executable(html) == []


def test_what_the_theme_itself_uses_can_be_allowed() -> None:
    html = '<script type="module" src="/a.js"></script><script src="/b.js"></script>'
    assert executable(html, {'<script type="module" src="/a.js">'}) == ['<script src="/b.js">']


def test_addresses_are_tidied_as_browsers_do() -> None:
    assert bad_url("\x01 \tjava\r\nscr\tipt:x")
    assert not bad_url("java script:x")
    assert not bad_url("\xa0javascript:x")
