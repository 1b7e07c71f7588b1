"""The theme: whose file wins, what a template may do, and where its mistakes are."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from bulletin.core.errors import TemplateError
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.i18n import translations
from bulletin.core.model import Value
from bulletin.render.templates import JINJA_EXTENSIONS, Renderer, Theme, _parsed_references, _references
from tests.conftest import ROOT, STATION, build_site, tree, write_files


class View(Value, frozen=True):
    title: str = "<甲>"
    html: str = "<b>乙</b>"


def theme(root: Path, **files: str) -> Theme:
    write_files(root, {name.replace("__", "/").replace("_html", ".html"): text for name, text in files.items()})
    return Theme([root])


def render(root: Path, **files: str) -> str:
    return Renderer(theme(root, **files), translations("en"), None).render("a.html", View()).decode()


def rendered(template: str, view: object) -> str:
    """By the packaged theme, in English."""
    return Renderer(Theme([PACKAGED]), translations("en"), None).render(template, view).decode()


def test_output_is_escaped_but_for_html_that_was_made_safe(tmp_path: Path) -> None:
    text = "{{ page.title }}|{{ page.html | safe_html }}|{{ _('Home') }}"
    assert render(tmp_path, a_html=text) == "&lt;甲&gt;|<b>乙</b>|Home"


def test_words_are_those_of_the_language_whatever_was_compiled_before(tmp_path: Path) -> None:
    made = theme(tmp_path / "theme", a_html="{{ _('Home') }} {{ _('By: %(name)s', name=page.title) }}")
    for language, words in (
        ("en", "Home By: &lt;甲&gt;"),
        ("zh-CN", "首页 作者：&lt;甲&gt;"),
        ("en", "Home By: &lt;甲&gt;"),
    ):
        folder = tmp_path / "jinja" / language
        assert Renderer(made, translations(language), folder).render("a.html", View()).decode() == words
        assert list(folder.parent.iterdir()) == [folder]


def test_a_template_sees_its_page_and_nothing_else(tmp_path: Path) -> None:
    for name in ("range(3)", "dict()", "lipsum()", "cycler", "namespace()", "config", "self.x", "page.titel"):
        with pytest.raises(TemplateError, match=r"^templates/a\.html:2: "):
            render(tmp_path, a_html="\n{{ " + name + " }}")


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"a_html": "\n\n{% if %}"}, "templates/a.html:3"),
        ({"a_html": "{% include 'b.html' %}", "b_html": "\n{{ page.x }}"}, "templates/b.html:2"),
        ({"a_html": "{% include 'b.html' %}", "b_html": "\n{% for %}"}, "templates/b.html:2"),
        ({"a_html": "\n{{ page.title"}, "templates/a.html:2"),
        ({"a_html": "{% extends 'b.html' %}\n{% block x %}{{ page.x }}{% endblock %}",
        "b_html": "{% block x %}{% endblock %}"}, "templates/a.html:2"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, files: dict[str, str], place: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(tmp_path, **files)
    assert str(caught.value).startswith(place + ": ")


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"a_html": "{% include 'c.html' %}"}, "templates/a.html: "),
        ({"a_html": "{% include 'b.html' %}", "b_html": "{% extends 'c.html' %}"}, "templates/b.html: "),
        ({"a_html": "{% include page.title %}"}, "templates/a.html: "),
        ({"a_html": "{% include '../secret.html' %}"}, "templates/a.html: "),
        ({}, "templates: "),
    ],
)
def test_what_a_template_includes_must_be_there_and_named_outright(
    tmp_path: Path, files: dict[str, str], place: str
) -> None:
    write_files(tmp_path, {"secret.html": ""})
    with pytest.raises(TemplateError) as caught:
        theme(tmp_path / "templates", **files).digest(("a.html",))
    assert str(caught.value).startswith(place)


SAID = (
    '{%- extends "a.html" -%}',
    "{% from 'a.html' import x, y as z with context %}{% import 'b.html' as b %}",
    "{% include 'a.html' ignore missing without context %}",
    "{# {% include 'a.html' %} #}{% include 'b.html' %}",
    "{{ '{#' }}{% include 'a.html' %}{{ '#}' }}",
    "{% raw %}{% include 'a.html' %}{% endraw %}",
    "{{ '{% include \"a.html\" %}' }}",
    "{% include ['a.html', 'b.html'] %}",
)
PACKAGED_TEXTS = Theme([PACKAGED]).texts


@pytest.mark.parametrize("text", [*SAID, *PACKAGED_TEXTS.values()], ids=[*SAID, *PACKAGED_TEXTS])
def test_what_a_template_names_is_seen_without_parsing_it(text: str) -> None:
    environment = Environment(extensions=JINJA_EXTENSIONS)
    assert set(_references(environment, "x", text)) == set(_parsed_references(environment, "x", text))


def test_digest_covers_all_that_a_template_uses_and_nothing_else(tmp_path: Path) -> None:
    files = {
        "a_html": "{% extends 'base.html' %}{% from 'parts/m.html' import x %}",
        "base_html": "{% include 'parts/n.html' %}",
        "parts__m_html": "{% macro x() %}{% endmacro %}",
        "parts__n_html": "",
        "other_html": "",
    }

    def digest(number: int, **changed: str) -> str:
        return theme(tmp_path / str(number), **{**files, **changed}).digest(("a.html",))

    before = digest(0)
    assert digest(1) == before
    assert digest(2, other_html="x") == before
    for number, name in enumerate(("a_html", "base_html", "parts__m_html", "parts__n_html"), 3):
        assert digest(number, **{name: files[name] + "x"}) != before, name


def test_the_sites_own_files_win_one_by_one(tmp_path: Path) -> None:
    write_files(tmp_path, {"page.html": "mine", "static/own.css": "x", "static/.hidden": "x", "_aside.html": "x"})
    found = Theme([PACKAGED, tmp_path])
    assert found.texts["page.html"] == "mine"
    assert found.files["home.html"] == (ROOT / "templates" / "home.html").read_bytes()
    static = dict(found.static())
    assert "static/own.css" in static
    assert "static/style.css" in static
    assert not {"static/.hidden", "_aside.html"} & found.files.keys()


def test_styles_and_scripts_are_asked_for_by_their_hash_and_templates_of_today_still_work(tmp_path: Path) -> None:
    issue = (ROOT / "templates" / "issue.html").read_text(encoding="utf-8")
    own = {"templates/issue.html": issue.replace("scripts(page.site,", "scripts(page.site.root,")}
    body = "---\ndate: 2015-01-01\n---\n## 站务新闻\n### 甲\n一"
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015001.md": body, **own})
    build_site(tmp_path)
    first = tree(tmp_path / "site")
    home = first["index.html"].decode()
    (style,) = re.findall(r"static/[0-9a-f]{10}/style\.css", home)
    assert first[style] == first["static/style.css"]
    assert 'static/js/share.js"' in first["issues/2015001/index.html"].decode()
    addresses = [
        each for path, data in first.items() if path.endswith(".html") for each in STATIC.findall(data.decode())
    ]
    assert set(addresses) <= first.keys()
    write_files(tmp_path, {"templates/static/style.css": "a {}"})
    build_site(tmp_path)
    second = tree(tmp_path / "site")
    assert style not in second
    (changed,) = re.findall(r"static/[0-9a-f]{10}/style\.css", second["index.html"].decode())
    assert second[changed] == b"a {}"


STATIC = re.compile(r'(?:href|src|data-find)="[./]*(static/[^"]*)"')


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_out_of_the_templates_are_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.css": "x", "templates/page.html": ""})
    (tmp_path / "templates" / "link.css").symlink_to(tmp_path / "secret.css")
    assert Theme([tmp_path / "templates"]).files.keys() == {"page.html"}


def test_static_files_are_no_templates(tmp_path: Path) -> None:
    write_files(tmp_path, {"static/a.css": "甲{".encode("gb18030"), "a.css": "{{ page }}"})
    assert Theme([tmp_path]).texts == {"a.css": "{{ page }}"}


def test_a_template_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.html": "甲".encode("gb18030")})
    with pytest.raises(TemplateError, match=r"^templates/a\.html: .*UTF-8"):
        _ = Theme([tmp_path]).texts


def test_compiled_templates_are_kept_but_never_trusted_over_the_source(tmp_path: Path) -> None:
    for text in ("一", "二", "一"):
        write_files(tmp_path / "templates", {"a.html": text})
        renderer = Renderer(Theme([tmp_path / "templates"]), translations("en"), tmp_path / "jinja")
        assert renderer.render("a.html", View()) == text.encode()
    assert list((tmp_path / "jinja").iterdir())


def test_the_packaged_templates_hold_together() -> None:
    packaged = Theme([PACKAGED])
    for name in packaged.texts:
        assert packaged.digest((name,))


# ── blocks of ours


def test_a_station_fills_blocks_of_ours_and_the_rest_stays(tmp_path: Path) -> None:
    ours, own = tmp_path / "ours", tmp_path / "own"
    write_files(ours, {"a.html": "1{% block b %}2{% endblock %}{% block c %}3{% endblock %}", "d.html": "4"})
    text = '{% extends "packaged/a.html" %}{% block b %}({{ super() }}{% include "packaged/d.html" %}){% endblock %}'
    write_files(own, {"a.html": text, "d.html": "5"})
    found = Theme([ours, own])
    assert Renderer(found, translations("en"), None).render("a.html", View()) == b"1(24)3"
    before = found.digest(("a.html",))
    write_files(ours, {"a.html": "1{% block b %}2{% endblock %}"})
    assert Theme([ours, own]).digest(("a.html",)) != before


def test_a_template_that_takes_in_itself_is_told_how_to_have_ours(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"^templates/a\.html: .*packaged/a\.html"):
        theme(tmp_path, a_html='{% extends "a.html" %}').digest(("a.html",))


def test_a_packaged_template_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"^templates/a\.html: .*packaged/no\.html"):
        theme(tmp_path, a_html='{% extends "packaged/no.html" %}').digest(("a.html",))
