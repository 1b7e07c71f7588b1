"""The exceptions that end a command, in one tree.

BulletinError           the command cannot continue; exit code 2
├── StationError        content/station.yml (or content/today.yml) is missing or broken
├── UsageError          the command was asked for something it cannot do
│   └── ExtraMissing    … because a library of an extra is not installed (see extras.py)
├── TemplateError       a template is wrong: file and line are in the message
├── OutputError         the site, or a file of the project, cannot be written
├── SearchError         the index of the search cannot be made
├── HitsError           the counter's store, or the service behind it, cannot be used
├── MailError           readers, runs or a mail server cannot be used
├── PublishError        a release, a target or the ledger cannot be used; a target's site is as it was
├── WorkerError         the parse workers cannot be started at all
├── IssuesGone          many published issues have no source any more; ends with exit code 1
└── StationHeldBack     station.yml holds what must not be public; ends with exit code 1

What the author of an issue can fix is not an error but a `Problem` (see problems.py).
"""

from collections.abc import Callable, Mapping


class BulletinError(Exception):
    """A stage cannot continue.

    ``message`` is an English template marked for translation, ``args`` its values, so that only the
    command line, which knows the reader's language, formats the message (see i18n.py). A value
    named ``path`` says where it happened, ``file:line``, and is printed before the message.
    """

    exit_code = 2

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        place = f"{self.values['path']}: " if "path" in self.values else ""
        return place + self.message.format_map(self.values)


class StationError(BulletinError):
    """The station's own description cannot be used."""


class UsageError(BulletinError):
    """The command was asked for something it cannot do."""


class ExtraMissing(UsageError):
    """A library of an extra is not installed; ``message`` holds ``{command}``, which installs it."""

    def __init__(self, message: str, extra: str) -> None:
        super().__init__(message, command=f'pip install "bulletin[{extra}]"')


class TemplateError(BulletinError):
    """A template is wrong."""


class OutputError(BulletinError):
    """The site cannot be written."""


class SearchError(BulletinError):
    """The index of the search cannot be made."""


class HitsError(BulletinError):
    """The counter's store, or the service behind it, cannot be used."""


class PublishError(BulletinError):
    """A release cannot be made, or a target cannot take it."""


class MailError(BulletinError):
    """Readers, runs or a mail server cannot be used."""


class WorkerError(BulletinError):
    """The parse workers cannot be started."""


class StationHeldBack(BulletinError):
    """The words of every page hold what must not be public, and nobody has passed it."""

    exit_code = 1


class IssuesGone(BulletinError):
    """Many published issues have no source any more, and nobody has said that they may go."""

    exit_code = 1


TRANSLATED_VALUES = ("what", "reason", "expected", "review")
"""Values that are phrases of this program, to be translated; the others are the author's words."""


def sentence(error: BulletinError, translate: Callable[[str], str]) -> str:
    """An error's message, after its location."""
    values = {k: translate(v) if k in TRANSLATED_VALUES and isinstance(v, str) else v for k, v in error.values.items()}
    place = f"{values['path']}: " if "path" in values else ""
    mend = translate(str(error.values.get("remedy", ""))).format_map(values) if "remedy" in error.values else ""
    return f"{place}{translate(error.message).format_map(values)} {mend}".rstrip()
