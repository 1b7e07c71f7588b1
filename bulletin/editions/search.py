"""The index of the search: every record of the archive, indexed by pagefind (docs/search.md).

Pagefind knows no increments: one changed word and all records are indexed again. The same records give the same
files, byte for byte, so they are made only when the records have changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange import urls
from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.records import SearchDocument, SearchIndex, search_document, search_index
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.editions.edition import Edition, Texts


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    if resolved.searchable and (found := search_index(resolved.archive)).records:
        yield OutputGroup("search index", found, (), distributable=False)


def _make(texts: Texts, records: SearchIndex) -> Iterator[BinaryFile]:
    from bulletin.editions.pagefind import ENTRY, make_index  # a station without a search does not load it

    made = make_index(_documents(texts, records), records.language)
    for name in sorted(made, key=lambda name: (name == ENTRY, name)):
        yield BinaryFile(urls.INDEX_FOLDER + name, made[name])


def _documents(texts: Texts, records: SearchIndex) -> Iterator[SearchDocument]:
    for done, record in enumerate(records.records):
        html = texts.body(record.html_key, record.part) if record.part >= 0 else ""
        yield search_document(record, html, texts.translate)
        texts.progress(done, len(records.records))


SEARCH_INDEX = Edition("search", _outputs, _make, has_shell=False, step="index")
