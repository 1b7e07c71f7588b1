"""Options shared by several commands."""

from __future__ import annotations

import os

import click

from bulletin.core.i18n import Translate


def root_option(_: Translate) -> click.Option:
    return click.Option(["--root"], metavar="DIR", help=_("The station's folder; else the nearest one above."))


def jobs_option(_: Translate) -> click.Option:
    return click.Option(["--jobs"], type=click.IntRange(1, 64), help=_("Processes that work at the same time."))


def processors() -> int:
    """Default of ``--jobs``: the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
