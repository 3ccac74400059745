"""Who may open which door (SR-11: deny by default).

Every view says so with `@door(...)`; a route without a door does not start, and an operation of the API without a scope does not either
(`admission.py` lets its clients in). One middleware checks it, opens the transaction with its
region scope, notes who looked at what (`watching.py`), and turns a refusal into an answer. A service's own transaction is a savepoint in it,
so that a refusal undoes only that service.
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
from tongban.notices import queries as notices
from tongban.people import mandate_records
from tongban.people import queries as people
from tongban.people.acts import ACTS
from tongban.people.mandate_views import Client
from tongban.people.mandates import NotInMandate
from tongban.web import admission, behalf, desk_session, errors, fresh, visit
from tongban.web.watching import Visit

View = Callable[..., HttpResponse]
Who = Literal["anyone", "citizen", "agent", "staff", "peer", "client"]
"""`agent`: a citizen or a helper of the hall, in their own person, who looks after the matters of others."""


@dataclass(frozen=True, slots=True)
class Door:
    """`roles`: any one of them opens the door, for staff. `scope`: what the token of a client must hold. `act`: what a mandate must list for
    somebody to come in on behalf of a citizen; without one, nobody does. `fresh`: staff type a code of the second factor unless they have
    within five minutes.

    Doors of peers and clients know no session; a peer's keeps its own transactions.
    """

    who: Who
    roles: frozenset[str] = field(default_factory=frozenset)
    scope: str = ""
    act: str = ""
    fresh: bool = False


def door(who: Who, *roles: str, scope: str = "", act: str = "", fresh: bool = False) -> Callable[[View], View]:
    if (who == "client") != bool(scope):
        raise ImproperlyConfigured("a door for clients names the scope that opens it, and no other door does")

    def declare(view: View) -> View:
        view.door = Door(who, frozenset(roles), scope, act, fresh)  # type: ignore[attr-defined]
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
        declared = door_of(view, request.method)
        if declared is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} has no door")
        if declared.who == "peer":
            return None
        request.node = registries.current_node()
        if declared.who == "client":
            seen = Visit(request, (), kwargs)
            answer = admission.serve(request, declared.scope, lambda: seen.note_call(view(request, *args, **kwargs)))
            return seen.note_refused_call(answer)
        regions = _regions(request, declared)
        seen = Visit(request, regions, kwargs)
        with scope(regions):
            try:
                request.actor = _actor(request, declared)
                refusal = _refuse_entry(request, declared)
                if refusal is not None:
                    return seen.note_kept_out(refusal)
                seen.require_calm()
                return seen.note(view(request, *args, **kwargs))
            except Refused as refused:
                return seen.note(errors.answer(request, refused), refused)


def door_of(view: Any, method: str) -> Door | None:
    """An address of the API has a door for each of its methods; `door` is what every other method finds."""
    declared: Door | None = getattr(view, "doors", {}).get(method) or getattr(view, "door", None)
    return declared


def _regions(request: Any, declared: Door) -> tuple[str, ...]:
    """A desk sees the region of its office. Other doors see the regions hosted here, whoever sits at this browser otherwise: a citizen
    finds only the citizen's own cases, and the sign-in of a clerk must find the accounts of every office."""
    staff_region = request.session.get("staff_region")
    return (staff_region,) if staff_region and declared.who == "staff" else request.node.regions


def _actor(request: Any, declared: Door) -> Any:
    request.staff = request.citizen = request.behalf = None
    if request.session.get("staff"):
        request.staff = people.find_staff(node=request.node, ref=request.session["staff"])
    elif request.session.get("citizen"):
        request.citizen = people.find_citizen(node=request.node, citizen_id=request.session["citizen"])
    person = request.person = request.staff or request.citizen
    if person is None:
        return None
    region = request.node.regions[0]
    if declared.who != "staff":
        request.behalf = behalf.find(request, person, at=now())
    if request.citizen and request.behalf is None:
        request.unread = notices.count_unread(regions=request.node.regions, owner=request.citizen.ref)
    if request.behalf is None or declared.who == "agent":
        return people.actor_of(person, region=region)
    request.citizen = request.behalf.citizen or request.citizen
    return mandate_records.agent_actor(person, request.behalf, region=region)


def _refuse_entry(request: Any, declared: Door) -> HttpResponse | None:
    if declared.who in ("citizen", "agent"):
        if not _is_open(request, declared):
            return _to_sign_in(request, "citizen:sign-in")
        if declared.who == "citizen" and request.behalf:
            _require_act(request.behalf, declared)
    if declared.who == "staff":
        if not request.staff or not desk_session.keep_open(request, at=now()):
            return _to_sign_in(request, "staff:sign-in")
        if declared.roles and not declared.roles & request.staff.roles:
            raise Forbidden
        if declared.fresh:
            return fresh.require(request, at=now())
    return None


def _is_open(request: Any, declared: Door) -> bool:
    """A helper of the hall comes in for a client, or to choose one, and has no matters of their own here."""
    if request.staff:
        comes_in = request.behalf or (declared.who == "agent" and "helper" in request.staff.roles)
        return bool(comes_in) and desk_session.keep_open(request, at=now())
    return bool(request.citizen) and visit.keep_open(request, at=now())


def _require_act(client: Client, declared: Door) -> None:
    if not declared.act:
        raise behalf.NotForAgents
    if declared.act not in client.mandate.acts:
        raise NotInMandate(act=ACTS[declared.act])


def _to_sign_in(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
