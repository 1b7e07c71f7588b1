"""Articles of an official account say what the issue says, in HTML that the editor keeps."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from bulletin.core.i18n import translations
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import WechatArticle
from bulletin.editions.wechat.articles import make_articles
from bulletin.editions.wechat.markup import NUMBER_STYLE
from bulletin.editions.wechat.rules import broken_rules
from tests.archives import KINDS, issue
from tests.editions.leaves import leaf_of, said_by
from tests.read.cases import Case
from tests.read.test_dialect import CASES
from tests.read.test_words import Piece, bodies
from tests.words import first_difference, shown, words

ACCOUNT = WechatAccount()
CHINESE = translations("zh-CN").gettext
_NUMBERS = re.compile(rf'<(sup|span) style="{NUMBER_STYLE}">[^<]*</\1>')


def articles_of(leaf: Leaf, account: WechatAccount = ACCOUNT) -> tuple[WechatArticle, ...]:
    return make_articles(leaf, CHINESE, account)


def spoken(html: str) -> list[str]:
    """The words of some HTML, without the numbers of notes, links and pictures."""
    return words(shown(_NUMBERS.sub("", html)).text)


def assert_says_all(leaf: Leaf, account: WechatAccount = ACCOUNT) -> tuple[WechatArticle, ...]:
    """The texts word for word, each note once in the article that refers to it, and no rule of the editor broken."""
    made, expected = articles_of(leaf, account), said_by(leaf)
    assert first_difference(words(expected.text), [word for each in made for word in spoken(each.body)]) == ""
    notes = " ".join(" ".join(spoken(each.notes)) for each in made)
    assert all(" ".join(words(note)) in notes for note in expected.notes)
    assert [broken_rules(each, account) for each in made] == [()] * len(made)
    return made


@pytest.mark.parametrize("case", CASES)
def test_articles_say_what_the_dialect_says(case: Case) -> None:
    assert_says_all(leaf_of(case.source))


@settings(max_examples=100)
@given(bodies)
def test_articles_say_what_an_issue_says(text: Piece) -> None:
    assert_says_all(leaf_of(text.source))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", range(1, 5))
def test_articles_say_what_the_archives_say(kind: str, index: int) -> None:
    text = next(iter(issue(kind, index, 7).files.values()))
    assert isinstance(text, str)
    assert_says_all(leaf_of(text, head=""))
    assert_says_all(leaf_of(text, head=""), WechatAccount(article_limit=4000))
