"""Old addresses that no file can have, such as ``/show.asp?id=512``: a list in which the page of errors looks them up.

A web server answers them better, with a redirect of its own (docs/old-site.md); the list is for hosts where nobody can
configure one. Keys are in lower case: servers of that time did not tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.old_addresses import looked_up_addresses
from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.editions.edition import Edition, Texts


class _OldAddresses(Value, frozen=True):
    targets: tuple[tuple[str, str], ...]
    """Old address, and the path from the site's root that it leads to; in order."""


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    if found := looked_up_addresses(resolved.archive):
        inputs = _OldAddresses(tuple(sorted(found.items())))
        yield OutputGroup("old addresses", inputs, (urls.OLD_ADDRESSES,), distributable=False)


def _make(_: Texts, inputs: _OldAddresses) -> Iterator[BinaryFile]:
    yield BinaryFile(urls.OLD_ADDRESSES, msgspec.json.encode(dict(inputs.targets)))


OLD_ADDRESS_LIST = Edition("old addresses", _outputs, _make, has_shell=False)
