"""The page that says how to get the letter, and those of the form: there when station.yml asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.core.mail_pages import ADDRESS_MARK, MAIL_PAGES, STAMP_MARK, TOKEN_MARK, mail_page
from tests.conftest import NOW, STATION, good_issues, write_files
from tests.prove.stations import build_here

IMAP = "mail:\n  imap: {host: imap.example.cn, user: jianbao@example.cn}\n"
FORM = IMAP + "  form: 是\n  wording: 同意<b>寄送</b>\n"


def built(root: Path, mail: str, **files: str) -> Path:
    write_files(root, {**good_issues(1), "content/station.yml": STATION + mail, **files})
    build_here(root, NOW)
    return root / "site"


def test_without_mail_there_is_nothing(tmp_path: Path) -> None:
    site = built(tmp_path, "")
    assert not (site / "subscribe").exists()
    assert not (site / "_mail").exists()
    assert "subscribe" not in (site / "index.html").read_text("utf-8")


def test_letters_alone_need_no_form(tmp_path: Path) -> None:
    site = built(tmp_path, IMAP)
    page = (site / "subscribe/index.html").read_text("utf-8")
    assert "mailto:jianbao@example.cn?subject=" in page
    assert "_mail/" not in page
    assert not (site / "_mail").exists()
    assert 'href="subscribe/index.html"' in (site / "index.html").read_text("utf-8")


def test_a_mailbox_that_nobody_reads_is_offered_to_nobody(tmp_path: Path) -> None:
    sends = "mail:\n  accounts:\n    - {name: office, host: smtp.example.cn, from: jianbao@example.cn}\n"
    site = built(tmp_path, f"{sends}  form: 是\n")
    pages = [(site / path).read_text("utf-8") for path in ("subscribe/index.html", "_mail/form.html")]
    assert ["jianbao@example.cn" in page for page in pages] == [False, False]
    assert "每期邮件末尾的链接" in pages[0], "how to leave is said all the same"


@pytest.fixture(scope="module")
def with_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("form"), FORM)


def test_the_form_has_all_its_pages_with_what_the_service_fills(with_form: Path) -> None:
    assert 'href="../_mail/"' in (with_form / "subscribe/index.html").read_text("utf-8")
    pages = {state: (with_form / mail_page(state)).read_text("utf-8") for state in MAIL_PAGES}
    assert {path.name for path in (with_form / "_mail").iterdir()} == {f"{state}.html" for state in MAIL_PAGES}
    assert all('content="noindex"' in page for page in pages.values())
    for state in ("form", "again", "address", "consent"):
        assert STAMP_MARK in pages[state]
        assert ADDRESS_MARK in pages[state]
        assert "同意&lt;b&gt;寄送&lt;/b&gt;" in pages[state]
        assert " checked" not in pages[state], "who consents ticks the box"
    assert [state for state in MAIL_PAGES if TOKEN_MARK in pages[state]] == ["confirm", "leave"]


def test_the_form_is_in_no_list_of_pages(with_form: Path) -> None:
    maps = "".join(path.read_text("utf-8") for path in with_form.glob("sitemap*.xml"))
    assert "_mail" not in maps
    assert "/subscribe/</loc>" in maps


def test_a_page_of_the_authors_own_has_its_address_before_ours(tmp_path: Path) -> None:
    own = "---\ntitle: 怎么订\n---\n到传达室登记。\n"
    site = built(tmp_path, FORM, **{"content/pages/subscribe.md": own})
    assert "到传达室登记" in (site / "subscribe/index.html").read_text("utf-8")
    assert (site / "_mail/form.html").exists()
