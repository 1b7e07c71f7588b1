"""Every edition of text says what the leaf says, in order, once. A new edition adds a line to EDITIONS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from bulletin.editions.columns import width_of, wrapped
from bulletin.editions.leaf import Leaf
from bulletin.editions.plain_text import text_of_issue
from tests.archives import KINDS, issue
from tests.editions.leaves import leaf_of, said_by
from tests.words import words


def of_text(leaf: Leaf) -> str:
    return text_of_issue(leaf, str).decode("utf-8-sig").replace("\r\n", "\n")


EDITIONS: dict[str, Callable[[Leaf], str]] = {"text": of_text}


def missing(wanted: Iterable[str], found: Iterable[str]) -> str:
    """The first word that is not there, in order; empty where all are."""
    rest = iter(found)
    return next((word for word in wanted if word not in rest), "")


TEXT = """## 站务新闻

### 夜间巡查

正文**重点**，见[说明](https://www.example.cn/a)。又一句[^1]。

1. 先登记
2. 后安置

| 项目 | 人数 |
|---|---|
| 登记 | 12 |

[^1]: 据当日记录。

(陈望舒)
"""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_all_words_are_there_in_order(kind: str, edition: str) -> None:
    text = next(iter(issue(kind, 1, 7).files.values()))
    assert isinstance(text, str)
    leaf = leaf_of(text, head="")
    said = said_by(leaf)
    found = words(EDITIONS[edition](leaf))
    assert not missing(words(said.text), found)
    assert not missing(words("\n".join(said.notes)), found)


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_han_word_is_said_twice(edition: str) -> None:
    leaf = leaf_of(TEXT)
    said = said_by(leaf)
    masthead = (leaf.publisher.bulletin, leaf.number, leaf.publisher.organizer, leaf.title)
    wanted = Counter(words("\n".join((said.text, *said.notes, *masthead))))
    more = Counter(words(EDITIONS[edition](leaf))) - wanted
    assert not [word for word in more if word >= "\u3400"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("canary", ["<!-- 金丝雀 -->", "<!--\n金丝雀\n-->"])
def test_comments_are_in_none(edition: str, canary: str) -> None:
    assert "金丝雀" not in EDITIONS[edition](leaf_of(f"{TEXT}\n{canary}\n"))


# ── plain text


def test_the_file_is_for_notepad() -> None:
    data = text_of_issue(leaf_of(TEXT), str)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") > 10
    assert data == text_of_issue(leaf_of(TEXT), str)


def test_numbers_notes_addresses_and_tables_are_written_out() -> None:
    text = of_text(leaf_of(TEXT))
    squeezed = text.replace("\n", "")
    assert "1. 先登记\n2. 后安置\n" in text
    assert "说明（https://www.example.cn/a）" in squeezed
    assert "又一句[1]。" in squeezed
    assert "[1] 据当日记录。" in text
    assert "项目  人数\n登记  12\n" in text


@pytest.mark.parametrize("width", [12, 20, 38])
def test_lines_keep_their_width_and_the_rules_for_marks(width: int) -> None:
    text = "今日，救助站（含分站）登记了“十二人”，其中三人、两人、一人。" * 20
    made = list(wrapped(text, width, "　　"))
    assert "".join(made).strip("　") == text
    assert all(width_of(line) <= width for line in made)
    assert not [line for line in made[1:] if line[0] in "，。、）”"]
    assert not [line for line in made if line[-1] in "（“"]


def test_a_latin_word_is_parted_only_where_it_is_longer_than_a_line() -> None:
    assert list(wrapped("abcdef ghijkl mnopqr", 13)) == ["abcdef ghijkl", "mnopqr"]
    assert list(wrapped("a" * 30, 12)) == ["a" * 12, "a" * 12, "a" * 6]
