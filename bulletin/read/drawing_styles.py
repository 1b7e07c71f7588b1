"""The styles of a drawing, as attributes: only what draws, and no address but that of a part of the drawing itself.

Style sheets are not kept: servers forbid styles inside of a file (Content-Security-Policy), and programs that are no
browsers do not know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_PROPERTIES = frozenset(
    (
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "vector-effect"),
        *("color", "opacity", "stop-color", "stop-opacity", "clip-path", "clip-rule", "mask", "mask-type"),
        *("paint-order", "display", "visibility", "overflow", "shape-rendering", "text-rendering"),
        *("text-decoration", "transform", "transform-origin"),
        *("font-family", "font-size", "font-style", "font-weight", "font-variant", "font-stretch", "text-anchor"),
        *("letter-spacing", "word-spacing", "dominant-baseline", "baseline-shift", "writing-mode"),
    )
)
"""Those that may be attributes too (SVG 1.1, 6.1; of SVG 2 ``transform`` and its origin)."""
_STYLES = _PROPERTIES.union(("x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "xml:space"))
"""What a style may say and an attribute does."""
_LOST = {
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), "marker"),
    **dict.fromkeys(("animation", "animation-name"), "animate"),
    **dict.fromkeys(("mix-blend-mode", "transform-box", "text-orientation", "text-shadow"), "style"),
    **dict.fromkeys(("background", "background-color"), "style"),
    "filter": "filter",
}
"""Properties that are seen and not kept, and what is missing without them."""
_NOTHING = frozenset(
    ("", "none", "normal", "pass-through", "passthrough", "auto", "mixed", "inherit", "initial", "unset", "transparent")
)
"""Values with which a property of these says nothing."""
_UNSEEN_RULE = re.compile(
    r"@(?:keyframes|-webkit-keyframes|charset|namespace|page)|prefers-color-scheme|@media\s+print"
    r"|:(?:hover|focus|active|visited|target|link)|::selection"
)
"""In a picture of a page such a rule is never seen; an animation's is said by the property."""
_FUNCTIONS = frozenset(("rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy"))
_LOCAL_ADDRESS = re.compile(r"url\(\s*(?P<quote>['\"]?)#(?P<name>[\w.:-]+)(?P=quote)\s*\)", re.IGNORECASE)
_PLAIN = re.compile(r"[\w\s.,:#%+()'\"*-]*")
"""What values are made of: no escape, comment, brace or slash, so no address either."""
_SELECTOR = re.compile(r"(?:\*|[\w-]+)?(?:[.#][\w-]+)?")
"""Of an element, a class or a name, or of both together; what is inside of something else is not looked for."""

_FONT = re.compile(
    r"(?P<words>(?:(?:[a-z-]+|\d{3})\s+)*)(?P<size>[\d.]+(?:[a-z]+|%)?)(?:\s*/\s*[\w.%]+)?\s+(?P<family>\S.*)",
    re.IGNORECASE,
)
_FONT_WORDS = {
    **dict.fromkeys(("italic", "oblique"), "font-style"),
    **dict.fromkeys(("bold", "bolder", "lighter", *(f"{hundred}00" for hundred in range(1, 10))), "font-weight"),
    "small-caps": "font-variant",
}
_UNIT = re.compile(r"(?<=[\d.])(?:px|deg)\b", re.IGNORECASE)
"""What numbers of ``transform`` have in a style and not in the attribute."""

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
    named = (re.split(r"[^\w-]", before.rstrip())[-1] for before in rest.split("(")[:-1])
    return balanced and bool(_PLAIN.fullmatch(value)) and all(name.lower() in _FUNCTIONS for name in named)


def local_names(value: str) -> Iterator[str]:
    """Ids of the parts of the drawing to which a value refers."""
    return (found["name"] for found in _LOCAL_ADDRESS.finditer(value))


def clean_declarations(style: str) -> Declarations:
    """What of ``fill: red; behavior: url(x)`` is allowed."""
    return {name: value for name, value in _declarations(style) if value and name in _STYLES and is_value(value)}


def lost_declarations(said: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is seen of declarations and not kept: ``filter``, ``marker``, ``animate``, ``style``."""
    for name, value in said:
        if name in _LOST and value.lower() not in _NOTHING:
            yield _LOST[name]
        elif is_property(name) and not is_value(value):
            yield "style"


def lost_styles(sheet: str) -> Iterator[str]:
    """The same of a sheet's rules; ``font`` is one that the file brings along."""
    for selectors, inner in _rules(_without_comments(sheet)):
        if not _UNSEEN_RULE.search(selectors):
            yield from _lost_of_rule(selectors.strip(), inner)


def _lost_of_rule(selectors: str, inner: str) -> Iterator[str]:
    if selectors.startswith("@font-face"):
        yield from ("font",) if "data:" in inner else ()
        return
    is_read = all(map(_is_read, selectors.split(","))) or not clean_declarations(inner)
    if selectors.startswith("@") or re.search("[{!]", inner) or not is_read:
        yield "style"
    yield from lost_declarations(_declarations(inner))


def lost_of_element(attributes: Mapping[str, str]) -> Iterator[str]:
    """The same of an element's attributes and its own style."""
    yield from lost_declarations(attributes.items())
    yield from lost_declarations(_declarations(attributes.get("style", "")))


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for each in style.split(";"):
        name, _, value = each.partition(":")
        yield from _as_attributes(name.strip().lower(), _without_importance(value).strip())


def _without_importance(value: str) -> str:
    said, _, word = value.rpartition("!")
    return said if word.strip().lower() == "important" else value


def _is_read(selector: str) -> bool:
    return bool(_SELECTOR.fullmatch(selector.strip()))


def _as_attributes(name: str, value: str) -> Iterator[tuple[str, str]]:
    """What only a style may say, as attributes say it."""
    if name == "font" and (found := _FONT.fullmatch(value)):
        yield from dict.fromkeys(_FONT_WORDS.values(), "normal").items()
        yield from ((_FONT_WORDS[word], word) for word in found["words"].lower().split() if word in _FONT_WORDS)
        yield from (("font-size", found["size"]), ("font-family", found["family"]))
    elif name == "transform":
        yield name, _UNIT.sub("", value)
    elif name == "white-space":
        yield "xml:space", "preserve" if value.startswith(("pre", "break-spaces")) else "default"
    else:
        yield name, value


def style_rules(sheet: str) -> StyleRules:
    """The rules of a style sheet that are allowed, without those that begin with ``@``."""
    rules: dict[str, tuple[int, Declarations]] = {}
    for place, (selectors, inner) in enumerate(_rules(_without_comments(sheet))):
        said = clean_declarations(inner) if not selectors.lstrip().startswith("@") else {}
        for selector in selectors.split(",") if said else ():
            if (name := selector.strip()) and _is_read(name):
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
            if found[0] == "}":
                yield sheet[start:opened], sheet[opened + 1 : found.start()]
            start = opened = found.end()
