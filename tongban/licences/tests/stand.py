"""One issuer, 临邑, with the keys of its node, a licence for Mr Luo and the list of its status: all signed for real, none of it stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.cast import LINYI, LUO
from tongban.alliance.members import KeyEntry, MemberList, NodeEntry, Period, RegionEntry
from tongban.alliance.tests.factories import TRUST, signed_list
from tongban.cases.record import write_members
from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.text import Text
from tongban.licences.codes import Identifier
from tongban.licences.content import Content, ContentField, Holder, Issuer, Receiver, Template
from tongban.licences.face import SignedFace, StatusPlace, make_face, sign_face
from tongban.licences.issuers import Issuers
from tongban.licences.sd_jwt import issue_credential
from tongban.licences.status import StatusList, build_bits
from tongban.licences.verdicts import Shown, Verdict, judge

SUITE = SUITES[1]
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LIST = f"{LINYI}-1"
NODE = "linyi"
SALT = "5a" * 16


def new_key(purpose: str, node: str = NODE) -> PrivateKey:
    return SUITE.new_signing_key(owner=f"{node}.{purpose}")


def content(**changes: Any) -> Content:
    serial = changes.pop("serial", f"{LINYI}01ABCDEFGHIJKLMNOP")
    identifier = Identifier("11100000000013338W011", "11371424004222222K", serial, 1)
    fields = (
        ContentField("scope", Text("经营范围", "Scope"), "宾馆"),
        ContentField("address", Text("地址", "Address"), "演示路1号"),
    )
    values = {
        "identifier": str(identifier), "type": "hygiene-licence", "name": Text("公共场所卫生许可证", "Hygiene licence"),
        "number": "鲁临卫公证字〔2026〕第000001号", "version": 1, "follows": "", "operation": "new",
        "issuer": Issuer(LINYI, "health", "11371424004222222K", "临邑县卫生健康局"), "receiver": Receiver("370115", "济阳区"),
        "holder": Holder(LUO.name, LUO.id_kind, LUO.id_number), "fields": fields, "from_": date(2026, 11, 20),
        "until": date(2030, 11, 19), "decided_on": date(2026, 11, 20), "template": Template("hygiene-licence", 2), "demo": True,
        "salt": SALT,
    }  # fmt: skip
    return Content(**(values | changes))  # type: ignore[arg-type]


@dataclass
class Stand:
    at: datetime = AT
    licence_key: PrivateKey = field(default_factory=lambda: new_key("licence"))
    event_key: PrivateKey = field(default_factory=lambda: new_key("event"))
    stranger: PrivateKey = field(default_factory=lambda: new_key("licence", "huimin"))
    """Of another member's node: it hosts 惠民 only."""

    @property
    def issuers(self) -> Issuers:
        return Issuers.of([self.members()])

    def members(self, *, compromised: datetime | None = None) -> MemberList:
        always = Period(self.at - timedelta(days=400))
        keys = (
            KeyEntry(self.licence_key.id, "licence", self.licence_key.public, always, compromised),
            KeyEntry(self.event_key.id, "event", self.event_key.public, always),
        )
        other = KeyEntry(self.stranger.id, "licence", self.stranger.public, always)
        nodes = (
            NodeEntry(NODE, "http://linyi.localhost", keys),
            NodeEntry("huimin", "http://huimin.localhost", (other,)),
        )
        regions = (RegionEntry(LINYI, NODE, always), RegionEntry("371621", "huimin", always))
        return MemberList("demo", 1, always.since, self.at + timedelta(days=30), "", TRUST, nodes, regions)

    def trust_file(self) -> bytes:
        """As somebody outside trusts it: root keys and the signed list."""
        return write_members(TRUST, [signed_list(self.members().as_json())])

    def sign(self, said: Content | None = None, *, key: PrivateKey | None = None, index: int = 7) -> SignedFace:
        key = key or self.licence_key
        face = make_face(said or content(), key_id=key.id, status=StatusPlace(LIST, index), suite=SUITE)
        return sign_face(face, key=key, suite=SUITE)

    def shown(self, said: Content | None = None, **how: Any) -> Shown:
        said = said or content()
        return Shown(self.sign(said, **how), said)

    def credential(self, said: Content | None = None, *, signed: SignedFace | None = None, **how: Any) -> str:
        """With every field disclosed, signed by the event key. `signed`: the licence that it carries, if another."""
        said = said or content()
        address = f"http://{NODE}.localhost"
        issuing = {"issuer": address, "status_address": f"{address}/s", "seed": b"s", "key": self.event_key}
        return issue_credential(said, signed or self.sign(said), **(issuing | how))

    def status(
        self,
        *others: tuple[int, int],
        age: timedelta = timedelta(minutes=1),
        version: int = 1,
        runs: Sequence[tuple[int, int]] = ((0, 1999),),
    ) -> StatusList:
        """`runs`: the places that licences have."""
        return StatusList(LIST, version, NODE, self.at - age, build_bits(runs, others))

    def judge(self, shown: Shown, *lists: StatusList, **changes: Any) -> Verdict:
        known = {one.list: one for one in (lists or (self.status(),))}
        how = {"issuers": self.issuers, "lists": known, "at": self.at}
        return judge(shown, **(how | changes))


def forge(signed: SignedFace, **changes: Any) -> SignedFace:
    """The same signature under another face."""
    return SignedFace(replace(signed.face, **changes), signed.signature)
