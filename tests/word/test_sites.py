"""Posts of WordPress, Halo, Hugo, Hexo and Jekyll become issues; a second run changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session, now
from bulletin.core.errors import UsageError
from bulletin.word import task_pool
from bulletin.word.drafts import draft_issue, write_draft
from bulletin.word.incoming import IncomingPicture, IncomingText
from bulletin.word.sites.bodies import BodyKind, FindPicture, clean_body, with_pictures
from bulletin.word.sites.folders import picture_finder, read_site_folder
from bulletin.word.sites.front_matter import split_post
from bulletin.word.sites.halo import read_halo
from bulletin.word.sites.posts import TOOK_TOO_LONG, SkippedPost
from bulletin.word.sites.reserved import reserved_code
from bulletin.word.sites.wordpress import read_wordpress

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def nothing(_: str) -> bytes | None:
    return None


def body_text(kind: BodyKind, source: str, find: FindPicture = nothing) -> IncomingText:
    return with_pictures("", clean_body(kind, "", source), find)


def item(
    number: int, body: str, *, title: str = "夜巡", kind: str = "post", status: str = "publish", more: str = ""
) -> str:
    return (
        f"<item><title>{title}</title><link>http://old.example/2014/03/yexun-{number}/</link>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date>2014-03-0{number % 9 + 1} 10:04:07</wp:post_date><wp:post_type>{kind}</wp:post_type>"
        f"<wp:status>{status}</wp:status>{more}</item>"
    )


def wxr(*items: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>' + "".join(items) + "</channel></rss>"
    ).encode()


SECTION = '<category domain="post_tag">标签</category><category domain="category">站务新闻</category>'
EXPORT = wxr(
    item(1, '本月夜巡三次。\n\n救助<b>6</b>人。[gallery ids="1"]', more=SECTION),
    item(2, '本月夜巡三次。\n\n救助<b>6</b>人。[gallery ids="1"]'),
    item(3, "关于本站", kind="page"),
    item(4, "甲", status="trash"),
    item(5, "甲", more="<wp:post_password>x</wp:post_password>"),
    item(6, " "),
    item(7, "草稿", title="未发", status="draft"),
    item(8, "x", kind="attachment"),
)


def test_wordpress() -> None:
    found = read_wordpress(EXPORT, nothing)
    first = found.posts[0]
    assert first.text.html == "<p>本月夜巡三次。</p>\n<p>救助<b>6</b>人。</p>"
    assert (first.section, f"{first.date}", first.addresses) == (
        "站务新闻",
        "2014-03-02 10:04:07",
        ("/2014/03/yexun-1/", "/?p=1"),
    )
    assert [each.text for each in first.text.left_out] == ['[gallery ids="1"]']
    assert [(post.origin, bool(post.held_back)) for post in found.posts] == [("1", False), ("2", False), ("7", True)]
    assert [each.origin for each in found.skipped] == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    "data",
    [
        wxr(item(1, "甲"), head='<!DOCTYPE rss [<!ENTITY a "b">]>'),
        wxr(item(1, "甲"), head="<!-- <rss> --><!DOCTYPE rss SYSTEM 'file:///etc/passwd'>"),
        wxr(item(1, "甲"), head='<!DOCTYPE rss [<!ENTITY a "b">]>')
        .decode()
        .replace("UTF-8", "UTF-16")
        .encode("utf-16"),
        wxr(item(1, "甲", more="<a>" * 5_000 + "</a>" * 5_000)),
        wxr(item(1, "甲"))[:-20],
        wxr(),
        b"",
        b"PK\x03\x04",
    ],
)
def test_a_file_that_is_dangerous_or_none_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_wordpress(data, nothing)


def test_blocks_of_wordpress_are_html_already() -> None:
    made = body_text(
        "wordpress",
        "<!-- wp:paragraph -->\n<p>甲</p>\n<!-- /wp:paragraph -->\n\n<h1>乙</h1><script>x</script>",
        nothing,
    )
    assert made.html.split() == ["<p>甲</p>", "<h2>乙</h2>"]


def halo_file() -> bytes:
    posts = [
        {
            "id": 7,
            "title": "夜巡",
            "status": "PUBLISHED",
            "originalContent": "本月**三次**。",
            "createTime": 1393985047123,
        },
        {"id": 8, "title": "旧", "status": "RECYCLE", "originalContent": "x", "createTime": 1393985047123},
        {"id": 9, "title": "稿", "status": 1, "formatContent": "<p>稿</p>", "slug": "gao", "createTime": 1393985047123},
    ]
    posts[0]["fullPath"] = "/archives/yexun"
    return json.dumps(
        {
            "posts": posts,
            "categories": [{"id": 1, "name": "站务新闻"}],
            "post_categories": [{"postId": 7, "categoryId": 1}],
        }
    ).encode()


def test_halo() -> None:
    found = read_halo(halo_file(), nothing)
    assert [(post.text.html.strip(), post.section, post.addresses, bool(post.held_back)) for post in found.posts] == [
        ("<p>本月<strong>三次</strong>。</p>", "站务新闻", ("/archives/yexun",), False),
        ("<p>稿</p>", "", ("/archives/gao",), True),
    ]
    assert f"{found.posts[0].date}" == "2014-03-05 10:04:07.123000"
    assert [each.title for each in found.skipped] == ["旧"]


def test_progress_is_told_of_every_text(tmp_path: Path) -> None:
    put(tmp_path, **{"content/a.md": POST + "甲", "content/b.md": POST + "乙"})
    told: list[tuple[str, int, int]] = []

    def progress(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    read_site_folder(tmp_path, "hugo", 1, progress)
    read_wordpress(wxr(item(1, "甲"), item(2, "乙")), nothing, 1, progress)
    read_halo(halo_file(), nothing, 1, progress)
    assert told == [("read", done, total) for total in (2, 2, 2) for done in range(1, total + 1)]


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 100_000, b'{"posts": 3}', b"\xff"])
def test_what_is_no_export_of_halo_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_halo(data, nothing)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 夜巡\n---\n甲",
        '+++\ntitle = "夜巡"\n+++\n甲',
        '{"title": "夜巡"}\n甲',
        "title: 夜巡\n---\n甲",
        "\ufeff---\r\ntitle: 夜巡\r\n---\r\n甲",
    ],
)
def test_entries_in_every_form(text: str) -> None:
    assert (parted := split_post(text)) is not None
    assert (parted[0]["title"], parted[1].strip()) == ("夜巡", "甲")


@pytest.mark.parametrize("text", ["+++\na = \n+++\n", "{[", "---\na: [\n---\n", "---\na: &x [*x]\n---\n"])
def test_entries_that_cannot_be_read(text: str) -> None:
    assert split_post(text) is None


def put(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


POST = "---\ntitle: 夜巡\ndate: 2014-03-05 10:04:07\ncategories: [站务新闻]\n---\n"
NAMED = POST.replace("categories", "slug: y\naliases: [/old/]\ncategories")


@pytest.mark.parametrize(
    ("kind", "files", "addresses"),
    [
        ("hugo", {"content/posts/yexun.md": POST + "甲"}, ("/posts/yexun/",)),
        ("hugo", {"content/posts/yexun/index.md": NAMED + "甲"},
         ("/posts/y/", "/old/")),
        ("hexo", {"source/_posts/yexun.md": POST + "甲"}, ("/2014/03/05/yexun/",)),
        ("hexo", {"source/_posts/yexun.md": POST + "甲", "_config.yml": "permalink: p/:year:month/:title.html\n"},
         ("/p/201403/yexun.html",)),
        ("jekyll", {"_posts/2014-03-05-yexun.md": POST.replace("date: 2014-03-05 10:04:07\n", "") + "甲"},
         ("/%E7%AB%99%E5%8A%A1%E6%96%B0%E9%97%BB/2014/03/05/yexun.html",)),
        ("halo", {"yexun.md": POST + "甲"}, ("/archives/yexun",)),
    ],
)  # fmt: skip
def test_folders(tmp_path: Path, kind: str, files: dict[str, str], addresses: tuple[str, ...]) -> None:
    (post,) = read_site_folder(put(tmp_path, **files), kind).posts
    assert (post.text.title, post.section, post.addresses, f"{post.date:%F}") == (
        "夜巡",
        "站务新闻",
        addresses,
        "2014-03-05",
    )


def test_what_is_no_post_is_skipped_and_named(tmp_path: Path) -> None:
    put(tmp_path, **{"content/a.md": "甲", "content/b.md": "---\na: [\n---\n甲", "content/_index.md": POST})
    (tmp_path / "content/c.md").write_bytes(b"\xff\xfe")
    found = read_site_folder(tmp_path, "hugo")
    assert ([each.origin for each in found.skipped], found.posts) == (
        ["content/a.md", "content/b.md", "content/c.md"],
        (),
    )
    with pytest.raises(UsageError):
        read_site_folder(tmp_path / "content", "hexo")


@pytest.mark.parametrize(
    "entry",
    [
        "expiryDate: 2017-01-02",
        "publishDate: 2031-01-02",
        "draft: true",
        "password: abc",
        "published: false",
        "hidden: true",
        "headless: true",
        "build: {render: never}",
        "_build: {render: link}",
        "_build: {list: never}",
        "build: {list: false}",
        "visible: PRIVATE",
        "encrypt: true",
    ],
)
def test_what_was_perhaps_not_public_does_not_become_so(tmp_path: Path, entry: str) -> None:
    put(tmp_path, **{"content/a.md": f"---\ntitle: 甲\ndate: 2016-01-02\n{entry}\n---\n正文"})
    assert all(post.held_back for post in read_site_folder(tmp_path, "hugo").posts)


POST = "---\ntitle: 甲\ndate: 2016-01-02\ntags: [内部, 乙]\n---\n正文"


@pytest.mark.parametrize(
    ("kind", "post", "name", "settings"),
    [
        ("hugo", "content/n/a/x.md", "content/n/_index.md", "---\ncascade:\n  build: {render: never}\n---\n"),
        ("hugo", "content/n/x.md", "content/n/_index.md", "+++\n[[cascade]]\ndraft = true\n+++\n"),
        ("hugo", "content/x.md", "hugo.toml", "[[cascade]]\nheadless = true\n[cascade.target]\nkind = 'page'\n"),
        ("hugo", "content/x.md", "config.yaml", "cascade:\n  - private: true\n"),
        ("hexo", "source/_posts/x.md", "_config.yml", "encrypt:\n  tags:\n    - {name: 内部, password: a}\n"),
    ],
)
def test_what_a_section_or_the_settings_say_of_posts_holds_for_them(
    tmp_path: Path, kind: str, post: str, name: str, settings: str
) -> None:
    put(tmp_path, **{post: POST, name: settings})
    assert [bool(each.held_back) for each in read_site_folder(tmp_path, kind).posts] == [True]
    own = POST.replace("title:", "draft: false\nbuild: {}\nheadless: false\nprivate: false\nencrypt: false\ntitle:")
    put(tmp_path, **{post: own})
    assert [bool(each.held_back) for each in read_site_folder(tmp_path, kind).posts] == [False]


def test_a_section_says_nothing_of_posts_beside_it(tmp_path: Path) -> None:
    put(tmp_path, **{"content/b/x.md": POST, "content/a/_index.md": "---\ncascade: {draft: true}\n---\n"})
    assert [bool(each.held_back) for each in read_site_folder(tmp_path, "hugo").posts] == [False]


@pytest.mark.parametrize("entry", ["build: {render: always}", "hidden: false", "visible: PUBLIC", "draft: false"])
def test_what_was_public_stays_so(tmp_path: Path, entry: str) -> None:
    put(tmp_path, **{"content/a.md": f"---\ntitle: 甲\ndate: 2016-01-02\n{entry}\n---\n正文"})
    assert not read_site_folder(tmp_path, "hugo").posts[0].held_back


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("公开[vip]付费文字[/vip]公开", "[vip]"),
        ('[hide level="1"]甲[/hide]', '[hide level="1"]'),
        ("[members_only]甲[/members_only]", "[members_only]"),
        ("[回复可见]甲[/回复可见]", "[回复可见]"),
        ("[erphpdown]甲[/erphpdown]", "[erphpdown]"),
        ('[x a="[1]"]甲[/x]', "[/x]"),
        ("[su_members]甲[/su_members]", "[su_members]"),
        ('[vc_row disable_element="yes"][vc_column]甲[/vc_column][/vc_row]', '[vc_row disable_element="yes"]'),
        ("<!-- wp:restrict-content-pro/content -->甲", "<!-- wp:restrict-content-pro/content"),
        ('{{% hugo-encryptor "x" %}}甲{{% /hugo-encryptor %}}', "{{% hugo-encryptor"),
        ("{% comment %}甲{% endcomment %}", "{% comment"),
        ("[caption]甲[/caption][vc_row]乙[/vc_row][b]丙[/b]", ""),
        ("[回复] 您好，[1] 见[/path/](/path/)与[/a](b)", ""),
        ("{% note %}甲{% endnote %}{{< figure >}}<!-- wp:paragraph -->", ""),
    ],
)
def test_codes_around_words_for_some_readers(source: str, code: str) -> None:
    assert reserved_code(source) == code


@pytest.mark.parametrize("begin", ["{{<", "{{% ", "{%", "{% ", "{{"])
def test_a_code_that_never_closes_costs_no_more_than_words(begin: str) -> None:
    made = body_text("markdown", begin + "a" * 200_000 + "\n\n{{< b >}}{{% c %}}{% d -%}{{ e }}乙", nothing)
    assert [each.text for each in made.left_out] == ["{{< b >}}", "{{% c %}}", "{% d -%}", "{{ e }}"]


def test_a_post_that_takes_too_long_is_skipped_and_the_others_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_pool, "_SECONDS", 0.1)
    put(tmp_path, **{"content/a.md": POST + "甲", "content/b.md": POST + "[a](" * 12_000, "content/c.md": POST + "丙"})
    found = read_site_folder(tmp_path, "hugo", 2)
    assert [post.origin for post in found.posts] == ["content/a.md", "content/c.md"]
    assert found.skipped == (SkippedPost("content/b.md", "甲", TOOK_TOO_LONG),)


def test_a_post_for_members_comes_as_a_draft_and_says_why(station: Path, tmp_path: Path) -> None:
    private = item(2, "乙", title="乙", status="private")
    (tmp_path / "export.xml").write_bytes(wxr(item(1, "公开[vip]付费文字[/vip]公开"), private))
    said = run("wordpress", str(tmp_path / "export.xml"), "--root", str(station)).output
    assert "2014002.md: “夜巡”\n  a draft: a part of it was perhaps for some readers only: [vip]\n" in said
    assert "“乙”\n  a draft: not everybody could find or read it there\n" in said
    for number in (2014002, 2014003):
        assert "draft: true" in (station / f"content/issues/{number}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hugo", "{}/nofolder"), "{}/nofolder: there is no such folder or file."),
        (("halo", "{}/no.json"), "{}/no.json: there is no such folder or file."),
        (("halo", "{}/none"), "{}/none: no post is in this folder; they are looked for in: *.md."),
        (("html", "{}/none"), "{}/none: no saved page is in it (.html, .asp, .php …)"),
        (
            ("html", "{}/old", "--map", "{}/no.yml"),
            "{}/no.yml: there is no such file. Without --map a map is proposed.",
        ),
        (("html", "{}/old", "--map", "{}/none"), "{}/none: there is no such file. Without --map a map is proposed."),
    ],
)
def test_what_is_not_there_is_said(station: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    put(tmp_path, **{"old/a.html": "<p>甲", "none/notes.txt": "甲"})
    done = run(*(word.format(tmp_path) for word in words), "--root", str(station))
    assert done.exit_code and said.format(tmp_path) in done.output


def test_a_refusal_names_the_file(station: Path, tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_text("no XML")
    assert "export.xml: " in run("wordpress", str(tmp_path / "export.xml"), "--root", str(station)).output


def test_pictures_are_found_and_nothing_outside_is(tmp_path: Path) -> None:
    site = put(tmp_path / "site", **{"source/_posts/yexun.md": ""})
    for place in ("site/source/_posts/yexun/a.png", "site/source/img/b.png", "c.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(PNG)
    (site / "source/link.png").symlink_to(tmp_path / "c.png")
    find = picture_finder(site, site / "source/_posts/yexun.md", ("source",))
    assert (find("a.png"), find("/img/b.png")) == (PNG, PNG)
    for outside in (
        "../../../../c.png",
        "/../../c.png",
        "/link.png",
        str(tmp_path / "c.png"),
        "file:///etc/x.png",
        "\0.png",
    ):
        assert find(outside) is None
    made = body_text(
        "markdown", "![甲](a.png) ![乙](/img/a.png) ![丙](http://x.example/d.png)\n\n{{< video x >}}", find
    )
    assert [each.name for each in made.pictures] == ["a.png"]
    assert [(each.kind, each.text) for each in made.left_out] == [
        ("shortcode", "{{< video x >}}"),
        ("missing picture", "/img/a.png"),
        ("linked picture", "http://x.example/d.png"),
    ]


# ── the command


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Path]:
    yield put(
        tmp_path / "station",
        **{
            "content/station.yml": "name: 站\nsections:\n  - {id: news, title: 新闻}\n",
            "content/issues/2014001.md": "---\nnumber: 2014001\ndate: 2014-01-02\n---\n甲",
        },
    )


def run(*words: str) -> Result:
    session = Session(Messages(lambda text: text), "en", now, {})
    return CliRunner().invoke(bulletin(session), ["import", *words], obj=session, catch_exceptions=False)


def files_in(root: Path) -> dict[str, bytes]:
    """All but what the program keeps for itself."""
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.startswith(".bulletin/")}


def test_the_includes_of_the_web_server_say_what_the_whole_archive_says(station: Path, tmp_path: Path) -> None:
    by_hand = "---\nnumber: 2014001\ndate: 2014-01-02\nredirect_from: [/show.asp?id=5, /issues/2014001/]\n---\n甲"
    put(station, **{"content/issues/2014001.md": by_hand})
    (tmp_path / "export.xml").write_bytes(EXPORT)
    said = run("wordpress", str(tmp_path / "export.xml"), "--root", str(station)).output
    assert "Old addresses for the web server: old-site/*-old-addresses.conf" in said
    made = {name: files_in(station)[f"old-site/{name}-old-addresses.conf"].decode() for name in ("nginx", "apache")}
    assert '"/show.asp?id=5" /issues/2014001/;' in made["nginx"] and '"/?p=1" /issues/2014002/;' in made["nginx"]
    assert '"/issues/2014001/"' not in made["nginx"]  # it would lead to itself for ever
    assert "%{QUERY_STRING} ^p=1(&|$) [NC]\nRewriteRule ^/?$ /issues/2014002/ [NC,R=301,L,QSD]" in made["apache"]


@pytest.mark.parametrize("by", ["post", "month"])
def test_a_second_run_changes_nothing(station: Path, tmp_path: Path, by: str) -> None:
    (tmp_path / "export.xml").write_bytes(EXPORT)
    words = ("wordpress", str(tmp_path / "export.xml"), "--by", by, "--root", str(station))
    before = files_in(station)
    assert "Read: 2; there already: 0; doubled: 1; skipped: 4." in run(*words, "--dry-run").output
    assert files_in(station) == before
    assert "Read: 2; there already: 0; doubled: 1; skipped: 4." in run(*words).output
    after = files_in(station)
    assert before.items() <= after.items()
    assert "Read: 0; there already: 2; doubled: 1; skipped: 4." in run(*words).output
    assert files_in(station) == after
    made = sorted(after.keys() - before.keys())
    assert made.pop() == "old-site/nginx-old-addresses.conf"
    del made[-2:]
    if by == "post":
        assert made == ["content/issues/2014002.md", "content/issues/2014003.md"]
        text = after[made[0]].decode()
        assert (
            '  - "/2014/03/yexun-2/"' in text and "## 站务新闻\n\n### 夜巡\n\n本月夜巡三次。\n\n救助**6**人。" in text
        )
        assert "draft: true" in after[made[1]].decode() and "draft" not in text
    else:
        assert made[-1] == "content/issues/2014-03/index.md" and len(made) == 3
        assert '"/?p=7"' in after[made[-1]].decode()


def test_what_came_over_by_post_does_not_come_again_by_month(station: Path, tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_bytes(EXPORT)
    words = ("wordpress", str(tmp_path / "export.xml"), "--root", str(station))
    run(*words)
    after = files_in(station)
    assert "Read: 0; there already: 2;" in run(*words, "--by", "month").output
    assert files_in(station) == after


def test_what_was_interrupted_is_completed(tmp_path: Path) -> None:
    picture = IncomingPicture("a.png", PNG)
    files = draft_issue(IncomingText("夜巡", '<p><img src="a.png" alt="甲"></p>', (picture,)), "2014003")
    folder = tmp_path / "content" / "issues" / "2014003"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(PNG)
    write_draft(tmp_path, files)
    assert (folder / "index.md").read_bytes() == files[0][1]
