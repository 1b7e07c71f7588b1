"""Every vector through every door of a real build: no page and no feed holds anything that a browser would run."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options, Report
from bulletin.build.worker import worker_pool
from bulletin.core.look_alikes import fold_name
from bulletin.read.control_characters import CONTROL_CHARACTER
from bulletin.render.qr import qr
from tests.conftest import NOW, tree, write_files
from tests.xss.dom import executable
from tests.xss.vectors import ALT, ATTR_LIST, BODY, FRONT, TITLE

from .stations import picture

STATION = """\
name: 南岭市救助管理站
url: https://jzz.example.cn/
recent: 100
article_pages: {}
sections:
  - {{id: news, title: 站务新闻}}
"""
PER_ISSUE = 50
"""Articles in an issue of vectors."""

Files = dict[str, str | bytes]


class Door(NamedTuple):
    """Issues that carry vectors in, and how many."""

    files: Files
    vectors: int


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────


def shared(vectors: Iterable[str]) -> list[str]:
    """Those that a text can hold at all; a file with the others is refused (`test_what_is_refused`)."""
    return [vector for vector in vectors if not CONTROL_CHARACTER.search(vector)]


def body_door(vectors: Iterable[str], first: int) -> Door:
    """Each vector an article in a file of its own, so that none can hide another."""
    usable = shared(vectors)
    files: Files = {}
    for number, vector in enumerate(usable):
        folder = f"content/issues/{first + number // PER_ISSUE}"
        files[f"{folder}/index.md"] = "---\ndate: 2015-04-10\n---\n## 站务新闻\n\n导语。\n"
        files[f"{folder}/a.jpg"] = picture("JPEG", 99)
        files[f"{folder}/a{number}.md"] = f"---\nsection: news\ntitle: 第{number}号\n---\n前文{number}。\n\n{vector}\n"
    return Door(files, len(usable))


def page_door(vectors: Iterable[str]) -> Door:
    usable = shared(vectors)
    return Door(
        {f"content/pages/p{n}.md": f"---\nmenu: no\n---\n# 第{n}页\n\n正文。\n\n{v}\n" for n, v in enumerate(usable)},
        len(usable),
    )


def title_door(vectors: Iterable[str], first: int) -> Door:
    """As the title of an issue, of a section, of an article, as a byline, and as a known section's text."""
    usable = shared(vectors)
    files: Files = {}
    for number, vector in enumerate(usable):
        line = vector.replace("\n", " ")
        shapes = (
            f"# {line}\n\n## 站务新闻\n\n### 事\n\n正文。",
            f"## {line}\n\n### 事\n\n正文。",
            f"## 站务新闻\n\n### {line}\n\n正文。",
            f"【{line[:40]}】\n\n●{line[:60]}\n\n正文。\n(作者：{line[:40]})",
        )
        for kind, shape in enumerate(shapes):
            files[f"content/issues/{first + number * len(shapes) + kind}.md"] = f"---\ndate: 2015-04-10\n---\n{shape}\n"
    return Door(files, len(usable) * 4)


def front_door(pairs: Iterable[tuple[str, str]], first: int, *, quoted: bool) -> Door:
    """As entries of an issue, of an article's file and of a page; properly quoted, or as somebody might type it."""
    files: Files = {}
    count = 0
    for number, (key, vector) in enumerate(pairs):
        entry = f"{key}: {json.dumps(vector) if quoted else vector}"
        base = {"number": "", "date": "date: 2015-04-10\n"} | {key: ""}
        issue = f"content/issues/{first + number}"
        files[f"{issue}/index.md"] = f"---\n{base['date']}{entry}\n---\n## 站务新闻\n\n### 事\n\n正文。\n"
        files[f"{issue}/a.md"] = f"---\n{'' if key == 'section' else 'section: news' + chr(10)}{entry}\n---\n投稿。\n"
        files[f"content/pages/{'q' if quoted else 'r'}{number}.md"] = (
            f"---\nmenu: no\n{entry}\n---\n# 页{number}\n\n正文。\n"
        )
        count += 1
    return Door(files, count)


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────

ONCE, ANY = 1, 0
ROOT = r"(\.\./|/)*"
HASH = r"([0-9a-f]{10}/)?"
OWN_HEAD = (
    (r'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; [^"<>]*">', ANY),
    (r'<link rel="canonical" href="https://jzz\.example\.cn/[^"<>\s]*">', ANY),
    (
        r'<link rel="alternate" type="application/atom\+xml" title="[^"<>]*"'
        r' href="(/|(\.\./)*)(columns/[^"<>\s/]+/)?feed\.xml">',
        ANY,
    ),
    (r'<meta http-equiv="refresh" content="0; url=(\.\./)*(issues|p[0-9]|q[0-9]|r[0-9])[^":;<>\s]*">', ANY),
    (rf'<link rel="icon" type="image/svg\+xml" href="{ROOT}static/{HASH}favicon\.svg">', ONCE),
    (rf'<link rel="stylesheet" href="{ROOT}static/{HASH}style\.css">', ONCE),
    (r'<script type="application/ld\+json">[^<>&]*</script>', ONCE),
    *(
        (rf'<script{defer} src="{ROOT}static/{HASH}js/{name}\.js"></script>', ONCE)
        for name, defer in (
            ("early", ""),
            *((n, " defer") for n in ("text-size", "today", "contents", "read-aloud", "share")),
        )
    ),
)
"""What the theme itself writes into a page's head, to the letter, as source: no author's quotation mark fits in."""

OWN_BODY = (
    (
        r'<source type="image/webp" srcset="((https://jzz\.example\.cn/)?[^":<>\s]+ \d+w(, )?)+" sizes="[^"<>]*">',
        ANY,
    ),
    (
        r'<svg class="qr" viewBox="0 0 (\d+) \1" shape-rendering="crispEdges">'
        r'<path class="qr-light" fill="#fff" d="M0 0h\1v\1H0z"/>'
        r'<path class="qr-dark" stroke="#000" d="M4 4\.5(m-?\d+ \d+h\d+)+"/></svg>',
        ONCE,
    ),
    (r'<input id="address" type="text" readonly value="https://jzz\.example\.cn/[^"<>\s]*">', ONCE),
    (r"<select data-speak-rate>", ONCE),
    *(
        (
            rf'<button class="(tool|button)" type="button" {name}( [a-z]+-[a-z]+="[^"<>]*")*( hidden| data-waiting)?>',
            ONCE,
        )
        for name in ("data-text-size", "data-speak-play", "data-speak-stop", "data-print", 'data-copy="address"')
    ),
)
"""Likewise what it writes into a page's body; pictures also into a feed."""


def without_own(page: str) -> str:
    """The page without the theme's own lines."""
    head, end, body = page.partition("</head>")
    return without(OWN_HEAD, head) + end + without(OWN_BODY, body)


def without(own: tuple[tuple[str, int], ...], text: str) -> str:
    for form, count in own:
        text = re.sub(form, "", text, count=count)
    return text


def judge(site: dict[str, bytes]) -> tuple[dict[str, list[str]], int]:
    """What would run, by file; and how many documents were read."""
    found, read = {}, 0
    for path, data in site.items():
        for name, document in documents(path, data):
            read += 1
            if nodes := executable(document):
                found[name] = nodes
    return found, read


ATOM = "{http://www.w3.org/2005/Atom}"


def documents(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The HTML in a file, by name; XML must be well-formed, and its addresses ours."""
    if path.endswith(".html"):
        yield path, without_own(data.decode())
    elif path.endswith(".xml"):
        root = ElementTree.fromstring(data)
        addresses = [value for element in root.iter() for name, value in element.attrib.items() if name == "href"]
        addresses += [element.text or "" for element in root.iter() if element.tag.endswith(("}loc", "}uri", "}icon"))]
        assert all(address.startswith("https://jzz.example.cn/") for address in addresses), path
        for entry in root.iter(f"{ATOM}content"):
            assert entry.get("type") == "html"
            yield f"{path} {entry.get('id')}", without(OWN_BODY[:1], entry.text or "")


def plant(root: Path, doors: Iterable[Door], *, article_pages: bool) -> tuple[Report, dict[str, bytes], int]:
    """Build a site of vectors; how many of them went in."""
    write_files(root, {"content/station.yml": STATION.format("yes" if article_pages else "no")})
    vectors = 0
    for door in doors:
        write_files(root, door.files)
        vectors += door.vectors
    with worker_pool(open_project(root).worker_config, 2, seconds=60) as pool:
        report = build(root, NOW, Options(), pool=pool)
    return report, tree(root / "site"), vectors


def unread(report: Report) -> set[str]:
    """Sources that did not reach the site."""
    codes = ("M101", "M102", "M103", "F101", "F102", "F104")
    return {found.path for found in report.problems if found.code in codes}


# ── the proofs ───────────────────────────────────────────────────────────────────────────────────────────

PARTS = 4
SHORT = 3
"""Every third vector is tried in the short form: still more than five hundred."""


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_bodies(part: int, room: Path, prove: bool) -> None:
    """Text, attribute lists, descriptions of pictures."""
    vectors = (*BODY, *ATTR_LIST, *ALT)[part :: PARTS * (1 if prove else SHORT)]
    report, site, count = plant(room, [body_door(vectors, 2015001)], article_pages=prove)
    assert count > len(vectors) - 5
    assert unread(report) == set()
    pages = "".join(data.decode() for path, data in site.items() if path.count("/") == 2 and path.endswith(".html"))
    assert all(f"前文{number}。" in pages for number in range(count))
    found, read = judge(site)
    assert found == {}
    assert read > count // 50


@pytest.mark.prove
def test_pages_and_titles(room: Path, prove: bool) -> None:
    few = 1 if prove else 16
    doors = [page_door(BODY[::few]), page_door(ATTR_LIST[:: 1 if prove else 29]), title_door(TITLE, 2015001)]
    report, site, count = plant(room, doors[::2] if not prove else [doors[0], doors[2]], article_pages=True)
    assert unread(report) == set()
    assert len([path for path in site if re.fullmatch(r"issues/\d+/index.html", path)]) == len(TITLE) * 4
    found, read = judge(site)
    assert found == {}
    assert read > count


@pytest.mark.prove
@pytest.mark.parametrize("quoted", [True, False])
def test_front_matter(room: Path, quoted: bool, prove: bool) -> None:
    pairs = FRONT if prove else FRONT[::7]
    report, site, count = plant(room, [front_door(pairs, 2015001, quoted=quoted)], article_pages=True)
    assert report.issues > count // (2 if quoted else 4)
    found, read = judge(site)
    assert found == {}
    assert read > count


def test_titles_arrive_as_words(room: Path) -> None:
    """Nothing of them is lost on the way to being harmless."""
    pairs = [("title", vector) for vector in TITLE]
    _, site, _ = plant(room, [front_door(pairs, 2015001, quoted=True)], article_pages=False)
    for number, vector in enumerate(TITLE):
        page = site[f"issues/{2015001 + number}/index.html"].decode()
        words = fold_name(vector).strip()  # what nobody sees, and what turns the direction, is folded
        assert html.escape(words, quote=False) in page.replace("&#34;", '"').replace("&#39;", "'"), vector


def test_what_is_dropped(room: Path) -> None:
    """Vectors with characters that no text may hold: each issue is named, and what is left of it is harmless."""
    vectors = [vector for vector in (*BODY, *ATTR_LIST, *ALT, *TITLE) if CONTROL_CHARACTER.search(vector)]
    files: Files = {
        f"content/issues/{2015001 + number}.md": f"---\ndate: 2015-04-10\n---\n## 站务新闻\n\n{vector}\n"
        for number, vector in enumerate(vectors)
    }
    report, site, _ = plant(room, [Door(files, len(vectors))], article_pages=True)
    named = {found.path for found in report.problems if found.code in ("F102", "F309")}
    breaks = str.maketrans("", "", "\x0b\x0c")
    assert named == {path for path, text in files.items() if CONTROL_CHARACTER.search(str(text).translate(breaks))}
    assert report.issues
    assert judge(site)[0] == {}


def test_characters_that_no_feed_may_hold(room: Path) -> None:
    """Written as references and as YAML escapes; one feed must be read by all."""
    body = (
        '---\ndate: 2015-04-10\ntitle: "甲\\x01乙"\nkeywords: "\\x0B，丙"\n---\n## 站务新闻\n\n丁&#1;&#x0b;&#xffff;戊\n'
    )
    _, site, _ = plant(room, [Door({"content/issues/2015001.md": body}, 4)], article_pages=True)
    assert "甲\ufffd乙" in site["feed.xml"].decode()
    assert not [path for path, data in site.items() if CONTROL_CHARACTER.search(data.decode())]
    assert judge(site)[0] == {}


def test_there_are_enough() -> None:
    short = sum(len((*BODY, *ATTR_LIST, *ALT)[part :: PARTS * SHORT]) for part in range(PARTS))
    assert short >= 500
    assert len(shared((*BODY, *ATTR_LIST, *ALT))) + len(TITLE) * 4 + len(FRONT) * 2 > 3_000


def test_the_judge_would_see_it() -> None:
    """What only looks like the theme's own is not taken for it."""
    page = '<html><head><link rel="stylesheet" href="../static/style.css"></head><body>{}</body></html>'
    assert judge({"a.html": page.format("").encode()}) == ({}, 1)
    data = page.replace("</head>", '<script type="application/ld+json">[]</script></head>').format("")
    assert judge({"a.html": data.encode()}) == ({}, 1)
    for inside in ("</script><script>alert(1)", "<!--", "&lt;"):
        assert judge({"a.html": data.replace("[]", inside).encode()})[0]
    assert judge({"a.html": page.format(qr("https://jzz.example.cn/")).encode()}) == ({}, 1)
    assert judge({"a.html": page.format(qr("https://jzz.example.cn/") * 2).encode()})[0]
    for bad in (
        '<link rel="stylesheet" href="../static/style.css">',
        '<source type="image/webp" srcset="javascript:x" sizes="1">',
        "<script>alert(1)</script>",
        '<button class="tool" type="button" data-print onclick="alert(1)" hidden>',
        '<script src="../static/js/early.js"></script>',
    ):
        assert judge({"a.html": page.format(bad).encode()})[0]
    assert judge({"a.html": page.replace("../static", "//evil.example/static").encode()})[0]
    entry = f"<feed xmlns='{ATOM[1:-1]}'><content type='html'>&lt;script></content></feed>"
    assert judge({"a.xml": entry.encode()})[0]
