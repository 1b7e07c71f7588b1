"""After a release is out: those are told of it that station.yml names, once a run, and whatever they say."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from bulletin.commands.terminal import Session
from bulletin.core.errors import BulletinError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.commands.publish.shared import Outcome, SendOptions
    from bulletin.core.station import Station
    from bulletin.publish.release import Release
    from bulletin.publish.target import Delivery


def tell_others(
    session: Session,
    station: Station,
    release: Release,
    delivered: Iterable[tuple[Outcome, Delivery | None]],
    choice: SendOptions,
) -> None:
    """Tell the hub and the search engines what changed at the station's own address; no failure changes anything."""
    if not (station.hub or station.indexnow) or release.kind == "hits":
        return  # the counter's numbers are no news
    from bulletin.publish.pinging import tell_services

    try:
        public = tuple(_public(station, delivered))
        written = {file.path for delivery in public for file in delivery.writes}
        told = tell_services(station, written, {path for delivery in public for path in delivery.removes})
    except BulletinError as error:
        click.echo(click.style(session.say.error(error), fg="yellow"), err=True)
        return
    for each in told:
        if each.failure:
            words = N_("{service} was not told of the changes ({reason}); the site is out all the same.")
            said = session.say(words, service=each.name, reason=each.failure)
            click.echo(click.style(said, fg="yellow"), err=True)
        elif not choice.as_json:
            words = gettext.ngettext(
                "{service} was told of {count} address", "{service} was told of {count} addresses", each.addresses
            )
            click.echo(words.format(service=each.name, count=each.addresses))


def _public(station: Station, delivered: Iterable[tuple[Outcome, Delivery | None]]) -> Iterator[Delivery]:
    """What went to the station's own address, where that can be reached."""
    from bulletin.publish.verify import verify

    for outcome, delivery in delivered:
        target = outcome.target
        is_own = target.kind != "usb" and target.url.rstrip("/") in ("", station.url.rstrip("/"))
        if delivery is not None and outcome.state == "published" and station.url and is_own:
            seen = outcome.verified or verify(station.url, (), (), ())  # --no-verify compares nothing
            if seen.outcome != "not":
                yield delivery
