"""Which event tells people what. Plain Python.

A text says no name, no number of a person and no result: whoever reads over the shoulder of a phone learns that there is something to look at.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.text import Text


def _always(body: Json) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`text`: what is told. `needed`: the person must do or know something, so it also goes to a phone that asked for little."""

    id: str
    event: str
    text: Text
    needed: bool = False
    when: Callable[[Json], bool] = _always


def _overdue(body: Json) -> bool:
    return body.get("lamp") == "overdue"


def _tolerated(body: Json) -> bool:
    return bool(body.get("tolerated"))


_ALL = (
    NoticeKind("submitted", "cases.submitted", Text("申请已提交。", "Your application was handed in.")),
    NoticeKind("received", "cases.received", Text("已收件。", "Your application was received.")),
    NoticeKind(
        "returned",
        "cases.precheck_returned",
        Text("预审退回，请修改后重新提交。", "Please change something and hand it in again."),
        needed=True,
    ),
    NoticeKind(
        "correction",
        "cases.correction_requested",
        Text("需要您补正，请按期补交。", "Please correct something, by the day given."),
        needed=True,
    ),
    NoticeKind(
        "ordinary_way",
        "cases.pledge_not_open",
        Text(
            "改按一般程序办理，请按期补交材料。",
            "It goes the ordinary way; please hand in what it needs, by the day given.",
        ),
        needed=True,
    ),
    NoticeKind(
        "pledge_withdrawn",
        "cases.pledge_withdrawn",
        Text(
            "承诺已撤回，请按期补交材料。", "The pledge is taken back; please hand in what is needed, by the day given."
        ),
        needed=True,
    ),
    NoticeKind("accepted", "cases.accepted", Text("已受理。", "Your application was accepted.")),
    NoticeKind(
        "tolerated",
        "cases.accepted",
        Text("已受理，还有材料请按期补交。", "It was accepted; some documents are still to follow."),
        needed=True,
        when=_tolerated,
    ),
    NoticeKind(
        "not_accepted",
        "cases.not_accepted",
        Text("不予受理，请查看原因和救济途径。", "It was not accepted; see why and what you can do."),
        needed=True,
    ),
    NoticeKind(
        "special",
        "cases.special_started",
        Text("进入特别程序，期间不计入办理时限。", "A special procedure began; this time does not count."),
        needed=True,
    ),
    NoticeKind(
        "extended",
        "cases.extended",
        Text("办理期限已延长，请查看原因。", "The time limit was extended; see why."),
        needed=True,
    ),
    NoticeKind("decided", "cases.approved", Text("已作出决定，等待生效。", "It was decided and waits to take effect.")),
    NoticeKind("licence", "cases.licence_issued", Text("电子证照已签发。", "Your e-licence was issued.")),
    NoticeKind(
        "licence_changed",
        "cases.licence_changed",
        Text("电子证照的状态有变更，请查看。", "The status of your e-licence has changed; please look."),
        needed=True,
    ),
    NoticeKind("effective", "cases.effective", Text("已生效。", "It is in effect."), needed=True),
    NoticeKind(
        "refused",
        "cases.refused",
        Text("已作出决定，请查看理由和救济途径。", "It was decided; see the reasons and what you can do."),
        needed=True,
    ),
    NoticeKind("withdrawn", "cases.withdrawn", Text("申请已撤回。", "The application was withdrawn."), needed=True),
    # Every paper follows a step that is itself told: nobody's phone buzzes twice for one thing.
    NoticeKind("paper", "cases.paper_issued", Text("有一份文书请您查收。", "There is a paper for you to receive.")),
    NoticeKind(
        "overdue",
        "cases.escalated",
        Text("办理超过期限，已提请督查。", "It is overdue; a supervisor was told."),
        needed=True,
        when=_overdue,
    ),
    NoticeKind(
        "inspected",
        "cases.inspected",
        Text("批后核查已有结果。", "It was looked into after the decision."),
        needed=True,
    ),
    NoticeKind(
        "ordered",
        "cases.ordered_to_correct",
        Text("需要您按期改正，请查看内容。", "Please put something right, by the day given."),
        needed=True,
    ),
    NoticeKind(
        "revoked",
        "cases.revoked",
        Text("有新的决定，请查看理由和救济途径。", "There is a new decision; see the reasons and what you can do."),
        needed=True,
    ),
    NoticeKind(
        "reassigned", "cases.reassigned", Text("改由其他单位继续办理。", "Another office goes on with it."), needed=True
    ),
)
ACTED = NoticeKind(
    "acted_for_you", "", Text("有人受您委托办理了一步，请核对。", "Somebody acted for you; please check."), needed=True
)
COMPLAINT = NoticeKind(
    "complaint", "", Text("您的投诉建议已有答复。", "Your complaint or suggestion was answered."), needed=True
)
KINDS = {kind.id: kind for kind in (*_ALL, ACTED, COMPLAINT)}


def kinds_of(event: StoredEvent) -> list[NoticeKind]:
    """What this event tells the applicant; of two that say the same, the one that asks for something."""
    body, name = event.payload.body, event.payload.kind_name
    told = [kind for kind in _ALL if kind.event == name and kind.when(body)]
    told = [kind for kind in told if kind.needed] or told
    return [*told, ACTED] if event.payload.actor.get("kind") == "agent" else told


def words(kind: NoticeKind, tail: str) -> Text:
    """The whole message as it leaves the house (SR-42)."""
    if not tail:
        return Text(f"{kind.text.zh}请登录“通办”查看。", f"{kind.text.en} Sign in to Tongban to see it.")
    return Text(
        f"您尾号 {tail} 的办件：{kind.text.zh}请登录“通办”查看。",
        f"Your case ending in {tail}: {kind.text.en} Sign in to Tongban to see it.",
    )
