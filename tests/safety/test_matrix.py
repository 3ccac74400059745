"""Role × endpoint × object (A1): everybody knocks at every door, with an object that is there and with one that is not.

Who is not let in learns nothing: not yours looks like not there, and no answer holds one byte of the person (I6).
"""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.architecture.test_doors import ROUTES
from tests.safety.asking import TYPED, absent, word_of
from tests.safety.matrix import ENTRIES, Entry
from tests.safety.world import CANARIES, World
from tests.web.every_page import methods
from tongban.kernel.node import Node
from tongban.people.services import ROLES

NARROW = {"items:read": "narrower"}
"""A token without the scope; `narrow` holds items:read only, `narrower` notices:read only."""
PEOPLE = {"owner", "agent", "stranger"}
OF_THE_NODE = {"taken", "topic", "report", "compared", "agreement", "form", "part", "thing", "sheet"}
"""What belongs to a node, or to the release, and to none of its places, or what each place has of its own under the same name."""


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    lines = [entry.route for entry in ENTRIES]
    assert len(lines) == len(set(lines))
    assert set(lines) == set(ROUTES), "a new route gets a line in matrix.py, an old one loses it"


def test_a_line_names_only_who_exists() -> None:
    known = {*PEOPLE, *ROLES, "anyone", "client", "other", "office", "editor"}
    assert {name for entry in ENTRIES for name in entry.who} <= known


def test_no_line_lets_an_administrator_into_a_case() -> None:
    """三员分立: who runs the system reads no case."""
    administrators = {"operator", "catalogue_editor", "calendar_editor"}
    of_cases = [e for e in ENTRIES if e.route.startswith(("staff/cases/", "staff/reception", "staff/find"))]
    assert of_cases and not any(entry.who & administrators for entry in of_cases)


@pytest.mark.django_db
@pytest.mark.timeout(300)
@pytest.mark.parametrize("portal", ["citizen", "staff", "machines"])
def test_the_matrix(node: Node, linyi: Node, huimin: Node, portal: str) -> None:
    world = World(node, linyi, huimin).found()
    world.objects |= {"hash": {"hash": "0" * 64}, "version": {"version": 1}}
    wrong = [fault for entry in ENTRIES if portal_of(entry) == portal for fault in faults(world, entry)]
    assert wrong == [], "\n".join(["", *wrong])


def portal_of(entry: Entry) -> str:
    if entry.route.startswith(("api/", "txp/")):
        return "machines"
    return "staff" if entry.route.startswith("staff/") else "citizen"


def faults(world: World, entry: Entry) -> Iterator[str]:
    view = ROUTES[entry.route]
    doors = getattr(view, "doors", {})
    given = world.objects[entry.object]
    for method in sorted(set(doors or methods(SimpleNamespace(callback=view))) - {"HEAD"}):
        typed = TYPED if method == "POST" else {}
        for name in knockers(view.door.who, entry, doors.get(method)):
            asks = lambda values: world.who[name].knock(method, address(entry.route, values), typed)  # noqa: B023, E731
            answer = asks(given)
            said = f"{method} {entry.route} · {name}: {answer.status_code}"
            allowed = expected(view.door.who, entry, name, method)
            if word_of(answer) not in allowed and not ("absent" in allowed and as_absent(answer, given, asks)):
                yield f"{said}, not {'/'.join(sorted(allowed))}"
            if not may_read(entry, name, view.door.who) and any(word.encode() in answer.content for word in CANARIES):
                yield f"{said}, and it shows the person"


def knockers(who: str, entry: Entry, door: Any) -> list[str]:
    if who in ("citizen", "agent"):
        return ["anonymous", *sorted(PEOPLE), f"reception@{entry.place}", "helper@jiyang", "elsewhere"]
    if who == "staff":
        return ["anonymous", "owner", "elsewhere", *(f"{role}@{entry.place}" for role in ROLES)]
    if who == "client":
        return [
            "anonymous",
            "owner",
            "wrong token",
            "client",
            "other client",
            "office client",
            *(["editor client"] if door.scope in ("definitions:write", "items:write") else []),
            NARROW.get(door.scope, "narrow"),
        ]
    return ["anonymous", "owner"]


def expected(who: str, entry: Entry, name: str, method: str) -> set[str]:
    """Words of `asking.word_of`; "absent": the same as for an id that nothing has."""
    plain = name.partition("@")[0].removesuffix(" client")
    if "anyone" in entry.who:
        return {"in", "missing", "unknown"}
    if who == "peer" or (who == "client" and name in ("anonymous", "owner", "wrong token")):
        return {"unknown"}
    if plain in entry.who:
        return {"in"} if entry.object else {"in", "missing", "forbidden"} if method == "POST" else {"in", "missing"}
    if who == "client":
        return {"forbidden"} if name.startswith("narrow") else {"absent", "forbidden"}
    if who == "staff":
        return {"sign-in"} if name in ("anonymous", "owner") else desk(entry, name)
    return of_citizens(who, entry, name)


def desk(entry: Entry, name: str) -> set[str]:
    if name == "elsewhere":
        return {"absent"} if entry.object and entry.object not in OF_THE_NODE else {"in", "missing"}
    return {"forbidden", "absent"} if not entry.who else {"forbidden"}


def of_citizens(who: str, entry: Entry, name: str) -> set[str]:
    if name == "anonymous" or "reception" in name:
        return {"sign-in"}
    if name == "agent" and who == "citizen":
        return {"forbidden"}
    if name in ("helper@jiyang", "elsewhere"):
        helps = who == "agent"
        return {"absent"} if helps and entry.object else {"in"} if helps else {"sign-in"}
    return {"absent"} if entry.object else {"in"}


def may_read(entry: Entry, name: str, who: str) -> bool:
    if name in ("owner", "agent"):
        return who in ("citizen", "agent")
    # At the desk where the case lies; what a role may see there is in test_field_scope.py.
    return who == "staff" and name.endswith(f"@{entry.place}") and bool(entry.object)


def as_absent(answer: Any, given: dict[str, Any], asks: Callable[[dict[str, Any]], Any]) -> bool:
    other = absent(given)
    return seen(answer, given) == seen(asks(other), other)


def seen(answer: Any, given: dict[str, Any]) -> tuple[int, str]:
    """Without the id that was asked for."""
    where = answer.headers.get("Location", "")
    for value in given.values():
        where = where.replace(str(value), "…")
    return answer.status_code, where


def address(route: str, given: dict[str, Any]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), route)
