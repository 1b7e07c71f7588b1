"""A reader that hangs or dies when a text says so; imports little, since each worker that dies has a successor."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from bulletin.core.model import Source
from bulletin.read.reading import Reading

FRAGILE_SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from bulletin.read import issues
from tests.read.fragile import fragile_reader
from {module} import main
issues.read_source = fragile_reader(issues.read_source)
main()
"""


def fragile_reader(real: Callable[..., Reading]) -> Callable[..., Reading]:
    """Does what a text tells it to."""

    def read_source(source: Source, *rest: Any) -> Reading:
        data = source.files[0].data
        if b"HANG" in data:
            time.sleep(600)
        while b"SPIN" in data:
            pass
        if b"NAP" in data:
            time.sleep(1.0)
        if b"DIE" in data:
            os._exit(3)
        if b"MEMORY" in data:
            raise MemoryError
        if b"PRINT" in data:
            print("on the channel", flush=True)
        return real(source, *rest)

    return read_source
