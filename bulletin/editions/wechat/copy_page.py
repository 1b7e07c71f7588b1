"""The page from which a clerk copies an issue into the editor: what the template reports/wechat.html shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import ArticlePicture, WechatArticle
from bulletin.editions.wechat.links import is_fetched
from bulletin.editions.wechat.rules import broken_rules


class CopyField(Value, frozen=True):
    """What is typed beside the text."""

    text: str
    limit: int
    whole: str = ""
    """What it would be if there were room; empty where it is whole."""

    @property
    def count(self) -> int:
        return len(self.text)


class CopyPicture(Value, frozen=True):
    """A picture to be put in by hand."""

    number: int
    file: str
    caption: str
    is_fetched: bool
    """Whether the editor fetches it by itself, from the site."""


class CopyArticle(Value, frozen=True):
    title: CopyField
    digest: CopyField
    author: CopyField
    source_url: str
    html: str
    """What is copied."""
    preview: str
    """The same with the pictures' files, so that the page asks nobody for anything."""
    plain: str
    characters: int
    """Of the HTML."""
    limit: int
    pictures: tuple[CopyPicture, ...]
    warnings: tuple[str, ...]
    """What the editor will not keep, in words."""


class CopyPage(Value, frozen=True):
    bulletin: str
    number: str
    draft: bool
    articles: tuple[CopyArticle, ...]
    has_drawn_cover: bool
    command: str
    """By which what the editor saved is compared."""


def copy_page(
    leaf: Leaf,
    articles: Iterable[WechatArticle],
    files: dict[int, str],
    account: WechatAccount,
    translate: Translate,
    *,
    has_drawn_cover: bool,
) -> CopyPage:
    """``files``: name of each picture's file, by its number."""
    return CopyPage(
        bulletin=leaf.publisher.bulletin,
        number=leaf.number,
        draft=leaf.draft,
        articles=tuple(_article(article, files, account, translate) for article in articles),
        has_drawn_cover=has_drawn_cover,
        command=f"bulletin wechat {leaf.id} --saved ",
    )


def _article(
    article: WechatArticle, files: dict[int, str], account: WechatAccount, translate: Translate
) -> CopyArticle:
    whole = article.whole_title if article.whole_title != article.title else ""
    hits = broken_rules(article, account)
    return CopyArticle(
        title=CopyField(article.title, account.title_limit, whole),
        digest=CopyField(article.digest, account.digest_limit),
        author=CopyField(article.author, account.author_limit),
        source_url=article.source_url,
        html=article.html,
        preview=_preview(article, files),
        plain=article.plain,
        characters=len(article.html),
        limit=account.article_limit,
        pictures=tuple(_pictures(article.pictures, files)),
        warnings=tuple(f"{translate(hit.rule.words)}: {hit.found}" for hit in hits),
    )


def _preview(article: WechatArticle, files: dict[int, str]) -> str:
    html = article.html
    for each in article.pictures:
        html = html.replace(f'src="{escape(each.image.src)}"', f'src="{files[each.number]}"')
    return html


def _pictures(pictures: Iterable[ArticlePicture], files: dict[int, str]) -> Iterator[CopyPicture]:
    for each in pictures:
        yield CopyPicture(each.number, files[each.number], each.caption, is_fetched(each.image.src))
