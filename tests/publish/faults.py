"""What the servers of the tests are told, and which faults they are to have; in a module that imports no server."""

from __future__ import annotations

from typing import NamedTuple


class FtpSettings(NamedTuple):
    """What the server is told."""

    home: str
    host: str
    port: int
    passive_ports: list[int]
    user: str
    password: str
    certificate: str = ""
    """A PEM file with certificate and key; with it, TLS is required. Without it, there is none."""
    mlsd: bool = True
    rename_over: bool = True
    """Whether a file may be renamed over another."""
    read_only: bool = False
    quota: int = 0
    """Bytes that all files together may have; 0: any number."""
    encoding: str = "utf8"
    """Of names: a Chinese Windows has ``gbk``, and then no UTF8 among its features."""
    refused_names: str = ""
    """Names in which this regular expression finds something cannot be made, as on Windows."""


class S3Settings(NamedTuple):
    """What the server is told."""

    host: str
    port: int
    key: str
    read_only: bool = False
    quota: int = 0
    """Bytes that are received before it is full; 0: any number."""
    conditional: bool = True
    """Whether it knows conditional writes; otherwise it answers 501, as older servers do."""


def signature(key: str) -> str:
    """As much of a signed request's header as is looked at here."""
    return f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/s3/aws4_request"
