"""From which network a request comes, to count what is tried from there. Never shown, never logged, kept as a keyed hash only."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any


def network_of(request: Any) -> str:
    """An IPv4 address, or the /64 of an IPv6 one; empty when nobody knows. A proxy on this machine adds the last entry of its header; what
    comes before it is anybody's word."""
    address = _read(request.META.get("REMOTE_ADDR", ""))
    if address is None or address.is_loopback:
        address = _read(request.headers.get("X-Forwarded-For", "").rpartition(",")[2])
    if address is None or address.is_loopback:
        return ""
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
