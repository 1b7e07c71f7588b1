"""`bulletin theme …`: for a designer; which files the theme has, a copy to change, what a new version has changed, and
which words the pages have.
"""

from __future__ import annotations

import click

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Group, Session, find_root
from bulletin.core.i18n import N_


def theme(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    _ = session.say.translate
    group = Group("theme", help=help)
    file = click.Argument(["name"], metavar="FILE")
    group.add_command(
        Command(
            "list",
            callback=_list,
            help=_("List the files of the theme, and say which are the station's own and which of these are behind."),
            params=[root_option(_)],
        )
    )
    group.add_command(
        Command(
            "copy",
            callback=_copy,
            help=_("Copy a file of the theme into the station's folder “templates”, to be changed there."),
            epilog=_("Examples:\n  bulletin theme copy article.html\n  bulletin theme copy parts/footer.html"),
            params=[file, root_option(_)],
        )
    )
    group.add_command(
        Command(
            "diff",
            callback=_diff,
            help=_("Show what this version has changed in the files that the station has of its own."),
            epilog=_("Examples:\n  bulletin theme diff\n  bulletin theme diff home.html --done"),
            params=[
                click.Argument(["name"], metavar="[FILE]", required=False),
                click.Option(["--done"], is_flag=True, help=_("The file has these changes now; show them no more.")),
                root_option(_),
            ],
        )
    )
    group.add_command(
        Command(
            "labels",
            callback=_labels,
            help=_("List the words of the pages, and behind an arrow what station.yml shows in place of one."),
            epilog=_("Examples:\n  bulletin theme labels\n  bulletin theme labels 点击"),
            params=[click.Argument(["part"], metavar="[WORD]", default=""), root_option(_)],
        )
    )
    return group


_STATES = {
    "ours": "",
    "same": N_("own, the same as ours"),
    "changed": N_("own"),
    "behind": N_("own, and ours has changed since: bulletin theme diff"),
    "extra": N_("own, under a name of its own"),
    "extends": N_("ours, with the station's own: {blocks}"),
}


@click.pass_obj
def _list(session: Session, root: str | None) -> None:
    from bulletin.build.own_templates import theme_files

    files = theme_files(find_root(root))
    width = max(len(each.name) for each in files)
    for each in files:
        state = _STATES[each.state]
        blocks = ", ".join(each.blocks)
        click.echo(f"  {each.name:{width}}  {session.say(state, blocks=blocks) if state else ''}".rstrip())
        for block in each.unknown_blocks:
            words = N_("ours has no block “{block}”: what stands in it is never shown")
            click.echo(f"  {'':{width}}  {session.say(words, block=block)}")


@click.pass_obj
def _copy(session: Session, name: str, root: str | None) -> None:
    from bulletin.build.own_templates import copy_template

    folder = find_root(root)
    path = copy_template(folder, name).relative_to(folder).as_posix()
    words = N_("{path} is the station's own now; change it, and look with “bulletin serve --open”.")
    click.echo(session.say(words, path=path))


@click.pass_obj
def _diff(session: Session, name: str | None, done: bool, root: str | None) -> None:
    from bulletin.build.own_templates import changed_templates, take_over
    from bulletin.core.errors import UsageError

    folder = find_root(root)
    if done:
        if not name:
            raise UsageError(N_("name the file that has the changes now: bulletin theme diff FILE --done"))
        take_over(folder, name)
        click.echo(session.say(N_("{name}: noted; from now on changes that come later are shown."), name=name))
        return
    changes = list(changed_templates(folder, name))
    if not changes:
        click.echo(session.say(N_("The station has no file of the theme of its own; all are ours, and up to date.")))
    for change in changes:
        click.echo(session.say(_heading(change.lines, since_copy=change.is_since_copy), name=change.name))
        for line in change.lines:
            click.echo(line)


@click.pass_obj
def _labels(session: Session, part: str, root: str | None) -> None:
    from bulletin.build.project import open_project
    from bulletin.core.labels import page_words, station_labels

    station = open_project(find_root(root)).station
    labels = station_labels(station).words
    shown = ((each.shown, labels.get(each.ids[0], ""), *each.ids) for each in page_words(station.language))
    found = sorted({texts[:2] for texts in shown if any(part.lower() in text.lower() for text in texts)})
    for ours, label in found:
        click.echo(f"  {ours}  →  {label}" if label else f"  {ours}")
    if not found:
        click.echo(session.say(N_("No word of the pages has “{part}” in it."), part=part))


def _heading(lines: tuple[str, ...], *, since_copy: bool) -> str:
    if not lines:
        return N_("{name}: nothing to take over.")
    if since_copy:
        return N_("{name}: what this version has changed since it was copied (+ new, - gone):")
    return N_("{name}: how ours differs from it; + stands in ours alone, - in the station's own alone:")
