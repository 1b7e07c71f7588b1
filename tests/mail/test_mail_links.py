"""Where the site leads to the page that says how to get the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.build.pipeline import build
from bulletin.build.report import Options
from tests.conftest import NOW, STATION, good_issues, write_files

MAILBOX = "mail:\n  imap: {host: imap.example.cn, user: jzz@example.cn}\n"


@pytest.mark.parametrize(("mail", "links"), [(MAILBOX, 2), ("mail: {}\n", 0), ("", 0)])
def test_an_issue_leads_to_the_letter_where_answers_are_read(tmp_path: Path, mail: str, links: int) -> None:
    write_files(tmp_path, {"content/station.yml": STATION + mail, **good_issues(1)})
    build(tmp_path, NOW, Options(check=False))
    page = (tmp_path / "site" / "issues" / "2015001" / "index.html").read_text("utf-8")
    assert page.count('href="../../subscribe/') == links
    assert ('class="other-forms on-screen"' in page) is bool(links)
    assert (tmp_path / "site" / "subscribe").exists() is bool(links)
