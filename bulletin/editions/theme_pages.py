"""What the theme brings besides the pages of texts: its files, the station's own stylesheet, the page of errors."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import TemplatePage
from bulletin.arrange.targets import CopiedFile
from bulletin.arrange.urls import Name
from bulletin.arrange.views import Palette
from bulletin.core.model import Value
from bulletin.core.problems import N_


class MissingInputs(Value, frozen=True):
    """For the page of errors."""

    old_addresses: bool
    """Whether there is a list of old addresses (`urls.OLD_ADDRESSES`)."""
    newest: Name | None
    """The newest issue."""


class StaticInputs(Value, frozen=True):
    """The theme's own files, which go into the site as they are."""

    files: tuple[CopiedFile, ...]


class StyleInputs(Value, frozen=True):
    """For the station's own stylesheet."""

    paths: tuple[str, ...]
    """The plain one, and the one that pages ask for; none when it has only pictures."""
    light: Palette
    dark: Palette
    font: str


def style_page(_: Frame, inputs: StyleInputs) -> Iterator[TemplatePage]:
    for path in inputs.paths:
        yield TemplatePage(path, "station.css", views.StylePage(inputs.light, inputs.dark, inputs.font))


def missing_page(frame: Frame, inputs: MissingInputs) -> Iterator[TemplatePage]:
    head = frame.head(urls.MISSING, frame.translate(N_("This page is not here")), noindex=True)
    base = frame.station.base_path
    old = base + urls.OLD_ADDRESSES if inputs.old_addresses else ""
    newest = views.Link(inputs.newest.text, base + quote(inputs.newest.path)) if inputs.newest else None
    yield TemplatePage(urls.MISSING, "404.html", views.MissingPage(frame.site(base), head, old, newest))
