"""Short forms: an office with a seal, a signer, and something to seal."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import typst

from tests.cast import JIYANG
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.seals import queries, services, signing
from tongban.seals.keyroom import KeyRoom
from tongban.seals.pdf import Spot
from tongban.seals.subjects import Sealable, Subject, register_subject
from tongban.seals.views import MAIN_SUITE, SealView

OFFICE = "approval-bureau"
SPOT = Spot(0, 150, 220)


def chief(region: str = JIYANG) -> Actor:
    """唐磊's head of the approval bureau, who asks for its seal."""
    return Actor("staff", "s-chief", region, frozenset({"chief"}), office=OFFICE)


def supervisor(region: str = JIYANG) -> Actor:
    """高云, who looks at it and confirms."""
    return Actor("staff", "s-gaoyun", region, frozenset({"supervisor"}), office="hall")


def letter(words: str = "Hello") -> bytes:
    return typst.compile(words.encode(), pdf_standards=["a-2b"])  # type: ignore[return-value]


@dataclass
class Workshop:
    """`known`: reference → document that was fixed; `office`: who speaks in it; `told`: what followed a signature."""

    node: Node
    room: KeyRoom
    at: datetime
    known: dict[str, bytes] = field(default_factory=dict)
    office: str = OFFICE
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        register_subject(Subject("paper", self._read, self._tell))

    def _read(self, node: Node, region: str, ref: str, national: bool) -> Sealable | None:
        return Sealable(self.office, self.known[ref], SPOT) if ref in self.known else None

    def _tell(self, node: Node, region: str, ref: str) -> None:
        self.told.append(ref)

    def ask(self, by: Actor | None = None, **changed: Any) -> UUID:
        today = legal_day(self.at)
        given: dict[str, Any] = {
            "office": OFFICE, "owner": "济阳区行政审批服务局", "title": "行政审批专用章", "uscc": "", "uses": ["paper", "licence"],
            "valid_from": today, "valid_until": today + timedelta(days=365),
        }  # fmt: skip
        with scope([JIYANG]):
            return services.ask_seal(
                node=self.node, region=JIYANG, by=by or chief(), at=self.at, **{**given, **changed}
            )

    def confirm(self, seal_id: UUID, by: Actor | None = None) -> None:
        with scope([JIYANG]):
            services.confirm_seal(region=JIYANG, seal_id=seal_id, by=by or supervisor(), at=self.at)

    def made(self, **changed: Any) -> UUID:
        """A seal in use."""
        seal_id = self.ask(**changed)
        self.confirm(seal_id)
        self.step()
        return seal_id

    def step(self) -> int:
        return signing.step(node=replace(self.node, regions=(JIYANG,)), room=self.room, at=self.at)

    def stop(self, seal_id: UUID) -> None:
        with scope([JIYANG]):
            services.stop_seal(region=JIYANG, seal_id=seal_id, reason="遗失", by=supervisor(), at=self.at)

    def show(self, seal_id: UUID) -> SealView:
        with scope([JIYANG]):
            return queries.get_seal(region=JIYANG, seal_id=seal_id, on=legal_day(self.at))

    def request(self, pdf: bytes, ref: str = "1", *, known: bool = True) -> None:
        if known:
            self.known[ref] = pdf
        with scope([JIYANG]):
            services.request_seal(region=JIYANG, office=OFFICE, use="paper", subject="paper", ref=ref, at=self.at)

    def fetch(self, ref: str = "1", suite: str = MAIN_SUITE) -> Any:
        with scope([JIYANG]):
            return services.fetch_sealed(
                node=self.node, region=JIYANG, subject="paper", ref=ref, suite=suite, at=self.at
            )

    def sealed(self, pdf: bytes, ref: str = "1") -> Any:
        self.request(pdf, ref)
        self.step()
        return self.fetch(ref)
