"""`bulletin publish config`: the web server's configuration, to standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import click

from bulletin.commands.options import root_option
from bulletin.commands.publish.shared import chosen_targets
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.core.publish_targets import PublishTarget
    from bulletin.core.station import Station

_SERVERS = ("nginx", "apache", "caddy")


def config_command(_: Translate) -> Command:
    return Command(
        "config",
        callback=_config,
        help=_("Write the configuration of a web server for this site: types, caches, 404, 410, headers."),
        epilog=_("Example:\n  bulletin publish config nginx > /etc/nginx/sites-available/bulletin"),
        params=[
            click.Argument(["server"], type=click.Choice(_SERVERS)),
            click.Option(["--to"], metavar="TARGET", help=_("The target whose folder is served; else the first.")),
            click.Option(["--web-root"], metavar="DIR", help=_("The folder that is served, if it is another.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _config(session: Session, server: str, to: str | None, web_root: str | None, root: str | None) -> None:
    from bulletin.build.project import open_project
    from bulletin.core.withdrawals import withdrawn_paths
    from bulletin.publish.server_config import ServerKind, ServerSettings, server_config
    from bulletin.render.reports import template_folders

    folder = find_root(root)
    project = open_project(folder)
    station = project.station
    if not station.url:
        raise UsageError(N_("content/station.yml has no “url”; the server must know the site's address."))
    served = web_root or _served(station, to)
    settings = ServerSettings(
        host=urlsplit(station.url).hostname or "",
        root=served,
        base=station.base_path,
        withdrawn=withdrawn_paths(project.withdrawals),
        counter=station.hits,
    )
    kinds: tuple[ServerKind, ...] = get_args(ServerKind)
    kind = kinds[_SERVERS.index(server)]
    click.echo(server_config(kind, settings, template_folders(folder), session.say.translate), nl=False)


def _served(station: Station, to: str | None) -> str:
    """The folder that the web server serves: the link to the release, where the target can switch."""
    target: PublishTarget = chosen_targets(station, (to,) if to else ())[0]
    if not target.path:
        raise UsageError(
            N_("target “{target}” has no folder; name the one that is served: --web-root DIR"), target=target.name
        )
    can_switch = target.kind in ("ssh", "folder", "usb") and target.how != "burst"
    return f"{target.path.rstrip('/')}/current" if can_switch else target.path
