"""Every lesson of lessons.txt: the bad texts cause their code, the good ones cause nothing at all."""

from __future__ import annotations

import pytest

from bulletin.check.ignoring import pragmas, silence
from bulletin.check.lessons import explain, lessons
from bulletin.check.office import make_office
from bulletin.check.rules import RULES, problems_in
from bulletin.check.wordlists import WordLists
from bulletin.core.codes import CHECK_CODES
from bulletin.core.config import read_station
from bulletin.core.errors import UsageError
from bulletin.core.i18n import translations
from bulletin.core.problems import CODES, SEVERITIES
from tests.check.texts import OFFICE, as_manuscript, codes, problems
from tests.conftest import ROOT

LESSONS = lessons()
ELSEWHERE = {"P112", "P114", "W101", "W102", "W103", "W106", "W107", "R104", "R105"}
"""Need more than one text; tested in files of their own, as are the codes of archive and network."""
IN_TEXTS = [code for rule in RULES for code in rule.codes if code not in ELSEWHERE]


def test_every_code_has_a_lesson() -> None:
    assert list(LESSONS) == list(CHECK_CODES)
    assert all(lesson.source and lesson.bad and lesson.good for lesson in LESSONS.values())


@pytest.mark.parametrize("code", dict.fromkeys(IN_TEXTS))
def test_bad_texts_cause_it_and_good_ones_cause_nothing(code: str) -> None:
    for text in LESSONS[code].bad:
        assert code in codes(text), text
    for text in LESSONS[code].good:
        assert codes(text) == [], text


def test_comments_that_silence_something_and_nothing() -> None:
    lesson = LESSONS["I101"]
    reported = [silence(problems(text), pragmas(as_manuscript(text)))[0] for text in (*lesson.bad, *lesson.good)]
    assert [[found.code for found in those] for those in reported] == [["I101"], []]


def test_a_wall_of_text() -> None:
    assert codes("救助站" * 170 + "。") == ["R104"]
    assert codes("救助站" * 160 + "。") == []


def test_a_wall_of_english_text() -> None:
    office = make_office(read_station(b"name: a\nlanguage: en\n"), WordLists())
    for words, said in ((400, []), (501, [("count", "501"), ("what", "words")])):
        found = list(problems_in(as_manuscript("a long word " * (words // 3) + "word " * (words % 3)), office))
        assert [value for each in found if each.code == "R104" for value in each.values] == said


def test_a_rule_reports_its_own_codes_only() -> None:
    texts = [as_manuscript(text) for lesson in LESSONS.values() for text in (*lesson.bad, *lesson.good)]
    for rule in RULES:
        assert {found.code for text in texts for found in rule.check(text, OFFICE)} <= set(rule.codes)


def test_every_code_can_be_explained() -> None:
    for code in CODES:
        for language in ("en", "zh_CN"):
            said = explain(code.lower(), translations(language).gettext)
            assert said.startswith(code)
            assert "{" not in said.split("\n\n")[0]
    assert "GB 11643" in explain("P101", str)
    assert "11010519491231002X" in explain("P101", str)


def test_what_there_is_not_cannot_be_explained() -> None:
    with pytest.raises(UsageError, match="X999"):
        explain("X999", str)


# ── docs/problems.md

DOCUMENT = ROOT / "docs" / "problems.md"
MARK = "<!-- what follows is written by `make golden` from bulletin/core/codes.py and bulletin/check/lessons.txt -->\n"
LETTERS = {
    "L": ("Links to other websites, and files", "外部链接和文件"),
    "A": ("The archive as a whole, by the rules", "全站（规则）"),
    "P": ("People", "个人信息"),
    "D": ("Damage", "文字损坏"),
    "W": ("Words", "用词"),
    "R": ("Reading", "阅读"),
    "I": ("Comments that silence a rule, and the check itself", "忽略规则的注释和检查本身"),
}


def described() -> str:
    """The part of docs/problems.md about the rules."""
    pieces = [MARK]
    for letter, (english, chinese) in LETTERS.items():
        own = [code for code in CHECK_CODES if code.startswith(letter)]
        links = " · ".join(f"[{code}](#{code.lower()})" for code in own)
        pieces += [f"\n## {letter} – {english}\n\n{chinese}　{links}\n", *map(section, own)]
    return "".join(pieces)


def section(code: str) -> str:
    known, lesson, chinese = CODES[code], LESSONS[code], translations("zh").gettext
    severity = chinese(SEVERITIES[known.severity])
    examples = (("Causes it:", lesson.bad), ("Does not:", lesson.good))
    shown = "".join(f"\n{title}\n\n{example(texts)}" for title, texts in examples)
    return (
        f'\n### <a id="{code.lower()}"></a>{code} ({known.severity})\n\n'
        f"- **Message:** {known.message}\n- **Remedy:** {known.remedy}\n"
        f"- **中文（{severity}）：** {chinese(known.message)}{chinese(known.remedy)}\n"
        f"- **Rule:** {lesson.source}.\n{shown}"
    )


def example(texts: tuple[str, ...]) -> str:
    return "\n".join(f"```text\n{text}\n```\n" for text in texts)


def test_the_document_says_the_same(golden: bool) -> None:
    before, _, after = DOCUMENT.read_text(encoding="utf-8").partition(MARK)
    if golden:
        DOCUMENT.write_text(before.rstrip("\n") + "\n\n" + described(), encoding="utf-8", newline="\n")
    else:
        assert MARK + after == described(), "run: make golden"
