"""The device bridge (外设网桥): a small program on the machine of one window that drives its card reader, camera and signature pad.

It is asked by JSON POST and answers JSON. Both bodies are signed: `X-Tongban-Signature: v1=<hex>` is HMAC-SHA256 over the body under the secret
of the bridges. Every request carries a fresh `nonce`, and an answer that does not repeat it counts as silence, so that an old card is
never read twice. What each device is asked and answers stands in `card_readers`, `faces` and `signatures`.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import httpx

TIMEOUT_SECONDS = 12.0
"""For the whole exchange: a person has to find the card and lay it down."""
MAX_ANSWER_BYTES = 1024 * 1024

Reason = Literal["not-connected", "no-answer", "not-authentic", "malformed", "nothing-there"]


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing was read, and why. Never a negative answer about the person."""

    reason: Reason


class Bridge:
    def __init__(self, url: str, secret: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._secret = secret.encode()
        self._transport = transport

    def ask(self, device: str, **question: Any) -> dict[str, Any] | Silent:
        """The answer of a device, or silence."""
        nonce = secrets.token_hex(16)
        body = json.dumps({"nonce": nonce, **question}).encode()
        try:
            answered = self._post(device, body)
        except httpx.HTTPError:
            return Silent("no-answer")
        if not hmac.compare_digest(self._sign(answered.content), answered.headers.get("X-Tongban-Signature", "")):
            return Silent("not-authentic")
        return _read(answered.content, nonce)

    def _post(self, device: str, body: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json", "X-Tongban-Signature": self._sign(body)}
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, transport=self._transport) as client:
            answered = client.post(f"{self._url}/{device}", content=body, headers=headers)
            return answered.raise_for_status()

    def _sign(self, body: bytes) -> str:
        return f"v1={hmac.new(self._secret, body, hashlib.sha256).hexdigest()}"


def _read(body: bytes, nonce: str) -> dict[str, Any] | Silent:
    try:
        value = json.loads(body) if len(body) <= MAX_ANSWER_BYTES else None
    except ValueError:
        return Silent("malformed")
    if not isinstance(value, dict):
        return Silent("malformed")
    return value if value.get("nonce") == nonce else Silent("not-authentic")
