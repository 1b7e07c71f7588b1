"""`bulletin wechat`: an issue for the editor of an official account, copied by hand or sent as a draft."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.build.wechat_folder import WechatFolder
    from bulletin.core.wechat_account import WechatAccount


def wechat(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "wechat",
        callback=_wechat,
        help=help,
        epilog=_(
            "Examples:\n  bulletin wechat 2014002 --open\n  bulletin wechat 2014002 --saved preview.html\n"
            "  bulletin wechat 2014002 --draft"
        ),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--open", "open_page"], is_flag=True, help=_("Open the page to copy from in the browser.")),
            click.Option(
                ["--saved"],
                metavar="FILE.html",
                type=click.Path(path_type=Path),
                help=_("Compare what the editor saved with what was copied."),
            ),
            click.Option(
                ["--draft", "send_draft"],
                is_flag=True,
                help=_("Put it into the drafts of the official account; it is never published by this program."),
            ),
            click.Option(["--again"], is_flag=True, help=_("With --draft: make another one, though there may be one.")),
            click.Option(["--drafts"], is_flag=True, help=_("Make it of a draft too, marked as one.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _wechat(
    session: Session,
    number: str,
    open_page: bool,
    saved: Path | None,
    send_draft: bool,
    again: bool,
    drafts: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    if send_draft and drafts:
        raise UsageError(N_("what readers must not have yet is not sent to WeChat: leave out --drafts or --draft."))
    if again and not send_draft:
        raise UsageError(N_("--again belongs to --draft."))
    folder = find_root(root)
    issue, made, account = _made(session, folder, number, jobs or processors(), drafts=drafts)
    from bulletin.build.wechat_folder import wechat_path, write_wechat_folder

    out = wechat_path(folder, issue)
    if saved:
        sys.exit(_compare(session, folder, out, made, saved, open_page=open_page))
    write_wechat_folder(out, made)
    _tell(session, folder, out, made)
    if open_page:
        webbrowser.open((out / "index.html").as_uri())
    if send_draft:
        sys.exit(_send(session, folder, issue, made, account, again=again))


def _made(
    session: Session, root: Path, number: str, jobs: int, *, drafts: bool
) -> tuple[str, WechatFolder, WechatAccount]:
    """The issue's id, its folder, and the station's account."""
    from bulletin.build.leaves import open_leaves
    from bulletin.build.wechat_folder import wechat_folder
    from bulletin.core.wechat_account import WechatAccount
    from bulletin.editions.leaf import make_leaf

    with (
        Bar(session.say.translate, hidden=False) as bar,
        open_leaves(root, session.now(), jobs, bar, drafts=drafts) as archive,
    ):
        inputs = archive.inputs(number)
        account = archive.resolved.archive.station.wechat or WechatAccount()
        return inputs.issue.id, wechat_folder(make_leaf(archive.texts, inputs), archive.texts, account, root), account


def _tell(session: Session, root: Path, out: Path, made: WechatFolder) -> None:
    say = session.say
    for place, article in enumerate(made.articles, 1):
        click.echo(say(N_("Article {place}: {title}"), place=place, title=article.title))
        if article.title != article.whole_title:
            click.echo(say(N_("  shortened, since a title has no more room: {title}"), title=article.whole_title))
    pictures, articles = len(made.pictures), len(made.articles)
    click.echo(say(N_("{articles} articles, {pictures} pictures."), articles=articles, pictures=pictures))
    if not made.covers.has_words:
        click.echo(say(N_("The cover has no words: no Chinese font was found on this computer.")))
    click.echo(say(N_("Open this page and press “Copy the text”: {path}"), path=(out / "index.html").relative_to(root)))


def _send(session: Session, root: Path, issue: str, made: WechatFolder, account: WechatAccount, *, again: bool) -> int:
    from bulletin.build.wechat_folder import articles_to_send
    from bulletin.commands.wechat_draft import DraftParcel, send_to_drafts

    parcel = DraftParcel(
        issue, made.pictures, made.covers.wide, lambda sources: articles_to_send(made, sources, account)
    )
    return send_to_drafts(session, root, account, parcel, again=again)


def _compare(session: Session, root: Path, out: Path, made: WechatFolder, saved: Path, *, open_page: bool) -> int:
    """Write the report; the exit code: 0 when nothing is missing."""
    from bulletin.build.wechat_folder import sent_articles
    from bulletin.build.wechat_saved import compare_file

    say = session.say
    found = compare_file(root, out, sent_articles(out, made.articles), saved, say.translate)
    passages, pictures = len(found.missing), found.missing_pictures
    for words in found.missing[:_SHOWN]:
        click.echo(say(N_("  missing: {words}"), words=words))
    if passages > _SHOWN:
        click.echo(say(N_("  … and {count} more"), count=passages - _SHOWN))
    if found.lost_styles:
        names = ", ".join(name for name, _, _ in found.lost_styles)
        click.echo(say(N_("Styles that the editor dropped or wrote in another way: {names}"), names=names))
    if passages or pictures:
        words = N_("The editor dropped {passages} passages and {pictures} pictures of “{title}”.")
        click.echo(say(words, passages=passages, pictures=pictures, title=found.title))
    else:
        click.echo(say(N_("All words and all pictures of “{title}” are there."), title=found.title))
    report = out / "saved.html"
    click.echo(say(N_("Side by side: {path}"), path=report.relative_to(root)))
    if open_page:
        webbrowser.open(report.as_uri())
    return 1 if passages or pictures else 0


_SHOWN = 10
"""Passages that are listed at the terminal; the report has all."""
