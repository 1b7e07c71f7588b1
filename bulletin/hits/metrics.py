"""Counters since the service started, in Prometheus' text format 0.0.4; no page, reader or address in it."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.hits.counting import HIT_OUTCOMES, HitOutcome


class Metrics:
    """Counters of one service."""

    def __init__(self) -> None:
        self.hits: dict[HitOutcome, int] = dict.fromkeys(HIT_OUTCOMES, 0)
        self.commits = 0
        self.failures = 0
        """Commits that failed."""
        self.spikes = 0
        """Spikes in a page's rate (spikes.py)."""
        self.untrusted_requests = 0
        """Requests with ``X-Forwarded-For`` from a proxy that is not configured."""
        self.keys = 0
        """Pages that are counted now."""
        self.key_failures = 0
        """Failed reloads of the list of keys."""

    def text(self, waiting: int, age: float) -> str:
        """``waiting``: hits not yet committed; ``age``: seconds since the last commit."""
        return "".join(f"{line}\n" for line in self._lines(waiting, age))

    def _lines(self, waiting: int, age: float) -> Iterator[str]:
        yield "# HELP bulletin_hits_total Requests to count, by what became of them."
        yield "# TYPE bulletin_hits_total counter"
        for outcome, n in self.hits.items():
            yield f'bulletin_hits_total{{outcome="{outcome}"}} {n}'
        for name, kind, words, value in (
            ("commits_total", "counter", "Groups that were committed.", self.commits),
            ("commit_failures_total", "counter", "Commits that did not succeed and are tried again.", self.failures),
            ("leaps_total", "counter", "Pages whose rate leapt.", self.spikes),
            ("key_failures_total", "counter", "Times that the list of keys could not be read.", self.key_failures),
            (
                "strange_proxy_total",
                "counter",
                "Requests through a proxy that is not configured.",
                self.untrusted_requests,
            ),
            ("keys", "gauge", "Pages that are counted.", self.keys),
            ("waiting", "gauge", "Hits that are not committed yet.", waiting),
            ("commit_age_seconds", "gauge", "Time since the last commit.", round(age, 1)),
        ):
            yield f"# HELP bulletin_hits_{name} {words}"
            yield f"# TYPE bulletin_hits_{name} {kind}"
            yield f"bulletin_hits_{name} {value}"
