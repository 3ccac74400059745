"""No case moves unless an agreement covers it: the same check where it is sent and where it arrives."""

from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.exchange import chain
from tongban.exchange.models import Event
from tongban.kernel.events import Clause, Payload
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text

NEEDED_BY = frozenset({"open", "offer"})


class ClauseMissing(Refused):
    """An opening or an offer that names no clause, or one between other regions."""

    status = 400
    text = Text("移交未引用两地之间的协议条款。", "The hand-over names no clause between these two regions.")
    advice = Text("请引用覆盖本事项的协议条款。", "Name the clause of the agreement that covers it.")


def require_clause(payload: Payload) -> None:
    """An opening and an offer go along an article in force, from its receiving to its deciding place. The way back ends what was begun:
    it names the article and needs none in force; nor does an offer of a case that the deciding place had taken over before and sent back.

    Refuses `ClauseMissing` and `ClauseMismatch` (never to become valid), `NotCoveredByAgreement` (may yet).
    """
    operation = chain.operation(payload)
    if operation not in NEEDED_BY:
        return
    clause = payload.clause
    if clause is not None and _is_way_back(payload, clause):
        _require_written(clause)
        return
    if clause is None or clause.receiving != payload.region:
        raise ClauseMissing
    if payload.baton and payload.baton.op == "offer" and clause.deciding != payload.baton.to:
        raise ClauseMissing
    if payload.baton and was_taken_over(payload.case, clause.deciding):
        _require_written(clause)
        return
    alliance.require_covered(clause, payload.at)


def was_taken_over(case_id: UUID, by: str) -> bool:
    """Whether that place has taken the case over once, as far as its copy here goes: then it is finished there (办结)."""
    return Event.objects.filter(case_id=case_id, author=by, baton="accept").exists()


def _is_way_back(payload: Payload, clause: Clause) -> bool:
    baton = payload.baton
    ends = (clause.deciding, clause.receiving)
    return baton is not None and baton.op == "offer" and ends == (payload.region, baton.to)


def _require_written(clause: Clause) -> None:
    try:
        agreement = alliance.get_agreement(clause.agreement, clause.version)
    except Missing:
        about = {"item": clause.item, "mode": clause.mode, "receiving": clause.receiving, "deciding": clause.deciding}
        raise alliance.NotCoveredByAgreement(**about) from None
    article = agreement.find_article(clause.article)
    if article is None or not agreement.covers(article, clause):
        raise alliance.ClauseMismatch(agreement=clause.agreement, version=clause.version, article=clause.article)
