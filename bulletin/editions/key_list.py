"""The key list: which pages the counter may count (core/keys.py)."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.keys import KEYS, KeyList, write_keys
from bulletin.editions.edition import Edition, Texts


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    if resolved.keys is not None:
        yield OutputGroup("hits keys", resolved.keys, (KEYS,), distributable=False)


def _make(_: Texts, keys: KeyList) -> Iterator[BinaryFile]:
    yield BinaryFile(KEYS, write_keys(keys))


KEY_LIST = Edition("key list", _outputs, _make, has_shell=False)
