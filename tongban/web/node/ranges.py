"""A piece of a file (RFC 9110, section 14): one range of bytes, tied to the file's hash."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

OCTETS = "application/octet-stream"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Unsatisfiable(ValueError):
    """The range lies beyond the end."""


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and how many; None for no range, several of them or none that can be read: then the whole is the answer. Raises `Unsatisfiable`."""
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or end < start:
        raise Unsatisfiable
    return start, end - start + 1


def respond(request: HttpRequest, *, etag: str, size: int, read: Callable[[int, int], bytes]) -> HttpResponse:
    """The whole, a piece (206), or 416; for HEAD only what the whole is. `read(first, length)`."""
    if request.method == "HEAD":
        return _headed(HttpResponse(content_type=OCTETS), etag, size)
    fitting = request.headers.get("If-Range", f'"{etag}"') == f'"{etag}"'
    try:
        wanted = read_range(request.headers.get("Range", ""), size) if fitting else None
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    if wanted is None:
        return _headed(HttpResponse(read(0, size), content_type=OCTETS), etag, size)
    first, length = wanted
    response = HttpResponse(read(first, length), status=206, content_type=OCTETS)
    response.headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    return _headed(response, etag, length)


def _headed(response: HttpResponse, etag: str, length: int) -> HttpResponse:
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(length)
    return response
