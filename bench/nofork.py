"""`bulletin` as it runs on Windows and macOS: no process is a copy of another, each worker is a Python of its own.

``python -P bench/nofork.py build``. The one place that knows whether to fork is told so before anything has asked it.
"""

from bulletin.read import process

process.may_fork = lambda: False

from bulletin.__main__ import main  # noqa: E402 - what it imports takes the function above

main()
