"""Messages for people: gettext catalogues, English in the code, zh_CN complete.

Pages use the station's language, commands the user's. Neither the clock nor the environment is read below the
command line.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping

LOCALE = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 - pathlib would delay --help
DOMAIN = "bulletin"

Translations = gettext.NullTranslations
Translate = Callable[[str], str]
"""A message in the reader's language."""


def N_(message: str) -> str:
    """Mark a message for translation without translating it here."""
    return message


def translations(language: str) -> Translations:
    """The catalogue for a language tag (``zh-CN``, ``zh_CN.UTF-8``, ``en``); English needs none."""
    if language.lower().replace("-", "_").startswith("zh"):
        return gettext.translation(DOMAIN, LOCALE, ["zh_CN"])
    return gettext.NullTranslations()


def language_of(environment: Mapping[str, str], system: str = "") -> str:
    """The user's language, by gettext's own order of variables.

    ``system`` is what the operating system says, for Windows, where the variables are not set.
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").split(":")[0]
        if value and value.split(".")[0] not in ("C", "POSIX"):
            return value
        if value:
            return "en"
    return system or "en"
