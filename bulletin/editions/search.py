"""The index of the search: every record of the archive, indexed by pagefind (docs/search.md).

Pagefind knows no increments: one changed word and all records of its bundle are indexed again. So the newest year is a
bundle of its own, and older years are blocks, which the reader's browser merges (templates/static/js/find.js). The same
records give the same files, byte for byte, so a bundle is made only when its records have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.records import SearchBundle, SearchDocument, search_bundles, search_document
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.editions.edition import Edition, Texts

_BUNDLES = "bundles.json"
"""The list of bundles, in the folder of the index; put into place last."""


class _BundleList(Value, frozen=True):
    """The list of bundles, which the search page asks for first."""

    bundles: tuple[_ListedBundle, ...]
    """Newest first."""


class _ListedBundle(Value, frozen=True):
    """One bundle as the search page finds it."""

    folder: str
    years: tuple[int, ...]
    tag: str
    """Changes with what is in the bundle: its entry may be kept as long as the tag is the same."""


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    bundles = search_bundles(resolved.archive) if resolved.searchable else ()
    for bundle in reversed(bundles):
        name = f"search index {bundle.folder}".rstrip("/ ")
        yield OutputGroup(name, bundle, ())
    if bundles:
        listed = tuple(_ListedBundle(each.folder, each.years, _tag(each)) for each in bundles)
        yield OutputGroup("search bundles", _BundleList(listed), (urls.INDEX_FOLDER + _BUNDLES,))


def _tag(bundle: SearchBundle) -> str:
    return blake2b(msgspec.msgpack.encode(bundle), digest_size=6).hexdigest()


def _make(texts: Texts, inputs: SearchBundle | _BundleList) -> Iterator[BinaryFile]:
    # A station without a search does not load it.
    from bulletin.editions.pagefind import ENTRY, make_index, program_version

    if isinstance(inputs, _BundleList):
        made_by = program_version()
        listed = [{"folder": b.folder, "years": b.years, "tag": f"{made_by}-{b.tag}"} for b in inputs.bundles]
        yield BinaryFile(urls.INDEX_FOLDER + _BUNDLES, msgspec.json.encode(listed))
        return
    documents = list(_documents(texts, inputs))  # while the program still works on another bundle
    made = make_index(documents, inputs.language, texts.turn, texts.progress)
    for name in sorted(made, key=lambda name: (name == ENTRY, name)):
        yield BinaryFile(urls.INDEX_FOLDER + inputs.folder + name, made[name])


def _documents(texts: Texts, bundle: SearchBundle) -> Iterator[SearchDocument]:
    for record in bundle.records:
        html = texts.body(record.html_key, record.part) if record.part >= 0 else ""
        yield search_document(record, html, texts.translate)


SEARCH_INDEX = Edition("search", _outputs, _make, has_shell=False, step="index", beside=True)
