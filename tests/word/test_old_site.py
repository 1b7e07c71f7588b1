"""An old website comes in: encodings, names of saved files, maps, single pages and what is said of them."""

from __future__ import annotations

import codecs
import gzip
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bulletin.commands.cli import bulletin
from bulletin.core.errors import UsageError
from bulletin.word.old_site import warc
from bulletin.word.old_site.addresses import file_name, resolve
from bulletin.word.old_site.encoding import decode_page, find_damages
from bulletin.word.old_site.facts import page_facts
from bulletin.word.old_site.fields import find_hits, find_section, find_time, number_on_page
from bulletin.word.old_site.map_file import Layout, read_map, write_map
from bulletin.word.old_site.markdown import write_blocks
from bulletin.word.old_site.page_text import OldText, read_old_page
from bulletin.word.old_site.page_worker import TextTask, serve_pages
from bulletin.word.old_site.plan import ExtractedPage, plan_issues
from bulletin.word.old_site.proposal import propose
from bulletin.word.old_site.saved import read_site
from bulletin.word.old_site.saved_file import SavedFile
from bulletin.word.old_site.server_maps import server_maps
from bulletin.word.old_site.soup import blocks_html, soup_blocks
from bulletin.word.source_text import free_name, safe_name
from bulletin.word.task_pool import run_tasks
from tests.conftest import SESSION, build_site, write_files
from tests.test_seed import PRESENT, Damaged
from tests.word.old_sites import seed_page, seed_paragraphs

STATION = "name: 甲\nurl: https://jzz.example.cn/\nsections:\n  - {id: news, title: 站务新闻}\n"


# ── the text of the old system


HEAD = "收藏| 设为首页\n今日滞站人员:\n工作简报2014002\n发布时间:2015-04-10 10:04:49.512      点击:5530\n"
FOOT = "\n友情链接:    民政网\n版权所有:南岭市救助管理站\n"


def old_text(path: Path) -> str:
    text = path.read_text("utf-8")
    return text if "工作简报2014002" in text else f"{HEAD}{text.partition('友情链接')[0]}{FOOT}"


@pytest.mark.parametrize("case", PRESENT, ids=lambda case: case.path.stem)
def test_the_old_systems_text_in_table_soup_comes_over_whole(case: Damaged, tmp_path: Path) -> None:
    text = old_text(case.path)
    write_files(tmp_path, {"content/station.yml": STATION})
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "show.asp@id=512.html").write_bytes(seed_page(text))
    said = run(tmp_path, str(tmp_path / "old"), "--yes")
    assert "1 pages imported" in said
    source = (tmp_path / "content" / "issues" / "2014002" / "index.md").read_text("utf-8")
    assert "\ndate: 2015-04-10 10:04:49.512\nhits: 5530\n" in source
    assert [line[3:] for line in source.split("\n") if line.startswith("## ")] == re.findall("【(.{4})】", text)
    build_site(tmp_path)
    page = (tmp_path / "site" / "issues" / "2014002" / "index.html").read_text("utf-8")
    words, place = re.sub(r"\s", "", unescape(re.sub("<[^>]*>", "", page))), 0
    for paragraph in seed_paragraphs(text):
        place = words.index(re.sub(r"\s|^[【●]|】$|[(（][^()（）]{2,4}[)）]$", "", paragraph), place) + 1


def run(root: Path, *words: str, code: int = 0) -> str:
    arguments = ["import", "html", *words, "--root", str(root), "--jobs", "1"]
    done = CliRunner().invoke(bulletin(SESSION), arguments, obj=SESSION)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


# ── bytes


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("工作简报：镕".encode("gbk"), "gb18030"),
        ('<meta charset="gb2312">工作简报'.encode(), "utf-8"),
        ('<meta charset="iso-8859-1">工作简报'.encode("gb2312"), "gb18030"),
        ('<meta charset="utf-8">工作简报'.encode("gb18030"), "gb18030"),
        ('<meta charset="big5">工作簡報'.encode("big5"), "big5"),
        (codecs.BOM_UTF8 + "工作简报".encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + "工作简报".encode("utf-16-le"), "utf-16"),
    ],
)
def test_the_bytes_decide_and_not_the_declaration(data: bytes, encoding: str) -> None:
    page = decode_page(data)
    assert page.encoding == encoding
    assert re.search("工作[简簡][报報]", page.text)
    assert not find_damages(page.text)


def test_damaged_characters_are_named_with_their_line() -> None:
    data = "第一行\n我站召开".encode("gbk") + b"\xff" + "全体会议\n锟斤拷锟斤拷".encode("gbk")
    page = decode_page(data)
    assert [(each.line, each.around) for each in find_damages(page.text)] == [
        (2, "第一行 我站召开\ufffd全体会议 锟斤拷锟斤拷"),
        (3, "行 我站召开\ufffd全体会议 锟斤拷锟斤拷"),
    ]


# ── words about a page


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("发布时间:2015-04-10 10:04:49.512      点击:5530", "2015-04-10 10:04:49.512"),
        ("[日期：2009年3月5日]", "2009-03-05"),
        ("更新时间：2011/5/6 8:05:09", "2011-05-06 08:05:09"),
        ("2014-13-40", ""),
    ],
)
def test_times(text: str, time: str) -> None:
    assert find_time(text) == time


def test_counts_numbers_and_columns() -> None:
    assert find_hits("2006-01-05 08:30:00.582 点击:5530") == 5530
    assert find_hits("阅读次数：[12]") == 12
    assert find_hits("共有34次阅读") == 34
    assert find_hits("11月10日") is None
    assert number_on_page("工作简报2014002") == "2014002"
    assert number_on_page("2014年第2期") == "2014年第2期"
    assert find_section("当前位置：首页 > 站务新闻 > 正文", "题") == "站务新闻"


# ── saved files


def test_addresses_are_those_that_the_pages_had(tmp_path: Path) -> None:
    page = b"<html><p>x</p></html>"
    mirrored = b"<!-- Mirrored from www.example.cn/show.asp?id=7 by HTTrack -->" + page
    names = ("www.example.cn/show.asp@id=1.html", "show.asp?id=2", "list.php%3Fid=3.html", "a/b.html")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(page)
    (tmp_path / "show9f3a.html").write_bytes(mirrored)
    (tmp_path / "link.html").symlink_to("/etc/passwd")
    site = read_site(tmp_path)
    found = {file.address for file in site.files.values() if file.is_page}
    assert found == {"/show.asp?id=1", "/show.asp?id=2", "/list.php?id=3", "/a/b.html", "/show.asp?id=7"}
    assert [each.place for each in site.skipped] == ["link.html"]


def record(address: str, head: bytes, body: bytes) -> bytes:
    http = b"HTTP/1.1 " + head + b"\r\n\r\n" + body
    kind = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    return f"{kind}WARC-Target-URI: {address}\r\nContent-Length: {len(http)}\r\n\r\n".encode() + http + b"\r\n\r\n"


def test_a_warc_is_read(tmp_path: Path) -> None:
    html = b"200 OK\r\nContent-Type: text/html; charset=gb2312"
    records = (
        record("http://www.example.cn/show.asp?id=1", html, "<p>简报".encode("gbk")),
        record("http://www.example.cn/no", b"404 No", b""),
    )
    (tmp_path / "old.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    (file,) = read_site(tmp_path / "old.warc.gz").files.values()
    assert file == SavedFile("/show.asp?id=1", "/show.asp?id=1", "<p>简报".encode("gbk"), "gb2312")


def test_a_record_that_swells_ends_the_reading_and_not_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import warcio.archiveiterator  # type: ignore[import-untyped]  # noqa: F401 - not while the time is counted

    monkeypatch.setattr(warc, "_SECONDS", 0.1)
    good = record("http://www.example.cn/a.html", b"200 OK", b"<p>")
    size = 200_000_000
    swelling = f"WARC/1.0\r\nWARC-Type: request\r\nContent-Length: {size}\r\n\r\n".encode() + bytes(size)
    (tmp_path / "old.warc.gz").write_bytes(gzip.compress(good) + gzip.compress(swelling, 1) + gzip.compress(good))
    site = read_site(tmp_path / "old.warc.gz")
    assert [file.address for file in site.files.values()] == ["/a.html"]
    assert [skipped.why for skipped in site.skipped] == ["the archive is damaged here; the rest was not read."]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello\n" * 50)
    with pytest.raises(UsageError):
        read_site(tmp_path / "a.txt")


@given(st.text(max_size=60))
def test_names_of_files_never_leave_their_folder(name: str) -> None:
    found = free_name(safe_name(file_name(f"/{name}.jpg"), "file"), frozenset(("a.jpg",)))
    assert "/" not in found and "\\" not in found and not found.startswith(".") and found.casefold() != "a.jpg"


def test_links_are_resolved_on_the_old_site() -> None:
    hosts = frozenset(("www.example.cn",))
    assert resolve("../show.asp?id=3", "/a/b.asp", hosts) == ("/show.asp?id=3", True)
    assert resolve("http://www.example.cn/x.doc", "/a", hosts) == ("/x.doc", True)
    assert resolve("http://other.cn/", "/a", hosts) == ("http://other.cn/", False)
    assert resolve("javascript:alert(1)", "/a", hosts) == ("", False)


# ── maps


def test_a_map_is_written_and_read() -> None:
    layout = Layout("旧版", "#zoom > td", title="h1", time='div[class="t"]', files=("show.asp",))
    names = ("head", "files", "title", "number", "time", "hits", "section", "body")
    assert read_map(write_map((layout,), dict.fromkeys(names, "说明")), "map.yml") == (layout,)
    for wrong in (
        "layouts:\n  - title: h1\n",
        "a: 1\n",
        'layouts:\n  - body: "p["\n',
        "layouts:\n  - body: p\n    x: 1\n",
    ):
        with pytest.raises(UsageError):
            read_map(wrong, "map.yml")


LAYOUT = Layout("a", "#b", title="h1", time="#t", hits="#t")


def page(body: str, time: str = "2015-04-10") -> OldText:
    html = f"<h1>题</h1><div id=t>发布时间:{time} 点击:9</div><div id=b>{body}</div>"
    return read_old_page(html.encode(), "", "/a.asp?id=1", (LAYOUT,))


def test_what_no_reader_saw_is_left_out_and_named() -> None:
    found = page(
        '<p>甲。</p><p style="display: none">乙。</p><script>x</script><p>【<a href="javascript:x">打印本页</a>】</p>'
    )
    assert found.text.html == "<p>甲。</p>\n"
    assert [(each.kind, each.text) for each in found.text.left_out] == [("hidden", "乙。"), ("furniture", "打印本页")]


def test_a_page_without_a_time_is_skipped() -> None:
    assert page("<p>甲。</p>", time="").why_not == "time"


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("　　甲。<br>　　乙。<br><br>丙。", "<p>甲。</p>\n<p>乙。</p>\n<p>丙。</p>\n"),
        ("<table><tr><td><p>甲。</p></td></tr><tr><td>乙。</td></tr></table>", "<p>甲。</p>\n<p>乙。</p>\n"),
        ("<b>一、工作重点</b><br>甲。", "<h3>一、工作重点</h3>\n<p>甲。</p>\n"),
        ("<p><b>甲。<br>乙。</b></p>", "<p><strong>甲。</strong></p>\n<p><strong>乙。</strong></p>\n"),
        ("<p>【站务新闻】</p><p>●规定试行</p>", "<h2>站务新闻</h2>\n<h3>规定试行</h3>\n"),
        (
            "<table><tr><td>月份</td><td>人次</td></tr><tr><td>1月</td><td>12</td></tr></table>",
            "<table><tbody><tr><td>月份</td><td>人次</td></tr><tr><td>1月</td><td>12</td></tr></tbody></table>\n",
        ),
        ("a &lt;b&gt; &amp;amp;", "<p>a &lt;b&gt; &amp;amp;</p>\n"),
    ],
)
def test_table_soup_becomes_blocks(html: str, blocks: str) -> None:
    assert blocks_html(soup_blocks(html)) == blocks


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>2014.是一年</p><p>1. 甲</p><p># 乙</p><p>- 丙</p>", "2014\\.是一年\n\n1\\. 甲\n\n\\# 乙\n\n\\- 丙\n"),
        ('<p><a href="x">*甲*</a></p>', "[\\*甲\\*](/issues/1/)\n"),
        ('<p><img src="p" alt=""><a href="gone">乙</a></p>', "![](p.png)乙\n"),
        ("<ol><li>甲</li><li>乙</li></ol>", "1. 甲\n2. 乙\n"),
    ],
)
def test_markdown(html: str, markdown: str) -> None:
    assert write_blocks(html, {"x": "/issues/1/", "p": "p.png"}) == markdown


# ── numbers, doubles


def old(address: str, body: str, number: str = "", time: str = "2015-04-10") -> ExtractedPage:
    text = page(f"<p>{body}</p>", time)
    return ExtractedPage(
        address, address[1:], OldText(**{**{n: getattr(text, n) for n in text.__struct_fields__}, "number": number})
    )


def test_the_same_text_is_written_once_and_both_addresses_lead_there() -> None:
    plan = plan_issues(
        [old("/a.asp?id=1", "甲"), old("/print.asp?id=1", "甲"), old("/a.asp?id=2", "乙")], {}, frozenset()
    )
    assert [(each.id, each.addresses) for each in plan.issues] == [
        ("2015501", ("/a.asp?id=1", "/print.asp?id=1")),
        ("2015502", ("/a.asp?id=2",)),
    ]


def test_ids_stay_when_more_pages_come() -> None:
    first = plan_issues([old("/b.asp?id=2", "乙")], {}, frozenset(("2015501",)))
    known = {each.page.address: each.id for each in first.issues}
    assert known == {"/b.asp?id=2": "2015502"}
    more = plan_issues([old("/a.asp?id=1", "甲", time="2015-01-01"), old("/b.asp?id=2", "乙")], known, frozenset())
    assert {each.page.address: each.id for each in more.issues} == {"/a.asp?id=1": "2015501", "/b.asp?id=2": "2015502"}


def test_two_pages_of_one_number_are_both_kept() -> None:
    plan = plan_issues([old("/a.asp?id=1", "甲", "2015003"), old("/a.asp?id=2", "乙", "2015003")], {}, frozenset())
    assert [(each.id, each.same_number) for each in plan.issues] == [("2015003", ""), ("2015501", "/a.asp?id=1")]


def test_an_issue_that_was_changed_here_is_left_alone(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"content/station.yml": STATION, "map.yml": 'layouts:\n  - {body: "#b", title: h1, time: "#t"}\n'}
    )
    (tmp_path / "old").mkdir()
    saved = tmp_path / "old" / "a.asp@id=1.html"
    saved.write_text("<h1>题</h1><div id=t>2015-04-10</div><div id=b><p>甲。</p></div>", "utf-8")
    words = (str(tmp_path / "old"), "--map", str(tmp_path / "map.yml"), "--yes")
    assert "1 pages imported" in run(tmp_path, *words)
    issue = tmp_path / "content" / "issues" / "2015501" / "index.md"
    issue.write_text(issue.read_text("utf-8").replace("甲。", "甲，改过。"), "utf-8")
    assert "1 left as they are" in run(tmp_path, *words)
    assert "改过" in issue.read_text("utf-8")


# ── servers, hostile pages


def test_includes_hold_nothing_that_a_page_could_smuggle_in() -> None:
    targets = {
        "/a.asp?id=1": "/issues/1/",
        '/a.asp?id=";}evil': "/issues/2/",
        "/a\nb?x=1": "/issues/3/",
        "/$x?y=1": "/i/",
    }
    for text in server_maps(targets).values():
        assert "/issues/1/" in text
        assert not re.search("evil|/issues/[23]/", text)


def test_an_encoded_line_break_ends_no_line_of_an_include() -> None:
    made = server_maps({"/a%0asmuggled?x=1": "/issues/1/"})
    assert not re.search(r"^smuggled|\n\\?smuggled", "\n".join(made.values()))
    assert "smuggled" not in made["apache-old-addresses.conf"] + made["caddy-old-addresses.conf"]


def test_an_address_in_chinese_is_known_to_nginx_as_browsers_send_it() -> None:
    text = server_maps({"/简报.asp?id=5&lx=新闻": "/issues/1/"})["nginx-old-addresses.conf"]
    assert '"/%E7%AE%80%E6%8A%A5.asp?id=5&lx=%E6%96%B0%E9%97%BB" /issues/1/;' in text


def test_apache_asks_for_the_longer_query_first() -> None:
    text = server_maps({"/a.asp?id=5": "/issues/1/", "/a.asp?id=5&page=2": "/issues/2/"})["apache-old-addresses.conf"]
    assert re.findall("/issues/[12]/", text) == ["/issues/2/", "/issues/1/"]
    assert "^id=5(&|$) [NC]" in text


def test_a_rare_layout_that_looks_like_a_common_one_has_its_own() -> None:
    row, time = "<tr><td>{}</td></tr>", "时间:2015-01-0{}"
    table = f"<table>{row * 3}</table>"
    pages = [
        page_facts(table.format(f"<b>{n}题目</b>", time.format(n), f"{n}{'文' * 90}"), f"/a.asp?id={n}")
        for n in range(1, 9)
    ]
    rare = table.format(time.format(9), "<b>另一题</b>", f"<p>另{'字' * 90}</p>")
    layouts = propose([*pages, page_facts(rare, "/a.asp?id=9")])
    assert [layout.pages for layout in layouts] == [8, 1]


HOSTILE = {
    "nested tables": b"<table><tr><td>" * 20_000,
    "nested fonts": b"<font><b>" * 50_000 + b"x",
    "ampersands": b"<div id=b>" + b"&a" * 900_000 + b"</div>",
    "one long line": b"<div id=b>" + b"\xb9\xa4" * 900_000 + b"</div>",
    "many brackets": b"<div id=b>" + b"[" * 200_000,
    "spaces": b"<div id=b>" + b" \xa1\xa1" * 300_000 + b"x",
    "dates": b"<div id=t>" + b"2014-1-1 " * 100_000,
    "empty": b"",
    "noise": bytes(range(256)) * 2_000,
}


def test_hostile_pages_stop_nobody() -> None:
    tasks = [
        TextTask(name, b"<h1>t</h1><div id=t>2015-04-10</div>" + data, "", (LAYOUT,)) for name, data in HOSTILE.items()
    ]
    good = b"<h1>t</h1><div id=t>2015-04-10</div><div id=b><p>good</p></div>"
    tasks.append(TextTask("good", good, "", (LAYOUT,)))
    told: list[tuple[str, int, int]] = []
    found = {
        task.address: answer
        for task, answer in run_tasks(serve_pages, tasks, 2, lambda step, done, of: told.append((step, done, of)))
    }
    assert told == [("read", done, len(tasks)) for done in range(1, len(tasks) + 1)]
    assert set(found) == {*HOSTILE, "good"}
    assert found["good"]
