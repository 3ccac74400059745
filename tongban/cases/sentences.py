"""A status is a sentence: where the case stands, whose turn it is and why it waits. Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.cases.inspection_changes import due_on
from tongban.cases.projection import Case
from tongban.cases.states import STATES
from tongban.kernel.text import Text, write_day


def status(case: Case, kind: str = "filing") -> Text:
    """`kind`: of the item's definition, filing or licence. A filing is never a licence, in no word (words.md)."""
    return _STATUS.get((kind, case.state)) or STATES.get(case.state) or Text(case.state, case.state)


_STATUS = {
    ("filing", "refused"): Text("不予备案", "Not granted"),
    ("licence", "refused"): Text("不予许可", "Licence refused"),
    ("service", "refused"): Text("不予办理", "Refused"),
    ("licence", "revoked"): Text("许可已撤销", "Licence revoked"),
}


@dataclass(frozen=True)
class Between:
    """What lies between the two places. `outbox`: nothing, something on its way, or something whose last try failed.
    `asked`: what the receiving place has proposed and has no answer to ("cases.supplement", "cases.withdraw", "cases.recall")."""

    outbox: Literal["empty", "queued", "failed"] = "empty"
    asked: Collection[str] = ()


def whose_turn(case: Case, *, receiving: Text, deciding: Text, between: Between, kind: str = "filing") -> Text:
    """`receiving`, `deciding`: names of the places. `kind`: filing, licence or service."""
    if case.state == "received" and (case.writer == case.receiving or case.offered_to == case.receiving):
        said = _at_the_receiving_place(case, between)
        return _with_places(said.zh, said.en, receiving, deciding)
    asked = next((_ASKED[name] for name in _ASKED if name in between.asked), None)
    zh, en = asked or _TURN_OF.get((kind, case.state)) or _TURN[case.state]
    if case.state == "decided_pending_effect" and case.effect.get("state") == "failed":
        zh, en = _FAILED_EFFECT
    elif case.inspection.get("state") == "ordered":
        zh, en = _to_put_right(case)
    elif case.state == "special_procedure":
        zh, en = _paused(case)
    elif case.state == "awaiting_correction" and case.correction.get("why") in _ORDINARY:
        zh, en = _ORDINARY[case.correction["why"]]
    elif case.tolerated and case.state in {"accepted", "examining"}:
        zh, en = _incomplete(case)
    return _with_places(zh, en, receiving, deciding)


def _with_places(zh: str, en: str, receiving: Text, deciding: Text) -> Text:
    return Text(zh.format(r=receiving.zh, d=deciding.zh), en.format(r=receiving.en, d=deciding.en))


def _paused(case: Case) -> tuple[str, str]:
    name = CODES.get(("procedure", case.special.get("procedure", "")), Text("特别程序", "a special procedure"))
    until = write_day(date.fromisoformat(case.special["until"]))
    return (
        f"{{d}}正在进行{name.zh}，预计 {until.zh} 前结束。这段时间不计入办理时限，您不用做任何事。",
        f"{{d}} is carrying out: {name.en}, probably until {until.en}. This time does not count; there is nothing for you to do.",
    )


def _to_put_right(case: Case) -> tuple[str, str]:
    day = write_day(date.fromisoformat(due_on(case.inspection)))
    return (
        f"轮到您：核查发现与承诺或申请不符，请在 {day.zh} 前改正，内容见下。",
        f"It is your turn: it was found not to be as pledged or stated; put it right by {day.en}, as said below.",
    )


def _incomplete(case: Case) -> tuple[str, str]:
    until = write_day(date.fromisoformat(case.tolerated["until"]))
    return (
        f"{{d}}已受理并正在审核。轮到您：请在 {until.zh} 前补交还缺的材料。",
        f"{{d}} has accepted it and is examining it. It is your turn: hand in what is missing by {until.en}.",
    )


def _at_the_receiving_place(case: Case, between: Between) -> Text:
    if case.returned:
        why = reason(case.returned["reason"])
        return Text(
            f"{{d}}退回{{r}}处理（{why.zh}），{{r}}补全后会再转。您不用重新提交；不再需要的，可以撤回申请。",
            f"{{d}} gave it back to {{r}} ({why.en}), which will complete it and pass it on again. You need not hand it "
            "in again; if you no longer need it, you can withdraw.",
        )
    if "cases.recall" in between.asked:
        return Text(
            "{r}已请求撤回转办，等待{d}答复。",
            "{r} has asked to take the hand-over back and waits for the answer of {d}.",
        )
    return _before_hand_over(case, between.outbox)


def _before_hand_over(case: Case, outbox: str) -> Text:
    if not case.offered_to:
        return Text(
            "{r}已收件，正在核验登记信息并转给{d}。",
            "{r} has received it, is checking its register and passing it to {d}.",
        )
    if outbox == "queued":
        return Text("{r}已收件，正在送往{d}。", "{r} has received it; it is on its way to {d}.")
    if outbox == "failed":
        return Text(
            "{r}已收件，收件时间有效。暂时连不上{d}，系统会自动送达，您不用重新提交。",
            "{r} has received it and that time counts. {d} cannot be reached at the moment; it will be delivered "
            "by itself, you need not hand it in again.",
        )
    return Text("已送达{d}，等待其接手。", "Delivered to {d}, which will take it over.")


_FAILED_EFFECT = (
    "{d}已作出决定，业务系统尚未确认。系统会继续推送，审核人员已收到提醒，您不用做任何事。",
    "{d} has decided; its business system has not confirmed yet. It is tried again and the examiner has been told; there is nothing for you to do.",
)
_ASKED = {
    "cases.withdraw": (
        "撤回申请已收到，正在送往{d}，不用再次提交。",
        "Your withdrawal is received and on its way to {d}; you need not send it again.",
    ),
    "cases.withdraw_pledge": (
        "撤回承诺的请求已收到，正在送往{d}，不用再次提交。",
        "That you take the pledge back is received and on its way to {d}; you need not send it again.",
    ),
    "cases.supplement": (
        "补正已收到，正在送往{d}，不用再次提交。",
        "Your correction is received and on its way to {d}; you need not send it again.",
    ),
}
_ORDINARY = {
    "withdrawn": (
        "您撤回了承诺。轮到您：改按一般程序办理，请补交下面这些，不用重新申请。",
        "You took the pledge back. It is your turn: hand in what the ordinary way needs, named below. You need not apply again.",
    ),
    "not_open": (
        "按现有记录，这次不能采用告知承诺，但不影响您申请。轮到您：请按一般程序补交下面这些，不用重新申请。认为记录有误的，可以请{d}核对。",
        "By what is on record the pledge is not open to you; your application goes on all the same. It is your turn: hand in what the "
        "ordinary way needs, named below. If the record is wrong, ask {d} to check it.",
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
    "returned": (
        "轮到您：请按{r}指出的内容修改后重新提交。收件前不计办理时限。",
        "It is your turn: change what {r} has named and hand it in again. No term runs before it is received.",
    ),
    "revoked": (
        "{d}已撤销原决定，理由和救济途径见下。",
        "{d} revoked its decision; the reason and the remedies are below.",
    ),
    "special_procedure": ("{d}正在进行特别程序。", "{d} is carrying out a special procedure."),
    "archived": ("事情已经办完，档案已保存。", "The matter has ended; its record is kept."),
}
_TURN_OF = {
    ("licence", "effective"): ("许可决定已生效。", "The licence is in effect."),
    ("licence", "refused"): (
        "{d}已作出不予行政许可的决定，理由和救济途径见下。",
        "{d} refused the licence; the reason and the remedies are below.",
    ),
    ("licence", "closed"): ("许可决定已生效，事情办完了。", "The licence is in effect; nothing is left to do."),
    ("service", "effective"): ("办理结果已生效。", "The result is in effect."),
    ("service", "refused"): (
        "{d}已作出不予办理的决定，理由和救济途径见下。",
        "{d} decided against it; the reason and the remedies are below.",
    ),
    ("service", "closed"): ("办理结果已生效，事情办完了。", "The result is in effect; nothing is left to do."),
}
SAID = {
    ("filing", "taken_over"): Text("{place}已接手", "{place} took it over"),
    ("licence", "taken_over"): Text("{place}已接手", "{place} took it over"),
    ("licence", "approved"): Text("决定：准予行政许可", "Decided: licence granted"),
    ("licence", "refused"): Text("决定：不予行政许可（依据 {article}）", "Decided: licence refused ({article})"),
    ("licence", "effective"): Text(
        "许可决定已生效，回执 {acknowledgement}", "In effect, acknowledged as {acknowledgement}"
    ),
    ("licence", "revoked"): Text("行政许可已撤销（依据 {article}）", "The licence was revoked ({article})"),
    ("service", "taken_over"): Text("{place}已接手", "{place} took it over"),
    ("service", "approved"): Text("决定：准予", "Decided: granted"),
    ("service", "refused"): Text("决定：不予办理（依据 {article}）", "Decided: refused ({article})"),
    ("service", "effective"): Text(
        "办理结果已生效，回执 {acknowledgement}", "In effect, acknowledged as {acknowledgement}"
    ),
}
"""Where a kind of item has its own sentence for an event."""
DEEMED = Text(
    "未在法定期限内告知补正，自收件之日起视为受理",
    "Nobody said in time what was missing: it counts as accepted since its receipt",
)
CODES: dict[tuple[str, str], Text] = {
    ("outcome", "answered"): Text("已答复", "answered"),
    ("outcome", "silent"): Text("未答复，按未知处理", "no answer, counted as unknown"),
    ("means", "card-reader"): Text("读卡器", "card reader"),
    ("means", "document-seen"): Text("查验证件", "document seen"),
    ("means", "unified"): Text("统一身份认证", "unified identity"),
    ("means", "sms"): Text("短信验证", "SMS code"),
    ("means", "mandate"): Text("代理人核验", "the agent's identity"),
    ("face", "matched"): Text("一致", "matched"),
    ("face", "officer"): Text("工作人员当面核对", "compared by the clerk"),
    ("face", "not-done"): Text("未进行", "not done"),
    ("reader", "machine"): Text("机器识读，逐项附来源", "by machine, each value with its place on the page"),
    ("reader", "person"): Text("工作人员核对", "confirmed by an officer"),
    ("operation", "suspend"): Text("暂停", "suspended"),
    ("operation", "release"): Text("解除暂停", "released"),
    ("operation", "lapse"): Text("失效", "lapsed"),
    ("operation", "replace"): Text("换发新版本", "replaced by a newer version"),
    ("operation", "reinstate"): Text("恢复有效", "in force again"),
    ("operation", "reinstate_suspended"): Text("恢复为暂停", "suspended again"),
    ("operation", "cancel"): Text("注销", "cancelled"),
    ("operation", "revoke"): Text("撤销", "revoked"),
    ("operation", "penalise"): Text("吊销", "revoked as a penalty"),
    ("operation", "move_out"): Text("转出", "moved out"),
    ("operation", "move_back"): Text("取消转出", "the move was undone"),
    ("reason_code", "decision_revoked"): Text("所依据的决定已撤销", "the decision behind it was revoked"),
    ("reason_code", "newer_version"): Text("已换发新版本", "a newer version was issued"),
    ("reason_code", "newer_revoked"): Text("新版本已撤销", "the newer version was revoked"),
    ("reason_code", "holder_asked"): Text("持证人申请", "the holder asked for it"),
    ("reason_code", "closed_down"): Text("停止经营", "closed down"),
    ("reason_code", "conditions_gone"): Text("不再具备条件", "the conditions are no longer met"),
    ("reason_code", "unlawful"): Text("违法被处罚", "penalised for a breach of the law"),
    ("reason_code", "inspection"): Text("核查期间", "while it is looked into"),
    ("reason_code", "put_right"): Text("已整改", "put right"),
    ("reason_code", "moved"): Text("持证人迁往外地", "the holder moved elsewhere"),
    ("reason_code", "term_over"): Text("有效期届满", "its term is over"),
    ("reason_code", "other"): Text("其他原因", "another reason"),
    ("procedure", "site_visit"): Text("现场核查", "site visit"),
    ("procedure", "expert_review"): Text("专家评审", "expert review"),
    ("procedure", "hearing"): Text("听证", "hearing"),
    ("procedure", "test"): Text("检验、检测、检疫、鉴定", "test or inspection"),
    ("procedure", "announcement"): Text("公示公告", "public announcement"),
    ("how", "random"): Text("随机", "by lot"),
    ("how", "by-hand"): Text("指定", "by name"),
    ("recommends", "approve"): Text("建议准予", "grant"),
    ("recommends", "refuse"): Text("建议不予", "refuse"),
    ("opinion", "agree"): Text("同意", "agrees"),
    ("opinion", "disagree"): Text("不同意", "disagrees"),
    ("role", "examiner"): Text("审核员", "examiner"),
    ("role", "chief"): Text("首席代表", "chief representative"),
    ("role", "supervisor"): Text("督查员", "supervisor"),
    ("role", "liaison"): Text("联络员", "liaison officer"),
    ("to", "supervisor"): Text("督查员", "the supervisor"),
    ("by", "applicant"): Text("申请人", "The applicant"),
    ("by", "office"): Text("工作人员", "An office"),
    ("lamp", "yellow"): Text("临近到期", "one working day left"),
    ("lamp", "red"): Text("今日到期", "last day"),
    ("lamp", "overdue"): Text("已超期", "overdue"),
    ("way", "online"): Text("网上阅读", "read online"),
    ("way", "counter"): Text("窗口签收", "signed at the counter"),
    ("way", "courier"): Text("邮寄签收", "by courier"),
    ("finding", "in_order"): Text("与承诺、申请相符", "as was pledged and stated"),
    ("finding", "differs"): Text("与承诺或申请不符", "not as was pledged or stated"),
    ("system", "effect"): Text("业务登记系统", "register of the result"),
    ("system", "credit"): Text("信用记录系统", "credit record"),
    ("signed", "online"): Text("网上签署", "signed online"),
    ("signed", "counter"): Text("窗口签署", "signed at a counter"),
    ("signer", "applicant"): Text("申请人", "by the applicant"),
    ("signer", "agent"): Text("代理人（经明确授权）", "by the agent, with express authority"),
    ("about", "window"): Text("收件窗口", "receiving window"),
    ("about", "result"): Text("办理结果", "result"),
}
"""The words of codes in the bodies of events, by field and value."""
PAPERS: dict[str, Text] = {
    "receipt": Text("收件凭证", "Receipt of the application"),
    "material-list": Text("材料清单", "List of materials"),
    "mandate": Text("授权委托书", "Mandate"),
    "pledge": Text("个人承诺书", "Personal pledge"),
    "notice-and-pledge": Text("告知承诺书", "Notice and pledge"),
    "ordinary-way": Text("改按一般程序办理告知书", "Notice of the ordinary way"),
    "tolerance-pledge": Text("容缺受理承诺书", "Pledge to bring what is missing"),
    "service-address": Text("送达地址确认书", "Address for service"),
    "service-receipt": Text("送达回证", "Service receipt"),
    "withdrawal": Text("撤回申请书", "Withdrawal"),
    "correction-notice": Text("补正材料一次性告知书", "Notice of what to correct"),
    "acceptance-notice": Text("受理通知书", "Notice of acceptance"),
    "non-acceptance-notice": Text("不予受理通知书", "Notice of non-acceptance"),
    "extension-notice": Text("延期通知书", "Notice of extension"),
    "special-notice": Text("特别程序告知书", "Notice of a special procedure"),
    "result-notice": Text("结果告知单", "Notice of the result"),
    "refusal-notice": Text("不予备案告知书", "Notice of refusal"),
    "filing-correction-notice": Text("补正告知书", "Notice of what to correct"),
    "filing-non-acceptance": Text("不予受理告知书", "Notice of non-acceptance"),
    "outcome-notice": Text("办理结果告知书", "Notice of the result"),
    "adverse-notice": Text("不予办理告知书", "Notice of refusal"),
    "grant": Text("准予行政许可决定书", "Decision to grant the licence"),
    "refusal": Text("不予行政许可决定书", "Decision to refuse the licence"),
    "correction-order": Text("责令限期改正通知书", "Order to put something right"),
    "licence-revocation": Text("撤销行政许可决定书", "Decision to revoke the licence"),
    "revocation": Text("撤销决定书", "Decision to revoke"),
}
"""Names of papers (文书) that an item does not name itself."""


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
    "no-answer": Text("没有答复，自动重试", "no answer; tried again by itself"),
    "not-configured": Text("接口还没有配置", "its interface is not configured"),
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
