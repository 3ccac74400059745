"""What `project` plugs in at start-up, so that lower floors never import upper ones.

A peer's event is stored, folded and answered in one transaction: `exchange` calls `fold` and `react`, and knows no case.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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
Listener = Callable[[str, Json, datetime], None]
"""Told of something that is no event of a case: its name, public facts, when. In the transaction that stores it."""

_kinds: dict[str, EventKind] = {}
_folds: dict[str, Fold] = {}
_reactions: dict[str, list[Reaction]] = defaultdict(list)
_witnessed: dict[str, list[Reaction]] = defaultdict(list)
_proposals: dict[str, ProposalHandler] = {}
_while_offered: set[str] = set()
_at_any_time: set[str] = set()
_taking_back: dict[str, Fold] = {}
_preparing: list[Callable[[Node, datetime], None]] = []
_listeners: list[Listener] = []
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


def register_taking_back(context: str, take_back: Fold) -> None:
    """What a context keeps beside the projection of its own events: called for those that a restored region gets back from a peer."""
    _taking_back[context] = take_back


def take_back(node: Node, events: Sequence[StoredEvent]) -> None:
    """`events`: of one case, by the region that holds this copy; in the transaction that stores them."""
    for context in dict.fromkeys(_context(event) for event in events):
        if context in _taking_back:
            _taking_back[context](node, [event for event in events if _context(event) == context])


def register_preparation(prepare: Callable[[Node, datetime], None]) -> None:
    """What must be done before a restored node acts again; called in the transaction that begins its recovery."""
    if prepare not in _preparing:
        _preparing.append(prepare)


def prepare_recovery(node: Node, at: datetime) -> None:
    for prepare in _preparing:
        prepare(node, at)


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


def register_listener(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(name: str, facts: Json, at: datetime) -> None:
    for listener in _listeners:
        listener(name, facts, at)


def register_proposal(
    kind: str, handler: ProposalHandler, *, while_offered: bool = False, at_any_time: bool = False
) -> None:
    """`while_offered`: the region to which the case is offered takes it up before it has answered. `at_any_time`: a statement that any
    region of the case takes note of, whoever holds the baton."""
    _proposals[kind] = handler
    (_while_offered.add if while_offered else _while_offered.discard)(kind)
    (_at_any_time.add if at_any_time else _at_any_time.discard)(kind)


def taken_while_offered(kind: str) -> bool:
    return kind in _while_offered


def taken_at_any_time(kind: str) -> bool:
    return kind in _at_any_time


def find_proposal_handler(kind: str) -> ProposalHandler | None:
    return _proposals.get(kind)


def set_node(node: Node) -> None:
    """One node per process; set by `project` at start-up."""
    _node[:] = [node]


def current_node() -> Node:
    """For the edges only (views, jobs, commands); services are given their node."""
    return _node[0]


def find_node() -> Node | None:
    """None in a process that works for no node."""
    return _node[0] if _node else None


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
