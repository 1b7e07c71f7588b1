"""Drafts that were sent to an official account, in ``.bulletin/wechat/2014002.json``: none is made twice by itself.

That a draft is sent is written down before it is, so a program that is killed, or whose answer is lost, leaves
``sent``: the draft may be there, and only a person can look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import structs

from bulletin.core.errors import PublishError, UsageError
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.wechat_api import MOST_ARTICLES, DraftArticle, WechatClient
from bulletin.write.output import WORK


class DraftRecord(Value, frozen=True):
    """What is known of an issue's draft."""

    appid: str
    state: Literal["", "sent", "made"] = ""
    """``sent``: no answer came; it may be there."""
    at: str = ""
    """When it was sent."""
    media_id: str = ""
    uploads: dict[str, str] = msgspec.field(default_factory=dict)
    """Address at WeChat of each picture that is there, by the SHA-256 of its bytes."""


def draft_path(root: Path, issue: str) -> Path:
    """Where an issue's record is."""
    return root / WORK / "wechat" / f"{issue}.json"


def read_draft(path: Path, appid: str) -> DraftRecord:
    """The record, an empty one where there is none, or one of another account. A damaged one raises `PublishError`."""
    try:
        record = msgspec.json.decode(path.read_bytes(), type=DraftRecord)
    except FileNotFoundError:
        return DraftRecord(appid)
    except msgspec.DecodeError as error:
        raise PublishError(
            N_("the record of drafts is damaged: {reason}."),
            path=path,
            reason=error,
            remedy=N_("Look into the account's drafts (草稿箱); then delete this file."),
        ) from error
    return record if record.appid == appid else DraftRecord(appid)


def require_no_draft(record: DraftRecord) -> None:
    """Raise `UsageError` where there is a draft of the issue, or may be one."""
    values = {"date": record.at[:16].replace("T", " ")}
    if record.state == "made":
        message = N_(
            "the draft was made on {date} and lies in 草稿箱. To make another one: delete it there; then --again"
        )
        raise UsageError(message, **values)
    if record.state == "sent":
        message = N_(
            "the draft was sent on {date}, and no answer came: it may be there. Look into 草稿箱; "
            "if it is not there: --again"
        )
        raise UsageError(message, **values)


def send_pictures(
    client: WechatClient, path: Path, record: DraftRecord, pictures: Mapping[int, tuple[str, bytes]]
) -> tuple[DraftRecord, dict[int, str]]:
    """Send the pictures that WeChat has not got yet. ``pictures``: name and bytes by number; returns the addresses."""
    sources: dict[int, str] = {}
    for number, (name, data) in pictures.items():
        key = sha256(data).hexdigest()
        if key not in record.uploads:
            address = client.upload_picture(name, data).replace("http://", "https://", 1)
            record = structs.replace(record, uploads={**record.uploads, key: address})
            _keep(path, record)
        sources[number] = record.uploads[key]
    return record, sources


def send_draft(
    client: WechatClient,
    path: Path,
    record: DraftRecord,
    articles: tuple[DraftArticle, ...],
    cover: bytes,
    now: Callable[[], datetime],
) -> DraftRecord:
    """Make the draft; the record of it, ``sent`` where no answer came. Raises `PublishError`: then there is none."""
    if len(articles) > MOST_ARTICLES:
        raise PublishError(
            N_("the issue needs {count} articles; a draft holds {most}."),
            count=len(articles),
            most=MOST_ARTICLES,
            remedy=N_("Copy the articles by hand: index.html is ready."),
        )
    cover_id = client.add_cover(cover)
    sent = structs.replace(record, state="sent", at=now().isoformat(), media_id="")
    _keep(path, sent)
    try:
        media_id = client.add_draft(articles, cover_id)
    except PublishError:
        _keep(path, record)  # refused: there is none
        raise
    if media_id is None:
        return sent
    made = structs.replace(sent, state="made", media_id=media_id)
    _keep(path, made)
    return made


def _keep(path: Path, record: DraftRecord) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, msgspec.json.format(msgspec.json.encode(record)), sync=True)
