"""The book of an issue: valid by epubcheck, the same bytes, links and notes that lead where they should."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from msgspec import structs
from PIL import Image as Pictures

from bulletin.build.leaves import open_leaves
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.errors import TemplateError
from bulletin.core.fingerprint import compute_fingerprint
from bulletin.core.model import Correction
from bulletin.editions.epub.book import epub_of_issue, epub_of_year
from bulletin.editions.epub.look import BookLook, book_look
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.lettering import find_font
from tests.archives import KINDS, issue
from tests.conftest import ISSUE, NOW, ROOT, STATION, write_files
from tests.editions.books import CHINESE, OPF, XHTML, Book, book_of, read_book
from tests.editions.leaves import COUNTED, leaf_of
from tests.read.cases import read_cases
from tests.read.test_dialect import FILES
from tests.read.test_words import Piece, bodies

CHECKER = Path("/usr/share/java/epubcheck.jar")

TEXT = """引子[^3]。

## 站务新闻

### 夜间巡查

#### 小标题 {#deep}

正文**重点**，见[说明](https://www.example.cn/a b?q=100%&r=中文#x)，
又见[总结](#nian-zhong-zong-jie)和[标题](#deep)。一句[^1]，
两句[^2]，又[^1]。

一、一级标题

（一）二级标题

| 项目 | 人数 |
|---|---:|
| 登记 | 12 |

[^1]: 据**当日**记录。
[^2]: 第二条。
[^3]: 引子的注。

### 年终总结

5. 第五
6. 第六

附件：1．登记表
      2．名单

## 只有导语的栏目

一段话。
"""

HOSTILE = (
    """\u202e&amp;<b title='"'>粗</b> ]]> <!-- x --> &#0; &#xFFFE; \ufffe\x0b\x7f\x85 \U000f0000 \ue000 𪚥 😀

## A & B < C > "D" 'E'

### `<script>` {{ page }} {% raw %} ${x} &nbsp;

<h4 id="a b">一</h4><h4 id="1">二</h4><h4 id="中 文&quot;">三</h4><h6>六</h6>

<p id="a b">一段</p>

[空](<>) [坏](http://[) [坏](http://) [坏](http:///x) [名](https://例え.example/路?问=答|^`) [口](http://a.cn:999999/)
[信](mailto:) [信](mailto:a@b.cn) [电话](tel:0571-123) [别](weixin:x) [人](https://u:p@a.cn/)
<a href="http://a.cn/ b">x</a>

<dl><dd>先说</dd><dt>词</dt></dl><dl><dt>词</dt><dd><p>一</p><ul><li>二</li></ul></dd></dl>
<dl><dt><ul><li>表</li></ul></dt><dd>三</dd></dl><ul></ul><ol start="-3"><li>负</li><li value="9">九</li>散</ol>

<table><tr><th colspan="3">头</th></tr><tr><td rowspan="900">一<table><tr><td>套</td></tr></table></td></tr>
<thead><tr><td>尾</td></tr></thead></table><table></table><table><thead><tr><th>只有头</th></tr></thead></table>

<ruby>汉<rt>hàn</rt>字<rt>zì</rt></ruby> <sup><a href="#fn:none">9</a></sup> <q>引</q><br><br>换行
<del>删</del><ins>增</ins>

<details><summary>展开</summary><p>内</p></details> <figure><figcaption>无图</figcaption></figure>

![外图](https://www.example.cn/a.png) ![](https://www.example.cn/b.png)

"""
    + ">" * 12
    + """ 深

<pre>

  空  格
</pre>

[^z]: 没有人引的注。
"""
)


@cache
def leaves() -> tuple[Leaf, ...]:
    """One issue of each kind, one with all that a book has, a hostile one."""
    kinds = (next(iter(issue(kind, 1, 7).files.values())) for kind in KINDS)
    read = [leaf_of(text, head="") for text in kinds if isinstance(text, str)]
    read += [
        leaf_of(TEXT),
        leaf_of(HOSTILE),
        leaf_of("\n\n".join(case.source for path in FILES for case in read_cases(path))),
        leaf_of(""),
    ]
    return tuple(structs.replace(leaf, id=str(number)) for number, leaf in enumerate(read))


def page_with(book: Book, words: str) -> str:
    return next(book.text(name) for name in book.spine[2:] if words in book.text(name))


# ── by the checker of the W3C


def built_leaves(root: Path, target: Path) -> list[tuple[Leaf, dict[tuple[str, int], bytes]]]:
    """The leaves of a project, with the bytes of their pictures."""
    write_files(
        target, {str(p.relative_to(root)): p.read_bytes() for p in (root / "content").rglob("*") if p.is_file()}
    )
    with open_leaves(target, NOW, 1) as archive:
        found = []
        for each in archive.resolved.archive.issues:
            leaf = make_leaf(archive.texts, archive.inputs_of(each))
            pictures: dict[tuple[str, int], bytes] = {}

            def kept(key: str, index: int, into: dict[tuple[str, int], bytes] = pictures) -> bytes:
                return into.setdefault((key, index), archive.texts.picture(key, index))

            epub_of_issue(leaf, kept, CHINESE)
            found.append((leaf, pictures))
        return found


def test_the_checker_finds_nothing(tmp_path: Path) -> None:
    """All in one book, since Java takes long to start."""
    assert CHECKER.exists(), "make browser-tools"
    real = [
        each for n, root in enumerate((ROOT, ROOT / "docs/gallery")) for each in built_leaves(root, tmp_path / str(n))
    ]
    assert real
    pictures = {place: data for _, found in real for place, data in found.items()}
    assert pictures
    everything = [*leaves(), *(structs.replace(leaf, id=f"real {n}") for n, (leaf, _) in enumerate(real))]
    book = tmp_path / "all.epub"
    book.write_bytes(
        epub_of_year(everything, lambda key, index: pictures[key, index], CHINESE, BookLook(font=find_font()))
    )
    command = ["java", "-XX:TieredStopAtLevel=1", "-jar", str(CHECKER), str(book), "--failonwarnings"]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 fatals / 0 errors / 0 warnings / 0 infos" in checked.stdout + checked.stderr


# ── what is in it


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.id)
def test_every_link_inside_leads_to_a_file_and_an_id_that_is_there_once(leaf: Leaf) -> None:
    assert_sound(book_of(leaf))


@settings(max_examples=60)
@given(text=bodies)
def test_any_issue_makes_a_sound_book(text: Piece) -> None:
    assert_sound(book_of(leaf_of(text.source)))


def assert_sound(book: Book) -> None:
    trees = book.trees()
    ids = {name: [each.get("id") for each in tree.iter() if each.get("id")] for name, tree in trees.items()}
    for name, found in ids.items():
        assert [id_ for id_, times in Counter(found).items() if times > 1] == []
        assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_.:-]*", id_ or "") for id_ in found)
        links = [link.get("href", "") for link in trees[name].iter(f"{XHTML}a")]
        for link in links:
            if not re.match("(?:https?|mailto|tel):", link):
                file, _, id_ = link.partition("#")
                assert (file or name) in book.files, link
                assert not id_ or id_ in ids[file or name], link


def test_links_and_notes_lead_to_the_files_of_the_book() -> None:
    book = book_of(leaf_of(TEXT))
    page = page_with(book, "说明</a>")
    assert 'href="s1a2.xhtml">总结</a>' in page
    assert re.search(r'href="s1a1\.xhtml#h1">标题</a>', page)
    assert 'href="https://www.example.cn/a%20b?q=100%25&amp;r=%E4%B8%AD%E6%96%87#x">说明</a>' in page
    assert page.count('epub:type="noteref" role="doc-noteref" id="rn1" href="s1a1.xhtml#n1"') == 1
    assert page.count('href="s1a1.xhtml#n1"') == 2
    assert '<aside epub:type="footnote" role="doc-footnote" id="n1"><p>据<strong>当日</strong>记录。</p>' in page
    assert '<th scope="col">项目</th>' in page
    assert '<td class="right">12</td>' in page
    assert '<p class="point-1' in page
    assert '<li value="5">第五</li>' in page_with(book, "第五")


def test_in_the_book_of_a_year_issues_lead_to_one_another() -> None:
    first = structs.replace(leaf_of("见[那期](https://www.example.cn/issues/b/#shen)。"), id="a")
    second = structs.replace(leaf_of("## 栏目\n\n### 深\n\n正文"), id="b", url="https://www.example.cn/issues/b/")
    book = read_book(epub_of_year([first, second], lambda *_: b"", CHINESE))
    assert 'href="i2-s1a1.xhtml">那期</a>' in book.text("i1-issue.xhtml")
    entries = [each.text for each in book.trees()["nav.xhtml"].iter(f"{XHTML}a")]
    assert [each for each in entries if each in ("栏目", "深")] == ["栏目", "深"]


def test_corrections_are_said() -> None:
    leaf = structs.replace(leaf_of("正文"), corrections=(Correction(NOW, "", "旧<词", "新词"),))
    assert "“旧&lt;词” → “新词”" in book_of(leaf).text("issue.xhtml")


def test_what_is_said_of_the_book() -> None:
    leaf = leaf_of("正文")
    package = book_of(leaf).trees()["package.opf"]
    said = {each.get("property") or each.tag.rpartition("}")[2]: each.text for each in package[0]}
    assert said["language"] == leaf.publisher.language
    assert said["identifier"] == book_of(leaf).trees()["package.opf"][0][0].text
    assert str(said["identifier"]).startswith("urn:uuid:")
    assert said["dcterms:modified"] == "2015-04-09T16:00:00Z"
    assert said["schema:accessMode"] == "textual"
    assert said["schema:accessibilityHazard"] == "none"
    assert {"schema:accessModeSufficient", "schema:accessibilityFeature", "schema:accessibilitySummary"} <= said.keys()
    assert package.get("version") == "3.0"
    assert [each.get("properties") for each in package.iter(f"{OPF}item")].count("nav") == 1


@pytest.mark.parametrize(("yaml", "query"), [(STATION, ""), (COUNTED, "?from=epub")])
def test_the_cover_leads_to_the_page_and_names_the_edition_to_a_counter(yaml: str, query: str) -> None:
    address = "https://jzz.example.cn/issues/2015001/"
    book = book_of(leaf_of("正文", yaml))
    assert f'<a href="{address}{query}">{address}</a>' in book.text("cover.xhtml")
    assert f"<dc:source>{address}</dc:source>" in book.text("package.opf")


def test_no_control_is_in_a_page() -> None:
    book = book_of(leaf_of(HOSTILE))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", book.pages())


# ── its bytes


def test_the_type_comes_first_and_the_bytes_are_the_same() -> None:
    leaf = leaf_of(TEXT)
    data = epub_of_issue(leaf, lambda *_: b"", CHINESE)
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    assert data == epub_of_issue(leaf_of(TEXT), lambda *_: b"", CHINESE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_a_changed_template_is_another_program(tmp_path: Path) -> None:
    """Else a build after an upgrade would keep the books of before."""
    package = tmp_path / "epub"
    shutil.copytree(ROOT / "bulletin/editions/epub", package)
    before = compute_fingerprint(str(package), ())
    with (package / "markup/blocks.xhtml").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert compute_fingerprint(str(package), ()) != before


# ── its cover


def test_the_cover_is_a_picture_of_the_mastheads_words_with_a_description() -> None:
    look = BookLook(font=find_font())
    assert look.font, "fonts-noto-cjk"
    leaf = leaf_of(TEXT, head="---\ndate: 2015-04-10\ntitle: 冬季救助专刊\n---\n")
    book = book_of(leaf, look)
    with Pictures.open(io.BytesIO(book.files["cover.jpg"])) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (1200, 1600), "RGB")
    package = book.trees()["package.opf"]
    (item,) = [each for each in package.iter(f"{OPF}item") if each.get("properties") == "cover-image"]
    assert (item.get("href"), item.get("media-type")) == ("cover.jpg", "image/jpeg")
    assert [each.get("content") for each in package.iter(f"{OPF}meta") if each.get("name") == "cover"] == [
        item.get("id")
    ]
    (image,) = book.trees()["cover.xhtml"].iter(f"{XHTML}img")
    assert str(image.get("alt")).endswith("工作简报 2015001 冬季救助专刊"), image.get("alt")
    assert book_of(leaf, look) == book
    assert book_of(leaf_of(TEXT), look).files["cover.jpg"] != book.files["cover.jpg"]


def test_without_a_chinese_font_there_is_no_picture() -> None:
    assert find_font(("no-such-font.ttf",)) is None
    book = book_of(leaf_of(TEXT))
    assert "cover.jpg" not in book.files
    assert "cover-image" not in book.text("package.opf")


# ── templates of the station


def test_the_stations_templates_come_before_the_packaged_ones(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "templates/epub/cover.xhtml": '{% extends "frame.xhtml" %}\n{% block body %}\n<body>'
            '{% include "foot.xhtml" %}</body>\n{% endblock %}',
            "templates/epub/foot.xhtml": "<p>编辑部 {{ book.name }}</p>",
            "templates/epub/style.css": "p { color: #123456; }",
            "templates/epub/_old.xhtml": "{% broken",
        },
    )
    book = book_of(leaf_of(TEXT), book_look(tmp_path))
    assert f"<p>编辑部 {leaf_of(TEXT).number}</p>" in book.text("cover.xhtml")
    assert book.text("style.css") == "p { color: #123456; }"
    assert book.text("nav.xhtml") == book_of(leaf_of(TEXT), BookLook(font=find_font())).text("nav.xhtml")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<p>\n{{ book.nmae }}</p>", "chapter.xhtml:2"),
        ("<p>\n{% if %}</p>", "chapter.xhtml:2"),
        ("<p>甲", "chapter.xhtml"),
    ],
)
def test_a_mistake_in_one_is_named_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    write_files(tmp_path, {"templates/epub/chapter.xhtml": text})
    with pytest.raises(TemplateError) as mistake:
        book_of(leaf_of(TEXT), book_look(tmp_path))
    assert str(mistake.value).startswith(f"templates/epub/{place}: "), mistake.value


def test_a_changed_template_of_the_station_makes_the_book_again(tmp_path: Path) -> None:
    text = ISSUE.format(number="2015001", month=2)
    write_files(tmp_path, {"content/station.yml": STATION + "editions: [epub]\n", "content/issues/2015001.md": text})
    build(tmp_path, NOW, Options())
    for colour in ("#123456", "#654321"):
        write_files(tmp_path, {"templates/epub/style.css": f"p {{ color: {colour}; }}"})
        build(tmp_path, NOW, Options())
        book = read_book((tmp_path / "site/issues/2015001/2015001.epub").read_bytes())
        assert colour in book.text("style.css")


def test_a_build_makes_it_and_the_page_names_it(tmp_path: Path) -> None:
    text = ISSUE.format(number="2015001", month=2)
    write_files(tmp_path, {"content/station.yml": STATION + "editions: [epub]\n", "content/issues/2015001.md": text})
    build(tmp_path, NOW, Options())
    folder = tmp_path / "site/issues/2015001"
    first = (folder / "2015001.epub").read_bytes()
    assert read_book(first).spine[:3] == ("cover.xhtml", "nav.xhtml", "issue.xhtml")
    assert "2015001.epub" in (folder / "index.html").read_text(encoding="utf-8")
    assert ElementTree.fromstring(read_book(first).files["nav.xhtml"]) is not None
