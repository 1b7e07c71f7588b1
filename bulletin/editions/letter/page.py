"""What the templates of the letter see: letter/letter.html and letter/letter.txt, one view for both parts."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from bulletin.arrange.days import long_day
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.editions.blocks import Run, TextBlocks
from bulletin.editions.leaf import Leaf, LeafArticle, LeafSection
from bulletin.editions.letter.markup import LetterMarkup, letter_link
from bulletin.editions.text_writer import UNBROKEN, TextWriter


class LetterWords(Value, frozen=True):
    """Some words of the issue, for both parts."""

    html: Markup
    text: str
    """Lines, which the reader's program breaks."""

    def __bool__(self) -> bool:
        return bool(self.html)


class LetterCorrection(Value, frozen=True):
    """更正."""

    day: str
    title: str
    """Of the article; empty where the issue as a whole is meant."""
    was: str
    now: str


class LetterArticle(Value, frozen=True):
    """An article, or what a short letter has of it."""

    title: str
    """Plain, for the contents."""
    heading: LetterWords
    words: LetterWords
    byline: str
    """For the contents; below the article it is among its words."""
    href: str
    """Absolute; empty where the site has no address."""
    withdrawn: tuple[str, ...]
    """Days on which articles were withdrawn that were before it."""


class LetterSection(Value, frozen=True):
    """A part of the issue."""

    title: str
    heading: LetterWords
    lead: LetterWords
    articles: tuple[LetterArticle, ...]
    withdrawn: tuple[str, ...]
    """Days on which articles were withdrawn that were behind the last one."""


class LetterPage(Value, frozen=True):
    """The letter, as its templates see it."""

    language: str
    subject: str
    bulletin: str
    number: str
    total: int | None
    """Running total, where the number does not name it."""
    organizer: str
    day: str
    """In words, as pages have it."""
    heading: LetterWords
    """The issue's own title; empty where it has none."""
    byline: str
    url: str
    """Of the issue's page, with the mark by which the counter knows readers of the letter; may be empty."""
    draft: bool
    short: bool
    """Whether only titles and first paragraphs are here."""
    corrections: tuple[LetterCorrection, ...]
    lead: LetterWords
    sections: tuple[LetterSection, ...]
    name: str
    """Of the station."""
    address: str
    postcode: str
    phone: str
    email: str
    leave: str
    """What becomes the reader's own address for leaving."""

    @property
    def has_contents(self) -> bool:
        """Whether there is more than one thing to find."""
        return not self.short and sum(len(section.articles) or 1 for section in self.sections) > 1


def letter_page(leaf: Leaf, translate: Translate, subject: str, leave: str, *, short: bool = False) -> LetterPage:
    """The view of a leaf."""
    return _PageMaker(leaf, translate).page(subject, leave, short=short)


class _PageMaker:
    def __init__(self, leaf: Leaf, translate: Translate) -> None:
        self._leaf = leaf
        self._say = translate
        self._markup = LetterMarkup(lambda href: letter_link(leaf, href))
        self._writer = TextWriter(leaf.link, translate, UNBROKEN)

    def page(self, subject: str, leave: str, *, short: bool) -> LetterPage:
        leaf, publisher = self._leaf, self._leaf.publisher
        return LetterPage(
            language=publisher.language,
            subject=subject,
            bulletin=publisher.bulletin or publisher.name,
            number=leaf.number,
            total=None if leaf.total is None or str(leaf.total) in leaf.number else leaf.total,
            organizer=publisher.organizer,
            day=long_day(leaf.date, self._say),
            heading=self._heading(leaf.heading),
            byline=leaf.byline,
            url=publisher.counted_url(leaf.url, "mail"),
            draft=leaf.draft,
            short=short,
            corrections=tuple(self._corrections()),
            lead=self._words(leaf.lead, ""),
            sections=tuple(map(self._section, leaf.sections)),
            name=publisher.name,
            address=publisher.address,
            postcode=publisher.postcode,
            phone=publisher.phone,
            email=publisher.email,
            leave=leave,
        )

    def _corrections(self) -> Iterator[LetterCorrection]:
        titles = {article.id: article.title for _, article in self._leaf.articles()}
        for each in self._leaf.corrections:
            yield LetterCorrection(f"{each.date:%Y-%m-%d}", titles.get(each.where, ""), each.was, each.now)

    def _section(self, section: LeafSection) -> LetterSection:
        return LetterSection(
            title=section.title,
            heading=self._heading(section.heading),
            lead=self._words(section.lead, section.byline),
            articles=tuple(
                self._article(article, section.withdrawn_before(index))
                for index, article in enumerate(section.articles)
            ),
            withdrawn=section.withdrawn_before(len(section.articles)),
        )

    def _article(self, article: LeafArticle, withdrawn: tuple[str, ...]) -> LetterArticle:
        return LetterArticle(
            title=article.title,
            heading=self._heading(article.heading),
            words=self._words(article.text, article.byline),
            byline=article.byline,
            href=self._leaf.publisher.counted_url(article.url, "mail"),
            withdrawn=withdrawn,
        )

    def _heading(self, runs: tuple[Run, ...]) -> LetterWords:
        return LetterWords(self._markup.words(runs), self._writer.words(runs))

    def _words(self, text: TextBlocks, byline: str) -> LetterWords:
        return LetterWords(self._markup.text(text, byline), "\n".join(self._writer.text(text, byline)))
