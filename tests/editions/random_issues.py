"""Issues that nobody would write, and each of which could be pasted: what lies in what, how deep, in which order."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.read.test_words import bodies, noted

_WORDS = (
    *("登记", "夜巡三次", "棉被12床", "护送返乡，", "核对", "A4纸", "night watch", "２０１５年", "①", "㎡", "10<sup>5</sup>"),
    *("H<sub>2</sub>O", "<ruby>垚<rp>(</rp><rt>yáo</rt><rp>)</rp>喆<rt>zhé</rt></ruby>", "<q>说过的话</q>", "<b>粗</b>"),
    *("<ruby>很长的一串汉字<rt>hěncháng</rt></ruby>", "<del>旧的</del>", "<ins><s>又</s></ins>", "<kbd>Ctrl</kbd>", "<br>"),
    *("👨\u200d👩\u200d👧", "❤\ufe0f", "🇨🇳", "𪚥", "\ue000", "\uf0b7", "שלום", "مرحبا", "字\u0301", "é", "a\u00adb", "\u200b"),
    *('<bdo dir="rtl">abc</bdo>', "<wbr>", "x" * 60, "https://www.example.cn/" + "y" * 50, "，" * 12, "&lt;b&gt;", "&amp;"),
    *('<a href="https://www.example.cn/q">去处</a>', '<a href="#wu">无处</a>', '<img src="men.png" alt="新门">'),
    *('<img src="men.png" alt="旧门">', '<img src="mei-you.png" alt="没有的图">', "<small>小</small>", "<code>码 码</code>"),
)
_INLINE = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map("".join)


def _tagged(tag: str, inner: st.SearchStrategy[str], given: str = "") -> st.SearchStrategy[str]:
    return inner.map(lambda said: f"<{tag}{given}>{said}</{tag}>")


_LEAF = st.one_of(
    _INLINE,
    _tagged("p", _INLINE),
    _tagged("p", _INLINE, ' align="right"'),
    _tagged("h4", _INLINE),
    _tagged("h6", _INLINE),
    _tagged("pre", _INLINE),
    _tagged("address", _INLINE),
    st.just("<hr>"),
    st.builds(
        lambda alt, said: f'<figure><img src="men.png" alt="{alt}">{said}</figure>',
        st.sampled_from(("门口", "")),
        st.one_of(st.just(""), _tagged("figcaption", _INLINE)),
    ),
)


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    items = st.lists(_tagged("li", several), min_size=1, max_size=3).map("".join)
    cells = st.one_of(_tagged("td", several), _tagged("th", several), _tagged("td", several, ' colspan="2"'))
    rows = st.lists(_tagged("tr", st.lists(cells, min_size=1, max_size=3).map("".join)), min_size=1, max_size=3)
    head = _tagged("thead", _tagged("tr", st.lists(_tagged("th", inner), min_size=1, max_size=3).map("".join)))
    caption = st.one_of(st.just(""), _tagged("caption", _INLINE))
    return st.one_of(
        _tagged("ul", items),
        _tagged("ol", items),
        _tagged("ol", items, ' start="7"'),
        _tagged("blockquote", several),
        _tagged("div", several),
        _tagged("div", several, ' class="admonition note"'),
        st.builds(lambda said, rest: f"<details><summary>{said}</summary>{rest}</details>", _INLINE, several),
        st.builds(lambda term, said: f"<dl><dt>{term}</dt><dd>{said}</dd><dd>又</dd></dl>", _INLINE, several),
        st.builds(lambda *parts: f"<table>{''.join(parts)}</table>", caption, head, rows.map("".join)),
        st.builds(lambda *parts: f"<table>{''.join(parts)}</table>", caption, rows.map("".join)),
        _tagged("a", several, ' href="https://www.example.cn/kuai"'),
    )


_HTML = st.recursive(_LEAF, _around, max_leaves=10).map(lambda said: f"\n<div>{said}</div>\n")
_MARKDOWN = st.sampled_from(
    (
        "- 甲\n    - 乙\n        - 丙\n            1. 丁\n                1. 戊\n",
        "> 引\n> > 再引\n> > > - 三引\n",
        "词\n: 释义一\n: 释义二\n\n    又一段\n",
        '!!! warning "注意"\n    框里的话。\n\n    - 一\n    - 二\n',
        '??? note "点开"\n    藏着的话。\n',
        '![门口](men.png "图一　新门")\n',
        "![门口](men.png)\n![后门](men.png)\n",
        "| 甲[^z] | 乙 |\n|---|:-:|\n| `丙` | **丁**<br>戊 |\n\n[^z]: 表里的注。\n\n    第二段。\n",
        "*[ICP]: 备案\n\nICP 号。\n",
        "附件：1.名单\n2.表格\n",
        "（陈望舒）\n",
        "　　　　　　　　　　　　　救助站\n　　　　　　　　　　　　2024年9月20日\n",
        "报：市局\n送：各站\n（共印50份）\n",
        "<svg><text>看不见</text></svg>\n",
        "```\n  一行\n\n\t两行\n```\n",
    )
)
_RICH = st.lists(st.one_of(_HTML, _MARKDOWN, st.just("### 又一篇\n"), st.just("## 案例分析\n")), min_size=1, max_size=5)
sources = st.one_of(
    _RICH.map(lambda made: "## 站务新闻\n\n### 甲题\n\n" + "\n\n".join(made)),
    bodies.map(lambda made: made.source),
    noted().map(lambda made: made.source),
)
"""Texts of issues, without front matter."""
