"""HTML → Markdown: what the reader makes of it is the HTML again, in its normal form."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulletin.read.sanitise import sanitise
from bulletin.word.markdown_writer import read_markdown, write_markdown
from bulletin.word.normal_html import normal_html
from tests.read.cases import read_cases
from tests.read.test_dialect import FILES, result

ROOT = Path(__file__).parents[2]
HOSTILE = (
    *(
        "甲",
        "乙。",
        "站",
        "a",
        "word",
        " ",
        "\u3000\u3000",
        "2014.",
        "1.",
        "1、",
        "（一）",
        "一、",
        "*",
        "**",
        "_",
        "__",
        "#",
        "##",
    ),
    *(
        "+",
        "-",
        "---",
        "&gt;",
        "|",
        "~~",
        "~~~",
        ":::",
        ":",
        "[",
        "]",
        "[^1]",
        "[^1]:",
        "](",
        "(",
        ")",
        "&lt;",
        "&lt;b&gt;",
    ),
    *(
        "&amp;",
        "&amp;lt;",
        "`",
        "```",
        "\\",
        "{",
        "}",
        "{: .a}",
        "{#b}",
        "*[A]:",
        "[a]: b",
        "http://a.cn/b_c",
        "www.a.cn",
    ),
    *(
        "●",
        "•",
        "◆ ",
        "【",
        "】",
        "（刘红兵）",
        "附件：1.名单",
        "2024年9月20日",
        "市救助管理站",
        "抄送：",
        "\u00a0",
        "!",
        "!!! note",
        "\n",
    ),
)
WORDS = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=5).map("".join)


def _wrapped(tag: str, inside: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return inside.map(lambda html: f"<{tag}{attributes}>{html}</{tag}>")


_INLINE = st.recursive(
    st.one_of(WORDS, st.just("<br>"), st.just('<img src="a.jpg" alt="图">')),
    lambda inner: st.one_of(
        *(
            _wrapped(tag, st.lists(inner, min_size=1, max_size=2).map("".join))
            for tag in ("strong", "em", "b", "i", "del", "u", "s", "sub", "sup", "code", "mark", "span", "q", "kbd")
        ),
        _wrapped("a", inner, ' href="/about/"'),
        _wrapped("span", inner, ' lang="en"'),
    ),
    max_leaves=4,
)
LINE = st.lists(_INLINE, min_size=1, max_size=3).map("".join)


def _table(rows: list[list[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return "<table><tbody>" + body + "</tbody></table>"


BLOCK = st.recursive(
    st.one_of(
        *(_wrapped(tag, LINE) for tag in ("p", "p", "p", "h2", "h3", "h4", "figcaption")),
        st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1, max_size=3).map(_table),
        st.just('<table><tbody><tr><td colspan="2">甲</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>'),
        st.just('<figure><img src="b.jpg" alt="图"><figcaption>图下</figcaption></figure>'),
        st.just("<hr>"),
        _wrapped("pre", _wrapped("code", WORDS)),
        st.tuples(WORDS, WORDS).map(lambda two: f"<dl><dt>{two[0]}</dt><dd>{two[1]}</dd></dl>"),
    ),
    lambda inner: st.one_of(
        _wrapped("blockquote", inner),
        *(
            _wrapped(tag, st.lists(_wrapped("li", st.one_of(LINE, inner)), min_size=1, max_size=3).map("".join))
            for tag in ("ul", "ol")
        ),
        _wrapped("div", inner, ' class="box"'),
        _wrapped("details", st.tuples(_wrapped("summary", LINE), inner).map("".join)),
    ),
    max_leaves=3,
)


def comes_back(html: str) -> bool:
    return normal_html(read_markdown(write_markdown(html))) == normal_html(html)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BLOCK, min_size=1, max_size=4).map("".join))
def test_what_is_written_is_read_again(html: str) -> None:
    clean = sanitise(html)
    written = write_markdown(clean)
    assert normal_html(read_markdown(written)) == normal_html(clean), written


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_the_dialect_makes_comes_back(path: Path) -> None:
    for case in read_cases(path):
        assert comes_back(sanitise(result(case))), case.title


@pytest.mark.parametrize("path", sorted((ROOT / "content").rglob("*.md")), ids=lambda path: path.name)
def test_texts_of_the_archive_come_back(path: Path) -> None:
    assert comes_back(read_markdown(path.read_text(encoding="utf-8").rpartition("\n---\n")[2]))


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>2014. 年</p>", "2014\\. 年\n"),
        ("<p>\u3000\u3000本月夜巡<strong>三次</strong>，救助6人。</p>", "本月夜巡**三次**，救助6人。\n"),
        ("<p>1、接回</p><p>2、护送</p>", "1、接回\n\n2、护送\n"),
        ("<h2>站务新闻</h2><h3>夜巡</h3><p>甲</p>", "## 站务新闻\n\n### 夜巡\n\n甲\n"),
        ("<ol><li>甲</li><li>乙</li></ol>", "1. 甲\n2. 乙\n"),
        (
            "<table><tr><td>项目</td><td>数</td></tr><tr><td>男</td><td>3|4</td></tr></table>",
            "| 项目 | 数 |\n|---|---|\n| 男 | 3&#124;4 |\n",
        ),
        (
            '<table><tr><td colspan="2">甲</td></tr></table>',
            '<div class="table" role="group" tabindex="0"><table><tbody><tr><td colspan="2">甲</td></tr>'
            "</tbody></table></div>\n",
        ),
        ('<p><img src="image1.png" alt="站门"></p>', "![站门](image1.png)\n"),
        (
            '<p>甲<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup></p><div class="footnote"><hr><ol>'
            '<li id="fn:a"><p>注文\u00a0<a class="footnote-backref" href="#fnref:a">↩</a></p></li></ol></div>',
            "甲[^a]\n\n[^a]: 注文\n",
        ),
        ("<p>甲<br>乙</p>", "甲  \n乙\n"),
        ('<ol start="3"><li>甲</li></ol>', "3. 甲\n"),
        ("<p>甲</p><p>抄送：市民政局。</p>", "甲\n\n抄送：市民政局。\n"),
        ("<p>1.接回</p>", "1\\.接回\n"),
        ("<p> </p><p></p>", ""),
    ],
)
def test_written_as_a_person_would(html: str, markdown: str) -> None:
    assert write_markdown(html) == markdown
    assert comes_back(html)


@pytest.mark.parametrize(
    "html", ["<p>*a* [b](c</p>", "<ul><li>甲</li></ul><ul><li>乙</li></ul>", "<table><tr><td>*|</td></tr></table>"]
)
def test_takes_time_in_proportion(html: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        write_markdown(html * count)
        return time.process_time() - start

    seconds(10)
    assert seconds(400) < 12 * seconds(100) + 0.1
