"""Where a webhook may lead (SR-24): TLS, hosts that the operator allowed, resolved once, never into a private network, no redirects."""

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass

import httpx

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

Lookup = Callable[[str, int], list[str]]
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Refused):
    """The address could lead where this node must not go."""

    status = 422
    text = Text("不能向此地址推送：{why.zh}。", "This address cannot be used: {why.en}.")
    advice = Text(
        "请使用管理员已允许的 https 地址，不含用户名和片段。",
        "Use an https address that the operator has allowed, without user name or fragment.",
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """`allowed`: host, or host:port. In a demonstration this machine is allowed too, also without TLS."""

    allowed: Collection[str]
    production: bool


def check_address(address: str, rules: Rules) -> httpx.URL:
    """Before anything is asked of the name service. Refuses `AddressRefused`."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused(why=Text("地址无法识别", "it cannot be read")) from None
    if url.userinfo or url.fragment or not url.host or not address.isascii() or not address.isprintable():
        raise AddressRefused(why=Text("含有不允许的部分", "it holds parts that are not allowed"))
    if not rules.production and _here(url.host) and url.scheme in {"http", "https"}:
        return url
    if url.scheme != "https":
        raise AddressRefused(why=Text("不是 https", "it is not https"))
    if _named(url) not in {entry.lower() for entry in rules.allowed}:
        raise AddressRefused(why=Text("主机不在允许名单中", "its host is not on the list of allowed ones"))
    return url


def pin(url: httpx.URL, rules: Rules, lookup: Lookup | None = None) -> str:
    """The one address that is connected to: what the name means a moment later no longer matters. Refuses `AddressRefused`."""
    found = (lookup or resolve)(url.host, url.port or (443 if url.scheme == "https" else 80))
    if not found:
        raise AddressRefused(why=Text("域名无法解析", "its name cannot be resolved"))
    if rules.production and not all(is_public(address) for address in found):
        raise AddressRefused(why=Text("指向内部网络", "it leads into a private network"))
    return found[0]


def resolve(host: str, port: int) -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def is_public(address: str) -> bool:
    """Also of what an IPv6 address carries inside."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _named(url: httpx.URL) -> str:
    return url.host.lower() if url.port in {None, 443} else f"{url.host.lower()}:{url.port}"
