"""Is this a robot? What crawlerdetect says, remembered by agent.

Of the lists measured it alone takes no Chinese browser for a robot; others call baiduboxapp, Alipay and Toutiao
robots, which is worse than to count a robot now and then.
"""

from __future__ import annotations

import re

from bulletin.core.extras import needs_extra

_MAX_AGENT_BYTES = 512
"""Bytes of an agent that are looked at: real ones stay below, and a search costs time by length."""

REMEMBERED_AGENTS = 4096

_PROGRAMS = re.compile(
    r"^(?:headless|dart|okhttp|axios|undici|node|got)\b|headlesschrome|phantomjs|electron/.*headless", re.I
)
"""Programs, not people, that the list does not name."""


class Robots:
    """Agents that were asked for, the last `REMEMBERED_AGENTS` or so."""

    def __init__(self) -> None:
        """Raises `ExtraMissing`."""
        with needs_extra("counter"):
            from crawlerdetect import CrawlerDetect  # commands that only ask the service need not have it
        self._detect = CrawlerDetect(user_agent="-")
        self._known: dict[bytes, bool] = {}

    def __contains__(self, agent: bytes) -> bool:
        agent = agent[:_MAX_AGENT_BYTES]
        known = self._known.get(agent)
        if known is None:
            if len(self._known) >= REMEMBERED_AGENTS:
                self._known.clear()  # a flood of invented agents must not grow, nor cost more than a search each
            known = self._known[agent] = self._is_robot(agent.decode("utf-8", "replace"))
        return known

    def _is_robot(self, agent: str) -> bool:
        return not agent.strip() or bool(_PROGRAMS.search(agent)) or bool(self._detect.is_crawler(agent))
