"""Robots in chat groups that are told of a new issue: the entries of ``robots:`` in station.yml. Their keys are never
there (commands/publish/secrets.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bulletin.core.model import Value

RobotKind = Literal["wecom", "dingtalk", "feishu"]
"""企业微信, 钉钉, 飞书."""


class ChatRobot(Value, frozen=True, forbid_unknown_fields=True):
    """One robot of one group."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    """What `bulletin tell --to` calls it."""
    kind: RobotKind
    url: Annotated[str, msgspec.Meta(pattern=r"^(https://[!-~]+|http://(127\.0\.0\.1|localhost)(:\d+)?/[!-~]*)?$")] = ""
    """Where the service is, without the key, when it is not the public one: an office's own installation."""
    bytes: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    """Longest text in UTF-8; 0: the service's (publish/robots/services.py)."""
    per_minute: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    """Most messages in a minute; 0: the service's."""

    @property
    def secret_name(self) -> str:
        """Under which its key is kept, beside the passwords of targets."""
        return f"robot-{self.name}"
