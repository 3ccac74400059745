"""Physical seals (实体印章) as pages and other contexts see them: kinds of a set, states of an order, what was written down. Plain values."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tongban.kernel.text import Text

DATA = Path(__file__).parent / "data" / "physical_seals.yaml"
HANDLING = frozenset({"exit", "reception", "chief", "supervisor"})
"""Who asks for a set and takes it on its way."""
DECIDING = frozenset({"chief", "supervisor"})
"""Who withdraws an order, which sets the free set free again, and keeps the list of makers."""
STATES: dict[str, Text] = {
    "ordered": Text("已申领", "Ordered"),
    "at_maker": Text("刻制中", "At the maker"),
    "made": Text("待交付", "Made, waits to be handed over"),
    "delivered": Text("已交付", "Delivered"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
OVER = ("delivered", "withdrawn")
WAYS: dict[str, Text] = {"collected": Text("窗口领取", "Collected"), "posted": Text("邮寄", "Posted")}


@dataclass(frozen=True, slots=True)
class SealKind:
    """One kind of a set. `verified`: a source says that the set holds it."""

    id: str
    name: Text
    usual: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class Maker:
    """A workshop that engraves for the place (刻章单位)."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PhysicalSealView:
    """`number`: in the register, "" before it was made."""

    kind: str
    name: Text
    number: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of the list; `maker`: "" before it was sent to one."""

    id: UUID
    organisation: str
    uscc: str
    state: str
    count: int
    maker: str
    ordered_at: datetime

    @property
    def status(self) -> Text:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class StepView:
    """`by`: a pseudonym. `words`: the maker, the masked receiver or the reason; `way` and `waybill`: of what was delivered."""

    state: str
    by: str
    at: datetime
    words: str
    way: Text | None
    waybill: str

    @property
    def status(self) -> Text:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class OrderView:
    """`recipient` and `phone`: masked, as they are kept."""

    row: OrderRow
    recipient: str
    phone: str
    seals: tuple[PhysicalSealView, ...]
    steps: tuple[StepView, ...]


@cache
def list_kinds() -> dict[str, SealKind]:
    """By id, in the order of the file."""
    return {
        row["id"]: SealKind(row["id"], Text.from_json(row["name"]), row["usual"], row["verified"])
        for row in _read()["kinds"]
    }


@cache
def count_digits() -> int:
    """Of a record number."""
    return int(_read()["record_number"]["digits"])


@cache
def _read() -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(DATA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content
