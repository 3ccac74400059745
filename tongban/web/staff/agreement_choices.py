"""What the forms of a draft offer, with what is chosen; the last row of each list is empty, for a new one."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from tongban.alliance import queries
from tongban.alliance.terms import EVERY
from tongban.kernel.events import Json
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.components import agreements as said

_NO_NAME = {"zh": "", "en": ""}
_NO_BATCH: Json = {"number": "", "name": _NO_NAME, "items": []}
_NO_ARTICLE: Json = {"number": "", "items": [], "modes": [], "receiving": [], "deciding": [], "response_days": 3}
_NO_ENTRUSTMENT: Json = {"number": "", "giver": "", "takers": [], "what": _NO_NAME, "items": [], "published_on": ""}
Options = list[tuple[str, Text]]


def list_choices(document: Json, at: datetime) -> dict[str, Any]:
    names = said.Names(legal_day(at))
    places = [(code, said.name_place(code)) for code in document["members"]]
    every = [(EVERY, said.ALL_MEMBERS), *places]
    return {
        "all_members": _ticks(_active(at), document["members"]), "places": places, "batches": list(_batches(document, names)),
        "articles": list(_articles(document, names, every)), "entrustments": list(_entrustments(document, every)),
        "helpers": _ticks(every, document.get("helpers", [])),
        "liaison": [(code, name, document["liaison"].get(code) or {}) for code, name in places],
    }  # fmt: skip


def _active(at: datetime) -> Options:
    members = queries.latest_list(at)
    codes = sorted({entry.code for entry in members.regions if members.is_active(entry.code, at)})
    return [(code, said.name_place(code)) for code in codes]


def _batches(document: Json, names: said.Names) -> Iterable[dict[str, Any]]:
    items = sorted(names.items.items())
    known = {code for code, _ in items}
    for place, one in enumerate([*document.get("batches", []), _NO_BATCH]):
        codes = "\n".join(code for code in one["items"] if code not in known)
        yield {"prefix": f"b{place}", "one": one, "items": _ticks(items, one["items"]), "codes": codes}


def _articles(document: Json, names: said.Names, every: Options) -> Iterable[dict[str, Any]]:
    batches = [(one["number"], Text(one["name"]["zh"], one["name"]["en"])) for one in document.get("batches", [])]
    modes = [(EVERY, said.ALL_MODES), *sorted(names.modes.items())]
    for place, one in enumerate([*document["articles"], _NO_ARTICLE]):
        chosen = one.get("batches", [])
        yield {
            "prefix": f"a{place}", "one": one, "batches": _ticks(batches, chosen), "modes": _ticks(modes, one["modes"]),
            "receiving": _ticks(every, one["receiving"]), "deciding": _ticks(every, one["deciding"]),
            "codes": "" if chosen else "\n".join(one["items"]),
        }  # fmt: skip


def _entrustments(document: Json, every: Options) -> Iterable[dict[str, Any]]:
    for place, one in enumerate([*document.get("entrustments", []), _NO_ENTRUSTMENT]):
        takers = _ticks(every, one["takers"])
        yield {"prefix": f"e{place}", "one": one, "takers": takers, "codes": "\n".join(one["items"])}


def _ticks(options: Options, chosen: Collection[str]) -> list[dict[str, Any]]:
    """What is chosen and no longer offered stays, so that saving does not lose it."""
    known = {id for id, _ in options}
    kept = [(id, Text(id, id)) for id in chosen if id not in known]
    return [{"id": id, "label": label, "chosen": id in chosen} for id, label in (*options, *kept)]
