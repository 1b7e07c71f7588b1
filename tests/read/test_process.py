"""Processes that cannot be had leave nothing behind."""

from __future__ import annotations

import errno
import gc
import os
import sys
from pathlib import Path

import pytest

from bulletin.read.process import fork_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def open_files() -> set[str]:
    return {file.name for file in Path("/proc/self/fd").iterdir()}


@pytest.mark.parametrize("refused", ["fork", "pipe"])
def test_a_fork_that_fails_leaves_no_pipe_open(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    call, left = getattr(os, refused), [None]

    def limited() -> object:
        if refused == "fork" or not left:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left.pop()
        return call()

    gc.unfreeze()  # what the tests' collection has made
    opened = open_files()
    monkeypatch.setattr(os, refused, limited)
    with pytest.raises(OSError, match="unavailable"):
        fork_process(lambda *_: None)
    assert open_files() == opened
    assert gc.get_freeze_count() == 0
