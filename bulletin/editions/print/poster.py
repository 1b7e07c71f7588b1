"""The poster of an issue: one A4 page for the notice board, with its titles and a code that leads to its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from bulletin.arrange.days import long_day
from bulletin.core.i18n import Translate
from bulletin.core.model import Variant
from bulletin.core.problems import N_
from bulletin.editions.blocks import NO_TEXT, Image
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.pictures import PictureBytes, picture_form
from bulletin.editions.print.sheet import SheetInputs, number_on_sheet
from bulletin.editions.print.words import Lettering
from bulletin.render.qr import qr

_CODE = "code.svg"
_LEAST_PIXELS = 600
"""Width below which a picture would be dim at the size of the poster's."""
_FLATTEST, _SLIMMEST = 2.6, 0.7
"""Width by height of pictures that suit the page; others are logos, lines and scanned columns."""


def shown_on_poster(leaf: Leaf) -> Leaf:
    """The leaf without what the poster does not show."""
    bare = tuple(
        structs.replace(
            section,
            lead=NO_TEXT,
            byline="",
            articles=tuple(structs.replace(each, text=NO_TEXT, byline="") for each in section.articles),
        )
        for section in leaf.sections
    )
    return structs.replace(leaf, lead=NO_TEXT, byline="", corrections=(), sections=bare)


def poster_inputs(leaf: Leaf, picture: PictureBytes, lettering: Lettering, say: Translate) -> SheetInputs:
    """All that its template is given; sizes are chosen there, by measuring."""
    words, publisher = lettering.printable, leaf.publisher
    files: dict[str, bytes] = {}
    data: dict[str, Any] = {
        "lang": publisher.language.partition("-")[0],
        "region": "CN" if publisher.language == "zh-CN" else None,
        "title": words(leaf.title),
        "author": words(publisher.organizer),
        "name": words(publisher.bulletin),
        "number": words(number_on_sheet(leaf, say)),
        "date": long_day(leaf.date, say),
        "own_title": words(leaf.title) if leaf.heading else "",
        "publisher": words(publisher.organizer),
        "draft": leaf.draft,
        "parts": [_part(title, titles, lettering) for title, titles in _titles(leaf)],
        "lines": [words(line) for line in _lines(leaf, say)],
        "words": {
            "draft": say(N_("Draft")),
            "more": say(N_("and {count} more")),
            "scan": say(N_("Scan to read it all")),
        },
    }
    if leaf.url:
        files[_CODE] = _code(publisher.counted_url(leaf.url, "qr"))
        data["code"] = {
            "file": _CODE,
            "alt": say(N_("Code of the page: {url}")).format(url=leaf.url),
            "url": publisher.counted_url(leaf.url, "pdf"),
        }
    if found := next(_suitable(leaf), None):
        image, index, variant = found
        assert image.picture
        name = f"picture.{'jpg' if variant.format == 'jpeg' else variant.format}"
        files[name] = picture(image.picture.key, index)
        alt = words(image.alt) or say(N_("Picture"))
        data["picture"] = {"file": name, "alt": alt, "shape": round(variant.width / variant.height, 4)}
    return SheetInputs(data, files, ())


def _titles(leaf: Leaf) -> Iterator[tuple[str, list[str]]]:
    """Each section that has something, and the titles of its articles; a section of text alone is a title itself."""
    loose: list[str] = []
    for section in leaf.sections:
        titles = [article.title for article in section.articles]
        if not titles and section.title:
            loose.append(section.title)
            continue
        if loose:
            yield "", loose
            loose = []
        if titles:
            yield section.title, titles
    if loose:
        yield "", loose


def _part(title: str, titles: list[str], lettering: Lettering) -> dict[str, Any]:
    return {"title": lettering.printable(title), "titles": [lettering.printable(each) for each in titles]}


def _lines(leaf: Leaf, say: Translate) -> Iterator[str]:
    """What stands beside the code."""
    publisher = leaf.publisher
    if publisher.phone:
        yield say(N_("Telephone: {phone}")).format(phone=publisher.phone)
    if publisher.address:
        yield say(N_("Address: {address}")).format(address=publisher.address)


def _suitable(leaf: Leaf) -> Iterator[tuple[Image, int, Variant]]:
    """Pictures that may stand on the poster, with the form that is taken."""
    for image in leaf.images():
        picture = image.picture
        if picture and picture.width >= _LEAST_PIXELS and _SLIMMEST <= picture.width / picture.height <= _FLATTEST:
            yield image, *picture_form(image)


def _code(address: str) -> bytes:
    return str(qr(address)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()
