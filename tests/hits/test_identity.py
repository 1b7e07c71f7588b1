"""A store belongs to one station, and to no newer program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bulletin.core.errors import HitsError
from bulletin.hits.stores.base import Batch, Store, StoredRecord
from bulletin.hits.stores.identity import check_owner, check_version, claim_store
from bulletin.hits.stores.opening import hide_password, open_store


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def test_the_first_station_gets_it_and_another_is_refused(store: Store) -> None:
    claim_store(store, "https://jzz.example.cn/")
    claim_store(store, "http://www.jzz.example.cn")
    for refuse in (claim_store, check_owner):
        with pytest.raises(HitsError, match=r"jzz\.example\.cn, not of other\.example\.cn/a"):
            refuse(store, "https://other.example.cn/a/")
    check_owner(store, "")
    claim_store(store, "https://other.example.cn/a/", take_over=True)
    with pytest.raises(HitsError):
        check_owner(store, "https://jzz.example.cn/")


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    claim_store(store, "")
    check_version(store)
    store.commit(Batch("future", 1, records=(StoredRecord("store", "schema", '"2"'),)))
    with pytest.raises(HitsError, match="newer version"):
        check_version(store)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@h/db", "postgresql://u@h/db"),
        ("postgresql://h/db?user=u&password=secret", "postgresql://h/db?user=u&password=***"),
        ("redis://h/0?password=secret&x=1", "redis://h/0?password=***&x=1"),
        ("postgresql://h/db?sslPassword=secret", "postgresql://h/db?sslPassword=***"),
    ],
)
def test_no_message_has_a_password(url: str, shown: str) -> None:
    assert hide_password(url) == shown
