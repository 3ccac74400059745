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
    `asked`: what the receiving place has proposed for the applicant and has no answer to ("cases.supplement", "cases.withdraw")."""

    outbox: Literal["empty", "queued", "failed"] = "empty"
    asked: Collection[str] = ()


def whose_turn(case: Case, *, receiving: str, deciding: str, between: Between) -> Text:
    """`receiving`, `deciding`: names of the places."""
    if case.state == "received" and case.writer == case.receiving:
        return _before_hand_over(case, receiving=receiving, deciding=deciding, outbox=between.outbox)
    zh, en = next((_ASKED[kind] for kind in _ASKED if kind in between.asked), _TURN[case.state])
    if case.state == "decided_pending_effect" and case.effect.get("state") == "failed":
        zh, en = _FAILED_EFFECT
    return Text(zh.format(r=receiving, d=deciding), en.format(r=receiving, d=deciding))


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
