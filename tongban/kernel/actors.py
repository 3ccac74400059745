"""Who acts."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

ActorKind = Literal["citizen", "staff", "system", "node"]
ANY_ITEM = "*"


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom somebody acts, under which mandate (委托) and for what; read anew for every request.

    `principal` is the reference of the account whose matter it is. `items` are item codes, or `ANY_ITEM`; `case_id` narrows it to one case.
    """

    principal: str
    mandate: UUID
    acts: frozenset[str]
    items: frozenset[str]
    case_id: UUID | None = None

    def covers(self, act: str, *, item: str, case_id: UUID | None) -> bool:
        return act in self.acts and bool(self.items & {item, ANY_ITEM}) and self.case_id in (None, case_id)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, passed as `by=` into every service.

    `ref` is pseudonymous and resolves only inside the actor's own region; it is the only part of a person that enters an event.
    Who acts for somebody else has a `behalf` and no other role than "agent", so that whatever does not ask for a mandate refuses.
    """

    kind: ActorKind
    ref: str
    region: str
    roles: frozenset[str] = field(default_factory=frozenset)
    office: str = ""
    behalf: Behalf | None = None

    @property
    def owner(self) -> str:
        """The account whose matter it is: the principal's, or the actor's own."""
        return self.behalf.principal if self.behalf else self.ref

    def may(self, role: str) -> bool:
        return role in self.roles

    def as_json(self, role: str) -> dict[str, str]:
        """The form that stands in an event: the reference and the role in which the actor acted."""
        return {"kind": "agent" if self.behalf else self.kind, "ref": self.ref, "role": role}


def system(region: str) -> Actor:
    """The node itself acting for one of its regions, by rule and without a person."""
    return Actor(kind="system", ref="system", region=region, roles=frozenset({"system"}))
