"""Verify a record (办件档案) in the browser: the file never leaves the computer. The page brings what it needs and works without a network."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.alliance import queries as alliance
from tongban.cases import record
from tongban.cases.states import AUTHORS, STATES, TABLE
from tongban.kernel import strictjson
from tongban.web.access import door


@door("anyone")
@require_safe
def verify(request: Any) -> HttpResponse:
    known = {"trust": trust_file().decode(), "states": strictjson.canonical(_states()).decode()}
    return render(request, "citizen/verify.html", known)


def trust_file() -> bytes:
    """The member lists that this node believes, as a trust file; empty before there are any."""
    newest = alliance.newest_list()
    if newest is None:
        return b""
    versions = [members.version for members in alliance.list_lists()]
    return record.write_members(newest.trust, [alliance.get_list_bytes(version) for version in versions])


def _states() -> dict[str, Any]:
    """The published table: which event may follow in which state, and which place may write it."""
    return {
        "table": [[before or "", event, after] for (before, event), after in TABLE.items()],
        "authors": {event: sorted(places) for event, places in AUTHORS.items()},
        "names": {state: name.as_json() for state, name in STATES.items()},
    }
