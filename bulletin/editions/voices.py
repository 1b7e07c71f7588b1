"""What pages and the podcast say of a recording."""

from __future__ import annotations

from bulletin.arrange import urls, views
from bulletin.arrange.spoken import Spoken
from bulletin.core.station import Station


def voice_view(spoken: Spoken | None, station: Station, root: str) -> views.VoiceView | None:
    """For the issue's page; ``root`` is the way to the site's."""
    if spoken is None:
        return None
    feed = root + urls.PODCAST if station.url else ""
    return views.VoiceView(root + spoken.path, spoken.seconds, spoken_time(spoken.seconds), spoken.size, feed)


def spoken_time(seconds: int) -> str:
    """``5:07``, ``1:00:07``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
