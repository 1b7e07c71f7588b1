"""The map of an old website: where pages of each layout have title, time and text. A YAML file that people may edit."""

from __future__ import annotations

import json

from bulletin.core.errors import UsageError
from bulletin.core.model import Value
from bulletin.core.plainyaml import Document, Plain, YamlError, load_yaml
from bulletin.core.problems import N_

FIELDS = ("title", "number", "time", "hits", "section", "body")
"""What a layout has a selector for."""


class Layout(Value, frozen=True):
    """Where the pages of one layout have what; CSS selectors, empty where they have it not."""

    name: str
    body: str
    title: str = ""
    number: str = ""
    time: str = ""
    hits: str = ""
    section: str = ""
    files: tuple[str, ...] = ()
    """File names in the addresses of its pages, ``show.asp``; empty for any."""
    pages: int = 0
    """How many it was proposed from; only for people."""


Comments = dict[str, str]
"""A sentence of the user's language for each of `FIELDS`, and ``head`` and ``files``."""


def write_map(layouts: tuple[Layout, ...], comments: Comments) -> str:
    """The file's text."""
    lines = [*(f"# {line}" for line in comments["head"].split("\n")), "layouts:"]
    for layout in layouts:
        lines.append(f"  - name: {_quoted(layout.name)}")
        lines.append(f"    # {comments['files']}")
        lines.append(f"    files: [{', '.join(map(_quoted, layout.files))}]")
        for field in FIELDS:
            lines += (f"    # {comments[field]}", f"    {field}: {_quoted(getattr(layout, field))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_map(text: str, path: str) -> tuple[Layout, ...]:
    """The layouts of a map. Raises `UsageError` that names file and line."""
    try:
        document = load_yaml(text)
    except YamlError as error:
        raise UsageError(N_("the map cannot be read: it is no plain YAML."), path=f"{path}:{error.line}") from error
    value = document.value
    found = value.get("layouts") if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        raise UsageError(N_("the map has no layouts: write “layouts:” and a list under it."), path=path)
    return tuple(_layout(document, each, index, path) for index, each in enumerate(found))


def _layout(document: Document, value: Plain, index: int, path: str) -> Layout:
    place = f"{path}:{document.line('layouts', index)}"
    if not isinstance(value, dict) or not value.get("body"):
        raise UsageError(N_("this layout has no “body”: the selector of the text."), path=place)
    known = {*FIELDS, "name", "files"}
    for key in value:
        if key not in known:
            raise UsageError(N_("unknown entry “{key}”."), path=place, key=key)
    selectors: dict[str, str] = {}  # mypy cannot see that none of its names is “pages”
    for field in FIELDS:
        selector = value.get(field) or ""
        if not isinstance(selector, str) or not is_selector(selector):
            raise UsageError(N_("“{field}” is no CSS selector."), path=place, field=field)
        selectors[field] = selector
    files = value.get("files") or []
    names = tuple(each for each in (files if isinstance(files, list) else [files]) if isinstance(each, str) and each)
    name = value.get("name")
    return Layout(
        name=name if isinstance(name, str) and name else f"layout-{index + 1}",
        files=names,
        **selectors,  # type: ignore[arg-type]
    )


def is_selector(selector: str) -> bool:
    """Whether it is a CSS selector, or empty."""
    from selectolax.lexbor import LexborHTMLParser

    if not selector.strip():
        return True
    try:
        LexborHTMLParser("<p>").css_first(selector)
    except Exception:  # noqa: BLE001 - selectolax names no error of its own
        return False
    return True
