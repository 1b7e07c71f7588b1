"""Whatever moment `bulletin tell` is killed at, no group is told twice, and what is not known is listed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bulletin.publish.robots.told import ToldLedger, told_states
from tests.conftest import ROOT
from tests.publish.robotd import robot_server


@pytest.mark.prove
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_nobody_is_told_twice(room: Path, prove: bool) -> None:
    kills = 200 if prove else 25
    with robot_server() as server:
        words = [sys.executable, "-m", "tests.prove.teller", str(room), server.url, str(kills)]
        done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
        received = Counter(message["text"]["content"].split("\n")[1] for message in server.received)
    states = told_states(ToldLedger(room).entries())
    sent = {issue for (issue, _), entry in states.items() if entry.state == "sent"}
    unknown = {issue for (issue, _), entry in states.items() if entry.state == "unknown"}
    assert set(received.values()) == {1}
    assert sent <= set(received) <= sent | unknown
    assert unknown, "no kill came between the intent and the result"
    if prove:
        assert unknown & set(received), "no kill came between the request and the answer"
    assert int(done.stdout) >= len(states)
