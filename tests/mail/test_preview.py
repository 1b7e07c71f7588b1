"""`bulletin mail preview`: three files, the size, what is not shown, and nothing that the gate keeps back."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.conftest import STATION, write_files
from tests.test_cli import Run, run  # noqa: F401 - a fixture

TABLE = "|" + "|".join("甲乙丙丁戊己庚") + "|\n" + "|---" * 7 + "|\n"
ISSUES = {
    "content/issues/2015001.md": f"---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 夜巡\n\n共三次。\n\n{TABLE}",
    "content/issues/2015002.md": "---\ndate: 2015-04-11\ndraft: yes\n---\n## 站务新闻\n\n没写完。\n",
    "content/issues/2015003.md": "---\ndate: 2015-04-12\n---\n## 站务新闻\n\n身份证11010519491231002X。\n",
}
OWN = "<!DOCTYPE html><html><head></head><body><p>只在网页一份里</p>{{ page.leave }}</body></html>"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("station")
    write_files(folder, {"content/station.yml": STATION, **ISSUES})
    return folder


def test_it_writes_the_letter_as_page_text_and_message(run: Run, root: Path) -> None:  # noqa: F811
    said = run("mail", "preview", "2015001", "--root", root)
    assert said.code == 0, said
    out = root / "out" / "mail" / "2015001"
    message = email.message_from_bytes((out / "letter.eml").read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    assert f"Subject: {message['Subject']}\n" in said.out
    assert "共三次。" in plain.get_content()
    assert "共三次。" in (out / "letter.html").read_text(encoding="utf-8")
    assert "共三次。" in (out / "letter.txt").read_text(encoding="utf-8")
    assert f"Size: {-(-(out / 'letter.eml').stat().st_size // 1000)} KB as it is sent; the whole text.\n" in said.out


def test_it_says_what_is_not_shown_with_file_and_line(run: Run, root: Path) -> None:  # noqa: F811
    said = run("mail", "preview", "2015001", "--root", root)
    assert "content/issues/2015001.md:10: notice: a table of 7 columns" in said.out
    assert "[E102]" in said.out


@pytest.mark.parametrize(("number", "words"), [("2015002", "draft"), ("2015003", "kept back"), ("2015009", "no issue")])
def test_what_readers_must_not_have_is_refused(number: str, words: str, run: Run, root: Path) -> None:  # noqa: F811
    said = run("mail", "preview", number, "--root", root)
    assert said.code == 2
    assert words in said.err
    assert not (root / "out" / "mail" / number).exists()


def test_a_draft_that_is_asked_for_says_that_it_is_one(run: Run, root: Path) -> None:  # noqa: F811
    assert run("mail", "preview", "2015002", "--drafts", "--root", root).code == 0
    text = (root / "out" / "mail" / "2015002" / "letter.txt").read_text(encoding="utf-8")
    assert text.startswith("草稿，请勿发布\n")


def test_a_template_that_says_more_in_one_part_is_named(run: Run, root: Path) -> None:  # noqa: F811
    own = root / "templates" / "letter" / "letter.html"
    write_files(root, {"templates/letter/letter.html": OWN})
    said = run("mail", "preview", "2015001", "--root", root)
    own.unlink()
    assert said.code == 1
    assert "templates/letter/letter.html: warning: the letter's two parts say different things" in said.out
