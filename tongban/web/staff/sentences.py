"""Whose turn it is, said to a clerk: the sentences of a case speak to the applicant where the two differ."""

from tongban.cases.views import CaseView
from tongban.kernel.text import Text
from tongban.people.services import ROLES

_WAITS_FOR_APPLICANT = Text("等待申请人补正。", "Waiting for the applicant to correct it.")
_WAITS_FOR_CHANGES = Text(
    "已退回预审，等待申请人修改后重新提交。", "Sent home before receipt; waiting for the applicant to hand it in again."
)
_WAITS_FOR_MISSING = Text(
    "已容缺受理，等待申请人补交材料；补齐前不能准予。",
    "Accepted with something missing; nothing is granted before the applicant brought it.",
)
_STOPPED = Text(
    "特别程序进行中，不计时；结束后恢复计时。", "A special procedure runs and the clock is stopped until it ends."
)
_WITHDRAWN = Text("申请人已撤回申请。", "The applicant withdrew the application.")
_REVOKED = Text("决定已撤销，理由见下。", "The decision was revoked; the reason is below.")
_NOT_CONFIRMED = Text(
    "决定已作出，业务系统尚未确认，系统会继续推送。长时间未确认的，请联系业务系统的管理单位。",
    "Decided; the business system has not confirmed yet and is asked again. If this lasts, contact those who run it.",
)
_CLOSED = {
    "filing": Text("备案已生效，已办结。", "The filing is in effect; the case is closed."),
    "licence": Text("许可决定已生效，已办结。", "The licence is in effect; the case is closed."),
    "service": Text("办理结果已生效，已办结。", "The result is in effect; the case is closed."),
}


def turn(case: CaseView) -> Text:
    if case.state == "decided_pending_effect" and case.effect and case.effect.last_error:
        return _NOT_CONFIRMED
    if case.tolerated and case.state in {"accepted", "examining"}:
        return _WAITS_FOR_MISSING
    own = {
        "awaiting_correction": _WAITS_FOR_APPLICANT, "returned": _WAITS_FOR_CHANGES, "special_procedure": _STOPPED,
        "withdrawn": _WITHDRAWN, "revoked": _REVOKED, "closed": _CLOSED.get(case.item_kind, case.whose_turn),
    }  # fmt: skip
    return own.get(case.state, case.whose_turn)


_OTHERS = {
    "citizen": Text("申请人", "Applicant"),
    "agent": Text("代理人", "Agent"),
    "system": Text("系统", "System"),
    "node": Text("节点", "Node"),
}


def role_name(role: str) -> Text:
    """The role in which somebody acted, as the record names it."""
    return ROLES.get(role) or _OTHERS.get(role) or Text(role, role)
