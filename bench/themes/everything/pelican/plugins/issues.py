"""Puts articles together into issues, which are Pelican's categories here, and gives both their neighbours."""

from itertools import pairwise
from typing import Any

from pelican import signals


def gather(generator: Any) -> None:
    for category, articles in generator.categories:
        category.ordered = sorted(articles, key=lambda article: article.order)
        for before, after in pairwise([None, *category.ordered, None]):
            if before:
                before.after = after
            if after:
                after.before = before
    issues = sorted((category for category, _ in generator.categories), key=lambda issue: issue.name, reverse=True)
    for newer, older in pairwise([None, *issues, None]):
        if newer:
            newer.older = older
        if older:
            older.newer = newer
    generator.context["issues"] = issues


def register() -> None:
    signals.article_generator_finalized.connect(gather)
