"""The codes of the rules of `bulletin check`: what each says and how its problem is fixed.

The codes that reading and arranging report are in read_codes.py; both together are `problems.CODES`. First
letter: P people, D damage, W words, L links, A the archive as a whole, R reading, I comments that silence a rule.
Where a rule comes from, with a bad and a good example, is in check/lessons.txt.
"""

from __future__ import annotations

from bulletin.core.i18n import N_ as N_
from bulletin.core.model import Code as Code
from bulletin.core.model import Severity as Severity

_DELETE_NUMBER = N_("Delete it. A case story leaves such a number out; it is not enough to mask it.")

CHECK_CODES: dict[str, Code] = {
    # ── links to other websites, and files
    "L201": Code(
        "warning",
        N_("the address “{target}” on another website does not answer: {reason}."),
        N_("Correct the address, or delete the link."),
    ),
    "L202": Code(
        "notice",
        N_("the address “{target}” has moved for good."),
        N_("Write the new address."),
    ),
    "L203": Code(
        "warning",
        N_("the address “{target}” is in a private network; readers cannot reach it."),
        N_("Write an address that is open to everybody, or delete the link."),
    ),
    "L204": Code(
        "notice",
        N_("the friendly link “{name}” leads to a commercial or unknown website: {target}"),
        N_("Link organs and public institutions; delete it, or name its host under “partners” in station.yml."),
    ),
    "L205": Code(
        "error",
        N_("the file “{target}” is offered for download, but it is empty."),
        N_("Put the right file in its place, or delete the link."),
    ),
    "L206": Code(
        "warning",
        N_("the address “{target}” under “{key}” leads nowhere: {reason}."),
        N_("Write it like this: https://www.example.cn/"),
    ),
    # ── the archive as a whole
    "A201": Code(
        "warning",
        N_("between numbers {before} and {after} something is missing: {missing}."),
        N_("Put the missing issue in, or correct the number."),
    ),
    "A202": Code(
        "warning",
        N_("the last issue is of {last}; by the station's rhythm the next was due on {due}."),
        N_("Publish the next issue, or correct “rhythm” in station.yml."),
    ),
    "A203": Code(
        "notice",
        N_("the next issue is due in {days} days, on {due}; on {breaks} nothing will have been new for two weeks."),
        N_("Nothing to fix yet."),
    ),
    "A204": Code(
        "warning",
        N_("the column “{title}” has had nothing new since {last}; {limit} days are allowed."),
        N_("Write for it, or take it out of “sections” in station.yml."),
    ),
    "A205": Code(
        "warning",
        N_("the column “{title}” is empty."),
        N_("Write for it, or take it out of “sections” in station.yml."),
    ),
    "A206": Code(
        "warning",
        N_("the entry “{key}” is empty; a station of the profile “{profile}” must state it."),
        N_("Fill it in in station.yml."),
    ),
    "A207": Code(
        "warning",
        N_("the date of publication was {before} when this issue went out; now it says {after}."),
        N_("Put the first date back; a later change is written as “updated”."),
    ),
    "A208": Code(
        "warning",
        N_("the address /{address}, which was public, is gone, and nothing leads from it to a new one."),
        N_("Name it under “redirect_from” in the text that takes its place."),
    ),
    "A209": Code(
        "error",
        N_("a mark of secrecy (“{words}”): what carries it is kept back, from the site and from every other form."),
        N_(
            "Take the text out of the content folder; if the mark is a mistake, delete it. What is only marked "
            "内部资料 or 内部刊物 may go out with “密级: 公开” at its top, or with “internal: public” in station.yml."
        ),
    ),
    "A210": Code(
        "warning",
        N_("this issue has {done} of the {needed} reviews that the station asks for."),
        N_(
            "Record the next one: bulletin review {id} --as {role} --by NAME. "
            "Issues dated after the station's first review are kept back until they have theirs."
        ),
    ),
    "A211": Code(
        "warning",
        N_("the review by {by} ({review}) no longer counts: {reason}."),
        N_("Have it read again and record that: bulletin review {id} --as {role} --by NAME"),
    ),
    # ── people
    "P101": Code("error", N_("an identity number: {words}"), _DELETE_NUMBER),
    "P102": Code("error", N_("an identity number in the old form of 15 digits: {words}"), _DELETE_NUMBER),
    "P103": Code(
        "error",
        N_("a mobile number that is not the station's: {words}"),
        N_("Delete it. Numbers that may be public are listed under “phones” in station.yml."),
    ),
    "P104": Code(
        "warning",
        N_("a telephone number that is not the station's: {words}"),
        N_("Delete it, or, if it is an office's, name it under “phones” in station.yml."),
    ),
    "P105": Code("error", N_("the number of a bank card: {words}"), _DELETE_NUMBER),
    "P106": Code(
        "warning",
        N_("the number plate of a vehicle: {words}"),
        N_("Delete it, or leave only its first two characters."),
    ),
    "P107": Code("error", N_("the number of a passport or travel permit: {words}"), _DELETE_NUMBER),
    "P108": Code(
        "warning",
        N_("a person's mail address: {words}"),
        N_("Delete it, or write the office's own address, which is given under “email” in station.yml."),
    ),
    "P109": Code(
        "warning",
        N_("an exact home address: {words}"),
        N_("Name the province or city at most."),
    ),
    "P110": Code(
        "warning",
        N_("“{words}” near “{near}” may name a person in a case (line {places})."),
        N_("Write “{masked}”. If it is a colleague, name them under “staff” in station.yml."),
    ),
    "P111": Code(
        "warning",
        N_("the picture “{target}” is in a case section, and nothing says whether people can be seen in it."),
        N_("Write “people: none”, “people: masked” or “people: consent” at the top of the file."),
    ),
    "P112": Code(
        "warning",
        N_("the picture “{target}” says where it was taken: not on the site, but in the file itself."),
        N_("Save the picture again without its location before you pass the file on."),
    ),
    "P113": Code(
        "error",
        N_("this search notice does not say when it ends."),
        N_("Write “until: 2026-12-31” at the top of the file; it leaves the site after that day."),
    ),
    "P114": Code(
        "notice",
        N_("this search notice ended on {date} and no longer appears."),
        N_("Delete the file, or write a later day after “until:”."),
    ),
    "P115": Code(
        "warning",
        N_("the file's properties tell {what} ({words})."),
        N_("Take it out: “bulletin check --fix” does it in docx, xlsx and pptx; export a PDF again without it."),
    ),
    "P116": Code(
        "warning",
        N_("the file still holds {what} ({words})."),
        N_("Accept or reject all changes and delete all comments; “bulletin check --fix” does it in docx."),
    ),
    "P117": Code(
        "warning",
        N_("the file holds what its readers do not see at once: {what} ({words})."),
        N_("Delete what is hidden, or save what is to be seen as a new file."),
    ),
    "P118": Code(
        "warning",
        N_("the file carries {what} ({words})."),
        N_("Take them out, or save the file as PDF."),
    ),
    "P119": Code(
        "warning",
        N_("nobody has looked into this file: {reason}."),
        N_("Save it as docx, xlsx, pptx or PDF without a password, or look through it yourself."),
    ),
    "P120": Code("warning", N_("the number of a person's document: {words}"), _DELETE_NUMBER),
    "P121": Code("warning", N_("a person's number at a hospital, a school or an insurance: {words}"), _DELETE_NUMBER),
    "P122": Code(
        "warning",
        N_("a person's account in a chat or on a platform: {words}"),
        N_("Delete it, or write the office's own telephone number."),
    ),
    "P123": Code("warning", N_("the number of a person's bank account: {words}"), _DELETE_NUMBER),
    "P124": Code(
        "notice",
        N_("“{words}” may be a person's name (line {places})."),
        N_("If it is a person in a case, write “{masked}”; a colleague is named under “staff” in station.yml."),
    ),
    "P125": Code(
        "notice",
        N_("“{words}” near “{near}” names a person whom the office helped (line {places})."),
        N_("Write “{masked}”, unless the person has agreed to be named."),
    ),
    # ── damage
    "D101": Code("error", N_("there is no such date: “{words}”."), N_("Write it out: 2014年11月16日.")),
    "D102": Code("warning", N_("there is no such time: “{words}”."), N_("Write it out: 18:30 or 18时30分.")),
    "D103": Code(
        "notice",
        N_("the date “{words}” is far from this issue's own, {date}."),
        N_("Check whether the year is right."),
    ),
    "D104": Code(
        "warning",
        N_("“{words}” has no matching half, or two pairs overlap: {context}"),
        N_("Add the missing character, or delete this one."),
    ),
    "D105": Code(
        "notice",
        N_("half-width “{words}” among Chinese characters; {count} such characters in this text."),
        N_("Use full-width punctuation; “bulletin check --fix” does it."),
    ),
    "D106": Code("warning", N_("repeated punctuation: “{words}”."), N_("Keep one of them.")),
    "D107": Code(
        "warning",
        N_("the point “{words}” is numbered in another way than the others."),
        N_("Number all points of one level alike; “bulletin check --fix” does it."),
    ),
    "D108": Code(
        "warning",
        N_("the points jump from “{before}” to “{words}”."),
        N_("Correct the number, or put the missing point in."),
    ),
    "D109": Code(
        "warning", N_("there is nothing under “{words}”."), N_("Write what belongs there, or delete the line.")
    ),
    "D110": Code("error", N_("characters were lost here: “{words}”."), N_("Look the words up in the original.")),
    "D111": Code(
        "error",
        N_("a text in a wrong encoding: “{words}”."),
        N_("Copy the words again from the original, or save that as UTF-8."),
    ),
    "D112": Code(
        "warning",
        N_("the character {character} has no meaning outside one program."),
        N_("Replace it with the character that was meant; readers see an empty box."),
    ),
    "D113": Code(
        "notice",
        N_("invisible characters ({character}); {count} in this text."),
        N_("Delete them; “bulletin check --fix” does it."),
    ),
    "D114": Code("warning", N_("something is missing here: “{words}”."), N_("Put in what belongs there.")),
    "D115": Code(
        "warning",
        N_("“{words}” looks like “{right}” but is another character; {count} such characters in this text."),
        N_("Write “{right}”; “bulletin check --fix” does it."),
    ),
    "D116": Code("warning", N_("written twice: “{words}”."), N_("Keep one of them.")),
    "D117": Code(
        "notice",
        N_("the points are marked in two ways at once: “{words}”."),
        N_("Write （一） and ① without a sign after it, and count either 首先, 其次 or 第一, 第二."),
    ),
    "D118": Code(
        "notice",
        N_("an ellipsis is “……”, alone, and not “{words}”."),
        N_("Write “……”, and no 等 beside it; “bulletin check --fix” replaces ... and …."),
    ),
    "D119": Code(
        "notice",
        N_("straight quotation mark {words} among Chinese characters; {count} such marks in this text."),
        N_("Use “ and ”; “bulletin check --fix” does it where they make pairs."),
    ),
    "D120": Code(
        "notice",
        N_("“{words}” says twice that the number is not exact."),
        N_("Keep one of the words, before or after."),
    ),
    "D121": Code(
        "warning",
        N_("something was left here that readers should not see: “{words}”."),
        N_("Put in what belongs there, or delete it."),
    ),
    "D122": Code(
        "notice",
        N_("full-width digits or letters: “{words}”; {count} such places in this text."),
        N_("Write them half-width; “bulletin check --fix” does it."),
    ),
    # ── words
    "W101": Code("warning", N_("the office's list has “{right}” for “{words}”."), N_("Write “{right}”.")),
    "W102": Code("warning", N_("the office's list says not to write “{words}”."), N_("Say it otherwise.")),
    "W103": Code("warning", N_("“{words}”: the office's list calls {name} “{right}”."), N_("Correct the title.")),
    "W104": Code("warning", N_("“{words}” is a common slip for “{right}”."), N_("Write “{right}”.")),
    "W105": Code(
        "notice",
        N_("by the rules of Chinese typesetting this should be “{right}”."),
        N_("“bulletin check --fix” does it."),
    ),
    "W106": Code(
        "warning",
        N_("this line of the word list cannot be understood: “{words}”."),
        N_("Write “wrong → right”, “! word to avoid” or “name = title”."),
    ),
    "W107": Code(
        "notice",
        N_("without {library}, these rules find nothing: {rules}."),
        N_("Install it: pip install {library}. For Windows on ARM there is none: check on another computer."),
    ),
    "W108": Code(
        "notice",
        N_("“{words}” may be meant to be “{right}” here."),
        N_("Look the two words up, and keep the right one."),
    ),
    # ── reading
    "R101": Code(
        "warning",
        N_("the description of the picture “{target}” says nothing of what it shows."),
        N_("Write what it shows: ![a description]({target})."),
    ),
    "R102": Code(
        "warning", N_("the link “{words}” does not say where it leads."), N_("Make its words say where it leads.")
    ),
    "R103": Code(
        "warning",
        N_("the table has no header."),
        N_("Write what each column holds into its first row."),
    ),
    "R104": Code(
        "notice",
        N_("a paragraph of {count} {what}."),
        N_("Split it; three hundred are easy to read."),
    ),
    "R105": Code(
        "notice",
        N_("the picture “{target}” is {width} pixels wide: too small for print."),
        N_("Use one with at least {needed} pixels."),
    ),
    "R106": Code(
        "warning",
        N_("“{words}” is on a line of its own like a title, but is not marked as one."),
        N_("Write “### {words}”; “bulletin check --fix --titles” does it."),
    ),
    # ── comments that silence a rule, and what cannot be checked
    "I101": Code(
        "warning",
        N_("this comment silences nothing: {reason}."),
        N_("Write it like this, on the line before: <!-- bulletin: ignore D101 because … -->"),
    ),
    "I102": Code(
        "error",
        N_("this could not be checked: {reason}. What cannot be checked is kept back."),
        N_("Build again; if it says the same, look for long runs of the same character, or split the file."),
    ),
}
