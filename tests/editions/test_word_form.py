"""The document of Word against GB/T 9704-2012, against its schema, and for what it must not say of who made it."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import docx
import mammoth
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from openxml_audit import OpenXmlValidator
from PIL import Image

from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.errors import TemplateError
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.leaf import Leaf
from tests.conftest import NOW, STATION, good_issues, tree, write_files
from tests.editions.leaves import leaf_of
from tests.editions.word_documents import W, document_of, parts, read_document
from tests.print.samples import FULL_PAGES, HEAD, ISSUE
from tests.print.sheets import FANDOL, words_on_paper
from tests.test_cli import Run, run  # noqa: F401 - a fixture

ALL = """\
## 站务新闻

### 各种样子

一、把人找到。城区分成六片。

二、把人安顿好。站里备足棉衣。

（一）**重点**和*着重*，<u>下划</u>、~~删去~~、`代码`、H<sub>2</sub>O、10<sup>5</sup>、<mark>标出</mark>，<ruby>垚<rt>yáo</rt></ruby>[^1]。

见[上文](#ge-zhong-yang-zi)、[无处](#mei-you)、[说明](https://www.example.cn/a?b=1&c=2)[^2]，又见[^1]。

1. 先登记
2. 后安置
    - 里层

7. 从七起

> 引用的话。

!!! note "提示"
    框里的话。

| 项目 | 人数 |
|---|---:|
| 登记[^3] | 12 |

<table><tr><th colspan="2">合并</th></tr><tr><td rowspan="2">左</td><td>上</td></tr><tr><td>下</td></tr></table>

```
  一行
    两行
```

附件：1.名单
2.表格

南岭市救助管理站

2015年4月10日

[^1]: 甲注。
[^2]: 乙注，见[说明](https://www.example.cn/b)。
[^3]: 丙注。

报：市民政局
"""


@pytest.fixture(scope="module")
def leaf() -> Leaf:
    return leaf_of(ALL, head=HEAD)


@pytest.fixture(scope="module")
def data(leaf: Leaf) -> bytes:
    return document_of(leaf)


# ── what Word says of it


def test_it_holds_to_the_schema(data: bytes, tmp_path: Path) -> None:
    drawn = leaf_of(ISSUE, head=HEAD.replace("---\nnumber", "---\ndraft: yes\nnumber", 1))
    for made in (data, document_of(drawn), document_of(drawn, template=office_template())):
        path = tmp_path / "made.docx"
        path.write_bytes(made)
        assert [str(each) for each in OpenXmlValidator().validate(str(path)).errors] == []


def test_other_readers_say_the_same(data: bytes) -> None:
    """python-docx gives no labels, mammoth none and no word below a reading; of notes both give the numbers at most."""
    lines = [line for line in read_document(data).lines if "垚" not in line.text]
    plain = re.compile(r"\s|^(\d+\. |• )|(?<=又见)1(?=。)")
    opened = [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]
    said = "".join(plain.sub("", each) for each in opened if "标出" not in each)
    assert said == "".join(plain.sub("", line.text) for line in lines if not line.in_table)
    html = re.sub(r"<sup>.{,90}?</sup>|<[^>]+>", "", mammoth.convert_to_html(io.BytesIO(data)).value)
    pieces = [piece for line in lines if (piece := plain.sub("", line.text))]
    left = re.sub(r"\s|(?<=又见)1(?=。)", "", html)
    for piece in pieces:
        _, found, left = left.partition(piece)
        assert found == piece


def test_points_and_lists_are_in_their_typefaces_and_counted_by_word(data: bytes) -> None:
    found = read_document(data)
    texts = [line.text for line in found.lines]
    counted = [text for text in texts if re.match(r"\d+\. |• ", text)]
    assert counted == ["1. 先登记", "2. 后安置", "• 里层", "7. 从七起"]
    xml = parts(data)["word/document.xml"].decode()
    assert re.search(r'<w:rStyle w:val="hei"/>.{0,60}</w:rPr><w:t [^>]*>一、把人找到。', xml)
    assert xml.count("<w:vMerge") == 2
    assert xml.count("<w:gridSpan") == 1


def test_notes_are_those_of_word_in_the_order_of_their_marks(data: bytes) -> None:
    files = parts(data)
    assert [note.strip() for note in read_document(data).notes] == ["甲注。", "乙注，见说明。", "丙注。"]
    xml = files["word/document.xml"].decode()
    assert re.findall(r'<w:footnoteReference w:id="(\d+)"/>', xml) == [
        "1",
        "2",
        "3",
    ]  # the second mark of a note is none
    assert b'Target="https://www.example.cn/b"' in files["word/_rels/footnotes.xml.rels"]


def test_a_line_that_is_broken_off_is_not_stretched(data: bytes) -> None:
    assert b"<w:doNotExpandShiftReturn/>" in parts(data)["word/settings.xml"]


def test_links_lead_where_they_led(data: bytes) -> None:
    xml = parts(data)["word/document.xml"].decode()
    assert 'Target="https://www.example.cn/a?b=1&amp;c=2"' in parts(data)["word/_rels/document.xml.rels"].decode()
    names = set(re.findall(r'<w:bookmarkStart [^>]*w:name="(\w+)"', xml))
    led = set(re.findall(r'w:anchor="(\w+)"', xml))
    assert len(led) == 1
    assert led <= names
    assert "无处" in xml


def test_a_draft_says_so_in_its_head_and_across_every_page(data: bytes) -> None:
    draft = parts(document_of(leaf_of(ISSUE, head=HEAD.replace("---\nnumber", "---\ndraft: yes\nnumber", 1))))
    marked = [name for name, part in draft.items() if 'string="草稿"'.encode() in part]
    assert len([name for name in marked if "header" in name]) == 2  # odd and even pages
    assert "草稿" in draft["word/document.xml"].decode()
    assert not [name for name, part in parts(data).items() if "草稿".encode() in part and "styles" not in name]


# ── what it does not say


def test_the_same_issue_has_the_same_bytes_and_no_traces(leaf: Leaf, data: bytes) -> None:
    assert document_of(leaf) == data
    files = parts(data)
    core = files["docProps/core.xml"].decode()
    assert re.findall(r"<(?!/|\?)([\w:]+)", core) == ["cp:coreProperties", "dc:title", "dc:language"]
    assert set(files) & {"docProps/app.xml", "docProps/custom.xml", "docProps/thumbnail.jpeg"} == set()
    whole = b"".join(files.values())
    assert not re.search(rb"rsid|attachedTemplate|dcterms|lastModifiedBy|python-docx", whole)
    folders = (Path(__file__).parents[2], Path.home(), Path(tempfile.gettempdir()))
    assert not [folder for folder in folders if folder.name and f"{folder.as_posix()}/".encode() in whole]


# ── the office's own form


def office_template() -> bytes:
    """With styles, margins, a header and an author of its own."""
    made: Any = docx.Document()
    made.core_properties.author = "li-si"
    made.add_paragraph("mo-ban-zhengwen")
    made.styles["Normal"].font.name = "OfficeFace"
    made.styles["Heading 2"].font.name = "OfficeHead"
    section = made.sections[0]
    section.left_margin = 914400
    section.header.paragraphs[0].text = "单位页眉"
    for paragraph in section.header.paragraphs:
        paragraph._p.set(f"{W}rsidR", "00AB12CD")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_template_of_the_office_wins(leaf: Leaf, data: bytes) -> None:
    made = document_of(leaf, template=office_template())
    assert read_document(made).below_masthead == read_document(data).below_masthead
    files = parts(made)
    styles = files["word/styles.xml"].decode()
    assert {"OfficeFace", "OfficeHead"} <= set(re.findall(r"Office\w+", styles))
    assert styles.count('w:val="heading 2"') + styles.count('w:val="Heading 2"') == 1
    assert "公文版记" in styles
    opened: Any = docx.Document(io.BytesIO(made))
    assert opened.sections[0].left_margin == 914400
    assert opened.sections[0].header.paragraphs[0].text == "单位页眉"
    headings = [each.text for each in opened.paragraphs if each.style.name == "Heading 2"]
    assert headings == ["各种样子"]
    assert not re.search(rb"li-si|mo-ban|00AB12CD|attachedTemplate", b"".join(files.values()))
    assert {rel.reltype for rel in opened.part.rels.values()} <= _RELATED


_RELATED = {
    RT.STYLES,
    RT.NUMBERING,
    RT.THEME,
    RT.FONT_TABLE,
    RT.HEADER,
    RT.FOOTER,
    RT.FOOTNOTES,
    RT.SETTINGS,
    RT.HYPERLINK,
}


@pytest.mark.parametrize("template", [b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_template_that_is_no_document_is_named(leaf: Leaf, template: bytes) -> None:
    with pytest.raises(TemplateError) as caught:
        document_of(leaf, template=template)
    assert caught.value.values["path"] == "templates/issue.docx"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [("word/document.xml", b'w:w="12240"', b'w:w="595.3pt"'), ("word/numbering.xml", b'w:numId="1"', b'w:numId="x"')],
)
def test_a_template_whose_figures_are_none_is_named(leaf: Leaf, part: str, old: bytes, new: bytes) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office_template())) as template, zipfile.ZipFile(changed, "w") as archive:
        for name in template.namelist():
            content = template.read(name)
            assert name != part or old in content
            archive.writestr(name, content.replace(old, new) if name == part else content)
    with pytest.raises(TemplateError):
        document_of(leaf, template=changed.getvalue())


# ── paper, as LibreOffice sets it

_CONF = """<?xml version="1.0"?><fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>{rules}</fontconfig>"""
_RULE = (
    "<match target='pattern'><test name='family'><string>{0}</string></test>"
    "<edit name='family' mode='assign' binding='strong'><string>{1}</string></edit></match>"
)
_FACES = {
    "仿宋": "FandolFang",
    "黑体": "FandolHei",
    "楷体": "FandolKai",
    "宋体": "FandolSong",
    "方正小标宋简体": "FandolSong",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Some documents as PDF; one call of LibreOffice."""
    room = tmp_path_factory.mktemp("office")
    rules = "".join(_RULE.format(*each) for each in _FACES.items())
    conf = room / "fonts.conf"
    conf.write_text(_CONF.format(fonts=FANDOL.resolve(), cache=room / "cache", rules=rules), encoding="utf-8")
    long = leaf_of(f"## 学习\n\n### 规程\n\n{FULL_PAGES}\n")
    made = {"long": document_of(long), "issue": document_of(leaf_of(ISSUE, head=HEAD))}
    made["settings"] = document_of(long, PrintSettings(report="市民政局", copies=80))
    for name, content in made.items():
        (room / f"{name}.docx").write_bytes(content)
    names = [str(room / f"{name}.docx") for name in made]
    command = ["soffice", f"-env:UserInstallation=file://{room}/profile", "--headless", "--convert-to", "pdf"]
    command += ["--outdir", str(room), *names]
    environment = {"FONTCONFIG_FILE": str(conf), "HOME": str(room), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    subprocess.run(
        [*command, "--outdir", str(room), *names], env=environment, capture_output=True, check=True, timeout=120
    )
    return {name: (room / f"{name}.pdf").read_bytes() for name in made}


def test_full_pages_have_22_lines_of_28_characters(papers: dict[str, bytes]) -> None:
    rows: dict[int, Counter[float]] = defaultdict(Counter)
    for word in words_on_paper(papers["long"]):
        if "—" not in word.text and not word.text.isdecimal():
            rows[word.page][round(word.top, 1)] += len(word.text)
    for page in (2, 3):
        assert len(rows[page]) == 22
        assert sorted(Counter(rows[page].values()).items()) == [(10, 1), (26, 1), (28, 20)]


def test_margins_and_page_numbers_are_those_of_the_standard(papers: dict[str, bytes]) -> None:
    found = words_on_paper(papers["long"])
    body = [word for word in found if word.page == 2 and len(word.text) == 28]
    assert all(abs(word.left - 28) < 0.6 and abs(word.right - 184) < 0.6 for word in body)
    assert 37 - 0.5 < min(word.top for word in body) < 37 + 4  # its letters are in the middle of the line
    assert max(word.bottom for word in body) < 297 - 35
    for page in (1, 2):
        foot = [word for word in found if word.page == page and word.top > 297 - 35]
        assert "".join(word.text for word in foot) == f"—{page}—"
        left, right = min(word.left for word in foot), max(word.right for word in foot)
        assert (abs(right - (184 - 4.9)) if page % 2 else abs(left - (28 + 4.9))) < 1.0


def test_the_record_of_versions_lies_at_the_foot_of_the_last_page(papers: dict[str, bytes]) -> None:
    for name, first in (("issue", "报：市民政局"), ("settings", "报：市民政局")):
        found = words_on_paper(papers[name])
        last = max(word.page for word in found)
        reported = next(word for word in found if word.text == first)
        issued = next(word for word in found if word.text.endswith("印发"))
        assert (reported.page, issued.page) == (last, last)
        assert issued.right > 184 - 8
        bottom = max(word.bottom for word in found if word.page == last and word.top < 297 - 36)
        assert 297 - 35 - bottom < 6


# ── the command and the site


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(2)})
    return tmp_path


def test_the_command_makes_the_file_and_holds_the_gate(run: Run, station: Path) -> None:  # noqa: F811
    said = run("word", "out", "2015002", "--root", station)
    path = station / "out/export/2015002.docx"
    assert (said.code, said.err, said.out.splitlines()[-1]) == (0, "", f"Exported: {path}")
    assert "正文第3篇" in read_document(path.read_bytes()).below_masthead
    other = station / "b.docx"
    assert run("word", "out", "2015002", "--output", other, "--root", station).code == 0
    assert other.read_bytes() == path.read_bytes()
    text = good_issues(2)["content/issues/2015001.md"]
    write_files(station, {"content/issues/2015001.md": text + "身份证号码11010519491231002X"})
    refused = run("word", "out", "2015001", "--root", station)
    assert (refused.code, "P101" in refused.err, refused.out) == (2, True, "")


def test_the_page_lists_it_and_a_new_template_makes_it_again(station: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "#aabbcc").save(picture, "PNG")
    text = good_issues(2)["content/issues/2015002.md"] + "\n![门口](men.png '新门')\n"
    write_files(station, {"content/station.yml": STATION + "editions: word all\n"})
    write_files(station, {"content/issues/2015002.md": text, "content/issues/men.png": picture.getvalue()})
    build(station, NOW, Options())
    first = tree(station / "site")
    assert 'href="../../issues/2015002/2015002.docx"' in first["issues/2015002/index.html"].decode()
    assert read_document(first["issues/2015002/2015002.docx"]).pictures == ("门口",)
    write_files(station, {"templates/issue.docx": office_template()})
    build(station, NOW, Options())
    second = tree(station / "site")
    assert {path for path in first if first[path] != second.get(path)} == {
        f"issues/201500{n}/201500{n}.docx" for n in (1, 2)
    }
    assert not [path for path in second if path.endswith("issue.docx")]
