"""`bulletin wechat --draft`: the articles into the drafts of an official account, by its interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin.commands.publish.secrets import password_variable, secret
from bulletin.commands.publish.secrets_file import SECRETS_FILE, secrets_path
from bulletin.commands.terminal import Session
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.wechat_account import WechatAccount
    from bulletin.editions.wechat.article import WechatArticle
    from bulletin.editions.wechat.covers import PictureFile

_SECRET = "wechat"
"""The name under which the AppSecret is stored."""


class DraftParcel(NamedTuple):
    """What goes out of an issue."""

    issue: str
    """Its id."""
    pictures: Mapping[int, PictureFile]
    """By number."""
    cover: bytes
    articles: Callable[[Mapping[int, str]], tuple[WechatArticle, ...]]
    """Made when it is known at which address WeChat has each picture, by number."""


def send_to_drafts(session: Session, root: Path, account: WechatAccount, parcel: DraftParcel, *, again: bool) -> int:
    """Send the issue; the command's exit code: 0 when the draft is there, 1 when nobody knows."""
    with needs_extra("publish"):
        import httpx

    from bulletin.publish.wechat_api import WECHAT_API, DraftArticle, WechatClient
    from bulletin.publish.wechat_drafts import draft_path, read_draft, require_no_draft, send_draft, send_pictures

    app_secret = _app_secret(session, account)
    path = draft_path(root, parcel.issue)
    record = read_draft(path, account.appid)
    if not again:
        require_no_draft(record)
    files = {number: (f"{number:02}{file.suffix}", file.data) for number, file in parcel.pictures.items()}
    with httpx.Client(timeout=httpx.Timeout(60.0, connect=10.0)) as http:
        client = WechatClient(http, account.appid, app_secret, time.sleep, WECHAT_API)
        record, sources = send_pictures(client, path, record, files)
        articles = parcel.articles(sources)
        drafts = tuple(DraftArticle(a.title, a.author, a.digest, a.html, a.source_url) for a in articles)
        record = send_draft(client, path, record, drafts, parcel.cover, session.now)
    if record.state == "made":
        words = N_("The draft is in the account's drafts (草稿箱). Look at it there; only you can publish it.")
        click.echo(session.say(words))
        return 0
    words = N_("No answer came: the draft may be there. Look into 草稿箱; it is not sent again by itself.")
    click.echo(session.say(words), err=True)
    return 1


def _app_secret(session: Session, account: WechatAccount) -> str:
    if not account.appid:
        raise UsageError(
            N_("content/station.yml names no account. Add it, or copy the articles by hand:\n{example}"),
            example="wechat:\n  appid: wx0123456789abcdef",
        )
    kept = secret(session.environment, _SECRET)
    if not kept:
        raise UsageError(
            N_(
                "the account's AppSecret is not stored. Store it once: {command}; or put it into the variable "
                "{variable}, or into the file {file} as {variable}=…"
            ),
            command=f"keyring set bulletin {_SECRET}",
            variable=password_variable(_SECRET),
            file=secrets_path(session.environment) or SECRETS_FILE,
        )
    return kept
