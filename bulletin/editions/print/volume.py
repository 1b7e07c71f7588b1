"""The bound volume of a year (合订本): its issues, contents by issue and by column, index of authors."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bulletin.arrange.days import long_day
from bulletin.core.i18n import Translate
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.pictures import PictureBytes
from bulletin.editions.print.sheet import number_on_sheet, sheet_inputs
from bulletin.editions.print.sheet_nodes import SheetNode
from bulletin.editions.print.typesetting import PrintDocument, Template
from bulletin.editions.print.words import Lettering
from bulletin.read.bylines import split_authors
from bulletin.read.slugs import syllables

_VOLUME = Template("volume.typ")


class _Place(NamedTuple):
    """Something that contents or index lead to."""

    title: str
    number: str
    """Of its issue."""
    label: str


class VolumeMaker:
    """Gathers the issues of a year, the first one first; `document` is what is set."""

    def __init__(
        self,
        year: int,
        settings: PrintSettings,
        lettering: Lettering,
        translate: Translate,
        store: Callable[[str, bytes], str],
    ) -> None:
        """``store`` keeps a picture in a file, so that a year of them need not fit into memory; its path."""
        self._year = year
        self._settings = settings
        self._lettering = lettering
        self._say = translate
        self._store = store
        self._stored: dict[str, str] = {}
        self._issues: list[dict[str, Any]] = []
        self._columns: dict[str, list[_Place]] = {}
        self._authors: dict[str, dict[_Place, None]] = {}
        self._first: Leaf | None = None
        self._last: Leaf | None = None
        self._time: datetime | None = None

    def add(self, leaf: Leaf, picture: PictureBytes) -> None:
        """The next issue."""
        mark = f"i{len(self._issues)}"
        made = sheet_inputs(leaf, self._settings, picture, self._lettering, self._say, f"{mark}a")
        for name, content in made.files.items():
            if name not in self._stored:
                self._stored[name] = self._store(name, content)
        data = dict(made.data)
        headings = {node["anchor"]: node for node in _listed(data["blocks"])}
        for place, node in enumerate(headings.values()):
            node.setdefault("label", f"{mark}h{place}")
        rest = list(data["title_blocks"])
        own = rest.pop(0)["runs"] if rest and rest[0]["kind"] == "heading" else []
        self._issues.append(
            {
                "label": mark,
                "number": data["masthead"]["number"],
                "date": data["masthead"]["date"],
                "publisher": data["masthead"]["publisher"],
                "url": data["masthead"]["url"],
                "runs": own,
                "title": data["title"] if leaf.heading else "",
                "rest": rest,
                "corrections": data["corrections"],
                "lead": data["lead"],
                "blocks": data["blocks"],
                "contents": list(self._contents(leaf, headings)),
            }
        )
        self._index(leaf, mark, headings)
        self._first, self._last = self._first or leaf, leaf
        self._time = max(self._time or leaf.date, leaf.date)

    # ── contents

    def _contents(self, leaf: Leaf, headings: Mapping[str, SheetNode]) -> Iterator[dict[str, Any]]:
        for section in leaf.sections:
            if section.title and (node := headings.get(section.id)):
                yield {"section": True, "title": self._words(section.title), "label": node["label"]}
            for article in section.articles:
                if node := headings.get(article.id):
                    yield {"section": False, "title": self._words(article.title), "label": node["label"]}

    def _index(self, leaf: Leaf, mark: str, headings: Mapping[str, SheetNode]) -> None:
        number = self._words(leaf.number)
        self._note_authors(leaf.byline, _Place(self._words(leaf.title), number, mark))
        for section in leaf.sections:
            column = self._columns.setdefault(self._words(section.title), [])
            if node := headings.get(section.id):
                whole = _Place(self._words(section.title), number, node["label"])
                self._note_authors(section.byline, whole)
                if not section.articles:
                    column.append(whole)
            for article in section.articles:
                if node := headings.get(article.id):
                    place = _Place(self._words(article.title), number, node["label"])
                    column.append(place)
                    self._note_authors(article.byline, place)

    def _note_authors(self, byline: str, place: _Place) -> None:
        for name in split_authors(byline) if byline else ():
            self._authors.setdefault(self._words(name), {})[place] = None

    def _words(self, text: str) -> str:
        return self._lettering.printable(text)

    # ── the whole

    def document(self) -> PrintDocument:
        """All that was added, as it is set. There must be an issue."""
        first, last, time = self._first, self._last, self._time
        assert first and last and time
        publisher, say = last.publisher, self._say
        title = say(N_("{name}: the issues of {year}")).format(name=publisher.bulletin, year=self._year)
        data: dict[str, Any] = {
            "lang": publisher.language.partition("-")[0],
            "region": "CN" if publisher.language == "zh-CN" else None,
            "title": self._words(title),
            "author": self._words(publisher.organizer),
            "name": self._words(publisher.bulletin),
            "publisher": self._words(publisher.organizer),
            "range": self._words(_range(first, last, say)),
            "period": " – ".join(dict.fromkeys((long_day(first.date, say), long_day(last.date, say)))),
            "issues": self._issues,
            "columns": [
                {"title": title or self._say(N_("Without a column")), "entries": _entries(places)}
                for title, places in self._columns.items()
                if places
            ],
            "authors": self._by_initial(),
            "words": {
                "year": say(N_("Bound volume of {year}")).format(year=self._year),
                "contents": say(N_("Contents by issue")),
                "columns": say(N_("Contents by column")),
                "authors": say(N_("Index of authors")),
                "corrections": say(N_("Correction")),
            },
        }
        return PrintDocument(_VOLUME, data, {}, time, self._stored)

    def _by_initial(self) -> list[dict[str, Any]]:
        """Authors by the pinyin of their names, under the first letter of it."""
        letters: dict[str, list[dict[str, Any]]] = {}
        for key, name in sorted((_reading(name), name) for name in self._authors):
            initial = key[0][:1].upper() if key and key[0][:1].isascii() and key[0][:1].isalpha() else "#"
            letters.setdefault(initial, []).append({"name": name, "entries": _entries(self._authors[name])})
        return [{"initial": initial, "names": names} for initial, names in letters.items()]


def _listed(nodes: Any) -> Iterator[SheetNode]:
    """Headings that stand in contents, in order; a table on a turned page has those above it along."""
    for node in nodes:
        if node.get("listed"):
            yield node
        yield from _listed(node.get("above", ()))


def _entries(places: Any) -> list[dict[str, str]]:
    return [place._asdict() for place in places]


def _range(first: Leaf, last: Leaf, say: Translate) -> str:
    numbers = dict.fromkeys((number_on_sheet(first, say), number_on_sheet(last, say)))
    return " – ".join(numbers)


_SURNAMES = {
    "万": "wan",
    "乐": "yue",
    "仇": "qiu",
    "冼": "xian",
    "区": "ou",
    "单": "shan",
    "召": "shao",
    "员": "yun",
} | {
    **dict(zip("曾朴查盖秘种纪缪", ("zeng", "piao", "zha", "ge", "bi", "chong", "ji", "miao"), strict=True)),
    **dict(zip("翟覃解重隗黑", ("zhai", "qin", "xie", "chong", "wei", "he"), strict=True)),
}
"""How characters are read that are read otherwise as a surname (现代汉语词典)."""


def _reading(name: str) -> tuple[str, ...]:
    """The syllables that a name is sorted by."""
    read = [each.lower() for each in syllables(unicodedata.normalize("NFKC", name))]
    return (_SURNAMES.get(name[:1], read[0]), *read[1:]) if read else ()
