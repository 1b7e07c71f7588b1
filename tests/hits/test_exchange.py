"""Whole exports: an import that was interrupted anywhere is completed by the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.hits.exchange import export_store, import_export
from bulletin.hits.stores.base import Batch, Count, Hour, Store, StoredRecord
from bulletin.hits.stores.opening import open_store

ISSUE = "issue:2014002"
MOMENT = "2026-11-26T08:00:00"


@pytest.mark.parametrize("done", range(7))
def test_an_import_interrupted_after_any_commit_is_completed_when_it_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    found = export_store(_filled(tmp_path))
    store = open_store(f"sqlite:///{tmp_path}/new.db")
    with monkeypatch.context() as patched:
        left, commit = iter(range(done)), store.commit

        def commit_some(batch: Batch) -> object:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return commit(batch)

        patched.setattr(store, "commit", commit_some)
        if done < 6:
            with pytest.raises(KeyboardInterrupt):
                import_export(found, store)
        else:
            import_export(found, store)
    assert import_export(found, store) == (done < 6)
    assert not import_export(found, store)
    assert set(found.records) < set(export_store(store).records), "and the mark of the import"
    again = export_store(store)
    assert (again.counts, again.hours, again.spans) == (found.counts, found.hours, found.spans)


def _filled(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder}/old.db")
    for service in ("a", "b"):
        store.commit(
            Batch(
                service, 1, at=MOMENT, began=MOMENT,
                add=(Count(ISSUE, "2026-11-26", "live", 2),), hours=(Hour(ISSUE, "2026-11-26T08", 2),),
                records=(StoredRecord("note", service, '"x"'),),
            )
        )  # fmt: skip
    return store
