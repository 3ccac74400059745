"""Every door says who may open it (deny by default)."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tongban.people.services import ROLES
from tongban.web.access import Door, Who


def routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


ROUTES = dict(routes(get_resolver().url_patterns))
every_route = pytest.mark.parametrize("path", ROUTES, ids=lambda path: path or "/")


def door_of(path: str) -> Door:
    return ROUTES[path].door


def test_there_are_doors() -> None:
    assert {"", "sign-in", "staff/", "txp/1/events"} <= set(ROUTES)


@every_route
def test_a_route_declares_its_door(path: str) -> None:
    assert isinstance(getattr(ROUTES[path], "door", None), Door)
    assert door_of(path).who in get_args(Who)


@every_route
def test_a_door_asks_for_roles_that_exist(path: str) -> None:
    assert door_of(path).roles <= set(ROLES)
    if door_of(path).who != "staff":
        assert not door_of(path).roles


@every_route
def test_the_place_of_a_door_fits_who_may_open_it(path: str) -> None:
    who = door_of(path).who
    assert (who == "peer") == path.startswith("txp/")
    if path.startswith("staff/"):
        assert who in {"staff", "anyone"}
    else:
        assert who != "staff"


@every_route
def test_only_a_peer_needs_no_csrf_token(path: str) -> None:
    assert not getattr(ROUTES[path], "csrf_exempt", False) or door_of(path).who == "peer"


def test_at_the_desks_only_signing_in_is_open_to_anyone() -> None:
    """A new open door under staff/ is named here on purpose."""
    open_doors = {path for path in ROUTES if path.startswith("staff/") and door_of(path).who == "anyone"}
    assert open_doors <= {"staff/sign-in", "staff/sign-in/code", "staff/sign-out"}


@every_route
def test_no_name_or_number_of_a_person_is_part_of_an_address(path: str) -> None:
    assert not any(word in path for word in ("phone", "id_number", "name>", "token"))
