"""Who acts."""

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["citizen", "staff", "system", "node"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, passed as `by=` into every service.

    `ref` is pseudonymous and resolves only inside the actor's own region; it is the only part of a person that enters an event.
    """

    kind: ActorKind
    ref: str
    region: str
    roles: frozenset[str] = field(default_factory=frozenset)
    office: str = ""

    def may(self, role: str) -> bool:
        return role in self.roles

    def as_json(self, role: str) -> dict[str, str]:
        """The form that stands in an event: the reference and the role in which the actor acted."""
        return {"kind": self.kind, "ref": self.ref, "role": role}


def system(region: str) -> Actor:
    """The node itself acting for one of its regions, by rule and without a person."""
    return Actor(kind="system", ref="system", region=region, roles=frozenset({"system"}))
