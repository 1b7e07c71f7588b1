"""Issues that nobody would write, and each of which could be pasted: what lies in what, how deep, in which order."""

from __future__ import annotations

from random import Random

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.read.test_words import bodies, noted

_WORDS = (
    *(
        "登记",
        "夜巡三次",
        "棉被12床",
        "护送返乡，",
        "核对",
        "A4纸",
        "night watch",
        "２０１５年",
        "①",
        "㎡",
        "10<sup>5</sup>",
    ),
    *(
        "H<sub>2</sub>O",
        "<ruby>垚<rp>(</rp><rt>yáo</rt><rp>)</rp>喆<rt>zhé</rt></ruby>",
        "<q>说过的话</q>",
        "<b>粗</b>",
    ),
    *(
        "<ruby>很长的一串汉字<rt>hěncháng</rt></ruby>",
        "<del>旧的</del>",
        "<ins><s>又</s></ins>",
        "<kbd>Ctrl</kbd>",
        "<br>",
    ),
    *(
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
        "🇨🇳",
        "𪚥",
        "\ue000",
        "\uf0b7",
        "שלום",
        "مرحبا",
        "é",
        "a\u00adb",
        "\u200b",
    ),
    *(
        '<bdo dir="rtl">abc</bdo>',
        "<wbr>",
        "x" * 60,
        "https://www.example.cn/" + "y" * 50,
        "，" * 12,
        "&lt;b&gt;",
        "&amp;",
    ),
    *('<a href="https://www.example.cn/q">去处</a>', '<a href="#wu">无处</a>', '<img src="men.png" alt="新门">'),
    *(
        '<img src="men.png" alt="旧门">',
        '<img src="mei-you.png" alt="没有的图">',
        "<small>小</small>",
        "<code>码 码</code>",
    ),
)


class _Writer:
    """Writes HTML by chance: what may lie in what, to a depth."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._room = 25
        """How many blocks there may be yet."""

    def issue(self) -> str:
        parts = [self._part() for _ in range(self._chance.randint(2, 5))]
        return "## 站务新闻\n\n### 甲题\n\n" + "\n\n".join(parts)

    def _part(self) -> str:
        kind = self._chance.random()
        if kind < 0.15:
            return self._chance.choice(("### 又一篇\n", "## 案例分析\n", f"### {self.words()}\n"))
        return (
            self._chance.choice(_MARKDOWN) if kind < 0.4 else f"<div>{self.block(self._chance.randint(1, 4))}</div>\n"
        )

    def words(self) -> str:
        return "".join(self._chance.choices(_WORDS, k=self._chance.randint(1, 4)))

    def several(self, depth: int) -> str:
        return "".join(self.block(depth) for _ in range(self._chance.choice((1, 1, 2, 3))))

    def block(self, depth: int) -> str:
        self._room -= 1
        if not depth or self._room < 0:
            return self._chance.choice((self.words, self._plain, self._figure))()
        return self._chance.choice((self._list, self._table, self._table, self._box, self._terms))(depth - 1)

    def _plain(self) -> str:
        tag = self._chance.choice(("p", "p", 'p align="right"', "h4", "h6", "pre", "address"))
        return f"<{tag}>{self.words()}</{tag.split()[0]}>"

    def _figure(self) -> str:
        caption = self._chance.choice(("", f"<figcaption>{self.words()}</figcaption>"))
        return f'<figure><img src="men.png" alt="{self._chance.choice(("门口", "后院", ""))}">{caption}</figure>'

    def _list(self, depth: int) -> str:
        tag = self._chance.choice(("ul", "ol", 'ol start="7"'))
        items = (f"<li>{self.several(depth)}</li>" for _ in range(self._chance.randint(1, 3)))
        return f"<{tag}>{''.join(items)}</{tag.split()[0]}>"

    def _table(self, depth: int) -> str:
        caption = self._chance.choice(("", f"<caption>{self.words()}</caption>"))
        head = self._chance.choice(("", f"<thead>{self._row(0, ('th',))}</thead>"))
        rows = (self._row(depth, ("td", "th", 'td colspan="2"', 'td rowspan="2"')) for _ in range(2))
        return f"<table>{caption}{head}{''.join(rows)}</table>"

    def _row(self, depth: int, tags: tuple[str, ...]) -> str:
        cells = self._chance.choices(tags, k=self._chance.randint(1, 3))
        return "<tr>" + "".join(f"<{tag}>{self.several(depth)}</{tag.split()[0]}>" for tag in cells) + "</tr>"

    def _box(self, depth: int) -> str:
        before, after = self._chance.choice(
            (
                ("<blockquote>", "</blockquote>"),
                ('<div class="admonition note">', "</div>"),
                (f"<details><summary>{self.words()}</summary>", "</details>"),
                ('<a href="https://www.example.cn/kuai">', "</a>"),
                ("<hr><div>", "</div>"),
            )
        )
        return before + self.several(depth) + after

    def _terms(self, depth: int) -> str:
        return f"<dl><dt>{self.words()}</dt><dd>{self.several(depth)}</dd><dd>{self.words()}</dd></dl>"


_MARKDOWN = (
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
    "加了符号的字\u0301。\n",
    "<svg><text>看不见</text></svg>\n",
    "```\n  一行\n\n\t两行\n```\n",
)
_KINDS = (
    st.randoms(use_true_random=True).map(lambda chance: _Writer(chance).issue()),
    bodies.map(lambda made: made.source),
    st.randoms(use_true_random=True).map(lambda chance: _Writer(chance).issue()),
    noted().map(lambda made: made.source),
)


def random_issues(count: int) -> tuple[str, ...]:
    """Texts of issues, without front matter: always the same, and none like the one before it."""
    return tuple(map(_drawn, range(count)))


def _drawn(number: int) -> str:
    drawn: list[str] = []

    @seed(number)
    @settings(max_examples=3, database=None, phases=(Phase.generate,))
    @given(_KINDS[number % len(_KINDS)])
    def draw(source: str) -> None:  # the first one is the simplest there is
        drawn.append(source)

    draw()
    return max(drawn, key=len)
