"""A page's metadata for machines: Open Graph for sharing, JSON-LD for search engines.

Open Graph is ogp.me's vocabulary with the four `article:` properties that readers know; JSON-LD is schema.org's,
the types and fields that search engines ask of news. Both repeat what the page shows, and nothing else.
"""

from __future__ import annotations

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.urls import Name
from bulletin.arrange.views.values import Meta
from bulletin.core.model import Value
from bulletin.core.station import Station
from bulletin.read.bylines import is_office, split_authors

_LOCALES = {"zh-CN": "zh_CN", "en": "en_US"}


class Story(Value, frozen=True):
    """An issue or an article: what it has beside title and description."""

    published: str
    """RFC 3339."""
    modified: str
    author: str
    """Empty when nobody is named."""
    section: str
    """Empty for an issue as a whole."""
    number: str
    """The issue's."""
    issue: Name | None = None
    """The issue that an article belongs to."""


class Subject(Value, frozen=True):
    """A page, as described to machines."""

    path: str
    title: str
    description: str
    image: str
    """Absolute address of its first picture, else of the station's own; may be empty."""
    trail: tuple[Name, ...] = ()
    """The pages above it, home first."""
    story: Story | None = None


# ── Open Graph


def graph(station: Station, subject: Subject) -> tuple[Meta, ...]:
    """The page's Open Graph properties, each once and never empty."""
    story = subject.story
    pairs = [
        ("og:type", "article" if story else "website"),
        ("og:title", subject.title),
        ("og:url", urls.absolute(station.url, subject.path)),
        ("og:site_name", station.name),
        ("og:description", subject.description),
        ("og:locale", _LOCALES[station.language]),
        ("og:image", subject.image),
    ]
    if story:
        pairs += [
            ("article:published_time", story.published),
            ("article:modified_time", story.modified),
            ("article:author", story.author),
            ("article:section", story.section),
        ]
    return tuple(Meta(name, content) for name, content in pairs if content)


# ── JSON-LD


def _term(field: str) -> str:
    """`main_entity_of_page` → `mainEntityOfPage`, `id` → `@id`."""
    first, *others = field.split("_")
    return "@id" if field == "id" else first + "".join(map(str.capitalize, others))


class Node(Value, frozen=True, omit_defaults=True, tag_field="@type", tag=True, rename=_term):
    """A schema.org node; the class's name is its type, and empty fields are omitted."""


class Organization(Node, frozen=True):
    id: str = ""
    name: str = ""
    url: str = ""
    address: str = ""
    telephone: str = ""
    email: str = ""
    logo: str = ""


class Person(Node, frozen=True):
    name: str


class Periodical(Node, frozen=True):
    name: str
    url: str


class PublicationIssue(Node, frozen=True):
    name: str
    url: str
    issue_number: str
    is_part_of: Periodical


class NewsArticle(Node, frozen=True):
    headline: str
    author: tuple[Person | Organization, ...]
    publisher: Organization
    is_part_of: Periodical | PublicationIssue
    url: str = ""
    main_entity_of_page: str = ""
    description: str = ""
    date_published: str = ""
    date_modified: str = ""
    image: str = ""
    article_section: str = ""
    in_language: str = ""


class ListItem(Node, frozen=True):
    position: int
    name: str
    item: str


class BreadcrumbList(Node, frozen=True):
    item_list_element: tuple[ListItem, ...]


_Graph = Organization | NewsArticle | BreadcrumbList


def linked_data(station: Station, subject: Subject, logo: str = "") -> str:
    """JSON-LD of the page, safe inside `<script>`; empty for a station without an address.

    Inside a script a browser looks for `</script` and `<!--` alone (HTML 13.2.5.15), so no `<` may be left.
    """
    if not station.url:
        return ""
    nodes: list[_Graph] = [_organization(station, logo)]
    if subject.story:
        nodes.append(_news(station, subject, subject.story))
    if subject.trail:
        nodes.append(_breadcrumbs(station, subject))
    text = msgspec.json.encode({"@context": "https://schema.org", "@graph": nodes}).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _home(station: Station) -> str:
    return urls.absolute(station.url, urls.HOME)


def _station_id(station: Station) -> str:
    return _home(station) + "#organization"


def _organization(station: Station, logo: str) -> Organization:
    return Organization(
        id=_station_id(station),
        name=station.name,
        url=_home(station),
        address=station.address,
        telephone=station.phone,
        email=station.email,
        logo=logo,
    )


def _news(station: Station, subject: Subject, story: Story) -> NewsArticle:
    url = urls.absolute(station.url, subject.path)
    return NewsArticle(
        headline=subject.title,
        author=_authors(station, story.author),
        publisher=Organization(id=_station_id(station)),
        is_part_of=_whole(station, story),
        url=url,
        main_entity_of_page=url,
        description=subject.description,
        date_published=story.published,
        date_modified=story.modified,
        image=subject.image,
        article_section=story.section,
        in_language=station.language,
    )


def _authors(station: Station, byline: str) -> tuple[Person | Organization, ...]:
    """The authors named in the byline; falls back to the station."""
    named = split_authors(byline)
    if not named:
        return (Organization(id=_station_id(station)),)
    return tuple(Organization(name=name) if is_office(name) else Person(name) for name in named)


def _whole(station: Station, story: Story) -> Periodical | PublicationIssue:
    """An article is part of its issue, an issue of the bulletin."""
    bulletin = Periodical(station.bulletin, _home(station))
    if story.issue is None:
        return bulletin
    return PublicationIssue(story.issue.text, urls.absolute(station.url, story.issue.path), story.number, bulletin)


def _breadcrumbs(station: Station, subject: Subject) -> BreadcrumbList:
    steps = (*subject.trail, Name(subject.title, subject.path))
    return BreadcrumbList(
        tuple(ListItem(place, step.text, urls.absolute(station.url, step.path)) for place, step in enumerate(steps, 1))
    )
