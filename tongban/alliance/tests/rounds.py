"""A round of signing among the cast: 济阳 drafts, its chief proposes, the others sign. One database stands for all three nodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import completing, drafts, queries, receipts, signing
from tongban.alliance.models import AgreementStatement
from tongban.alliance.services import import_member_list
from tongban.alliance.statements import LEAVING, read_statement
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

OTHER = "131036012000"
"""An item of the second batch."""


def officer(region: str, role: str) -> Actor:
    return Actor("staff", f"s-{role}-{region}", region, frozenset({role}))


@dataclass
class Table:
    """Where they sit."""

    nodes: Mapping[str, Node]
    at: datetime

    def list_members(self) -> "Table":
        nodes = list(self.nodes.values())
        import_member_list(raw=signed_list(list_document(nodes, self.at)), trust=TRUST, at=self.at)
        return self

    def draft(self, *, agreement: str = "", **changes: Any) -> UUID:
        by = officer(JIYANG, "liaison")
        with scope([JIYANG]):
            id = drafts.begin_draft(node=self.nodes[JIYANG], region=JIYANG, by=by, at=self.at, agreement=agreement)
            view = drafts.get_draft(JIYANG, id)
            document = {**view.document, **({} if agreement else self.document()), **changes}
            drafts.save_draft(region=JIYANG, draft_id=id, document=document, seen=view.edits, by=by, at=self.at)
        return id

    def document(self) -> dict[str, Any]:
        members = [JIYANG, LINYI, HUIMIN]
        return {
            "name": {"zh": "三地通办协议", "en": "Agreement of three places"}, "members": members, "notice_days": 30,
            "valid_from": (self.at.date() + timedelta(days=1)).isoformat(), "articles": [article()],
            "batches": [{"number": "1", "name": {"zh": "第一批", "en": "First"}, "items": [ITEM]}],
        }  # fmt: skip

    def propose(self, id: UUID | None = None, *, by: Actor | None = None, **changes: Any) -> str:
        id = id or self.draft(**changes)
        by = by or officer(JIYANG, "chief")
        with scope([JIYANG]):
            return signing.propose_draft(node=self.nodes[JIYANG], region=JIYANG, draft_id=id, by=by, at=self.at)

    def sign(self, document: str, *regions: str) -> None:
        """And then every node sees what has come to it."""
        for region in regions:
            self.act(signing.sign_proposal, region, document=document)
        for node in self.nodes.values():
            completing.finish(document, self.at, node)

    def leave(self, region: str, *, seen_by: str = "", **values: Any) -> None:
        """Another node receives the notice at once."""
        self.act(signing.leave_agreement, region, **values)
        other = seen_by or next(code for code in self.nodes if code != region)
        row = AgreementStatement.objects.filter(act=LEAVING).latest("id")
        raw = bytes(row.raw)
        notice = read_statement(raw, list_of=queries.list_of)
        held = queries.get_agreement(row.agreement, row.version)
        receipts.give_receipt(self.nodes[other], held, self.at, notice=notice, raw=raw)

    def act(self, verb: Any, region: str, **values: Any) -> None:
        with scope([region]):
            verb(node=self.nodes[region], region=region, by=officer(region, "chief"), at=self.at, **values)

    def agree(self, **changes: Any) -> str:
        document = self.propose(**changes)
        self.sign(document, LINYI, HUIMIN)
        return document


def article(**changes: Any) -> dict[str, Any]:
    places = {"receiving": ["*"], "deciding": ["*"]}
    return {
        "number": "1",
        "batches": ["1"],
        "items": [],
        "modes": ["one-window"],
        "response_days": 3,
        **places,
        **changes,
    }
