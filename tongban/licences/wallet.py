"""My licences and cards (证照卡包): what was handed out to one account, each with how it stands and how fresh that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from tongban.cases import queries as cases
from tongban.cases.worklists import list_my_cases
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.vault import KeyErased
from tongban.licences import publishing
from tongban.licences.content import Content
from tongban.licences.issuers import Issuers
from tongban.licences.operations import STATUSES, VALID
from tongban.licences.queries import (
    HeldLicence,
    LicenceView,
    find_licence,
    get_licence,
    list_licences,
    read_held_content,
)
from tongban.licences.status import StatusList
from tongban.licences.types import LicenceType, get_type
from tongban.licences.verdicts import Reason, Shown, Tone, Verdict, judge
from tongban.regions import queries as regions

KEY_LENGTH = 16
WAITS = Text("已签发，等待生效", "Signed, not yet valid")
_USABLE = frozenset({Reason.GENUINE, Reason.STATUS_UNKNOWN, Reason.STALE_LIST})


@dataclass(frozen=True, slots=True)
class Card:
    """One licence of an account. `key` names it in addresses, and tells nothing. `as_of`: when the issuer said so last, None where it has not yet.

    `usable`: it may be shown and given on today. `replaced`: a newer version took its place.
    """

    held: HeldLicence
    type: LicenceType
    verdict: Verdict
    replaced: bool
    issuer_name: str

    @property
    def key(self) -> str:
        return key_of(self.held.identifier)

    @property
    def as_of(self) -> datetime | None:
        return self.verdict.as_of

    @property
    def usable(self) -> bool:
        return self.held.witnessed and self.held.status == VALID and self.verdict.reason in _USABLE

    @property
    def confirmed(self) -> bool:
        """Its issuer says so, by a list that is fresh or because this is the issuer's own copy: enough to tell somebody else."""
        return self.usable and (self.verdict.reason is Reason.GENUINE or self.held.region == self.held.issuer)

    @property
    def state(self) -> Text:
        if not self.held.witnessed:
            return WAITS
        if self.held.status != VALID:
            return STATUSES[self.held.status]
        return STATUSES[VALID] if self.usable else self.verdict.text

    @property
    def tone(self) -> Tone:
        if self.usable:
            return "good"
        return "bad" if self.held.witnessed and self.held.status != VALID else self.verdict.tone


def key_of(identifier: str) -> str:
    return sha256(identifier.encode()).hexdigest()[:KEY_LENGTH]


def list_cards(*, node: Node, by: Actor, at: datetime) -> list[Card]:
    """Of the account that `by` acts for; newest first. Licences of a case whose personal data were erased are left out."""
    mine = list_my_cases(node=node, by=by, at=at)
    regions = dict.fromkeys(case.region for case in mine)
    held = [
        one for region in regions
        for one in list_licences(region=region, case_ids=[case.case_id for case in mine if case.region == region])
        if vault.has_key(region=region, case_id=one.case_id)
    ]  # fmt: skip
    return sorted(_cards(held, at), key=lambda card: card.held.issued_at, reverse=True)


def list_cards_of_case(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> list[Card]:
    """What a case has given. Refuses `Missing` to who may not see it."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    return _cards(list_licences(region=region, case_ids=[case_id]), at)


def get_card(*, node: Node, region: str, case_id: UUID, key: str, by: Actor, at: datetime) -> tuple[Card, LicenceView]:
    """With its content opened. Refuses `Missing`, also before it was handed out, and `KeyErased`."""
    cards = list_cards_of_case(node=node, region=region, case_id=case_id, by=by, at=at)
    card = next((card for card in cards if card.key == key and card.held.witnessed), None)
    if card is None:
        raise Missing
    if not vault.has_key(region=region, case_id=case_id):
        raise KeyErased
    return card, get_licence(node=node, region=region, identifier=card.held.identifier, by=by)


def read_card(*, node: Node, region: str, identifier: str, at: datetime) -> tuple[Card, Content]:
    """For who was shown it: nobody's sight of the case is asked. Refuses `Missing`, `KeyErased`."""
    held = find_licence(identifier, region=region)
    if held is None:
        raise Missing
    (card,) = _cards([held], at)
    return card, read_held_content(held, node=node)


def _cards(held: Iterable[HeldLicence], at: datetime) -> list[Card]:
    found = list(held)
    if not found:
        return []
    issuers = publishing.find_issuers()
    lists = publishing.find_lists({one.face.status.list for one in found}, issuers=issuers)
    followed = {one.follows for one in found if one.witnessed}
    return [_card(one, issuers, lists, followed, at) for one in found]


def _card(held: HeldLicence, issuers: Issuers, lists: dict[str, StatusList], followed: set[str], at: datetime) -> Card:
    verdict = judge(Shown(held.signed), issuers=issuers, lists=lists, at=at)
    return Card(
        held, get_type(held.type), verdict, held.identifier in followed, regions.get_region(held.issuer).name
    )  # fmt: skip
