"""Nothing that must stay in comes out in any form: each private thing has a word that is looked for in every byte."""

from __future__ import annotations

import io
import subprocess
import zipfile

import pytest
from PIL import Image

from bulletin.build.leaves import open_leaves
from bulletin.build.pipeline import build
from bulletin.build.printing import bind_year, print_poster
from bulletin.build.report import Options
from bulletin.build.wechat_folder import wechat_folder, write_wechat_folder
from bulletin.core.i18n import translations
from bulletin.core.wechat_account import WechatAccount
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal, with_withdrawal
from bulletin.editions.epub.book import epub_of_year
from bulletin.editions.leaf import make_leaf
from tests.conftest import NOW, STATION, tree, write_files
from tests.editions.letters import letter_of

FOLDER = "content/issues/2015003"
ISSUE = """\
---
number: 2015003
date: 2015-04-10
jizhang: zhang-ben-ciyu
---
<!-- zhu-shi-ciyu -->
## 站务新闻

### 夜巡三次

街面夜巡共三次，公开可见。<!-- hang-nei-ciyu -->

![门口](tu.jpg)

### 已撤的一篇 {#yi-che}

这里有che-gao-ciyu一句。
"""
DRAFT = "---\nsection: 站务新闻\ntitle: cao-gao-biaoti\ndraft: yes\n---\n没写完的cao-gao-ciyu。\n"
NOTICE = "---\nsection: 站务新闻\ntitle: 寻亲\nkind: search-notice\nuntil: 2015-05-01\n---\n走失老人dao-qi-ciyu。\n"
HELD = "---\nnumber: 2015004\ndate: 2015-05-10\n---\n## 站务新闻\n\nshou-zhu-ciyu，身份证11010519491231002X。\n"
LATER = "---\nnumber: 2015005\ndate: 2030-05-10\n---\n## 站务新闻\n\n### 预告\n\njiang-lai-ciyu。\n"
CANARIES = ("zhang-ben", "zhu-shi", "hang-nei", "che-gao", "cao-gao", "dao-qi", "shou-zhu", "jiang-lai", "xiang-ji")
SHOWN = "街面夜巡共三次"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file that comes of the station: the site with all forms, poster, volume, book, article, letters."""
    root = tmp_path_factory.mktemp("canaries")
    entry = Withdrawal("2015003", "yi-che", "2015-06-01 12:00", "", f"{FOLDER}/index.md")
    station = STATION + "editions: print all, epub all, text all\n"
    notices = {f"{FOLDER}/cao.md": DRAFT, f"{FOLDER}/xun.md": NOTICE}
    others = {"content/issues/2015004.md": HELD, "content/issues/2015005.md": LATER}
    files: dict[str, str | bytes] = {
        "content/station.yml": station,
        f"{FOLDER}/index.md": ISSUE,
        f"{FOLDER}/tu.jpg": photo(),
    }
    files |= {**notices, **others, WITHDRAWN_FILE: with_withdrawal(b"", entry)}
    write_files(root, files)
    build(root, NOW, Options())
    out = root / "out" / "all"
    print_poster(root, "2015003", NOW, 1, out / "poster.pdf")
    bind_year(root, 2015, NOW, 1, out / "volume.pdf")
    with open_leaves(root, NOW, 1) as archive:
        leaves = [make_leaf(archive.texts, inputs) for inputs in archive.of_year(2015)]
        say = translations("zh-CN").gettext
        (out / "year.epub").write_bytes(epub_of_year(leaves, archive.texts.picture, say))
        write_wechat_folder(out / "wechat", wechat_folder(leaves[0], archive.texts, WechatAccount()))
        for each in leaves:
            letter = letter_of(each, say)
            (out / f"{letter.issue}.letter.txt").write_text(f"{letter.subject}\n{letter.text}\n{letter.columns}")
            (out / f"{letter.issue}.letter.html").write_text(letter.html)
    return tree(root / "site") | {f"out/{path}": data for path, data in tree(out).items()}


def photo() -> bytes:
    """A photograph in which the camera wrote a word."""
    exif = Image.Exif()
    exif[0x010E] = "xiang-ji-ciyu"
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#aabbcc").save(out, "JPEG", exif=exif)
    return out.getvalue()


def inside(path: str, data: bytes) -> bytes:
    """All that a file holds: of a book its files, of a PDF its words and its metadata beside its bytes."""
    if path.endswith(".epub"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return b"\n".join(name.encode() + book.read(name) for name in book.namelist())
    if path.endswith(".pdf"):
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        told = subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=True)
        return data + done.stdout.replace(b"\n", b"") + told.stdout
    return data


@pytest.mark.parametrize("canary", CANARIES)
def test_no_form_holds_what_must_stay_in(canary: str, made: dict[str, bytes]) -> None:
    assert [path for path, data in made.items() if canary.encode() in inside(path, data)] == []


def test_every_form_holds_what_is_public(made: dict[str, bytes]) -> None:
    """So that a canary would be seen."""
    forms = [f"issues/2015003/2015003.{kind}" for kind in ("pdf", "epub", "txt")]
    forms += ["issues/2015003/index.html", "out/volume.pdf", "out/year.epub", "out/wechat/index.html"]
    forms += ["out/2015003.letter.txt", "out/2015003.letter.html"]
    assert [path for path in forms if SHOWN not in inside(path, made[path]).decode("utf-8", "replace")] == []
    assert "夜巡三次" in inside("out/poster.pdf", made["out/poster.pdf"]).decode("utf-8", "replace")
