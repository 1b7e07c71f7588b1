"""A list of readers: every row is accounted for."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.core.errors import UsageError
from bulletin.mail.addresses import normal_address
from bulletin.mail.importing import ImportContext, ImportPlan, plan_import
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import Consent, Reader, new_reader, undeliverable, without_consent
from bulletin.mail.stores.sqlite import SqliteReaderStore
from bulletin.mail.tables import read_table

NOW, TODAY = "2026-11-28T08:00:00Z", "2026-11-28"
HASHER = AddressHasher(b"k" * 32)
CONSENT = Consent("2026-01-05", "paper", "w")
HEAD = "姓名,电子邮件,同意,同意时间,同意方式,栏目\n"


def planned(text: str, *known: Reader, never: tuple[str, ...] = ()) -> ImportPlan:
    macs = {HASHER.mac(address) for address in never}
    context = ImportContext({r.address: r for r in known}, macs, "w", NOW, TODAY, "list.csv")
    return plan_import(read_table(text.encode(), "list.csv"), context, HASHER)


def fates(plan: ImportPlan) -> list[tuple[int, str]]:
    return [(each.row, each.fate) for each in plan.rows]


def test_what_becomes_of_each_row() -> None:
    left = without_consent(new_reader("left@qq.com", NOW, CONSENT), "mail", "2026-05-01T00:00:00Z")
    back = without_consent(new_reader("back@qq.com", NOW, CONSENT), "mail", "2026-05-01T00:00:00Z")
    dead = undeliverable(new_reader("dead@qq.com", NOW, CONSENT), NOW)
    plan = planned(
        HEAD
        + "甲,a@qq.com,是,2026年1月5日,纸质签字,站务新闻、案例\n"
        + "乙,b@qq.com,,,,\n"
        + "丙,A@QQ.com,是,2026-01-05,,\n"
        + "丁,left@qq.com,是,2026-01-05,,\n"
        + "丁,back@qq.com,是,2026/6/5,,\n"
        + "戊,dead@qq.com,是,2026-06-05,,\n"
        + "己,gone@qq.com,是,2026-06-05,,\n"
        + "庚,c@qq.com,否,2026-06-05,,\n"
        + "辛,没有,是,2026-06-05,,\n"
        + ",,,,,\n"
        + "壬,d@qq.com;e@qq,是,2027-06-05,,\n"
        + "癸,known@qq.com,是,2026-06-05,,\n",
        left, back, dead, new_reader("known@qq.com", NOW, CONSENT), never=("gone@qq.com",),
    )  # fmt: skip
    assert fates(plan) == [
        (2, "active"), (3, "pending"), (4, "double"), (5, "left"), (6, "active"), (7, "dead"), (8, "never"),
        (9, "declined"), (10, "invalid"), (11, "empty"), (12, "pending"), (12, "invalid"), (13, "known"),
    ]  # fmt: skip
    assert (plan.total, plan.ignored, sum(plan.sums().values())) == (12, ("姓名",), 13)
    first = plan.readers[0]
    assert (first.columns, first.consents) == (
        ("站务新闻", "案例"), (Consent("2026-01-05", "paper", "w", "list.csv:2 纸质签字"),)
    )  # fmt: skip
    assert [r.address for r in plan.readers] == ["a@qq.com", "b@qq.com", "back@qq.com", "d@qq.com"]


def test_the_heading_may_come_late_and_must_come() -> None:
    assert fates(planned("通讯录\n\nE-mail\na@qq.com\n")) == [(4, "pending")]
    with pytest.raises(UsageError):
        planned("姓名\n甲\n")


def test_a_list_in_gbk_with_tabs() -> None:
    data = "姓名\t邮箱\n李\ta@qq.com\n".encode("gb18030")
    assert read_table(data, "x") == ((("姓名", "邮箱"), ("李", "a@qq.com")),)
    for broken in (b"\xff\xfe\x00", b"PK\x03\x04broken"):
        with pytest.raises(UsageError):
            read_table(broken, "x")


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def test_a_list_from_excel() -> None:
    cells = (("B2", "邮箱"), ("B3", "a@qq.com"))
    rows = "".join(f'<row r="{c[1]}"><c r="{c}" t="inlineStr"><is><t>{t}</t></is></c></row>' for c, t in cells)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for name, text in (_PARTS | {"xl/worksheets/sheet1.xml": _SHEET.format(rows)}).items():
            book.writestr(name, text)
    plan = plan_import(read_table(made.getvalue(), "a.xlsx"), ImportContext({}, (), "w", NOW, TODAY, "a.xlsx"), HASHER)
    assert fates(plan) == [(3, "pending")]


_DIRT = (
    "{}@qq.com", "{}@qq.con", "{}@qq,com", "{}@163.c0m", "ｘ{}＠ｑｑ．ｃｏｍ", "{}@qq.com;{}b@qq.com", "{}@qq.com　 ",
    "mailto:{}@qq.com", "李 <{}@qq.com>", "same@qq.com", "", "{}", "李{}@qq.com",
)  # fmt: skip


def test_twenty_thousand_dirty_rows(tmp_path: Path) -> None:
    store = SqliteReaderStore(tmp_path / "readers.db")
    text = HEAD + "".join(f'李,"{_DIRT[n % 13].format(*[f"u{n}"] * 2)}",是,2026-01-05,纸,\n' for n in range(20_000))
    began = time.process_time()
    plan = planned(text)
    store.put_readers(plan.readers)
    assert time.process_time() - began < 5
    sums = plan.sums()
    assert {each.row for each in plan.rows} == set(range(2, 20_002))
    assert len(plan.rows) == sum(sums.values()) == 20_000 + 1539  # those with two addresses
    assert sums["active"] == len(plan.readers) == len(list(store.readers()))
    assert sums["invalid"] == 3 * 1538
    assert sums["double"] == 1538 - 1
    store.close()


def test_who_signs_before_eight_in_the_morning_signs_today() -> None:
    context = ImportContext({}, (), "w", "2026-11-28T23:30:00Z", "2026-11-29", "list.csv")
    text = HEAD + "李,li@qq.com,是,2026-11-29,纸,\n王,wang@qq.com,是,2026-11-30,纸,\n"
    plan = plan_import(read_table(text.encode(), "list.csv"), context, HASHER)
    assert fates(plan) == [(2, "active"), (3, "pending")]


_CELLS = st.text(st.sampled_from("aB1@.,;，。＠<> 李\"'\n\t-mailto:qcon"), max_size=30)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(_CELLS, st.sampled_from(["是", "否", ""]), st.sampled_from(["2026-01-05", "2026-02-30", ""])))
)
def test_every_row_is_accounted_for(rows: list[tuple[str, str, str]]) -> None:
    sheet = (("邮箱", "同意", "同意时间"), *rows)
    plan = plan_import((sheet,), ImportContext({}, (), "w", NOW, TODAY, "x"), HASHER)
    assert {each.row for each in plan.rows} == set(range(2, len(rows) + 2))
    sums = plan.sums()
    assert sums["active"] + sums["pending"] == len(plan.readers)
    assert all(normal_address(r.address) == r.address for r in plan.readers)
