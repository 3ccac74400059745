"""What this node's regions have promised restored peers (R15, R16): nothing of an older life, but for the past it declared itself."""

from dataclasses import dataclass, field
from uuid import UUID

from tongban.exchange.models import DeclaredPast, Promise


@dataclass(slots=True)
class Promises:
    """Of one region, read once for a batch."""

    region: str
    made: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, region: str) -> "Promises":
        rows = Promise.objects.filter(region=region).values_list("node", "inc", "seen")
        return cls(region, {node: inc for node, inc, _ in rows}, {node: seen for node, _, seen in rows})

    def allows(self, *, node: str, inc: int, case_id: UUID, hash: str) -> bool:
        """Whether an event of that node and incarnation may still be taken in."""
        return inc >= self.made.get(node, 0) or self._declared(node, case_id, hash)

    def note(self, *, node: str, inc: int) -> None:
        """Something that a node signed in this incarnation was taken in."""
        if inc <= max(self.seen.get(node, 1), self.made.get(node, 0)):
            return
        self.seen[node] = inc
        Promise.objects.update_or_create(region=self.region, node=node, defaults={"seen": inc})

    def _declared(self, node: str, case_id: UUID, hash: str) -> bool:
        return DeclaredPast.objects.filter(
            region=self.region, case_id=case_id, node=node, hashes__contains=[hash]
        ).exists()
