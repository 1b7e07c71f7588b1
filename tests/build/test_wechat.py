"""`bulletin wechat`: a folder for a clerk, the gate, and what the editor saved."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bulletin.core.config import read_station
from tests.conftest import STATION, write_files
from tests.test_cli import Run, run  # noqa: F401 - a fixture

HEAD = "---\ndate: 2015-04-10\n{more}---\n"
BODY = "## 站务新闻\n\n### 救助站开会\n\n{words}\n\n## 案例分析\n\n讨论一例。\n"


def jpeg() -> bytes:
    data = BytesIO()
    Image.new("RGB", (800, 500), (20, 90, 60)).save(data, "JPEG")
    return data.getvalue()


def issue(words: str = "站长主持。", more: str = "") -> str:
    return HEAD.format(more=more) + BODY.format(words=words)


def made(root: Path, number: str = "2015001") -> Path:
    return root / "out" / "wechat" / number


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"content/station.yml": STATION, "content/issues/2015001.md": issue()}
    write_files(tmp_path, files)
    return tmp_path


def test_the_folder_holds_page_pictures_and_cover_and_is_not_in_git(run: Run, root: Path) -> None:  # noqa: F811
    with_picture = issue("![一扇门](men.jpg)\n")
    write_files(root, {"content/issues/2015001.md": with_picture, "content/issues/men.jpg": jpeg()})
    done = run("wechat", "2015001", "--root", root)
    assert (done.code, "1 articles, 1 pictures." in done.out) == (0, True), done
    names = {path.name for path in made(root).iterdir()}
    assert names == {"index.html", "sent-1.html", "01.jpg", "cover.jpg", "cover-square.jpg"}
    assert (root / "out/.gitignore").read_text() == "*\n"
    page = (made(root) / "index.html").read_text(encoding="utf-8")
    assert 'src="http' not in page and "一扇门" in page
    write_files(root, {"content/issues/2015001.md": issue(), "out/wechat/2015001/notes.txt": "mine"})
    run("wechat", "2015001", "--root", root)
    names = {path.name for path in made(root).iterdir()}
    assert names == {"index.html", "sent-1.html", "cover.jpg", "cover-square.jpg", "notes.txt"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (issue(more="draft: true\n"), "--drafts"),
        (issue("身份证号码11010519491231002X。"), "P101"),
        (issue("机密★一年"), "kept back"),
    ],
    ids=["draft", "identity number", "secret"],
)
def test_what_is_not_public_is_not_made(run: Run, root: Path, text: str, said: str) -> None:  # noqa: F811
    write_files(root, {"content/issues/2015001.md": text})
    done = run("wechat", "2015001", "--root", root)
    assert (done.code, said in done.err, made(root).exists()) == (2, True, False), done


def test_a_draft_is_made_when_asked_for_and_marked_but_never_sent(run: Run, root: Path) -> None:  # noqa: F811
    write_files(root, {"content/issues/2015001.md": issue(more="draft: true\n")})
    assert run("wechat", "2015001", "--drafts", "--root", root).code == 0
    assert "Draft: not for readers" in (made(root) / "sent-1.html").read_text(encoding="utf-8") or (
        "草稿，请勿发布" in (made(root) / "sent-1.html").read_text(encoding="utf-8")
    )
    assert run("wechat", "2015001", "--drafts", "--draft", "--root", root).code == 2


def test_what_the_editor_saved_is_compared_with_what_was_copied(run: Run, root: Path) -> None:  # noqa: F811
    run("wechat", "2015001", "--root", root)
    saved = root / "saved.html"
    saved.write_bytes((made(root) / "sent-1.html").read_text(encoding="utf-8").encode("gb18030"))
    write_files(
        root, {"content/issues/2015001.md": issue("后来改了。")}
    )  # what was copied counts, not what is there now
    assert run("wechat", "2015001", "--saved", saved, "--root", root).code == 0
    write_files(root, {"saved.html": saved.read_bytes().decode("gb18030").replace("站长主持。", "")})
    done = run("wechat", "2015001", "--saved", saved, "--root", root)
    assert (done.code, "missing: 站长主持。" in done.out) == (1, True), done
    assert "<mark>站长主持。</mark>" in (made(root) / "saved.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"<script>1</script>"])
def test_a_saved_file_that_is_no_page_is_a_sentence(run: Run, root: Path, content: bytes | None) -> None:  # noqa: F811
    if content is not None:
        write_files(root, {"saved.html": content})
    assert run("wechat", "2015001", "--saved", root / "saved.html", "--root", root).code == 2


def test_what_station_yml_says_of_the_account() -> None:
    account = read_station(b"name: a\nwechat:\n  appid: wx0123456789abcdef\n  title_limit: 64\n").wechat
    assert account and (account.appid, account.title_limit, account.digest_limit) == ("wx0123456789abcdef", 64, 54)
