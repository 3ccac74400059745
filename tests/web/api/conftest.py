"""The API of 济阳 and 临邑, with tokens for a partner's system and for an examiner."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import ITEM, JIYANG, LINYI, LUO
from tests.web.desks import ELEMENTS, Desks
from tongban.clients import services as clients
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.people import queries as people
from tongban.project import wiring
from tongban.web import admission

PARTNER = ("items:read", "cases:read", "cases:write", "notices:read", "licences:verify", "webhooks:manage")
OFFICE = (
    "items:read",
    "cases:read",
    "worklists:read",
    "decisions:write",
    "notices:read",
    "licences:verify",
    "webhooks:manage",
)
EDITOR = ("items:read", "definitions:write", "items:write")
keys = itertools.count(10_000_000)


@dataclass
class Caller:
    """One system with its token. Every write gets a key of its own unless one is given."""

    node: Node
    token: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: str) -> Any:
        registries.set_node(self.node)
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers())

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "", tag: str = "") -> Any:
        registries.set_node(self.node)
        headers = self._headers() | {"Idempotency-Key": key or f"key-{next(keys)}"} | ({"If-Match": tag} if tag else {})
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)

    def delete(self, path: str, *, tag: str = "") -> Any:
        registries.set_node(self.node)
        return self.client.delete(f"/api/v1/{path}", headers=self._headers() | ({"If-Match": tag} if tag else {}))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass
class Systems:
    desks: Desks

    def partner(self, name: str = "省政务服务平台", scopes: tuple[str, ...] = PARTNER, **other: Any) -> Caller:
        return Caller(self.desks.jiyang, self.issue(self.desks.jiyang, JIYANG, name, scopes, **other))

    def office(self, *roles: str, username: str = "chengang") -> Caller:
        """The business system of 临邑, in the name of its examiner."""
        return self._bound(self.desks.linyi, username, *(roles or ("acceptance", "examiner")))

    def reception(self) -> Caller:
        """A system at the window of 济阳, in the name of its clerk."""
        return self._bound(self.desks.jiyang, "zhaomin", "reception")

    def editor(self, username: str = "bianji", *roles: str) -> Caller:
        """The catalogue of 临邑's city, in the name of an editor."""
        return self._bound(self.desks.linyi, username, *(roles or ("catalogue_editor",)), scopes=EDITOR)

    def _bound(self, node: Node, username: str, *roles: str, scopes: tuple[str, ...] = OFFICE) -> Caller:
        self.desks.enrol(node, username, *roles)
        with scope(node.regions):
            staff = people.list_staff(node=node, region=node.regions[0])[-1].ref
        name = f"业务系统 {username}"
        return Caller(node, self.issue(node, node.regions[0], name, scopes, staff=staff, roles=roles))

    def corrected(self, case: str, office: Caller) -> str:
        """The case of a partner travels to 临邑, which asks for its address; the answer travels back."""
        self.desks.hand_over(UUID(case))
        seen = office.get(f"cases/{case}").json()["head"]
        office.post(
            f"decisions/{case}/request-correction", {"seen": seen, "fields": ["filing.address"], "note": "门牌号"}
        )
        self.desks.deliver()
        return case

    @staticmethod
    def issue(node: Node, region: str, name: str, scopes: tuple[str, ...], **other: Any) -> str:
        with scope([region]):
            return clients.issue_token(
                node=node, name=name, regions=[region], scopes=scopes, by=system(region), at=now(), **{"days": 30, **other}
            ).token  # fmt: skip


def application(**changes: Any) -> dict[str, Any]:
    """Mr Luo, as a partner's system hands him in."""
    elements = {**ELEMENTS, "filing.start_on": legal_day(now()).isoformat()}
    applicant = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "phone": LUO.phone}
    return {
        "item": ITEM, "receiving": JIYANG, "deciding": LINYI, "situation": "long_term_permit", "mode": "online",
        "identity_check": "oidc", "applicant": applicant, "elements": elements, "materials": [], **changes,
    }  # fmt: skip


@pytest.fixture
def systems(db: None, node: Node, linyi: Node, huimin: Node) -> Iterator[Systems]:
    wiring.connect()
    admission.share.cache_clear()
    yield Systems(Desks(node, linyi, huimin).found())
    registries.set_node(node)
