"""No case moves unless an agreement covers it: the same check where it is sent and where it arrives."""

from tongban.alliance import queries as alliance
from tongban.exchange import chain
from tongban.kernel.events import Payload
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

NEEDED_BY = frozenset({"open", "offer"})


class ClauseMissing(Refused):
    """An opening or an offer that names no clause, or one between other regions."""

    status = 400
    text = Text("移交未引用两地之间的协议条款。", "The hand-over names no clause between these two regions.")
    advice = Text("请引用覆盖本事项的协议条款。", "Name the clause of the agreement that covers it.")


def require_clause(payload: Payload) -> None:
    """Refuses `ClauseMissing` and `ClauseMismatch` (never to become valid), `NotCoveredByAgreement` (may yet)."""
    operation = chain.operation(payload)
    if operation not in NEEDED_BY:
        return
    clause = payload.clause
    if clause is None or clause.receiving != payload.region:
        raise ClauseMissing
    if payload.baton and payload.baton.op == "offer" and clause.deciding != payload.baton.to:
        raise ClauseMissing
    alliance.require_covered(clause, payload.at)
