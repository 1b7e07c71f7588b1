"""The services whose robots are told: addresses, limits, signatures, and what their answers mean, in one table.

Where the services document them: 企业微信 developer.work.weixin.qq.com/document/path/91770 and …/90313 (codes);
钉钉 open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and …/customize-robot-security-settings;
飞书 open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. docs/tell.md says which figures and codes were compared
with these pages, or with libraries that quote them, and which could not be. None was tried on the services. The
figures change, too: station.yml can set others.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, quote_plus, urlsplit

from bulletin.core.chat_robots import ChatRobot, RobotKind
from bulletin.core.errors import PublishError
from bulletin.core.problems import N_


class RobotKey(NamedTuple):
    """What a service knows a robot by."""

    key: str
    secret: str
    """By which requests are signed; empty for 企业微信, which signs nothing."""


class RobotRequest(NamedTuple):
    """One POST, whose body is JSON."""

    url: str
    """With the key: never shown, never stored."""
    document: Mapping[str, object]


class RobotService(NamedTuple):
    """One of the services."""

    title: str
    address: str
    """The key follows."""
    key_field: str
    """Of the query in which the key is; empty where it is the last step of the path."""
    is_signed: bool
    text_bytes: int
    """Longest text, in UTF-8; where only the whole body is limited, with room for the rest."""
    per_minute: int
    pause_seconds: int
    """Silence after the service has said that there were too many."""
    busy: tuple[int, ...]
    """Codes that leave open whether the message was taken."""
    request: Callable[[str, RobotKey, str, str, int], RobotRequest]
    """Of address with the key, key, text, link and seconds since 1970."""
    faults: Mapping[str, tuple[int, ...]]
    """What codes say, with the remedy."""

    @property
    def too_many(self) -> tuple[int, ...]:
        """Codes that say that there were too many messages."""
        return self.faults[_TOO_MANY]


# ── requests


def _wecom(url: str, key: RobotKey, text: str, link: str, now: int) -> RobotRequest:  # noqa: ARG001
    return RobotRequest(url, {"msgtype": "text", "text": {"content": f"{text}\n{link}"}})


def _dingtalk(url: str, key: RobotKey, text: str, link: str, now: int) -> RobotRequest:
    """The signature is in the address: HMAC-SHA256 of time in milliseconds and secret, under the secret."""
    milliseconds = now * 1000
    signed = _sign(key.secret.encode(), f"{milliseconds}\n{key.secret}".encode())
    joint = "&" if "?" in url else "?"
    url = f"{url}{joint}timestamp={milliseconds}&sign={quote_plus(signed)}"
    return RobotRequest(url, {"msgtype": "text", "text": {"content": f"{text}\n{link}"}})


def _feishu(url: str, key: RobotKey, text: str, link: str, now: int) -> RobotRequest:
    """The signature is in the body: HMAC-SHA256 of nothing, under time in seconds and secret."""
    title, _, rest = text.partition("\n")
    lines: list[list[dict[str, str]]] = [[{"tag": "text", "text": line}] for line in rest.split("\n") if line]
    lines.append([{"tag": "a", "text": link, "href": link}])
    post = {"zh_cn": {"title": title, "content": lines}}
    signed = _sign(f"{now}\n{key.secret}".encode(), b"")
    return RobotRequest(url, {"timestamp": str(now), "sign": signed, "msg_type": "post", "content": {"post": post}})


def _sign(key: bytes, words: bytes) -> str:
    return base64.b64encode(hmac.digest(key, words, hashlib.sha256)).decode("ascii")


# ── what the codes say

_TOO_MANY = N_("too many messages in a minute; wait, then repeat the command")
_WRONG_KEY = N_(
    "the service does not know this key: the robot was removed, or the key is not whole. Copy the address anew"
)
_DISABLED = N_("the robot is switched off, or its group is dissolved. Switch it on in the group's settings")
_WORDS = N_("the service does not let these words through. Change the issue's title, then publish it again")
_FORM = N_("the service does not understand the message. Update bulletin, or report this")
_LONG = N_("the service finds the message too long. Write a smaller “bytes” for this robot in station.yml")
_SECURITY = N_(
    "the group's security settings do not let it through: the secret of the signature, a keyword that every message "
    "must have, or the list of allowed addresses. Use the signature alone (加签), and store key and secret anew"
)
_SIGNATURE = N_("signature or time are wrong. Store the secret anew; is this computer's clock right?")
_ADDRESS = N_(
    "this computer's address is not on the robot's list of allowed addresses. Add it, or use the signature alone"
)
_KEYWORD = N_(
    "the robot asks for a keyword that is not in the message. Use the signature alone, or take the bulletin's name as "
    "the keyword"
)

SERVICES: Mapping[RobotKind, RobotService] = {
    "wecom": RobotService(
        title="企业微信",
        address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        key_field="key",
        is_signed=False,
        text_bytes=2_048,
        per_minute=20,
        pause_seconds=60,
        busy=(-1,),
        request=_wecom,
        faults={
            _TOO_MANY: (45009, 45033),
            _WRONG_KEY: (93000, 93008),
            _DISABLED: (93004,),
            _LONG: (45002,),
            _FORM: (40008, 40058, 44004),
            _ADDRESS: (60020,),
        },
    ),
    "dingtalk": RobotService(
        title="钉钉",
        address="https://oapi.dingtalk.com/robot/send",
        key_field="access_token",
        is_signed=True,
        text_bytes=18_000,
        per_minute=20,
        pause_seconds=600,
        busy=(-1,),
        request=_dingtalk,
        faults={
            _TOO_MANY: (130101, 410100, 90030, 660026),
            _SECURITY: (310000,),
            _WRONG_KEY: (300001, 300005, 400101, 400106),
            _DISABLED: (400013, 400102),
            _WORDS: (430101, 430102, 430103, 430104),
            _LONG: (460101,),
            _FORM: (400105, 40035, 43004),
        },
    ),
    "feishu": RobotService(
        title="飞书",
        address="https://open.feishu.cn/open-apis/bot/v2/hook/",
        key_field="",
        is_signed=True,
        text_bytes=18_000,
        per_minute=100,
        pause_seconds=60,
        busy=(19003,),
        request=_feishu,
        faults={
            _TOO_MANY: (11232, 99991400),
            _FORM: (9499, 19002),
            _WRONG_KEY: (19001,),
            _LONG: (19036,),
            _SIGNATURE: (19021,),
            _ADDRESS: (19022,),
            _KEYWORD: (19024,),
        },
    ),
}
"""By `ChatRobot.kind`."""


_NO_KEY = N_("robot “{robot}”: no key is stored. Copy the robot's address in the group's settings, then: {command}")
_NO_SECRET = N_(
    "robot “{robot}”: the secret of the signature is missing after the key. Switch the signature (加签, 签名校验) on "
    "in the robot's settings, then store both, with a blank between them: {command}"
)


def robot_key(robot: ChatRobot, stored: str) -> RobotKey:
    """Of what was stored: the key, or the robot's whole address, and after a blank the secret. Raises `PublishError`
    where something is missing.
    """
    service = SERVICES[robot.kind]
    first, secret = (*stored.strip().split(maxsplit=1), "", "")[:2]  # at any blank, a full-width one too
    if "://" in first:
        parts = urlsplit(first)
        last_step = parts.path.rstrip("/").rpartition("/")[2]
        first = parse_qs(parts.query).get(service.key_field, [""])[0] if service.key_field else last_step
    missing = _NO_KEY if not first else _NO_SECRET if service.is_signed and not secret else ""
    if missing:
        raise PublishError(missing, robot=robot.name, command=f"bulletin tell --store-key {robot.name}")
    return RobotKey(first, secret if service.is_signed else "")


def robot_request(robot: ChatRobot, key: RobotKey, text: str, link: str, now: int) -> RobotRequest:
    """``now`` are seconds since 1970, which the services compare with their clocks."""
    service = SERVICES[robot.kind]
    address = robot.url or service.address
    if service.key_field:
        joint = "&" if "?" in address else "?"
        url = f"{address}{joint}{service.key_field}={quote_plus(key.key)}"
    else:
        url = f"{address.rstrip('/')}/{quote_plus(key.key)}"
    return service.request(url, key, text, link, now)
