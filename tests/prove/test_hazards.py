"""Twenty good issues and one hazard: the twenty are there whole, and the hazard is named."""

from __future__ import annotations

import gettext
import io
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from PIL import ExifTags, Image

from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options, Report
from bulletin.build.worker import worker_pool
from bulletin.check import reports
from bulletin.commands.printing import exit_code
from bulletin.core.problems import Problem
from bulletin.read.pool import Pool
from tests.conftest import NOW, ROOT, STATION, good_issues, tree, write_files

from .stations import picture

SECONDS = 15
GOOD: dict[str, str | bytes] = {"content/station.yml": STATION, **good_issues(20)}
BAD = "content/issues/2015099.md"
FOLDER = "content/issues/2015099"
FRONT = "---\nnumber: 2015099\ndate: 2015-12-10 10:04\n---\n"
HEAD = FRONT + "## 站务新闻\n\n### 危险\n\n"
TEXT_LINE = 9
"""First line of what follows `HEAD`."""

Content = str | bytes


class Hazard(NamedTuple):
    """One thing that may lie in the content folder."""

    name: str
    files: dict[str, Content]
    code: str = ""
    """The problem it must give, as a pattern; none when it must be read."""
    line: int = 0
    """-1 for any."""
    out: bool = True
    """Whether it is left out of the site."""
    path: str = BAD
    """The file that must be named."""
    hangs: bool = False


def text(name: str, body: str, code: str = "", line: int = 0, *, out: bool = False, hangs: bool = False) -> Hazard:
    """An issue with this body."""
    return Hazard(name, {BAD: HEAD + body}, code, line, out, hangs=hangs)


def front(name: str, entries: str, code: str, line: int, *, out: bool = True) -> Hazard:
    """An issue with these entries."""
    body = f"---\nnumber: 2015099\ndate: 2015-12-10\n{entries}\n---\n## 站务新闻\n\n正文。\n"
    return Hazard(name, {BAD: body}, code, line, out)


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────


def hanging() -> Iterator[Hazard]:
    units = {"[a](": 20_000, "<a ": 20_000}
    for unit, count in units.items():
        yield text(f"{unit} repeated", unit * count, "M101", out=True, hangs=True)


def slow() -> Iterator[Hazard]:
    """Quadratic once, read today."""
    for name, words in {
        "[": "[" * 20_000,
        "![": "![" * 10_000,
        "<![": "<![" * 20_000,
        "![[[": "!" + "[" * 20_000,
    }.items():
        yield text(f"{name} repeated", words)
    yield text("backslashes", "\\*" * 10_000)
    yield text("backticks", "".join("`" * (i % 200 + 1) + " " for i in range(300)))
    names = [f"缩{i}略" for i in range(5_000)]
    yield text("abbreviations", "\n".join(f"*[{n}]: 全{n}" for n in names) + "\n\n" + " ".join(names))
    yield text(
        "footnotes", " ".join(f"[^{i}]" for i in range(1_000)) + "\n\n" + "\n".join(f"[^{i}]: 注" for i in range(1_000))
    )
    yield text("ampersands", "&" * 30_000)
    yield text("one fence", "```" * 7_000, "M201", TEXT_LINE)
    yield text("equal headings", "#### 小节\n\n文。\n\n" * 8_000)
    sections = "\n".join(f"## 栏目{i}\n\n文。\n" for i in range(2_000))
    yield Hazard("2,000 sections", {BAD: FRONT + sections}, "M307", 5)
    yield text("50,000 articles", "●标题\n\n" * 50_000, "M307", 5, out=True)
    yield text("300 sections", "\n".join(f"## 栏目{i}\n\n文。\n" for i in range(300)), "M302", 7)
    yield text("open comments", "<!-- " * 5_000, "M202", TEXT_LINE)


def deep() -> Iterator[Hazard]:
    yield text("nested lists", "\n".join("    " * i + "* 项" for i in range(200)), "M102", out=True)
    yield text("lists on a line", "* " * 499 + "项", "M102", out=True)
    yield text("nested divs with markdown", '<div markdown="1">' * 331 + "字" + "</div>" * 331, "M102", out=True)
    yield text("definition pairs", "\n".join(f"词{i}\n: 义{i}" for i in range(498)), "M102", out=True)
    yield text("quotations", "> " * 500 + "字", "M102", out=True)
    yield text("quotations without spaces", ">" * 20_000 + "字", "M102", out=True)


# ── front matter ─────────────────────────────────────────────────────────────────────────────────────────


def bombs() -> Iterator[Hazard]:
    yield front("25,000 brackets", "title: " + "[" * 25_000, "F203", 4)
    yield front("25,000 dashes", "title:\n  " + "- " * 25_000, "F203", 5)
    laughs = "a: &a [哈, 哈]\n" + "\n".join(
        f"{n}: &{n} [*{m}, *{m}]" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield front("aliases", laughs, "F203", 4)
    yield front("an alias", "title: *a", "F203", 4)
    yield front("merge keys", "title: {<<: {a: 1}}", "F203", 4)
    yield front("a tag", "title: !!python/object/apply:os.system ['id']", "F203", 4)
    yield front("a small tag", "title: !!binary aGFoYQ==", "F203", 4)
    yield front("70 KB", "title: " + "长" * 25_000, "F203", 1)
    yield front("a tab", "title:\n\t- 一", "F202", 5)
    yield front("an open quotation mark", 'title: "一', "F202", 4)
    yield front("a list", "- 一", "F202", 4)
    yield Hazard("no end", {BAD: "---\nnumber: 2015099\ndate: 2015-12-10\n\n正文。\n"}, "F201", 1)
    yield Hazard("only a list", {BAD: "---\n- 一\n---\n正文。\n"}, "F202", 2)


def types() -> Iterator[Hazard]:
    yield front("a key twice", "title: 一\ntitle: 二", "F204", 5)
    yield front("an unknown key", "titel: 一", "F205", 4, out=False)
    yield front("hits in words", "hits: 很多", "F206", 4, out=False)
    yield front("hits without end", "hits: " + "9" * 5_000, "F206", 4, out=False)
    yield front("a number with a zero", "total: 0123", "", 0, out=False)
    yield front("a title that is no", "title: no", "", 0, out=False)
    yield front("a title that is a time", "title: 12:30:45", "", 0, out=False)
    for date in ("2026-02-30", "0000-01-01", "2015-13-01", "昨天", "[2015]", "99999-01-01", "2015-12-10T25:00"):
        body = f"---\nnumber: 2015099\ndate: {date}\n---\n## 站务新闻\n\n正文。\n"
        yield Hazard(f"date {date}", {BAD: body}, "F304", 3)
    yield Hazard("no date", {BAD: "---\nnumber: 2015099\n---\n正文。\n"}, "F303", 1)
    yield Hazard("number in words", {BAD: "---\ndate: 2015-12-10\nnumber: 某期\n---\n正文。\n"}, "F302", 3)
    yield Hazard("number with a path", {BAD: "---\ndate: 2015-12-10\nnumber: ../../2015099\n---\n正文。\n"}, "F302", 3)
    path = "content/issues/无号.md"
    yield Hazard("no number", {path: "---\ndate: 2015-12-10\n---\n正文。\n"}, "F301", 1, path=path)


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────

PLAIN = "---\ndate: 2015-12-10\nnumber: 2015099\n---\n## 站务新闻\n\n正文。\n"


def names() -> Iterator[Hazard]:
    for name in (
        "．．／2015099",
        "CON",
        "aux.2015099",
        "2015099:流",
        "LPT1",
        "2015099 ",
        "2015099.",
        "a\x07b",
        "2015?9",
    ):
        path = f"content/issues/{name}.md"
        if name.endswith((" ", ".")):
            path = f"content/issues/{name}/index.md"
        shown = path.removesuffix("/index.md") if path.endswith("index.md") else path
        yield Hazard(f"name {name!r}", {path: PLAIN}, "F105", path=shown)
    long = f"content/issues/{'长' * 81}.md"
    yield Hazard("a long name", {long: PLAIN}, "F105", path=long)
    device = "content/pages/nul.md"
    yield Hazard("a page named nul", {device: "# 页\n\n正文。\n"}, "F105", path=device)
    nameless = "content/pages/＋.md"
    yield Hazard("a page without a name", {nameless: "# 页\n\n正文。\n"}, "", out=False, path=nameless)


LINKS = (
    *("../../../secret.txt", "../../../../secret.txt", "..／..／..／secret.txt", "．．／．．／．．／secret.txt"),
    *("%2e%2e/%2e%2e/%2e%2e/secret.txt", "..%2f..%2f..%2fsecret.txt", "..\\..\\..\\secret.txt", "..%5c..%5csecret.txt"),
    *(
        "{outside}/secret.txt",
        "{outside}/secret.png",
        "../../../secret.png",
        "..%c0%af../secret.txt",
        "....//secret.txt",
    ),
    *("../../content/../../secret.txt", "../../templates/secret.txt", "../../.bulletin/cache.db", "~/secret.txt"),
    *("con.txt", "a%00.txt", "../issues/../../../secret.pdf", ".secret.txt"),
)


def links() -> Iterator[Hazard]:
    for link in LINKS:
        yield text(f"link {link}", f"[字]({link}) 后文。\n", "L1..", TEXT_LINE)
        yield text(f"picture {link}", f"![图]({link}) 后文。\n", "L1..", TEXT_LINE)
    others = {
        "file.txt::$DATA": "M206",
        "file:///etc/passwd": "L111",
        "c:/secret.txt": "L111",
        "ftp://127.0.0.1/a": "M206",
    }
    for link, code in others.items():
        yield text(f"link {link}", f"[字]({link}) 后文。\n", code, TEXT_LINE)
        yield text(f"picture {link}", f"![图]({link}) 后文。\n", code, TEXT_LINE)
    yield text("link to another host", "[字](//secret.txt) 后文。\n")
    yield text("picture on another host", "![图](//secret.txt) 后文。\n", "L106", TEXT_LINE)


REDIRECTS = (
    *(
        "/../../escaped.html",
        "/..%2f..%2fescaped.html",
        "/．．／．．／escaped.html",
        "../escaped.html",
        "/a/../../escaped",
    ),
    *(
        "//evil.example/x.html",
        "/CON/x.html",
        "/a\\..\\..\\escaped.html",
        "/.bulletin-stage/0.html",
        "/.bulletin-site/",
    ),
    *("/.git/config.html", "/", "", "/?", "/?x='{}", "/a%00.html", "/../x.php", '/x.asp?a="{}'),
    "/" + "长" * 200 + ".html",
)


def redirects() -> Iterator[Hazard]:
    for address in REDIRECTS:
        entry = f"redirect_from: {quote_yaml(address)}"
        yield front(f"redirect {address[:40]!r}", entry, "A103", 1, out=False)


def quote_yaml(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


# ── encodings ────────────────────────────────────────────────────────────────────────────────────────────

WORDS = HEAD + "救助管理站的工作。\n"


def encodings() -> Iterator[Hazard]:
    plain = WORDS.encode()
    yield Hazard("UTF-16", {BAD: WORDS.encode("utf-16")}, "F308", out=False)
    yield Hazard("UTF-16 without mark", {BAD: WORDS.encode("utf-16-be")}, "F308", out=False)
    yield Hazard("half of UTF-16", {BAD: WORDS.encode("utf-16")[:-1]}, "F101", 0)
    yield Hazard("a program", {BAD: bytes(range(1, 9)) * 100}, "F102", -1)
    yield Hazard("a Word document", {BAD: b"PK\x03\x04word/"}, "F311", 0)
    yield Hazard("NUL", {BAD: plain + b"\n\0\n"}, "F309", 11, out=False)
    yield Hazard("a control character", {BAD: plain + b"\x1b[31m"}, "F309", 10, out=False)
    yield Hazard("an invalid byte", {BAD: plain + b"\xff"}, "F101", 10)
    yield Hazard("Latin-1", {BAD: FRONT.encode() + b"## Caf\xe9\n\nText\xe9 \n"}, "F101", 5)
    yield Hazard("a surrogate", {BAD: plain + "\ud800".encode("utf-8", "surrogatepass")}, "F101", 10)
    yield Hazard("too large", {BAD: plain + b"a " * 600_000}, "F104")
    yield Hazard("GB18030", {BAD: WORDS.encode("gb18030")}, "F103", out=False)
    yield Hazard("BOM", {BAD: b"\xef\xbb\xbf" + plain}, out=False)
    yield Hazard("CRLF", {BAD: plain.replace(b"\n", b"\r\n")}, out=False)
    yield Hazard("CR", {BAD: plain.replace(b"\n", b"\r")}, out=False)
    yield Hazard("empty", {BAD: b""}, "F303", 1)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """A PNG of one colour: small on disk, huge when decoded."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + 3 * side)) for _ in range(side)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
PLACE = b"GPS of the person in the picture"


@cache
def with_place() -> bytes:
    """A JPEG that says where it was taken."""
    image, out = Image.new("RGB", (900, 600), (90, 120, 150)), io.BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = PLACE.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (26.0, 58.0, 30.0)
    image.save(out, "JPEG", exif=exif, comment=PLACE)
    return out.getvalue()


def pictures() -> Iterator[Hazard]:
    main, shown = f"{FOLDER}/index.md", HEAD + "![图](tu.{})\n\n后文。\n"

    def hazard(name: str, form: str, data: bytes | None, code: str) -> Hazard:
        files: dict[str, Content] = {main: shown.format(form)}
        if data is not None:
            files[f"{FOLDER}/tu.{form}"] = data
        return Hazard(name, files, code, TEXT_LINE if code else 0, out=False, path=main)

    whole = picture("PNG", 9, 300, 200)
    yield hazard("a bomb", "png", bomb(8_000), "L105")
    yield hazard(
        "a larger bomb",
        "png",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *(2**31 - 1,) * 2, 8, 2, 0, 0, 0)),
        "L105",
    )
    yield hazard("cut off", "png", whole[: len(whole) // 2], "L105")
    yield hazard("no picture", "png", b"no picture", "L105")
    yield hazard("empty picture", "jpg", b"", "L105")
    yield hazard("SVG", "svg", SVG, "L10[358]")
    yield hazard("SVG named PNG", "png", SVG, "L105")
    yield hazard("a web page named JPG", "jpg", b"<script>alert(1)</script>", "L105")
    yield hazard("missing", "png", None, "L103")
    yield hazard("with its place", "jpg", with_place(), "")


# ── raw HTML, collisions ─────────────────────────────────────────────────────────────────────────────────


def html() -> Iterator[Hazard]:
    yield text("a script", "<script>alert(1)</script>\n\n后文。\n", "M206", TEXT_LINE)
    yield text("a handler", "后文。<b onclick=alert(1)>字</b>\n", "M206", TEXT_LINE)
    yield text("10,000 divs", "<div>" * 10_000, "M102", out=True)
    yield text("100,000 divs", "<div>" * 100_000, "M102", out=True)
    yield text("divs left open", "<div><b>字\n\n后文。\n", "M205", TEXT_LINE)
    yield text("closed too often", "</div></div></article></main></body></html>后文。\n")
    yield text("an open comment", "前文<!-- 后文。\n", "M202", TEXT_LINE)
    yield text("an open script", "前文<script>后文。\n", "M206", TEXT_LINE)
    yield text("an open attribute", '前文<a href="后文。\n')
    yield text("plaintext", "<plaintext>后文。\n", "M206", TEXT_LINE)
    yield text("a million ampersands", "&" * 900_000, "M10[12]", out=True)


def collisions() -> Iterator[Hazard]:
    double = "content/issues/a2015001.md"
    yield Hazard("a number twice", {double: PLAIN.replace("2015099", "2015001")}, "A101", 1, path=double)
    other = "content/issues/b/index.md"
    yield Hazard("a number twice, in a folder", {other: PLAIN.replace("2015099", "2015年第1期")}, "A101", 1, path=other)
    first = "content/pages/About.md"
    files: dict[str, Content] = {first: "# 甲\n\n正文。\n", "content/pages/ab out.md": "# 乙\n\n正文。\n"}
    yield Hazard("pages apart", files, "", out=False)
    files = {"content/pages/b.c.md": "# 甲\n\n正文。\n", "content/pages/b-c.md": "# 乙\n\n正文。\n"}
    yield Hazard("two pages with one address", files, "A102", 1, out=False, path="content/pages/b.c.md")
    yield Hazard("a page named issues", {"content/pages/issues.md": "# 页\n\n正文。\n"}, "", out=False)
    page = "content/pages/2015.md"
    yield Hazard("a page where a year is", {page: "# 页\n\n正文。\n"}, "A102", 1, out=False, path=page)
    yield front("an old address twice", "redirect_from: [/old/, /old/index.html]", "", 0, out=False)
    for name, address in {
        "an old address of the home page": "/index.html",
        "an old address of another issue": "/issues/2015001/",
        "an old address below a file": "/feed.xml/index.html",
    }.items():
        yield front(name, f"redirect_from: {address}", "A102", 1, out=False)


HAZARDS = tuple(
    hazard
    for group in (hanging, slow, deep, bombs, types, names, links, redirects, encodings, pictures, html, collisions)
    for hazard in group()
)

QUIET = [hazard for hazard in HAZARDS if not hazard.hangs]
HANGING = [hazard for hazard in HAZARDS if hazard.hangs]

# ── what must hold with any of them ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """Patient, since a busy machine is no hazard; those that hang meet the true deadline, in the command."""
    root = tmp_path_factory.mktemp("pool")
    write_files(root, {"content/station.yml": STATION})
    with worker_pool(open_project(root).worker_config, 1, seconds=60) as pool:
        yield pool


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Path:
    """The twenty alone, built."""
    root = tmp_path_factory.mktemp("warm")
    write_files(root, GOOD)
    report = build(root, NOW, Options(), pool=pool)
    assert report.problems == ()
    return root


@pytest.fixture(scope="module")
def reference(warm: Path) -> dict[str, bytes]:
    """The site of the twenty alone."""
    return tree(warm / "site")


SECRET = b"nobody outside may read this: 7f3a9c"


@pytest.fixture
def outside(room: Path) -> Path:
    """A folder with secrets, around the project."""
    files: dict[str, Content] = dict.fromkeys(("secret.txt", "secret.pdf", "content/secret.txt"), SECRET)
    write_files(room, {**files, "secret.png": picture("PNG", 123, 77, 33) + SECRET})
    return room


def lay(outside: Path, hazard: Hazard) -> Path:
    root = outside / "station"
    write_files(root, GOOD)
    for path, content in hazard.files.items():
        write_files(root, {path: content.replace("{outside}", str(outside)) if isinstance(content, str) else content})
    return root


def around(outside: Path) -> dict[str, bytes]:
    """Everything that a build must leave alone."""
    allowed = (outside / "station" / "site", outside / "station" / ".bulletin")
    return {
        str(path): path.read_bytes()
        for path in sorted(outside.rglob("*"))
        if path.is_file() and not any(path.is_relative_to(folder) for folder in allowed)
    }


def without_hash(path: str) -> str:
    """Path in the site, as if there was no other theme."""
    return re.sub(r"^static/[0-9a-f]{10}/", "static/", path)


def check_site(root: Path, reference: dict[str, bytes], *, same: bool) -> None:
    """The twenty are there and whole; when `same`, the site is theirs alone."""
    site = tree(root / "site")
    if same:
        assert site == reference
    for number in range(1, 21):
        home = f"issues/2015{number:03}/"
        page = site[home + "index.html"].decode()
        for sentence in (f"第{number % 9 + 1}件事", f"正文第{number % 9 + 1}篇。", f"讨论第{number % 9 + 1}例。"):
            assert sentence in page
        assert page.endswith("</html>\n")
        assert any(path.startswith(home) and path != home + "index.html" for path in site)
    assert set(map(without_hash, reference)) <= set(map(without_hash, site))
    for path, data in site.items():
        assert SECRET not in data, path
        assert PLACE not in data, path
        assert b"Exif\0\0" not in data, path


def matching(hazard: Hazard, problems: tuple[Problem, ...]) -> list[Problem]:
    named = [p for p in problems if re.fullmatch(hazard.code, p.code) and p.path == hazard.path]
    return [p for p in named if hazard.line in (-1, p.line)]


@pytest.mark.prove
@pytest.mark.parametrize("hazard", QUIET, ids=lambda hazard: hazard.name[:60])
def test_twenty_good_and_one_bad(
    hazard: Hazard, outside: Path, warm: Path, reference: dict[str, bytes], pool: Pool, prove: bool
) -> None:
    """With ``--prove`` from nothing, else with the twenty in the cache."""
    root = lay(outside, hazard)
    if not prove:
        shutil.copytree(warm / ".bulletin", root / ".bulletin")
    check_build(hazard, outside, reference, pool)


def check_build(hazard: Hazard, outside: Path, reference: dict[str, bytes], pool: Pool) -> None:
    """Here and now."""
    root = outside / "station"
    before, began = around(outside), time.monotonic()
    report = build(root, NOW, Options(), pool=pool)
    assert time.monotonic() - began < 3 * SECONDS  # on a busy machine; the command is timed below
    assert around(outside) == before
    check_site(root, reference, same=hazard.out)
    said = [reports.text(found, gettext.gettext, lambda _: []) for found in report.problems]
    assert matching(hazard, report.problems) if hazard.code else not report.problems, said
    assert exit_code(report.problems) == (1 if hazard.code not in ("", "F103", "F308") else 0)
    own = any(path in (BAD, f"{FOLDER}/index.md") for path in hazard.files)
    assert report.issues == 20 + (own and not hazard.out)


@pytest.mark.prove
@pytest.mark.parametrize("hazard", HANGING, ids=lambda hazard: hazard.name[:60])
def test_twenty_good_and_one_that_hangs(
    hazard: Hazard, outside: Path, reference: dict[str, bytes], prove: bool
) -> None:
    """By the command with ``--prove``; else one of them, and the others with a shorter deadline."""
    if prove or hazard in HANGING[:1]:
        check_command(hazard, outside, reference)
        return
    with worker_pool(open_project(lay(outside, hazard)).worker_config, 1, seconds=1) as pool:
        check_build(hazard, outside, reference, pool)


def processor_seconds() -> float:
    """What our children and theirs have used: a measure that other work on the machine does not touch."""
    times = os.times()
    return times.children_user + times.children_system


def check_command(hazard: Hazard, outside: Path, reference: dict[str, bytes]) -> None:
    """The command itself."""
    root = lay(outside, hazard)
    command = [sys.executable, "-m", "bulletin", "build", "--root", str(root)]
    environment = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    began, used = time.monotonic(), processor_seconds()
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=10 * SECONDS, check=False)
    assert min(time.monotonic() - began, processor_seconds() - used) < SECONDS
    said = (run.stdout + run.stderr).decode()
    assert "Traceback" not in said
    assert run.returncode == (1 if hazard.code not in ("", "F103", "F308") else 0), said
    if hazard.code:
        assert hazard.path + (f":{hazard.line}:" if hazard.line > 0 else ":") in said
    check_site(root, reference, same=hazard.out)


@pytest.mark.prove
@pytest.mark.parametrize("part", range(8))
def test_the_command_with_each(part: int, room: Path, reference: dict[str, bytes], prove: bool) -> None:
    """Whole with ``--prove``, else one of each part."""
    some = QUIET[part::8] if prove else QUIET[-part - 1 :][:1]
    for number, hazard in enumerate(some):
        write_files(room / str(number), {"secret.txt": SECRET})
        check_command(hazard, room / str(number), reference)


# ── links of the file system ─────────────────────────────────────────────────────────────────────────────


def link_file(root: Path, outside: Path) -> str:
    write_files(outside, {"issue.md": PLAIN + SECRET.decode()})
    (root / BAD).symlink_to(outside / "issue.md")
    return BAD


def link_folder(root: Path, outside: Path) -> str:
    write_files(outside, {"folder/index.md": PLAIN + SECRET.decode()})
    (root / FOLDER).symlink_to(outside / "folder")
    return FOLDER


def link_article(root: Path, outside: Path) -> str:
    write_files(outside, {"article.md": "---\nsection: news\n---\n" + SECRET.decode()})
    write_files(root, {f"{FOLDER}/index.md": PLAIN})
    (root / FOLDER / "article.md").symlink_to(outside / "article.md")
    return f"{FOLDER}/article.md"


def link_page(root: Path, outside: Path) -> str:
    write_files(outside, {"page.md": "# 页\n\n" + SECRET.decode()})
    (root / "content/pages").mkdir()
    (root / "content/pages/about.md").symlink_to(outside / "page.md")
    return "content/pages/about.md"


def link_picture(root: Path, outside: Path) -> str:
    write_files(root, {f"{FOLDER}/index.md": PLAIN + "\n![图](tu.png)\n"})
    (root / FOLDER / "tu.png").symlink_to(outside / "secret.png")
    return f"{FOLDER}/index.md"


def link_attachment(root: Path, outside: Path) -> str:
    write_files(root, {f"{FOLDER}/index.md": PLAIN + "\n[表](biao.txt)\n"})
    (root / FOLDER / "biao.txt").symlink_to(outside / "secret.txt")
    return f"{FOLDER}/index.md"


def link_attachment_folder(root: Path, outside: Path) -> str:
    write_files(root, {f"{FOLDER}/index.md": PLAIN + "\n[表](fu/secret.txt)\n"})
    (root / FOLDER / "fu").symlink_to(outside)
    return f"{FOLDER}/index.md"


def link_to_itself(root: Path, _: Path) -> str:
    (root / BAD).symlink_to(root / BAD)
    return ""


LINKERS: tuple[Callable[[Path, Path], str], ...] = (
    *(link_file, link_folder, link_article, link_page, link_picture, link_attachment, link_attachment_folder),
    link_to_itself,
)


@pytest.mark.parametrize("link", LINKERS)
def test_links_that_lead_out(
    link: Callable[[Path, Path], str], outside: Path, reference: dict[str, bytes], pool: Pool
) -> None:
    root = outside / "station"
    write_files(root, GOOD)
    path = link(root, outside)
    report = build(root, NOW, Options(), pool=pool)
    check_site(root, reference, same=link in (link_file, link_folder, link_page, link_to_itself))
    if path:
        assert path in [found.path for found in report.problems]
        assert exit_code(report.problems) == 1


def test_links_of_the_theme_that_lead_out(outside: Path, reference: dict[str, bytes], pool: Pool) -> None:
    root = outside / "station"
    write_files(root, {**GOOD, "templates/static/own.css": "p { }"})
    for name in ("static/secret.txt", "secret.html"):
        (root / "templates" / name).symlink_to(outside / "secret.txt")
    (root / "templates" / "static" / "all").symlink_to(outside)
    report: Report = build(root, NOW, Options(), pool=pool)
    assert report.problems == ()
    check_site(root, reference, same=False)
    made = set(map(without_hash, tree(root / "site"))) - set(map(without_hash, reference))
    assert made == {"static/own.css"}


# ── five thousand hostile names ──────────────────────────────────────────────────────────────────────────

STEPS = ("..", "．．", "%2e%2e", "%252e%252e", "..%00", ". .", ".", "…", "‥", "..;", "%c0%ae%c0%ae", "﹒﹒", "", "~")
SLASHES = ("/", "\\", "／", "%2f", "%5c", "⁄", "∕", "＼", "//", "%252f", "/./")
GOALS = ("secret.txt", "secret.png", "secret.pdf", "etc/passwd", "content/secret.txt", ".bulletin/cache.db")


def hostile(count: int) -> Iterator[str]:
    """Ways out, each step its own disguise."""
    chance = random.Random(7)
    for start, goal in product(("", "/", "\\", "file:///", "C:\\", "//h/", "./"), GOALS):
        yield start + goal
    while count > 0:
        steps = (chance.choice(STEPS) + chance.choice(SLASHES) for _ in range(chance.randint(1, 6)))
        way = chance.choice(("", "", "/", "\\", "issues/")) + "".join(steps) + chance.choice(GOALS)
        yield way if chance.random() < 0.8 else quote(way)
        count -= 1


@pytest.mark.prove
def test_five_thousand_hostile_addresses(outside: Path, reference: dict[str, bytes], pool: Pool, prove: bool) -> None:
    """As links, pictures and old addresses: none leads out of the content folder or of the site."""
    root, addresses = outside / "station", list(hostile(5_000 if prove else 400))
    files: dict[str, Content] = {}
    for number in range(0, len(addresses), 100):
        some = [address for address in addresses[number : number + 100] if not any(ord(c) < 32 for c in address)]
        body = "\n\n".join(f"[字](<{a}>) ![图](<{a}>)" for a in some)
        entries = "\n".join(f"  - {quote_yaml(prefix + a)}" for a in some for prefix in ("", "/"))
        number_ = f"2014{number // 100 + 1:03}"
        files[f"content/issues/{number_}.md"] = (
            f"---\nnumber: {number_}\ndate: 2014-01-01\nredirect_from:\n{entries}\n---\n## 站务新闻\n\n{body}\n"
        )
    write_files(root, {**GOOD, **files})
    before = around(outside)
    report = build(root, NOW, Options(), pool=pool)
    assert around(outside) == before
    assert len(report.problems) > len(addresses)
    check_site(root, reference, same=False)
