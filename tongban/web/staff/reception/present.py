"""The person at the counter: who they are, and how that was checked (身份核验).

A card that was read fills the lines. A seal over what it said goes along with the form: whoever changes a line afterwards has typed it.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.adapters.bridge import Bridge, Silent
from tongban.people.adapters.card_readers import DEMO_CARDS, get_card_reader
from tongban.people.adapters.faces import get_face_matcher
from tongban.people.identity import KINDS, check_identity, check_phone
from tongban.people.names import check_name
from tongban.web.components.faults import Fault

__all__ = [
    "KINDS",
    "Check",
    "Present",
    "applicant",
    "find_check",
    "forget_checks",
    "known",
    "lay_card",
    "read",
    "remember_check",
]

FIELDS = ("name", "id_kind", "id_number", "phone")
ON_THE_CARD = ("name", "id_kind", "id_number")
FROM_CARD = Text("读卡器", "the card reader")
FROM_DRAFT = Text("已有的草稿", "the draft")
NOT_CHECKED = Text("请核对证件原件和本人后勾选。", "Look at the document and the person, then tick this.")
EXPIRED = Text("证件已过有效期，请看原件后决定。", "The document has expired; look at it and decide.")
SILENCE = {
    "not-connected": Text(
        "本窗口没有连接读卡器，请人工核对原件。", "No card reader is connected here. Check the document by hand."
    ),
    "nothing-there": Text("没有读到证件，请放好后再读一次。", "No card was read. Lay it down and read again."),
}
NO_ANSWER = Text(
    "读卡器没有正常回应，请再读一次，或人工核对原件。",
    "The card reader did not answer properly. Try again, or check by hand.",
)


@dataclass(frozen=True, slots=True)
class Check:
    """`means`: card-reader or document-seen. `face`: matched by the camera, or the officer's word."""

    means: str
    face: str


@dataclass(frozen=True, slots=True)
class Present:
    """The lines as they stand, where each is from, and how the person was checked. `seal` proves a reading; `face` is what the camera said."""

    typed: Mapping[str, str]
    sources: Mapping[str, Text] = field(default_factory=dict)
    face: str = ""
    seal: str = ""
    seen: bool = False
    faults: tuple[Fault, ...] = ()
    warning: Text | None = None

    @property
    def from_card(self) -> bool:
        return bool(self.seal)

    @property
    def check(self) -> Check:
        face = "matched" if self.from_card and self.face == "matched" else "officer"
        return Check("card-reader" if self.from_card else "document-seen", face)


def known(typed: Mapping[str, str]) -> Present:
    """What a draft says already."""
    return Present(typed, {name: FROM_DRAFT for name in FIELDS if typed.get(name)})


def read(request: Any, *, visit: str) -> Present:
    """What the form brought, and everything that is wrong with it at once."""
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    face, seal = request.POST.get("face", ""), request.POST.get("seal", "")
    genuine = hmac.compare_digest(seal, _seal(request, typed, face, visit)) if seal.isascii() else False
    person = Present(
        typed, _sources(genuine), face if genuine else "", seal if genuine else "", bool(request.POST.get("seen"))
    )
    return replace(person, faults=(*_faults(typed, demo=request.node.demo), *_faults_of_check(person)))


def lay_card(request: Any, *, visit: str, bridge: Bridge | None) -> Present:
    """Read the card and look at the face. What cannot be read leaves the lines as they were typed."""
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    card = get_card_reader(settings.MODE, bridge=bridge).read(card=request.POST.get("demo_card", ""))
    if isinstance(card, Silent):
        return Present(typed, faults=(Fault("read", SILENCE.get(card.reason, NO_ANSWER)),))
    typed |= {"name": card.name, "id_kind": card.kind, "id_number": card.number}
    match = get_face_matcher(settings.MODE, bridge=bridge).compare(reading=card.reading)
    face = "not-done" if isinstance(match, Silent) else match
    warning = EXPIRED if card.expired(legal_day(now())) else None
    return Present(typed, _sources(True), face, _seal(request, typed, face, visit), warning=warning)


def demo_cards(bridge: Bridge | None) -> list[tuple[str, str]]:
    """The made-up cards to choose from, where a reading is made up."""
    made_up = get_card_reader(settings.MODE, bridge=bridge).warns
    return [(card.reading, card.name) for card in DEMO_CARDS] if made_up else []


def applicant(typed: Mapping[str, str], *, demo: bool) -> dict[str, str]:
    """As it goes into the draft: in the forms that registers use."""
    return {
        "name": check_name(typed["name"]),
        "id_kind": typed["id_kind"],
        "id_number": check_identity(typed["id_kind"], typed["id_number"], allow_demo=demo).number,
        "phone": check_phone(typed["phone"]) if typed["phone"] else "",
    }


def remember_check(request: Any, case_id: UUID, check: Check) -> None:
    request.session["identity_checks"] = {str(case_id): [check.means, check.face]}


def find_check(request: Any, case_id: UUID) -> Check | None:
    """How this person's identity was checked; None when it has not been since the screen was cleared."""
    kept = request.session.get("identity_checks", {}).get(str(case_id))
    return Check(*kept) if kept else None


def forget_checks(request: Any) -> None:
    request.session.pop("identity_checks", None)


def _seal(request: Any, typed: Mapping[str, str], face: str, visit: str) -> str:
    """Over what the card said, for this clerk and this visit only."""
    said = " ".join((request.staff.ref, visit, face, *(typed[name] for name in ON_THE_CARD)))
    sealed: str = request.node.keyed_hash(said, purpose="card-reading")
    return sealed


def _sources(from_card: bool) -> dict[str, Text]:
    return dict.fromkeys(ON_THE_CARD, FROM_CARD) if from_card else {}


def _faults(typed: Mapping[str, str], *, demo: bool) -> list[Fault]:
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("name", lambda: check_name(typed["name"])),
        ("id_number", lambda: check_identity(typed["id_kind"], typed["id_number"], allow_demo=demo)),
        ("phone", lambda: typed["phone"] and check_phone(typed["phone"])),
    )
    return [fault for anchor, check in checks if (fault := _fault(anchor, check))]


def _fault(anchor: str, check: Callable[[], object]) -> Fault | None:
    try:
        check()
    except Refused as refused:
        # Without the advice: it sends people to the counter, where they are.
        return Fault(anchor, Text(refused.sentence("zh"), refused.sentence("en")))
    return None


def _faults_of_check(person: Present) -> list[Fault]:
    """A card and a face that fit together need no further word; everything else needs the officer's."""
    looked_at = person.seen or (person.from_card and person.face == "matched")
    return [] if looked_at else [Fault("seen", NOT_CHECKED)]
