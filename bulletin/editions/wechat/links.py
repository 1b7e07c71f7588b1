"""Which addresses the editor of an official account knows."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_in_wechat(address: str) -> bool:
    """Whether the editor keeps a link to it."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname == "mp.weixin.qq.com"


def is_fetched(address: str) -> bool:
    """Whether a server elsewhere may fetch what is there, as far as one sees from the address."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host and not host.replace(".", "").isdigit() and ":" not in host


def is_worth_a_note(target: str, words: str) -> bool:
    """Whether the address says more than the words: not a place in this article, not what stands there anyway."""
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    plain = {bare, bare.rstrip("/"), bare.partition("://")[2].rstrip("/")}
    return bool(target) and not target.startswith("#") and words.strip() not in plain - {""}
