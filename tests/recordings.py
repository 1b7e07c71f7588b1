"""MP3 files made by hand: frames of silence, and what recorders write beside them."""

from __future__ import annotations

FRAME_BYTES = 417
"""MPEG 1, layer III, 128 kbit/s, 44,100 Hz."""
PERSON = "张三的手机录音".encode("utf-16")


def frames(count: int) -> bytes:
    return (b"\xff\xfb\x90\x00" + bytes(FRAME_BYTES - 4)) * count


def xing(count: int) -> bytes:
    """The first frame, which describes the others."""
    about = b"\xff\xfb\x90\x00" + bytes(32) + b"Xing" + b"\0\0\0\1" + count.to_bytes(4, "big")
    return about + bytes(FRAME_BYTES - len(about))


def id3(body: bytes = PERSON) -> bytes:
    size = len(body)
    return b"ID3\4\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + body


def id3v1() -> bytes:
    return b"TAG" + PERSON.ljust(125, b"\0")[:125]


def ape(body: bytes = PERSON) -> bytes:
    def part(flags: int) -> bytes:
        fields = (2000, len(body) + 32, 1, flags)
        return b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in fields) + bytes(8)

    return part(0xA0000000) + body + part(0x80000000)


def recording(seconds: int) -> bytes:
    """With a name in three kinds of tags."""
    count = -(-seconds * 44_100 // 1152)
    return id3() + xing(count) + frames(count) + ape() + id3v1()
