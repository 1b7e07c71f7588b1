"""The forms in which the archive goes out, one module each; nothing else knows them by name."""

from __future__ import annotations

from bulletin.editions.edition import Edition
from bulletin.editions.epub.edition import EPUB
from bulletin.editions.feeds import FEEDS
from bulletin.editions.key_list import KEY_LIST
from bulletin.editions.old_addresses import OLD_ADDRESS_LIST
from bulletin.editions.plain_text import TEXT
from bulletin.editions.podcast import PODCASTS
from bulletin.editions.printed import PRINT
from bulletin.editions.redirects import REDIRECTS
from bulletin.editions.search import SEARCH_INDEX
from bulletin.editions.sitemap import SITEMAPS
from bulletin.editions.web import WEB
from bulletin.editions.withdrawn import WITHDRAWN
from bulletin.editions.word_form.edition import WORD

EDITIONS: tuple[Edition, ...] = (
    *(PRINT, EPUB, TEXT, WORD, WEB, REDIRECTS, OLD_ADDRESS_LIST, WITHDRAWN),
    *(FEEDS, PODCASTS, SITEMAPS, SEARCH_INDEX, KEY_LIST),
)
"""In the order in which their files are put into place: what others link to comes first."""
