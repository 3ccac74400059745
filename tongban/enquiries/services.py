"""What the two places do with an enquiry: ask, answer, close. Each is one act on its chain."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from tongban.alliance import queries as alliance
from tongban.cases import worklists
from tongban.cases.bodies import CaseEvent
from tongban.cases.writing import require_role
from tongban.catalogue import queries as catalogue
from tongban.enquiries import events
from tongban.enquiries.queries import ANSWERING, ASKING, find_row
from tongban.exchange import services as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Clause, NewEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.sealing import DataKey, Sealed, seal_json
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions

MODE = "collect"
LONGEST = 2000


class WordsMissing(Refused):
    status = 422
    text = Text("请写明内容，不超过 2000 字。", "Write between 1 and 2000 characters.")
    advice = Text("请修改后再提交，已填写的内容都在。", "Change it and send it again; everything typed is kept.")


class NobodyToAsk(Refused):
    """The place does not offer this service, so it cannot say anything about it."""

    status = 422
    text = Text("该地没有发布这个事项。", "That place does not offer this service.")
    advice = Text("请从列表中选择事项和审批地。", "Choose the service and the place from the lists.")


class NoSuchCase(Refused):
    status = 422
    text = Text("本地没有这个办件编号。", "There is no case of this number here.")
    advice = Text(
        "请核对收件凭证上的编号；没有转为办件的不填。", "Compare the receipt; leave it empty if no case came of it."
    )


def ask(*, node: Node, region: str, key: str, deciding: str, question: str, cmd: UUID, by: Actor, at: datetime) -> UUID:
    """Ask the deciding place about a service (咨询), before a case and without a person. The same `cmd` again asks nothing more.

    `key`: the service's. Refuses `WordsMissing`, `NobodyToAsk`, `NotCoveredByAgreement`.
    """
    role = require_role(by, *ASKING, region=region)
    enquiry_id = uuid5(cmd, "enquiry")
    if find_row(region=region, enquiry_id=enquiry_id):
        return enquiry_id
    words = _words(question)
    definition = catalogue.find_in_force(key, deciding, legal_day(at))
    if definition is None or deciding == region:
        raise NobodyToAsk
    clause = alliance.find_clause(item=definition.item, mode=MODE, receiving=region, deciding=deciding, at=at)
    sealed = _seal(node, vault.create_key(node=node, region=region, case_id=enquiry_id), "question", words)
    opened = events.EnquiryOpened(
        number=f"ZX-{region}-{legal_day(at):%Y%m%d}-{enquiry_id.hex[-6:].upper()}", key=key, item=definition.item,
        title=definition.name.as_json(), mode=MODE, receiving=region, deciding=deciding,
    )  # fmt: skip
    offered = events.EnquiryOffered(to=deciding, to_name=regions.get_region(deciding).name)
    steps = [
        _new(opened, [sealed], Baton("open"), clause, region),
        _new(offered, [], Baton("offer", deciding), clause, deciding),
    ]
    _write(node, region, enquiry_id, steps, [sealed], cmd, by, role, at)
    return enquiry_id


def answer(*, node: Node, region: str, enquiry_id: UUID, answer: str, cmd: UUID, by: Actor, at: datetime) -> None:
    """Answer (答复) at the deciding place; the enquiry goes back to who asked. Refuses `WordsMissing`, `NotNowInThisEnquiry`."""
    role = require_role(by, *ANSWERING, region=region)
    _require(region, enquiry_id)
    key = vault.get_key(node=node, region=region, case_id=enquiry_id)
    sealed = _seal(node, key, "answer", _words(answer))
    step = _new(events.EnquiryAnswered(), [sealed], Baton("decline"))
    _write(node, region, enquiry_id, [step], [sealed], cmd, by, role, at)


def close(*, node: Node, region: str, enquiry_id: UUID, became: str, cmd: UUID, by: Actor, at: datetime) -> None:
    """End it at the receiving place. `became`: the number of a case of this place, or empty. Refuses `NoSuchCase`, `NotNowInThisEnquiry`."""
    role = require_role(by, *ASKING, region=region)
    _require(region, enquiry_id)
    became = became.strip()
    if became and not _is_case(node, region, became, at):
        raise NoSuchCase
    _write(node, region, enquiry_id, [_new(events.EnquiryClosed(became=became), [])], [], cmd, by, role, at)


def _require(region: str, enquiry_id: UUID) -> None:
    if find_row(region=region, enquiry_id=enquiry_id) is None:
        raise Missing


def _is_case(node: Node, region: str, number: str, at: datetime) -> bool:
    found = worklists.find_cases(node=node, region=region, words=number, at=at)
    return any(row.number == number for row in found.rows)


def _words(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise WordsMissing
    return text


def _seal(node: Node, key: DataKey, name: str, text: str) -> Sealed:
    return seal_json({"text": text}, name=name, key=key, suite=node.suite)


def _new(
    event: CaseEvent, parts: Sequence[Sealed], baton: Baton | None = None, clause: Clause | None = None, *audience: str
) -> NewEvent:
    return NewEvent(event.KIND.kind, event.body(), tuple(part.ref for part in parts), baton, clause, audience)


def _write(
    node: Node, region: str, enquiry_id: UUID, steps: Sequence[NewEvent], parts: Sequence[Sealed], cmd: UUID, by: Actor, role: str,
    at: datetime,
) -> None:  # fmt: skip
    common: dict[str, Any] = {"node": node, "region": region, "case_id": enquiry_id, "by": by, "role": role, "at": at}
    exchange.append(events=steps, parts=parts, cmd=cmd, request=steps[0].kind.encode(), **common)
