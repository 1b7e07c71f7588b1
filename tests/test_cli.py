"""The commands, as the person at the keyboard meets them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bulletin import __version__
from bulletin.check.lines import width
from bulletin.commands import cli
from bulletin.commands.other_words import _MEANT, _MEANT_IN_GROUPS
from bulletin.commands.terminal import METAVARS
from bulletin.core.config import read_today
from tests.conftest import NOW, ROOT, STATION, every_command, good_issues, tree, write_files


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, at `NOW`."""

    def command(*words: str | Path, language: str = "en") -> Said:
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setattr(sys, "argv", ["bulletin", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(lambda: NOW)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(ended.value.code or 0), out, err)

    return command


# ── where the station is


def test_root_is_the_one_named_or_the_nearest_above(run: Run, station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = "3 issues read, nothing wrong.\n"
    assert run("check", "--root", station) == (0, expected, "")
    monkeypatch.chdir(station / "content" / "issues")
    assert run("check") == (0, expected, "")


@pytest.mark.parametrize("command", [["new"], ["build"], ["check"], ["today"], ["today", "5"]])
def test_outside_a_station_a_command_says_how_to_make_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run(*command)
    assert (said.code, said.out) == (2, "")
    assert "bulletin init" in said.err
    assert run(*command, "--root", tmp_path / "nowhere").code == 2


BROKEN = [
    ("nmae: 甲\n", 1, "name"),
    ("name: 甲\nurl: example.cn\n", 2, "https://"),
    ("name: 甲\nsections:\n  - {id: News, title: 一}\n", 3, "small letters"),
    ("name: 甲\nsections:\n  - {id: a, title: 一, typ: 政策文件}\n", 3, "type"),
    ("name: 甲\nname: 乙\n", 2, "twice"),
    ("name: [甲\n", 1, "list"),
    ("- 甲\n", 1, "station.yml"),
    ("", 1, "name"),
]


@pytest.mark.parametrize(("yaml", "line", "word"), BROKEN)
def test_a_broken_station_is_named_with_its_line(run: Run, station: Path, yaml: str, line: int, word: str) -> None:
    write_files(station, {"content/station.yml": yaml})
    for command in ("build", "check", "new", "today"):
        said = run(command, "--root", station)
        assert (said.code, said.out) == (2, ""), command
        assert said.err.startswith(f"content/station.yml:{line}: "), command
        assert word in said.err
        assert run(command, "--root", station, language="zh").err != said.err


@pytest.mark.parametrize("name", ["station.yml", "today.yml"])
def test_what_is_not_a_file_is_no_reason_for_a_traceback(run: Run, station: Path, name: str) -> None:
    (station / "content" / name).unlink(missing_ok=True)
    (station / "content" / name).mkdir()
    for command in ("build", "check", "today") if name == "station.yml" else ("today",):
        said = run(command, "--root", station)
        assert (said.code, said.err[: len(f"content/{name}")]) == (2, f"content/{name}")


# ── from nothing to a site


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_from_nothing_to_a_site(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    made = run("init", tmp_path / "jzz", language=language)
    assert made.code == 0
    assert "content/station.yml" in made.out
    monkeypatch.chdir(tmp_path / "jzz")
    began = run("new", language=language)
    assert "content/issues/2016002.md" in began.out
    again = run("new", language=language)
    assert "content/issues/2016003.md" in again.out
    assert run("today", "23", language=language).code == 0
    checked = run("check", language=language)
    assert (checked.code, checked.out.count("A104")) == (0, 1)
    built = run("build", language=language)
    assert built.code == 0
    assert "A104" in built.out
    site = tree(tmp_path / "jzz" / "site")
    assert not any(name.startswith("issues/2016") for name in site)  # also the sample is a draft
    assert b"23" in site["index.html"]


def test_a_station_is_never_made_over_another(run: Run, station: Path) -> None:
    before = tree(station)
    assert run("init", station).code == 2
    assert tree(station) == before


def test_a_station_made_in_a_folder_leaves_what_is_there(run: Run, tmp_path: Path) -> None:
    write_files(tmp_path, {".gitignore": "mine", "README.md": "mine"})
    assert run("init", tmp_path).code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine"


def test_a_station_cannot_be_made_in_a_file(run: Run, tmp_path: Path) -> None:
    write_files(tmp_path, {"file": ""})
    assert run("init", tmp_path / "file").code == 2


@pytest.mark.parametrize(
    ("issues", "number"),
    [
        (["2015001", "2015002"], "2016001"),
        (["2016001", "2016009"], "2016010"),
        (["2016年第3期", "2016年增刊第7期"], "2016004"),
        (["2017001"], "2017002"),
        (["2016年简报第3期", "2016-05-06 简报", "简报第12期"], "2016004"),
        ([], "2016001"),
    ],
)
def test_number_of_the_next_issue(run: Run, tmp_path: Path, issues: list[str], number: str) -> None:
    files = {f"content/issues/{name}.md": "---\ndate: 2015-01-01\n---\n一" for name in issues}
    write_files(tmp_path, {"content/station.yml": STATION, **files})
    assert run("new", "--root", tmp_path).code == 0
    text = (tmp_path / "content" / "issues" / f"{number}.md").read_text(encoding="utf-8")
    assert text.startswith(f"---\nnumber: {number}\ndate: 2016-01-01 12:00\ndraft: true  # ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## 站务新闻", "## 案例分析"]


@pytest.mark.parametrize("number", ["2016005", "第五期", "〔2016〕5号", "[2016]5号", "2016年第5期（总第60期）"])
def test_a_new_issue_of_any_number_is_read_as_a_draft(run: Run, station: Path, number: str) -> None:
    assert run("new", number, "--root", station).code == 0
    assert run("check", "--root", station).out == "4 issues read, nothing wrong.\n"
    assert "kept back: 1 drafts" in run("build", "--root", station).out


@pytest.mark.parametrize("number", ["abc", "../2016001", "2015002", "0"])
def test_a_new_issue_is_never_written_over_another_or_elsewhere(run: Run, station: Path, number: str) -> None:
    before = tree(station)
    said = run("new", number, "--root", station)
    assert (said.code, tree(station)) == (2, before)


def test_edit_opens_the_issue(run: Run, station: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys; open(sys.argv[1], 'a').write('edited')")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    monkeypatch.delenv("VISUAL", raising=False)
    assert run("new", "2016001", "--edit", "--root", station).code == 0
    assert (station / "content" / "issues" / "2016001.md").read_text(encoding="utf-8").endswith("edited")


def test_today_is_set_and_shown_with_its_date(run: Run, station: Path) -> None:
    assert "bulletin today 23" in run("today", "--root", station).out
    assert "2016-01-01: 23" in run("today", "23", "--root", station).out
    assert "2016-01-01: 0" in run("today", "0", "--root", station).out
    assert "2016-01-01: 0" in run("today", "--root", station).out
    found = read_today((station / "content" / "today.yml").read_bytes())
    assert (found.count, found.date) == (0, "2016-01-01")


# ── build


def test_closing_line(run: Run, station: Path) -> None:
    write_files(
        station,
        {
            "content/issues/2015005.md": "---\ndate: 2015-01-01\ndraft: true\n---\n## 站务新闻\n一",
            "content/issues/2016001.md": "---\ndate: 2017-01-01\n---\n## 站务新闻\n一",
        },
    )
    first = run("build", "--root", station).out
    written = int(first.split(" files written")[0].rpartition(" ")[2])
    assert first.startswith(f"{station / 'site'}: 3 issues; {written} files written, 0 unchanged, 0 removed; ")
    assert "kept back: 1 drafts, 1 scheduled; " in first
    assert first.endswith(" s\n")
    assert f"0 files written, {written} unchanged, 0 removed" in run("build", "--root", station).out
    (station / "content" / "issues" / "2015003.md").unlink()
    assert "2 issues; " in run("build", "--root", station).out


def test_drafts_are_built_when_asked_for(run: Run, station: Path) -> None:
    draft = "---\ndate: 2015-01-01\ndraft: true\n---\n## 站务新闻\n一"
    write_files(station, {"content/issues/2015005.md": draft})
    assert run("build", "--drafts", "--root", station).code == 0
    assert (station / ".bulletin/drafts/issues/2015005/index.html").exists()
    run("build", "--root", station)
    assert not (station / "site" / "issues" / "2015005").exists()


def test_an_issue_that_cannot_be_read_keeps_its_pages_and_the_last_line_says_so(run: Run, station: Path) -> None:
    run("build", "--root", station)
    before = (station / "site" / "issues" / "2015002" / "index.html").read_bytes()
    write_files(station, {"content/issues/2015002.md": b"\xff\xff"})
    said = run("build", "--root", station)
    assert said.code == 1
    assert said.out.splitlines()[0].startswith("content/issues/2015002.md:1: error: ")
    assert said.out.splitlines()[-1] == "These cannot be read now; their earlier pages stay: content/issues/2015002.md"
    assert (station / "site" / "issues" / "2015002" / "index.html").read_bytes() == before


def test_quiet_says_nothing_but_problems(run: Run, station: Path) -> None:
    assert run("build", "--quiet", "--root", station) == (0, "", "")
    write_files(station, {"content/issues/2015004.md": "## 站务新闻\n一"})
    said = run("build", "--quiet", "--root", station)
    assert (said.code, len(said.out.splitlines()), said.err) == (1, 2, "")


def test_report_as_json(run: Run, station: Path) -> None:
    write_files(station, {"content/issues/2015004.md": "## 站务新闻\n一"})
    said = run("build", "--json", "--root", station, language="zh_CN")
    report = json.loads(said.out)
    assert (said.code, report["issues"], report["out"]) == (1, 3, str(station / "site"))
    assert report["written"] == report["pages"] > 0
    (problem,) = report["problems"]
    assert (problem["code"], problem["file"], problem["line"]) == ("F303", "content/issues/2015004.md", 1)
    assert "日期" in problem["message"]


def test_a_notice_alone_is_no_failure(run: Run, station: Path) -> None:
    write_files(station, {"content/station.yml": "name: 甲\n"})
    assert run("build", "--root", station).code == 0
    assert run("check", "--root", station).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no such shell there")
@pytest.mark.parametrize(("closed", "said"), [("", b"P101"), ("2>&-", b"P101"), (">&-", b""), (">&- 2>&-", b"")])
def test_the_end_of_a_command_is_quiet_wherever_its_words_go(closed: str, said: bytes) -> None:
    line = f'"{sys.executable}" -m bulletin check --explain P101 {closed}'
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr, done.stdout[:4]) == (0, b"", said)


def test_many_notices_do_not_hide_what_is_wrong(run: Run, station: Path) -> None:
    """A build prints the first ten; `check` prints all."""
    for day in range(1, 14):
        text = f"---\ndate: 2016-01-{day:02}\n---\n## 站务新闻\n\n### 会议\n\n全站开会。\n"
        (station / f"content/issues/2016{day:03}.md").write_bytes(text.encode("gb18030"))
    write_files(station, {"content/issues/2016014.md": "## 站务新闻\n一"})
    said = run("build", "--root", station)
    assert (said.code, said.out.count("[F103]"), said.out.count("[F303]")) == (1, 10, 1)
    assert "3 more notices; bulletin check shows them.\n" in said.out
    assert "另有 3 条提示，请用 bulletin check 查看。\n" in run("build", "--root", station, language="zh_CN").out
    assert run("check", "--root", station).out.count("[F103]") == 13


def test_another_folder_for_the_site(run: Run, station: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("build", "--out", "www", "--root", station).code == 0
    assert run("build", "--root", station).code == 0
    assert tree(tmp_path / "www") == tree(station / "site")
    assert run("build", "--out", "www", "--root", station).code == 0


@pytest.mark.parametrize("place", ["foreign", "station", "station/content", "station/templates/static", "."])
def test_a_folder_of_somebody_else_is_refused(run: Run, station: Path, tmp_path: Path, place: str) -> None:
    write_files(tmp_path, {"foreign/index.html": "mine"})
    before = tree(tmp_path)
    said = run("build", "--out", tmp_path / place, "--root", station)
    assert said.code == 2
    assert str(tmp_path / place) in said.err
    after = {path: data for path, data in tree(tmp_path).items() if "/.bulletin/" not in path}
    assert after == before


def test_a_folder_that_is_a_file_is_refused(run: Run, station: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"file": "mine"})
    assert run("build", "--out", tmp_path / "file", "--root", station).code == 2
    assert (tmp_path / "file").read_text() == "mine"


def test_a_template_with_a_mistake_is_named_with_its_line(run: Run, station: Path) -> None:
    write_files(station, {"templates/issue.html": "一\n{{ page.titel }}\n"})
    said = run("build", "--root", station)
    assert said.code == 2
    assert said.err.startswith("templates/issue.html:2: IssuePage has no field “titel”. Did you mean “title”?")
    assert tree(station / "site") == {}


# ── check


@pytest.fixture
def troubled(station: Path) -> Path:
    text = "---\ndate: 2015-05-01\ntitel: 一\n---\n## 站务新闻\n[二](/about/)\n"
    write_files(station, {"content/issues/2015004.md": text, "content/issues/2015005.md": "一"})
    return station


def test_check_says_where_what_and_how_to_mend_it(run: Run, troubled: Path) -> None:
    said = run("check", "--root", troubled)
    assert said.code == 1
    assert said.out.splitlines() == [
        "content/issues/2015004.md:3: warning: unknown entry “titel” in the front matter. Did you mean “title”? [F205]",
        "    Correct its name, or delete it.",
        "content/issues/2015004.md:6: warning: the link “/about/” leads nowhere. [L101]",
        "    Correct the address, or delete the link.",
        "content/issues/2015005.md:1: error: the issue has no date. [F303]",
        "    Write “date: 2015-04-10 10:04” into the front matter.",
        "4 issues read: 1 errors, 2 warnings, 0 notices.",
    ]


def test_check_in_chinese(run: Run, troubled: Path) -> None:
    lines = run("check", "--root", troubled, language="zh_CN.UTF-8").out.splitlines()
    assert lines[0].startswith("content/issues/2015004.md:3: ")
    assert lines[0].endswith("[F205]")
    assert all(any("\u4e00" <= character <= "\u9fff" for character in line) for line in lines)


def test_check_as_json(run: Run, troubled: Path) -> None:
    said = run("check", "--format", "json", "--root", troubled)
    found = json.loads(said.out)
    assert (said.code, [each["code"] for each in found]) == (1, ["F205", "L101", "F303"])
    assert found[1] == {
        "code": "L101",
        "severity": "warning",
        "file": "content/issues/2015004.md",
        "line": 6,
        "column": 0,
        "length": 0,
        "message": "the link “/about/” leads nowhere.",
        "remedy": "Correct the address, or delete the link.",
    }


def test_check_for_the_code_host(run: Run, troubled: Path) -> None:
    write_files(troubled, {"content/issues/2015005.md": "---\ndate: 50%,\n---\n一"})
    lines = run("check", "--format", "github", "--root", troubled).out.splitlines()
    assert lines[1] == ("::warning file=content/issues/2015004.md,line=6,title=L101::the link “/about/” leads nowhere.")
    assert lines[2] == ("::error file=content/issues/2015005.md,line=2,title=F304::“50%25,” is not a date that exists.")


def test_check_builds_nothing(run: Run, station: Path) -> None:
    assert run("check", "--root", station).code == 0
    assert not (station / "site").exists()


def test_check_looks_at_drafts_too(run: Run, station: Path) -> None:
    write_files(station, {"content/issues/2015004.md": "---\ndate: 2017-05-01\n---\n## 站务新闻\n[一](/nowhere/)"})
    assert "L101" in run("check", "--root", station).out


# ── help, language, wrong usage

COMMANDS = ["init", "new", "build", "serve", "check", "review", "today"]


def test_a_clean_build_lists_unknown_files_and_removes_them_when_told(run: Run, station: Path) -> None:
    run("build", "--root", station)
    write_files(station, {"site/CNAME": "x"})
    assert "CNAME" not in run("build", "--root", station).err
    assert run("build", "--foreign", "--root", station).code == 2
    assert "CNAME: not built here, left as it is." in run("build", "--clean", "--root", station).err
    assert (station / "site/CNAME").exists()
    assert "CNAME: not built here, removed." in run("build", "--clean", "--foreign", "--root", station).err
    assert not (station / "site/CNAME").exists()


def test_a_folder_is_taken_over_only_when_told(run: Run, station: Path, tmp_path: Path) -> None:
    write_files(tmp_path / "web", {"index.html": "old", "other.html": "old"})
    arguments = ["build", "--root", station, "--out", tmp_path / "web"]
    assert "--adopt" in run(*arguments).err
    said = run(*arguments, "--adopt")
    assert said.code == 2
    assert "These files are overwritten:\n  index.html\nAdd --yes" in said.err
    assert (tmp_path / "web/index.html").read_text() == "old"
    assert run(*arguments, "--adopt", "--yes").code == 0
    assert (tmp_path / "web/index.html").read_text() != "old"
    assert (tmp_path / "web/other.html").read_text() == "old"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_by_example(run: Run, command: str, language: str) -> None:
    said = run(command, "--help", language=language)
    assert said.code == 0
    assert f"\n  bulletin {command}" in said.out
    if language == "zh_CN":
        assert "Usage" not in said.out
        assert "Show this message" not in said.out
        options = [line for line in said.out.splitlines() if line.startswith("  -")]
        assert [line for line in options if line.isascii() and "  " in line.strip()] == []


def test_help_lists_the_commands_in_the_order_in_which_one_needs_them(run: Run) -> None:
    lines = run("--help").out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in COMMANDS] == COMMANDS
    assert __version__ in run("--version").out


def test_names_of_values_are_those_that_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    commands = every_command().values()
    values = {p.metavar for command in commands for p in command.params if p.metavar}
    assert sorted(values - set(METAVARS)) == []
    assert sorted(set(METAVARS) - values - {"[OPTIONS]", "COMMAND [ARGS]..."}) == []


@pytest.mark.parametrize("command", ["", *every_command()])
def test_in_chinese_values_have_chinese_names_and_columns_stand_straight(run: Run, command: str) -> None:
    usage, *lines = run(*command.split(), "--help", language="zh_CN").out.splitlines()
    options = [found for found in map(OPTION.match, lines) if found]
    assert re.findall(r"[A-Z]{2,}", " ".join([usage, *(found["option"] for found in options)])) == []
    assert len({width(found.group()) for found in options}) == 1


OPTION = re.compile(r"  (?P<option>-\S+(?: \S+)*) {2,}(?=\S)")


@pytest.mark.parametrize(
    "words",
    [
        ["bild"],
        ["build", "--clena"],
        ["build", "--jobs", "0"],
        ["today", "many"],
        ["today", "-1"],
        ["check", "--format", "x"],
        ["init"],
        ["new", "1", "2"],
    ],
)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_wrong_usage(run: Run, words: list[str], language: str) -> None:
    said = run(*words, language=language)
    assert (said.code, said.out) == (2, "")
    assert said.err


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ({"LANGUAGE": "zh_CN:en"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_environment_decides_the_language(tmp_path: Path, variables: dict[str, str], chinese: bool) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    said = subprocess.run(
        [sys.executable, "-m", "bulletin", "check"],
        cwd=tmp_path,
        env={**clean, **variables, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert said.returncode == 2
    assert ("没有" in said.stderr) == chinese


def test_a_console_that_cannot_show_chinese_is_no_reason_for_a_traceback(station: Path) -> None:
    write_files(station, {"content/issues/2015004.md": "## 站务新闻\n一"})
    said = subprocess.run(
        [sys.executable, "-m", "bulletin", "check"],
        cwd=station,
        env={**os.environ, "LANGUAGE": "zh_CN", "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert (said.returncode, said.stderr) == (1, b"")
    assert b"content/issues/2015004.md:1: " in said.stdout


def test_jobs_change_nothing(run: Run, tmp_path: Path) -> None:
    sites = []
    for jobs in ("1", "4"):
        root = tmp_path / jobs
        write_files(root, {"content/station.yml": STATION, **good_issues(40)})
        assert run("build", "--jobs", jobs, "--root", root).code == 0
        sites.append(tree(root / "site"))
    assert sites[0] == sites[1]


# ── correct


def test_correct_teaches_shows_and_writes(run: Run, station: Path) -> None:
    file = station / "content/issues/2015002.md"
    before = file.read_bytes()
    assert "bulletin correct 2014002 --was" in run("correct").out
    shown = run("correct", "2015002", "--was", "第3篇", "--now", "第三篇", "--dry-run", "--root", station)
    assert (shown.code, "-正文第3篇。\n+正文第三篇。" in shown.out, file.read_bytes()) == (0, True, before)
    said = run("correct", "2015002", "--was", "第3篇", "--now", "第三篇", "--root", station)
    assert (said.code, said.out.split("\n")[0]) == (0, "content/issues/2015002.md:9: corrected.")
    assert 'date: 2016-01-01 12:00, was: "第3篇"' in file.read_text("utf-8")
    again = run("correct", "2015002", "--was", "第9篇", "--now", "第八篇", "--root", station)
    assert (again.code, "Did you mean “正文第三篇。”?" in again.err) == (2, True)
    assert run("correct", "2015009", "--was", "一", "--now", "二", "--root", station).code == 2
    assert run("correct", "--was", "一", "--root", station).code == 2


# ── words of other tools


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("发布", "publish"),
        ("deploy", "publish"),
        ("群发", "mail"),
        ("打印", "print"),
        ("generate", "build"),
        ("clean", "build --clean"),
        ("s", "serve"),
        ("publsh", "publish"),
        ("Bulid", "build"),
        ("发送", "mail"),
        ("word 导入", "word in"),
        ("word export", "word out"),
        ("mail 发送", "mail send"),
        ("mail previw", "mail preview"),
        ("hits 排行", "hits top"),
        ("theme 复制", "theme copy"),
        ("publish 回退", "publish back"),
    ],
)
def test_words_of_other_tools_name_our_command_and_run_nothing(run: Run, typed: str, meant: str) -> None:
    said = run(*typed.split())
    assert said.code == 2
    assert said.err.endswith(f"There is no command “{typed.split()[-1]}”. What you mean is called: bulletin {meant}\n")


def test_a_word_that_nobody_knows_is_only_unknown(run: Run) -> None:
    assert "What you mean" not in run("xyzzy").err


def test_every_other_word_means_one_command_that_there_is() -> None:
    names = [name for name, *_ in cli.COMMANDS]
    words = [word for meant in _MEANT.values() for word in meant]
    assert len(words) == len(set(words))
    assert {meant.split()[0] for meant in _MEANT} <= {*names, "word", "import"}
    assert not set(words) & set(names)


def test_every_other_word_in_a_group_means_one_of_its_commands() -> None:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for path in every_command():
        group, _, name = path.rpartition(" ")
        groups[group].add(name)
    top = groups.pop("")
    assert set(_MEANT_IN_GROUPS) <= set().union(*groups.values()) - top
    for names in groups.values():
        words = [word for meant, others in _MEANT_IN_GROUPS.items() if meant in names for word in others]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_help_fits_the_terminal_and_nothing_of_it_is_cut(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", f"{columns}")
    for command in ["", *every_command()]:
        usage, _, words = run(*command.split(), "--help", language=language).out.partition("\n\n")
        for line in (*usage.splitlines(), *words.splitlines()):
            assert width(line) <= columns or line.startswith("  bulletin "), (command, line)
        assert [line for line in words.splitlines() if line.endswith("...")] == []  # as click cuts
