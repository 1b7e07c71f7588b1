"""The process in which sources are parsed and pictures decoded: it may hang or die, the build may not.

Python-Markdown is quadratic or worse on some inputs and recursion crashes it on others, so no
source is parsed in the build's own process. Frames on standard input and output: four bytes of length, then
MessagePack. First a `Hello`, then any number of lists of jobs, each answered by one `Done` a job, in order.
"""

from __future__ import annotations

import os
import re
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from bulletin.core.model import Picture, Source, Value
from bulletin.core.problems import Problem, problem
from bulletin.read.reading import Context, Reading, TooDeep

MEGABYTES = 512
"""What one worker may use."""


class Hello(Value, frozen=True):
    """What all jobs share."""

    context: Context
    backlink: str
    """Words on the way back from a footnote, in the station's language, with ``{}`` for its number."""
    seconds: float = 0.0
    """Processor time that one job may take; the system ends the worker at it (POSIX). 0 for no limit."""


class ReadJob(Value, frozen=True, tag="read"):
    """Parse a source."""

    key: str
    source: Source


class PictureJob(Value, frozen=True, tag="picture"):
    """Decode a picture and make its variants."""

    key: str
    path: str
    """Only for messages."""
    data: bytes


Job = ReadJob | PictureJob


class Head(Value, frozen=True, array_like=True):
    """What the build needs of a reading at once; the HTML stays encoded until a page needs it."""

    reading: Reading | None = None
    """Without its parts."""
    picture: Picture | None = None
    reason: str = ""
    """Why there is no picture."""
    lasting: bool = True
    """False for failures that another try may not meet; they are not cached."""
    problems: tuple[Problem, ...] = ()


class Done(Value, frozen=True, array_like=True):
    """A job's result, encoded for the cache."""

    head: bytes
    """A `Head`."""
    parts: bytes
    """A list of str (HTML) or bytes (variants)."""


LENGTH = struct.Struct("<I")
encode = msgspec.msgpack.Encoder().encode
decode_parts = msgspec.msgpack.Decoder(tuple[str, ...]).decode
decode_variants = msgspec.msgpack.Decoder(tuple[bytes, ...]).decode
decode_head = msgspec.msgpack.Decoder(Head).decode
decode_done = msgspec.msgpack.Decoder(Done).decode


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end, also when the other side died in the middle of one."""
    header = stream.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    frame = stream.read(length)
    return frame if len(frame) == length else None


def write_frame(stream: BinaryIO, frame: bytes) -> None:
    stream.write(LENGTH.pack(len(frame)) + frame)
    stream.flush()


def main() -> None:
    """Greet, then answer jobs until standard input ends."""
    incoming, outgoing = sys.stdin.buffer, _private_stdout()
    hello = read_frame(incoming)
    if hello is None:
        return
    work = Work(msgspec.msgpack.decode(hello, type=Hello))
    write_frame(outgoing, b"ready")
    work.answer(incoming, outgoing)


def _private_stdout() -> BinaryIO:
    """Keep the channel to ourselves: what a library prints goes to standard error."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


def _limit_memory() -> None:
    """Cap what the process may add to its data, where the system can; elsewhere size and deadline must do."""
    try:
        import resource
    except ImportError:  # Windows
        return
    size = _own_data() + MEGABYTES * 1024 * 1024
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return


def _own_data() -> int:
    """Bytes that a forked worker has from its parent; 0 where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmData:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


TIMED = hasattr(signal, "setitimer")
"""Whether the system can count a job's processor time; elsewhere the pool's clock must do."""


def _limit_time(seconds: float) -> None:
    """Have the system end this process when it has worked so long, even inside a library's C code; 0 ends the limit.

    Processor time, not the clock: on a busy computer a good text must not be taken for a hanging one.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


class Work:
    """Does jobs of one station."""

    def __init__(self, hello: Hello) -> None:
        from bulletin.read.dialect import make_markdown  # the parser, which only the worker's process needs
        from bulletin.read.issues import read_source

        self._seconds = hello.seconds
        self._context = hello.context
        self._md = make_markdown(backlink_title=hello.backlink)
        self._read_source = read_source

    def answer(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        """Answer lists of jobs until there are no more."""
        _limit_memory()
        decode_jobs = msgspec.msgpack.Decoder(list[Job]).decode
        while (frame := read_frame(incoming)) is not None:
            for job in decode_jobs(frame):
                _limit_time(self._seconds)
                done = encode(self.do(job))
                _limit_time(0)
                write_frame(outgoing, done)

    def do(self, job: Job) -> Done:
        return self._picture(job) if isinstance(job, PictureJob) else self._read(job)

    def _read(self, job: ReadJob) -> Done:
        try:
            reading = self._read_source(job.source, self._context, self._md, job.key)
        except (RecursionError, TooDeep):
            return failed(problem("M102", job.source.path))
        except MemoryError:
            return failed(problem("M103", job.source.path, megabytes=MEGABYTES))
        head = msgspec.structs.replace(reading, parts=())
        return Done(encode(Head(reading=head)), encode(reading.parts))

    def _picture(self, job: PictureJob) -> Done:
        from bulletin.read.pictures import PictureError, make_variants  # Pillow takes 50 ms, and few builds need it

        try:
            picture, variants = make_variants(job.data, job.key)
        except PictureError as error:
            return Done(encode(Head(reason=error.reason)), encode(()))
        return Done(encode(Head(picture=picture)), encode(variants))


def failed(found: Problem, *, lasting: bool = True) -> Done:
    """The result of a job that came to nothing."""
    return Done(encode(Head(problems=(found,), lasting=lasting)), encode(()))


if __name__ == "__main__":
    main()
