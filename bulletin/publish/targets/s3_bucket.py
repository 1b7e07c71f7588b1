"""One bucket of an object store, below a prefix: what is asked of it, request by request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bulletin.core.errors import PublishError
from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import Secrets
from bulletin.publish.targets.s3_errors import reason_of, said
from bulletin.publish.web_headers import ASK_AGAIN, content_type

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Store

_NO_KEY = N_("there is no key for the target “{target}”: store its id and secret, as ID:SECRET.")

_VIRTUAL = re.compile(r"(?:^|\.)(?:aliyuncs\.com|myqcloud\.com|myhuaweicloud\.com|amazonaws\.com(?:\.cn)?)$")
"""Hosts that want the bucket's name in the host's."""
_REGION = re.compile(r"(?:^|\.)(?:oss|cos|obs|s3)[.-]([a-z]+-[a-z0-9-]+?)(?:-internal)?\.")
"""The region in a provider's host: ``oss-cn-hangzhou.aliyuncs.com``."""


class _Address(NamedTuple):
    endpoint: str
    region: str
    virtual: bool
    """Whether the bucket is named in the host; else in the path."""


def _address(target: PublishTarget) -> _Address:
    region = target.region
    endpoint = target.endpoint.rstrip("/") or f"https://s3.{region or 'us-east-1'}.amazonaws.com"
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if not region:
        found = _REGION.search(host)
        region = found[1] if found else "us-east-1"
    if host.startswith(f"{target.bucket}."):
        return _Address(endpoint, region, True)
    if _VIRTUAL.search(host):
        return _Address(f"{parts.scheme}://{target.bucket}.{parts.netloc}{parts.path}", region, True)
    return _Address(endpoint, region, False)


def open_bucket(target: PublishTarget, passwords: Secrets, seconds: int) -> Bucket:
    """A bucket; nothing is asked of the store yet. ``seconds`` is what one request may take.

    Raises `PublishError` where there is no key, `ExtraMissing`.
    """
    with needs_extra("publish"):
        from obstore.store import S3Store
    key, colon, secret = (passwords.password(target.name) or "").strip().partition(":")
    if not (colon and key and secret):
        raise PublishError(_NO_KEY, target=target.name)
    address = _address(target)
    store = S3Store(
        target.bucket,
        endpoint=address.endpoint,
        region=address.region,
        access_key_id=key.strip(),
        secret_access_key=secret.strip(),
        virtual_hosted_style_request=address.virtual,
        client_options={
            "allow_http": address.endpoint.startswith("http:"),
            "connect_timeout": timedelta(seconds=min(10, seconds)),
            "timeout": timedelta(seconds=seconds),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=seconds)},
    )
    prefix = "/".join(step for step in target.path.split("/") if step)
    return Bucket(store, target, f"{prefix}/" if prefix else "")


class Bucket:
    """Objects by path. Every method raises `PublishError` in a sentence."""

    def __init__(self, store: S3Store, target: PublishTarget, prefix: str) -> None:
        self._store = store
        self._target = target
        self.prefix = prefix
        """Of every key; empty, or with ``/`` at its end."""
        self.has_versions = False
        """Whether an answer has shown that the bucket keeps old versions."""

    def create(self, path: str, data: bytes) -> bool:
        """Put, if it is not there yet; returns whether it was not. Raises `NoConditions`."""
        from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError, PreconditionError

        with self._sentences():
            try:
                result = self._store.put(self.prefix + path, data, mode="create", attributes=_own_attributes())
                self._noted(result["version"])
            except (AlreadyExistsError, PreconditionError):
                return False
            except NotSupportedError:
                raise NoConditions from None
            except BaseError as error:
                if reason_of(error) in ("NotImplemented", "501", "InvalidArgument"):
                    raise NoConditions from None
                raise
        return True

    def put(self, path: str, data: bytes, cache: str = ASK_AGAIN, sha256: str = "") -> None:
        attributes = _own_attributes() | {"Content-Type": content_type(path), "Cache-Control": cache}
        if sha256:
            attributes["sha256"] = sha256
        with self._sentences(path):
            result = self._store.put(self.prefix + path, data, attributes=attributes, max_concurrency=1)
            self._noted(result["version"])

    def _noted(self, version: str | None) -> None:
        self.has_versions |= version not in (None, "", "null")

    def get(self, path: str) -> bytes | None:
        with self._sentences(path):
            try:
                return bytes(self._store.get(self.prefix + path).bytes())
            except FileNotFoundError as error:
                if reason_of(error) == "NoSuchBucket":
                    raise
                return None

    def sha256(self, path: str) -> str:
        """What an object says of itself; empty when it is not ours."""
        with self._sentences(path):
            try:
                found = self._store.get(self.prefix + path, options={"head": True})
            except FileNotFoundError:
                return ""
            return str(found.attributes.get("sha256", ""))

    def delete(self, path: str) -> None:
        with self._sentences(path):
            try:
                self._store.delete(self.prefix + path)
            except FileNotFoundError as error:
                if reason_of(error) == "NoSuchBucket":
                    raise

    def listing(self) -> dict[str, ListedObject]:
        with self._sentences():
            found = [meta for page in self._store.list(self.prefix.rstrip("/") or None) for meta in page]
        cut = len(self.prefix)
        return {meta["path"][cut:]: _listed(meta) for meta in found if len(meta["path"]) > cut}

    @contextmanager
    def _sentences(self, path: str = "") -> Iterator[None]:
        """Everything that the store may say becomes a `PublishError`."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, FileNotFoundError, ValueError) as error:
            raise said(error, self._target, path) from None


class NoConditions(Exception):
    """The store has no conditional put."""


class ListedObject(NamedTuple):
    size: int
    stamp: int
    """60 bits of the hash of the ETag; of the time of change where a store gives none."""


def _listed(meta: ObjectMeta) -> ListedObject:
    mark = (meta["e_tag"] or meta["last_modified"].isoformat()).removeprefix("W/").strip('"')
    return ListedObject(meta["size"], int(hashlib.sha256(mark.encode()).hexdigest()[:15], 16))


def _own_attributes() -> dict[str, str]:
    return {"Content-Type": "application/json", "Cache-Control": "no-store"}
