"""The codes of what printing finds: T, for typesetting; see read_codes.py."""

from __future__ import annotations

from bulletin.core.i18n import N_
from bulletin.core.model import Code

PRINT_CODES: dict[str, Code] = {
    "T101": Code(
        "warning",
        N_("no font here has the character “{character}” ({number}); it is printed as 〓 ({count}×)."),
        N_("Put a font that has it into the folder under “print”, “fonts” of station.yml, or write it otherwise."),
    ),
    "T102": Code(
        "warning",
        N_("{number} is a private character, which only one computer knows; it is printed as 〓 ({count}×)."),
        N_("Write the character itself: it was made with a font of its own, or with the system's character editor."),
    ),
    "T103": Code(
        "warning",
        N_("{number} is no character that can be printed; it is printed as 〓 ({count}×)."),
        N_("Delete it."),
    ),
    "T104": Code(
        "warning",
        N_("a table of {columns} columns is too wide for A4, even on a page that is turned; it is printed very small."),
        N_("Make two tables of it."),
    ),
    "T105": Code(
        "notice",
        N_("fonts of official writing are missing, others take their place: {fonts}."),
        N_("Put the fonts into the folder under “print”, “fonts” of station.yml, or install them."),
    ),
    "T106": Code(
        "warning",
        N_("the PDF does not hold to PDF/A-2a and PDF/UA-1: {words}"),
        N_("It can be printed. Tell the makers of bulletin, and send them the issue."),
    ),
    "T107": Code(
        "error",
        N_("the sheet could not be set: {reason}."),
        N_("Shorten the text, or leave out its largest table or picture."),
    ),
    "T108": Code(
        "error",
        N_("there is no font with Chinese characters on this computer."),
        N_("Put fonts into the folder under “print”, “fonts” of station.yml, or install them: Fandol, Noto CJK."),
    ),
}
"""In the order of the numbers."""
