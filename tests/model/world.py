"""What every step asks of a state: who may act, what is on the network, who is trusted."""

from dataclasses import dataclass, field

from tests.model.chains import FORGED, NODES, Chain, Chains
from tests.model.scenario import Matter, Scenario
from tests.model.state import Case, Shared


@dataclass(frozen=True, slots=True)
class World:
    scenario: Scenario
    chains: Chains = field(default_factory=Chains)

    def holds_rule(self, name: str) -> bool:
        return name not in self.scenario.off

    def matter(self, index: int) -> Matter:
        return self.scenario.matters[index]

    def chain_at(self, case: Case, node: int) -> Chain:
        return self.chains[case.copies[node]]

    def stored_ever(self, case: Case, node: int) -> int:
        """The events for which this node has ever signed a receipt. Receipts are messages: they do not go away."""
        return self.chain_at(case, node).past | case.forgot[node]

    def network(self, case: Case) -> int:
        """Every event that was ever sent. Sending is not a step: an event not sent is one not delivered."""
        found = case.loose
        for node in NODES:
            found |= self.stored_ever(case, node)
        return found

    def suspended(self, shared: Shared) -> int:
        """The node that the newest list suspends, or -1."""
        return self.scenario.home if self.scenario.second_list == "suspended" and shared.published == 2 else -1

    def knows_suspended(self, shared: Shared, node: int) -> int:
        """The node that `node` knows to be suspended, or -1."""
        return self.suspended(shared) if shared.lists[node] == 2 else -1

    def returned(self, shared: Shared) -> bool:
        return shared.lists[self.scenario.home] == 2

    def lost(self, shared: Shared, node: int) -> bool:
        """Suspended and not back: it may do anything, and nobody can rely on it."""
        return node == self.suspended(shared) and not self.returned(shared)

    def survivors(self, shared: Shared) -> list[int]:
        return [node for node in NODES if node != self.suspended(shared)]

    def writes(self, shared: Shared, case: Case, node: int) -> bool:
        if (shared.recovering | case.parked) >> node & 1:
            return False
        return self.knows_suspended(shared, node) != node

    def held(self, shared: Shared, case: Case) -> int:
        """Events that somebody holds who will send them again. Only they are sure to arrive one day."""
        found = 0
        for node in NODES:
            if not self.lost(shared, node):
                found |= self.chain_at(case, node).past
        return found

    def disputed(self, case: Case, number: int) -> bool:
        """Signed with the key that the second list declares compromised, and stored by nobody else before."""
        event = self.chains[number].event
        return event.author == self.scenario.home and event.list == 1 and not case.vouched >> number & 1

    def forged_on(self, case: Case, node: int) -> bool:
        """Whether this copy holds a forged event that nobody had stored before the compromise was declared."""
        decisions = self.chain_at(case, node).decisions
        return any(self.chains[n].event.op == FORGED and self.disputed(case, n) for n in decisions)
