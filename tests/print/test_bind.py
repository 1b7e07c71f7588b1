"""The bound volume of a year: contents that are true, bookmarks, authors by pinyin, every issue whole."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader

from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.print.typesetting import PrintDocument, Typesetter
from bulletin.editions.print.volume import VolumeMaker
from tests.conftest import good_issues, write_files
from tests.editions.leaves import COUNTED, leaf_of
from tests.print.sheets import printer, rendered, tags, text_on_paper
from tests.print.test_print_command import printing  # noqa: F401 - a fixture
from tests.test_cli import Run, run  # noqa: F401 - a fixture

GOLDEN = Path(__file__).parent / "golden"
_HEAD = "---\nnumber: 2015年第{n}期（总第{total}期）\ndate: 2015-0{n}-10 10:04:49\ntitle: {title}\n---\n"
_LONG = "\n\n".join("救助管理站全体职工认真学习工作规程" * 30 for _ in range(3))
_TEXTS = (
    (
        "春季巡查专刊",
        f"## 站务新闻\n\n### 春天的巡查\n\n{_LONG}\n\n（曾小兰）\n\n### 食堂的早晨\n\n粥要熬够。\n\n（解文华）\n",
    ),
    (
        "",
        f"## 站务新闻\n\n### 夏天的巡查\n\n{_LONG}\n\n（曾小兰　安青）\n\n"
        "## 案例分析\n\n### 回家的路\n\n他笑了。[^1]\n\n[^1]: 第二天。\n",
    ),
    ("秋季专刊", "## 案例分析\n\n### 回家的路\n\n又一位回家了，见[上文](#回家的路)。\n\n（供稿：办公室）\n"),
)


def volume_document(typesetter: Typesetter) -> PrintDocument:
    maker = _maker(typesetter)
    for place, (title, text) in enumerate(_TEXTS, 1):
        head = _HEAD.format(n=place, total=37 + place, title=title)
        maker.add(leaf_of(text, COUNTED, head=head if title else head.replace("title: \n", "")), lambda *_: b"")
    return maker.document()


def _maker(typesetter: Typesetter) -> VolumeMaker:
    say = translations("zh-CN").gettext
    return VolumeMaker(2015, PrintSettings(), printer(typesetter).lettering, say, lambda name, _: name)


class _Volume(NamedTuple):
    document: PrintDocument
    pdf: bytes
    pages: tuple[str, ...]
    """Words of each page, without blanks."""


@pytest.fixture(scope="module")
def volume(typesetter: Typesetter) -> _Volume:
    document = volume_document(typesetter)
    done = typesetter.pdf(document)
    assert (bool(done.output), done.reason) == (True, "")
    pages = text_on_paper(done.output).split("\f")[:-1]
    return _Volume(document, done.output, tuple("".join(page.split()) for page in pages))


def _numbered(volume: _Volume) -> dict[int, str]:
    """Pages of the issues by the number printed on them."""
    found = ((re.search(r"—(\d+)—$", page), page) for page in volume.pages)
    return {int(number[1]): page for number, page in found if number}


def test_pages_are_numbered_through_all_issues(volume: _Volume) -> None:
    numbers = list(_numbered(volume))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > len(_TEXTS)


def test_page_numbers_in_the_contents_are_true(volume: _Volume) -> None:
    pages = _numbered(volume)
    front = "\n".join(text_on_paper(volume.pdf).split("\f")[: -len(pages) - 1])
    for title in ("春天的巡查", "食堂的早晨", "夏天的巡查"):
        at = next(number for number, page in pages.items() if title in page)
        listed = [line.split()[-1] for line in front.splitlines() if line.startswith(title)]
        assert listed == [str(at), str(at)]


def test_every_entry_of_the_front_leads_to_its_page(volume: _Volume) -> None:
    reader = PdfReader(io.BytesIO(volume.pdf))
    front = len(reader.pages) - len(_numbered(volume))
    targets = [_page_of(reader, note.get_object()) for page in reader.pages[:front] for note in page.get("/Annots", [])]
    assert len(targets) >= 3 + 5 + 5 + 4
    assert all(target >= front for target in targets)


def test_each_issue_leads_to_its_page_with_the_edition_for_the_counter(volume: _Volume) -> None:
    notes = [note.get_object() for page in PdfReader(io.BytesIO(volume.pdf)).pages for note in page.get("/Annots", [])]
    found = {str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]}
    expected = {f"https://jzz.example.cn/issues/201500{n}/?from=pdf" for n in range(1, len(_TEXTS) + 1)}
    assert {each for each in found if "from" in each} == expected


def _page_of(reader: PdfReader, note: Any) -> int:
    where = note.get("/Dest") or note["/A"]["/D"]
    if isinstance(where, str):
        where = reader.named_destinations[where].dest_array
    number = reader.get_page_number(where[0].get_object())
    assert number is not None
    return number


def test_bookmarks_are_issues_with_their_sections_and_articles(volume: _Volume) -> None:
    reader = PdfReader(io.BytesIO(volume.pdf))
    names = [each.title for each in reader.outline if not isinstance(each, list)]
    assert len(names) == 4 + len(_TEXTS)
    assert names[0] == "工作简报"
    assert [re.sub(r"\s", "", str(name)) for name in names[4:]] == [
        "2015年第1期（总第38期）春季巡查专刊",
        "2015年第2期（总第39期）",
        "2015年第3期（总第40期）秋季专刊",
    ]
    below: Any = next(each for each in reversed(reader.outline) if isinstance(each, list))
    assert below[0].title == "案例分析"


def test_an_author_has_each_page_once(typesetter: Typesetter) -> None:
    maker = _maker(typesetter)
    articles = "".join(f"### 第{n}则\n\n粥要熬够。\n\n（曾小兰）\n\n" for n in range(12))
    maker.add(leaf_of(f"## 站务新闻\n\n{articles}", head=_HEAD.format(n=1, total=38, title="短讯")), lambda *_: b"")
    index = text_on_paper(typesetter.pdf(maker.document()).output).split("作者索引")[1].split("\f")[0]
    found = re.search(r"曾小兰(.*)", "".join(index.split()))
    assert found
    assert re.findall(r"\d+", found[1]) == ["1", "2", "3"]


def test_strange_issues_are_bound_whole(typesetter: Typesetter) -> None:
    """A title over lines, one without a place to part it, signs without a font, a paragraph of 20,000 characters."""
    maker = _maker(typesetter)
    long, letters, odd = "关于进一步做好寒冷天气救助工作的通报" * 4, "A" * 200, "表情😀与 مرحبا"
    text = f"## 站务新闻\n\n### {letters}\n\n粥要熬够。\n\n### {odd}\n\n" + "粥要熬够，" * 4_000 + "完。\n"
    maker.add(leaf_of(text, head=_HEAD.format(n=1, total=38, title=long)), lambda *_: b"")
    done = typesetter.pdf(maker.document())
    said = "".join(text_on_paper(done.output).split())
    assert done.reason == ""
    assert (said.count(long), said.count(letters), said.count("表情〓与")) == (2, 3, 3)
    assert said.count("粥要熬够") > 3_900


def test_authors_are_in_the_order_of_pinyin(volume: _Volume) -> None:
    groups = volume.document.data["authors"]
    assert [(each["initial"], [name["name"] for name in each["names"]]) for each in groups] == [
        ("A", ["安青"]),
        ("B", ["办公室"]),
        ("X", ["解文华"]),
        ("Z", ["曾小兰"]),
    ]
    assert [len(name["entries"]) for name in groups[-1]["names"]] == [2]


def test_columns_gather_articles_of_all_issues(volume: _Volume) -> None:
    columns = {each["title"]: [entry["title"] for entry in each["entries"]] for each in volume.document.data["columns"]}
    assert columns == {"站务新闻": ["春天的巡查", "食堂的早晨", "夏天的巡查"], "案例分析": ["回家的路", "回家的路"]}


def test_the_text_of_each_issue_is_whole(volume: _Volume) -> None:
    said = "".join(re.sub(r"—\d+—$", "", page) for page in volume.pages)
    assert all(each in said for each in ("粥要熬够。", "第二天。", "又一位回家了", "（曾小兰）"))
    assert said.count("救助管理站全体职工认真学习工作规程") >= 100


def test_it_holds_to_the_standards_and_is_tagged(volume: _Volume) -> None:
    found = [each.tag for each in tags(volume.pdf)]
    assert found.count("H1") == 4 + len(_TEXTS)
    assert {"H2", "H3", "P", "Link"} <= set(found)


def test_the_same_issues_give_the_same_bytes(typesetter: Typesetter, volume: _Volume) -> None:
    assert typesetter.pdf(volume_document(typesetter)).output == volume.pdf
    assert volume.document.time == datetime(2015, 3, 10, 10, 4, 49)


@pytest.mark.parametrize("page", [1, 3])
def test_the_volume_looks_as_expected(volume: _Volume, page: int, golden: bool) -> None:
    path = GOLDEN / f"volume-{page}.png"
    made = Image.open(io.BytesIO(rendered(volume.pdf, page, 40))).convert("L")
    if golden:
        made.quantize(16).save(path, optimize=True)
    expected = Image.open(path).convert("L")
    assert made.size == expected.size
    assert ImageStat.Stat(ImageChops.difference(made, expected)).mean[0] < 2


# ── the commands


def test_a_year_becomes_a_file_with_what_the_gate_lets_go(run: Run, printing: Path) -> None:  # noqa: F811
    texts = good_issues(3)
    secret = texts["content/issues/2015002.md"] + "身份证号码11010519491231002X\n"
    draft = texts["content/issues/2015003.md"].replace("---\nnumber", "---\ndraft: yes\nnumber", 1)
    write_files(printing, {**texts, "content/issues/2015002.md": secret, "content/issues/2015003.md": draft})
    data = io.BytesIO()
    Image.new("RGB", (1400, 700), (30, 90, 160)).save(data, "JPEG")
    picture = texts["content/issues/2015001.md"] + "\n![操场上的人](a.jpg '运动会')\n"
    write_files(printing, {"content/issues/2015001.md": picture, "content/issues/a.jpg": data.getvalue()})
    said = run("bind", "2015", "--root", printing)
    assert (said.code, said.err) == (0, "")
    line = secret.count("\n")
    assert said.out.splitlines()[-1] == f"kept back, not in the book: 2015002 (P101 in line {line})"
    pdf = (printing / "out/print/2015.pdf").read_bytes()
    text = text_on_paper(pdf)
    assert "11010519491231002X" not in text
    assert [name for name in re.findall(r"2015年第(\d)期", "".join(text.split())) if name != "1"] == []
    assert "操场上的人" in [each.alt for each in tags(pdf)]
    assert [path.name for path in (printing / "out/print").iterdir()] == ["2015.pdf"]


def test_the_same_is_left_out_of_both_forms_and_said_in_the_same_words(run: Run, printing: Path) -> None:  # noqa: F811
    texts = good_issues(3)
    secret = texts["content/issues/2015002.md"] + "身份证号码11010519491231002X\n"
    unread = {"content/issues/2015003.md": "---\nnumber: 2015003\n"}
    write_files(printing, {**texts, "content/issues/2015002.md": secret, **unread})
    paper, book = run("bind", "2015", "--root", printing), run("bind", "2015", "--epub", "--root", printing)
    exported = printing / "out/export/2015.epub"
    made = exported.read_bytes()
    assert (paper.code, book.code) == (1, 1)
    for said in (paper.out, book.out):
        assert "content/issues/2015003.md:1: error" in said
        assert said.splitlines()[-1].startswith("kept back, not in the book: 2015002 (P101")
    again = run("export", "epub", "2015", "--root", printing)
    assert (again.out, exported.read_bytes()) == (book.out, made)


def test_a_year_without_issues_is_said(run: Run, printing: Path) -> None:  # noqa: F811
    said = run("bind", "2013", "--root", printing)
    assert (said.code, "2015" in said.err) == (2, True)
    assert run("bind", "2013", "--epub", "--root", printing).err == said.err
    assert not (printing / "out").exists()


def test_a_poster_is_a_page_and_a_picture(run: Run, printing: Path) -> None:  # noqa: F811
    said = run("print", "2015001", "--poster", "--root", printing)
    assert (said.code, said.err) == (0, "")
    assert sorted(path.name for path in (printing / "out/print").iterdir()) == [
        "2015001-poster.pdf",
        "2015001-poster.png",
    ]
