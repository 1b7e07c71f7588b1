"""The counter's part in the site: the list of keys, what pages show, and how little a changed number rewrites."""

from __future__ import annotations

import gzip
import re
import secrets
from datetime import date
from pathlib import Path

import pytest

from bulletin.core.fingerprint import PACKAGED
from bulletin.core.hit_sources import HIT_SOURCES, SOURCE_FIELD
from bulletin.core.keys import KEYS, read_keys
from bulletin.hits.bake import refresh_snapshot
from bulletin.hits.catalogue import load_catalogue
from bulletin.hits.exchange import find_page
from bulletin.hits.stores.base import Batch, Count, Hour
from bulletin.hits.stores.opening import open_store
from tests.conftest import NOW, STATION, build_site, good_issues, tree, write_files
from tests.prove.stations import build_here
from tests.test_cli import Run, run  # noqa: F401 - a fixture

DAY = date(2016, 1, 1)
FIRST = "issue:2015001"


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """A station that counts, with twelve issues, built once."""
    root = tmp_path / "counted"
    issues = good_issues(12)
    issues["content/issues/2015001.md"] = issues["content/issues/2015001.md"].replace("---\n##", "hits: 5530\n---\n##")
    write_files(root, {"content/station.yml": STATION + "hits: 是\n", **issues})
    build_here(root, NOW)
    return root


def store_with(root: Path, **hits: int) -> str:
    """A store that holds so many live hits of each issue, by its number."""
    url = f"sqlite:///{root}/counts.db"
    store = open_store(url)
    add = tuple(Count(f"issue:{n.lstrip('n')}", "2015-12-31", "live", count) for n, count in hits.items())
    carried = (Count(FIRST, "", "carried", 5530),)
    hours = tuple(Hour(count.page, "2015-12-31T10", count.n) for count in add)
    store.commit(Batch(secrets.token_hex(4), 1, add=add, put=carried, hours=hours))
    store.close()
    return url


def shown(root: Path, number: str) -> str:
    text = (root / f"site/issues/{number}/index.html").read_text("utf-8")
    (found,) = re.findall(r'data-key="issue:\d+">(\d+)<', text)
    return str(found)


# ── the list of keys


def test_the_list_names_what_is_published(counted: Path) -> None:
    draft = "---\nnumber: 2015013\ndate: 2015-12-01\ndraft: true\n---\n## 站务新闻\n### 秘密\n文。\n"
    old = "redirect_from: [/issues/2015099/, /old/41.html, /issues/2015098/ein/]"
    moved = f"---\nnumber: 2015014\ndate: 2015-12-02\n{old}\n---\n## 站务新闻\n### 甲 {{#jia}}\n文。\n"
    write_files(counted, {"content/issues/2015013.md": draft, "content/issues/2015014.md": moved})
    build_here(counted, NOW)
    data = (counted / "site" / KEYS).read_bytes()
    assert "秘密".encode() not in data
    keys = {key.key: key for key in read_keys(data, "").keys}
    assert (keys[FIRST].carried, keys[FIRST].path, keys[FIRST].number) == (5530, "issues/2015001/", "2015001")
    assert keys["issue:2015014"].aliases == ("issue:2015099", "article:2015098/ein")
    assert (
        keys["article:2015014/jia"].aliases
        == ("article:2015099/jia", "article:2015098/jia")[:1] + (keys["article:2015014/jia"].aliases[1:])
    )
    pages = load_catalogue(counted / "site" / KEYS)
    assert find_page("https://jzz.example.cn/old/41.html", pages) == "issue:2015014"
    assert {key.section for name, key in keys.items() if name.startswith("article:")} == {"站务新闻"}


def test_a_station_that_does_not_count_has_no_list_and_no_script(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(2)})
    build_here(tmp_path, NOW)
    made = tree(tmp_path / "site")
    assert KEYS not in made
    assert not [path for path, data in made.items() if path.endswith(".html") and b"hits.js" in data]


def test_a_preview_counts_nobody(counted: Path) -> None:
    build_here(counted, NOW, hits=False, out=str(counted / "preview"))
    made = tree(counted / "preview")
    assert KEYS not in made
    assert b"data-counter" not in made["issues/2015001/index.html"]


def test_a_counter_elsewhere_is_let_in_by_the_policy(counted: Path) -> None:
    station = STATION + "hits: https://hits.example.cn\n"
    write_files(counted, {"content/station.yml": station})
    build_here(counted, NOW)
    text = (counted / "site/issues/2015001/index.html").read_text("utf-8")
    assert 'data-counter="https://hits.example.cn/_hits/"' in text
    assert "connect-src 'self' https://hits.example.cn;" in text
    assert 'data-counter="../../_hits/"' not in text


# ── numbers in the pages


def test_a_number_that_was_carried_over_stands_without_any_counter(counted: Path) -> None:
    assert shown(counted, "2015001") == "5530"
    assert shown(counted, "2015002") == "0"


def test_baked_numbers_stand_in_the_pages_for_readers_without_scripts(counted: Path) -> None:
    url = store_with(counted, n2015001=400, n2015002=7)
    assert refresh_snapshot(counted, counted / "site" / KEYS, url, DAY) == 2
    build_here(counted, NOW)
    assert (shown(counted, "2015001"), shown(counted, "2015002"), shown(counted, "2015003")) == ("5930", "7", "0")
    home = (counted / "site/index.html").read_text("utf-8")
    assert re.findall(r'data-listed="([^"]+)">(\d+)<', home) == [
        (FIRST, "400"),
        ("issue:2015002", "7"),
        (FIRST, "5930"),
        ("issue:2015002", "7"),
    ]
    build_here(counted, NOW, clean=True)
    assert shown(counted, "2015001") == "5930", "what was baked stays"


def test_a_changed_number_rewrites_its_page_and_the_lists_only(counted: Path) -> None:
    url = store_with(counted, n2015001=400, n2015002=7)
    refresh_snapshot(counted, counted / "site" / KEYS, url, DAY)
    build_here(counted, NOW)
    before = tree(counted / "site")
    store_with(counted, n2015001=100, n2015002=50)  # 1.7 % and eight times more
    assert refresh_snapshot(counted, counted / "site" / KEYS, url, DAY) == 1
    build_here(counted, NOW)
    after = tree(counted / "site")
    assert {path for path in after if after[path] != before.get(path)} == {"index.html", "issues/2015002/index.html"}
    assert (shown(counted, "2015001"), shown(counted, "2015002")) == ("5930", "57")


def test_one_bake_changes_so_many_pages_at_most(counted: Path) -> None:
    url = store_with(counted, **{f"n2015{n:03}": n for n in range(2, 13)})
    keys = counted / "site" / KEYS
    assert [refresh_snapshot(counted, keys, url, DAY, max_changes=5) for _ in range(4)] == [5, 5, 2, 0]


def test_a_counter_that_does_not_answer_costs_no_build(run: Run, counted: Path) -> None:  # noqa: F811
    said = run("build", "--root", counted, "--hits", "http://127.0.0.1:9/")
    assert said.code == 0
    assert "does not answer" in said.err
    assert "keep the numbers" in said.err
    assert shown(counted, "2015001") == "5530"


def test_build_and_bake_take_numbers_from_a_store(run: Run, counted: Path) -> None:  # noqa: F811
    url = store_with(counted, n2015002=7)
    assert run("build", "--root", counted, "--hits", url).code == 0
    assert shown(counted, "2015002") == "7"
    store_with(counted, n2015002=90)
    assert run("hits", "bake", url, "--root", counted).out.startswith("1 numbers changed, ")
    assert shown(counted, "2015002") == "97"
    assert run("hits", "bake", "--root", counted).code == 2, "nobody answers at the station's own address"


def test_the_script_is_small() -> None:
    assert len(gzip.compress((PACKAGED / "static/js/hits.js").read_bytes(), 9)) <= 1024


def test_the_script_knows_the_editions() -> None:
    script = (PACKAGED / "static/js/hits.js").read_text("utf-8")
    assert f"{SOURCE_FIELD}=({'|'.join(HIT_SOURCES)})" in script


def test_builds_with_and_without_workers_agree(counted: Path) -> None:
    refresh_snapshot(counted, counted / "site" / KEYS, store_with(counted, n2015002=7), DAY)
    build_site(counted, out=str(counted / "a"), jobs=1)
    build_here(counted, NOW, out=str(counted / "b"))
    assert tree(counted / "a") == tree(counted / "b")
