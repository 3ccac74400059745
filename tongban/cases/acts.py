"""What officers of a region did: one line per event that a person of the region wrote, kept beside the chain so that a day can be listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from tongban.cases.models import Case, OfficerAct
from tongban.kernel.actors import Actor
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.text import Text
from tongban.kernel.workdays import SHANGHAI

MOST = 300
OTHER = Text("其他办理", "Something else")
WORDS = {
    f"cases.{name}": text
    for name, text in {
        "submitted": Text("代为提交", "Handed in for a person"),
        "identity_checked": Text("核验身份", "Checked an identity"),
        "received": Text("收件", "Received"),
        "precheck_returned": Text("退回预审", "Sent home before receipt"),
        "offered": Text("转办", "Passed on"),
        "taken_over": Text("接手", "Took over"),
        "handed_back": Text("退回收件地", "Handed back"),
        "sent_back": Text("退回补全", "Sent back to be completed"),
        "completed": Text("补全", "Completed"),
        "message": Text("两地留言", "A message between the places"),
        "accepted": Text("受理", "Accepted"),
        "not_accepted": Text("不予受理", "Did not accept"),
        "correction_requested": Text("一次性告知补正", "Asked for correction"),
        "correction_allowed": Text("准许再次告知", "Allowed one more list"),
        "supplemented": Text("补正", "Corrected"),
        "tolerated_supplied": Text("容缺补交", "Took in what could follow"),
        "special_started": Text("开始特别程序", "Began a special procedure"),
        "special_ended": Text("结束特别程序", "Ended a special procedure"),
        "extended": Text("延期", "Extended the limit"),
        "assigned": Text("分派", "Assigned"),
        "recused": Text("回避", "Recused"),
        "examined": Text("出具审核意见", "Gave an opinion"),
        "countersign_asked": Text("请求会签", "Asked for a countersignature"),
        "countersigned": Text("会签", "Countersigned"),
        "approved": Text("准予", "Granted"),
        "refused": Text("不予", "Did not grant"),
        "withdrawn": Text("代为撤回", "Withdrew for a person"),
        "paper_issued": Text("出具文书", "Issued a paper"),
        "document_sealed": Text("加盖电子印章", "Sealed a document"),
        "served": Text("送达文书", "Served a paper"),
        "urged": Text("催办", "Asked to hurry"),
        "archived": Text("归档", "Archived"),
        "pledge_withdrawn": Text("撤回承诺", "Took a pledge back"),
        "pledge_not_open": Text("改按一般程序", "Offered the ordinary way"),
        "inspection_claimed": Text("认领核查", "Took an inspection on"),
        "inspected": Text("反馈核查结果", "Inspected"),
        "ordered_to_correct": Text("责令改正", "Ordered to put it right"),
        "order_met": Text("确认改正", "Saw that it was put right"),
        "revoked": Text("撤销决定", "Revoked a decision"),
    }.items()
}
_NOTE = (
    "INSERT INTO cases_officeract (region, case_id, seq, officer, kind, at) VALUES (%s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (case_id, region, seq) DO NOTHING"
)


@dataclass(frozen=True)
class Act:
    """`what`: the event in words, without its particulars. `label`: the masked person."""

    at: datetime
    what: Text
    kind: str
    case_id: UUID
    number: str
    label: str


def note_acts(events: Sequence[StoredEvent]) -> None:
    """In the transaction that stores the events. Of the own region's people only: another region's staff are nobody here."""
    rows = [
        (event.holder, event.case, event.seq, event.payload.actor["ref"], event.payload.kind_name, event.payload.at)
        for event in events
        if event.payload.actor["kind"] == "staff" and event.payload.region == event.holder
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE, rows)


def list_acts(*, node: Node, region: str, day: date, by: Actor) -> list[Act]:
    """What `by` did on a legal day, the last first; at most `MOST`."""
    begin = datetime.combine(day, time(), tzinfo=SHANGHAI)
    rows = OfficerAct.objects.filter(region=region, officer=by.ref, at__gte=begin, at__lt=begin + timedelta(days=1))
    acts = list(rows.order_by("-at", "-seq")[:MOST])
    cases = Case.objects.filter(region=region, case_id__in={act.case_id for act in acts}).only(
        "case_id", "number", "label"
    )
    known = {
        row.case_id: (row.number, node.open_locally(bytes(row.label), purpose="label", region=region)) for row in cases
    }
    return [
        Act(act.at, WORDS.get(act.kind, OTHER), act.kind, act.case_id, *known[act.case_id])
        for act in acts
        if act.case_id in known
    ]
