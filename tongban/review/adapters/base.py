"""Signed JSON POST to an outside system of the same authority, and what can come of it.

Request and answer each carry an HMAC-SHA256 under a shared secret; the answer's covers the request's, so that no answer fits another
question. Nothing here logs, and no failure text holds what was asked.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol
from uuid import UUID

import httpx

from tongban.kernel import strictjson
from tongban.kernel.deadline import DeadlineTransport
from tongban.kernel.ids import new_id
from tongban.rules.facts import Value

SIGNATURE = "Register-Signature"
ID = "Register-Request"
TIME = "Register-Time"
MAX_AGE_SECONDS = 300
MAX_ANSWER_BYTES = 64 * 1024
SHORTEST_SECRET = 16

NOT_CONFIGURED = "not-configured"
"""Nobody can be asked, now or soon."""

NameMatch = Literal["same", "other", "unclear"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked about. Personal data: goes into the signed body and nowhere else."""

    name: str
    id_kind: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a register knows. `values` holds element → value, only what was asked and is known; `name` compares the name it keeps.

    `reference` is the register's own number of this question, for its audit.
    """

    found: bool
    name: NameMatch = "unclear"
    values: Mapping[str, Value] = field(default_factory=dict)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """No usable answer: nothing is known, and nothing is false. `reason` is a code such as `timeout`."""

    reason: str


class Register(Protocol):
    """A register that answers questions about one person, or about what this person has to do with, e.g. a business."""

    def ask(self, *, person: Person, elements: Sequence[str], about: Mapping[str, str]) -> Answered | Silent:
        """`about`: what the question concerns besides the person, e.g. the place of treatment. Never raises for a silent register.

        May be called from another thread.
        """
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an outside system listens, the secret shared with it, and how long it may take for a whole answer."""

    url: str
    secret: str
    timeout_seconds: float = 5


@dataclass(frozen=True, slots=True)
class HttpRegister:
    """A register over HTTP. All of them speak alike and differ in the elements that they know."""

    endpoint: Endpoint

    def ask(self, *, person: Person, elements: Sequence[str], about: Mapping[str, str]) -> Answered | Silent:
        question = {"person": as_json(person), "elements": list(elements), "about": dict(about)}
        answer = post(self.endpoint, "/ask", question)
        return answer if isinstance(answer, Silent) else read_answer(answer, elements)


def as_json(person: Person) -> dict[str, str]:
    return {"name": person.name, "id_kind": person.id_kind, "id_number": person.id_number}


def read_answer(answer: Mapping[str, Any], elements: Sequence[str]) -> Answered | Silent:
    """Take only what was asked for; an answer of another shape counts as none."""
    found, name, values = answer.get("found"), answer.get("name"), answer.get("values")
    if not isinstance(found, bool) or name not in {"same", "other", "unclear"} or not isinstance(values, dict):
        return Silent("malformed")
    asked = {key: values[key] for key in elements if isinstance(values.get(key), (str, int))}
    return Answered(found, name, asked, str(answer.get("reference", ""))[:64])


def post(endpoint: Endpoint, path: str, body: Mapping[str, Any], *, key: UUID | None = None) -> dict[str, Any] | Silent:
    """One question, one answer. `key` makes the request idempotent for the other side. Every failure is `Silent`."""
    if not _is_safe(endpoint.url) or len(endpoint.secret) < SHORTEST_SECRET:
        return Silent(NOT_CONFIGURED)
    content = strictjson.canonical(dict(body))
    headers = _headers(endpoint.secret, httpx.URL(endpoint.url).path.rstrip("/") + path, content, key or new_id())
    # No proxy from the environment and no redirect: personal data goes to the configured address or nowhere.
    transport = DeadlineTransport(total_seconds=endpoint.timeout_seconds, verify=_trusted(), trust_env=False)
    with httpx.Client(
        transport=transport, timeout=endpoint.timeout_seconds, follow_redirects=False, trust_env=False
    ) as client:
        try:
            with client.stream("POST", endpoint.url.rstrip("/") + path, content=content, headers=headers) as response:
                return _read(response, endpoint, asked=headers[SIGNATURE])
        except httpx.TimeoutException:
            return Silent("timeout")
        except httpx.HTTPError:
            return Silent("unreachable")


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the certificates of the world takes 20 ms, more than all the rest of a question."""
    return httpx.create_ssl_context(trust_env=False)


def _is_safe(url: str) -> bool:
    """TLS, or this machine: the signature proves who asks, it hides nothing."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    here = address.host in {"127.0.0.1", "::1", "localhost"} or address.host.endswith(".localhost")
    return address.scheme == "https" or (address.scheme == "http" and here)


def request_signature(secret: str, *, path: str, id: str, at: str, content: bytes) -> str:
    return _mac(secret, "request", path, id, at, content)


def answer_signature(secret: str, *, asked: str, content: bytes) -> str:
    return _mac(secret, "answer", asked, content)


def _headers(secret: str, path: str, content: bytes, id: UUID) -> dict[str, str]:
    at = str(int(time.time()))
    signature = request_signature(secret, path=path, id=str(id), at=at, content=content)
    return {"Content-Type": "application/json", ID: str(id), TIME: at, SIGNATURE: signature}


def _read(response: httpx.Response, endpoint: Endpoint, *, asked: str) -> dict[str, Any] | Silent:
    content = _content(response)
    if isinstance(content, Silent):
        return content
    if response.status_code != httpx.codes.OK:
        return Silent(f"status-{response.status_code}")
    expected = answer_signature(endpoint.secret, asked=asked, content=content)
    if not hmac.compare_digest(expected, response.headers.get(SIGNATURE, "")):
        return Silent("not-authentic")
    try:
        answer = strictjson.parse(content)
    except strictjson.NotStrict:
        return Silent("malformed")
    return answer if isinstance(answer, dict) else Silent("malformed")


def _content(response: httpx.Response) -> bytes | Silent:
    """The whole body within its size; the deadline is the transport's."""
    content = b""
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            return Silent("too-long")
    return content


def _mac(secret: str, *parts: str | bytes) -> str:
    texts = [part.hex() if isinstance(part, bytes) else part for part in parts]
    return hmac.digest(secret.encode(), json.dumps(texts).encode(), hashlib.sha256).hex()
