"""Tells robots in forks of itself, and kills each at a random moment.

``python -m tests.prove.teller FOLDER URL KILLS``

No threads, and everything loaded, so that a kill costs milliseconds.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from bulletin.core.chat_robots import ChatRobot
from bulletin.publish.robots.answers import RobotAnswer, ask_robot
from bulletin.publish.robots.messages import Announcement
from bulletin.publish.robots.services import RobotKey, RobotRequest, RobotService
from bulletin.publish.robots.telling import Teller, tell_robot
from bulletin.publish.robots.told import ToldLedger


def _ask(service: RobotService, request: RobotRequest, key: RobotKey) -> RobotAnswer:
    """Without the certificates, which take longer to load than all the rest."""
    return ask_robot(service, request, key, lambda: httpx.HTTPTransport(verify=False))


def _tell(folder: Path, robot: ChatRobot, issue: str) -> None:
    teller = Teller(ToldLedger(folder), "a@b", lambda: datetime(2016, 1, 1) + timedelta(minutes=int(issue)), _ask)
    tell_robot(teller, robot, RobotKey("key", ""), Announcement(issue, "简报", issue, (), f"http://a.cn/{issue}"))


def _fork(folder: Path, robot: ChatRobot, issue: str) -> int:
    child = os.fork()
    if not child:
        try:
            _tell(folder, robot, issue)
        finally:
            os._exit(0)
    return child


def main(folder: Path, url: str, kills: int) -> None:
    robot, chance, killed, number = ChatRobot("r", "wecom", url=url), random.Random(1), 0, 3
    _tell(folder, robot, "0")  # loads what the first request loads
    began = time.monotonic()
    for whole in range(number):
        os.waitpid(_fork(folder, robot, str(whole + 1)), 0)
    usual = (time.monotonic() - began) / number
    while killed < kills:
        number += 1
        for _ in range(3):  # whoever finds it broken off runs the command again
            child = _fork(folder, robot, str(number))
            time.sleep(chance.uniform(0, 1.2 * usual))
            os.kill(child, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(number + 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
