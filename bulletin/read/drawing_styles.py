"""The styles of a drawing: only what draws, and no address but that of a part of the drawing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROPERTIES = frozenset(
    (
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"),
        *("color", "opacity", "stop-color", "stop-opacity", "clip-path", "clip-rule", "mask", "paint-order"),
        *("transform", "display", "visibility", "overflow", "isolation", "mix-blend-mode", "shape-rendering"),
        *("font-family", "font-size", "font-style", "font-weight", "font-variant", "font-stretch", "text-anchor"),
        *("letter-spacing", "word-spacing", "dominant-baseline", "baseline-shift", "writing-mode", "text-decoration"),
    )
)
_FUNCTIONS = frozenset(
    (
        *("rgb", "rgba", "hsl", "hsla", "matrix", "translate", "translatex", "translatey"),
        *("scale", "scalex", "scaley", "rotate", "skewx", "skewy"),
    )
)
_LOCAL_ADDRESS = re.compile(r"url\(\s*(?P<quote>['\"]?)#(?P<name>[\w.:-]+)(?P=quote)\s*\)", re.IGNORECASE)
_PLAIN = re.compile(r"[\w\s.,:#%+()'\"!*-]*")
"""What values are made of: no escape, comment, brace or slash, so no address either."""
_SELECTORS = re.compile(r"[\w\s.#,>*-]+")


def is_property(name: str) -> bool:
    """Whether it only says how something is drawn."""
    return name in _PROPERTIES


def is_value(value: str) -> bool:
    """Whether a value calls nothing but colours, transformations and parts of the drawing itself."""
    if not _PLAIN.fullmatch(value) or value.count("'") % 2 or value.count('"') % 2:
        return False
    if value.count("(") != value.count(")"):
        return False
    rest = _LOCAL_ADDRESS.sub("", value)
    return all(name.lower() in _FUNCTIONS for name in re.findall(r"([\w-]*)\s*\(", rest))


def local_names(text: str) -> Iterator[str]:
    """Ids of the parts of the drawing to which a value or a style sheet refers."""
    return (found["name"] for found in _LOCAL_ADDRESS.finditer(text))


def clean_declarations(style: str) -> str:
    """What of ``fill: red; behavior: url(x)`` is allowed."""
    pairs = (each.partition(":") for each in style.split(";"))
    named = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return ";".join(f"{name}:{value}" for name, value in named if value and is_property(name) and is_value(value))


def clean_sheet(sheet: str) -> str:
    """The rules of a style sheet that are allowed, without those that begin with ``@``."""
    rules = ((selectors.strip(), clean_declarations(inner)) for selectors, inner in _rules(_without_comments(sheet)))
    return "\n".join(f"{name}{{{inner}}}" for name, inner in rules if inner and _SELECTORS.fullmatch(name))


def names_by_class(sheet: str) -> dict[str, set[str]]:
    """Ids to which the rules of a clean style sheet refer, by the class that each is for; by the empty one for others."""
    found: dict[str, set[str]] = {}
    for selectors, inner in _rules(sheet):
        for selector in selectors.split(","):
            for name in re.findall(r"\.([\w-]+)", selector)[-1:] or [""]:
                found.setdefault(name, set()).update(local_names(inner))
    return found


def _without_comments(sheet: str) -> str:
    first, *others = sheet.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(each.partition("*/")[2] for each in others)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that are not inside another one."""
    depth = start = opened = 0
    for found in re.finditer("[{};]", sheet):
        if found[0] == "{":
            depth += 1
            opened = found.start() if depth == 1 else opened
        elif found[0] == "}":
            depth = max(0, depth - 1)
        if depth == 0:
            if found[0] == "}" and not sheet[start:opened].lstrip().startswith("@"):
                yield sheet[start:opened], sheet[opened + 1 : found.start()]
            start = opened = found.end()
