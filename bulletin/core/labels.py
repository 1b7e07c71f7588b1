"""``labels`` of station.yml: the station's own words in place of ours, wherever readers see one.

A clerk names a word as the page shows it: ``点击：%(number)s``, or without what changes, ``点击``; a designer by its
English. A label is text, never HTML, and has the values of the word whose place it takes, each as often: so it can be
filled in wherever that word was. Words of commands and messages are not among these (locale/page-words.txt).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.core.i18n import LOCALE, Translations, translations
from bulletin.core.model import Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import Problem, problem
from bulletin.core.settings_text import UNSEEN
from bulletin.core.station import STATION, Station


class PageWord(Value, frozen=True):
    """A word of the pages."""

    ids: tuple[str, ...]
    """In English, as the code has it; two of one with a number, where the language has one form for both."""
    shown: str
    """As pages in the station's language show it."""


class Labels(Value, frozen=True):
    """The station's own words, each by the English of the word whose place it takes."""

    words: dict[str, str]

    @property
    def key(self) -> str:
        """Of whatever shows words; empty where there are no labels."""
        data = msgspec.msgpack.encode(self.words, order="deterministic")
        return blake2b(data, digest_size=8).hexdigest() if self.words else ""

    def translations(self, language: str) -> Translations:
        """Our words in a language, and the labels in their place."""
        ours = translations(language)
        return _LabelledTranslations(ours, self.words) if self.words else ours


class _LabelledTranslations(Translations):
    def __init__(self, ours: Translations, words: Mapping[str, str]) -> None:
        super().__init__()
        self._ours = ours
        self._words = words

    def gettext(self, message: str) -> str:
        return self._words.get(message) or self._ours.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._words.get(msgid1 if n == 1 else msgid2) or self._ours.ngettext(msgid1, msgid2, n)


def page_translations(station: Station) -> Translations:
    """The words of a station's pages."""
    return station_labels(station).translations(station.language)


def station_labels(station: Station) -> Labels:
    """Those of a station's labels that can be used; one for a whole word goes before one for its core."""
    if not station.labels:
        return Labels({})
    whole: dict[str, str] = {}
    cores: dict[str, str] = {}
    for key, label in station.labels.items():
        for word in _named(key, station.language):
            if text := _text(word, key, label):
                (whole if _is_whole(word, key) else cores).update(dict.fromkeys(word.ids, text))
    return Labels(cores | whole)


def label_problems(station: Station, lines: Mapping[str, int]) -> Iterator[Problem]:
    """What ``labels`` names and no page has, or twice, and texts that cannot be shown.

    ``lines``: by ``labels.`` and the key.
    """
    before: dict[tuple[PageWord, bool], str] = {}
    for key, label in station.labels.items():
        line, named = lines.get(f"labels.{key}", 0), _named(key, station.language)
        if not named:
            yield problem("A150", STATION, line, _meant(key, station.language), name=key)
        elif not _is_one_line(label):
            yield problem("A152", STATION, line, name=key)
        elif not any(_text(word, key, label) for word in named):
            values = " ".join(_values(named[0].shown)) or "–"
            yield problem("A151", STATION, line, name=key, shown=named[0].shown, values=values)
        else:
            places = [(word, _is_whole(word, key)) for word in named]
            if others := [before[place] for place in places if place in before]:
                yield problem("A153", STATION, line, name=key, other=others[0])
            before |= dict.fromkeys(places, key)


@cache
def page_words(language: str) -> tuple[PageWord, ...]:
    """Every word of the pages in a language of pages."""
    ours = translations(language)
    listed = (Path(LOCALE) / "page-words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in listed for word in _forms(tuple(line.split("\t")), ours))


def _forms(ids: tuple[str, ...], ours: Translations) -> Iterator[PageWord]:
    shown = (ours.gettext(ids[0]),) if len(ids) == 1 else tuple(ours.ngettext(ids[0], ids[1], n) for n in (1, 2))
    if len(set(shown)) == 1:
        yield PageWord(ids, shown[0])
    else:
        yield from (PageWord((id_,), text) for id_, text in zip(ids, shown, strict=True))


# ── which word is meant


def _named(key: str, language: str) -> tuple[PageWord, ...]:
    return tuple(word for word in page_words(language) if _is_whole(word, key) or _is_core(word, key))


def _is_whole(word: PageWord, key: str) -> bool:
    return key in (word.shown, *word.ids)


def _is_core(word: PageWord, key: str) -> bool:
    """Whether it is the word without values and punctuation at its ends."""
    return bool(_core(key)) and _core(key) == _core(word.shown) and word.shown.count(key) == 1


def _meant(key: str, language: str) -> str:
    words = page_words(language)
    shown = dict.fromkeys(text for word in words for text in (_core(word.shown), word.shown, *word.ids) if text)
    return nearest(key, shown)


_VALUE = r"%\([a-z_]+\)[sd]|\{[^{}]*\}"
"""A place of a word that is filled in: ``%(number)s`` or ``{number}``."""
_EDGES = re.compile(rf"^(?:{_VALUE}|[\W_])+|(?:{_VALUE}|[\W_])+$")


@cache
def _core(text: str) -> str:
    core = _EDGES.sub("", text)
    return "" if re.search(_VALUE, core) else core


# ── what is shown in its place


def _text(word: PageWord, key: str, label: str) -> str:
    """What is shown in place of a word; empty where the label does not fit it."""
    if not _is_one_line(label) or re.search("[%{}]", re.sub(_VALUE, "", label)):
        return ""
    given = _values(label)
    if not given and not _is_whole(word, key):
        return word.shown.replace(key, label)
    return label if Counter(given) == Counter(_values(word.shown)) else ""


def _values(text: str) -> list[str]:
    return re.findall(_VALUE, text)


_MAX_LENGTH = 300
"""Half more than the longest of ours."""
_UNSHOWN = ("Cc", "Cn", "Cs", "Zl", "Zp")
"""Control characters, what is no character, and ends of lines (Unicode's general categories)."""


def _is_one_line(label: str) -> bool:
    shown = bool(label.strip()) and len(label) <= _MAX_LENGTH
    return shown and not UNSEEN.search(label) and not any(unicodedata.category(each) in _UNSHOWN for each in label)
