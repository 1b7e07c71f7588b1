"""`bulletin word in` and `paste`: a draft with its pictures, a report, and nothing where there is a mark of secrecy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages
from bulletin.commands.word import clipboard, report
from bulletin.core.i18n import translations
from bulletin.word.incoming import MAX_PASTED_BYTES, IncomingText, LeftKind, LeftOut
from tests.conftest import SESSION, write_files
from tests.word import packing as x

STATION = "name: 甲站\nsections:\n  - {id: news, title: 站务新闻}\n  - {id: cases, title: 案例}\n"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION})
    return tmp_path


def _run(station: Path, *words: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(bulletin(SESSION), ["word", *words, "--root", str(station)], input=given)


def _document(station: Path, content: bytes, name: str = "a.docx") -> str:
    (station / name).write_bytes(content)
    return str(station / name)


def _notice(**parts: Any) -> bytes:
    body = x.par("关于值班的通知", more='<w:jc w:val="center"/>')
    body += x.par(x.run("请按时") + x.run("暗字", "<w:vanish/>") + x.run("到岗。")) + x.par(x.drawing("p", "值班表"))
    body += x.table(["甲", "乙"], ["丙", "丁"]) + x.par(x.drawing("q"))
    links = x.link("p", "image", "media/a.png") + x.link("q", "image", "media/b.emf")
    files = {"word/media/a.png": x.png(), "word/media/b.emf": b"\x01\0\0\0" + bytes(50)}
    return x.pack(body, links=links, files=files, **parts)


def test_a_document_becomes_a_draft_with_its_pictures_and_a_report(station: Path) -> None:
    done = _run(station, "in", _document(station, _notice()), "--number", "2015003", "--section", "案例")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "3 paragraphs, 1 table, 1 picture; left out: 1 hidden text, 1 EMF picture",
        "  1 hidden text: 暗字",
        "  1 EMF picture",
        "    In Word or WPS, copy it and paste it as a picture (PNG), or save it as one; put that into the draft.",
        "Draft: content/issues/2015003/index.md",
    ]
    folder = station / "content/issues/2015003"
    assert {path.name for path in folder.iterdir()} == {"index.md", "picture-1.png"}
    text = (folder / "index.md").read_text(encoding="utf-8")
    assert "draft: true" in text
    assert text.endswith(
        "## 案例\n\n### 关于值班的通知\n\n请按时到岗。\n\n![值班表](picture-1.png)\n\n"
        + text[text.index("picture-1.png)\n\n") + len("picture-1.png)\n\n") :]
    )


def test_the_report_has_words_for_each_kind_of_what_is_left_out() -> None:
    kinds = get_args(LeftKind)
    assert tuple(report._COUNTED) == kinds
    assert report._REMEDIES.keys() <= set(kinds)


def test_the_report_has_a_colon_of_the_reader_s_language() -> None:
    session = SESSION._replace(say=Messages(translations("zh_CN").gettext))
    text = IncomingText("", "<p>甲。</p>", left_out=(LeftOut("hidden", "暗字"),))
    assert [*report.report_lines(session, text)][1].endswith("：暗字")


def test_a_further_document_is_an_article_of_the_issue(station: Path) -> None:
    path = _document(station, _notice())
    _run(station, "in", path, "--number", "2015003")
    done = _run(station, "in", _document(station, x.pack(x.par("又一条消息。"))), "--number", "2015003")
    assert done.exit_code == 0, done.output
    (article,) = (station / "content/issues/2015003").glob("*[!x].md")
    assert 'section: "站务新闻"' in article.read_text(encoding="utf-8")
    assert "又一条消息。" in article.read_text(encoding="utf-8")


def test_square_brackets_lead_to_the_same_folder(station: Path) -> None:
    """A shell's user types those; the folder has the official ones."""
    assert _run(station, "in", _document(station, _notice()), "--number", "[2015]3号").exit_code == 0
    done = _run(station, "in", _document(station, x.pack(x.par("又一条消息。"))), "--number", "[2015]3号")
    assert done.exit_code == 0, done.output
    assert "content/issues/〔2015〕3号/" in done.output


def test_a_document_that_is_called_after_its_number_makes_that_issue(station: Path) -> None:
    path = _document(station, x.pack(x.par("一条消息。")), "2015007.docx")
    assert "content/issues/2015007.md" in _run(station, "in", path).output
    assert _run(station, "in", path).exit_code == 2


@pytest.mark.parametrize(
    ("page", "draft"),
    [
        ("<p>值班的安排</p><p>甲。</p>", "## 站务新闻\n\n### 值班的安排\n\n甲。\n"),
        ("<h2>值班的安排</h2><p>甲。</p><h3>其一</h3>", "## 站务新闻\n\n### 值班的安排\n\n甲。\n\n#### 其一\n"),
        ("<p>只有一句。</p>", "## 站务新闻\n\n### 只有一句。\n\n只有一句。\n"),
        (
            "<h2>一、甲</h2><p>话。</p><h2>二、乙</h2><p>话。</p>",
            "## 站务新闻\n\n### 一、甲\n\n#### 一、甲\n\n话。\n\n#### 二、乙\n\n话。\n",
        ),
        ("<h2>案例</h2><p>话。</p>", "## 案例\n\n话。\n"),
        (f"<p>{'长' * 40}</p><p>话。</p>", f"## 站务新闻\n\n### {'长' * 30}…\n\n{'长' * 40}\n\n话。\n"),
    ],
)
def test_the_first_line_of_a_text_without_a_title_is_its_title_and_is_there_once(
    station: Path, page: str, draft: str
) -> None:
    done = _run(station, "paste", "-", "--number", "2015004", given=page.encode())
    assert done.exit_code == 0, done.output
    head, _, body = (station / "content/issues/2015004.md").read_text(encoding="utf-8").partition("---\n\n")
    assert body == draft
    assert "title" not in head


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("站务新文", "station.yml has no section “站务新文”; the draft has it all the same. Did you mean “站务新闻”?"),
        (
            "没有这栏",
            "station.yml has no section “没有这栏”; the draft has it all the same. There are: 站务新闻、案例.",
        ),
        ("案例", ""),
    ],
)
def test_a_section_that_station_yml_does_not_name_is_said(station: Path, named: str, said: str) -> None:
    done = _run(station, "paste", "-", "--section", named, given="<p>甲。</p><p>乙。</p>".encode())
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if "section" in line] == [said] * bool(said)


def test_nothing_is_overwritten(station: Path) -> None:
    write_files(station, {"content/issues/2015003.md": "原来的"})
    done = _run(station, "in", _document(station, _notice()), "--number", "2015003")
    assert done.exit_code == 2
    assert "Give another number with --number" in done.output
    assert [path.name for path in (station / "content/issues").iterdir()] == ["2015003.md"]


def test_a_mark_of_secrecy_in_a_header_makes_no_draft(station: Path) -> None:
    path = _document(station, _notice(header1=x.par("机密★1年")))
    done = _run(station, "in", path)
    assert done.exit_code == 2
    assert "机密★1年" in done.output
    assert not (station / "content/issues").exists()


def test_a_mark_that_is_kept_stays_in_the_draft_and_holds_it_back(station: Path) -> None:
    done = _run(station, "in", _document(station, _notice(header1=x.par("机密★1年"))), "--number", "2015003", "--keep")
    assert done.exit_code == 0, done.output
    index = station / "content/issues/2015003/index.md"
    assert "机密★1年" in index.read_text(encoding="utf-8")
    index.write_text(index.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    CliRunner().invoke(bulletin(SESSION), ["build", "--root", str(station)])
    assert not (station / "site/issues/2015003").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "in WPS's own format (.wps)"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "a document of Word 97–2003 (.doc)"),
        ("a.docx", b"%PDF-1.7", "no document of Word"),
    ],
)
def test_other_files_are_refused_with_one_sentence(station: Path, name: str, content: bytes, sentence: str) -> None:
    done = _run(station, "in", _document(station, content, name))
    assert done.exit_code == 2
    assert sentence in done.output
    assert len(done.output.splitlines()) == 1


def test_what_was_copied_comes_from_standard_input(station: Path) -> None:
    page = "<p class=MsoTitle>值班的事</p><p>到岗<span style='mso-hide:all'>暗字</span>。</p>".encode()
    done = _run(station, "paste", "-", "--number", "2015004", given=page)
    assert done.exit_code == 0, done.output
    text = (station / "content/issues/2015004.md").read_text(encoding="utf-8")
    assert text.endswith("## 站务新闻\n\n### 值班的事\n\n到岗。\n")


@pytest.mark.parametrize("given", [True, False])
def test_of_what_is_too_long_nothing_is_cut(station: Path, given: bool) -> None:
    page = b"<p>" + b"a" * MAX_PASTED_BYTES
    (station / "a.html").write_bytes(page)
    done = _run(station, "paste", "-" if given else str(station / "a.html"), given=page)
    assert done.exit_code == 2
    assert "too large" in done.output


def test_what_was_copied_comes_from_the_clipboard(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin.commands.word.paste.read_clipboard", lambda: "<p>剪来的。</p>".encode())
    done = _run(station, "paste", "--number", "2015004")
    assert done.exit_code == 0, done.output
    assert "剪来的。" in (station / "content/issues/2015004.md").read_text(encoding="utf-8")


def test_the_clipboard_is_asked_for_html_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "wl-paste"
    tool.write_text(
        f'#!{sys.executable}\nimport sys\nsys.stdout.write("html" if "text/html" in sys.argv else "plain")\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clipboard.read_clipboard("linux") == b"html"


@pytest.mark.parametrize(("answer", "sentence"), [(None, "gives no way to its clipboard"), (b"", "no text on the")])
def test_no_clipboard(station: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes | None, sentence: str) -> None:
    monkeypatch.setattr("bulletin.commands.word.paste.read_clipboard", lambda: answer)
    done = _run(station, "paste")
    assert done.exit_code == 2
    assert sentence in done.output


def test_a_system_without_a_way_to_its_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clipboard.read_clipboard("linux") is None
