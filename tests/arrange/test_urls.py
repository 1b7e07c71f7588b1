"""Where everything stands in the site."""

from __future__ import annotations

import pytest

from bulletin.arrange import urls


@pytest.mark.parametrize(
    ("path", "root"), [("index.html", ""), ("about/index.html", "../"), ("issues/2014002/a/index.html", "../../../")]
)
def test_way_to_the_root(path: str, root: str) -> None:
    assert urls.root_of(path) == root


@pytest.mark.parametrize(
    ("address", "path", "absolute"),
    [
        ("", "index.html", ""),
        ("https://a.cn/", "index.html", "https://a.cn/"),
        ("https://a.cn", "about/index.html", "https://a.cn/about/"),
        ("https://a.cn/sub/", "feed.xml", "https://a.cn/sub/feed.xml"),
        ("https://救助站.政务/简报", "index.html", "https://xn--7frz74brwp.xn--zfr164b/%E7%AE%80%E6%8A%A5/"),
        ("https://甲@救助站.政务:8080", "feed.xml", "https://甲@xn--7frz74brwp.xn--zfr164b:8080/feed.xml"),
        ("https://a.cn/sub", "关于/index.html", "https://a.cn/sub/%E5%85%B3%E4%BA%8E/"),
    ],
)
def test_absolute_address(address: str, path: str, absolute: str) -> None:
    assert urls.absolute(address, path) == absolute


@pytest.mark.parametrize(
    ("address", "with_it"),
    [
        ("https://a.cn/issues/1/", "https://a.cn/issues/1/?from=qr"),
        ("https://a.cn/issues/1/#b", "https://a.cn/issues/1/?from=qr#b"),
        ("https://a.cn/?id=1#b", "https://a.cn/?id=1&from=qr#b"),
        ("", ""),
    ],
)
def test_the_edition_is_in_the_query(address: str, with_it: str) -> None:
    assert urls.with_source(address, "qr") == with_it


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/old.html", "old.html"),
        ("/old/2014002.HTM", "old/2014002.HTM"),
        ("/a.shtml", "a.shtml"),
        ("/old/", "old/index.html"),
        ("/old", "old/index.html"),
        (" /old/#top ", "old/index.html"),
        ("/%E6%97%A7/", "旧/index.html"),
        ("/旧/网 站/", "旧/网 站/index.html"),
    ],
)
def test_an_old_address_that_a_file_can_answer(address: str, path: str) -> None:
    assert urls.redirect_path(address) == path


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "old.html",
        "https://a.cn/old.html",
        "//a.cn/",
        "/show.asp?id=1",
        "/show.asp",
        "/feed.xml",
        "/a//b/",
        "/../a.html",
        "/./a.html",
        "/%2e%2e/a.html",
        "/a%2f..%2fb.html",
        "/con/a.html",
        "/a:b.html",
        "/a\\b.html",
        "/a.php",
        "/%00.html",
    ],
)
def test_an_old_address_that_no_file_can_answer(address: str) -> None:
    assert urls.redirect_path(address) is None


def test_all_files_of_the_theme_move_together() -> None:
    assert urls.theme_path("static/js/find.js", "0123456789") == "static/0123456789/js/find.js"
