"""The entries above a text: YAML between `---` lines, or `Title: …` lines as Python-Markdown's `meta` reads them.

`ISSUE`, `PAGE` and `ARTICLE` list every known entry and how its value is parsed. Staff type on
Chinese keyboards, so the names may be Chinese too, a full-width colon is a colon, and the space after it may
be missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from bulletin.core import plainyaml
from bulletin.core.look_alikes import fold_name
from bulletin.core.model import Value
from bulletin.core.nearest import nearest
from bulletin.core.plainyaml import Plain
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.foreign_entries import is_foreign
from bulletin.read.times import parse_moment

_T = TypeVar("_T")


class Front(Value, frozen=True):
    """A text split into its entries, not yet converted, and its body."""

    entries: dict[str, Plain]
    lines: dict[str, int]
    """Line of each entry; of an entry that is a list also of its items, ``corrections[0]``, and of what these name,
    ``corrections[0].was``."""
    body: str
    first_line: int
    """Line of the file on which the body begins."""
    path: str

    def line(self, key: str) -> int:
        """Line of an entry, or of the front matter as a whole."""
        return self.lines.get(key, 1)

    def get(self, key: str, default: _T) -> _T:
        """An entry's converted value (see `read_entries`), or the default."""
        value = self.entries.get(key)
        return default if value is None else value  # type: ignore[return-value]


ALIASES = {
    "期号": "number",
    "编号": "number",
    "标题": "title",
    "日期": "date",
    "发布时间": "date",
    "修改时间": "updated",
    "点击": "hits",
    "草稿": "draft",
    "提要": "summary",
    "摘要": "summary",
    "关键词": "keywords",
    "旧地址": "redirect_from",
    "总期": "total",
    "栏目": "section",
    "作者": "byline",
    "顺序": "order",
    "导航": "menu",
    "电话旁": "beside_phone",
    "人物": "people",
    "类型": "kind",
    "开始": "from",
    "截止": "until",
    "密级": "secrecy",
    "更正": "corrections",
    "author": "byline",
    "authors": "byline",
    "tags": "keywords",
    "modified": "updated",
    "slug": "id",
}


def split(text: str, path: str) -> tuple[Front, tuple[Problem, ...]]:
    """Split the entries from the body; no text is dropped, whatever is wrong with the entries."""
    first, _, _ = text.partition("\n")
    if first.rstrip() == "---":
        return _split_yaml(text, len(first), path)
    if _META_LINE.match(first) and _known(first):
        return _split_meta(text.split("\n"), path)
    return Front({}, {}, text, 1, path), ()


_META_LINE = re.compile(r"^ {0,3}(?P<key>[A-Za-z0-9_-]+|[一-龥]{2,4})[:：]\s*(?P<value>.*)")
_META_MORE = re.compile(r"^(?: {4,}|\t)(?P<value>.*)")
_END = re.compile(r"\n(?:---|\.\.\.)[^\S\n]*(?=\n|\Z)")
_FULL_COLON = re.compile(r"^([A-Za-z_]+|[一-龥]{2,4})\s*[:：](?!//)[  　]*(?=\S)", re.MULTILINE)


def _split_yaml(text: str, begin: int, path: str) -> tuple[Front, tuple[Problem, ...]]:
    """Entries and body; the entries include the end of the first line, so that their lines count as in the file."""
    end = _END.search(text)
    if end is None:
        return Front({}, {}, text, 1, path), (problem("F201", path, 1),)
    given, body = text[begin : end.start()], text[end.end() + 1 :]
    first = given.count("\n") + 3
    try:
        document = plainyaml.load_yaml(_FULL_COLON.sub(r"\1: ", given))
    except plainyaml.YamlError as error:
        return Front({}, {}, body, first, path), (problem(error.code, path, error.line, **error.values),)
    if not isinstance(document.value, dict):
        reason = N_("it is not in the form “name: value”")
        found = (problem("F202", path, 2, reason=reason),) if document.value is not None else ()
        return Front({}, {}, body, first, path), found
    entries: dict[str, Plain] = {}
    for key, value in document.value.items():
        if entries.setdefault(_name(key), value) != value:
            return Front({}, {}, body, first, path), (problem("F204", path, document.line(key), key=key),)
    places = {_name(key): document.line(key) for key in document.value}
    if any(isinstance(value, list) for value in entries.values()):
        places |= {_inner(place): line for place, line in document.lines.items() if len(place) in (2, 3)}
    return Front(entries, places, body, first, path), ()


def _inner(place: plainyaml.EntryPath) -> str:
    """``("corrections", 0, "was")`` → ``corrections[0].was``"""
    return f"{_name(str(place[0]))}[{place[1]}]" + "".join(f".{step}" for step in place[2:])


def _split_meta(lines: list[str], path: str) -> tuple[Front, tuple[Problem, ...]]:
    """Entries and body. A line that only looks like an entry is text, among entries too: `通知：全站人员明天开会。`

    The body begins with the first such line; known entries below that are blanked in it.
    """
    entries: dict[str, Plain] = {}
    places: dict[str, int] = {}
    texts: set[int] = set()
    key, end = "", len(lines)
    for at, line in enumerate(lines):
        if found := _META_LINE.match(line):
            key = _name(found["key"]) if _known(line) or _may_be_entry(found) else ""
            if not key:
                texts.add(at)
                continue
            entries.setdefault(key, found["value"].strip() or None)
            places.setdefault(key, at + 1)
        elif (more := _META_MORE.match(line)) and not key:
            texts.add(at)
        elif more:
            entries[key] = f"{entries[key] or ''} {more['value'].strip()}".strip()
        else:
            end = at + 1 if line.rstrip() in ("---", "...") else at
            break
    start = min(texts, default=end)
    kept = [line if at in texts else "" for at, line in enumerate(lines[start:end], start)]
    return Front(entries, places, "\n".join((*kept, *lines[end:])), start + 1, path), ()


_SENTENCE = re.compile(r"[。！？；，.!?;,]\s*$")


def _may_be_entry(found: re.Match[str]) -> bool:
    """Whether a line is an entry that we do not know, `Category: news`, rather than text; Chinese ones are text."""
    return found["key"].isascii() and not _SENTENCE.search(found["value"])


def _known(line: str) -> bool:
    found = _META_LINE.match(line)
    return found is not None and _name(found["key"]) in {*ISSUE, *PAGE, *ARTICLE} - _YAML_ONLY


_YAML_ONLY = {"corrections"}
"""A text may begin with 更正：; these entries are lists, which only YAML has. So may one with From: (`NOTICE`)."""


def _name(key: str) -> str:
    lower = key.strip().lower()
    return ALIASES.get(lower, lower)


class Entry(Value, frozen=True):
    """How the value of one entry is parsed."""

    convert: Callable[[Plain], object]
    """Raises ValueError when the value is invalid."""
    expected: str
    """Description of a valid value, for the message."""
    code: str = "F206"


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        raise ValueError
    return replace_control_characters(value.strip())


def _name_of(value: Plain) -> str:
    return fold_name(_text(value))


def _whole(value: Plain) -> int:
    text = _text(value).replace(",", "")
    if not text.isdecimal() or len(text) > 9:
        raise ValueError
    return int(text)


def _yes(value: Plain) -> bool:
    return {"true": True, "yes": True, "on": True, "是": True, "1": True, "draft": True}.get(
        _text(value).lower(), False
    ) or _no(value)


def _no(value: Plain) -> bool:
    if _text(value).lower() in ("false", "no", "off", "否", "0", "published"):
        return False
    raise ValueError


def _moment(value: Plain) -> datetime:
    moment = parse_moment(_text(value))
    if moment is None:
        raise ValueError
    return moment


def _words(value: Plain) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(word for word in re.split(r"\s*[,，、;；]\s*", _name_of(value)) if word)
    if isinstance(value, list):
        return tuple(_name_of(word) for word in value)
    raise ValueError


def _paths(value: Plain) -> tuple[str, ...]:
    return tuple(_text(path) for path in (value if isinstance(value, list) else [value]))


def _items(value: Plain) -> list[Plain]:
    if isinstance(value, list):
        return value
    raise ValueError


def _one_of(*words: str) -> Callable[[Plain], str]:
    def convert(value: Plain) -> str:
        if (word := _text(value)) in words:
            return word
        raise ValueError

    return convert


_TEXT = Entry(_name_of, N_("a text"))
_TYPED = Entry(_text, N_("a text"))
"""Not folded: an article's address is made of its title as it was typed."""
_COUNT = Entry(_whole, N_("a whole number"))
_YES_NO = Entry(_yes, N_("yes or no"))
_MOMENT = Entry(_moment, N_("a date like 2015-04-10 10:04"), "F304")
_WORDS = Entry(_words, N_("a list of words, with commas"))
_PATHS = Entry(_paths, N_("a list of addresses"))
_PEOPLE = Entry(_one_of("none", "masked", "consent"), N_("one of none, masked, consent"))
"""Whether people can be seen on the pictures: nobody, nobody recognisable, people who have consented."""
_CORRECTIONS = Entry(_items, N_("a list of corrections"))
"""Read by read/corrections.py, which names the line of an item that is wrong."""
_KIND = Entry(_one_of("search-notice", "寻亲公告"), N_("the word search-notice"))

ISSUE: Mapping[str, Entry] = {
    "number": _TEXT,
    "title": _TEXT,
    "date": _MOMENT,
    "updated": _MOMENT,
    "hits": _COUNT,
    "draft": _YES_NO,
    "summary": _TEXT,
    "keywords": _WORDS,
    "redirect_from": _PATHS,
    "total": _COUNT,
    "byline": _TEXT,
    "people": _PEOPLE,
    "secrecy": _TEXT,
    "corrections": _CORRECTIONS,
}

PAGE: Mapping[str, Entry] = {
    "title": _TEXT,
    "date": _MOMENT,
    "updated": _MOMENT,
    "order": _COUNT,
    "menu": _YES_NO,
    "beside_phone": _YES_NO,
    "draft": _YES_NO,
    "description": _TEXT,
    "redirect_from": _PATHS,
    "secrecy": _TEXT,
    "corrections": _CORRECTIONS,
}

NOTICE: Mapping[str, Entry] = {
    "title": _TEXT,
    "date": _MOMENT,
    "updated": _MOMENT,
    "from": _MOMENT,
    "until": _MOMENT,
    "draft": _YES_NO,
    "description": _TEXT,
    "redirect_from": _PATHS,
    "secrecy": _TEXT,
    "corrections": _CORRECTIONS,
}

ARTICLE: Mapping[str, Entry] = {
    "section": _TEXT,
    "title": _TYPED,
    "draft": _YES_NO,
    "order": _COUNT,
    "id": _TEXT,
    "byline": _TEXT,
    "people": _PEOPLE,
    "kind": _KIND,
    "until": _MOMENT,
    "secrecy": _TEXT,
    "corrections": _CORRECTIONS,
}


ENTRIES: Mapping[str, Mapping[str, Entry]] = {"issue": ISSUE, "article": ARTICLE, "page": PAGE, "notice": NOTICE}
"""By the kind of a file."""


def read_entries(front: Front, known: Mapping[str, Entry]) -> tuple[Front, tuple[Problem, ...]]:
    """Convert the entries that `known` names; report unknown entries and invalid values."""
    entries: dict[str, object] = {}
    problems = []
    for key, value in front.entries.items():
        if key not in known and is_foreign(key, value):
            continue
        if key not in known:
            guess = _guess(key, value, known)
            problems.append(problem("F205", front.path, front.line(key), guess=guess, key=key))
            if guess == "draft" and _yes_or_no(value):
                entries[_UNSURE] = True
        elif value is not None:
            try:
                entries[key] = known[key].convert(value)
            except ValueError:
                problems.append(_misfit(front, key, value, known[key]))
    return Front(entries, front.lines, front.body, front.first_line, front.path), tuple(problems)  # type: ignore[arg-type]


_UNSURE = "draft?"
"""In converted entries: an unknown entry that may have meant ``draft: true``."""


def is_unsure(front: Front) -> bool:
    """Whether the entries, converted, leave open whether the text is a draft: ``drfat: true``.

    It stays what it is for readers then: public, or not yet.
    """
    return front.get(_UNSURE, False)


def _guess(key: str, value: Plain, known: Mapping[str, Entry]) -> str:
    """The entry that may have been meant; not `draft` for a value that `draft` cannot have: ``date`` is near to it."""
    guess = nearest(key, known)
    return "" if guess == "draft" and _yes_or_no(value) is None else guess


def _yes_or_no(value: Plain) -> bool | None:
    try:
        return _yes(value)
    except ValueError:
        return None


def may_be_draft(front: Front, problems: Iterable[Problem]) -> bool:
    """Whether a file's entries, converted, keep its text back: `draft` says so, or its value cannot be understood."""
    unclear = (p.code == "F206" and p.path == front.path and ("key", "draft") in p.values for p in problems)
    return front.get("draft", False) or any(unclear)


def _shown(value: Plain) -> str:
    return value if isinstance(value, str) else "…"


def _misfit(front: Front, key: str, value: Plain, entry: Entry) -> Problem:
    shown = _shown(value)
    if entry.code == "F304":
        return problem("F304", front.path, front.line(key), value=shown)
    return problem("F206", front.path, front.line(key), key=key, value=shown, expected=entry.expected)
