"""What an object store answers when it refuses, in one sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget

_KEY = N_("the store at {endpoint} refuses the key of the target “{target}”: check its id and secret.")
_RIGHTS = N_(
    "the key of the target “{target}” has no right to do this in the bucket “{bucket}”: it needs to list, read, write "
    "and delete."
)
_BUCKET = N_("there is no bucket “{bucket}” at {endpoint}: check bucket, endpoint and region.")
_REGION = N_("the bucket “{bucket}” is in another region: check endpoint and region of the target “{target}”.")
_CLOCK = N_(
    "the clocks of this computer and of {endpoint} differ too much: set this computer’s clock, then publish again."
)
_FULL = N_("the store takes no more: the quota of the bucket “{bucket}” is used up.")
_BUSY = N_("the store at {endpoint} is busy or out of order ({reason}): publish again later.")
_SILENT = N_("{endpoint} does not answer: check the network and the endpoint of the target “{target}”.")
_NAMES = N_(
    "the bucket “{bucket}” holds an object whose name has an empty step (“//”), which cannot be listed: remove it, or "
    "give the target “{target}” a path."
)
_OTHER = N_("the store at {endpoint} refused “{name}” ({reason}).")

_SENTENCES: Mapping[str, str] = {
    "InvalidAccessKeyId": _KEY,
    "SignatureDoesNotMatch": _KEY,
    "InvalidToken": _KEY,
    "ExpiredToken": _KEY,
    "401": _KEY,
    "403": _RIGHTS,
    "AccessDenied": _RIGHTS,
    "AllAccessDisabled": _RIGHTS,
    "AccountProblem": _RIGHTS,
    "UserDisable": _RIGHTS,
    "NoSuchBucket": _BUCKET,
    "InvalidBucketName": _BUCKET,
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "SecondLevelDomainForbidden": _REGION,
    "301": _REGION,
    "307": _REGION,
    "RequestTimeTooSkewed": _CLOCK,
    "RequestExpired": _CLOCK,
    "RequestIsExpired": _CLOCK,
    "AccessForbidden": _RIGHTS,
    "QuotaExceeded": _FULL,
    "QuotaFull": _FULL,
    "InsufficientStorage": _FULL,
    "XMinioStorageFull": _FULL,
    "507": _FULL,
    "SlowDown": _BUSY,
    "ServiceUnavailable": _BUSY,
    "InternalError": _BUSY,
    "500": _BUSY,
    "502": _BUSY,
    "503": _BUSY,
    "504": _BUSY,
}
"""Code of the answer, else its status → sentence."""

_CODE = re.compile(r"<Code>\s*(\w+)")
_STATUS = re.compile(r"(?:non-2xx status code|with status):? (\d{3})")
_NO_ANSWER = re.compile(r"error sending request|HTTP error|kind: (?:Connect|Timeout|Request|Interrupted)")
_MAX_REASON = 200


def reason_of(error: Exception) -> str:
    """``NoSuchBucket``, else ``404``, else nothing."""
    text = str(error).partition("Debug source")[0]
    found = _CODE.search(text) or _STATUS.search(text)
    return found[1] if found else ""


def said(error: Exception, target: PublishTarget, path: str = "") -> PublishError:
    """The sentence. No key and no secret is in what a store says; the key's name may be, and is left out."""
    text, reason = str(error).partition("Debug source")[0], reason_of(error)
    if "empty path segment" in text:
        message = _NAMES
    elif "Received redirect" in text:
        message = _REGION
    else:
        message = _SENTENCES.get(reason) or (_SILENT if not reason and _NO_ANSWER.search(text) else _OTHER)
    return PublishError(
        message,
        target=target.name,
        bucket=target.bucket,
        endpoint=target.endpoint or "s3.amazonaws.com",
        name=path,
        reason=reason or " ".join(text.split())[:_MAX_REASON],
    )
