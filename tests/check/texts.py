"""Texts put into an issue, and what the rules find in them."""

from __future__ import annotations

from bulletin.check.manuscript import Manuscript, manuscript
from bulletin.check.office import Office, make_office
from bulletin.check.rules import problems_in
from bulletin.check.wordlists import read_word_lists
from bulletin.core.config import read_station
from bulletin.core.model import SourceFile
from bulletin.core.problems import Problem

STATION = """\
name: 南岭市救助管理站
url: https://jzz.example.cn/
phone: 0734-8516000
address: 南岭市雁峰区园林路24号
email: jzz@example.cn
staff: 邓军, 李桂芳
sections:
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
"""

HEAD = "---\nnumber: 2014002\ndate: 2014-12-05\n---\n"
FRAME = HEAD + "## 案例分析\n\n### 一件事\n\n"


def office(words: str = "") -> Office:
    """The office of the tests, with a word list."""
    files = (SourceFile("content/words/own.txt", words.encode()),) if words else ()
    return make_office(read_station(STATION.encode()), read_word_lists(files))


OFFICE = office()


def whole(text: str) -> str:
    """A text as a file: see the head of lessons.txt."""
    if text.startswith("---"):
        return text + "\n"
    return (HEAD if text.startswith("## ") else FRAME) + text + "\n"


def as_manuscript(text: str) -> Manuscript:
    kind = "article" if "\nsection:" in text else "issue"
    made = manuscript(SourceFile("content/issues/2014002.md", whole(text).encode()), kind, OFFICE.facts.sections)
    assert made
    return made


def problems(text: str, by: Office = OFFICE) -> list[Problem]:
    return sorted(problems_in(as_manuscript(text), by), key=lambda found: (found.line, found.column, found.code))


def codes(text: str, by: Office = OFFICE) -> list[str]:
    return [found.code for found in problems(text, by)]
