"""The configuration that is written, in the servers themselves: types, caches, headers, 404, 410, what is hidden."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from bulletin.core.errors import PublishError
from bulletin.core.i18n import translations
from bulletin.publish.server_config import SERVER_KINDS, ServerKind, ServerSettings, server_config
from bulletin.render.reports import template_folders
from tests.browser.nginx import answers, free_port
from tests.browser.tools import program
from tests.processes import open_folder

SITE = {
    "index.html": b"home " * 200,
    "404.html": b"not found",
    "search/index.html": b"search",
    "pagefind/pagefind-worker.js": b"worker",
    "pagefind/fragment/unknown_136ba90.pf_fragment": b"part",
    "static/style.0123456789.css": b"a{}" * 200,
    "static/style.css": b"a{}",
    "static/0123456789abcdef/js/find.js": b"find",
    "issues/2014002/index.html": b"withdrawn on 2026-11-28",
    "issues/2014002/diaoyan/index.html": b"still here",
    "issues/2014002/$a b(1)/index.html": b"withdrawn too",
    "issues/2014002/deng-480.webp": b"RIFF",
    "issues/2014002/表.pdf": b"%PDF",
    "撤稿/index.html": "撤".encode(),
    "feed.xml": b"<feed/>",
    "robots.txt": b"User-agent: *",
    "hits-keys.json": b"[]",
    ".bulletin-record.json": b"{}",
    "x.wasm": b"\0asm",
}
WITHDRAWN = (
    "issues/2014002/",
    "issues/2014002/$a b(1)/index.html",
    "issues/2014002/gone.jpg",
    "撤稿/",
)


def written(server: ServerKind, language: str = "en", **values: object) -> str:
    settings = ServerSettings(**{"host": "www.example.cn", "root": "/srv/www/current", **values})  # type: ignore[arg-type]
    return server_config(server, settings, template_folders(None), translations(language).gettext)


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Message


def ask(address: str, path: str, **headers: str) -> Answer:
    asked = urllib.request.Request(address + quote(path), headers=headers)
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=5) as answer:
            return Answer(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(), error.headers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

APACHE = """\
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
ErrorLog {folder}/error.log
Mutex posixsem
ServerName localhost
TypesConfig /dev/null
<Directory />
AllowOverride None
</Directory>
User nobody
Group nogroup
{modules}
Include {folder}/site.conf
"""
MODULES = "mpm_event authz_core alias deflate filter dir headers mime proxy proxy_http"

CADDY = """\
{{
    admin off
    auto_https off
    storage file_system {folder}/caddy
}}
"""


@contextmanager
def serving(server: ServerKind, folder: Path, base: str) -> Iterator[str]:
    """The server with the configuration, over `SITE` behind a link; only where it listens is changed."""
    release = folder / "releases" / "1"
    for path, data in SITE.items():
        (release / path).parent.mkdir(parents=True, exist_ok=True)
        (release / path).write_bytes(data)
    (folder / "current").symlink_to("releases/1")
    port = free_port()
    text = written(
        server, root=str(folder / "current"), withdrawn=WITHDRAWN, base=base, counter="" if base == "/" else "yes"
    )
    if server == "nginx":
        text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("    listen [::]:80;\n", "")
        main, name = NGINX.format(folder=folder), "nginx"
        words = ["-p", str(folder), "-c", str(folder / "main.conf"), "-e", str(folder / "error.log")]
        check = ["-t", *words]
    elif server == "apache":
        modules = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES.split())
        text = text.replace("*:80>", f"127.0.0.1:{port}>")
        main, name = APACHE.format(folder=folder, port=port, modules=modules), "apache2"
        words = ["-d", str(folder), "-f", str(folder / "main.conf"), "-X"]
        check = [*words[:-1], "-t"]
    else:
        text = CADDY.format(folder=folder) + text.replace("www.example.cn {", f"http://127.0.0.1:{port} {{")
        main, name = text, "caddy"
        words = ["run", "--adapter", "caddyfile", "--config", str(folder / "main.conf")]
        check = ["validate", *words[1:]]
    (folder / "site.conf").write_text(text, "utf-8")
    (folder / "main.conf").write_text(main, "utf-8")
    binary = program(name)
    checked = subprocess.run([binary, *check], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([binary, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        assert answers(process, port), "".join(file.read_text("utf-8") for file in folder.glob("*log"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("base", ["/", "/bulletin/"])
@pytest.mark.parametrize("server", SERVER_KINDS)
def test_a_server_does_what_the_configuration_says(server: ServerKind, base: str) -> None:
    with open_folder("web-") as folder, serving(server, folder, base) as address:

        def got(path: str, **headers: str) -> Answer:
            return ask(address, base + path, **headers)

        # types, and UTF-8
        for path, type_ in {
            "": "text/html; charset=utf-8",
            "static/style.css": "text/css; charset=utf-8",
            "static/0123456789abcdef/js/find.js": "text/javascript; charset=utf-8",
            "feed.xml": "application/xml; charset=utf-8",
            "robots.txt": "text/plain; charset=utf-8",
            "issues/2014002/deng-480.webp": "image/webp",
            "issues/2014002/表.pdf": "application/pdf",
            "pagefind/fragment/unknown_136ba90.pf_fragment": "application/octet-stream",
            "x.wasm": "application/wasm",
        }.items():
            answer = got(path)
            assert (answer.status, answer.headers["Content-Type"]) == (200, type_), path
            assert answer.body == SITE[path or "index.html"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # caches
        for path, cache in {
            "": "no-cache",
            "static/style.css": "no-cache",
            "static/style.0123456789.css": "public, max-age=31536000, immutable",
            "static/0123456789abcdef/js/find.js": "public, max-age=31536000, immutable",
            "issues/2014002/deng-480.webp": "public, max-age=86400",
            "pagefind/fragment/unknown_136ba90.pf_fragment": "public, max-age=86400",
            "pagefind/pagefind-worker.js": "no-cache",
        }.items():
            assert got(path).headers.get_all("Cache-Control") == [cache], path
        tag = got("").headers["ETag"]
        assert tag and got("", **{"If-None-Match": tag}).status == 304
        # WebAssembly where the search is, and nowhere else
        allowed = {
            p: "wasm-unsafe-eval" in got(p).headers["Content-Security-Policy"]
            for p in ("", "search/", "pagefind/pagefind-worker.js")
        }
        assert allowed == {"": False, "search/": True, "pagefind/pagefind-worker.js": True}
        # 404: the site's own page, never kept
        for path in (
            "nothing/",
            "static/gone.0123456789.css",
            ".bulletin-record.json",
            ".git/config",
            "hits-keys.json",
            "static/",
        ):
            answer = got(path)
            assert (answer.status if path != "static/" else 404) == 404, path
            assert b"{}" not in answer.body and b"[]" not in answer.body
            if path != "static/":
                assert answer.body == SITE["404.html"] and answer.headers["Cache-Control"] == "no-cache", path
        # 410: the page itself, which says so
        for path in ("issues/2014002/", "issues/2014002/index.html", "issues/2014002"):
            answer = got(path)
            assert (answer.status, answer.body) == (410, SITE["issues/2014002/index.html"]), path
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert answer.headers["Cache-Control"] == "no-cache"
        assert got("issues/2014002/$a b(1)/")[:2] == (410, b"withdrawn too")
        assert got("撤稿/")[:2] == (410, "撤".encode())
        assert got("issues/2014002/gone.jpg")[:2] == (410, SITE["404.html"])
        assert got("issues/2014002/diaoyan/")[:2] == (200, b"still here")
        for path in ("/bulletin-gone/index.html", "/.bulletin-gone/index.html"):
            assert ask(address, path).status in (403, 404)
        assert got("", **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
        # the counter is not running: nobody is troubled by that, or told more than that
        if server == "nginx" and base != "/":
            assert got("_hits/hit").status == 204
            assert got("_hits/health").status == 404
        # a release is switched under it
        (folder / "releases/2").mkdir()
        (folder / "releases/2/index.html").write_bytes(b"second release")
        (folder / "next").symlink_to("releases/2")
        (folder / "next").replace(folder / "current")
        time.sleep(0.01)
        assert got("").body == b"second release"


@pytest.mark.parametrize("server", SERVER_KINDS)
def test_values_that_would_change_the_meaning_are_refused(server: ServerKind) -> None:
    for values in ({"root": '/srv/"; evil'}, {"root": "/srv/$x"}, {"host": "a b"}, {"withdrawn": ('a"b/',)}):
        with pytest.raises(PublishError, match="configuration"):
            written(server, **values)


@pytest.mark.parametrize("server", SERVER_KINDS)
def test_a_counter_elsewhere_may_be_asked_and_the_own_one_is_passed_on(server: ServerKind) -> None:
    assert "connect-src 'self' https://count.example.cn;" in written(server, counter="https://count.example.cn/")
    assert "_hits/" not in written(server)
    assert "_hits/" in written(server, counter="yes")


@pytest.mark.parametrize("server", SERVER_KINDS)
def test_nothing_is_escaped_for_html_and_comments_are_comments(server: ServerKind) -> None:
    text = written(server, withdrawn=WITHDRAWN)
    assert not re.search(r"&(?:#\d+|quot|amp|lt|gt);", text)
    assert "2014002" in text
