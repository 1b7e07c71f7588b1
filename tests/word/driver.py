"""Run as a process: reads files as the program does, and says of each how long it took, and what came of it.

Whatever opens a socket or a file for writing is written down as an offence.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import bulletin.word.documents
import bulletin.word.pasted  # noqa: F401 - here, so that not every worker loads them anew
from bulletin.core.errors import UsageError
from bulletin.word.bounded import incoming_text


def main() -> None:
    """Arguments: a file for offences, then the files to be read."""
    log = Path(sys.argv[1])

    def watch(event: str, values: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(values[1], str) and set(values[1]) & set("wax+")
        touches = event in ("socket.connect", "socket.getaddrinfo", "os.mkdir", "os.rename") or writes
        if touches and values[0] not in (str(log), log, "/dev/null") and not isinstance(values[0], int):
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{event} {values!r}\n")

    sys.addaudithook(watch)
    for name in sys.argv[2:]:
        content = Path(name).read_bytes()
        begin = time.monotonic()
        try:
            text = incoming_text(content, Path(name).name)
            said, words = "", text.title + text.html
        except UsageError as error:
            said, words = error.message, ""
        took = time.monotonic() - begin
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(json.dumps({"name": Path(name).stem, "said": said, "took": took, "megabytes": most, "words": len(words)}))


if __name__ == "__main__":
    main()
