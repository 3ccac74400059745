"""Where to go (办事地图): halls, windows, stations and kiosks as a list, the nearest first, and as a drawing of our own; what each takes in for whom.

Where somebody is they may say by choosing a town. Their browser may know better: then it sorts the list itself, and tells nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.guidance.receivable import list_homes, list_receivable
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.regions import points as points_
from tongban.regions import queries as regions
from tongban.regions.points import Point, Position, distance_km, find_middle
from tongban.web.access import door
from tongban.web.components import places as places_
from tongban.web.components.drawing import draw

KINDS = {
    "hall": Text("大厅", "Hall"), "window": Text("窗口", "Window"), "station": Text("便民站", "Station"), "kiosk": Text("自助机", "Kiosk"),
}  # fmt: skip
LEVELS = {
    "city": Text("市级", "city"), "county": Text("区县级", "county"), "town": Text("镇街级", "town"), "village": Text("村居级", "village"),
}  # fmt: skip
OWN_POSITION = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"
MOST, MOST_HOMES = 100, 12


@dataclass(frozen=True, slots=True)
class Shown:
    """`number` is that of the drawing; `km` from where one said to be; `is_open` None where nobody knows."""

    number: int
    point: Point
    kind: Text
    level: Text
    km: float | None
    is_open: bool | None


@door("anyone")
@require_safe
def listed(request: Any) -> HttpResponse:
    """`?near=` a county or town; `?home=` whose matters should be taken in there; `?kind=`."""
    codes = points_.list_regions_with_points()
    every = points_.list_points(codes)
    homes = {code: list_homes(code, now()) for code in codes}
    near, home = request.GET.get("near", ""), request.GET.get("home", "")
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""
    fitting = [one for one in every if kind in ("", one.kind) and (not home or home in homes[one.region])]
    origin = find_middle([one for one in every if near and near in (one.region, one.town)])
    shown = _shown(fitting, origin, request.node.regions)[:MOST]
    drawing = draw([(one.number, one.point) for one in shown])
    known = {
        "shown": shown, "drawing": drawing, "near": near if origin else "", "home": home,
        "kind": kind, "kinds": KINDS, "nearby": _towns(every), "groups": places_.grouped(_known(code for found in homes.values() for code in found)),
        "labels": [(label, regions.get_region(label.region).text) for label in drawing.labels] if drawing else [],
    }  # fmt: skip
    answer = render(request, "citizen/points/list.html", known)
    answer.headers["Permissions-Policy"] = OWN_POSITION
    return answer


@door("anyone")
@require_safe
def point(request: Any, point_id: int) -> HttpResponse:
    """One of them, and what it takes in for each home place by the agreements in force; where there are many, for the one of `?home=`."""
    found = points_.get_point(point_id)
    homes = _known(list_homes(found.region, now(), modes=found.modes))
    home = request.GET.get("home", "") if request.GET.get("home", "") in homes else ""
    many = len(homes) > MOST_HOMES
    taken = list_receivable(found.region, found.modes, now(), home=home) if home or not many else []
    known = {
        "point": found, "kind": KINDS[found.kind], "level": LEVELS[found.level], "is_open": found.is_open(now()),
        "place": regions.path_text(found.region),
        "taken": [(one, regions.path_text(one.home)) for one in taken if one.home in homes],
        "groups": places_.grouped(homes) if many else [], "home": home,
    }  # fmt: skip
    return render(request, "citizen/points/one.html", known)


def _shown(found: list[Point], origin: Position | None, own: tuple[str, ...]) -> list[Shown]:
    """The nearest first; without a place to start from, those of this portal first."""
    far = {one.id: distance_km(origin, one.position) if origin and one.position else None for one in found}
    ordered = sorted(found, key=lambda one: (far[one.id] is None, far[one.id] or 0.0, one.region not in own))
    return [
        Shown(number, one, KINDS[one.kind], LEVELS[one.level], far[one.id], one.is_open(now()))
        for number, one in enumerate(ordered, 1)
    ]


def _towns(every: list[Point]) -> list[tuple[str, Text]]:
    """Counties and towns that somebody may say to be in."""
    codes = dict.fromkeys(code for one in every if one.position for code in (one.region, one.town) if code)
    return [(code, _name(code)) for code in sorted(codes)]


def _name(code: str) -> Text:
    return regions.path_text(code) if len(code) == 6 else regions.get_region(code).text


def _known(codes: Iterable[str]) -> list[str]:
    """A member may be a place that this node has no name for yet."""
    return sorted(code for code in set(codes) if _is_known(code))


def _is_known(code: str) -> bool:
    try:
        regions.get_region(code)
    except regions.UnknownRegion:
        return False
    return True
