"""`bulletin readers`: what is typed and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session
from tests.conftest import NOW, write_files

LIST = "姓名,邮箱,同意时间\n李,a@qq.con,2014-01-05\n王,b@qq.com,\n"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": "name: 甲\n", "list.csv": LIST})
    return tmp_path


def run(root: Path, *words: str, answer: str = "") -> Result:
    session = Session(Messages(lambda text: text), "en", lambda: NOW, {})
    return CliRunner().invoke(bulletin(session), ["readers", *words, "--root", str(root)], input=answer, obj=session)


def test_a_list_is_shown_first_and_written_when_confirmed(station: Path) -> None:
    file = str(station / "list.csv")
    for words, answer in ((["--dry-run"], ""), ([], "n\n")):
        shown = run(station, "import", file, *words, answer=answer)
        assert shown.output.endswith("Nothing was written.\n")
        assert run(station, "list").output == ""
    written = run(station, "import", file, "--yes").output
    assert "2: a***@qq.con → a***@qq.com: added; gets the letter" in written
    assert "Not read and not kept: 姓名" in written
    assert "a@qq" not in written
    assert [line.split("\t")[:2] for line in run(station, "list").output.splitlines()] == [
        ["a@qq.com", "active"], ["b@qq.com", "pending"]
    ]  # fmt: skip
    assert run(station, "list", "--state", "pending").output.startswith("b@qq.com")


def test_one_reader_is_added_given_out_and_forgotten(station: Path) -> None:
    assert "from now on" in run(station, "add", "Li@qq.com", "--how", "paper", "--evidence", "柜 3").output
    found = json.loads(run(station, "export", "li@qq.com").output)
    assert (found["reader"]["state"], found["reader"]["consents"][0]["evidence"]) == ("active", "柜 3")
    report = run(station, "report").output
    assert "  1  active\n" in report and "@" not in report
    assert run(station, "forget", "li@qq.com", answer="y\n").output.endswith("Forgotten.\n")
    again = run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 3")
    assert (again.exit_code, run(station, "list").output) == (2, "")
    assert (
        run(station, "export", "nobody@qq.com").exit_code
        == run(station, "add", "x", "--how", "mail", "--evidence", "y").exit_code
        == 2
    )


def test_who_joins_while_somebody_is_asked_keeps_the_consent(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def joins(*_: object) -> bool:
        assert run(station, "add", "b@qq.com", "--how", "mail", "--evidence", "his letter").exit_code == 0
        return True

    monkeypatch.setattr("click.confirm", joins)
    assert "Written: 1 readers" in run(station, "import", str(station / "list.csv")).output
    assert "b@qq.com\tactive" in run(station, "list").output


def test_columns_of_a_known_reader_may_be_chosen_anew(station: Path) -> None:
    for columns in ([], ["--column", "动态"], []):
        run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 3", *columns)
    assert run(station, "list").output.endswith("\t动态\n")


def test_a_lost_key_is_not_made_anew_where_somebody_must_not_be_written_to(station: Path) -> None:
    words = ("add", "li@qq.com", "--how", "paper", "--evidence", "x")
    key = station / "mail" / "never.key"
    run(station, *words)
    key.unlink()
    assert run(station, *words).exit_code == 0  # nothing was kept by it yet
    run(station, "forget", "li@qq.com", "--yes")
    key.unlink()
    again = run(station, *words)
    assert (again.exit_code, key.exists()) == (2, False)
    assert "never.key" in again.output and "Bring it back from a backup" in again.output


def test_who_has_told_the_office_to_stop_leaves_and_may_come_back(station: Path) -> None:
    run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 3")
    assert run(station, "leave", "LI@qq.com").output == "li@qq.com gets no letter any more.\n"
    found = json.loads(run(station, "export", "li@qq.com").output)["reader"]
    assert (found["state"], found["consents"][0]["withdrawn_how"]) == ("left", "by hand")
    assert "no reader, or has left" in run(station, "leave", "li@qq.com").output
    assert "from now on" in run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 4").output


def test_a_column_that_the_station_has_not_is_named(station: Path) -> None:
    yaml = "name: 甲\nsections:\n  - {id: news, title: 站务新闻}\n"
    write_files(
        station, {"content/station.yml": yaml, "list.csv": "邮箱,同意时间,栏目\na@qq.com,2014-01-05,站务新文\n"}
    )
    known = run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 3", "--column", "站务新闻")
    assert known.stderr == ""
    other = run(station, "add", "li@qq.com", "--how", "paper", "--evidence", "柜 3", "--column", "新闻")
    assert "no column 新闻" in other.stderr and "站务新闻" in other.stderr
    assert "站务新文" in run(station, "import", str(station / "list.csv"), "--dry-run").stderr
