"""A document that `bulletin word out` made comes in as the blocks that it is made of, also when others saved it anew.

That all blocks do is proved in tests/prove/test_word_round_trip.py; this is what may happen to a document on its way.
"""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest

from bulletin.word.documents import read_docx
from bulletin.word.drafts import draft_issue
from tests.editions.leaves import leaf_of
from tests.editions.test_word_form import office_template
from tests.editions.word_documents import document_of
from tests.word import packing as x

TEXT = """\
## 站务新闻

### 夜巡

一、把人找到。分成三片。

1. 先登记
2. 后**安置**
    - 里层

> 引用的话。

!!! note "提示"
    框里的话。

民政局
2015年4月10日
"""


def _edited(data: bytes, *changes: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                text = content.decode()
                for pattern, new in changes:
                    text, count = re.subn(pattern, new, text, flags=re.DOTALL)
                    assert count
                content = text.encode()
            after.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("template", [b"", office_template()], ids=("our form", "the office's"))
def test_its_markdown_is_the_issue_s(template: bytes) -> None:
    files = draft_issue(read_docx(document_of(leaf_of(TEXT), template=template)), "2015001")
    _, body = files[0][1].decode().split("---\n\n")
    framed = '<div class="admonition"><p class="admonition-title">提示</p><p>框里的话。</p></div>'
    signed = "\u3000" * 12 + "民政局\n" + "\u3000" * 12 + "2015年4月10日"
    expected = TEXT.replace('!!! note "提示"\n    框里的话。', framed).replace("民政局\n2015年4月10日", signed)
    assert body == expected


def test_the_head_is_left_out_and_said() -> None:
    text = read_docx(document_of(leaf_of(TEXT)))
    assert [each.kind for each in text.left_out] == ["header"]
    assert "2015001" in text.left_out[0].text
    assert "2015001" not in text.html


def test_bookmarks_that_begin_in_another_order_are_nested_by_where_they_end() -> None:
    data = document_of(leaf_of(TEXT))
    swapped = _edited(data, (r"(<w:bookmarkStart [^>]*_blt_ol[^>]*>)(<w:bookmarkStart [^>]*_blt_li[^>]*>)", r"\2\1"))
    assert read_docx(swapped).html == read_docx(data).html


def test_an_item_that_lost_its_list_keeps_its_number() -> None:
    data = _edited(document_of(leaf_of(TEXT)), (r"<w:bookmarkStart [^>]*_blt_(?:ol|ul|li)[^>]*>", ""))
    found = read_docx(data)
    assert "<p>1. 先登记</p><p>2. 后<strong>安置</strong></p>" in found.html


def test_a_paragraph_that_somebody_added_is_where_it_was_added() -> None:
    document = docx.Document(io.BytesIO(document_of(leaf_of(TEXT))))
    quoted = next(each for each in document.paragraphs if "引用" in each.text)
    quoted.insert_paragraph_before("添上的话。")
    out = io.BytesIO()
    document.save(out)
    assert "<p>添上的话。</p><blockquote><p>引用的话。</p></blockquote>" in read_docx(out.getvalue()).html


def _mark(name: str, number: int) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="_blt_{name}_{number}"/>'


def _end(number: int) -> str:
    return f'<w:bookmarkEnd w:id="{number}"/>'


@pytest.mark.parametrize(
    "body",
    [
        "".join(_mark("quote_", n) for n in range(2, 9000)) + x.par("甲。") + "".join(map(_end, range(2, 9000))),
        _mark("ol_x", 2) + _mark("li_y", 3) + x.par("甲。") + _end(2) + _end(3),
        _mark("table_z", 2) + x.table(["甲。"]) + _end(2) + _mark("attachments_q", 3) + _end(3),
        _mark("attachments_99", 2) + x.par("甲。") + _end(2) + _mark("li_", 3) + _end(7),
        _mark("script_", 2) + x.par("甲。") + _end(2) + _mark("th_script", 3) + x.par("乙") + _end(3),
        _mark("pre_", 2) + x.table([_mark("ol_", 3), "甲。"]) + _end(3) + _end(2),
    ],
    ids=("deep", "overlapping", "no numbers", "ends alone", "no kind", "across cells"),
)
def test_bookmarks_that_nobody_of_us_wrote_lose_no_word(body: str) -> None:
    found = read_docx(x.pack(_mark("text_", 1) + body + x.par("末。") + _end(1)))
    words = re.sub("<[^>]*>", "", found.html)
    assert words.count("甲。") == 1
    assert words.endswith("末。")
    assert "script" not in found.html.replace("point", "")
