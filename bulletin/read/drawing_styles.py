"""The styles of a drawing, as attributes: only what draws, and no address but that of a part of the drawing itself.

Style sheets are not kept: servers forbid styles inside of a file (Content-Security-Policy), and programs that are no
browsers do not know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_PROPERTIES = frozenset(
    (
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"),
        *(
            "color",
            "opacity",
            "stop-color",
            "stop-opacity",
            "clip-path",
            "clip-rule",
            "mask",
            "mask-type",
            "paint-order",
        ),
        *("display", "visibility", "overflow", "shape-rendering", "text-decoration"),
        *("font-family", "font-size", "font-style", "font-weight", "font-variant", "font-stretch", "text-anchor"),
        *("letter-spacing", "word-spacing", "dominant-baseline", "baseline-shift", "writing-mode"),
    )
)
"""Those that may be attributes too (SVG 1.1, 6.1)."""
_FUNCTIONS = frozenset(("rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy"))
_LOCAL_ADDRESS = re.compile(r"url\(\s*(?P<quote>['\"]?)#(?P<name>[\w.:-]+)(?P=quote)\s*\)", re.IGNORECASE)
_PLAIN = re.compile(r"[\w\s.,:#%+()'\"*-]*")
"""What values are made of: no escape, comment, brace or slash, so no address either."""
_SELECTOR = re.compile(r"(?:\*|[\w-]+)?(?:[.#][\w-]+)?")
"""Of an element, a class or a name, or of both together; what is inside of something else is not looked for."""

Declarations = dict[str, str]
StyleRules = Mapping[str, tuple[int, Declarations]]
"""By selector: where in the sheet it was last, and what it says."""


def is_property(name: str) -> bool:
    """Whether it only says how something is drawn."""
    return name in _PROPERTIES


def is_value(value: str) -> bool:
    """Whether a value calls nothing but colours, transformations and parts of the drawing itself."""
    balanced = value.count("(") == value.count(")") and not value.count("'") % 2 and not value.count('"') % 2
    rest = _LOCAL_ADDRESS.sub("", value)
    named = re.findall(r"([\w-]*)\s*\(", rest)
    return balanced and bool(_PLAIN.fullmatch(value)) and all(name.lower() in _FUNCTIONS for name in named)


def local_names(value: str) -> Iterator[str]:
    """Ids of the parts of the drawing to which a value refers."""
    return (found["name"] for found in _LOCAL_ADDRESS.finditer(value))


def clean_declarations(style: str) -> Declarations:
    """What of ``fill: red; behavior: url(x)`` is allowed."""
    pairs = (each.partition(":") for each in style.split(";"))
    named = ((name.strip().lower(), value.replace("!important", "").strip()) for name, _, value in pairs)
    return {name: value for name, value in named if value and is_property(name) and is_value(value)}


def style_rules(sheet: str) -> StyleRules:
    """The rules of a style sheet that are allowed, without those that begin with ``@``."""
    rules: dict[str, tuple[int, Declarations]] = {}
    for place, (selectors, inner) in enumerate(_rules(_without_comments(sheet))):
        said = clean_declarations(inner)
        for selector in selectors.split(",") if said else ():
            if (name := selector.strip()) and _SELECTOR.fullmatch(name):
                name = name.removeprefix("*")
                rules[name] = place, rules.get(name, (0, {}))[1] | said
    return rules


def styles_of(element: str, id_: str, classes: str, rules: StyleRules) -> Declarations:
    """What the rules say of an element, the strongest selector last."""
    by_class = {f".{name}" for name in classes.split()}
    levels = ([""], [element], by_class, {element + name for name in by_class}, [f"#{id_}"], [f"{element}#{id_}"])
    said: Declarations = {}
    for level in levels:
        for _, declarations in sorted((rules[name] for name in level if name in rules), key=lambda rule: rule[0]):
            said |= declarations
    return said


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
