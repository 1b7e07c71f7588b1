"""Is this a robot? The answer of crawlerdetect, cached by user agent.

Of the lists measured it alone has no false positives on Chinese browsers; others take baiduboxapp, Alipay and Toutiao
for robots, which is worse than counting a robot now and then.
"""

from __future__ import annotations

import re

from bulletin.core.extras import needs_extra

_MAX_AGENT_BYTES = 512
"""Bytes of a user agent that are searched: real ones are shorter, and the search takes time by length."""

REMEMBERED_AGENTS = 4096

_PROGRAMS = re.compile(
    r"^(?:headless|dart|okhttp|axios|undici|node|got)\b|headlesschrome|phantomjs|electron/.*headless", re.I
)
"""Programs missing from the list."""


class Robots:
    """Whether user agents are robots, with a cache of at most `REMEMBERED_AGENTS`."""

    def __init__(self) -> None:
        """Raises `ExtraMissing`."""
        with needs_extra("counter"):
            from crawlerdetect import CrawlerDetect  # not needed by commands that only query the service
        self._detect = CrawlerDetect(user_agent="-")
        self._known: dict[bytes, bool] = {}

    def __contains__(self, agent: bytes) -> bool:
        agent = agent[:_MAX_AGENT_BYTES]
        known = self._known.get(agent)
        if known is None:
            if len(self._known) >= REMEMBERED_AGENTS:
                self._known.clear()  # invented user agents must neither fill memory nor cost more than a search each
            known = self._known[agent] = self._is_robot(agent.decode("utf-8", "replace"))
        return known

    def _is_robot(self, agent: str) -> bool:
        return not agent.strip() or bool(_PROGRAMS.search(agent)) or bool(self._detect.is_crawler(agent))
