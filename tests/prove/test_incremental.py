"""A build that only makes what changed gives the same bytes as one that makes everything."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bulletin.arrange import records
from bulletin.build.changes import site_folder
from bulletin.build.report import Options, Report
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal, with_withdrawal
from bulletin.write import cache
from tests.conftest import NOW, ROOT, STATION, build_site, good_issues, tree, write_files

from .stations import build_here, copy_project, picture

Files = dict[str, bytes]
"""A project without what was built of it, by path."""

# ── a project, and everything that people do to one ──────────────────────────────────────────────────────

FOLDER = """\
---
date: 2014-03-0{day} 10:00
---
## 站务新闻

### 图{word}

![值班室](tu.png)

见[登记表](biao.pdf)和[首期](../2015001.md)。

## {word}
"""

PLAIN = "---\ndate: 2015-01-01\n---\n## 站务新闻\n\n一。\n"

PAGE = """\
---
title: {word}
order: {day}
---
关于本站{word}。[最新](/issues/2015003/) ![门](men.jpg)
"""

REST = """\
address: 南岭市解放路{day}号
links:
  - {{name: {word}, url: "https://example.cn/{day}"}}
recent: {day}
"""

OFFICE = STATION + "editions: epub all, text all\nsearch: yes\n"
"""With the search, and the other forms of issues that need nothing of the computer."""
WORDS = ("救助", "寻亲", "返乡", "夜巡", "关于做好冬季救助管理工作的通知", "Night watch")
ISSUES = tuple(f"content/issues/2015{n:03}.md" for n in range(1, 7))
FOLDERS = ("content/issues/2014001", "content/issues/2014002")
PAGES = ("content/pages/about.md", "content/pages/help.md")
PLACES = ("content/issues", *FOLDERS, "content/pages")
TEMPLATES = ("home.html", "issue.html", "article.html", "parts/footer.html", "feed.xml", "static/style.css")
CLOCKS = (NOW, NOW + timedelta(days=1), NOW + timedelta(days=60))


class Desk:
    """The project as its author sees it, and the moment."""

    def __init__(self) -> None:
        issues = {path: text.encode() for path, text in good_issues(3).items()}
        self.files: Files = {"content/station.yml": OFFICE.encode(), **issues}
        self.now = NOW
        self.drafts = False

    def put(self, path: str, content: str | bytes) -> None:
        self.files[path] = content if isinstance(content, bytes) else content.encode()


Edit = Callable[[Desk, random.Random], None]


def write_issue(desk: Desk, chance: random.Random) -> None:
    """A new issue, or another text for an old one."""
    path = chance.choice(ISSUES)
    words = [chance.choice(WORDS) for _ in range(3)]
    body = f"## 站务新闻\n\n### {words[0]}\n\n{words[1]}。[^1]\n\n[^1]: 注。\n"
    body += f"\n## {words[2]}\n\n{words[0]}一例。\n(刘红兵)\n"
    link = chance.choice(("", "\n见[前期](2015001.md#news)。\n", "\n![图](2014001/tu.png)\n", "\n[附件](fu.pdf)\n"))
    desk.put(path, f"---\ndate: 2015-0{chance.randint(1, 9)}-01\n---\n{body}{link}")


def write_older(desk: Desk, chance: random.Random) -> None:
    """An issue of a year that is over, whose part of the search's index is another."""
    year = chance.randint(2010, 2013)
    body = f"## 站务新闻\n\n### {chance.choice(WORDS)}\n\n{chance.choice(SENTENCES)}\n"
    desk.put(f"content/issues/{year}001.md", f"---\ndate: {year}-0{chance.randint(1, 9)}-01\n---\n{body}")


def change_front(desk: Desk, chance: random.Random) -> None:
    """Number, date, draft, title, old address."""
    path = chance.choice([path for path in desk.files if path in ISSUES] or [ISSUES[0]])
    text = desk.files.get(path, PLAIN.encode()).decode()
    entry = chance.choice(
        (
            f"number: 2015{chance.randint(1, 9):03}",
            f"title: {chance.choice(WORDS)}",
            "draft: true",
            f"hits: {chance.randint(0, 99)}",
            f"date: 2016-0{chance.randint(1, 9)}-05 10:00",
            f"redirect_from: /old/{chance.randint(1, 3)}.html",
            f"updated: 2015-11-0{chance.randint(1, 9)}",
            f"keywords: {chance.choice(WORDS)}，{chance.choice(WORDS)}",
            f"corrections: [{{date: 2015-11-0{chance.randint(1, 9)}, was: 一, now: {chance.choice(WORDS)}}}]",
        )
    )
    head, _, body = text.removeprefix("---\n").partition("---\n")
    key = entry.partition(":")[0]
    kept = [line for line in head.splitlines() if not line.startswith(key + ":")]
    desk.put(path, "\n".join(("---", *kept, entry, "---", body)))


def withdraw(desk: Desk, chance: random.Random) -> None:
    """An issue or an article, of those that there are or not; now and then the record is taken away again."""
    if WITHDRAWN_FILE in desk.files and chance.random() < 0.2:
        del desk.files[WITHDRAWN_FILE]
        return
    number = chance.choice((*(f"2015{n:03}" for n in range(1, 7)), "2014001"))
    slug = chance.choice(("", "jiu-zhu", "xun-qin", "ye-xun", "di-1-jian-shi", "kai-hui"))
    home = f"issues/{number}/"
    addresses = (f"{home}{slug}/index.html",) if slug else (f"{home}index.html", "old/1.html")
    reason = chance.choice(("", "依申请撤回"))
    date, section = f"2015-12-0{chance.randint(1, 9)} 10:00", "news" * bool(slug)
    entry = Withdrawal(number, slug, date, reason, "", (), section, chance.randint(0, 2), addresses)
    desk.put(WITHDRAWN_FILE, with_withdrawal(desk.files.get(WITHDRAWN_FILE, b""), entry))


def rename_issue(desk: Desk, chance: random.Random) -> None:
    before, after = chance.sample(ISSUES, 2)
    if before in desk.files:
        desk.files[after] = desk.files.pop(before)


def delete(desk: Desk, chance: random.Random) -> None:
    """An issue, a page, a picture, a template: anything but the station."""
    path = chance.choice(sorted(desk.files))
    if path != "content/station.yml":
        del desk.files[path]


def write_folder(desk: Desk, chance: random.Random) -> None:
    """An issue in a folder, with articles in files of their own."""
    folder = chance.choice(FOLDERS)
    desk.put(f"{folder}/index.md", FOLDER.format(day=chance.randint(1, 9), word=chance.choice(WORDS)))
    section, order = chance.choice(("news", "案例分析", "新栏")), chance.randint(1, 9)
    article = f"---\nsection: {section}\norder: {order}\nbyline: 王芳\n---\n# {chance.choice(WORDS)}\n\n投稿。\n"
    desk.put(f"{folder}/{chance.choice('ab')}.md", article)


def write_page(desk: Desk, chance: random.Random) -> None:
    desk.put(chance.choice(PAGES), PAGE.format(day=chance.randint(1, 9), word=chance.choice(WORDS)))


def put_picture(desk: Desk, chance: random.Random) -> None:
    """Added, or replaced by one of the same or another size."""
    name, form = chance.choice((("tu.png", "PNG"), ("men.jpg", "JPEG")))
    width = chance.choice((12, 500))
    desk.put(f"{chance.choice(PLACES)}/{name}", picture(form, chance.randint(0, 255), width))


def put_logo(desk: Desk, chance: random.Random) -> None:
    """Of the station, whether it names one or not."""
    desk.put("content/logo.png", picture("PNG", chance.randint(0, 255), chance.choice((12, 500))))


def put_attachment(desk: Desk, chance: random.Random) -> None:
    """Always of one size, so that only its bytes tell versions apart."""
    desk.put(f"{chance.choice(PLACES)}/{chance.choice(('biao.pdf', 'fu.pdf'))}", f"%PDF {chance.randint(100, 999)}")


def change_station(desk: Desk, chance: random.Random) -> None:
    text = OFFICE + REST.format(day=chance.randint(1, 9), word=chance.choice(WORDS))
    if chance.random() < 0.3:
        text = text.replace("title: 案例分析", "title: " + chance.choice(WORDS))
    if chance.random() < 0.3:
        text = text.replace("url: https://jzz.example.cn/", chance.choice(("", "url: https://example.cn/jzz/")), 1)
    if chance.random() < 0.3:
        text += "article_pages: no\n"
    if chance.random() < 0.2:
        text = text.replace("search: yes", "search: no")
    if chance.random() < 0.5:
        text += f"theme:\n  accent: {chance.choice(('#0b5394', '#ffcc00', ''))}\n  logo: logo.png\n"
    desk.put("content/station.yml", text)


def change_template(desk: Desk, chance: random.Random) -> None:
    """A file of the site's own theme, in place of the packaged one."""
    name = chance.choice(TEMPLATES)
    mark = {".html": "{{# {} #}}<!-- {} -->", ".xml": "<!-- {} {} -->", ".css": "/* {} {} */"}[Path(name).suffix]
    packaged = (ROOT / "templates" / name).read_text("utf-8")
    desk.put(f"templates/{name}", packaged + mark.format(chance.randint(1, 3), chance.randint(1, 3)))


def set_today(desk: Desk, chance: random.Random) -> None:
    date = chance.choice(CLOCKS).date().isoformat()
    desk.put("content/today.yml", f"count: {chance.randint(0, 40)}\ndate: {date}\n")


def move_clock(desk: Desk, chance: random.Random) -> None:
    """On, past an issue's time, or back."""
    desk.now = chance.choice(CLOCKS)


def turn_drafts(desk: Desk, _: random.Random) -> None:
    desk.drafts = not desk.drafts


def misname(desk: Desk, chance: random.Random) -> None:
    """A file that is reported and not read."""
    desk.put(f"content/issues/{chance.choice(('CON', 'aux', '期' * 82))}.md", "一。\n")


TITLES = (
    "[放假通知](https://example.cn/tz.html)",
    "[另一期](2015001.md)的事",
    "大会召开[^1]",
    "**重点**工作",
    "![门](tu.png)新门",
    "<Windows设置>",
    "普通题目",
)
SECTIONS = ("站务新闻", "案例分析", "夜巡札记", "读书", "站务新间", "一、要点", "附件")
SENTENCES = (
    "站里开了会，传达了文件，布置了下一阶段的工作。",
    "夜巡小组走访了车站和广场。",
    "有三人由亲属接回，手续齐全。",
)


def _some_issue(desk: Desk, chance: random.Random) -> str:
    """One of the issues that there are, else the first."""
    return chance.choice([path for path in desk.files if path in ISSUES] or [ISSUES[0]])


def rename_section(desk: Desk, chance: random.Random) -> None:
    """In one issue or in all: what was rare is frequent, what was known is unknown, or the other way round."""
    name = chance.choice(SECTIONS)
    before = chance.choice(SECTIONS)
    paths = [path for path in desk.files if path in ISSUES] if chance.random() < 0.5 else [_some_issue(desk, chance)]
    for path in paths:
        text = desk.files.get(path, PLAIN.encode()).decode()
        renamed = text.replace(f"## {before}\n", f"## {name}\n")
        desk.put(path, renamed if renamed != text else f"{text}\n## {name}\n\n### 短讯\n\n一则。\n")


def write_titles(desk: Desk, chance: random.Random) -> None:
    """Titles with links, notes, pictures and emphasis."""
    titles = chance.sample(TITLES, 3)
    texts = "".join(f"### {title}\n\n正文[^2]。\n\n" for title in titles)
    level = chance.choice(("## 站务新闻", "# 简报第3期\n\n## 站务新闻", "# 站务新闻\n\n# 附件", f"## {titles[0]}"))
    date = f"2015-0{chance.randint(1, 9)}-02"
    desk.put(chance.choice(ISSUES), f"---\ndate: {date}\n---\n{level}\n\n{texts}[^1]: 题注。\n[^2]: 文注。\n")


def paste(desk: Desk, chance: random.Random) -> None:
    """The same sentences, one a line as from Word, wrapped at one width, or with blank lines between."""
    sentences = chance.choices(SENTENCES, k=4)
    whole = "".join(sentences)
    forms = ("\n".join(sentences), "\n".join(whole[at : at + 21] for at in range(0, len(whole), 21)))
    body = chance.choice((*forms, "\n\n".join(sentences)))
    end = chance.choice(
        ("", "\n\n　　　　　　　　　　　救助站\n　　　　　　　　　2015年3月2日", "\n\n附件：1.名单\n2.表格")
    )
    table = chance.choice(
        ("", "\n\n项目\t人次\n护送\t38", "\n\n| 项目 | 人次 |\n| 护送 | 38 |", "\n\n：\n●\t甲\n●\t乙")
    )
    text = f"---\ndate: 2015-04-0{chance.randint(1, 9)}\n---\n## 站务新闻\n\n### 开会\n\n{body}{table}{end}\n"
    desk.put(chance.choice(ISSUES), text)


def change_suffix(desk: Desk, chance: random.Random) -> None:
    """An issue's file is called ``.markdown``, ``.txt`` or ``.docx``, or is an issue again."""
    path = _some_issue(desk, chance)
    names = [path.removesuffix(".md") + suffix for suffix in (".md", ".markdown", ".txt", ".docx")]
    present = [name for name in names if name in desk.files]
    if present:
        desk.files[chance.choice(names)] = desk.files.pop(present[0])


EDITS: tuple[Edit, ...] = (
    *(
        write_issue,
        write_older,
        write_older,
        change_front,
        change_front,
        rename_issue,
        delete,
        delete,
        write_folder,
        write_page,
        put_picture,
    ),
    *(put_attachment, put_logo, change_station, change_template, set_today, move_clock, turn_drafts, misname),
    *(rename_section, rename_section, write_titles, paste, change_suffix, withdraw, withdraw),
)
"""Those that touch more stand twice."""

PARTS = 4
"""The property is tried in parts, so that they spread over the test workers."""
SHORT, WHOLE = 4, 60
"""Examples in each part."""

Record = Callable[[str, object], None]

edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 2**32)), min_size=1, max_size=8)


def build_with(root: Path, desk: Desk, **options: object) -> Report:
    return build_here(root, desk.now, drafts=desk.drafts, **options)


def lay(root: Path, files: Files, order: random.Random) -> None:
    """Make the project's own files what `files` says, touching only those that differ, in any order."""
    for top in ("content", "templates"):
        for path in sorted((root / top).rglob("*"), reverse=True):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in files:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    changed = [(n, c) for n, c in files.items() if not (root / n).is_file() or (root / n).read_bytes() != c]
    order.shuffle(changed)
    write_files(root, dict(changed))


# ── any edits in any order ───────────────────────────────────────────────────────────────────────────────


def check_edits(room: Path, steps: list[tuple[Edit, int]]) -> None:
    """After each edit, the grown site is the clean one, for readers of the same site: files, bytes and problems."""
    desk, grown = Desk(), room / "grown"
    lay(grown, desk.files, random.Random(0))
    build_with(grown, desk)
    for edit, seed in steps:
        edit(desk, random.Random(seed))
        fresh = room / f"fresh{seed}"
        copy_project(grown, fresh)
        lay(grown, desk.files, random.Random(seed))
        lay(fresh, desk.files, random.Random(seed + 1))
        first = build_with(grown, desk, let_go=True, jobs=2)
        second = build_with(fresh, desk, let_go=True, clean=True)
        folder = site_folder(grown, Options(drafts=desk.drafts)).relative_to(grown.resolve())
        assert tree(grown / folder) == tree(fresh / folder), edit.__name__
        assert first.problems == second.problems, edit.__name__
        assert (first.issues, first.pages) == (second.issues, second.pages)
        again = build_with(grown, desk, let_go=True)
        assert (again.written, again.removed, again.problems) == (0, 0, second.problems)
        shutil.rmtree(fresh)


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_any_edits(
    part: int, prove: bool, room: Path, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_WHOLE", 4)
    monkeypatch.setattr(records, "_BLOCK", 4)
    tried = 0

    @settings(
        max_examples=WHOLE if prove else SHORT,
        deadline=None,
        derandomize=not prove,
        phases=[*([Phase.shrink] if prove else []), Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(edits)
    def check(steps: list[tuple[Edit, int]]) -> None:
        nonlocal tried
        tried += len(steps)
        shutil.rmtree(room / "grown", ignore_errors=True)
        check_edits(room, [(EDITS[(EDITS.index(edit) + part) % len(EDITS)], seed) for edit, seed in steps])

    check()
    record_property("edits", tried)


# ── the same from wherever it is built ───────────────────────────────────────────────────────────────────


def rich() -> Files:
    """A project with something of everything."""
    desk = Desk()
    for seed in range(4):
        for edit in (write_issue, write_folder, write_page, put_picture, put_attachment, change_template):
            edit(desk, random.Random(seed))
    desk.put("content/issues/2014001/tu.png", picture("PNG", 200, 1000))
    desk.put("content/issues/2014001/biao.pdf", b"%PDF-1.4")
    desk.put("content/pages/men.jpg", picture("JPEG", 90, 700))
    set_today(desk, random.Random(0))
    return desk.files


SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path
from bulletin.build.pipeline import build
from bulletin.build.report import Options
build(Path(sys.argv[1]), datetime(2016, 1, 1, 12), Options(jobs=int(sys.argv[2])))
"""


class Place(NamedTuple):
    """Where and how a project is built."""

    folder: str
    environment: dict[str, str]
    touched: int
    """Seconds since 1970 that all files say."""
    jobs: int


PLACES_TO_BUILD = (
    Place("a", {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}, 0, 1),
    Place("站 务/简报 %41", {"TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "1"}, 1_400_000_000, 2),
    Place("c" * 120, {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "LANGUAGE": "de"}, 2**32, 2),
    Place("d/e/f", {"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242"}, 1, 1),
)


def tree_hash(folder: Path) -> str:
    hashed = blake2b(digest_size=16)
    for path, data in tree(folder).items():
        hashed.update(f"{path}\0{len(data)}\0".encode() + data)
    return hashed.hexdigest()


def test_one_hash_wherever_it_is_built(tmp_path: Path) -> None:
    hashes = {}
    for number, place in enumerate(PLACES_TO_BUILD):
        root = tmp_path / place.folder
        lay(root, rich(), random.Random(number))
        for path in root.rglob("*"):
            os.utime(path, (place.touched, place.touched))
        environment = {**os.environ, "LANGUAGE": "", "PYTHONPATH": str(ROOT), **place.environment}
        command = [sys.executable, "-c", SCRIPT, str(root), str(place.jobs)]
        run = subprocess.run(command, env=environment, cwd=root, capture_output=True, check=False)
        assert run.returncode == 0, run.stderr.decode()
        hashes[place.folder] = tree_hash(root / "site")
    assert len(tree(tmp_path / "a" / "site")) > 60
    assert len(set(hashes.values())) == 1, hashes


def test_the_order_of_sources_changes_nothing(room: Path) -> None:
    """Files made in another order, as some file systems then list them."""
    files, hashes = rich(), set()
    for seed in range(5):
        desk = Desk()
        desk.files = dict(random.Random(seed).sample(sorted(files.items()), len(files)))
        lay(room / str(seed), desk.files, random.Random(seed))
        build_with(room / str(seed), desk)
        hashes.add(tree_hash(room / str(seed) / "site"))
    assert len(hashes) == 1


# ── what others did to the site and to the cache ─────────────────────────────────────────────────────────


@pytest.fixture
def built(room: Path) -> tuple[Path, Desk, dict[str, bytes]]:
    """A project that was built, and its site."""
    desk, root = Desk(), room / "built"
    desk.files = rich()
    lay(root, desk.files, random.Random(0))
    build_with(root, desk)
    return root, desk, tree(root / "site")


def delete_file(path: Path) -> None:
    path.unlink()


def cut_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(path: Path) -> None:
    """By as many bytes as there were."""
    path.write_bytes(b"x" * path.stat().st_size)


def link_away(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parents[1] / "nowhere")


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("harm", [delete_file, cut_file, overwrite, link_away, delete_folder])
def test_a_site_that_others_changed_is_restored(
    built: tuple[Path, Desk, dict[str, bytes]], harm: Callable[[Path], None], prove: bool
) -> None:
    root, desk, site = built
    for path in sorted(site)[:: 1 if prove else 4]:
        harm(root / "site" / path)
        build_with(root, desk)
        assert tree(root / "site") == site, path


def test_a_site_that_is_gone_is_made_again(built: tuple[Path, Desk, dict[str, bytes]]) -> None:
    root, desk, site = built
    shutil.rmtree(root / "site")
    build_with(root, desk)
    assert tree(root / "site") == site


def spoil(data: bytes, chance: random.Random) -> bytes:
    """Cut, emptied, with wrong bytes in one or in many places, or with a page of it gone."""
    how, at = chance.randrange(5), chance.randrange(len(data))
    if how == 0:
        return data[:at]
    if how == 1:
        return b""
    if how == 2:
        return data[:at] + b"\0" * 4096 + data[at + 4096 :]
    changed = bytearray(data)
    for _ in range(1 if how == 3 else len(data) // 50):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.prove
@pytest.mark.parametrize("name", [".bulletin/cache.db", ".bulletin/manifest-*.bin", "site/.bulletin-files"])
def test_a_damaged_cache_costs_time_and_nothing_else(
    built: tuple[Path, Desk, dict[str, bytes]], room: Path, name: str, prove: bool
) -> None:
    root, desk, site = built
    copy_project(root, room / "kept")
    write_issue(desk, random.Random(7))
    lay(room / "next", desk.files, random.Random(0))
    build_with(room / "next", desk)
    changed = tree(room / "next" / "site")
    assert changed != site
    for seed in range(200 if prove else 12):
        copy_project(room / "kept", root)
        (path,) = root.glob(name)
        path.write_bytes(spoil(path.read_bytes() or b"x" * 99, random.Random(seed)))
        if seed % 2:
            lay(root, desk.files, random.Random(seed))
        build_with(root, desk)
        assert tree(root / "site") == (changed if seed % 2 else site), seed


def test_without_its_work_folder_the_site_is_the_same(built: tuple[Path, Desk, dict[str, bytes]]) -> None:
    root, desk, site = built
    stranger = root / "site" / "issues" / "stranger.html"
    stranger.write_text("somebody else's")
    shutil.rmtree(root / ".bulletin")
    build_with(root, desk)
    assert tree(root / "site") == site | {"issues/stranger.html": b"somebody else's"}
    stranger.unlink()


OLDER = """
CREATE TABLE heads (key TEXT PRIMARY KEY, engine TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE parts (key TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE VIEW digests AS SELECT key AS path FROM heads;
"""
NEWER = "ALTER TABLE batches ADD COLUMN origin TEXT; DROP TABLE parts; PRAGMA user_version = 99;"


@pytest.mark.parametrize(("begun", "script"), [(False, OLDER), (True, NEWER), (True, "DELETE FROM parts")])
def test_a_cache_of_another_version_is_begun_anew(
    built: tuple[Path, Desk, dict[str, bytes]], begun: bool, script: str
) -> None:
    root, desk, site = built
    file = root / ".bulletin/cache.db"
    if not begun:
        file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.executescript(script)
    shutil.rmtree(root / "site")
    build_with(root, desk)
    assert tree(root / "site") == site


def test_builds_at_once_share_a_cache(built: tuple[Path, Desk, dict[str, bytes]], room: Path) -> None:
    """Five commands in one project, into three folders, while there is something new to read."""
    root, desk, _ = built
    write_issue(desk, random.Random(7))
    lay(root, desk.files, random.Random(0))
    places = [room / "a", room / "b", root / "site", room / "a", root / "site"]
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "bulletin",
        "build",
        "--root",
        root,
        "--no-check",
        "--quiet",
        "--out",
    ]
    commands = [subprocess.Popen([*words, place], cwd=ROOT, stdout=subprocess.DEVNULL) for place in places]
    assert {command.wait() for command in commands} <= {0, 1}  # 1: the project has warnings
    lay(room / "fresh", desk.files, random.Random(0))
    for out in ("c", "d"):
        assert (
            subprocess.run([*words[:5], room / "fresh", *words[6:], room / out], cwd=ROOT, check=False).returncode < 2
        )
    assert tree(room / "a") == tree(room / "b") == tree(root / "site") == tree(room / "c") == tree(room / "d")


def test_the_cache_throws_away_what_is_not_needed(
    built: tuple[Path, Desk, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, desk, _ = built
    monkeypatch.setattr(cache, "UNUSED_ENTRIES_KEPT", 2)
    counts = []
    for number in range(60):
        desk.files[ISSUES[0]] = f"---\ndate: 2015-01-01\n---\n## 站务新闻\n\n第{number}版。\n".encode()
        lay(root, desk.files, random.Random(0))
        build_with(root, desk)
        with closing(sqlite3.connect(root / ".bulletin/cache.db")) as database:
            batches = database.execute("SELECT keys FROM batches").fetchall()
            parts = database.execute("SELECT count(*) FROM parts").fetchone()
            counts.append((sum(len(keys.split()) for (keys,) in batches), *parts, len(batches)))
    needed = len(desk.files)
    assert max(map(max, counts)) <= 2 * needed + 3
    assert max(batches for _, _, batches in counts) <= 4
    assert min(map(min, counts[30:])) < needed + 30


# ── the last good pages ──────────────────────────────────────────────────────────────────────────────────


def test_an_issue_that_breaks_stays_as_it_was(room: Path, prove: bool) -> None:
    """Through other edits, until it is mended; then all is as if it had never been broken."""
    broken = "content/issues/2015002.md"
    for seed in range(20 if prove else 3):
        desk, root, fresh = Desk(), room / f"grown{seed}", room / f"fresh{seed}"
        whole = desk.files[broken]
        lay(root, desk.files, random.Random(0))
        build_with(root, desk)
        desk.files[broken] = whole.replace(b"date:", b"date: 2015-02-30 #")
        for edit in (write_folder, put_picture, change_template, write_page):
            edit(desk, random.Random(seed))
            lay(root, desk.files, random.Random(seed))
            report = build_with(root, desk)
            assert report.last_good == (broken,)
            assert "F304" in [found.code for found in report.problems]
        desk.files[broken] = whole
        lay(fresh, desk.files, random.Random(0))
        build_with(fresh, desk)
        assert tree(root / "site") == tree(fresh / "site")
        lay(root, desk.files, random.Random(0))
        assert not build_with(root, desk).last_good
        assert tree(root / "site") == tree(fresh / "site")


def test_a_link_to_nothing_does_not_hide_a_change(station: Path) -> None:
    """Of all files in its folder, in whatever order the system lists them."""
    names = [f"content/issues/2015001/{n}.png" for n in "abcdefgh"]
    text = "---\ndate: 2015-01-01\n---\n## 站务新闻\n\n" + "\n\n".join(f"![图]({Path(n).name})" for n in names)
    (station / "content/issues/2015001.md").unlink()
    write_files(station, {"content/issues/2015001/index.md": text, **{n: picture("PNG", 1) for n in names}})
    for name in ("0.pdf", "d.pdf", "z.pdf"):
        (station / "content/issues/2015001" / name).symlink_to("nowhere")
    build_site(station)
    for name in names:
        (station / name).write_bytes(picture("PNG", 2))
        assert build_site(station).written > 0, name
