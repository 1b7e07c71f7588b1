"""The search: what it finds, what it writes, and that nothing changes when it fails."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from bulletin.arrange import records
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.errors import SearchError
from bulletin.editions import pagefind as program_module
from tests.browser.chromium import launch
from tests.conftest import NOW, ROOT, build_site, tree, write_files

YAML = """\
name: 南岭市救助管理站
search: 是
sections:
  - {id: news, title: 站务新闻}
  - {id: case-work, title: 案例分析}
"""


# ── a station with much to find, the same in every run

SIGNS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "救助管理站流浪乞讨人员护送返乡寻亲安置医疗登记街面巡查寒冬送温暖夏季清凉未成年保护教育培训会议通报财政资金检查消防安全值班制度"
    "调研领导小组成员单位公安城管卫生联合行动社会工作者志愿服务心理疏导家属联系电话身份信息核实档案照片比对指纹采集方言口音地名山东"
)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴邓彭", "红兵军建华志强桂英丽芳秀兰海涛"
BETWEEN = ("，", "。", "；", "、", "：", ",", " ")


class Told:
    """One article as its author wrote it."""

    def __init__(self, chance: random.Random, number: str, column: str, place: int) -> None:
        self.number, self.column = number, column
        self.title = f"{_prose(chance, 9)}{place}{_prose(chance, 4)}"
        self.byline = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
        self.paragraphs = [self._paragraph(chance) for _ in range(chance.randint(2, 4))]
        self.slug = f"p{place}"

    def _paragraph(self, chance: random.Random) -> str:
        clauses = [_prose(chance, chance.randint(4, 16)) for _ in range(chance.randint(3, 6))]
        clauses.append(f"{chance.randint(2, 9)}月{chance.randint(1, 28)}日共救助{chance.randint(10, 9999)}人次")
        return "".join(clause + chance.choice(BETWEEN) for clause in clauses)

    @property
    def href(self) -> str:
        return f"issues/{self.number}/{self.slug}/index.html"

    @property
    def fields(self) -> list[str]:
        """All that is told of it, with nothing between Han characters but punctuation."""
        section = {"news": "站务新闻", "case-work": "案例分析"}[self.column]
        year, sequence = self.number[:4], int(self.number[4:])
        names = (f"工作简报{self.number}", f"{year}年第{sequence}期")
        return [self.title, section, *names, self.byline, *(text.replace(" ", "") for text in self.paragraphs)]

    @property
    def source(self) -> str:
        return f"### {self.title} {{#{self.slug}}}\n\n" + "\n\n".join(self.paragraphs) + f"\n\n（{self.byline}）\n"


def _prose(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(SIGNS, k=length))


def tell(issues: int, a_year: int = 24) -> list[Told]:
    chance = random.Random(2014)
    told = []
    for index in range(issues):
        number = f"{2010 + index // a_year}{index % a_year + 1:03}"
        told += [Told(chance, number, ("news", "case-work")[place % 2], place) for place in range(6)]
    return told


def sources(told: list[Told]) -> dict[str, str]:
    files = {}
    for number in dict.fromkeys(each.number for each in told):
        own = [each for each in told if each.number == number]
        parts = [f"---\nnumber: {number}\ndate: {number[:4]}-03-01\n---\n"]
        for column, title in (("news", "站务新闻"), ("case-work", "案例分析")):
            parts += [f"## {title}\n", *(each.source for each in own if each.column == column)]
        files[f"content/issues/{number}.md"] = "\n".join(parts)
    return files


# ── a browser and a plain server


POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'{}; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)


class Server(SimpleHTTPRequestHandler):
    """Sends the policy as docs/search.md has it."""

    def end_headers(self) -> None:
        wasm = " 'wasm-unsafe-eval'" if re.match(r"/site/(search|pagefind)/", self.path) else ""
        self.send_header("Content-Security-Policy", POLICY.format(wasm))
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return tell(120)


@pytest.fixture(scope="module")
def site(told: list[Told], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    about = "---\ntitle: 关于本站\n---\n土地在园林路。网址ＷＰＳ，电话0734-8516000。\n"
    about += "共2①2019年面积120㎡，另有30m²、5㎏和第Ⅲ级㈠的40 平。\n"
    write_files(root, {"content/station.yml": YAML, "content/pages/about.md": about, **sources(told)})
    report = build_site(root, jobs=2)
    assert not [p for p in report.problems if p.severity == "error"]
    return root / "site"


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Address of the search page, below a path of its own, as an office's site may be."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=site.parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/site/search/index.html"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page()
        browser.close()


ASK = """async (asked) => {
  const { find, openBundles } = await import(new URL("../static/js/find.js", location));
  const index = new URL("../pagefind/pagefind.js", location);
  globalThis.bundleOf ??= await openBundles(index);
  const known = (globalThis.known ??= new Map());
  const answers = [];
  for (const [query, column, year] of asked) {
    const hrefs = [];
    for (const result of await find(await bundleOf(year), query, column, year)) {
      if (!known.has(result.id)) known.set(result.id, (await result.data()).raw_url);
      hrefs.push(known.get(result.id));
    }
    answers.push(hrefs);
  }
  return answers;
}"""


def ask(tab: Page, address: str, queries: list[tuple[str, str, str]]) -> list[list[str]]:
    """Hrefs that each query finds, through the page's own query side and pagefind's."""
    if tab.url != address:
        tab.goto(address)
    return tab.evaluate(ASK, queries)  # type: ignore[no-any-return]


def articles(hrefs: list[str]) -> set[str]:
    """Without the issues and standing pages that were found as well."""
    return {href for href in hrefs if href.count("/") == 3}


pytestmark = pytest.mark.xdist_group("search")


def check(tab: Page, address: str, told: list[Told], terms: list[str]) -> None:
    """Each term finds exactly the articles that hold it."""
    wrong = {}
    for term, found in zip(terms, ask(tab, address, [(term, "", "") for term in terms]), strict=True):
        holding = {each.href for each in told if any(term in field for field in each.fields)}
        if articles(found) != holding:
            wrong[term] = holding ^ articles(found)
    assert wrong == {}


def test_every_title_is_found_and_comes_first(tab: Page, address: str, told: list[Told]) -> None:
    answers = ask(tab, address, [(each.title, "", "") for each in told])
    assert [found[:1] for found in answers] == [[each.href] for each in told]


def test_every_author_is_found(tab: Page, address: str, told: list[Told]) -> None:
    check(tab, address, told, sorted({each.byline for each in told}))


def test_terms_of_two_to_four_signs_find_what_holds_them_and_nothing_else(
    tab: Page, address: str, told: list[Told]
) -> None:
    chance = random.Random(3)
    runs = [run for each in told for text in each.paragraphs for run in _runs(text) if len(run) > 3]
    terms = []
    for _ in range(200):
        run, length = chance.choice(runs), chance.randint(2, 4)
        place = chance.randrange(len(run) - length + 1)
        terms.append(run[place : place + length])
    check(tab, address, told, terms)


def _runs(text: str) -> list[str]:
    """Stretches of Han characters alone."""
    return "".join(sign if sign in SIGNS else "|" for sign in text).split("|")


def test_single_signs_are_found(tab: Page, address: str, told: list[Told]) -> None:
    check(tab, address, told, list(SIGNS[60:90]))


def found(tab: Page, address: str, query: str, column: str = "", year: str = "") -> list[str]:
    return ask(tab, address, [(query, column, year)])[0]


@pytest.mark.parametrize("query", ["2014年第2期", "２０１４年第２期", "2014002", "２０１４００２", "工作简报2014002"])
def test_an_issue_is_found_by_its_number_before_its_articles(
    tab: Page, address: str, told: list[Told], query: str
) -> None:
    answer = found(tab, address, query)
    assert articles(answer) == {each.href for each in told if each.number == "2014002"}
    assert "issues/2014002/index.html" in answer
    if "年" not in query:
        assert answer[0] == "issues/2014002/index.html"


ABOUT = "about/index.html"


@pytest.mark.parametrize(
    "query",
    [
        *[
            "1",
            "①",
            "㎡",
            "m2",
            "M2",
            "120㎡",
            "120m2",
            "120m²",
            "30㎡",
            "5kg",
            "iii",
            "第III级（一）的",
            "(一)",
            "2①2019年",
            "40平",
        ],
        *("WPS", "wps", "ＷＰＳ", "ｗｐｓ", "网址WPS", "0734-8516000", "8516000", "（园林路）", "园林路。网址", "⼟"),
    ],
)
def test_full_and_half_width_capital_and_small_are_the_same(tab: Page, address: str, query: str) -> None:
    assert ABOUT in found(tab, address, query)


@pytest.mark.parametrize(
    "query", ["", " ", "，", '"', "“”", "园林路 没有这个词", "路园", "851600", "21", "12019", "20"]
)
def test_what_is_not_there_is_not_found(tab: Page, address: str, query: str) -> None:
    assert ABOUT not in found(tab, address, query)


def test_all_words_of_a_query_must_occur(tab: Page, address: str, told: list[Told]) -> None:
    asked = told[::40]
    queries = [(f"{each.byline}　{each.title[:3]} {each.number}", "", "") for each in asked]
    for each, answer in zip(asked, ask(tab, address, queries), strict=True):
        assert articles(answer) == {each.href}


def test_results_are_narrowed_by_column_and_year_and_stand_newest_first(
    tab: Page, address: str, told: list[Told]
) -> None:
    for column, year in (("news", ""), ("", "2012"), ("case-work", "2012")):
        answer = found(tab, address, "救助", column, year)
        holding = {
            each.href
            for each in told
            if any("救助" in field for field in each.fields)
            and each.column in (column or each.column)
            and each.number.startswith(year)
        }
        assert articles(answer) == holding
    named = {each.href for each in told if "救助" in each.title}
    rest = [href for href in found(tab, address, "救助") if href not in named and href in articles([href])]
    assert [href.split("/")[1] for href in rest] == sorted((href.split("/")[1] for href in rest), reverse=True)


# ── the page


def opened(tab: Page, address: str, query: str = "") -> list[str]:
    """Open the page and wait until it has said something; what the browser complained of."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(address + query)
    if query:
        answered(tab)
    return said


def answered(tab: Page) -> str:
    """What the page says when it has looked."""
    said = tab.locator("[data-search-said]")
    expect(said).to_have_text(re.compile(r"\d|“"))
    return said.inner_text()


def test_a_result_shows_no_blanks_that_the_text_does_not_have(tab: Page, address: str) -> None:
    assert opened(tab, address, "?q=120㎡") == []
    assert "面积120m2，另有30m2" in tab.locator(".found .summary").first.inner_text()


def test_the_page_shows_what_was_found_and_the_way_back_works(tab: Page, address: str, told: list[Told]) -> None:
    complaints = opened(tab, address)
    own = told[17]
    tab.fill("#search-q", own.title)
    tab.press("#search-q", "Enter")
    assert "1" in answered(tab)
    link = tab.locator(".found a").first
    assert link.inner_text() == own.title
    assert tab.locator(".found li").first.locator("mark").first.inner_text() == own.title
    meta = tab.locator(".found .meta").first.inner_text()
    assert all(fact in meta for fact in (f"工作简报{own.number}", f"{own.number[:4]}-03-01", own.byline))
    tab.fill("#search-q", "救助")
    tab.press("#search-q", "Enter")
    expect(tab.locator(".found li")).to_have_count(10)
    assert tab.locator(".found .summary mark").first.inner_text() == "救助"
    tab.click("[data-search-more]")
    expect(tab.locator(".found li")).to_have_count(20)
    tab.select_option("#search-year", "2012")
    expect(tab).to_have_url(re.compile("year=2012$"))
    tab.go_back()
    tab.go_back()
    expect(tab.locator(".found li")).to_have_count(1)
    assert tab.input_value("#search-q") == own.title
    tab.locator(".found a").first.click()
    assert tab.inner_text("h1") == own.title
    assert complaints == []


def test_nothing_found_is_said_with_help_and_markup_is_only_text(tab: Page, address: str) -> None:
    complaints = opened(tab, address, "?q=%3Cimg src=x%3E没有&year=1999")
    assert "<img src=x>没有" in tab.inner_text("[data-search-said]")
    assert tab.is_visible("[data-search-help]")
    assert tab.locator("main img").count() == 0
    assert tab.input_value("#search-year") == ""
    assert complaints == []


def test_from_a_folder_and_without_scripts_there_are_the_lists(tab: Page, site: Path) -> None:
    complaints = opened(tab, (site / "search" / "index.html").as_uri())
    assert tab.is_visible("[data-search-folder]")
    assert not tab.is_visible("form[role=search]")
    assert tab.locator("main a", has_text="案例分析").is_visible()
    assert tab.locator("main a", has_text="2012").is_visible()
    assert complaints == []
    assert tab.context.browser
    plain = tab.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto((site / "search" / "index.html").as_uri())
    assert not plain.is_visible("form[role=search]")
    assert plain.locator("main a", has_text="站务新闻").is_visible()
    plain.context.close()


def test_an_index_that_cannot_be_loaded_is_said(tab: Page, address: str) -> None:
    tab.route("**/pagefind.js", lambda route: route.abort())
    tab.goto(address + "?q=救助")
    words = tab.get_attribute("[data-search-said]", "data-failed") or ""
    expect(tab.locator("[data-search-said]")).to_have_text(words)
    tab.unroute("**/pagefind.js")


# ── the files


def small(root: Path, search: str = "yes", **more: str) -> Path:
    write_files(
        root, {"content/station.yml": YAML.replace("search: 是", f"search: {search}"), **sources(tell(2)), **more}
    )
    return root


def index_files(root: Path) -> dict[str, bytes]:
    files = tree(root / "site") | tree(root / ".bulletin" / "drafts")
    return {path: data for path, data in files.items() if path.startswith("pagefind/")}


def texts(root: Path) -> str:
    """All that the index says in clear."""
    fragments = (gzip.decompress(data) for path, data in index_files(root).items() if path.endswith(".pf_fragment"))
    return b"\n".join(fragments).decode().replace(" ", "")


def test_only_what_the_page_needs_is_written(tmp_path: Path) -> None:
    build_site(small(tmp_path))
    names = {re.sub(r"\w+(?=\.pf_)", "*", path) for path in index_files(tmp_path)}
    assert names == {
        "pagefind/bundles.json",
        "pagefind/fragment/*.pf_fragment",
        "pagefind/index/*.pf_index",
        "pagefind/pagefind-entry.json",
        "pagefind/pagefind-worker.js",
        "pagefind/pagefind.js",
        "pagefind/pagefind.*.pf_meta",
        "pagefind/wasm.unknown.pagefind",
    }


def test_a_changed_text_gives_the_same_files_as_a_clean_build(tmp_path: Path) -> None:
    root, fresh = small(tmp_path / "a"), tmp_path / "b"
    build_site(root)
    name = "content/issues/2010002.md"
    text = (root / name).read_text(encoding="utf-8") + "\n新写的一句。\n"
    write_files(root, {name: text, "content/issues/2010003.md": text.replace("2010002", "2010003")})
    build_site(root)
    (root / name).unlink()
    build_site(root)
    shutil.copytree(root / "content", fresh / "content")
    build_site(fresh)
    assert tree(root / "site") == tree(fresh / "site")
    assert "新写的一句" in texts(root)


@pytest.fixture
def small_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few issues are several bundles."""
    monkeypatch.setattr(records, "_WHOLE", 2)
    monkeypatch.setattr(records, "_BLOCK", 30)


@pytest.mark.usefixtures("small_bundles")
def test_a_change_makes_its_own_bundle_anew_and_gives_what_a_clean_build_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, fresh = tmp_path / "a", tmp_path / "b"
    write_files(root, {"content/station.yml": YAML, **sources(tell(8, a_year=2))})
    build_site(root)
    assert [each["folder"] for each in listed(root)] == ["", "2012-2012/", "2010-2011/"]
    before = {each["folder"]: each["tag"] for each in listed(root)}
    made: list[dict[str, bytes]] = []
    make = program_module.make_index

    def watched(*given: Any) -> dict[str, bytes]:
        made.append(make(*given))
        return made[-1]

    monkeypatch.setattr(program_module, "make_index", watched)
    name = "content/issues/2010002.md"
    text = (root / name).read_text(encoding="utf-8")
    write_files(root, {name: text + "\n新写的一句。\n"})
    build_site(root)
    assert len(made) == 1
    assert [each["folder"] for each in listed(root) if each["tag"] != before[each["folder"]]] == ["2010-2011/"]
    write_files(root, {"content/issues/2014001.md": text.replace("2010", "2014")})
    build_site(root)
    shutil.copytree(root / "content", fresh / "content")
    build_site(fresh)
    assert tree(root / "site") == tree(fresh / "site")
    assert [each["folder"] for each in listed(root)] == ["", "2012-2013/", "2010-2011/"]


@pytest.mark.usefixtures("small_bundles")
def test_made_beside_the_pages_bundles_are_what_they_are_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, beside = tmp_path / "a", tmp_path / "b"
    told: set[str] = set()
    for root, jobs in ((alone, 1), (beside, 2)):
        write_files(root, {"content/station.yml": YAML, **sources(tell(8, a_year=2))})
        build(root, NOW, Options(jobs=jobs), lambda step, *_: told.add(step))
    assert tree(alone / "site") == tree(beside / "site")
    assert "index" in told
    monkeypatch.setattr(program_module, "find_program", lambda: tmp_path / "missing")
    before = tree(beside / "site")
    name = "content/issues/2010002.md"
    write_files(beside, {name: (beside / name).read_text(encoding="utf-8") + "\n新写的一句。\n"})
    with pytest.raises(SearchError):
        build(beside, NOW, Options(jobs=2))
    assert tree(beside / "site") == before


def listed(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(index_files(root)["pagefind/bundles.json"])
    return found


def test_without_a_change_of_texts_nothing_is_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small(tmp_path)
    build_site(root)
    before = index_files(root)
    monkeypatch.setattr(program_module, "find_program", lambda: pytest.fail("started"))
    assert build_site(root).written == 0
    write_files(root, {"templates/static/own.css": "", "content/today.yml": "count: 3\ndate: 2016-01-01\n"})
    build_site(root)
    assert index_files(root) == before


def test_switched_off_everything_of_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, never = small(tmp_path / "a"), small(tmp_path / "b", "no")
    build_site(root)
    small(root, "否")
    monkeypatch.setattr(program_module, "find_program", lambda: pytest.fail("started"))
    build_site(root)
    build_site(never)
    assert tree(root / "site") == tree(never / "site")
    assert not any(path.startswith(("pagefind/", "search/")) for path in tree(root / "site"))


BROKEN = {
    "missing": "raise SystemExit(1)",
    "silent": "import sys; sys.stdin.read(1)",
    "babble": "print('!,', flush=True); import time; time.sleep(9)",
    "error": "import base64, json, time; answer = {'payload': {'type': 'Error', 'message': 'no room'}}\n"
    "print(base64.b64encode(json.dumps(answer).encode()).decode() + ',', end='', flush=True); time.sleep(9)",
    "another": "import base64, time\n"
    "print(base64.b64encode(b'{\"payload\": {\"type\": \"New\"}}').decode() + ',', end='', flush=True); time.sleep(9)",
    "list": "import base64, time\n"
    "print(base64.b64encode(b'{\"payload\": []}').decode() + ',', end='', flush=True); time.sleep(9)",
}


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
@pytest.mark.parametrize("fault", BROKEN)
def test_an_index_that_fails_leaves_the_site_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    root = small(tmp_path)
    build_site(root)
    before = tree(root / "site")
    program = tmp_path / "bin" / "pagefind"
    if fault != "missing":
        write_files(tmp_path, {"bin/pagefind": f"#!{sys.executable}\n{BROKEN[fault]}\n"})
        program.chmod(0o755)
    monkeypatch.setattr(program_module, "find_program", lambda: program)
    write_files(root, {"content/pages/new.md": "---\ntitle: 新\n---\n新。"})
    with pytest.raises(SearchError, match=r"the search cannot be made: .*station\.yml"):
        build_site(root)
    assert tree(root / "site") == before
    monkeypatch.undo()
    build_site(root)
    assert "新" in texts(root)


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    write_files(tmp_path, {"pagefind": f"#!{sys.executable}\nimport time; time.sleep(60)\n"})
    (tmp_path / "pagefind").chmod(0o755)
    with program_module.Pagefind(tmp_path / "pagefind", seconds=0.5) as pagefind, pytest.raises(SearchError):
        pagefind.ask("NewIndex", "index_id")


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are no programs there")
def test_leaving_a_build_waits_for_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small(tmp_path)
    begun = tmp_path / "begun"
    hanging = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    write_files(tmp_path, {"bin/pagefind": f"#!{sys.executable}\n{hanging}\n"})
    (tmp_path / "bin/pagefind").chmod(0o755)
    monkeypatch.setattr(program_module, "find_program", lambda: tmp_path / "bin/pagefind")

    def interrupted(step: str, *_: int) -> None:
        if step == "index" and begun.exists():
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        build(root, NOW, Options(jobs=2), interrupted)
    assert time.monotonic() - began < 30


DRAFTS = {
    "content/issues/2010009.md": "---\ndate: 2010-09-01\ndraft: true\n---\n## 站务新闻\n### 草稿一\n藏头露尾。",
    "content/issues/2030001.md": "---\ndate: 2030-09-01\n---\n## 站务新闻\n### 未到时\n藏头露尾。",
    "content/pages/hidden.md": "---\ntitle: 草稿二\ndraft: true\n---\n藏头露尾。",
}


@pytest.mark.parametrize("drafts", [False, True])
def test_what_is_not_public_is_not_in_the_index(tmp_path: Path, drafts: bool) -> None:
    build_site(small(tmp_path, **DRAFTS), drafts=drafts)
    assert "草稿" not in texts(tmp_path)
    assert drafts or "藏头露尾" not in texts(tmp_path)


def test_the_preview_has_the_page_but_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small(tmp_path)
    monkeypatch.setattr(program_module, "find_program", lambda: pytest.fail("started"))
    build_site(root, drafts=True, search=False)
    assert index_files(root) == {}
    page = (root / ".bulletin/drafts/search/index.html").read_text(encoding="utf-8")
    assert "预览" in page
    assert "<form" not in page


def test_a_station_without_search_does_not_load_pagefind(tmp_path: Path) -> None:
    root = small(tmp_path, "no")
    code = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from bulletin.build.pipeline import build\nfrom bulletin.build.report import Options\n"
        f"build(Path({str(root)!r}), datetime(2015, 1, 1), Options())\n"
        "print([name for name in sys.modules if 'pagefind' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_without_pages_of_their_own_articles_are_found_in_their_issue(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/station.yml": YAML + "article_pages: no\n", **sources(tell(1))})
    build_site(tmp_path)
    assert '"url":"issues/2010001/index.html#p3"' in texts(tmp_path)
    assert "issues/2010001/p3/" not in texts(tmp_path)


def test_an_english_station_is_searched_by_word_stems(tab: Page, tmp_path: Path) -> None:
    yaml = "name: Example Station\nlanguage: en\nsearch: yes\nsections:\n  - {id: news, title: News}\n"
    articles = "### Two meetings {#a}\nWe met.\n\n### Other {#b}\nA meeting, “so-called”.\n"
    issue = f"---\ndate: 2015-03-01\n---\n## News\n{articles}"
    write_files(tmp_path, {"content/station.yml": yaml, "content/issues/2015001.md": issue})
    build_site(tmp_path)
    assert {path for path in index_files(tmp_path) if "wasm" in path} == {"pagefind/wasm.en.pagefind"}
    with serving(tmp_path / "site") as address:
        assert found(tab, address, "Meeting") == ["issues/2015001/a/index.html", "issues/2015001/b/index.html"]
        assert found(tab, address, "so-called", "news", "2015") == ["issues/2015001/b/index.html"]
        assert found(tab, address, "No. 1 of 2015") != []
        assert found(tab, address, "meet once") == []


def test_a_station_from_before_there_were_extras_is_indexed_by_the_program_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    earlier = types.ModuleType("pagefind_bin_extended")
    earlier.get_executable = lambda: "/srv/bin/pagefind_extended"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    monkeypatch.setitem(sys.modules, "pagefind_bin_extended", earlier)
    assert program_module.find_program() == Path("/srv/bin/pagefind_extended")
