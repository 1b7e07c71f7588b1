"""The interface of an official account: pictures, a cover, a draft. It never publishes.

Shapes and errors as Tencent documents them (developers.weixin.qq.com: 获取稳定版接口调用凭据, 上传图文消息图片,
新增永久素材, 新增草稿, 全局返回码); docs/wechat.md lists what each error means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_

if TYPE_CHECKING:
    import httpx

WECHAT_API = "https://api.weixin.qq.com"
MOST_ARTICLES = 8
"""In one draft."""
_BUSY, _TOO_FAST = -1, 45011
_STALE_TOKEN = (40001, 40014, 42001)
_PAUSES = (5.0, 25.0)
"""Seconds to wait when it is busy or asks for patience, before the second and the third try."""

_ERRORS: Mapping[int, tuple[str, str]] = {
    40164: (
        N_("WeChat takes nothing from this computer: its address {address} is not on the account's list."),
        N_("Add it there: mp.weixin.qq.com, 设置与开发 → 开发接口管理 → IP白名单."),
    ),
    89503: (
        N_("WeChat waits until the account's administrator agrees to this computer's address."),
        N_("Ask the administrator to confirm the message on his telephone, then send again."),
    ),
    48001: (
        N_("this account may not use the interface for drafts: it is for accounts that are verified (认证)."),
        N_("Copy the articles by hand: index.html is ready."),
    ),
    45009: (
        N_("the account has used up what it may ask of the interface today."),
        N_("Send again tomorrow, or copy the articles by hand."),
    ),
    _TOO_FAST: (N_("WeChat asks for patience: too much was sent in a minute."), N_("Send again in a few minutes.")),
    40013: (
        N_("WeChat knows no account with this AppID."),
        N_("Compare “wechat: appid” in station.yml with the one under 设置与开发 → 开发接口管理."),
    ),
    40125: (N_("the AppSecret is wrong."), N_("Reset it under 设置与开发 → 开发接口管理, and store the new one.")),
    40243: (N_("the AppSecret is frozen."), N_("Unfreeze it under 设置与开发 → 开发接口管理.")),
    40001: (N_("WeChat does not accept the AppSecret."), N_("Reset it, and store the new one.")),
    42001: (N_("the permission to use the interface has run out."), N_("Send again.")),
    48004: (N_("WeChat has closed the interface to this account."), N_("Look at the messages under 通知中心.")),
    50002: (N_("the account is restricted."), N_("Look at the messages under 通知中心.")),
    40007: (N_("WeChat no longer has the cover."), N_("Send again.")),
    45001: (N_("a picture is too large for WeChat."), N_("Use a smaller picture in the text.")),
    40009: (N_("a picture is too large for WeChat."), N_("Use a smaller picture in the text.")),
    45002: (
        N_("WeChat finds an article too long."),
        N_("Write a smaller “article_limit” under “wechat” in station.yml, and send again."),
    ),
    45003: (N_("WeChat finds a title too long."), N_("Write a smaller “title_limit” under “wechat” in station.yml.")),
    45004: (N_("WeChat finds a digest too long."), N_("Write a smaller “digest_limit” under “wechat” in station.yml.")),
    45110: (N_("WeChat finds the author too long."), N_("Write a shorter “author” under “wechat” in station.yml.")),
    41039: (
        N_("WeChat does not take the address of the issue's page."),
        N_("It must be public: compare “url” in station.yml."),
    ),
    _BUSY: (N_("WeChat is busy."), N_("Send again in a few minutes.")),
}


class DraftArticle(NamedTuple):
    """An article of a draft."""

    title: str
    author: str
    digest: str
    content: str
    source_url: str


class WechatClient:
    """What is asked of the interface. Every call raises `PublishError` with a sentence and a remedy."""

    def __init__(
        self,
        client: httpx.Client,
        appid: str,
        secret: str,
        sleep: Callable[[float], None],
        base: str = WECHAT_API,
    ) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret
        self._sleep = sleep
        self._base = base
        self._token = ""

    def upload_picture(self, name: str, data: bytes) -> str:
        """Send a picture of a text; its address at WeChat."""
        return str(self._ask("media/uploadimg", "url", files={"media": (name, data)}))

    def add_cover(self, data: bytes) -> str:
        """Send a cover, a JPEG of at most 64 KB; its id."""
        files = {"media": ("cover.jpg", data, "image/jpeg")}
        return str(self._ask("material/add_material", "media_id", {"type": "thumb"}, files=files))

    def add_draft(self, articles: Iterable[DraftArticle], cover: str) -> str | None:
        """Make a draft; its id. None where no answer came: it may be there, so it is never asked for again."""
        made = [_as_document(article, cover) for article in articles]
        try:
            return str(self._ask("draft/add", "media_id", content={"articles": made}, repeat=False))
        except _Unanswered as lost:
            if lost.was_sent:
                return None
            raise _no_answer(lost) from lost

    def _ask(
        self, path: str, wanted: str, query: Mapping[str, str] | None = None, *, repeat: bool = True, **body: Any
    ) -> Any:
        """What the answer has as ``wanted``; asked again where the token is too old, and, ``repeat``, for a while."""
        pauses = iter(_PAUSES)
        renewed = False
        while True:
            params = {"access_token": self._token or self._new_token(), **(query or {})}
            answer = self._post(path, wanted, params, repeat=repeat, **body)
            code = _error_code(answer)
            if not code:
                return answer[wanted]
            if code in _STALE_TOKEN and not renewed:
                self._token, renewed = "", True
                continue
            if code == _BUSY and not repeat:
                raise _Unanswered(str(answer.get("errmsg", "")), was_sent=True)
            if code not in (_BUSY, _TOO_FAST) or (pause := next(pauses, None)) is None:
                raise _refusal(answer)
            self._sleep(pause)

    def _new_token(self) -> str:
        wish = {"grant_type": "client_credential", "appid": self._appid, "secret": self._secret}
        answer = self._post("stable_token", "access_token", {}, repeat=True, content=wish)
        if _error_code(answer):
            raise _refusal(answer)
        self._token = str(answer["access_token"])
        return self._token

    def _post(self, path: str, wanted: str, params: Mapping[str, str], *, repeat: bool, **body: Any) -> Any:
        """One question. A call that must not be repeated raises `_Unanswered` where no answer came."""
        if "content" in body:  # in characters, not in \\u escapes, which WeChat would show
            body["content"] = json.dumps(body["content"], ensure_ascii=False).encode()
            body["headers"] = {"content-type": "application/json; charset=utf-8"}
        try:
            return _asked(self._client, f"{self._base}/cgi-bin/{path}", params, body, wanted)
        except _Unanswered as lost:
            if repeat:
                raise _no_answer(lost) from lost
            raise


class _Unanswered(Exception):
    def __init__(self, reason: str, *, was_sent: bool) -> None:
        super().__init__(reason)
        self.was_sent = was_sent
        """Whether WeChat may have got the question."""


def _asked(client: httpx.Client, url: str, params: Mapping[str, str], body: Mapping[str, Any], wanted: str) -> Any:
    """An answer that has what is ``wanted``, or an error of WeChat's. Raises `_Unanswered` for any other."""
    import httpx

    try:
        response = client.post(url, params=params, **body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise _Unanswered(str(error) or type(error).__name__, was_sent=False) from error
    except httpx.HTTPError as error:
        raise _Unanswered(str(error) or type(error).__name__, was_sent=True) from error
    if response.status_code == 429:
        return {"errcode": _TOO_FAST, "errmsg": "HTTP 429"}
    try:
        answer = response.json()
    except ValueError as error:
        raise _Unanswered(f"HTTP {response.status_code}", was_sent=True) from error
    is_whole = response.is_success and isinstance(answer, dict) and (wanted in answer or _error_code(answer))
    if not is_whole:
        raise _Unanswered(f"HTTP {response.status_code}", was_sent=True)
    return answer


def _error_code(answer: Mapping[str, Any]) -> int:
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else _BUSY


def _as_document(article: DraftArticle, cover: str) -> dict[str, object]:
    return {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": article.content,
        "content_source_url": article.source_url,
        "thumb_media_id": cover,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


_ADDRESS = re.compile(r"invalid ip ([0-9a-fA-F.:]+)")


def _refusal(answer: Mapping[str, Any]) -> PublishError:
    """A documented error as a sentence; another one as WeChat says it."""
    code, reason = _error_code(answer), str(answer.get("errmsg", ""))
    message, remedy = _ERRORS.get(code, (N_("WeChat refuses: {reason} ({code})."), ""))
    found = _ADDRESS.search(reason)
    values = {"address": found[1] if found else "?", "reason": reason, "code": code}
    return PublishError(message, **values, **({"remedy": remedy} if remedy else {}))


def _no_answer(lost: _Unanswered) -> PublishError:
    return PublishError(
        N_("WeChat does not answer: {reason}. No draft was made."),
        reason=str(lost),
        remedy=N_("Send again; what is there already is not sent twice."),
    )
