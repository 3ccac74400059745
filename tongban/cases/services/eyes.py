"""Whether a person may decide a case now: everything asked for is there, and where two pairs of eyes are needed, it is another pair."""

from tongban.cases.acting import before_the_decision
from tongban.cases.projection import Case
from tongban.catalogue.definition import Policy
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class CountersignPending(Refused):
    text = Text(
        "会签意见尚未齐全，暂不能作出决定。",
        "A countersignature that was asked for is missing; it cannot be decided yet.",
    )
    advice = Text("请等待会签完成。", "Wait until it has been given.")


class ExaminationMissing(Refused):
    """Where the item is not decided by one person alone, an examiner gives an opinion first and the chief decides."""

    text = Text(
        "该事项不是独任审批，须先有审核意见，再由首席代表决定。",
        "This item needs an examiner's opinion first; the chief decides.",
    )
    advice = Text("请审核人员先提交审核意见。", "Let an examiner give an opinion first.")


class SamePerson(Refused):
    """Who accepted or examined the case does not decide it."""

    status = 403
    text = Text("受理或审核此办件的人员不能作出决定。", "Who accepted or examined this case may not decide it.")
    advice = Text("请由另一位有决定权的人员办理。", "Let another person who may decide take it.")


class ToleratedMissing(Refused):
    text = Text(
        "容缺的材料尚未补齐，不能准予。", "Materials that were allowed to follow have not come; it cannot be granted."
    )
    advice = Text(
        "请等待补交；逾期未补的，按规定处理。", "Wait for them; when the day has passed, decide on what is there."
    )


def require_decidable(case: Case, policy: Policy, by: Actor, *, complete: bool) -> None:
    """`complete`: the decision needs every material. Refuses `CountersignPending`, `ToleratedMissing`, `ExaminationMissing`, `SamePerson`.

    A second account of the same person is kept from being made (`people.services.register_staff`); here references are compared.
    """
    if any(not entry["opinion"] for entry in case.countersigns):
        raise CountersignPending
    if complete and case.tolerated:
        raise ToleratedMissing
    if policy.single_examiner:
        return
    if by.ref in before_the_decision(case):
        raise SamePerson
    if not case.examined or not by.may("chief"):
        raise ExaminationMissing
