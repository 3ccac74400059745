"""Who may open which door (SR-11: deny by default).

Every view says so with `@door(...)`; a route without a door does not start. One middleware checks it, opens the transaction with its
region scope, and turns a refusal into an answer. A service's own transaction is a savepoint in it, so that a refusal undoes only that service.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.web import desk_session, errors, visit

View = Callable[..., HttpResponse]
Who = Literal["anyone", "citizen", "staff", "peer"]


@dataclass(frozen=True, slots=True)
class Door:
    """`roles`: any one of them opens the door, for staff. A peer's door has no session and keeps its own transactions."""

    who: Who
    roles: frozenset[str] = field(default_factory=frozenset)


def door(who: Who, *roles: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.door = Door(who, frozenset(roles))  # type: ignore[attr-defined]
        return view

    return declare


class Doors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        declared: Door | None = getattr(view, "door", None)
        if declared is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} has no door")
        if declared.who == "peer":
            return None
        request.node = registries.current_node()
        with scope(_regions(request, declared)):
            try:
                request.actor = _actor(request)
                return _refuse_entry(request, declared) or view(request, *args, **kwargs)
            except Refused as refused:
                return errors.answer(request, refused)


def _regions(request: Any, declared: Door) -> tuple[str, ...]:
    """A desk sees the region of its office. Other doors see the regions hosted here, whoever sits at this browser otherwise: a citizen
    finds only the citizen's own cases, and the sign-in of a clerk must find the accounts of every office."""
    staff_region = request.session.get("staff_region")
    return (staff_region,) if staff_region and declared.who == "staff" else request.node.regions


def _actor(request: Any) -> Any:
    request.staff = request.citizen = None
    if request.session.get("staff"):
        request.staff = people.find_staff(node=request.node, ref=request.session["staff"])
    elif request.session.get("citizen"):
        request.citizen = people.find_citizen(node=request.node, citizen_id=request.session["citizen"])
    person = request.staff or request.citizen
    return people.actor_of(person, region=request.node.regions[0]) if person else None


def _refuse_entry(request: Any, declared: Door) -> HttpResponse | None:
    if declared.who == "citizen" and not (request.citizen and visit.keep_open(request, at=now())):
        return _to_sign_in(request, "citizen:sign-in")
    if declared.who == "staff":
        if not request.staff or not desk_session.keep_open(request, at=now()):
            return _to_sign_in(request, "staff:sign-in")
        if declared.roles and not declared.roles & request.staff.roles:
            raise Forbidden
    return None


def _to_sign_in(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
