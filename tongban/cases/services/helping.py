"""Mutual recognition of helpers (代办互认): a helper of the hall here acts for somebody in a case of another place where the agreement says so."""

from collections.abc import Mapping
from datetime import datetime

from tongban.alliance import queries as alliance
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

HELPER = "helper"


class HelperNotRecognised(Refused):
    """The mandate is good here; the place that decides has not agreed to helpers of this one."""

    status = 403
    text = Text(
        "协议没有约定 {deciding} 承认 {receiving} 的帮办代办员。",
        "The agreement does not say that {deciding} recognises helpers of {receiving}.",
    )
    advice = Text(
        "请由申请人本人办理，或由申请人委托亲友代办。",
        "Let the applicant act, or somebody of the applicant's own choice under a mandate.",
    )


def require_recognised(
    agent: Mapping[str, str], *, item: str, mode: str, receiving: str, deciding: str, at: datetime
) -> None:
    """Of the clause that wins; a case of one's own place needs none, and where no clause covers it that is said elsewhere.

    `agent`: what `people` says of who acts. Refuses `HelperNotRecognised`.
    """
    if agent.get("relation") != HELPER or receiving == deciding:
        return
    clauses = alliance.list_clauses(item=item, mode=mode, receiving=receiving, deciding=deciding, at=at)
    if clauses and not alliance.recognises_helpers(clauses[0]):
        raise HelperNotRecognised(receiving=receiving, deciding=deciding)
