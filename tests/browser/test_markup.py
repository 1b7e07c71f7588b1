"""What machines read: HTML and CSS by the Nu checker, feeds by RFC 4287, JSON-LD by schema.org."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from bulletin.render.templates import Theme
from tests.browser.atom import faults
from tests.browser.nginx import Mount, serving
from tests.browser.stations import KINDS
from tests.browser.tools import module, program
from tests.conftest import ROOT

CHECKER = "vnu-jar/build/dist/vnu.jar"
MADE_HERE = ("-Dnu.validator.servlet.allow-forbidden-hosts=true", "-Dnu.validator.servlet.allowed-address-type=all")
"""It asks no server of this machine unless told that it may; from files, it would take our policy for a mistake."""

DATA_BLOCK = "Inline script violates Content Security Policy"
"""Said of JSON-LD too, which no browser runs and so no policy stops; that Chromium agrees is in test_pages.py."""

BROKEN = '<!DOCTYPE html><html lang="zh-CN"><title>坏</title><p><section><img src="a.png"></p></html>'

Facts = dict[str, Any]


def nu_checker(addresses: list[str]) -> list[str]:
    """Every error and warning, with its place."""
    command = [program("java"), "-Xss8m", *MADE_HERE, "-jar", module(CHECKER)]
    options = ["--format", "json", "--exit-zero-always", "--also-check-css"]
    run = subprocess.run([*command, *options, *addresses], check=True, capture_output=True)
    messages = json.loads(run.stderr)["messages"]
    return [f"{found['url']}:{found.get('lastLine')}: {found['message']}" for found in messages]


def test_nu_checker_has_nothing_to_say(sites: dict[str, Path], tmp_path: Path) -> None:
    """Over every page and the stylesheet; and it would say something of a bad page."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/index.html").write_text(BROKEN, encoding="utf-8")
    mounts = [Mount(path, folder) for path, folder in sites.items() if path != "/jianbao/"]
    with serving(tmp_path / "nginx", (*mounts, Mount("/bad/", tmp_path / "bad"))) as web:
        pages = [
            f"{web}{mount.path}{path.relative_to(mount.folder).as_posix()}"
            for mount in mounts
            for path in sorted(mount.folder.rglob("*"))
            if path.suffix in (".html", ".css") and "pagefind" not in path.parts
        ]
        said = nu_checker([*pages, f"{web}/bad/index.html"])
    assert len(pages) > len(KINDS)
    assert len([found for found in said if "/bad/" in found]) >= 3
    ours = [found for found in said if "/bad/" not in found and DATA_BLOCK not in found]
    assert not ours, "\n".join(ours)


def test_the_stylesheet_travels_without_its_comments_and_means_the_same(browser: Browser) -> None:
    source = (ROOT / "templates/static/style.css").read_text(encoding="utf-8")
    sent = Theme([ROOT / "templates"]).files["static/style.css"].decode()
    assert "/*" not in sent
    assert len(sent) < 0.93 * len(source)
    page = browser.new_page()
    rules = []
    for text in (source, sent):
        page.set_content(f"<style>{text}</style>")
        found = page.evaluate("[...document.styleSheets[0].cssRules].map(rule => rule.cssText)")
        rules.append([" ".join(rule.split()) for rule in found])  # a property of our own keeps its line ends
    page.close()
    assert rules[0] == rules[1]
    assert len(rules[0]) > 5


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────


def test_feeds_are_as_the_standard_wants_them(sites: dict[str, Path]) -> None:
    feeds = [path for folder in sites.values() for path in folder.rglob("feed.xml")]
    assert len(feeds) > 8
    for path in feeds:
        found = list(faults(ElementTree.parse(path).getroot()))
        assert not found, f"{path}: {found}"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (r"<id>.*?</id>", ""),
        (r"<updated>.*?</updated>", "<updated>2015-12-30</updated>"),
        (r"<title>.*?</title>", "<title></title>"),
        (r'<link rel="self"', '<link rel="alternate"'),
        (r'href="https://jzz.example.cn', 'href="'),
        (r"<author>.*?</author>", ""),
        (r"<name>", "<nom>"),
        (r'type="html"', 'type="application/xhtml+xml"'),
        (r"<entry>(.*?)</entry>", r"<entry>\1</entry><entry>\1</entry>"),
        (r"<published>", "<created>"),
    ],
)
def test_a_bad_feed_would_be_seen(good: str, bad: str, sites: dict[str, Path]) -> None:
    text = (sites["/"] / "feed.xml").read_text(encoding="utf-8")
    changed, times = re.subn(good, bad, text, flags=re.DOTALL)
    changed = re.sub(r"<nom>(.*?)</name>", r"<nom>\1</nom>", changed)
    changed = re.sub(r"<created>(.*?)</published>", r"<created>\1</created>", changed)
    assert times
    assert list(faults(ElementTree.fromstring(changed)))


# ── JSON-LD ──────────────────────────────────────────────────────────────────────────────────────────────

REQUIRED = {
    "Organization": ("name",),
    "NewsArticle": ("headline", "datePublished", "dateModified", "author", "publisher", "url"),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name", "item"),
    "Person": ("name",),
    "Periodical": ("name",),
    "PublicationIssue": ("name", "issueNumber"),
}
"""What a search engine wants of each; a type that is not listed here is not to be used."""

EXPECTED = {
    "home": {"Organization"},
    "issue": {"Organization", "NewsArticle", "BreadcrumbList"},
    "article": {"Organization", "NewsArticle", "BreadcrumbList"},
    "column": {"Organization", "BreadcrumbList"},
    "column-year": {"Organization", "BreadcrumbList"},
    "year": {"Organization", "BreadcrumbList"},
    "page": {"Organization", "BreadcrumbList"},
    "empty-home": {"Organization"},
}
ADDRESSES = ("url", "item", "image", "logo", "mainEntityOfPage", "@id")
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def nodes(value: object) -> Iterator[Facts]:
    """Everything that has a type, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def wrong(node: Facts) -> Iterator[str]:
    kind = node["@type"]
    if kind not in REQUIRED:
        yield f"the type {kind}"
        return
    if set(node) != {"@type", "@id"}:
        yield from (f"{kind} without {name}" for name in REQUIRED[kind] if not node.get(name))
    yield from (f"{name}: {node[name]}" for name in ADDRESSES if not str(node.get(name, "https://")).startswith("http"))
    dates = [node[name] for name in node if name.startswith("date")]
    yield from (date for date in dates if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", date))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_linked_data(kind: tuple[str, str, str], sites: dict[str, Path]) -> None:
    name, mount, path = kind[:3]
    blocks = LD.findall((sites[mount] / path).read_text(encoding="utf-8"))
    documents = [json.loads(block) for block in blocks]
    assert all(document["@context"] == "https://schema.org" for document in documents)
    found = list(nodes(documents))
    assert [fault for node in found for fault in wrong(node)] == []
    assert EXPECTED.get(name, set()) <= {node["@type"] for node in found}
    own = [node for node in found if "@id" in node and set(node) != {"@type", "@id"}]
    named = {node["@id"] for node in own}
    assert all(node["@id"] in named for node in found if set(node) == {"@type", "@id"}), "a reference to nothing"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in ("column", "article")], ids=lambda k: k.name)
def test_breadcrumbs_count_from_one(kind: tuple[str, str, str], sites: dict[str, Path]) -> None:
    text = (sites[kind[1]] / kind[2]).read_text(encoding="utf-8")
    (crumbs,) = [node for node in nodes([json.loads(b) for b in LD.findall(text)]) if node["@type"] == "BreadcrumbList"]
    places = [item["position"] for item in crumbs["itemListElement"]]
    assert places == list(range(1, len(places) + 1))
    assert len(places) > 1
