"""The official account: the entry ``wechat`` in station.yml. Its secret never stands there (publish/secrets)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bulletin.core.model import Value


class WechatAccount(Value, frozen=True, forbid_unknown_fields=True):
    """An official account of WeChat (公众号), and what its editor takes; docs/wechat.md says where each limit is from.

    The limits change without notice, so they are settings.
    """

    appid: Annotated[str, msgspec.Meta(pattern=r"^(wx[0-9a-zA-Z]{16})?$")] = ""
    """AppID of the account; empty where drafts are made by hand."""
    author: str = ""
    """Who is named as author; empty: the bulletin, or the office, where its name is short enough."""
    title_limit: Annotated[int, msgspec.Meta(ge=8, le=200)] = 32
    """Characters of a title."""
    digest_limit: Annotated[int, msgspec.Meta(ge=8, le=500)] = 54
    """Characters of a digest."""
    author_limit: Annotated[int, msgspec.Meta(ge=2, le=100)] = 16
    """Characters of an author."""
    article_limit: Annotated[int, msgspec.Meta(ge=2_000, le=1_000_000)] = 19_900
    """Characters of an article with its tags: the platform asks for less than 20,000, and its editor adds some."""
