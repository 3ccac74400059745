"""A status is a sentence: where the case stands, whose turn it is and why it waits. Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from tongban.cases.projection import Case
from tongban.cases.states import STATES
from tongban.kernel.text import Text


def status(case: Case) -> Text:
    return STATES[case.state]


@dataclass(frozen=True)
class Between:
    """What lies between the two places. `outbox`: nothing, something on its way, or something whose last try failed.
    `asked`: what the receiving place has proposed and has no answer to ("cases.supplement", "cases.withdraw", "cases.recall")."""

    outbox: Literal["empty", "queued", "failed"] = "empty"
    asked: Collection[str] = ()


def whose_turn(case: Case, *, receiving: str, deciding: str, between: Between) -> Text:
    """`receiving`, `deciding`: names of the places."""
    if case.state == "received" and (case.writer == case.receiving or case.offered_to == case.receiving):
        return _at_the_receiving_place(case, receiving=receiving, deciding=deciding, between=between)
    zh, en = next((_ASKED[kind] for kind in _ASKED if kind in between.asked), _TURN[case.state])
    if case.state == "decided_pending_effect" and case.effect.get("state") == "failed":
        zh, en = _FAILED_EFFECT
    return Text(zh.format(r=receiving, d=deciding), en.format(r=receiving, d=deciding))


def _at_the_receiving_place(case: Case, *, receiving: str, deciding: str, between: Between) -> Text:
    if case.returned:
        why = reason(case.returned["reason"])
        return Text(
            f"{deciding}退回{receiving}处理（{why.zh}），{receiving}补全后会再转。您不用重新提交；不再需要的，可以撤回申请。",
            f"{deciding} gave it back to {receiving} ({why.en}), which will complete it and pass it on again. You need not hand it "
            f"in again; if you no longer need it, you can withdraw.",
        )
    if "cases.recall" in between.asked:
        return Text(
            f"{receiving}已请求撤回转办，等待{deciding}答复。",
            f"{receiving} has asked to take the hand-over back and waits for the answer of {deciding}.",
        )
    return _before_hand_over(case, receiving=receiving, deciding=deciding, outbox=between.outbox)


def _before_hand_over(case: Case, *, receiving: str, deciding: str, outbox: str) -> Text:
    if not case.offered_to:
        return Text(
            f"{receiving}已收件，正在核验登记信息并转给{deciding}。",
            f"{receiving} has received it, is checking its register and passing it to {deciding}.",
        )
    if outbox == "queued":
        return Text(
            f"{receiving}已收件，正在送往{deciding}。", f"{receiving} has received it; it is on its way to {deciding}."
        )
    if outbox == "failed":
        return Text(
            f"{receiving}已收件，收件时间有效。暂时连不上{deciding}，系统会自动送达，您不用重新提交。",
            f"{receiving} has received it and that time counts. {deciding} cannot be reached at the moment; it will be delivered "
            f"by itself, you need not hand it in again.",
        )
    return Text(f"已送达{deciding}，等待其接手。", f"Delivered to {deciding}, which will take it over.")


_FAILED_EFFECT = (
    "{d}已作出决定，业务系统尚未确认。系统会继续推送，审核人员已收到提醒，您不用做任何事。",
    "{d} has decided; its business system has not confirmed yet. It is tried again and the examiner has been told; there is nothing for you to do.",
)
_ASKED = {
    "cases.withdraw": (
        "撤回申请已收到，正在送往{d}，不用再次提交。",
        "Your withdrawal is received and on its way to {d}; you need not send it again.",
    ),
    "cases.supplement": (
        "补正已收到，正在送往{d}，不用再次提交。",
        "Your correction is received and on its way to {d}; you need not send it again.",
    ),
}
_TURN = {
    "submitted": ("{r}正在收件。", "{r} is receiving it."),
    "received": ("{d}正在核对，决定是否受理。", "{d} is checking whether to accept it."),
    "awaiting_correction": ("轮到您：请按告知的内容补正。", "It is your turn: please correct what was named."),
    "not_accepted": ("{d}不予受理，理由见下。", "{d} did not accept it; the reason is below."),
    "accepted": ("{d}的审核人员正在审核。", "An examiner of {d} is examining it."),
    "examining": ("{d}的审核人员正在审核。", "An examiner of {d} is examining it."),
    "decided_pending_effect": (
        "{d}已作出决定，正在写入业务系统。",
        "{d} has decided; the result is being entered into its business system.",
    ),
    "effective": ("备案已生效，可以直接结算。", "The filing is in effect."),
    "refused": (
        "{d}已作出不予备案的决定，理由和救济途径见下。",
        "{d} decided against it; the reason and the remedies are below.",
    ),
    "withdrawn": ("您已撤回申请。", "You withdrew the application."),
    "closed": ("备案已生效，事情办完了。", "The filing is in effect; nothing is left to do."),
}


REASONS: dict[str, Text] = {
    "papers-unreadable": Text("材料无法辨认", "papers cannot be read"),
    "papers-incomplete": Text("材料不齐", "papers are not complete"),
    "identity-unclear": Text("申请人身份需再核对", "the applicant's identity needs checking again"),
    "wrong-place": Text("不属于本地办理范围", "not for this place to decide"),
    "other": Text("其他原因，见说明", "another reason, see the note"),
}
"""Why a person hands a case back or sends it back; never a non-acceptance (不予受理)."""

_REASONS_OF_MACHINES = {
    "recalled": Text("收件地撤回转办", "the receiving place took the hand-over back"),
    "agreement-ended": Text("合作协议已不再适用", "no agreement in force covers it any more"),
    "taken-over": Text("对方已经接手", "the other side has taken it over"),
    "not-offered": Text("已不在转办途中", "it is no longer on offer"),
}


def reason(code: str) -> Text:
    """The words of a reason that stands in an event as a code; an unknown one is shown as it is."""
    return REASONS.get(code) or _REASONS_OF_MACHINES.get(code) or STATES.get(code) or Text(code, code)


def why_parked(code: str) -> Text:
    """Why the other place has stored something and cannot work on it, by the code in its receipt."""
    return _PARKED.get(code, Text(f"代码 {code}", f"code {code}"))


_PARKED = {
    "unknown-kind": Text("对方系统需要升级", "the other side needs a newer release"),
    "key-missing": Text("对方没有收到解密钥匙", "the key of the case did not reach the other side"),
    "key-unusable": Text("对方无法使用解密钥匙", "the key of the case does not open there"),
    "fork": Text("两份记录不一致，需由联盟查明", "two records contradict each other; the alliance has to find out"),
    "application-unreadable": Text("对方无法读取申请内容", "the application cannot be read there"),
    "definition-unknown": Text("对方没有这一版事项定义", "the other side does not hold this version of the service"),
    "not-their-definition": Text(
        "事项版本不是审批地发布的", "the version of the service is not the deciding place's own"
    ),
}
OVERDUE = {
    "stored": Text("对方还没有确认收到", "the other side has not confirmed that it arrived"),
    "admitted": Text("对方还没有接手或退回", "the other side has neither taken it over nor handed it back"),
    "opened": Text("对方还没有打开", "the other side has not opened it"),
}
"""Evidence that has not come in its time: a warning, never the end of a case."""


def why_undelivered(code: str) -> Text:
    """What the outbox noted at the last try, in words; the code follows for the operator."""
    found = next((text for start, text in _UNDELIVERED.items() if code.startswith(start)), _UNDELIVERED_OTHERWISE)
    return Text(found.zh.format(code=code), found.en.format(code=code)) if code else _QUEUED


def why_not_effective(code: str) -> Text:
    found = _NOT_EFFECTIVE.get(code, _TURNED_DOWN)
    return Text(found.zh.format(code=code), found.en.format(code=code))


_QUEUED = Text("正在排队发送", "queued to be sent")
_UNDELIVERED = {
    "unreachable": Text("暂时连不上对方，会自动重试", "the other side cannot be reached; it is tried again by itself"),
    "gap": Text("对方还缺前面的步骤，正在补送", "the other side lacks earlier steps; they are sent again"),
    "receipt": Text("对方的回执未通过验证，会自动重试", "the receipt did not verify; it is tried again by itself"),
    "rejected": Text("对方拒收（{code}），请联系系统管理员", "the other side rejected it ({code}); ask the operator"),
}
_UNDELIVERED_OTHERWISE = Text(
    "对方暂不能接收（{code}），会自动重试", "not taken in yet ({code}); it is tried again by itself"
)
_NOT_EFFECTIVE = {
    "no-answer": Text(
        "业务系统没有答复，会自动重试", "the business system did not answer; it is tried again by itself"
    ),
    "not-configured": Text("业务系统的接口还没有配置", "the interface of the business system is not configured"),
}
_TURNED_DOWN = Text(
    "业务系统未接受（{code}），请核实后重试", "the business system turned it down ({code}); check and try again"
)
