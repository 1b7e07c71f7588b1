"""An old website of four layouts comes over whole, its addresses answer, and a killed import is completed by the next.

``make prove`` takes 500 pages, ``make test`` 40.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from bulletin.commands.cli import bulletin
from bulletin.word.old_site.importing import Imported, import_site, read_texts
from bulletin.word.old_site.map_file import read_map
from bulletin.word.old_site.saved import read_site
from bulletin.word.old_site.writing import Record, read_record, write_imported
from tests.browser import nginx
from tests.conftest import SESSION, build_site, tree, write_files
from tests.word.old_sites import OldPage, old_site, write_old_site

STATION = """\
name: 南岭市救助管理站
url: https://jzz.example.cn/
sections:
  - {id: news, title: 站务新闻}
  - {id: forum, title: 学术争鸣}
  - {id: cases, title: 案例分析}
"""

pytestmark = pytest.mark.prove


class Proof(NamedTuple):
    """An old site that was imported and built."""

    pages: list[OldPage]
    old: Path
    root: Path
    ids: dict[str, str]
    """Id of the issue by old address."""


def command(old: Path, root: Path, *words: str) -> str:
    arguments = ["import", "html", str(old), "--root", str(root), "--jobs", "2", *words]
    done = CliRunner().invoke(bulletin(SESSION), arguments, obj=SESSION, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def proof(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Proof:
    whole = bool(request.config.getoption("--prove"))
    pages = old_site(500 if whole else 40)
    old, root = tmp_path_factory.mktemp("old"), tmp_path_factory.mktemp("station")
    write_old_site(old, pages)
    write_files(root, {"content/station.yml": STATION})
    asked = command(old, root)
    assert "Nothing was imported yet" in asked
    assert not (root / "content" / "issues").exists()
    said = command(old, root, "--map", str(root / "old-site" / "map.yml"), "--yes")
    assert said.startswith(f"{len(pages)} pages imported, 0 with the text of another, 0 left as they are, 1 skipped.")
    build_site(root)
    return Proof(pages, old, root, read_record(root).ids)


def words(html: str) -> str:
    text = unescape(re.sub(r"<[^>]*>", "", html))
    return re.sub(r"\s", "", text)


def test_texts_times_counts_and_sections_come_over(proof: Proof) -> None:
    for page in proof.pages:
        source = (proof.root / "content" / "issues" / proof.ids[page.address] / "index.md").read_text("utf-8")
        front, body = source.split("---\n")[1:]
        assert f"\ndate: {page.time}\nhits: {page.hits}\n" in front
        assert f'title: "{page.title}"\n' in front
        assert not page.number or re.match(f'number: "?{page.number}"?\n', front)
        assert not page.section or body.startswith(f"\n## {page.section}\n")
        built = (proof.root / "site" / "issues" / proof.ids[page.address] / "index.html").read_text("utf-8")
        text, place = words(built), 0
        for paragraph in page.paragraphs:
            place = text.index(words(paragraph), place) + 1
        assert f"{page.hits:,}" in built or str(page.hits) in built


def test_every_old_address_answers_with_a_redirect(proof: Proof, tmp_path: Path) -> None:
    site, include = proof.root / "site", proof.root / "old-site" / "nginx-old-addresses.conf"
    with server(tmp_path, site, include) as address:
        for page in proof.pages:
            target = f"/issues/{proof.ids[page.address]}/"
            assert redirect(address + page.address) == (301, target)
            if "?" not in page.address:  # a page there sends readers on where no server is configured
                assert f"issues/{proof.ids[page.address]}/" in (site / page.address[1:]).read_text("utf-8")
        first = next(page for page in proof.pages if page.address == "/show.asp?id=1")
        assert redirect(f"{address}/Show.asp?id=1&from=timeline") == (301, f"/issues/{proof.ids[first.address]}/")
        assert redirect(f"{address}/show.asp?id=99999")[0] == 404
        assert "<h1>" in get(f"{address}/issues/{proof.ids[first.address]}/")


def test_a_second_run_changes_nothing(proof: Proof) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in everything(proof.root)}
    command(proof.old, proof.root, "--map", str(proof.root / "old-site" / "map.yml"), "--yes")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in everything(proof.root)} == before


def test_a_killed_import_is_completed_by_the_next(proof: Proof, tmp_path: Path, prove: bool) -> None:
    given = proof.root / "old-site" / "map.yml"
    imported = made(proof)
    events = sum(len(issue.files) for issue in imported.issues) + 1
    for at in range(1, events, max(1, events // (10 if prove else 2))):
        root = tmp_path / str(at)
        write_files(root, {"content/station.yml": STATION})
        killed_import(imported, root, at)
        command(proof.old, root, "--map", str(given), "--yes")
        assert {**tree(root / "content"), **tree(root / "old-site")} == {
            **tree(proof.root / "content"),
            **{name: data for name, data in tree(proof.root / "old-site").items() if name != "map.yml"},
        }


def made(proof: Proof) -> Imported:
    layouts = read_map((proof.root / "old-site" / "map.yml").read_text("utf-8"), "map.yml")
    site = read_site(proof.old)
    texts = read_texts(site, layouts, 2)
    return import_site(site, texts, {}, frozenset(), "https://jzz.example.cn/", 2, draft=False)


def killed_import(imported: Imported, root: Path, at: int) -> None:
    """Write the import until a file is renamed for the so-manieth time; the process is killed there."""
    child = os.fork()
    if child == 0:
        count = 0

        def audit(name: str, _: tuple[Any, ...]) -> None:
            nonlocal count
            count += name == "os.rename"
            if name == "os.rename" and count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(audit)
        write_imported(root, imported, Record())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def everything(root: Path) -> Iterator[Path]:
    return (path for name in ("content", "old-site") for path in sorted((root / name).rglob("*")) if path.is_file())


# ── a server


def server(folder: Path, site: Path, include: Path) -> Any:
    """nginx as docs/old-site.md says: the maps in the http block, one line in the server's."""
    rule = "        if ($bulletin_old_address) { return 301 $bulletin_old_address; }\n"
    return nginx.serving(folder, (nginx.Mount("/", site, strict=False),), (include,), rule)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect)


def redirect(address: str) -> tuple[int, str]:
    """Status, and where it leads."""
    try:
        with OPENER.open(address) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location", "")


def get(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())
