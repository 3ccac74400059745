"""Keeps every page that a story comes to, as it is in Chinese, in English and in the elder view."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

VIEWS = {"zh": {"language": "zh"}, "en": {"language": "en"}, "elder": {"language": "zh", "size": "largest"}}
"""The cookies of each."""


@dataclass(frozen=True)
class Shot:
    """One page. `views`: its HTML by name of view."""

    route: str
    name: str
    path: str
    status: int
    headers: dict[str, str]
    views: dict[str, str]


@dataclass
class Album:
    """Pages of one shape are kept once: the same elements with the same classes."""

    shots: list[Shot] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    """What each route answered that was no page: the kind of its content, or where it led."""
    _shapes: set[tuple[str, str]] = field(default_factory=set)

    @property
    def routes(self) -> set[str]:
        return {shot.route for shot in self.shots}

    def is_new(self, route: str, html: str) -> bool:
        shape = " ".join(sorted(set(re.findall(r'(?:class|name|role)="[^"]*"|<h1>|<form', html))))
        if (route, shape) in self._shapes:
            return False
        self._shapes.add((route, shape))
        return True

    def keep(self, shot: Shot) -> None:
        number = 1 + sum(other.route == shot.route for other in self.shots)
        self.shots.append(Shot(shot.route, f"{shot.name}-{number}", shot.path, shot.status, shot.headers, shot.views))


ALBUM = Album()


class Recorder:
    """Outermost middleware of the test. A page is asked for again in every view: asking changes nothing, and what was refused stays refused."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else f"status-{response.status_code}"
        if "text/html" not in response.headers.get("Content-Type", "") or response.status_code // 100 == 3:
            ALBUM.answered[route] = response.headers.get("Location", response.headers.get("Content-Type", ""))
            return response
        html = response.content.decode()
        # One page says no in every place.
        if ALBUM.is_new(route if response.status_code not in (403, 404) else str(response.status_code), html):
            views = {name: self._again(request, cookies) for name, cookies in VIEWS.items()}
            name = route.replace(":", "-") + (f"-{response.status_code}" if response.status_code != 200 else "")
            ALBUM.keep(Shot(route, name, request.path, response.status_code, dict(response.headers), views))
        return response

    def _again(self, request: Any, cookies: dict[str, str]) -> str:
        again = copy.copy(request)
        again.COOKIES = {**request.COOKIES, "size": "", **cookies}
        again.__dict__.pop("session", None)
        answer = self.get_response(again)
        assert answer.headers["Content-Type"].startswith("text/html"), request.path
        return answer.content.decode()
