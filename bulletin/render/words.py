"""Words of the catalogue, and a station's own in their place, as templates show them."""

from __future__ import annotations

from collections.abc import Callable

import jinja2
from jinja2.runtime import Context
from markupsafe import escape

from bulletin.core.i18n import Translate


def install_words(
    environment: jinja2.Environment, gettext: Translate, ngettext: Callable[[str, str, int], str]
) -> None:
    """Give templates ``_``, ``gettext`` and ``ngettext``; words are text, which is escaped where a template is HTML."""

    @jinja2.pass_context
    def one(context: Context, word: str) -> str:
        return _shown(context, gettext(word))

    @jinja2.pass_context
    def counted(context: Context, word: str, words: str, n: int) -> str:
        return _shown(context, ngettext(word, words, n))

    environment.install_gettext_callables(one, counted, newstyle=True)  # type: ignore[attr-defined]


def _shown(context: Context, word: str) -> str:
    return escape(word) if context.eval_ctx.autoescape and is_markup(context.name) else word


def is_markup(template: str | None) -> bool:
    """Whether it makes HTML or XML; other files, as of web servers, have their words as they are."""
    return (template or "").endswith((".html", ".xml"))
