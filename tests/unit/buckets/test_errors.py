"""What a bucket's service answers, in plain words."""

from __future__ import annotations

import pytest
from obstore.exceptions import GenericError

from rowmill.buckets import BucketMissing, KeysRefused, WrongRegion
from rowmill.buckets.errors import plainly
from rowmill.outbound import TlsFailed
from rowmill.remote import (
    ConnectionLost,
    RemoteAccessDenied,
    RemoteDiskFull,
    RemoteFailure,
    ServerSilent,
)

WRONG_REGION = (
    "Server returned non-2xx status code: 400: <Error><Code>AuthorizationHeaderMalformed</Code>"
    "<Message>the region 'us-east-1' is wrong</Message><Region>eu-west-3</Region></Error>"
)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (WRONG_REGION, WrongRegion, "in the region eu-west-3"),
        ("<Code>PermanentRedirect</Code>", WrongRegion, "another region"),
        ("<Code>NoSuchBucket</Code>", BucketMissing, "no such bucket"),
        ("<Code>RequestTimeTooSkewed</Code>", KeysRefused, "clock"),
        ("<Code>XMinioStorageFull</Code>", RemoteDiskFull, "no space"),
        ("<Code>SlowDown</Code>", RemoteFailure, "SlowDown"),
        ("status code: 403 Forbidden: ", RemoteAccessDenied, "keys are wrong"),
        ("status code: 503 Service Unavailable: ", RemoteFailure, "503"),
        ("invalid peer certificate: Expired", TlsFailed, "has expired"),
        ("operation timed out", ServerSilent, "stopped answering"),
        ("error decoding response body", ConnectionLost, "broke off"),
    ],
)
def test_an_answer_becomes_an_error_that_says_what_to_do(
    said: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words), plainly("the bucket b", "a.csv", "read"):
        raise GenericError(f"Generic S3 error: {said}\n\nDebug source:\nsecret=abc")
    with pytest.raises(error) as caught, plainly("the bucket b", "a.csv", "read"):
        raise GenericError(f"Generic S3 error: {said}\n\nDebug source:\nsecret=abc")
    assert "abc" not in str(caught.value)
