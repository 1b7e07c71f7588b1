"""The labels of numbered paragraphs, which stand nowhere in a document: counted as a word processor counts them.

ECMA-376 part 1, 17.9. A paragraph names an instance (``w:num``) and a level, itself or by its style; the instance names
a definition (``w:abstractNum``) and may override levels. Instances of one definition count on; a start override begins
anew where its instance first comes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from bulletin.word.flatten.names import COMPATIBILITY, W, child, number, says_on, value
from bulletin.word.flatten.numerals import write_number
from bulletin.word.flatten.styles import Styles

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


class Label(NamedTuple):
    """What stands before a paragraph."""

    text: str
    bullet: bool
    level: int
    gap: bool
    """Whether a tab or a blank follows it."""


class _Level(NamedTuple):
    start: int
    form: str
    pattern: str
    text: str
    gap: bool
    legal: bool
    restart: int
    """Of the levels up to this one, counted from 1, any that comes begins this one anew; 0 none."""
    style: str


class Numbering:
    """All lists of a document, and how far each has counted. Ask for the labels in the order of the text."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        items = () if root is None else tuple(root)
        self._definitions = {e.get(W + "abstractNumId", ""): e for e in items if e.tag == W + "abstractNum"}
        self._instances = {e.get(W + "numId", ""): e for e in items if e.tag == W + "num"}
        self._levels: dict[str, tuple[str, dict[int, _Level], dict[int, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: etree._Element | None, style: str) -> Label | None:
        """The label of the next paragraph; None where it has none."""
        instance, depth = self._named(child(properties, "numPr"), style)
        if not instance:
            return None
        definition, levels, starts = self._resolved(instance)
        level = levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(definition, {})
        if depth in starts and (instance, depth) not in self._begun:
            counts.pop(depth, None)
        self._begun.add((instance, depth))
        counts[depth] = counts[depth] + 1 if depth in counts else starts.get(depth, level.start)
        for deeper in [d for d in counts if d > depth]:
            if (below := levels.get(deeper)) and depth < below.restart:
                del counts[deeper]
        if level.form == "bullet":
            return Label(level.text, True, depth, True)
        return Label(_written(level, levels, starts, counts), False, depth, level.gap)

    def _named(self, own: etree._Element | None, style: str) -> tuple[str, int]:
        """Instance and level of a paragraph; an instance 0 takes a style's number away."""
        instance = value(own, "numId")
        depth = number(value(own, "ilvl"), -1)
        if not instance:
            named = self._styles.paragraph_property(style, "numPr")
            instance = value(named, "numId")
            if instance and depth < 0:
                depth = self._level_of_style(instance, style, number(value(named, "ilvl"), -1))
        elif depth < 0:
            depth = self._level_of_style(instance, style, -1)
        return ("", 0) if instance == "0" else (instance, min(max(depth, 0), _LEVELS - 1))

    def _level_of_style(self, instance: str, style: str, said: int) -> int:
        if said >= 0:
            return said
        names = [each.get(W + "styleId", "") for each in self._styles.chain(style)]
        levels = self._resolved(instance)[1]
        return next((depth for name in names for depth, level in levels.items() if level.style == name), 0)

    def _resolved(self, instance: str) -> tuple[str, dict[int, _Level], dict[int, int]]:
        """Id of the definition that counts, its levels, and where the instance lets them start."""
        if instance not in self._levels:
            named = self._instances.get(instance)
            definition = self._definition(value(named, "abstractNumId"))
            found = self._definitions.get(definition)
            levels: dict[int, _Level] = {}
            starts: dict[int, int] = {}
            for each in () if found is None else found.iterfind(W + "lvl"):
                levels[number(each.get(W + "ilvl"))] = _level(each)
            for each in () if named is None else named.iterfind(W + "lvlOverride"):
                depth = number(each.get(W + "ilvl"))
                if (own := child(each, "lvl")) is not None:
                    levels[depth] = _level(own)
                if start := value(each, "startOverride"):
                    starts[depth] = number(start, 1)
            self._levels[instance] = definition, levels, starts
        return self._levels[instance]

    def _definition(self, name: str) -> str:
        """Follow the links between definitions and styles of lists; a cycle ends where it began."""
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            style = value(self._definitions.get(name), "numStyleLink")
            if not style:
                return name
            instance = value(self._styles.paragraph_property(style, "numPr"), "numId")
            name = value(self._instances.get(instance), "abstractNumId") or name
        return name


def _level(element: etree._Element) -> _Level:
    depth = number(element.get(W + "ilvl"))
    form = child(element, "numFmt")
    if form is None:
        form = child(element.find(f"{COMPATIBILITY}AlternateContent/{COMPATIBILITY}Choice"), "numFmt")
    restart = value(element, "lvlRestart")
    return _Level(
        start=number(value(element, "start"), 0),
        form="decimal" if form is None else form.get(W + "val", "decimal"),
        pattern="" if form is None else form.get(W + "format", ""),
        text=value(element, "lvlText")[:200],
        gap=value(element, "suff", "tab") != "nothing",
        legal=bool(says_on(element, "isLgl")),
        restart=number(restart, depth) if restart else depth,
        style=value(element, "pStyle"),
    )


def _written(level: _Level, levels: dict[int, _Level], starts: dict[int, int], counts: dict[int, int]) -> str:
    """``%1.%2`` with the numbers of those levels; one that has not come yet counts as its first."""

    def numbered(place: re.Match[str]) -> str:
        depth = int(place[1]) - 1
        if depth not in levels:
            return ""
        one = levels[depth]
        n = counts.setdefault(depth, starts.get(depth, one.start))
        form = "decimal" if level.legal and one.form != "none" else one.form
        return "" if form == "bullet" else write_number(n, form, one.pattern)

    return _PLACE.sub(numbered, level.text)
