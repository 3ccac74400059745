"""The kinds of papers (文书): which event makes which, for which items, whose it is and what it says. Data; nothing here decides.

Papers of a filing (备案) speak of a filing and never of a 许可. A paragraph in which a word would stay empty is
left out; the first never is: without it there is no paper.
"""

from dataclasses import dataclass, field
from typing import Literal

from tongban.kernel.text import Text

Whose = Literal["receiving", "deciding", "issuer", "inspecting"]
"""The place whose paper it is; `issuer`: the place of the paper that was served; `inspecting`: the office that supervises it."""
Signs = Literal["agency", "applicant", "both"]
FILING, LICENCE = "public_service", "licence"
CONFIRMATION, BENEFIT = "confirmation", "benefit"
EVERY = frozenset({FILING, LICENCE, CONFIRMATION, BENEFIT})


@dataclass(frozen=True, slots=True)
class PaperKind:
    """`event`: the kind of `cases` that makes it, "" where a clerk opens it at any time. `word`: its part of the 文号.

    `needs`: something the case must have, else there is no such paper (`writing.py: NEEDS`). `shows`: lists and tables, in order.
    `told`: it tells the applicant something: it is numbered, goes on the chain and must be served. The others only put in writing what is on
    the chain: they have no 文号, are kept nowhere, and are printed whenever somebody opens them.
    """

    id: str
    name: Text
    event: str
    by: Whose
    word: str = ""
    text: tuple[str, ...] = field(kw_only=True)
    types: frozenset[str] = EVERY
    needs: str = ""
    shows: tuple[str, ...] = ()
    told: bool = False
    signs: Signs = "agency"


_FILING, _LICENCE = frozenset({FILING}), frozenset({LICENCE})
_CONFIRMED = frozenset({CONFIRMATION, BENEFIT})
_NO_LICENCE = EVERY - _LICENCE
_IN_PERSON = "本人{applicant}（{id_kind}{id_number}）"

KINDS: tuple[PaperKind, ...] = (
    # Every item
    PaperKind(
        "receipt", Text("收件凭证", "Receipt of the application"), "received", "receiving", "收", told=True, shows=("materials",),
        text=(
            "你提交的“{item}——{situation}”申请材料，我单位已于{event_on}收到，办件编号{case_number}。",
            "本凭证表明材料已收，不表示已经受理。该事项由{deciding}决定。",
            "最迟于{acceptance_due_on}告知是否受理；需要补正的，一次告知全部内容。",
        ),
    ),
    PaperKind(
        "material-list", Text("材料清单", "List of materials"), "received", "receiving", shows=("materials",), signs="both",
        text=("“{item}——{situation}”，办件编号{case_number}，{event_on}收到的材料如下，已与申请人核对。",),
    ),
    PaperKind(
        "mandate", Text("授权委托书", "Power of attorney"), "submitted", "receiving", needs="agent", signs="applicant",
        text=(
            _IN_PERSON + "委托{agent}（{agent_relation}）代为办理“{item}——{situation}”，办件编号{case_number}。",
            "委托事项以委托记录为准。代理人在委托事项内的办理行为，由本人承担。",
        ),
    ),
    PaperKind(
        "notice-and-pledge", Text("告知承诺书", "Notice and pledge"), "pledged", "receiving", shows=("pledged_proofs",),
        signs="applicant",
        text=(
            _IN_PERSON + "申请办理“{item}——{situation}”，办件编号{case_number}。",
            "办理方式：{regime}。依据：{pledge_basis}。",
            "行政机关告知：{told}",
            "本人已经阅知上述告知。申请人承诺：{pledged}",
            "告知和承诺的文本校验码（与办件记录一致）：{words}",
        ),
    ),
    PaperKind(
        "ordinary-way", Text("改按一般程序办理告知书", "Notice of the ordinary way"), "pledge_not_open", "deciding", "转", told=True,
        shows=("corrections",),
        text=(
            "你申请的“{item}——{situation}”，办件编号{case_number}，经核对，不能采用告知承诺。申请继续有效，改按一般程序办理，不用重新申请。",
            "没有满足的要点：{point}。认为记录有误的，可以向我单位提出，由工作人员核对。",
            "{notice}",
            "请于{due_on}前补交下列内容。",
        ),
    ),
    PaperKind(
        "tolerance-pledge", Text("容缺受理承诺书", "Pledge to bring what is missing"), "accepted", "deciding", needs="tolerated",
        shows=("tolerated",), signs="applicant",
        text=(
            _IN_PERSON + "办理“{item}——{situation}”，办件编号{case_number}，下列次要材料暂缺，经同意先行受理。",
            "本人承诺在{tolerated_until}前补交；逾期未补交的，愿承担相应后果。",
        ),
    ),
    PaperKind(
        "service-address", Text("送达地址确认书", "Confirmation of the address for service"), "", "receiving",
        shows=("contact",), signs="applicant",
        text=(
            "“{item}——{situation}”，办件编号{case_number}。本人确认下列联系方式，文书可以按此送达；如有变更，将及时告知。",
            "本人同意以电子方式送达：在本平台“我的办件”中查阅、下载文书的，以查阅时间为送达时间。",
        ),
    ),
    PaperKind(
        "service-receipt", Text("送达回证", "Receipt of service"), "served", "issuer", shows=("service",), signs="applicant",
        text=("“{item}——{situation}”，办件编号{case_number}，文书送达情况如下。",),
    ),
    PaperKind(
        "withdrawal", Text("撤回申请书", "Withdrawal of the application"), "withdrawn", "receiving", signs="applicant",
        text=(
            _IN_PERSON + "于{submitted_on}提交“{item}——{situation}”申请，办件编号{case_number}。",
            "现自愿撤回该申请。撤回后可以重新提出。",
        ),
    ),
    # Filings: a public service
    PaperKind(
        "filing-form", Text("备案表", "Filing form"), "submitted", "receiving", types=_FILING, shows=("person", "answers"),
        signs="applicant", text=("本人对所填内容的真实性负责。办件编号{case_number}，提交日期{submitted_on}。",),
    ),
    PaperKind(
        "pledge", Text("个人承诺书", "Personal pledge"), "submitted", "receiving", needs="pledge", signs="applicant",
        text=(_IN_PERSON + "办理“{item}——{situation}”，办件编号{case_number}，现承诺如下：", "{pledge}"),
    ),
    PaperKind(
        "filing-correction-notice", Text("补正告知书", "Notice of what to correct"), "correction_requested", "deciding", "补", types=_NO_LICENCE,
        shows=("corrections",), told=True,
        text=(
            "你提交的“{item}——{situation}”，办件编号{case_number}，经核对需要补正。下列为一次性告知的全部内容：",
            "{note}",
            "请于{due_on}前补正，可以在网上补正，也可以到收件窗口补正。",
        ),
    ),
    PaperKind(
        "filing-non-acceptance", Text("不予受理告知书", "Notice of non-acceptance"), "not_accepted", "deciding", "不受", types=_NO_LICENCE,
        shows=("remedies",), told=True,
        text=(
            "你提交的“{item}——{situation}”，办件编号{case_number}，经核对，决定不予受理。",
            "理由：{reason}",
            "依据：{article}",
        ),
    ),
    PaperKind(
        "result-notice", Text("备案结果告知单", "Notice of the result"), "effective", "deciding", "结", types=_FILING, shows=("person", "filed"),
        told=True,
        text=(
            "你办理的“{item}——{situation}”，办件编号{case_number}，已备案。",
            "自{valid_from}起生效。",
            "有效期：{validity}",
            "{follow_up}",
        ),
    ),
    PaperKind(
        "refusal-notice", Text("不予备案告知书", "Notice that the filing is refused"), "refused", "deciding", "不备", types=_FILING,
        shows=("remedies",), told=True,
        text=(
            "你办理的“{item}——{situation}”，办件编号{case_number}，经审核，决定不予备案。",
            "理由：{reason}",
            "依据：{article}",
        ),
    ),
    # Confirmations and benefits: 行政确认, 行政给付
    PaperKind(
        "outcome-notice", Text("办理结果告知书", "Notice of the result"), "effective", "deciding", "结", types=_CONFIRMED, shows=("person",),
        told=True,
        text=(
            "你申请的“{item}——{situation}”，办件编号{case_number}，经审核符合条件，准予办理。",
            "自{valid_from}起生效。",
            "有效期：{validity}",
        ),
    ),
    PaperKind(
        "adverse-notice", Text("不予办理告知书", "Notice of refusal"), "refused", "deciding", "不办", types=_CONFIRMED, shows=("remedies",),
        told=True,
        text=(
            "你申请的“{item}——{situation}”，办件编号{case_number}，经审核，决定不予办理。",
            "理由：{reason}",
            "依据：{article}",
        ),
    ),
    # Licences
    PaperKind(
        "acceptance-notice", Text("受理通知书", "Notice of acceptance"), "accepted", "deciding", "受", types=_LICENCE, told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，符合受理条件。依据《中华人民共和国行政许可法》第三十二条，决定自{event_on}起受理。",
            "我单位将于{decision_due_on}前作出决定。",
        ),
    ),
    PaperKind(
        "non-acceptance-notice", Text("不予受理通知书", "Notice of non-acceptance"), "not_accepted", "deciding", "不受", types=_LICENCE,
        shows=("remedies",), told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}。依据《中华人民共和国行政许可法》第三十二条，决定不予受理。",
            "理由：{reason}",
            "依据：{article}",
        ),
    ),
    PaperKind(
        "correction-notice", Text("补正材料一次性告知书", "One list of what to correct"), "correction_requested", "deciding", "补",
        types=_LICENCE, shows=("corrections",), told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，申请材料不齐全或者不符合法定形式。"
            "依据《中华人民共和国行政许可法》第三十二条，一次告知需要补正的全部内容如下：",
            "{note}",
            "请于{due_on}前补正。",
        ),
    ),
    PaperKind(
        "extension-notice", Text("延期通知书", "Notice of extension"), "extended", "deciding", "延", types=_LICENCE, told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，在规定期限内不能作出决定。",
            "依据《中华人民共和国行政许可法》第四十二条，经本行政机关负责人批准，延长{days}个工作日，延长后的期限为{decision_due_on}。",
            "理由：{notice}",
        ),
    ),
    PaperKind(
        "special-notice", Text("特别程序告知书", "Notice of a special procedure"), "special_started", "deciding", "特", types=_LICENCE, told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，需要进行{procedure}（依据{basis}）。",
            "依据《中华人民共和国行政许可法》第四十五条，所需时间不计算在规定的期限内，预计至{until}。",
            "{notice}",
        ),
    ),
    PaperKind(
        "grant", Text("准予行政许可决定书", "Decision to grant the licence"), "approved", "deciding", "准", types=_LICENCE,
        shows=("person",), told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，经审查符合法定条件，决定准予行政许可。",
            "我单位于{accepted_on}受理该申请。",
            "有效期：{validity}",
        ),
    ),
    PaperKind(
        "refusal", Text("不予行政许可决定书", "Decision to refuse the licence"), "refused", "deciding", "不准", types=_LICENCE, shows=("remedies",),
        told=True,
        text=(
            "你提出的“{item}——{situation}”行政许可申请，办件编号{case_number}，经审查，决定不予行政许可。",
            "我单位于{accepted_on}受理该申请。",
            "理由：{reason}",
            "依据：{article}",
        ),
    ),
    # After the decision
    PaperKind(
        "correction-order", Text("责令限期改正通知书", "Order to put something right"), "ordered_to_correct", "inspecting", "责改",
        shows=("appeal",), told=True,
        text=(
            "你取得的“{item}——{situation}”，办件编号{case_number}，经核查与承诺、申请不符。依据{article}，责令你于{due_on}前改正。",
            "应当改正的内容：{notice}",
            "逾期不改正的，将依法撤销原决定。",
        ),
    ),
    PaperKind(
        "licence-revocation", Text("撤销行政许可决定书", "Decision to revoke the licence"), "revoked", "deciding", "撤", types=_LICENCE,
        shows=("appeal",), told=True,
        text=(
            "你取得的“{item}——{situation}”行政许可，办件编号{case_number}，依据{article}，决定予以撤销。",
            "理由：{notice}",
        ),
    ),
    PaperKind(
        "revocation", Text("撤销决定书", "Decision to revoke"), "revoked", "deciding", "撤", types=_NO_LICENCE, shows=("appeal",), told=True,
        text=(
            "你取得的“{item}——{situation}”，办件编号{case_number}，依据{article}，决定撤销原决定。",
            "理由：{notice}",
        ),
    ),
)  # fmt: skip

BY_ID = {kind.id: kind for kind in KINDS}
EVENTS = frozenset(f"cases.{kind.event}" for kind in KINDS if kind.told)
"""Those that make a paper which must be issued."""


def list_made_by(event: str, item_type: str, *, told: bool) -> list[PaperKind]:
    """What an event (its name without `cases.`) makes in an item of this type; with "" what needs none."""
    return [kind for kind in KINDS if kind.event == event and item_type in kind.types and kind.told == told]
