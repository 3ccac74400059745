"""The reading log at the doors (SR-45, V4): every page of a case, every refused access, every coming and going leaves one row, written with
the answer. No view has to think of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from tongban.audit import services as audit
from tongban.audit.words import DONE, SEEN
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.people import queries as people

READS = {
    "staff:file": "file", "staff:record": "record", "citizen:record": "record", "staff:receipt": "receipt", "citizen:submitted": "receipt",
    "staff:paper": "paper", "citizen:paper": "paper", "staff:find": "search", "staff:mandates-given": "search",
    "staff:feedback": "complaints", "staff:readings": "readings", "staff:document": "file", "staff:document-confirm": "file",
}  # fmt: skip
"""What a page shows of people, where it is more or other than the case its address names."""
SIGN_IN = frozenset({"staff:sign-in", "staff:sign-in-code", "citizen:sign-in-code", "citizen:sign-in-unified-return"})
SIGN_OUT = frozenset({"staff:sign-out", "citizen:sign-out", "kiosk-end"})
OF_DRAFTS = ("/drafts/", "/staff/reception/")


class Visit:
    """One request at a door: who was there before it, and what came of it. Without `regions` it is a client's, who has no session."""

    def __init__(self, request: Any, regions: Sequence[str], given: Mapping[str, Any]) -> None:
        self.request, self.regions = request, regions
        self.case_id = given.get("case_id")
        self.route = request.resolver_match.view_name if request.resolver_match else ""
        self.before = _signed_in(request) if regions else ("", "")
        self.at = now()

    def require_calm(self) -> None:
        """Refuses `TooMuchRead` to staff who open case after case."""
        by: Actor | None = self.request.actor
        if by and by.kind == "staff" and self.case_id and self.request.method in ("GET", "HEAD"):
            bounds = audit.Bounds(settings.READING_ALARM, settings.READING_LIMIT)
            audit.watch_reader(region=self._region(by), by=by, bounds=bounds, at=self.at)

    def note(self, answer: HttpResponse, refused: Refused | None = None) -> HttpResponse:
        if refused:
            self._note_refusal(refused.code)
        elif self.route in SIGN_IN and answer.status_code >= 400:
            self._write(None, "sign_in", "refused")
        elif answer.status_code // 100 != 3 and (what := self._what()):
            self._write(self.request.actor, what, SEEN)
        self._note_coming_and_going()
        return answer

    def note_kept_out(self, answer: HttpResponse) -> HttpResponse:
        """The way to the sign-in, or the question for a code: nothing of the page was shown."""
        self._note_coming_and_going()
        return answer

    def note_call(self, answer: HttpResponse) -> HttpResponse:
        """Of a client of the API, in the transaction of its call; what was refused is noted after it, by `note_refused_call`."""
        self.regions = self.request.access.regions
        if answer.status_code < 300 and self.case_id:
            self._write(self.request.actor, self._what(), SEEN)
        return answer

    def note_refused_call(self, answer: HttpResponse) -> HttpResponse:
        access = getattr(self.request, "access", None)
        if answer.status_code in (403, 404) and access:
            with scope(access.regions):
                self.regions = access.regions
                self._write(
                    getattr(self.request, "actor", None), self._what() or "page", f"status-{answer.status_code}"
                )
        return answer

    def _what(self) -> str:
        if self.route in READS:
            return READS[self.route]
        if self.case_id is None:
            return ""
        if self.request.path.startswith("/staff/node/"):
            return "chain"
        if not self.request.path.startswith(OF_DRAFTS):
            return "case"
        by: Actor | None = self.request.actor
        own = by is not None and by.kind == "citizen" and by.behalf is None
        # What a citizen types into a draft of their own is no reading.
        return "" if own else "draft"

    def _note_refusal(self, code: str) -> None:
        """Nobody is refused at an open door, except at signing in."""
        by: Actor | None = getattr(self.request, "actor", None)
        if self.route in SIGN_IN:
            self._write(None, "sign_in", code)
        elif by is not None:
            self._write(by, self._what() or "page", code)

    def _note_coming_and_going(self) -> None:
        after = _signed_in(self.request)
        if after == self.before:
            return
        if self.before[1] and (gone := self._actor(*self.before)):
            self._write(gone, "sign_out", DONE if self.route in SIGN_OUT else "ended")
        if after[1] and (come := self._actor(*after)):
            self._write(come, "sign_in", DONE)

    def _actor(self, kind: str, key: str) -> Actor | None:
        find = people.find_staff(node=self.request.node, ref=key) if kind == "staff" else None
        person = find or (people.find_citizen(node=self.request.node, citizen_id=key) if kind == "citizen" else None)
        return people.actor_of(person, region=self.regions[0]) if person else None

    def _write(self, by: Actor | None, what: str, outcome: str) -> None:
        audit.record_view(
            node=self.request.node, region=self._region(by), case_id=self.case_id, by=by, what=what, outcome=outcome, route=self.route,
            at=self.at,
        )  # fmt: skip

    def _region(self, by: Actor | None) -> str:
        return by.region if by and by.region in self.regions else self.regions[0]


def _signed_in(request: Any) -> tuple[str, str]:
    for kind in ("staff", "citizen"):
        if key := request.session.get(kind):
            return kind, str(key)
    return "", ""
