"""What `project` plugs in at start-up, so that lower floors never import upper ones.

A peer's event is stored, folded and answered in one transaction: `exchange` calls `fold` and `react`, and knows no case.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class EventKind:
    """An event type. `sentence` says in both languages what happened, `{placeholders}` come from the clear body.

    `sealed` names its personal parts and how they are erased.
    """

    name: str
    version: int
    sentence: Text
    critical: bool = True
    sealed: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return f"{self.name};v={self.version}"


Fold = Callable[[Node, Sequence[StoredEvent]], None]
"""Brings a projection up to date with consecutive events of one case copy, in the transaction that stores them.

Raises a `Refused` when they break the context's own table: the author's append is undone; a peer's event parks the case."""
Reaction = Callable[[Node, StoredEvent], None]
"""Defers a job, in the transaction that stores the event."""
ProposalHandler = Callable[..., None]

_kinds: dict[str, EventKind] = {}
_folds: dict[str, Fold] = {}
_reactions: dict[str, list[Reaction]] = defaultdict(list)
_witnessed: dict[str, list[Reaction]] = defaultdict(list)
_proposals: dict[str, ProposalHandler] = {}
_node: list[Node] = []


def register_kind(kind: EventKind) -> EventKind:
    if _kinds.setdefault(kind.kind, kind) != kind:
        raise ValueError(f"{kind.kind} is registered twice")
    return kind


def find_kind(kind: str) -> EventKind | None:
    return _kinds.get(kind)


def list_kinds() -> list[EventKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.kind)


def register_fold(context: str, fold: Fold) -> None:
    """`context` is the first word of the kinds it folds: "cases" for `cases.submitted;v=1`."""
    _folds[context] = fold


def fold(node: Node, events: Sequence[StoredEvent]) -> None:
    """`events`: consecutive, of one case, of one holder. Kinds of a context that is not installed here are kept and not folded."""
    for context in dict.fromkeys(_context(event) for event in events):
        if context in _folds:
            _folds[context](node, [event for event in events if _context(event) == context])


def _context(event: StoredEvent) -> str:
    return event.payload.kind.partition(".")[0]


def register_reaction(name: str, reaction: Reaction) -> None:
    """`name` is the kind without its version: "cases.received"."""
    if reaction not in _reactions[name]:
        _reactions[name].append(reaction)


def react(node: Node, event: StoredEvent) -> None:
    for reaction in _reactions[event.payload.kind_name]:
        reaction(node, event)


def register_witnessed_reaction(name: str, reaction: Reaction) -> None:
    """What must not happen before another node has stored the event: whatever leaves for the world outside (R18)."""
    if reaction not in _witnessed[name]:
        _witnessed[name].append(reaction)


def waits_for_witness(kind_name: str) -> bool:
    return bool(_witnessed.get(kind_name))


def react_witnessed(node: Node, event: StoredEvent) -> None:
    """May be called again for the same event: reactions are idempotent."""
    for reaction in _witnessed.get(event.payload.kind_name, ()):
        reaction(node, event)


def register_proposal(kind: str, handler: ProposalHandler) -> None:
    _proposals[kind] = handler


def find_proposal_handler(kind: str) -> ProposalHandler | None:
    return _proposals.get(kind)


def set_node(node: Node) -> None:
    """One node per process; set by `project` at start-up."""
    _node[:] = [node]


def current_node() -> Node:
    """For the edges only (views, jobs, commands); services are given their node."""
    return _node[0]


def sentence(kind: str, body: Json, language: str) -> str:
    """What happened, for a timeline. A kind this version does not know is named plainly."""
    known = find_kind(kind)
    if known is None:
        return kind
    return known.sentence.in_(language).format_map(_Blank(body))


class _Blank(dict[str, object]):
    """A sentence never fails for want of a word; and no sealed value can get in, for the body has none."""

    def __missing__(self, key: str) -> str:
        return "…"
