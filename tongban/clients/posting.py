"""One signed POST to a subscriber, and what came of it. Nothing here raises for a subscriber that is silent or wrong."""

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import httpx

from tongban.clients.targets import AddressRefused, Lookup, Rules, check_address, pin
from tongban.kernel.deadline import DeadlineTransport

SIGNATURE = "Tongban-Signature"
DELIVERED = "delivered"
SECONDS = 10.0


class Poster(Protocol):
    def post(self, *, url: str, body: bytes, headers: dict[str, str]) -> str:
        """`delivered`, or why not: a short code."""
        ...


@dataclass(frozen=True, slots=True)
class HttpPoster:
    rules: Rules
    lookup: Lookup | None = None
    seconds: float = SECONDS

    def post(self, *, url: str, body: bytes, headers: dict[str, str]) -> str:
        try:
            target = check_address(url, self.rules)
            address = pin(target, self.rules, self.lookup)
        except AddressRefused:
            return "address-refused"
        return self._send(target, address, body, headers)

    def _send(self, target: httpx.URL, address: str, body: bytes, headers: dict[str, str]) -> str:
        transport = DeadlineTransport(total_seconds=self.seconds, verify=_trusted(), trust_env=False)
        pinned = target.copy_with(host=address)
        host = target.netloc.decode("ascii")
        with httpx.Client(transport=transport, timeout=self.seconds, follow_redirects=False, trust_env=False) as client:
            try:
                # The certificate is checked against the name, the connection goes to the address that was looked at.
                request = client.build_request(
                    "POST", pinned, content=body, headers={**headers, "Host": host},
                    extensions={"sni_hostname": target.host},
                )  # fmt: skip
                response = client.send(request, stream=True)
                response.close()
            except httpx.TimeoutException:
                return "timeout"
            except httpx.HTTPError:
                return "unreachable"
        return DELIVERED if response.is_success else f"status-{response.status_code}"


def sign(secret: str, body: bytes, *, seconds: int) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`."""
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mac}"


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
