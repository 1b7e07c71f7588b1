"""Where releases go: the entries of ``publish:`` in station.yml. Passwords never stand there (publish/secrets)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bulletin.core.model import Value

TargetKind = Literal["ssh", "sftp", "ftp", "s3", "folder", "usb"]

_NAME = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")


class PublishTarget(Value, frozen=True, forbid_unknown_fields=True):
    """One place that the site is published to."""

    name: Annotated[str, _NAME]
    """What `bulletin publish --to` calls it."""
    kind: TargetKind
    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """0: the usual one of the kind."""
    user: str = ""
    path: str = ""
    """Folder on the target."""
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    """Public address by which what was published is verified; the station's own when empty, and not the only target."""
    keep: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    """Releases that stay on a target which can switch between them."""
    how: Literal["", "switch", "burst"] = ""
    """``switch``: a link that points to the release; ``burst``: files renamed in a fixed folder; empty: by a probe."""
    key: str = ""
    """File of the private key for ssh and sftp; empty: the agent, then the usual files."""
    host_key: str = ""
    """Fingerprint of the server's key, ``SHA256:…``; empty: ~/.ssh/known_hosts."""
    tls: bool = True
    """Whether FTP is encrypted."""
    certificate: str = ""
    """Fingerprint of a certificate that no authority has signed, ``SHA256:…``."""
    endpoint: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    """Address of the object store."""
    bucket: str = ""
    region: str = ""
