"""HTTP endpoints that take records as JSON."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import quote

import httpx

from rowmill import outbound
from rowmill.settings import Settings
from rowmill.syncs.destinations.base import (
    BODY_KEPT,
    Answer,
    DestinationMisconfigured,
    Parcel,
    Verdict,
    without,
)
from rowmill.syncs.records import DELETE, Line
from rowmill.syncs.targets import HEADER_SECRET, HttpTarget

CONTENT = {400, 409, 413, 422}
LATER = {408, 425, 429}
GONE = {404, 410}
LONGEST_PAUSE = 24 * 3600  # seconds that a destination may ask to be left alone
_FIELD = re.compile(r"\{([^{}]+)\}")


class HttpDestination:
    """Requests with batches as bodies, each with an idempotency key."""

    def __init__(self, settings: Settings, target: HttpTarget, secrets: Mapping[str, str]) -> None:
        """Contacts nothing yet."""
        self._target = target
        self._secrets = dict(secrets)
        self._token: str | None = None
        seconds = float(target.timeout_seconds)
        self._client = outbound.client(settings, timeout_seconds=seconds, total_seconds=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def deliver(self, parcel: Parcel) -> Answer:
        lines = list(parcel.lines())
        is_delete = parcel.operation == DELETE
        method = self._target.delete_method if is_delete else self._target.method
        body = None
        # A DELETE names its record by its address; others say what is to be deleted.
        if not (method == "DELETE" and self._target.body == "record"):
            body = self._body(lines)
        headers = {"Idempotency-Key": parcel.idempotency_key}
        answer = self._send(method, self._address(lines, is_delete=is_delete), body, headers)
        if is_delete and method == "DELETE" and answer.status in GONE:
            return Answer(Verdict.ACCEPTED, "It was not there any more.", answer.status)
        return answer

    def test(self) -> str:
        if self._target.auth.kind == "login":
            refused = self._log_in()
            if refused is not None:
                raise DestinationMisconfigured(refused.message)
            return f"{self._host} was reached, and the login was accepted."
        with self._client.stream("HEAD", self._base(), headers=self._headers(b"")) as response:
            status = response.status_code
        if status in {401, 403}:
            raise DestinationMisconfigured(
                f"{self._host} was reached, but refused the credentials (status {status})."
            )
        return f"{self._host} was reached: it answered with status {status}."

    @property
    def _host(self) -> str:
        return httpx.URL(self._target.url).host

    def _base(self) -> str:
        return self._target.url + ("" if _FIELD.search(self._target.path) else self._target.path)

    def _address(self, lines: list[Line], *, is_delete: bool) -> str:
        path = self._target.path
        if is_delete and self._target.delete_path is not None:
            path = self._target.delete_path
        if self._target.body == "record" and _FIELD.search(path):
            values = lines[0].values()
            path = _FIELD.sub(lambda match: _segment(values, match[1]), path)
        return self._target.url + path

    def _body(self, lines: list[Line]) -> bytes:
        records = [self._record(line) for line in lines]
        match self._target.body:
            case "envelope":
                text = f"{{{json.dumps(self._target.envelope)}:[{','.join(records)}]}}"
            case "array":
                text = f"[{','.join(records)}]"
            case "lines":
                text = "".join(f"{record}\n" for record in records)
            case _:
                text = records[0]
        return text.encode()

    def _record(self, line: Line) -> str:
        name = self._target.change_field
        if name is None:
            return line.record
        member = f"{json.dumps(name)}:{json.dumps(line.change)}"
        return f"{line.record[:-1]}{',' if len(line.record) > 2 else ''}{member}}}"

    def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        auth = self._target.auth
        if auth.kind == "login" and self._token is None:
            refused = self._log_in()
            if refused is not None:
                return refused
        answer = self._request(method, url, body, headers)
        if answer.status == 401 and auth.kind == "login":
            self._token = None  # it may have expired
            refused = self._log_in()
            if refused is not None:
                return refused
            answer = self._request(method, url, body, headers)
        return answer

    def _request(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        sent = {**headers, **self._headers(body or b"")}
        if body is not None:
            kind = "application/x-ndjson" if self._target.body == "lines" else "application/json"
            sent["Content-Type"] = kind
        with self._client.stream(method, url, content=body, headers=sent) as response:
            limit = outbound.BODY_BYTES if self._target.expect_json else BODY_KEPT
            text = outbound.read_start(response, limit).decode("utf-8", "replace")
        return self._judged(response, text)

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = dict(self._target.headers)
        for name, value in self._secrets.items():
            if name.startswith(HEADER_SECRET):
                headers[name.removeprefix(HEADER_SECRET)] = value
        auth = self._target.auth
        match auth.kind:
            case "bearer":
                headers["Authorization"] = f"Bearer {self._secret('token')}"
            case "basic":
                basic = httpx.BasicAuth(auth.username or "", self._secret("password"))
                request = next(basic.auth_flow(httpx.Request("GET", self._target.url)))
                headers["Authorization"] = request.headers["Authorization"]
            case "login" if self._token is not None:
                headers["Authorization"] = f"Bearer {self._token}"
            case "hmac":
                headers["X-Rowmill-Signature"] = signature(self._secret("signing_key"), body)
        return headers

    def _secret(self, name: str) -> str:
        try:
            return self._secrets[name]
        except KeyError:
            raise DestinationMisconfigured(f"The secret '{name}' is missing. Enter it.") from None

    def _log_in(self) -> Answer | None:
        """Get a token. Returns what was answered instead, where there is none."""
        auth = self._target.auth
        values = {"username": auth.username or "", "password": self._secret("password")}
        content: dict[str, Any] = (
            {"json": values}
            if auth.form == "json"
            else {"data": {"grant_type": "password", **values}}
        )
        headers = {"Accept": "application/json", **self._target.headers}
        url = self._target.url + auth.path
        with self._client.stream("POST", url, headers=headers, **content) as response:
            text = outbound.read_body(response).decode("utf-8", "replace")
        answer = self._judged(response, text)
        if answer.verdict is Verdict.LATER:
            return answer
        if response.is_success:
            token = _member(text, auth.token_field)
            if token is not None:
                self._token = token
                return None
            message = f"The login at {self._host} gave no '{auth.token_field}'."
            return Answer(Verdict.BROKEN, message, response.status_code)
        message = f"The login at {self._host} was refused (status {response.status_code})."
        return Answer(Verdict.BROKEN, message, response.status_code, answer.body, "login_refused")

    def _judged(self, response: httpx.Response, text: str) -> Answer:
        status = response.status_code
        body = without(text[:BODY_KEPT], self._hidden())
        said = f"{self._host} answered with status {status}"
        if response.is_success:
            if self._target.expect_json and not _is_json(text):
                return Answer(Verdict.LATER, f"{said}, but not with JSON.", status, body)
            return Answer(Verdict.ACCEPTED, f"{said}.", status, body)
        if response.is_redirect:
            message = f"{said}: it is at another address. Enter that one."
            return Answer(Verdict.BROKEN, message, status, body)
        if status in CONTENT:
            return Answer(Verdict.REFUSED, f"{said}: it refused the content.", status, body)
        if status in LATER or status >= 500:
            pause = retry_after(response.headers.get("Retry-After"))
            return Answer(
                Verdict.LATER, f"{said}. It is tried again.", status, body, retry_after=pause
            )
        return Answer(Verdict.BROKEN, f"{said}: {_HINTS.get(status, _HINT)}", status, body)

    def _hidden(self) -> Iterator[str]:
        yield from self._secrets.values()
        if self._token is not None:
            yield self._token


_HINT = "look at address, method and credentials."
_HINTS = {
    401: "look at the credentials.",
    403: "the account may not do this.",
    404: "there is nothing at that path.",
    405: "the path does not take that method.",
}


def signature(key: str, body: bytes, at: int | None = None) -> str:
    """`t=…,v1=…`: the HMAC-SHA-256 of the time in seconds, a point and the body, in hex."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` asks for, as a number or a date; at most a day."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text), LONGEST_PAUSE))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), float(LONGEST_PAUSE))


def _segment(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or value == "":
        raise DestinationMisconfigured(f"The path names '{name}', which a record does not have.")
    return quote(str(value), safe="")


def _member(text: str, name: str) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) and found.isprintable() and found.isascii() else None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
