"""What a file is that is no text: by its first bytes, and by the end of its name."""

from __future__ import annotations

import posixpath
import re

from bulletin.core.i18n import N_

_WORD = N_("a Word document")
_OLD_OFFICE = N_("a document of Word, WPS or Excel")
_SHEET = N_("an Excel table")
_SLIDES = N_("a presentation")
_RTF = N_("an RTF document")
_PDF = N_("a PDF document")
_HTML = N_("a web page")
_OPEN_DOCUMENT = N_("an OpenDocument file")
_ARCHIVE = N_("an archive of files")
_PICTURE = N_("a picture")

_ZIPPED = ((b"word/", _WORD), (b"xl/", _SHEET), (b"ppt/", _SLIDES), (b"opendocument", _OPEN_DOCUMENT))
"""Names inside a ZIP archive that say what it is."""
_BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rtf", _RTF),
    (b"%PDF-", _PDF),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG\r\n", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"Rar!\x1a\x07", _ARCHIVE),
)
_ZIP = b"PK\x03\x04"
_ALL_BEGINNINGS = (_ZIP, *(begins for begins, _ in _BEGINNINGS))
_HTML_BEGINNING = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S)


def kind_of_bytes(data: bytes) -> str:
    """What a file is by its first bytes, as a phrase; empty for one that may be a text."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not start.startswith(_ALL_BEGINNINGS):
        return ""
    if start.startswith(_ZIP):
        return next((what for name, what in _ZIPPED if name in data), _ARCHIVE)
    return next(what for begins, what in _BEGINNINGS if start.startswith(begins))


def is_web_page(text: str) -> bool:
    """Whether a text is a whole web page, as a browser or Word saves it, and not Markdown with tags in it."""
    return text[:200].lstrip().startswith("<") and bool(_HTML_BEGINNING.match(text[:2_000]))


WEB_PAGE = _HTML

_BY_SUFFIX = {
    **dict.fromkeys((".docx", ".doc", ".docm", ".dotx", ".dot"), _WORD),
    **dict.fromkeys((".wps", ".wpt"), N_("a WPS document")),
    **dict.fromkeys((".xlsx", ".xls", ".et", ".csv"), _SHEET),
    **dict.fromkeys((".pptx", ".ppt", ".dps"), _SLIDES),
    **dict.fromkeys((".html", ".htm", ".mht", ".mhtml", ".shtml"), _HTML),
    **dict.fromkeys((".odt", ".ods", ".odp"), _OPEN_DOCUMENT),
    **dict.fromkeys((".zip", ".rar", ".7z"), _ARCHIVE),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".tif", ".tiff"), _PICTURE),
    ".rtf": _RTF,
    ".pdf": _PDF,
}
_LITTER = re.compile(r"(?i)^(?:thumbs\.db|desktop\.ini|icon\r)$|\.(?:tmp|temp|bak|lnk|swp|part|crdownload)$|~$")
"""What systems and editors leave behind."""


def kind_of_name(name: str) -> str:
    """What a file is by its name, as a phrase; empty for what nobody needs to be told of."""
    if _LITTER.search(name):
        return ""
    return _BY_SUFFIX.get(posixpath.splitext(name)[1].lower(), N_("a file of another kind"))


def is_document(name: str) -> bool:
    """Whether a draft can be made from it by `bulletin word in`, by its name; no lock file of Word's."""
    return name.lower().endswith(".docx")
