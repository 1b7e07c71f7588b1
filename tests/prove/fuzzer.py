"""Repeated-unit fuzzing of the reader through a real pool: ``python -m tests.prove.fuzzer SEED COUNT``.

Random soups of tokens find nothing, repeated units find what is quadratic or recursive. A process of
its own, so that the memory which its children took can be told apart from that of other tests.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from bulletin.core.model import Source, SourceFile
from bulletin.core.station import SectionRule
from bulletin.read.messages import Job, JobResult, ReadJob, WorkerConfig, decode_summary
from bulletin.read.pool import JOB_SECONDS, Pool
from bulletin.read.reading import ReadContext
from bulletin.read.worker import serve_jobs

SIZE = 10_000
"""Bytes of an input."""

MARKDOWN = (
    *("[", "]", "(", ")", "![", "](", "][", "]:", "[^", "[^1]", "[^1]: ", "[x]", "[x]: ", "*[", "*[a]: a\n", "<"),
    *(">", "*", "**", "***", "_", "__", "`", "``", "```\n", "~~~\n", "\\", "\\*", "\\[", "#", "## ", "### ", "> "),
    *(">> ", "- ", "* ", "+ ", "1. ", "1.", ": ", "a\n: b\n", "| ", "|-", "|a|b|\n|-|-|\n", "===\n", "---\n"),
    *("***\n", "\n", "\n\n", "    ", "\t", "  \n", " ", "a", "!!! note\n    ", "{: #a }", "{.a}", "{", "}", "{:"),
    *("https://", "@"),
)
HTML = (
    *("<a ", "<a>", "</a>", "<div>", "</div>", "<div markdown=1>", "<p>", "<table>", "<td>", "<b>", "<!--", "-->"),
    *("--", "<![", "<![CDATA[", "]]>", "<?", "?>", "<!", "</", "<script>", "<style>", "<svg>", "<math>", "<pre>"),
    *('="', '"', "'", "=", "<a href=", "<img src=", "&", "&#", "&#x", "&amp;", "&#2;", ";", "<x", "/>", "<select>"),
    *("<textarea>",),
)
YAML = (
    *("---\n", "...\n", "a: ", "- ", "? ", "[", "{", "&a ", "*a ", "<<: ", "!!x ", '"', "'", "|\n", "#", "标题："),
    *("date: ",),
)
DIALECT = (
    *("【站务新闻】\n", "【", "】", "●", "●标题\n", "　　", "一、", "(一)", "（一）", "1.第一", "（刘红兵）", "("),
    *("，", "。", "救助", "《", "》", "“", "”", "第一条 ", "\r\n", "\u2028", "\xa0", "é", "𠀀"),
)
TOKENS = MARKDOWN + HTML + YAML + DIALECT
FRONT = "---\nnumber: 2015099\ndate: 2015-04-10 10:04\n---\n## 站务新闻\n\n### 一\n\n"
PATH = "content/issues/2015099.md"


@dataclass
class Outcome:
    """What came of a run."""

    inputs: int = 0
    read: int = 0
    stopped: dict[str, int] = field(default_factory=dict)
    """Inputs by the code that says why they were not read to their end."""
    slowest: float = 0.0
    """Seconds."""
    slowest_unit: str = ""
    recovered: bool = False
    """Whether a good issue is still read afterwards."""
    megabytes: int = 0
    """The most that one worker took, shared libraries included."""


def inputs(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Units and the texts made of them: most below a good front matter, some as front matter, some bare."""
    chance = random.Random(seed)
    for _ in range(count):
        unit = "".join(chance.choice(TOKENS) for _ in range(chance.randint(1, 6)))
        run = (unit * (SIZE // len(unit.encode()) + 1)).encode()[:SIZE].decode(errors="ignore")
        place = chance.random()
        if place < 0.8:
            yield unit, FRONT + run
        elif place < 0.9:
            yield unit, f"---\nnumber: 2015099\n{run}\n---\n\n正文。\n"
        else:
            yield unit, run


def job(key: str, text: str) -> ReadJob:
    return ReadJob(key, Source("issue", "2015099", (SourceFile(PATH, text.encode()),)))


def _do(pool: Pool, only: Job) -> JobResult:
    with pool.run([only]) as results:
        ((_, done),) = results
    return done


def fuzz(seed: int, count: int, seconds: float = JOB_SECONDS) -> Outcome:
    """Read all inputs one after the other, each timed by when it comes back."""
    units = dict(enumerate(inputs(seed, count)))
    config = WorkerConfig(
        ReadContext((SectionRule(id="news", title="站务新闻"),), "https://jzz.example.cn/", backlink="{}")
    )
    outcome = Outcome()
    with Pool(config, 1, serve_jobs, seconds) as pool:
        _do(pool, job("warm", FRONT + "正文。"))
        before = time.monotonic()
        jobs: list[Job] = [job(str(number), text) for number, (_, text) in units.items()]
        with pool.run(jobs) as results:
            for each, done in results:
                now = time.monotonic()
                if now - before > outcome.slowest:
                    outcome.slowest, outcome.slowest_unit = now - before, units[int(each.key)][0]
                before = now
                _count(outcome, done)
        last = _do(pool, job("last", FRONT + "正文。"))
        reading = decode_summary(last.summary).reading
        outcome.recovered = reading is not None and reading.issue is not None
    outcome.megabytes = _megabytes()
    return outcome


def _count(outcome: Outcome, done: JobResult) -> None:
    head = decode_summary(done.summary)
    outcome.inputs += 1
    if head.reading is not None:
        outcome.read += 1
    for problem in head.problems:
        outcome.stopped[problem.code] = outcome.stopped.get(problem.code, 0) + 1


def _megabytes() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


if __name__ == "__main__":
    print(json.dumps(asdict(fuzz(int(sys.argv[1]), int(sys.argv[2]))), ensure_ascii=True))
