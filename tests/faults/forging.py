"""Answers as bad boxes in the middle make them: name of the fault → the answer instead, from its head and body."""

import gzip
from collections.abc import Callable

LOGIN_PAGE = b"<!doctype html><title>Sign in</title><form action=/login><input name=user></form>"


def _whole(status: bytes, headers: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, headers, len(body), body)


def _login_page(head: bytes, body: bytes) -> bytes:
    return _whole(b"200 OK", b"Content-Type: text/html\r\n", LOGIN_PAGE)


def _cut_short(head: bytes, body: bytes) -> bytes:
    """Half of the body, and the box has set the length right."""
    return _whole(b"200 OK", b"Content-Type: application/json\r\n", body[: len(body) // 2])


def _strip(head: bytes, body: bytes) -> bytes:
    return _whole(head.partition(b"\r\n")[0].partition(b" ")[2] or b"200 OK", b"", body)


def _flip(head: bytes, body: bytes) -> bytes:
    """One letter in the middle is another one: as likely as not inside a signed receipt."""
    middle = len(body) // 2
    other = b"B" if body[middle : middle + 1] == b"A" else b"A"
    return head + b"\r\n\r\n" + body[:middle] + other + body[middle + 1 :]


def _bomb(head: bytes, body: bytes) -> bytes:
    return _whole(b"200 OK", b"Content-Type: application/json\r\nContent-Encoding: gzip\r\n", BOMB)


BOMB = gzip.compress(bytes(50_000_000), 9)
CHANGED: dict[str, Callable[[bytes, bytes], bytes]] = {
    "login_page": _login_page, "cut_short": _cut_short, "strip": _strip, "flip": _flip, "bomb": _bomb,
}  # fmt: skip
