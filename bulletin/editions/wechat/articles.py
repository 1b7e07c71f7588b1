"""A leaf → the articles of an official account: what is pasted into the editor, and what is typed beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from xml.etree.ElementTree import Element

from bulletin.arrange.days import long_day
from bulletin.core.i18n import N_, Translate
from bulletin.core.model import Correction
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.blocks import lines, text_of
from bulletin.editions.html_elements import outer
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.elements import box, line
from bulletin.editions.wechat.markup import RED, ArticleWriter, LeafContext, size_of
from bulletin.editions.wechat.pieces import ArticleTitle, Byline, Piece, SectionTitle, UnmarkedNotes, part
from bulletin.editions.wechat.shortening import chinese_number, shortened

_SHEET = (
    "padding:0 4px;font-size:16px;line-height:1.75;letter-spacing:0.5px;text-align:justify;word-break:break-word;"
    "color:#333333;"
)
_SMALL = "margin:0 0 4px;font-size:14px;color:#6b6b6b;"
_CENTRED = "margin:0 0 6px;text-align:center;"


def make_articles(
    leaf: Leaf, translate: Translate, account: WechatAccount, sources: Mapping[int, str] | None = None
) -> tuple[WechatArticle, ...]:
    """At least one; several where one has no room for all. ``translate`` into the station's language.

    ``sources``: addresses at which WeChat has the pictures, by number, where they were sent there.
    """
    context = LeafContext.of(leaf, translate, sources or {})
    frame = outer(box(_SHEET, *_ArticleMaker(context, account, (), 10, 10).around()))
    parts = part(leaf, partial(size_of, context), account.article_limit - len(frame))
    return tuple(
        _ArticleMaker(context, account, pieces, number, len(parts)).article() for number, pieces in enumerate(parts, 1)
    )


class _ArticleMaker:
    """Makes one of the articles: ``number`` of ``count``."""

    def __init__(
        self, context: LeafContext, account: WechatAccount, pieces: tuple[Piece, ...], number: int, count: int
    ) -> None:
        self._leaf = context.leaf
        self._say = context.translate
        self._account = account
        self._pieces = pieces
        self._number = number
        self._count = count
        self._heading = self._leaf.heading if number == 1 or not pieces else ()
        self._writer = ArticleWriter(context, pieces, self._heading)

    def article(self) -> WechatArticle:
        before = list(self._before())
        body = [element for piece in self._pieces for element in self._writer.piece(piece)]
        notes = self._writer.notes()
        whole, short = self._titles()
        pictures = self._writer.pictures
        return WechatArticle(
            title=short,
            whole_title=whole,
            digest=self._digest(),
            author=self._author(),
            source_url=self._leaf.publisher.counted_url(self._leaf.url, "wx"),
            html=outer(box(_SHEET, *before, *body, *notes, *self._after())),
            body="".join(map(outer, body)),
            notes="".join(map(outer, notes)),
            plain="\n".join((*_texts(before), "", *self._body_lines(), "", *_texts(notes), *self._origin(), "")),
            pictures=tuple(pictures[number] for number in sorted(pictures)),
        )

    def around(self) -> Iterator[Element]:
        """What every article has besides texts and notes, at its longest."""
        yield from self._before()
        yield from self._writer.notes()
        yield from self._after()

    # ── beside the article

    def _titles(self) -> tuple[str, str]:
        """Whole, and as long as there is room."""
        leaf, draft = self._leaf, self._say(N_("【Draft】")) if self._leaf.draft else ""
        number = self._say(N_(" ({number})")).format(number=chinese_number(self._number)) if self._count > 1 else ""
        room = self._account.title_limit - len(draft) - len(number)
        short = shortened(leaf.title, room) if leaf.heading else self._numbered(room)
        return f"{draft}{leaf.title}{number}", f"{draft}{short}{number}"

    def _numbered(self, room: int) -> str:
        """Bulletin and number: the number is never cut."""
        leaf = self._leaf
        if len(leaf.title) <= room or not leaf.title.endswith(leaf.number):
            return shortened(leaf.title, room)
        return f"{shortened(leaf.title.removesuffix(leaf.number).rstrip(), room - len(leaf.number))}{leaf.number}"

    def _digest(self) -> str:
        titles = [text_of(piece.runs) for piece in self._pieces if isinstance(piece, ArticleTitle)]
        own = self._leaf.summary if self._count == 1 else ""
        words = own or "；".join(titles) or next((each for each in self._body_lines() if each.strip()), "")
        return shortened(" ".join(words.split()), self._account.digest_limit, "…")

    def _author(self) -> str:
        publisher = self._leaf.publisher
        limit = self._account.author_limit
        names = (self._account.author, publisher.bulletin, publisher.organizer, publisher.name)
        return next((name for name in names if name and len(name) <= limit), "")

    # ── around the texts

    def _before(self) -> Iterator[Element]:
        leaf, publisher = self._leaf, self._leaf.publisher
        if leaf.draft:
            words = self._say(N_("Draft: not for readers"))
            yield line(words, f"margin:0 0 16px;padding:6px;background-color:#fff3b0;{_BOLD}text-align:center;")
        name = line(publisher.bulletin or publisher.name, f"{_CENTRED}font-size:26px;color:{RED};{_BOLD}{_SPACED}")
        under = [name, line(self._issue_number(), f"{_CENTRED}font-size:15px;")]
        yield box(f"margin:0 0 20px;padding:12px 0 10px;border-bottom:2px solid {RED};", *under, self._publisher_line())
        if self._heading:
            yield self._writer.heading(self._heading, f"margin:0 0 20px;text-align:center;font-size:20px;{_BOLD}")
        if self._count > 1:
            words = self._say(N_("This issue comes in {count} articles; this is no. {number}."))
            yield line(words.format(count=self._count, number=self._number), f"{_SMALL}text-align:center;")
        if leaf.corrections:
            inner = [each for correction in leaf.corrections for each in self._correction(correction)]
            style = f"margin:0 0 20px;padding:10px 14px;border:1px solid {RED};background-color:#fdf4f4;"
            yield box(style, line(self._say("Correction"), f"margin:0 0 6px;color:{RED};{_BOLD}"), *inner)

    def _issue_number(self) -> str:
        leaf = self._leaf
        if leaf.total is None or str(leaf.total) in leaf.number:
            return leaf.number
        return f"{leaf.number}（{self._say('No. %(total)s in all') % {'total': leaf.total}}）"

    def _publisher_line(self) -> Element:
        day = long_day(self._leaf.date, self._say)
        return line(f"{self._leaf.publisher.organizer}　{day}", f"{_CENTRED}font-size:14px;color:#6b6b6b;")

    def _correction(self, each: Correction) -> Iterator[Element]:
        yield line(f"{each.date:%Y-%m-%d}", _SMALL)
        if each.was:
            yield line(f"{self._say('It said' if each.now else 'Deleted')}：{each.was}", _SMALL)
        if each.now:
            yield line(f"{self._say('Right is' if each.was else 'Added')}：{each.now}", _SMALL)

    def _after(self) -> Iterator[Element]:
        inner = [line(words, f"{_SMALL}word-break:break-all;") for words in self._origin()]
        yield box("margin:32px 0 0;padding:12px 14px 8px;background-color:#f7f5f2;", *inner)

    def _origin(self) -> Iterator[str]:
        """来源, 网址, telephone, each in a line."""
        leaf, publisher, say = self._leaf, self._leaf.publisher, self._say
        yield say(N_("Source: {name}")).format(name=f"{publisher.organizer}《{publisher.bulletin}》{leaf.number}")
        if leaf.byline:
            yield (
                leaf.byline
                if "：" in leaf.byline or ":" in leaf.byline
                else say("By: %(name)s") % {"name": leaf.byline}
            )
        if leaf.url:
            yield say(N_("Address: {url}")).format(url=leaf.url)
        if publisher.phone:
            yield say(N_("Telephone: {phone}")).format(phone=publisher.phone)

    # ── as text

    def _body_lines(self) -> Iterator[str]:
        for piece in self._pieces:
            match piece:
                case SectionTitle():
                    yield from ("", f"【{text_of(piece.runs)}】")
                case ArticleTitle():
                    yield from ("", text_of(piece.runs))
                case Byline():
                    yield self._say("(%(name)s)") % {"name": piece.name}
                case UnmarkedNotes():
                    pass
                case _:
                    yield from (each for each in lines((piece,)) if each)


_BOLD = "font-weight:bold;"
_SPACED = "letter-spacing:2px;"


def _texts(elements: Iterable[Element]) -> Iterator[str]:
    """The words of each paragraph."""
    for element in elements:
        yield from ("".join(each.itertext()) for each in element.iter("p"))
