"""Nothing that must stay in comes out in any form: each private thing has a word that is looked for in every byte."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader
from pypdf.generic import StreamObject

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

![后门](tu.png)

### 已撤che-ti-ciyu的一篇 {#yi-che}

这里有che-gao-ciyu一句。
"""
DRAFT = "---\nsection: 站务新闻\ntitle: cao-gao-biaoti\ndraft: yes\n---\n没写完的cao-gao-ciyu。\n"
NOTICE = "---\nsection: 站务新闻\ntitle: 寻亲\nkind: search-notice\nuntil: 2015-05-01\n---\n走失老人dao-qi-ciyu。\n"
HELD = "---\nnumber: 2015004\ndate: 2015-05-10\n---\n## 站务新闻\n\nshou-zhu-ciyu，身份证11010519491231002X。\n"
LATER = "---\nnumber: 2015005\ndate: 2030-05-10\n---\n## 站务新闻\n\n### 预告\n\njiang-lai-ciyu。\n"
CANARIES = (
    *("zhang-ben", "zhu-shi", "hang-nei", "che-gao", "che-ti", "cao-gao", "dao-qi", "shou-zhu", "jiang-lai"),
    *("xiang-ji", "tu-zhu", "tu-wen", "tu-mi"),
)
SHOWN = "街面夜巡共三次"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file that comes of the station: the site with all forms, poster, volume, book, article, letters."""
    root = tmp_path_factory.mktemp("canaries")
    entry = Withdrawal("2015003", "yi-che", "2015-06-01 12:00", "", f"{FOLDER}/index.md")
    station = STATION + "editions: print all, epub all, text all, word all\n"
    notices = {f"{FOLDER}/cao.md": DRAFT, f"{FOLDER}/xun.md": NOTICE}
    others = {"content/issues/2015004.md": HELD, "content/issues/2015005.md": LATER}
    files: dict[str, str | bytes] = {
        "content/station.yml": station,
        f"{FOLDER}/index.md": ISSUE,
        f"{FOLDER}/tu.jpg": photo(),
        f"{FOLDER}/tu.png": drawing(),
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
    """A photograph in which the camera wrote a word, and a program another one."""
    exif = Image.Exif()
    exif[0x010E] = "xiang-ji-ciyu"
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#aabbcc").save(out, "JPEG", exif=exif, comment=b"tu-zhu-ciyu")
    return out.getvalue()


def drawing() -> bytes:
    """A picture with texts in it that nobody sees, one of them packed."""
    texts = PngInfo()
    texts.add_text("Comment", "tu-wen-ciyu")
    texts.add_itxt("XML:com.adobe.xmp", "tu-mi-ciyu", zip=True)
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#bbccaa").save(out, "PNG", pnginfo=texts)
    return out.getvalue()


def inside(path: str, data: bytes) -> bytes:
    """All that a file holds beside its bytes: of a book its files, of a PDF and of a picture what is packed in it."""
    if path.endswith((".epub", ".docx")):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return b"\n".join(name.encode() + inside(name, book.read(name)) for name in book.namelist())
    if path.endswith(".pdf"):
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        told = subprocess.run(["pdfinfo", "-meta", "-"], input=data, capture_output=True, check=True)
        return b"\n".join((data, done.stdout.replace(b"\n", b""), told.stdout, *embedded(data)))
    if path.endswith((".png", ".jpg", ".webp", ".ico")):
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return data + repr((picture.info, dict(picture.getexif()))).encode()
    return data


def embedded(pdf: bytes) -> Iterator[bytes]:
    """Every object of a PDF, its metadata, bookmarks, descriptions and pictures among them, unpacked."""
    reader = PdfReader(io.BytesIO(pdf))
    for number in range(1, int(str(reader.trailer["/Size"]))):
        held = reader.get_object(number)
        if held is not None:
            yield str(held).encode()
        if isinstance(held, StreamObject):
            yield held._data if "/DCTDecode" in str(held.get("/Filter")) else held.get_data()


@pytest.fixture(scope="module")
def held(made: dict[str, bytes]) -> dict[str, bytes]:
    return {path: inside(path, data) for path, data in made.items()}


@pytest.mark.parametrize("canary", CANARIES)
def test_no_form_holds_what_must_stay_in(canary: str, held: dict[str, bytes]) -> None:
    assert [path for path, data in held.items() if canary.encode() in data] == []


def test_a_canary_in_metadata_would_be_seen() -> None:
    assert b"xiang-ji" in inside("tu.jpg", photo())
    assert b"tu-zhu" in inside("tu.jpg", photo())
    assert b"tu-wen" in inside("tu.png", drawing())
    assert b"tu-mi" not in drawing()
    assert b"tu-mi" in inside("tu.png", drawing())


def test_every_form_holds_what_is_public(held: dict[str, bytes]) -> None:
    """So that a canary would be seen."""
    forms = [f"issues/2015003/2015003.{kind}" for kind in ("pdf", "epub", "txt", "docx")]
    forms += ["issues/2015003/index.html", "out/volume.pdf", "out/year.epub", "out/wechat/index.html"]
    forms += ["out/2015003.letter.txt", "out/2015003.letter.html"]
    assert [path for path in forms if SHOWN not in held[path].decode("utf-8", "replace")] == []
    assert "夜巡三次" in held["out/poster.pdf"].decode("utf-8", "replace")


def test_what_is_packed_in_a_pdf_is_looked_through(made: dict[str, bytes]) -> None:
    for path in ("issues/2015003/2015003.pdf", "out/volume.pdf"):
        packed = b"\n".join(embedded(made[path])).decode("utf-8", "replace")
        assert "后门" in packed  # what is told of a picture
        assert "<pdfuaid:part>" in packed  # XMP
        assert "后门" not in made[path].decode("utf-8", "replace")
