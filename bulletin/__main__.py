"""`bulletin` and `python -m bulletin`."""

import os
import sys

from bulletin.commands import cli


def main() -> None:
    """Run the command, and end the process without taking ten thousand values apart one by one (a twentieth of a second
    after an edit); what it wrote is closed by then.
    """
    try:
        cli.main()
    except KeyboardInterrupt:  # before a command has begun, which says so itself
        os._exit(1)
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None where a service manager closed it
            stream.flush()
        os._exit(end.code or 0)


if __name__ == "__main__":
    main()
