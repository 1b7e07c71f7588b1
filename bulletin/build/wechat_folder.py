"""``out/wechat/2014002/``: an issue for the editor of an official account, as files for a clerk.

::

    index.html          the page from which it is copied
    sent-1.html …       what is copied, an article a file: `bulletin wechat --saved` compares with it
    01.jpg …            the pictures of the text, in order
    cover.jpg           900 × 383; cover-square.jpg: 600 × 600
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bulletin.core.files import replace_file
from bulletin.core.i18n import Translate, translations
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.edition import Texts
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.articles import make_articles
from bulletin.editions.wechat.copy_page import copy_page
from bulletin.editions.wechat.covers import Covers, PictureFile, cover_of, drawn_cover, picture_file
from bulletin.render.reports import render_report, template_folders

_OUT = "out"
"""Folder of what commands make for people and other programs; never published, and not in git."""
_MADE = re.compile(r"index\.html|sent-\d+\.html|\d{2,4}\.(jpg|png)|cover(-square)?\.jpg")
_HEAD = '<meta charset="utf-8">\n'


class WechatFolder(NamedTuple):
    """An issue, ready to be copied or sent."""

    leaf: Leaf
    articles: tuple[WechatArticle, ...]
    pictures: Mapping[int, PictureFile]
    """By number."""
    covers: Covers
    files: Mapping[str, bytes]
    """By name in the folder."""
    translate: Translate
    """Into the words of the station's pages."""


def wechat_folder(leaf: Leaf, texts: Texts, account: WechatAccount, root: Path | None = None) -> WechatFolder:
    """Everything of an issue. ``root``: the station's folder, which may have a template of its own."""
    articles = make_articles(leaf, texts.translate, account)
    shown = {each.number: each.image.picture for article in articles for each in article.pictures}
    pictures = {number: picture_file(texts.picture, shown[number]) for number in sorted(shown)}  # type: ignore[arg-type]
    names = {number: f"{number:02}{file.suffix}" for number, file in pictures.items()}
    covers = cover_of(next(iter(pictures.values())).data) if pictures else drawn_cover(leaf)
    say = translations(leaf.publisher.language).gettext  # to the clerk
    page = copy_page(leaf, articles, names, account, say, has_drawn_cover=not pictures)
    html = render_report("reports/wechat.html", page, template_folders(root), say)
    files = {"index.html": html.encode(), "cover.jpg": covers.wide, "cover-square.jpg": covers.square}
    files |= {f"sent-{number}.html": f"{_HEAD}{each.html}".encode() for number, each in enumerate(articles, 1)}
    files |= {names[number]: file.data for number, file in pictures.items()}
    return WechatFolder(leaf, articles, pictures, covers, files, texts.translate)


def articles_to_send(
    made: WechatFolder, sources: Mapping[int, str], account: WechatAccount
) -> tuple[WechatArticle, ...]:
    """The articles with their pictures where WeChat has them, by number."""
    return make_articles(made.leaf, made.translate, account, sources)


def wechat_path(root: Path, issue: str) -> Path:
    """The folder of an issue."""
    return root / _OUT / "wechat" / issue


def write_wechat_folder(folder: Path, made: WechatFolder) -> None:
    """Write the files, the page last; what a former run made and this one does not goes. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder.parents[1] / ".gitignore"
    if not ignored.exists():  # a station of a former version does not name the folder in its own
        ignored.write_text("*\n", encoding="utf-8")
    for name in sorted(made.files, key=lambda name: name == "index.html"):
        replace_file(folder / name, made.files[name])
    for path in folder.iterdir():
        if path.name not in made.files and _MADE.fullmatch(path.name):
            path.unlink()


def sent_articles(folder: Path, articles: tuple[WechatArticle, ...]) -> tuple[tuple[str, str], ...]:
    """Title and HTML of each article as it was last made to be copied; where none was, as it would be now."""
    found = sorted(folder.glob("sent-*.html"), key=lambda path: (len(path.name), path.name))
    html = tuple(path.read_text(encoding="utf-8").removeprefix(_HEAD) for path in found)
    titles = [article.title for article in articles]
    named = ((titles[place] if place < len(titles) else "", each) for place, each in enumerate(html))
    return tuple(named) or tuple((article.title, article.html) for article in articles)
