"""The codes of what arranging finds in the archive as a whole; see read_codes.py, whose list goes on here."""

from __future__ import annotations

from bulletin.core.i18n import N_
from bulletin.core.model import Code

ARCHIVE_CODES: dict[str, Code] = {
    "A101": Code(
        "error",
        N_("the number {number} is also used by {other}; this one was left out."),
        N_("Give one of the two another number, or delete the one that is not wanted."),
    ),
    "A102": Code(
        "error",
        N_("the address /{address} is also made by {other}; this one was left out."),
        N_("Give one of the two another name or {{#id}}."),
    ),
    "A103": Code(
        "warning",
        N_("the old address “{address}” cannot be kept."),
        N_("Write it like /old/2014002.html or /old/2014002/."),
    ),
    "A104": Code(
        "notice",
        N_("the station has no “url”; feeds and sitemap were not made."),
        N_("Write “url: https://…” into station.yml."),
    ),
    "A105": Code(
        "notice",
        N_("with the colour {colour} as “{key}”, words are hard to read; {used} is used instead."),
        N_("Write {used} yourself, or choose another colour."),
    ),
    "A106": Code(
        "error",
        N_("by its name this is a copy of {other}; it was left out."),
        N_("Take over what is newer in it, then delete it. If it is a text of its own, rename it."),
    ),
    "A107": Code(
        "error",
        N_("by their names this and {others} are all copies of one text; none of them was taken."),
        N_("Keep the right one under the name without the addition, and delete the others."),
    ),
    "A108": Code(
        "warning",
        N_("by its name this is a copy of {other}, but it is published already and stays."),
        N_("If it is a copy, delete it. If it is a text of its own, rename it."),
    ),
    "A109": Code(
        "error",
        N_(
            "this computer's clock says {now}, but the last build was at {built}. "
            "Issues that are dated later than the clock stay published: {numbers}."
        ),
        N_("Set the clock. If it is right, “bulletin build --yes” takes these issues off the site until their time."),
    ),
    "A110": Code(
        "error",
        N_("the issue is published already, but its date {date} has not come yet; it stays published."),
        N_("Correct the date. “bulletin build --yes” takes the issue off the site until then."),
    ),
    "A111": Code(
        "warning",
        N_("this was published and is a draft now; the build takes its pages off the site."),
        N_("If they are to stay, delete what makes it a draft."),
    ),
    "A112": Code(
        "notice",
        N_("station.yml names no section “{title}”, and it occurs once or twice: it has no column page."),
        N_("If it is misspelt, correct the title. If it is meant so, nothing is to be done."),
    ),
    "A113": Code(
        "warning",
        N_("“editions” names “{edition}”, whose library is not installed: it is not made."),
        N_("Install it: {command}"),
    ),
    "A114": Code(
        "notice",
        N_("“editions” names “{edition}”, and there is no font with Chinese characters here: it is not made."),
        N_("Put fonts into the folder under “print”, “fonts” of station.yml, or install them: Fandol, Noto CJK."),
    ),
    "A115": Code(
        "notice",
        N_("the text offers a file of its own at {address}, so no “{edition}” is made of it."),
        N_("If it is the same issue, nothing is to be done. Else give the file another name."),
    ),
    "A120": Code(
        "notice",
        N_("this was withdrawn on {date}: readers find a note in its place, whatever is written here."),
        N_("Nothing is to be done. A new text needs another number, or in an issue another {{#id}}."),
    ),
    "A121": Code(
        "error",
        N_("the kept pages of issue {number} held an article that was withdrawn; all of them were taken off the site."),
        N_("Fix what keeps the issue back; then its other articles are there again."),
    ),
    "A122": Code(
        "error",
        N_("the reason of the withdrawal names a number of a person ({words}); readers do not see the reason."),
        N_("Write another reason at this line."),
    ),
    "A130": Code(
        "error",
        N_("this recording cannot be played, so it is not on the issue's page: {reason}."),
        N_("Save it as MP3, or delete it."),
    ),
    "A131": Code(
        "error",
        N_("this recording may hold a text that was withdrawn or has expired, so it is not on the issue's page."),
        N_("Delete it. Where a text has expired: delete that in the issue's file, then record the rest anew."),
    ),
    "A140": Code(
        "warning",
        N_("“home” names “{name}”, which is no block and no column; the home page is made without it."),
        N_("Blocks: {blocks}. Columns: {columns}."),
    ),
    "A141": Code(
        "warning",
        N_("“home” names “{name}” twice; the home page shows it once, in the first place."),
        N_("Delete one of the two lines."),
    ),
    "A150": Code(
        "warning",
        N_("“labels” names “{name}”, which is no word of the pages; nothing was changed for it."),
        N_("“bulletin theme labels” lists the words of the pages."),
    ),
    "A151": Code(
        "warning",
        N_("what “labels” says for “{name}” does not fit “{shown}”; ours is shown."),
        N_("Write what is filled in there, each as often as it is there: {values}. Beside that no “%”, “{{” or “}}”."),
    ),
    "A152": Code(
        "warning",
        N_("what “labels” says for “{name}” is empty, too long, or has characters that nobody sees; ours is shown."),
        N_("Write some words on one line, at most 300 characters."),
    ),
    "A153": Code(
        "warning",
        N_("“labels” says a word of the pages twice, as “{other}” and as “{name}”; what is said here is shown."),
        N_("Delete one of the two lines."),
    ),
}
"""Reported by arranging."""
