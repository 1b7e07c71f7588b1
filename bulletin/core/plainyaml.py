"""YAML reduced to what an office needs: maps, lists and strings, with the line of each entry.

PyYAML's loaders guess types (`no` → False, `12:30:45` → 45045), let the last of two equal keys win, and can
be made to use up memory or crash by nesting, aliases and merge keys. Here the events are
checked as they are read, no type is guessed, and every error becomes a `YamlError` with its line.

Most front matter is some lines of ``name: value`` in plain words. Those are read without the parser, which takes
five times as long for them (45 µs instead of 9 for three lines); tests/core/test_plainyaml.py compares the two.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

import yaml

from bulletin.core.problems import N_

MAX_YAML_DEPTH = 20
MAX_YAML_BYTES = 64 * 1024

# The C parser is ten times as fast; where the wheel lacks it the Python one gives the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Plain = str | None | list["Plain"] | dict[str, "Plain"]
EntryPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document, and the line (from 1) of every entry by its path."""

    value: Plain
    lines: dict[EntryPath, int]

    def line(self, *place: str | int) -> int:
        """Line of an entry, or of its nearest parent that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class YamlError(Exception):
    """The text is not plain YAML. ``code`` and ``values`` are those of a `Problem`, ``line`` counts from 1."""

    def __init__(self, code: str, line: int, **values: str) -> None:
        super().__init__(code, line, values)
        self.code = code
        self.line = line
        self.values = values


def load_yaml(text: str) -> Document:
    """Read one YAML document. Raises `YamlError`; never any other error, whatever the text."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_YAML_BYTES:
        raise YamlError("F203", 1, what=N_("more than 64 KB"))
    return _plain_lines(text) or _parse(text)


def scalar(text: str) -> str:
    """Printable text as a value on a line: bare where it is read as the same, else in single quotes."""
    with suppress(YamlError):
        if load_yaml(f"a: {text}\n").value == {"a": text}:
            return text
    return "'" + text.replace("'", "''") + "'"


_WORD = "0-9A-Za-z一-龥"
_PUNCTUATION = "，。、；：！？（）《》〈〉“”‘’—…·._,/+~()-"
_NAME = "[A-Za-z][A-Za-z_-]{0,40}|[一-龥]{1,20}"
_PLAIN_LINE = re.compile(rf"({_NAME}): ([{_WORD}](?:[{_WORD}{_PUNCTUATION}]|:(?=[{_WORD}])| (?=[{_WORD}“《（]))*)")
"""A name and a value without any character that is special to YAML in that position."""


def _plain_lines(text: str) -> Document | None:
    """Parse a document of plain lines only; None for any other, or one with an error."""
    root: dict[str, Plain] = {}
    lines: dict[EntryPath, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        found = _PLAIN_LINE.fullmatch(line)
        if found is None or found[1] in root:
            return None
        root[found[1]] = found[2] if found[2] not in _NULL_VALUES else None
        lines[found[1],] = number
    return Document(root, lines) if root else None


_NULL_VALUES = ("", "~", "null")
"""Null values, unless they are quoted."""


def _parse(text: str) -> Document:
    """Parse any document from the parser's events."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        begun = error.context_mark if error.problem in _UNFINISHED_REASONS else None
        mark = begun or error.problem_mark or error.context_mark
        raise YamlError("F202", mark.line + 1 if mark else 1, reason=_reason(error.problem)) from None
    except yaml.YAMLError as error:
        raise YamlError("F202", 1, reason=_reason(str(error))) from None
    return Document(builder.root, builder.lines)


class _Builder:
    """Builds a value from parser events, one at a time; rejects what `load_yaml` does not allow."""

    def __init__(self) -> None:
        self.root: Plain = None
        self.lines: dict[EntryPath, int] = {}
        self._stack: list[list[Plain] | dict[str, Plain]] = []
        self._place: list[str | int] = []
        self._key: list[str | None] = []

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise YamlError("F203", line, what=N_("an alias (*name)"))
        if isinstance(event, yaml.NodeEvent):
            _refuse_anchors_and_tags(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent) and (self.lines or self.root is not None):
            raise YamlError("F203", line, what=N_("a second document"))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        plain = not event.style and event.value in _NULL_VALUES
        if self._stack and isinstance(self._stack[-1], dict) and self._key[-1] is None:
            self._name(event.value, line, self._stack[-1])
        else:
            self._add(None if plain else event.value, line)

    def _name(self, key: str, line: int, mapping: dict[str, Plain]) -> None:
        if key == "<<":
            raise YamlError("F203", line, what=N_("a merge key (<<)"))
        if key in mapping:
            raise YamlError("F204", line, key=key)
        self._key[-1] = key
        self.lines[(*self._here(), key)] = line

    def _open(self, collection: list[Plain] | dict[str, Plain], line: int) -> None:
        if self._stack and isinstance(self._stack[-1], dict) and self._key[-1] is None:
            raise YamlError("F202", line, reason=N_("a name must be a word"))
        if len(self._stack) >= MAX_YAML_DEPTH:
            raise YamlError("F203", line, what=N_("more than 20 levels"))
        self._add(collection, line)
        self._stack.append(collection)
        self._key.append(None)

    def _close(self) -> None:
        self._stack.pop()
        self._key.pop()
        self._settle()

    def _add(self, value: Plain, line: int) -> None:
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        if isinstance(top, list):
            self.lines[(*self._here(), len(top))] = line
            top.append(value)
        else:
            key = self._key[-1]
            if key is not None:
                top[key] = value
        if not isinstance(value, (list, dict)):
            self._settle()

    def _settle(self) -> None:
        """After a value a map expects a name again."""
        if self._key:
            self._key[-1] = None

    def _here(self) -> EntryPath:
        """Path of the innermost open collection."""
        steps: list[str | int] = []
        for outer, key in zip(self._stack[:-1], self._key[:-1], strict=True):
            steps.append(len(outer) - 1 if isinstance(outer, list) else key or "")
        return tuple(steps)


def _refuse_anchors_and_tags(event: yaml.NodeEvent, line: int) -> None:
    if event.anchor is not None:
        raise YamlError("F203", line, what=N_("an anchor (&name)"))
    tag = getattr(event, "tag", None)
    if tag not in (None, "!"):
        raise YamlError("F203", line, what=N_("a tag (!name)"))


_PARSER_REASONS = {
    "mapping values are not allowed in this context": N_("one colon too many on this line"),
    "could not find expected ':'": N_("a line without “name:”"),
    "did not find expected key": N_("the indentation does not fit the line above, or a quotation mark is missing"),
    "found character that cannot start any token": N_("a character that is not allowed at the beginning (tab, @ or `)"),
    "found unexpected end of stream": N_("a quotation mark is opened but not closed"),
    "did not find expected ',' or ']'": N_("a list in brackets is not closed"),
    "did not find expected ',' or '}'": N_("a map in braces is not closed"),
    "block sequence entries are not allowed in this context": N_("“- ” is not allowed here"),
}


_UNFINISHED_REASONS = (
    "could not find expected ':'",
    "found unexpected end of stream",
    "did not find expected ',' or ']'",
    "did not find expected ',' or '}'",
)
"""Errors that the parser reports at the end of the text; the line to fix is where they began."""


def _reason(problem: str | None) -> str:
    return _PARSER_REASONS.get(problem or "", N_("it is not in the form “name: value”"))
