"""Settings of a service."""

from __future__ import annotations

from bulletin.core.model import Value
from bulletin.hits.rules import Rules


class Settings(Value, frozen=True):
    """Options of `hits serve`."""

    store: str
    """URL of the store (stores/opening.py)."""
    keys: str
    """Path of the list of keys."""
    bind: str = "127.0.0.1:8790"
    """Address and port, or ``unix:/run/bulletin/hits.sock``."""
    workers: int = 1
    proxies: tuple[str, ...] = ()
    """Networks whose ``X-Forwarded-For`` is trusted."""
    origins: tuple[str, ...] = ()
    """Origins of pages that may count beside the service's own, ``https://www.example.cn``."""
    token: str = ""
    """Bearer token for setting today's figure; empty: disabled."""
    take_over: bool = False
    """Take the store over from another address of the station (stores/identity.py)."""
    rules: Rules = Rules()
