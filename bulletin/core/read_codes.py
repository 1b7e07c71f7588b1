"""The codes of what reading and arranging find: what each says and how its problem is fixed.

Those of the rules of `bulletin check` are in codes.py. First letter: F file and front matter, M markup and
structure, L links and pictures; A, the archive as a whole, is in archive_codes.py. docs/problems.md describes each.
"""

from __future__ import annotations

from bulletin.core.i18n import N_
from bulletin.core.model import Code

READ_CODES: dict[str, Code] = {
    # ── the file itself
    "F101": Code(
        "error",
        N_("the file is neither UTF-8 nor GB18030: byte {position} cannot be read."),
        N_("Open it in Word, WPS or Notepad and save it as text with the encoding UTF-8."),
    ),
    "F102": Code(
        "error",
        N_("the file holds {count} control characters, the first of them {character}; it is no text."),
        N_("Open it in the program that made it and save it as text with the encoding UTF-8."),
    ),
    "F103": Code(
        "notice",
        N_("the file is in GB18030; it was read, but other programs may not display it correctly."),
        N_("Save it as UTF-8 when you next edit it."),
    ),
    "F104": Code(
        "error",
        N_("the file has {size} bytes; more than {limit} are not read."),
        N_("Put each part of the issue in a file of its own, in a folder named after the issue."),
    ),
    "F105": Code(
        "error",
        N_("the name “{name}” cannot be used on every computer."),
        N_("Rename it: letters, digits, Chinese characters, “-” and “_”; at most 80 characters."),
    ),
    "F106": Code(
        "error",
        N_("the file cannot be read: {reason}."),
        N_("Put the file itself into the content folder; links to other places are not followed."),
    ),
    "F107": Code(
        "error",
        N_("there is no right to read this: {reason}."),
        N_("Give the account that builds the site the right to read it and the folders above it."),
    ),
    "F108": Code(
        "error",
        N_("this is not there now: {reason}."),
        N_("Connect the drive or the network folder that holds it, or put it back; then build again."),
    ),
    "F109": Code(
        "error",
        N_("reading this failed: {reason}."),
        N_("Build again; if it fails again, put a copy from your backup in its place and have the disk checked."),
    ),
    "F110": Code(
        "error",
        N_("there is {what} where a file should be."),
        N_("Move it away, and put the file in its place."),
    ),
    # ── front matter
    "F201": Code(
        "error",
        N_("the front matter begins with “---” but never ends."),
        N_("Put a line with “---” after the last entry."),
    ),
    "F202": Code(
        "error",
        N_("the front matter cannot be read: {reason}."),
        N_("Write one “name: value” on each line; put a value with a colon into quotation marks."),
    ),
    "F203": Code(
        "error",
        N_("the front matter uses {what}, which is not allowed here."),
        N_("Write the values out plainly."),
    ),
    "F204": Code(
        "error",
        N_("“{key}” is defined twice."),
        N_("Keep one of the two."),
    ),
    "F205": Code(
        "warning",
        N_("unknown entry “{key}” in the front matter."),
        N_("Correct its name, or delete it."),
    ),
    "F206": Code(
        "error",
        N_("“{key}: {value}” is not {expected}."),
        N_("Correct the value."),
    ),
    "F301": Code(
        "error",
        N_("the issue has no number, and neither the file's name nor the title or the first lines has one."),
        N_("Write “number: 2014002” into the front matter."),
    ),
    "F302": Code(
        "error",
        N_("“{value}” is not an issue number."),
        N_("Write it like 2014002, 2014年第2期, 第2期(总第38期) or 〔2014〕2号."),
    ),
    "F303": Code(
        "error",
        N_("the issue has no date."),
        N_("Write “date: 2015-04-10 10:04” into the front matter."),
    ),
    "F304": Code(
        "error",
        N_("“{value}” is not a date that exists."),
        N_("Write it like 2015-04-10 or 2015-04-10 10:04."),
    ),
    "F305": Code(
        "error",
        N_("this file is in an issue's folder but does not say to which section its article belongs."),
        N_("Write “section: 站务新闻” into its front matter."),
    ),
    "F306": Code(
        "notice",
        N_("this article is a draft; the issue appears without it."),
        N_("Delete the line “draft: true” when it may be published."),
    ),
    "F307": Code(
        "notice",
        N_("the date {date} was taken from {what}."),
        N_("If it is right, write “date: {date}” into the front matter, so that it stays whatever changes there."),
    ),
    "F308": Code(
        "notice",
        N_("the file is in UTF-16 (“Unicode”); it was read, but other programs may not display it correctly."),
        N_("Save it as UTF-8 when you next edit it."),
    ),
    "F309": Code(
        "warning",
        N_("{count} invisible control characters were left out, the first of them ({character}) on this line."),
        N_("Look whether something is missing there; “bulletin check --fix” takes them out of the file."),
    ),
    "F310": Code(
        "notice",
        N_("this is {what}; no issue is made of it, and no text shows it."),
        N_(
            "Copy its text into a file like 2014002.md in this folder. Put a picture or an attachment into the issue's "
            "own folder, and name it in the text."
        ),
    ),
    "F311": Code(
        "error",
        N_("this is {what}, whatever the file's name says, and cannot be read as a text."),
        N_("Open it in the program that made it, copy the text and save it as a text file with the encoding UTF-8."),
    ),
    "F312": Code(
        "notice",
        N_("no issue is published from this .txt: {reason}."),
        N_(
            "To publish it, write “number: 2014002”, “date: 2015-04-10” and “draft: no” at its top, between two lines "
            "“---”. If it is an attachment, put it into the issue's own folder."
        ),
    ),
    "F313": Code(
        "warning",
        N_("this notice ends before it begins ({start}), so nobody ever sees it."),
        N_("Correct “from:” or “until:”."),
    ),
    "F314": Code(
        "notice",
        N_("this is a document of Word; no issue is made of it, and no text shows it."),
        N_(
            "Make a draft from it: bulletin word in {file}. Put an attachment into the issue's own folder, and name it "
            "in the text."
        ),
    ),
    "F401": Code("warning", N_("no figure of the day is shown: {reason}."), N_("Set it anew: bulletin today 23")),
    # ── parsing
    "M101": Code(
        "error",
        N_("reading took longer than {seconds} seconds and was stopped; the text was left out."),
        N_("Look for long runs of the same character, such as “[” or “*”, and delete them."),
    ),
    "M102": Code(
        "error",
        N_("lists, quotations or definitions are nested too deep to be read; the text was left out."),
        N_("Break the text up: fewer levels, shorter lists."),
    ),
    "M103": Code(
        "error",
        N_("reading needed more than {megabytes} MB of memory or crashed; the text was left out."),
        N_("Look for long runs of the same character and delete them, or split the file."),
    ),
    # ── markup
    "M201": Code(
        "error",
        N_("the code block that begins here (“{fence}”) never ends."),
        N_("Put the same characters alone on a line after its end."),
    ),
    "M202": Code(
        "error",
        N_("the comment that begins here (“<!--”) never ends; what follows it would be lost."),
        N_("Put “-->” after its end."),
    ),
    "M203": Code(
        "warning",
        N_("“{mark}” is opened but not closed: {context}"),
        N_("Put “{mark}” on both sides of the words, or delete it."),
    ),
    "M204": Code(
        "warning",
        N_("a link is begun but not closed: {context}"),
        N_("Write it as [words](address)."),
    ),
    "M205": Code(
        "warning",
        N_("the tag <{tag}> is opened but not closed."),
        N_("Close it with </{tag}>, or delete it."),
    ),
    "M206": Code(
        "warning",
        N_("“{what}” is not allowed in an issue and was left out."),
        N_("Delete it; write the text in plain Markdown."),
    ),
    "M207": Code(
        "warning",
        N_("the footnote [^{name}] has no text."),
        N_("Add a line “[^{name}]: text” at the end of the article."),
    ),
    "M208": Code(
        "notice",
        N_("it is not clear whether a paragraph ends here; a line break is shown (lines: {lines})."),
        N_("Put a blank line between paragraphs (“bulletin check --fix” does it), or write a sentence on one line."),
    ),
    "M210": Code(
        "warning",
        N_("a row of the table has another number of cells ({cells}) than the table's head ({head})."),
        N_("Give every row as many cells as the head; leave a cell empty where there is nothing to say."),
    ),
    # ── structure
    "M301": Code(
        "warning",
        N_("the section “{title}” has no text."),
        N_("Write its text, or delete its heading."),
    ),
    "M302": Code(
        "warning",
        N_("the article “{title}” has no text."),
        N_("Write its text, or delete its heading."),
    ),
    "M303": Code(
        "warning",
        N_("the heading “{title}” skips a level."),
        N_("Use one “#” more than the heading above it, not two."),
    ),
    "M304": Code(
        "warning",
        N_("a heading has no text."),
        N_("Write its text after the heading mark, or delete the line."),
    ),
    "M305": Code(
        "error",
        N_("the issue has no text."),
        N_("Write at least one section, or keep it back with “draft: true”."),
    ),
    "M306": Code(
        "warning",
        N_("the id “{id}” cannot be used as it is; the address has “{used}” instead."),
        N_("Write {{#{used}}}, or choose another id: small letters, digits, Chinese characters, “-” and “_”."),
    ),
    "M307": Code(
        "error",
        N_("the issue has {sections} sections and {articles} articles; more than {most} of both are not read."),
        N_("Put what does not belong to this issue into others; a line of a list needs no “●” and no “#”."),
    ),
    "M308": Code(
        "warning",
        N_("the id “{id}” is not used: {reason}. The address has “{used}” instead."),
        N_("Delete {{#{id}}}, or use “{used}” in links."),
    ),
    "M309": Code(
        "warning",
        N_("the footnote [^{name}] has no text here; the note of that name belongs to “{title}”."),
        N_("Add a line “[^{name}]: text” at the end of this article too; a note of another article is not taken."),
    ),
    "M410": Code(
        "error",
        N_("this correction is not shown: {reason}."),
        N_("Each item has a date, the wrong words under “was”, the right ones under “now”, and may name an article."),
    ),
    "M411": Code(
        "warning",
        N_("no article here is called “{where}”; the correction is shown for the issue as a whole."),
        N_("Write the article's title, or its name in the address; leave “where” away for the whole issue."),
    ),
    # ── links and pictures
    "L101": Code(
        "warning",
        N_("the link “{target}” leads nowhere."),
        N_("Correct the address, or delete the link."),
    ),
    "L102": Code(
        "warning",
        N_("the link “{target}” names a place that is not on that page."),
        N_("Correct the part after “#”, or delete it."),
    ),
    "L103": Code(
        "warning",
        N_("the file “{target}” does not exist."),
        N_("Put it beside the text, or correct its name (capital and small letters count)."),
    ),
    "L104": Code(
        "warning",
        N_("the picture “{target}” has no description."),
        N_("Write what it shows between the brackets: ![a description]({target})."),
    ),
    "L105": Code(
        "warning",
        N_("the picture “{target}” cannot be used: {reason}."),
        N_("Save it again as JPEG or PNG, at most 40 million pixels."),
    ),
    "L106": Code(
        "warning",
        N_("the picture “{target}” is on another website; a link is shown in its place."),
        N_("Save the picture beside the text and use its file name."),
    ),
    "L107": Code(
        "warning",
        N_("the file “{target}” is outside the content folder."),
        N_("Copy it beside the text."),
    ),
    "L108": Code(
        "warning",
        N_("files like “{target}” are not published."),
        N_("Save it as PDF, Word, Excel, WPS, text, ZIP, MP3 or MP4."),
    ),
    "L109": Code(
        "warning",
        N_("the link “{target}” leads to a draft or to an issue that is not published yet: readers will not find it."),
        N_("Publish that text first, or take the link out until then."),
    ),
    "L110": Code(
        "warning",
        N_("the picture “{target}” is an animation: {reason}."),
        N_("Save it as MP4 and link to that, or save the image that says most as JPEG or PNG."),
    ),
    "L111": Code(
        "warning",
        N_("“{target}” is on your own computer; readers cannot see it."),
        N_("Copy the file beside the text, and write its name only."),
    ),
    "L112": Code(
        "warning",
        N_("the drawing “{target}” is shown without {what}."),
        N_(
            "Turn it into plain paths in the drawing program (Illustrator: Object › Expand; Inkscape: Path › Object to "
            "Path) and save it anew, or save the whole as PNG."
        ),
    ),
}
"""Reported by reading."""
