"""checker_licences_per_s: everything that a place issued, checked against chain, decision, signature and content; and whether it grows with more.

Every licence has its own case, key, sealed content and signature, as licences have; the tables are the node's own.
"""

import base64
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tongban.kernel import envelopes, vault
from tongban.kernel.clock import now
from tongban.kernel.events import NewEvent, Payload
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.sealing import DataKey, Sealed, seal
from tongban.kernel.signer_keys import load_signer_keys
from tongban.kernel.text import Text
from tongban.licences.checker import check_region
from tongban.licences.codes import Identifier, make_serial
from tongban.licences.content import Content, ContentField, Holder, Issuer, Receiver, Template, make_salt
from tongban.licences.face import SignedFace, StatusPlace, make_face, sign_face
from tongban.project.bench.ground import JIYANG, Ground
from tongban.project.bench.running import Sizes

TYPE = "remote-medical-filing"
CODE = "11990000000000002K001"
EVENT = (
    "case_id", "region", "seq", "hash", "prev", "kind", "author", "baton", "baton_to", "writer", "offered_by", "envelope", "at", "received_at",
)  # fmt: skip
LICENCE = (
    "region", "case_id", "seq", "identifier", "type", "number", "issuer", "operation", "follows", "status", "changed_seq", "valid_from",
    "valid_until", "face", "signature", "part", "status_list", "status_index", "demo", "issued_at", "witnessed_at",
)  # fmt: skip
RESERVATION = (
    "region", "case_id", "decision_seq", "type", "operation", "state", "reason", "inc", "serial", "version", "identifier", "number",
    "follows", "key", "face", "signature", "content", "part", "claim", "reserved_at",
)  # fmt: skip
OURS: LiteralString = (
    "DELETE FROM {} WHERE case_id IN (SELECT case_id FROM licences_licence WHERE number LIKE 'bench-%')"
)
TABLES = ("exchange_event", "licences_licence", "licences_reservation", "kernel_casekey", "kernel_sealedpart")


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    few = sizes.licences // 10
    with ground.workers_paused():
        _record(ground, 0, few)
        slow_per_licence = _check(ground, few) / few
        _record(ground, few, sizes.licences)
        seconds = _check(ground, sizes.licences)
        _forget(ground)
    growth = seconds / sizes.licences / slow_per_licence
    return {"checker_licences_per_s": round(sizes.licences / seconds), "checker_growth": round(growth, 2)}


def _check(ground: Ground, expected: int) -> float:
    begun = time.perf_counter()
    with scope([JIYANG.region]):
        found = check_region(node=ground.node, region=JIYANG.region, at=now())
    seconds = time.perf_counter() - begun
    if found.checked < expected or found.findings:
        raise AssertionError(f"{found.checked} of {expected} checked, {found.findings}")
    return seconds


def _record(ground: Ground, first: int, last: int) -> None:
    """As the owner of the tables: a chain of two events would not pass the triggers."""
    key = next(iter(load_signer_keys(ground.node.home).values()))
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True) as owner:
        owner.execute("ALTER TABLE exchange_event DISABLE TRIGGER USER")
        for start in range(first, last, 1000):
            made = [_Made(ground, key, number) for number in range(start, min(start + 1000, last))]
            _copy(owner, "exchange_event", EVENT, (row for one in made for row in one.events()))
            _copy(owner, "licences_licence", LICENCE, (one.licence() for one in made))
            _copy(owner, "licences_reservation", RESERVATION, (one.reservation() for one in made))
            _copy(owner, "kernel_casekey", ("region", "case_id", "kid", "wrapped"), (one.wrapped() for one in made))
            _copy(
                owner, "kernel_sealedpart", ("region", "case_id", "cipher", "ciphertext"), (one.part() for one in made)
            )
        owner.execute("ALTER TABLE exchange_event ENABLE TRIGGER USER")
        owner.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, TABLES))))


def _forget(ground: Ground) -> None:
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True) as owner:
        owner.execute("ALTER TABLE exchange_event DISABLE TRIGGER USER")
        for table in (
            "kernel_sealedpart",
            "kernel_casekey",
            "exchange_event",
            "licences_reservation",
            "licences_licence",
        ):
            owner.execute(sql.SQL(OURS).format(sql.Identifier(table)))
        owner.execute("ALTER TABLE exchange_event ENABLE TRIGGER USER")


class _Made:
    """A licence with everything around it."""

    def __init__(self, ground: Ground, key: Any, number: int) -> None:
        self.node, self.number, self.at, self.region = ground.node, number, now(), JIYANG.region
        self.case = new_id()
        self.data_key = DataKey(self.case, vault.FIRST_KEY, self.node.suite.new_data_key())
        self.identifier = Identifier(CODE, self.region, make_serial(region=self.region, inc=1), 1)
        content = self._content()
        self.sealed: Sealed = seal(content.as_bytes(), name="licence", key=self.data_key, suite=self.node.suite)
        face = make_face(
            content, key_id=key.id, status=StatusPlace(f"{self.region}-1-0", number), suite=self.node.suite
        )  # fmt: skip
        self.signed: SignedFace = sign_face(face, key=key, suite=self.node.suite)

    def _content(self) -> Content:
        day = date(2026, 11, 20)
        return Content(
            identifier=str(self.identifier), type=TYPE, name=Text("异地就医备案凭证", "Receipt"), number=f"bench-{self.number}", version=1,
            follows="", operation="new", issuer=Issuer(self.region, "medical-insurance", "", "测试"), receiver=Receiver(self.region, ""),
            holder=Holder("测试", "111", f"99{self.number:016d}"), fields=(ContentField("name", Text("姓名", "Name"), "测试"),),
            from_=day, until=None, decided_on=day, template=Template(TYPE, 1), demo=True, salt=make_salt(),
        )  # fmt: skip

    def events(self) -> Iterator[tuple[Any, ...]]:
        signature = base64.b64encode(self.signed.signature).decode()
        body = {
            "identifier": str(self.identifier), "type": TYPE, "number": f"bench-{self.number}", "operation": "new", "decision": 1,
            "face": self.signed.face.as_json(), "signature": signature, "follows": "",
        }  # fmt: skip
        yield self._event(1, NewEvent("cases.approved;v=1", {"decided_by": "rules"}))
        yield self._event(2, NewEvent("cases.licence_issued;v=1", body, (self.sealed.ref,)))

    def _event(self, seq: int, new: NewEvent) -> tuple[Any, ...]:
        payload = Payload(
            alliance=self.node.alliance, epoch=self.node.epoch, list=1, case=self.case, seq=seq, prev="", region=self.region,
            node=self.node.id, inc=self.node.inc, audience=(self.region,), kind=new.kind, critical=False, cmd=uuid4(),
            actor={"kind": "system", "ref": "system", "role": "system"}, at=self.at, body=new.body, sealed=new.sealed,
        )  # fmt: skip
        envelope = envelopes.sign(
            payload.as_json(), type=envelopes.EVENT, suite=self.node.suite, keys=[self.node.keys["event"]]
        )  # fmt: skip
        hash = envelope.hash(self.node.suite)
        return (
            self.case, self.region, seq, hash, "", new.kind, self.region, "", "", self.region, "", envelope.raw, self.at, self.at,
        )  # fmt: skip

    def licence(self) -> tuple[Any, ...]:
        face = self.signed.face
        return (
            self.region, self.case, 2, face.identifier, TYPE, face.number, self.region, "new", "", "01", 0, face.from_, None,
            face.as_bytes(), self.signed.signature, Jsonb(self.sealed.ref.as_json()), face.status.list, face.status.index, True, self.at, self.at,
        )  # fmt: skip

    def reservation(self) -> tuple[Any, ...]:
        face = self.signed.face
        return (
            self.region, self.case, 1, TYPE, "new", "valid", "", 1, self.identifier.serial, 1, face.identifier, face.number, "", face.key,
            face.as_bytes(), self.signed.signature, self.sealed.ciphertext, Jsonb(self.sealed.ref.as_json()), 1, self.at,
        )  # fmt: skip

    def wrapped(self) -> tuple[str, UUID, str, bytes]:
        public = self.node.keys["encryption"].public
        return self.region, self.case, self.data_key.kid, vault.wrap_for(public, key=self.data_key, node=self.node)

    def part(self) -> tuple[str, UUID, str, bytes]:
        return self.region, self.case, self.sealed.ref.cipher, self.sealed.ciphertext


def _copy(
    owner: psycopg.Connection[Any], table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with owner.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
        for row in rows:
            copy.write_row(row)
