"""The command line: detects the user's language, lists the commands, and loads the one that is used.

Only this module and `terminal` read clock and environment; commands get them as a `Session`.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Callable
from datetime import datetime

import click

from bulletin import __version__
from bulletin.commands.terminal import Group, LazyCommand, Messages, Session, now
from bulletin.core.i18n import DOMAIN, LOCALE, N_, language_of, translations

COMMANDS = (
    ("init", "station", N_("Make a station: a folder with everything that is needed, to fill in.")),
    ("new", "station", N_("Begin the next issue: the station's sections as headings, kept back as a draft.")),
    ("build", "site", N_("Build the website into the folder “site”. Only what changed is written.")),
    (
        "serve",
        "site",
        N_("Show the site as you write: every time you save, the open page follows. Drafts are shown and marked."),
    ),
    ("check", "check", N_("Find all that is wrong in the texts and in the archive, without building.")),
    (
        "review",
        "review",
        N_("Record that somebody has read an issue before it goes out, or write the register of all reviews."),
    ),
    (
        "publish",
        "publish",
        N_("Bring the site to the public: show what changes, ask, send it, and look whether readers have it."),
    ),
    (
        "withdraw",
        "publish.withdraw",
        N_("Take a published text from the public at once; its address stays, with a note."),
    ),
    (
        "correct",
        "correct",
        N_("Correct a published text: its words, and a note that says what was wrong and what is right."),
    ),
    (
        "readers",
        "readers",
        N_("Keep the list of who gets the letter: with proof of consent, and forgotten when asked."),
    ),
    ("mail", "mail", N_("Send an issue as a letter: a test, then to the readers, and what became of each letter.")),
    (
        "tell",
        "tell",
        N_("Tell chat groups of a published issue, by their robots, or write the text of a short message."),
    ),
    ("print", "print", N_("Print an issue on A4, in the form of official writing, as a PDF.")),
    (
        "bind",
        "print",
        N_("Bind the issues of a year in one PDF or e-book: contents, index of authors, running page numbers."),
    ),
    (
        "export",
        "export",
        N_(
            "Write an issue into a file to hand on: a book for e-readers (a year’s too), plain text, or a document of "
            "Word."
        ),
    ),
    (
        "wechat",
        "wechat",
        N_("Make an issue ready for the editor of an official account of WeChat, to be copied or as a draft."),
    ),
    (
        "word",
        "word",
        N_("From Word or WPS: a document or what was copied becomes a draft. To Word: an issue as a document."),
    ),
    (
        "import",
        "imports",
        N_("Take over an old website, or the posts of another program, with times, counts and addresses."),
    ),
    ("theme", "theme", N_("For a designer: list the files of the theme, copy one to change it, see what has changed.")),
    ("today", "station", N_("Set how many people stay at the station today, or show what is set.")),
    ("hits", "hits", N_("Count how often pages are read: the service behind 点击, and its figures.")),
)
"""Name, module of `commands/` with a function of that name that makes it, and help; in the order of `--help`."""

_MAKERS = {"import": "import_group"}
"""Command → function that makes it, where that cannot be called like the command: Python has the word itself."""


def main(clock: Callable[[], datetime] = now) -> None:
    """Detect the language, then run the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Windows console in an old code page must not raise
    language = "zh_CN" if language_of(os.environ, _system_language()).lower().startswith("zh") else "en"
    os.environ["LANGUAGE"] = language  # for click, whose messages are in our catalogue
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    bulletin(Session(Messages(translations(language).gettext), language, clock, os.environ))(prog_name="bulletin")


def _system_language() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")


def bulletin(session: Session) -> Group:
    """All commands, described in the user's language."""
    _ = session.say.translate
    group = Group(
        "bulletin",
        commands=[LazyCommand(session, name, help, module, _MAKERS.get(name, name)) for name, module, help in COMMANDS],
        help=_("Work bulletins of small public offices: written in Markdown, checked, made into a website."),
        epilog=_("Begin like this:\n  bulletin init mystation\n  cd mystation\n  bulletin serve --open"),
        context_settings={"help_option_names": ["-h", "--help"], "obj": session, "max_content_width": 100},
    )
    return click.version_option(__version__, message="%(prog)s %(version)s")(group)
