"""The codes of what mail programs do not show of a letter: E, for e-mail; see read_codes.py."""

from __future__ import annotations

from bulletin.core.i18n import N_
from bulletin.core.model import Code

MAIL_CODES: dict[str, Code] = {
    "E101": Code(
        "notice",
        N_("the issue is too long for a letter ({limit} KB); readers get its titles and first paragraphs, with links."),
        N_("Nothing to fix; a shorter issue goes out whole."),
    ),
    "E102": Code(
        "notice",
        N_("a table of {columns} columns is too wide for a letter; on telephones its words are cut into pieces."),
        N_("Make two tables of it, or put it in as an attached file."),
    ),
    "E103": Code(
        "notice",
        N_("the picture “{target}” is in a form that {programs} do not show."),
        N_("Save it as JPEG or PNG."),
    ),
    "E104": Code(
        "notice",
        N_("“{element}” is taken out or not shown by {programs}."),
        N_("Take it out of templates/letter, or write a link in its place."),
    ),
    "E105": Code(
        "notice",
        N_("boxes, lists and tables are {depth} deep in each other here; {programs} draw less."),
        N_("Write it flatter: a list in a quotation, no table in it."),
    ),
    "E106": Code(
        "notice",
        N_("an address of {length} characters is cut off by some mail programs: {target}"),
        N_("Link to a shorter address."),
    ),
    "E107": Code(
        "notice",
        N_("the pictures of this issue are not in the letter, which shows their descriptions: {reason}."),
        N_("Write the site's address, with https, under “url” in station.yml."),
    ),
    "E108": Code(
        "warning",
        N_("the letter's two parts say different things, from here: “{html}” and “{text}”."),
        N_("Write the same words into templates/letter/letter.html and templates/letter/letter.txt."),
    ),
}
"""In the order of the numbers."""
