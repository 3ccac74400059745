"""Every door says who may open it (deny by default)."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver
from ninja import Router

from tongban.clients.services import SCOPES
from tongban.people.acts import ACTS
from tongban.people.services import ROLES
from tongban.web.access import Door, Who, door
from tongban.web.api.operations import view_of


def routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


ROUTES = dict(routes(get_resolver().url_patterns))
DESCRIPTIONS = {"api/v1/openapi.json", "api/v1/docs"}
"""What is said about the API is for anyone; nothing that it does is."""
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
def test_only_a_citizens_door_opens_on_behalf_and_for_an_act_that_exists(path: str) -> None:
    declared = door_of(path)
    assert not declared.act or (declared.who == "citizen" and declared.act in ACTS)


@every_route
def test_the_place_of_a_door_fits_who_may_open_it(path: str) -> None:
    who = door_of(path).who
    assert (who == "peer") == path.startswith("txp/")
    assert (who == "client") == (path.startswith("api/") and path not in DESCRIPTIONS)
    if path.startswith("staff/"):
        assert who in {"staff", "anyone"}
    else:
        assert who != "staff"


@every_route
def test_only_who_brings_no_cookie_needs_no_csrf_token(path: str) -> None:
    assert not getattr(ROUTES[path], "csrf_exempt", False) or door_of(path).who in {"peer", "client"}


@every_route
def test_every_method_of_the_api_asks_for_a_scope_that_exists(path: str) -> None:
    doors = getattr(ROUTES[path], "doors", {})
    assert bool(doors) == (door_of(path).who == "client")
    assert {door.scope for door in doors.values()} <= set(SCOPES)


def test_an_operation_of_the_api_without_a_door_does_not_start() -> None:
    router = Router()
    router.get("/bare", operation_id="bare")(lambda request: None)
    with pytest.raises(ImproperlyConfigured):
        view_of(router.path_operations["/bare"])


def test_a_door_for_clients_without_a_scope_does_not_start() -> None:
    with pytest.raises(ImproperlyConfigured):
        door("client")


def test_at_the_desks_only_signing_in_is_open_to_anyone() -> None:
    """A new open door under staff/ is named here on purpose."""
    open_doors = {path for path in ROUTES if path.startswith("staff/") and door_of(path).who == "anyone"}
    assert open_doors <= {"staff/sign-in", "staff/sign-in/code", "staff/sign-out"}


@every_route
def test_no_name_or_number_of_a_person_is_part_of_an_address(path: str) -> None:
    assert not any(word in path for word in ("phone", "id_number", "name>", "token"))
