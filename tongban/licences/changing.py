"""What is done with an issued licence (证照状态变更): each an event on the chain of its case, by a person with a reason, or by the machine."""

from datetime import datetime
from uuid import UUID

from tongban.cases import queries as cases
from tongban.cases import services as case_services
from tongban.cases.licence_events import LicenceChanged
from tongban.cases.writing import command_of, is_done
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.licences import models
from tongban.licences.operations import OPERATIONS, REASONS, STATUSES, next_status

FOUR_EYES = frozenset({"cancel", "penalise"})
"""What ends a licence for good: a chief proposes it, somebody else confirms it (`proposing.py`)."""
BY_HAND = ("suspend", "release", "cancel", "penalise", "move_out", "move_back")
"""What a person decides about a licence; to revoke it is to revoke its decision."""
NEEDS_ARTICLE = frozenset({"suspend", *FOUR_EYES})
LONGEST_NOTICE, LONGEST_ARTICLE = 1000, 120


class NotInThisStatus(Refused):
    text = Text(
        "证照当前为“{status.zh}”，不能{operation.zh}。",
        "The licence is now “{status.en}”; not possible: {operation.en}.",
    )
    advice = Text("请刷新页面，查看证照最新状态。", "Reload the page to see how it stands.")


class NeedsTwo(Refused):
    status = 403
    text = Text("注销、吊销须由两人办理。", "It takes two people to cancel a licence or to revoke it as a penalty.")
    advice = Text("请提出后由另一人复核。", "Propose it, and let somebody else confirm it.")


class WhyIsMissing(Refused):
    """What burdens the holder needs its reason in words and its provision."""

    status = 422
    text = Text(
        "请选择操作和原因、写明理由；暂停、注销和吊销还须写明依据条款。",
        "Give the reason, and for a suspension, a cancellation or a penalty the article.",
    )
    advice = Text("请填写后再提交，已填写的内容都在。", "Fill in what is missing; everything typed is kept.")


def change_licence(
    *, node: Node, region: str, identifier: str, operation: str, reason_code: str, note: str, article: str = "", expected_seq: int,
    cmd: UUID, by: Actor, at: datetime,
) -> None:  # fmt: skip
    """By the chief of the deciding place. `note`: told to the holder, sealed.

    Refuses `NotInThisStatus`, `WhyIsMissing`, `Forbidden`, and `NeedsTwo` for what ends a licence.
    """
    row = find_for_chief(node=node, region=region, identifier=identifier, by=by)
    request = case_services.change_request(identifier, operation)
    if is_done(node=node, region=region, case_id=row.case_id, cmd=cmd, request=request):
        return
    require_reason(operation, reason_code, note, article)
    if operation in FOUR_EYES:
        raise NeedsTwo
    write_change(
        row, operation, reason_code, note=note.strip(), article=article.strip(), node=node, cmd=cmd, expected_seq=expected_seq, by=by, at=at
    )  # fmt: skip


def find_for_chief(*, node: Node, region: str, identifier: str, by: Actor) -> models.Licence:
    """Held until what the chief does is written. Refuses `Missing`, `Forbidden`."""
    row = lock_issued(region, identifier)
    cases.require_sight(node=node, region=region, case_id=row.case_id, by=by)
    if not by.may("chief"):
        raise Forbidden
    return row


def require_reason(operation: str, reason_code: str, note: str, article: str) -> None:
    """Refuses `WhyIsMissing`."""
    burdened = operation in NEEDS_ARTICLE and not _is_article(article)
    unsaid = operation not in BY_HAND or reason_code not in REASONS or not note.strip()
    if unsaid or burdened or len(note) > LONGEST_NOTICE:
        raise WhyIsMissing


def require_status(row: models.Licence, operation: str) -> str:
    """The status that follows. Refuses `NotInThisStatus`."""
    status = next_status(row.status, operation)
    if status is None:
        raise NotInThisStatus(status=STATUSES[row.status], operation=OPERATIONS[operation].name)
    return status


def change_by_machine(
    *, node: Node, region: str, identifier: str, operation: str, reason_code: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """What follows from something that was decided; nothing where it has been done already."""
    row = lock_issued(region, identifier)
    if OPERATIONS[operation].after == row.status:
        return
    cmd = command_of(row.case_id, f"licence {operation} {identifier}", row.changed_seq)
    write_change(row, operation, reason_code, note="", article="", node=node, cmd=cmd, expected_seq=None, by=by, at=at)


def write_change(
    row: models.Licence, operation: str, reason_code: str, *, note: str, article: str, node: Node, cmd: UUID, expected_seq: int | None,
    by: Actor, at: datetime, proposed_by: str = "",
) -> None:  # fmt: skip
    """Onto the chain, whoever may and whatever they must say. Refuses `NotInThisStatus`."""
    event = LicenceChanged(
        identifier=row.identifier, operation=operation, status=require_status(row, operation), reason_code=reason_code, article=article,
        proposed_by=proposed_by,
    )  # fmt: skip
    case_services.record_licence_change(
        node=node, region=row.region, case_id=row.case_id, event=event, notice=note, cmd=cmd, expected_seq=expected_seq, by=by, at=at
    )  # fmt: skip


def lock_issued(region: str, identifier: str) -> models.Licence:
    """Of this region's own, held until the change is written. Refuses `Missing`."""
    rows = models.Licence.objects.select_for_update().filter(region=region, identifier=identifier, issuer=region)
    row = rows.first()
    if row is None:
        raise Missing
    return row


def _is_article(article: str) -> bool:
    return bool(article.strip()) and len(article.strip()) <= LONGEST_ARTICLE and article.isprintable()
