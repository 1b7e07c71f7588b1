"""The podcast: a feed of the issues that are read aloud, RSS 2.0 with the tags of Apple's directory."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime

from bulletin.arrange import urls, views
from bulletin.arrange.archive import contents_of, issue_title
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.spoken import Spoken
from bulletin.core.model import Issue, Value
from bulletin.editions.edition import Edition
from bulletin.editions.voices import spoken_time
from bulletin.read.times import CHINA

_MAX_ITEMS = 300
"""Of the newest."""


class _PodcastInputs(Value, frozen=True):
    items: tuple[tuple[Issue, Spoken], ...]

    def identity(self) -> object:
        return [(issue.html_key, issue.ended, issue.withdrawn, spoken) for issue, spoken in self.items]


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    spoken, public = resolved.spoken, (issue for issue in resolved.archive.issues if not issue.hidden)
    items = tuple((issue, spoken[issue.source]) for issue in public if issue.source in spoken)[:_MAX_ITEMS]
    if items and resolved.archive.station.url:
        inputs = _PodcastInputs(items)
        yield OutputGroup("podcast", inputs, (urls.PODCAST,), identity=inputs.identity(), templates=("podcast.xml",))


def _make(frame: Frame, inputs: _PodcastInputs) -> Iterator[TemplatePage]:
    station = frame.station
    view = views.PodcastPage(
        title=f"{station.bulletin} – {station.name}",
        url=urls.absolute(station.url, urls.PODCAST),
        home=urls.absolute(station.url, urls.HOME),
        description=station.description or f"{station.name}{station.bulletin}",
        author=station.name,
        email=station.email,
        language=station.language.lower(),
        items=tuple(_item(frame, issue, spoken) for issue, spoken in inputs.items),
    )
    yield TemplatePage(urls.PODCAST, "podcast.xml", view)


def _item(frame: Frame, issue: Issue, spoken: Spoken) -> views.PodcastItem:
    station = frame.station
    return views.PodcastItem(
        title=issue_title(station, issue.title, issue.number),
        url=urls.absolute(station.url, urls.issue(issue.id)),
        published=format_datetime(issue.date.replace(tzinfo=CHINA)),
        summary=issue.summary or contents_of(issue, station),
        audio=urls.absolute(station.url, spoken.path),
        size=spoken.size,
        seconds=spoken.seconds,
        time=spoken_time(spoken.seconds),
    )


PODCASTS = Edition("podcast", _outputs, _make)
