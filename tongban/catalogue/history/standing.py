"""Whether an item may be applied for (事项状态). Plain Python; it stands in the definition and travels with it, signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text, write_day

Closed = Literal["suspended", "withdrawn", "merged"]
Act = Literal["added", "changed", "suspended", "resumed", "withdrawn", "merged"]
Adjustment = Literal["suspended", "resumed", "withdrawn", "merged"]

STAYS = Text(
    "已经提交的办件照常办理。可以改办其他事项，或咨询主管部门。",
    "Cases already handed in go on. Choose another service, or ask the office in charge.",
)


class ItemSuspended(Refused):
    """The item cannot be newly applied for until it is resumed (暂停办理)."""

    text = Text("“{zh}”自{since_zh}起暂停办理：{why_zh}", "“{en}” is suspended since {since_en}: {why_en}")
    advice = STAYS


class ItemWithdrawn(Refused):
    """The item is no longer there (取消)."""

    status = 410
    text = Text("“{zh}”自{since_zh}起已取消：{why_zh}", "“{en}” is withdrawn since {since_en}: {why_en}")
    advice = STAYS


class ItemMerged(Refused):
    """Another item has taken its place (合并)."""

    status = 410
    text = Text(
        "“{zh}”自{since_zh}起并入其他事项：{why_zh}", "“{en}” is part of another service since {since_en}: {why_en}"
    )
    advice = Text(
        "已经提交的办件照常办理。请改办事项“{into}”。", "Cases already handed in go on. Apply for “{into}” instead."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Closed since a legal day, and why; `into` is the key of the item that a merged one is part of."""

    act: Closed
    since: date
    reason: Text
    into: str = ""

    def as_json(self) -> dict[str, Any]:
        into = {"into": self.into} if self.into else {}
        return {"act": self.act, "since": self.since.isoformat(), "reason": self.reason.as_json(), **into}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Standing":
        """Of a checked document."""
        reason = Text(value["reason"]["zh"], value["reason"]["en"])
        return cls(value["act"], date.fromisoformat(value["since"]), reason, value.get("into", ""))

    def refusal(self, name: Text) -> Refused:
        """The answer to somebody who wants to apply."""
        since = write_day(self.since)
        words = {"zh": name.zh, "en": name.en, "since_zh": since.zh, "since_en": since.en}
        return REFUSALS[self.act](**words, why_zh=self.reason.zh, why_en=self.reason.en, into=self.into)


REFUSALS: dict[Closed, type[Refused]] = {
    "suspended": ItemSuspended,
    "withdrawn": ItemWithdrawn,
    "merged": ItemMerged,
}

ALLOWED: dict[Closed | None, frozenset[Adjustment]] = {
    None: frozenset({"suspended", "withdrawn", "merged"}),
    "suspended": frozenset({"resumed", "withdrawn", "merged"}),
    "withdrawn": frozenset({"resumed"}),
    "merged": frozenset({"resumed"}),
}
"""Standing × adjustment. What was taken away by mistake can be brought back; the history keeps both."""


def name_act(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Act:
    """How a version came about: of the documents before (None: there was none) and after."""
    if before is None:
        return "added"
    was, is_ = before.get("standing"), after.get("standing")
    if was == is_:
        return "changed"
    act: Closed | None = is_["act"] if is_ else None
    return act or "resumed"
