"""Taking a licence out of the wallet (领用): as a file with a reason, or for a new application. Each leaves a row that the holder reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.cases import queries as cases
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences import models
from tongban.people.mandate_records import name_agents

LONGEST_REASON = 200
"""As the national interface of e-licences has it."""
FORMS: dict[str, Text] = {
    "pdf": Text("下载 PDF", "Downloaded as PDF"),
    "ofd": Text("下载 OFD", "Downloaded as OFD"),
    "file": Text("下载证照文件", "Downloaded as licence file"),
    "credential": Text("领取数字凭证", "Taken as a digital credential"),
    "material": Text("用作申请材料", "Given to an application"),
}
NEWEST = 50
AGENT = "代理人"
"""Of whom no mandate of this account is known any more."""
_CONTEXT = b"licence-taking"


class TakingReasonMissing(Refused):
    status = 422
    text = Text("请写明用途，不超过 200 字。", "Say what it is for, in at most 200 characters.")
    advice = Text("例如：办理入职、存档。", "For example: for a new employer, for my files.")


class LicenceNotInForce(Refused):
    """It may be looked at, and not given on."""

    text = Text(
        "这份证照当前状态为“{state}”，不能出示和使用。", "This licence is {state_en}; it cannot be shown or used."
    )
    advice = Text("请使用现行有效的证照，或向发证机关咨询。", "Use the licence that is in force, or ask the issuer.")


@dataclass(frozen=True, slots=True)
class TakingView:
    """`agent`: the name of who did it for the holder, "" for the holder. `for_case`: the application it was given to."""

    at: datetime
    form: Text
    reason: str
    agent: str
    for_case: UUID | None


def record_taking(
    *, node: Node, region: str, case_id: UUID, identifier: str, form: str, reason: str, for_case: UUID | None = None, by: Actor, at: datetime
) -> None:  # fmt: skip
    """In the transaction that hands it out. Refuses `TakingReasonMissing`, `Missing`."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    words = " ".join(reason.split())
    if not 0 < len(words) <= LONGEST_REASON:
        raise TakingReasonMissing
    models.Taking.objects.create(
        region=region, case_id=case_id, identifier=identifier, by=by.ref, agent=by.behalf is not None, form=form,
        reason=_seal(words, node=node, region=region, case_id=case_id), for_case=for_case, at=at,
    )  # fmt: skip


def list_takings(*, node: Node, region: str, case_id: UUID, identifier: str, by: Actor) -> list[TakingView]:
    """The newest first. Refuses `Missing`."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    rows = models.Taking.objects.filter(region=region, case_id=case_id, identifier=identifier).order_by("-at", "-id")
    key = vault.get_key(node=node, region=region, case_id=case_id)
    agents = name_agents(node=node, principal=by.owner)
    return [
        TakingView(
            row.at, FORMS[row.form], node.suite.decrypt(bytes(row.reason), key=key.secret, context=_CONTEXT).decode(),
            agents.get(row.by, AGENT) if row.agent else "", row.for_case,
        )
        for row in rows[:NEWEST]
    ]  # fmt: skip


def _seal(words: str, *, node: Node, region: str, case_id: UUID) -> bytes:
    key = vault.get_key(node=node, region=region, case_id=case_id)
    return node.suite.encrypt(words.encode(), key=key.secret, context=_CONTEXT)
