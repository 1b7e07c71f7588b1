"""`bulletin import …`: texts from elsewhere. Each command's module is loaded when that command is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import click

import bulletin.commands.options  # noqa: F401 - with the group, as every command's help
from bulletin.commands.terminal import Group, LazyCommand, Session
from bulletin.core.i18n import N_

_COMMANDS = (
    ("html", N_("Take over an old website: saved pages become issues, with their times, counts and addresses.")),
    ("wordpress", N_("Take over the posts of WordPress from the file that its export gives.")),
    ("halo", N_("Take over the posts of Halo: the file of JSON that Halo 1 exports, or a folder of Markdown.")),
    ("hugo", N_("Take over the posts of a folder of Hugo.")),
    ("hexo", N_("Take over the posts of a folder of Hexo.")),
    ("jekyll", N_("Take over the posts of a folder of Jekyll.")),
)
"""Name, and help; in the order of `bulletin import --help`. The module ``html`` has `import_html`."""


def import_group(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    return Group("import", commands=[_lazy(session, *command) for command in _COMMANDS], help=help)


def _lazy(session: Session, name: str, help: str) -> LazyCommand:
    words = session.say.translate(help)

    def load() -> click.Command:
        module = import_module(f"bulletin.commands.imports.{'html' if name == 'html' else 'posts'}")
        make: Callable[[Session, str], click.Command] = getattr(module, f"import_{name}")
        return make(session, words)

    return LazyCommand(name, words, load)
