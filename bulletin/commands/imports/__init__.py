"""`bulletin import …`: texts from elsewhere. Each command's module is loaded when that command is used."""

from __future__ import annotations

import bulletin.commands.options  # noqa: F401 - with the group, as every command's help
from bulletin.commands.terminal import Group, LazyCommand, Session
from bulletin.core.i18n import N_

_COMMANDS = (
    (
        "html",
        "html",
        N_("Take over an old website: saved pages become issues, with their times, counts and addresses."),
    ),
    ("wordpress", "posts", N_("Take over the posts of WordPress from the file that its export gives.")),
    (
        "halo",
        "posts",
        N_("Take over the posts of Halo: the file of JSON that Halo 1 exports, or a folder of Markdown."),
    ),
    ("hugo", "posts", N_("Take over the posts of a folder of Hugo.")),
    ("hexo", "posts", N_("Take over the posts of a folder of Hexo.")),
    ("jekyll", "posts", N_("Take over the posts of a folder of Jekyll.")),
)
"""Name, module, and help; in the order of `bulletin import --help`. That of ``hugo`` has `import_hugo` and so on."""


def import_group(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    return Group(
        "import",
        commands=[
            LazyCommand(session, name, help, f"imports.{module}", f"import_{name}") for name, module, help in _COMMANDS
        ],
        help=help,
    )
