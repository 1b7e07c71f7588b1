"""Guesses at what broken links meant are cached between builds, and never used by another version of the program."""

from __future__ import annotations

from pathlib import Path

from bulletin.arrange.links import NO_GUESSES, Guesses
from bulletin.build.guessing import GUESSES_RECORD, read_guesses, write_guesses
from bulletin.write.cache import Cache

GUESSES = Guesses(b"hash", {"/abuot/": "/about/"})


def test_guesses_are_kept_for_the_same_fingerprint_only(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db") as cache:
        write_guesses(cache, "fingerprint 1", NO_GUESSES, GUESSES)
        assert read_guesses(cache, "fingerprint 1") == GUESSES
        assert read_guesses(cache, "fingerprint 2") == NO_GUESSES


def test_a_record_that_is_missing_or_of_another_form_is_no_record(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db") as cache:
        assert read_guesses(cache, "fingerprint 1") == NO_GUESSES
        cache.put_record(GUESSES_RECORD, b"\x01")
        assert read_guesses(cache, "fingerprint 1") == NO_GUESSES


def test_what_is_kept_already_is_not_written_again(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db") as cache:
        write_guesses(cache, "fingerprint 1", GUESSES, GUESSES)
        assert cache.record(GUESSES_RECORD) is None
