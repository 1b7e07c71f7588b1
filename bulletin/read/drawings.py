"""A drawing (SVG) → the same drawing, with nothing in it that could run, be fetched, move or tell of who drew it.

An SVG is a program: it may hold scripts, styles and pictures from elsewhere, entities that grow without end. Here it is
read as what it is, XML, by expat, which fetches nothing; a document type that defines anything is refused. What is
written is made anew from lists of elements, attributes, properties and functions that draw; whatever is on none of
these is not in it. What is repeated by reference is counted, since ten lines of ``use`` may draw a thousand million
times. Drawings are read in a worker that can be killed, as pictures are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from bulletin.core.model import Picture, Variant
from bulletin.core.problems import N_
from bulletin.read.drawing_styles import (
    StyleRules,
    clean_declarations,
    is_property,
    is_value,
    local_names,
    lost_of_element,
    lost_styles,
    style_rules,
    styles_of,
)
from bulletin.read.pictures import PictureError

_MAX_BYTES, _MAX_CLEAN_BYTES = 2_000_000, 300_000
"""Of a file; of what readers load of it."""
_MAX_DEPTH, _MAX_ELEMENTS, _MAX_DRAWN = 40, 20_000, 20_000
_MAX_REFERENCES = 5
"""That lead on from each other: a group is clipped by a path that is used from another place."""
_LONGER_SIDE = 480
"""Pixels for which pages leave room; a drawing is as sharp at any size."""

_DAMAGED = N_("the file is damaged")
_NO_DATA = N_("it is empty, or larger than 50 MB")
"""A file that large is not read at all (assets.py)."""
_ENCODING = N_("its text is in an encoding that is not known here: save it in UTF-8")
_DEFINES = N_(
    "it defines entities of its own: save it in Illustrator without “Preserve Illustrator Editing Capabilities”, "
    "in Inkscape as “Plain SVG”"
)
_TOO_LARGE = N_("it is too large: readers would load more than 300 KB")
_TOO_DEEP = N_("it is too deeply nested, or repeats too much")
_NO_SIZE = N_("it has neither a “viewBox” nor a width and a height")
_EMPTY = N_("nothing of it is a drawing: pictures inside it and what runs are left out")

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"}
_UNDRAWN = {"defs", "symbol", "clipPath", "mask", "pattern"}
"""What is in these is seen only where something refers to it."""
_ELEMENTS = {*_SHAPES, *_UNDRAWN, "svg", "g", "switch", "tspan", "textPath", "linearGradient", "radialGradient", "stop"}
_LOST_ELEMENTS = {
    **dict.fromkeys(("animate", "animateMotion", "animateTransform", "set"), "animate"),
    "image": "image",
    "foreignObject": "foreignObject",
}
_LOST = {
    "image": N_("the picture that is inside it (image)"),
    "foreignObject": N_("its text in HTML (foreignObject)"),
    "filter": N_("shadows, blur and other effects (filter)"),
    "marker": N_("the ends of its lines, such as arrows (marker)"),
    "animate": N_("its movement (animation)"),
    "style": N_("some of its colours and forms, which are written in a way that is not read here (style)"),
    "font": N_("the font that is inside it (font-face)"),
}
"""What is left out and was seen, in words for who drew it; completes the sentence of L112."""
_TEXTS = {"text", "tspan", "textPath", "style"}
_REFER = {"use", "textPath", "linearGradient", "radialGradient", "pattern"}
_ATTRIBUTES = {
    *("id", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "d"),
    *("width", "height", "viewBox", "preserveAspectRatio", "points", "offset", "rotate", "textLength", "lengthAdjust"),
    *("gradientUnits", "gradientTransform", "spreadMethod", "patternUnits", "patternContentUnits", "patternTransform"),
    *("clipPathUnits", "maskUnits", "maskContentUnits", "pathLength", "startOffset"),
}


class _Element(NamedTuple):
    name: str
    attributes: dict[str, str]
    children: list[_Element | str]


def make_drawing(data: bytes, key: str) -> tuple[Picture, tuple[bytes, ...]]:
    """The one form of a drawing, and its bytes. Raises `PictureError`."""
    if not data:
        raise PictureError(_NO_DATA)
    if len(data) > _MAX_BYTES:
        raise PictureError(_TOO_LARGE)
    root, left_out = _parsed(data)
    view = _view(root)
    _refuse_repeated(root)
    if not any(_drawn(root)):
        raise PictureError(_EMPTY)
    width, height = _scaled(*view[2:])
    place = {"viewBox": " ".join(f"{each:.9g}" for each in view), "width": str(width), "height": str(height)}
    clean = _written(root._replace(attributes=root.attributes | place))
    if len(clean) > _MAX_CLEAN_BYTES:
        raise PictureError(_TOO_LARGE)
    form = Variant(f"-{width}.{blake2b(data, digest_size=4).hexdigest()}.svg", "svg", width, height)
    return Picture(key, width, height, (form,), transparent=True, left_out=left_out), (clean,)


# ── in


def _parsed(data: bytes) -> tuple[_Element, tuple[str, ...]]:
    """The drawing, and what is missing in it."""
    reader = _Reader()
    try:
        reader.parser.Parse(_decoded(data), True)
    except expat.ExpatError:
        raise PictureError(_DAMAGED) from None
    except (ValueError, LookupError):
        raise PictureError(_ENCODING) from None
    if reader.root is None:
        raise PictureError(_EMPTY)
    sheet = "".join(each for sheet in reader.sheets for each in sheet.children if isinstance(each, str))
    rules = style_rules(sheet)
    for element in _whole(reader.root):
        _put_styles(element.attributes, element.name, rules)
    lost = reader.lost.union(lost_styles(sheet))
    return reader.root, tuple(words for name, words in _LOST.items() if name in lost)


_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?P<name>gbk|gb2312|gb18030|big5)["']""", re.IGNORECASE)


def _decoded(data: bytes) -> bytes | str:
    """Expat knows Unicode and encodings with one byte for each character; those of Chinese are decoded before."""
    found = _DECLARED.match(data)
    return data.decode("big5" if found["name"].lower() == b"big5" else "gb18030") if found else data


def _put_styles(attributes: dict[str, str], name: str, rules: StyleRules) -> None:
    """In place of its classes and styles: attributes, which every program knows."""
    classes, own = attributes.pop("class", ""), clean_declarations(attributes.pop("style", ""))
    said = styles_of(name, attributes.get("id", ""), classes, rules) | own
    of_page = ("width", "height") if name == "svg" else ()  # “width: 100%” is of the page that the drawing was in
    attributes |= {each: value for each, value in said.items() if each not in of_page}


class _Reader:
    """Keeps what is on the lists, and counts the depth of what it skips too."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self.sheets: list[_Element] = []
        self._open: list[_Element | None] = []
        self._count = 0
        self.lost: set[str] = set()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = lambda _: self._open.pop()
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self.parser.SkippedEntityHandler = self._entity

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise PictureError(_TOO_DEEP)
        above = self._open[-1] if self._open else None
        name = _own_name(tag, _SVG)
        if name == "a":  # of which the content is drawn
            name = "tspan" if above and above.name in _TEXTS else "g"
        made = None
        is_shown = above is not None and _is_for(above, attributes)
        if (name == "svg" and not self._open) or (is_shown and name in _ELEMENTS):
            made = _Element(name, dict(_clean_attributes(name, attributes)), [])
            self.lost.update(lost_of_element(attributes))
            if above:
                above.children.append(made)
        elif above is not None and name == "style":
            self.sheets.append(made := _Element(name, {}, []))
        elif is_shown and name in _LOST_ELEMENTS:
            self.lost.add(_LOST_ELEMENTS[name])
        self.root = self.root or made
        self._open.append(made)

    def _text(self, text: str) -> None:
        if (above := self._open[-1]) and above.name in _TEXTS:
            above.children.append(text)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_own: bool) -> None:
        if has_own:
            raise PictureError(_DEFINES)

    def _entity(self, *_: object) -> None:
        raise PictureError(_DEFINES)


def _is_for(above: _Element, attributes: dict[str, str]) -> bool:
    """Whether browsers of Chinese readers show it: of a ``switch`` the first child that they know and may show."""
    languages = attributes.get("systemLanguage", "zh").lower().split(",")
    allowed = "requiredExtensions" not in attributes and any(each.strip().startswith("zh") for each in languages)
    return allowed and not (above.name == "switch" and above.children)


def _own_name(tag: str, namespace: str) -> str:
    """The name without its namespace; empty in another one than that or none."""
    space, _, name = tag.rpartition(" ")
    return name if space in ("", namespace) else ""


def _clean_attributes(element: str, given: dict[str, str]) -> Iterator[tuple[str, str]]:
    for tag, value in given.items():
        name = tag.rpartition(" ")[2]
        if name == "href" and _own_name(tag, _XLINK):
            if element in _REFER and re.fullmatch(r"#[\w.:-]+", value.strip()):
                yield "xlink:href", value.strip()
        elif tag in ("class", "style"):
            yield tag, value  # until all rules are known
        elif tag == _SPACE and value in ("default", "preserve"):
            yield "xml:space", value
        elif " " not in tag and (name in _ATTRIBUTES or is_property(name)) and is_value(value):
            yield name, value


# ── how large, and how often


def _view(root: _Element) -> tuple[float, float, float, float]:
    """The rectangle of the drawing that is shown."""
    numbers = [_length(each) for each in re.split(r"[\s,]+", root.attributes.get("viewBox", "").strip())]
    if len(numbers) != 4:
        numbers = [0.0, 0.0, *(_length(root.attributes.get(name, "")) for name in ("width", "height"))]
    x, y, width, height = numbers
    if not (all(map(math.isfinite, numbers)) and 1e-6 <= width <= 1e6 and 1e-6 <= height <= 1e6):
        raise PictureError(_NO_SIZE)
    return x, y, width, height


_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def _length(text: str) -> float:
    """In pixels; no number where it is none."""
    found = re.fullmatch(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(px|pt|mm|cm|in|)", text.strip(), re.ASCII)
    return float(found[1]) * _PIXELS[found[2]] if found else math.nan


def _scaled(width: float, height: float) -> tuple[int, int]:
    longer = max(width, height)
    return max(1, round(_LONGER_SIDE * width / longer)), max(1, round(_LONGER_SIDE * height / longer))


def _drawn(element: _Element) -> Iterator[bool]:
    if element.name in _SHAPES:
        yield True
    elif element.name not in _UNDRAWN:
        for child in _inside(element):
            yield from _drawn(child)


def _inside(element: _Element) -> Iterator[_Element]:
    return (child for child in element.children if isinstance(child, _Element))


def _whole(element: _Element) -> Iterator[_Element]:
    yield element
    for child in _inside(element):
        yield from _whole(child)


def _refuse_repeated(root: _Element) -> None:
    """Refuse what is drawn too often by reference, or refers to itself."""
    named: dict[str, _Element] = {}
    for each in _whole(root):
        named.setdefault(each.attributes.get("id", ""), each)  # of two of one name browsers take the first
    known: dict[int, int] = {}

    def cost(element: _Element, hops: int) -> int:
        if hops > _MAX_REFERENCES:
            raise PictureError(_TOO_DEEP)
        if id(element) not in known:
            targets = [named[name] for name in _references(element) if name in named]
            total = 1 + sum(cost(child, hops) for child in _inside(element))
            known[id(element)] = total + sum(cost(target, hops + 1) for target in targets)
        if known[id(element)] > _MAX_DRAWN:
            raise PictureError(_TOO_DEEP)
        return known[id(element)]

    cost(root, 0)


def _references(element: _Element) -> set[str]:
    """Ids of what is drawn with an element."""
    found = {name for value in element.attributes.values() for name in local_names(value)}
    return (found | {element.attributes.get("xlink:href", "")[1:]}) - {""}


# ── out


def _written(root: _Element) -> bytes:
    root = root._replace(attributes={"xmlns": _SVG, "xmlns:xlink": _XLINK} | root.attributes)
    return "".join(_markup(root)).encode() + b"\n"


def _markup(element: _Element) -> Iterator[str]:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    if not element.children:
        yield f"<{element.name}{attributes}/>"
        return
    yield f"<{element.name}{attributes}>"
    for child in element.children:
        yield from (escape(child),) if isinstance(child, str) else _markup(child)
    yield f"</{element.name}>"
