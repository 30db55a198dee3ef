"""What can go wrong with a bucket, and how its library's errors become ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError, InvalidPathError

from rowmill.outbound import BrokenAnswer, OutboundError, TlsFailed
from rowmill.remote import (
    ConnectionLost,
    RemoteAccessDenied,
    RemoteDiskFull,
    RemoteError,
    RemoteFailure,
    RemoteFileChanged,
    RemoteFileMissing,
    ServerSilent,
)

CODE = re.compile(r"<Code>(\w+)</Code>")
REGION = re.compile(r"<Region>([a-z0-9-]+)</Region>")
STATUS = re.compile(r"status code: (\d{3})")
ODD_KEY = re.compile(r'Path "([^"]*)"')


class BucketMissing(RemoteError):
    """There is no bucket of this name. Look at its spelling, the endpoint and the region."""


class KeysRefused(RemoteError):
    """The service does not know the access key, or the secret does not fit to it."""


class WrongRegion(RemoteError):
    """The bucket lies in another region."""


WRONG_REGION = {
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "PermanentRedirect",
    "TemporaryRedirect",
}
MAY_NOT = (
    RemoteAccessDenied,
    (
        "the key may not do that. Its policy needs s3:ListBucket on the bucket, and "
        "s3:GetObject, s3:PutObject or s3:DeleteObject on what is in it"
    ),
)
WRONG_SECRET = (KeysRefused, "the secret, or the session token, is not the right one")
NO_SPACE = (RemoteDiskFull, "the service has no space left for it")
REASONS: dict[str, tuple[type[RemoteError], str]] = {
    "AccessDenied": MAY_NOT,
    "AllAccessDisabled": MAY_NOT,
    "ExpiredToken": (KeysRefused, "the session token has expired"),
    "InvalidAccessKeyId": (KeysRefused, "the service does not know the access key"),
    "InvalidToken": WRONG_SECRET,
    "NoSuchKey": (RemoteFileMissing, "there is no such file"),
    "PreconditionFailed": (RemoteFileChanged, "it is another file by now"),
    "QuotaExceeded": NO_SPACE,
    "RequestTimeTooSkewed": (KeysRefused, "this machine's clock is wrong; set it by NTP"),
    "ServiceQuotaExceededException": NO_SPACE,
    "SignatureDoesNotMatch": WRONG_SECRET,
    "XMinioStorageFull": NO_SPACE,
}


@contextmanager
def plainly(place: str, path: str, doing: str) -> Iterator[None]:
    """Turn the library's errors into ours. Args: `doing` completes "could not be …"."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        raise _plain(place, f"{path} in {place} could not be {doing}", error) from error


def by_answer(place: str, subject: str, status: int, body: bytes) -> OutboundError:
    """Why a service's answer of that status and body is no success."""
    words = body.decode(errors="replace")
    code = CODE.search(words)
    if 300 <= status < 400 and not code:
        return BrokenAnswer(
            f"{place} sends on to another host, where Rowmill does not follow. Look at the "
            "endpoint and the region."
        )
    return _by_code(code[1], place, subject, words) if code else _by_status(status, place, subject)


def no_service(place: str, status: int) -> OutboundError:
    """What answers there does not speak this protocol."""
    return BrokenAnswer(f"What answers for {place} is no S3-compatible service (status {status}).")


def _plain(place: str, subject: str, error: Exception) -> OutboundError:
    words = str(error).partition("Debug source:")[0]
    code = CODE.search(words)
    status = STATUS.search(words)
    if code:
        return _by_code(code[1], place, subject, words)
    if isinstance(error, InvalidPathError):
        key = ODD_KEY.search(words)
        return RemoteFailure(
            f"{subject}: it holds the key {key[1] if key else '?'!r}, which cannot be read since "
            "a part of it is empty or a dot. Rename or delete that, or choose another folder."
        )
    if status:
        return _by_status(int(status[1]), place, subject)
    return _without_answer(place, subject, repr(error))


def _by_code(code: str, place: str, subject: str, words: str) -> OutboundError:
    """Why, by the code of the service's answer."""
    if code == "NoSuchBucket":
        return BucketMissing(f"There is no such bucket: {place}. Look at its name and endpoint.")
    if code in WRONG_REGION:
        region = REGION.search(words)
        where = f"in the region {region[1]}" if region else "in another region, or at another host"
        return WrongRegion(f"{subject}: the bucket lies {where}. Change that.")
    kind, why = REASONS.get(code, (RemoteFailure, "the service refuses"))
    return kind(f"{subject}: {why} ({code}).")


def _by_status(status: int, place: str, subject: str) -> OutboundError:
    """Why, where the answer has no body, as those to HEAD have none."""
    if status == 404:
        return RemoteFileMissing(f"{subject}: there is no such file.")
    if status in {401, 403}:
        return RemoteAccessDenied(f"{subject}: the keys are wrong, or may not do that.")
    if status == 412:
        return RemoteFileChanged(f"{subject}: it is another file by now.")
    if status >= 500:
        return RemoteFailure(f"{subject}: the service answers with status {status}. Try later.")
    return no_service(place, status)


def _without_answer(place: str, subject: str, words: str) -> OutboundError:
    """Why, where no answer came: the library tells it by its words alone."""
    lowered = words.lower()
    if "certificate" in lowered:
        return TlsFailed(f"The certificate of {place} is not accepted: {_reason(words)}.")
    if "received corrupt message" in lowered or "invalidcontenttype" in lowered:
        return TlsFailed(f"{place} does not speak TLS. Is its endpoint an http:// one?")
    if "timed out" in lowered or "timedout" in lowered or "timeout" in lowered.split("debug")[0]:
        return ServerSilent(f"{subject}: the service has stopped answering.")
    if "list response" in lowered or "expected struct" in lowered or "header" in lowered:
        return BrokenAnswer(f"What answers for {place} is no S3-compatible service.")
    return ConnectionLost(f"{subject}: the connection broke off.")


def _reason(words: str) -> str:
    found = re.search(r"(UnknownIssuer|Expired|NotValidForName|CaUsedAsEndEntity|Revoked)", words)
    known = {
        "UnknownIssuer": "nobody whom this machine trusts has signed it",
        "Expired": "it has expired",
        "NotValidForName": "it is for another name",
        "CaUsedAsEndEntity": "it signed itself",
        "Revoked": "it was revoked",
    }
    return known[found[1]] if found else "it is not valid"
