"""P101 to P108 and P115 to P119 in attached files, and `check --fix` on Office files."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from bulletin.build.fixing import cleaned_files, write_fixed
from bulletin.check.documents import document_numbers, document_problems, trace_words
from bulletin.check.office import Office
from bulletin.core.problems import SEVERITIES, describe, remedy
from bulletin.read.documents.facts import TRACE_NAMES, DocumentFacts, DocumentPart, Trace
from bulletin.read.documents.reading import read_document
from tests.check.texts import OFFICE
from tests.conftest import NOW, write_files
from tests.read.documents import ID_NUMBER, MOBILE, core, docx, ole, paragraph, pdf, pptx, xlsx
from tests.read.documents import run as words
from tests.test_cli import Run, run  # noqa: F401 - a fixture

PATH = "content/issues/2015001/a.docx"


def messages(facts: DocumentFacts, office: Office = OFFICE) -> list[str]:
    return [f"{found.code} {describe(found, str)}" for found in document_problems(PATH, facts, office)]


def of_text(text: str, role: str = "body", place: str = "", kind: str = "word") -> DocumentFacts:
    return DocumentFacts(kind, (msgspec.convert((role, place, text), DocumentPart),))


# ── numbers


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (of_text(f"身份证{ID_NUMBER}"), "P101 an identity number: 110105************"),
        (of_text(MOBILE, "comment"), "P103 a mobile number that is not the station's: 138******** (comment)"),
        (
            of_text(f"张三\t{ID_NUMBER}", "hidden", "底表", "sheet"),
            "P101 an identity number: 110105************ (sheet “底表” · hidden text)",
        ),
        (of_text(ID_NUMBER, "body", "3", "pdf"), "P101 an identity number: 110105************ (page 3)"),
        (
            of_text(ID_NUMBER, "speaker", "3", "slides"),
            "P101 an identity number: 110105************ (slide 3 · notes for the speaker)",
        ),
        (
            of_text(ID_NUMBER, "embedded", "表.xlsx"),
            "P101 an identity number: 110105************ (embedded file “表.xlsx”)",
        ),
        (of_text("请写信到 wang@qq.com"), "P108 a person's mail address: wan********"),
    ],
)
def test_numbers_are_found_and_the_message_says_where(facts: DocumentFacts, message: str) -> None:
    assert messages(facts) == [message]


def test_they_are_problems_of_the_file_as_a_whole() -> None:
    (found,) = document_problems(PATH, of_text(f"一\n二\n{ID_NUMBER}"), OFFICE)
    assert (found.path, found.line, found.severity) == (PATH, 0, "error")
    (number,) = document_numbers(of_text(f"一\n二\n{ID_NUMBER}"), OFFICE)
    assert number.value == ID_NUMBER


def test_no_whole_number_is_in_any_message() -> None:
    facts = DocumentFacts(
        "sheet",
        (DocumentPart("body", f"名单{MOBILE}", ID_NUMBER),),
        (Trace("embedded files", 1, (f"{ID_NUMBER}.xlsx",)), Trace("comments", 1, (MOBILE,))),
    )
    said = " ".join(messages(facts))
    assert ID_NUMBER not in said
    assert MOBILE not in said
    assert said.count("*") > 20


def test_a_list_of_thousands_ends_after_two_hundred_in_no_time() -> None:
    lines = "\n".join(f"1390000{n:04}" for n in range(10_000))
    assert len(messages(of_text(lines))) == 200


@pytest.mark.parametrize(
    ("kind", "cell", "row"), [("sheet", "\t", "\n"), ("pdf", " ", "\n"), ("text", ",", "\n"), ("pdf", "\n", "\n")]
)
def test_figures_of_a_table_are_no_number(kind: str, cell: str, row: str) -> None:
    chosen = random.Random(2)

    def figure() -> str:
        dated = f"{chosen.randrange(2000, 2016)}-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 28):02}"
        return chosen.choice([str(chosen.randrange(10 ** chosen.randrange(1, 7))), dated])

    text = row.join(cell.join(figure() for _ in range(8)) for _ in range(3_000))
    assert messages(of_text(text, kind=kind)) == []
    assert len(messages(of_text(f"{text}\n张三 {ID_NUMBER} {MOBILE}", kind=kind))) == 2


@pytest.mark.parametrize(
    "line",
    [
        "张三 138 0013 8000 李四 139 0013 9000",
        "138 0013 8000",
        "2015年报名 12 人，电话 138 0013 8000，限 30 人",
        "张三，身份证号 110105 19491231 002X，联系 0734 8516111",
        "身份证 110105194912\n31002X 已经核对",
    ],
)
def test_numbers_in_groups_are_found_beside_words(line: str) -> None:
    found = len(messages(of_text(line, kind="pdf")))
    assert found == (2 if "李四" in line or "联系" in line else 1)


def test_figures_of_two_cells_in_a_word_file_are_no_number() -> None:
    cells = "".join(f"<w:tc>{paragraph(words(said))}</w:tc>" for said in ("110105", "19491231", "002X"))
    data = docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
    assert messages(read_document("a.docx", data)) == []
    assert len(messages(read_document("a.docx", docx(paragraph(words("身份证110105 19491231 002X")))))) == 1


def test_in_bytes_that_are_no_text_only_what_is_proven_counts() -> None:
    facts = of_text(f"{ID_NUMBER}\n6222021234567890128\n0734-8516000", "raw", kind="old office")
    assert [each.code for each in document_numbers(facts, OFFICE)] == ["P101"]


# ── traces


def test_people_in_the_properties() -> None:
    facts = DocumentFacts("word", (), (Trace("author", 2, ("王芳", "微软用户")), Trace("company", 1, ("某站",))))
    assert messages(facts) == ["P115 the file's properties tell author (2: 王芳)."]


def test_colleagues_and_programs_are_no_news() -> None:
    office = OFFICE._replace(facts=msgspec.structs.replace(OFFICE.facts, staff=("王芳",)))
    facts = DocumentFacts("word", (), (Trace("author", 1, ("王芳",)), Trace("last author", 1, ("Administrator",))))
    assert messages(facts, office) == []


@pytest.mark.parametrize("kind", [kind for kind in TRACE_NAMES if kind != "company"])
def test_every_kind_of_trace_has_its_message(kind: str) -> None:
    trace = msgspec.convert((kind, 1, ["王芳"]), Trace, strict=False)
    (found,) = document_problems(PATH, DocumentFacts("word", (), (trace,)), OFFICE)
    assert found.code in ("P115", "P116", "P117", "P118")
    assert TRACE_NAMES[trace.kind] in describe(found, str)
    assert remedy(found, str)
    assert trace_words(trace, str) == f"{TRACE_NAMES[trace.kind]} (1: 王芳)"
    assert found.severity in SEVERITIES


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx(paragraph(words("来站登记")))),
        ("a.xlsx", xlsx({"一": ("visible", "<sheetData><row><c><v>12</v></c></row></sheetData>")})),
        ("a.pptx", pptx((("", "来站登记"),))),
        ("a.pdf", pdf(("welcome",), info="/Producer (x) /CreationDate (D:20150410090449)")),
        ("a.csv", "编号,数量\n2015001,12\n".encode()),
    ],
)
def test_nothing_is_said_of_innocent_files(name: str, data: bytes) -> None:
    assert messages(read_document(name, data)) == []


def test_what_could_not_be_looked_into_is_said() -> None:
    said = messages(read_document("名单.xls", ole({"Workbook": b"x"})))
    assert said == ["P119 nobody has looked into this file: its format of before 2007 cannot be read."]


# ── check --fix

HIDDEN = docx(paragraph(words("公开"), words("不公开", "<w:vanish/>")), docProps__core_x=core("王芳", "李桂芳"))
ISSUE = "content/issues/2015004.md"
TEXT = "---\nnumber: 2015004\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 报名\n\n请下载[报名表](附/表(1).docx)。\n"


@pytest.fixture
def attached(station: Path) -> Path:
    write_files(station, {ISSUE: TEXT, "content/issues/2015005/index.md": TEXT.replace("004", "005")})
    for name in ("附/表(1).docx", "附/没有链接.docx", "2015005/在文件夹里.docx"):
        path = station / "content/issues" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(HIDDEN)
    return station


def test_linked_files_and_those_of_an_issues_folder_are_cleaned(attached: Path) -> None:
    (attached / "content/issues/2015005/外面.docx").symlink_to("/etc/hostname")
    found = {cleaned.file.path: cleaned for cleaned in cleaned_files(attached)}
    assert list(found) == ["content/issues/2015005/在文件夹里.docx", "content/issues/附/表(1).docx"]
    one = found["content/issues/附/表(1).docx"]
    copy = write_fixed(attached, ".bulletin", one.file, NOW)
    assert (attached / copy).read_bytes() == HIDDEN
    after = read_document("a.docx", (attached / one.file.path).read_bytes())
    assert ([part.text for part in after.visible], after.traces) == (["公开"], ())
    assert one.file.path not in {cleaned.file.path for cleaned in cleaned_files(attached)}


@pytest.mark.parametrize(
    "link",
    [
        "[表](附/表(1).docx)",
        "[表](<附/表(1).docx>)",
        "[表][1]\n\n[1]: 附/表(1).docx\n\n",
        '<a href="附/表(1).docx">表</a>',
    ],
)
def test_a_link_counts_however_it_is_written(attached: Path, link: str) -> None:
    write_files(attached, {ISSUE: TEXT.replace("[报名表](附/表(1).docx)", link)})
    assert "content/issues/附/表(1).docx" in [cleaned.file.path for cleaned in cleaned_files(attached)]


def test_fix_says_what_it_took_out_and_diff_only_says_it(run: Run, attached: Path) -> None:  # noqa: F811
    path = attached / "content/issues/附/表(1).docx"
    said = run("check", "--fix", "--diff", "--root", attached)
    title = "What is taken out of content/issues/附/表(1).docx:"
    lines = said.out.splitlines()
    at = lines.index(title)
    assert lines[at + 1 : at + 4] == ["- author (1: 王芳)", "- hidden text (1)", "- last saved by (1: 李桂芳)"]
    assert path.read_bytes() == HIDDEN
    said = run("check", "--fix", "--root", attached)
    copy = ".bulletin/before-fix/20160101-120000/content/issues/附/表(1).docx"
    assert f"content/issues/附/表(1).docx was cleaned; the original is kept in {copy}." in said.out
    assert (attached / copy).read_bytes() == HIDDEN
    assert run("check", "--fix", "--root", attached).out == "There is nothing that can be fixed automatically.\n"


def test_a_damaged_file_does_not_stop_the_others(attached: Path) -> None:
    (attached / "content/issues/2015005/坏.docx").write_bytes(HIDDEN[:-40])
    (attached / "content/issues/2015005/夹.docx").mkdir()
    assert len(list(cleaned_files(attached))) == 2
