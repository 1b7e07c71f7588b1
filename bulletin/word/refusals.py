"""Why a file is not taken in: one sentence each, for whoever sent it."""

from __future__ import annotations

from bulletin.core.i18n import N_

REFUSALS: dict[str, str] = {
    "old": N_("This is a document of Word 97–2003 (.doc). Open it in Word or WPS, and save it as .docx."),
    "wps": N_("This is a document in WPS's own format (.wps). Open it in WPS, and save it as .docx."),
    "encrypted": N_("The document is protected by a password. Open it, take the password off, and save it again."),
    "macros": N_("The document holds macros (.docm). Save it as .docx, which has none."),
    "rtf": N_("This is a text in Rich Text Format. Open it in Word or WPS, and save it as .docx."),
    "odf": N_("This is a document of LibreOffice. Save it as .docx."),
    "page": N_("This is a web page with another name. Use “bulletin word paste” for it."),
    "other": N_("This is no document of Word: a .docx is wanted."),
    "damaged": N_("The document is damaged. Open it in Word or WPS, and save it anew."),
    "entities": N_("The document's XML declares entities, which no word processor writes; it was not read."),
    "size": N_("The document is too large. Make its pictures smaller, or split it."),
    "long": N_("The document is too long for one text. Split it."),
    "deep": N_("Tables or other parts of the document are nested too deeply. Make it simpler."),
    "empty": N_("There is no text in it."),
    "limits": N_("It took too long or too much memory to read. Split it, or save it anew."),
}
"""Reason → sentence."""


class NotTaken(ValueError):
    """What is to come in cannot be; its one argument is a key of `REFUSALS`."""

    @property
    def reason(self) -> str:
        return str(self.args[0])
