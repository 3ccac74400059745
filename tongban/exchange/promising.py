"""What a peer does for a node that was restored: promise, list the cases both hold, hand out events, and hear what its past is (R15, R16).

A request is signed by the node it speaks for; only cases in whose audience both regions stand are named.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import incarnation, promises, shipping
from tongban.exchange.blobs import require_sharing
from tongban.exchange.models import CaseHead, Receipt
from tongban.exchange.outbox import Claimed, Link
from tongban.exchange.promises import Made
from tongban.exchange.wire import MAX_BYTES, MAX_ITEMS, BadMessage, Batch, Item
from tongban.kernel import envelopes, strictjson
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json, format_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

PAGE = 400
"""Cases in one answer: their names and heads fit into one envelope."""
MAX_CASES = 200
MAX_HASHES = 20_000


class OlderLife(Refused):
    """Said in a life of that node that is over: it knew another past."""

    text = Text("声明来自该节点较早的运行代次。", "This was declared in an older incarnation of that node.")
    advice = Text("请完成恢复后再声明。", "Finish the recovery, then declare again.")


@dataclass(frozen=True, slots=True)
class Question:
    """Of the region `sender`, restored, to `region`: promise `inc`, and which cases do you hold with me, behind `after`?"""

    region: str
    sender: str
    inc: int
    nonce: str
    after: UUID | None = None

    def as_bytes(self) -> bytes:
        after = str(self.after) if self.after else ""
        claims = {"region": self.region, "for": self.sender, "inc": self.inc, "recovery": self.nonce, "after": after}
        return strictjson.canonical(claims)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a peer region has signed. `promised`: the incarnation, or 0 with what it has `seen`; `lives`: what it has promised others."""

    promised: int
    seen: int
    list: int
    cases: tuple[tuple[UUID, int, str], ...]
    more: bool
    lives: dict[str, tuple[int, str]]
    raw: bytes


def answer_promise(*, node: Node, peer: str, body: bytes, at: datetime) -> bytes:
    """The promise is durable before it is signed. Must not run inside a transaction.

    Refuses `Missing` for a region not hosted here or a sender the peer does not host. Raises `BadMessage`.
    """
    question = _read_question(body)
    members = alliance.current_list(at)
    _require_parties(node, members, peer, question.region, question.sender, at)
    with scope([question.region]):
        made = promises.make(region=question.region, node=peer, inc=question.inc, nonce=question.nonce, at=at)
    with scope([question.region]):
        claims = _statement(node, members, peer, question, made, at)
    use_listed_keys(node, members, at)
    signed = envelopes.sign(claims, type=envelopes.PROMISE, suite=node.suite, keys=[node.keys["event"]])
    return strictjson.canonical({"statement": base64.b64encode(signed.raw).decode()})


def read_answer(data: bytes, question: Question, *, members: MemberList, at: datetime) -> Answered:
    """Verified: signed by the node that hosts the region that was asked, about this very question. Raises `BadMessage`."""
    try:
        raw = base64.b64decode(strictjson.parse(data, max_bytes=MAX_BYTES)["statement"].encode("ascii"), validate=True)
        envelope = envelopes.read(raw, type=envelopes.PROMISE)
        host = members.owner_of(envelope.key_id, "event", at)
        envelopes.verify(envelope, suite=members.suite, public_key_of=lambda key: members.public_key(key, "event", at))
        said: Json = envelope.claims()
        named = Question(
            said["region"], said["for"], question.inc, said["recovery"], UUID(said["after"]) if said["after"] else None
        )
        if named != question or (said["node"], said["alliance"]) != (host.id, members.alliance):
            raise BadMessage("about something else")
        if not members.hosts(host.id, question.region, at):
            raise BadMessage("signed by another node")
        return _answered(said, raw)
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, BadEnvelope, binascii.Error) as error:
        raise BadMessage(str(error) if isinstance(error, BadMessage) else type(error).__name__) from None


def take_declaration(*, node: Node, peer: str, body: bytes, at: datetime) -> bytes:
    """Keep what the node `peer` calls its past. Refuses `Missing`, `OlderLife`. Raises `BadMessage`."""
    region, sender, inc, nonce, past = _read_declaration(body)
    _require_parties(node, alliance.current_list(at), peer, region, sender, at)
    with scope([region]):
        if not promises.declare(region=region, node=peer, inc=inc, nonce=nonce, past=past.items()):
            raise OlderLife
    return strictjson.canonical({"declared": len(past)})


def write_declaration(*, region: str, sender: str, inc: int, nonce: str, past: Mapping[UUID, Sequence[str]]) -> bytes:
    rows = [{"case": str(case_id), "hashes": list(hashes)} for case_id, hashes in past.items()]
    return strictjson.canonical({"region": region, "for": sender, "inc": inc, "recovery": nonce, "past": rows})


def list_items_for(
    *, node: Node, peer: str, region: str, receiver: str, case_id: UUID, first: int, at: datetime
) -> bytes:
    """Events of a copy from `first` on with all that belongs to them, as a batch for `receiver`; `items` is empty at its end.

    For any subscriber: events prove themselves. With them go the receipts that this region itself has signed. Refuses `Missing`.
    """
    members = alliance.current_list(at)
    _require_parties(node, members, peer, region, receiver, at)
    with scope([region]):
        require_sharing(peer, region, case_id, at)
        head = CaseHead.objects.get(case_id=case_id, region=region)
        if receiver not in head.audience:
            raise Missing
        last = min(head.seq, first + MAX_ITEMS - 1)
        rows = [Claimed(seq, 0, case_id, seq, None, 0) for seq in range(first, last + 1)]
        load = shipping.pack(node=node, link=Link(region, receiver), rows=rows, members=members, at=at)
        items = _with_receipts(region, case_id, load.parcels)
    return Batch(receiver, region, items).as_bytes()


def _with_receipts(region: str, case_id: UUID, parcels: Sequence[shipping.Parcel]) -> tuple[Item, ...]:
    own = Receipt.objects.filter(
        case_id=case_id, region=region, issuer=region, event__in=[parcel.hash for parcel in parcels], stage="STORED"
    )
    raws = {row.event: bytes(row.envelope) for row in own}
    return tuple(
        replace(parcel.item, receipts=(*parcel.item.receipts, *([raws[parcel.hash]] if parcel.hash in raws else ())))
        for parcel in parcels
    )


def _require_parties(node: Node, members: MemberList, peer: str, region: str, sender: str, at: datetime) -> None:
    if not node.hosts(region) or not members.hosts(peer, sender, at):
        raise Missing


def _statement(node: Node, members: MemberList, peer: str, question: Question, made: Made, at: datetime) -> Json:
    life = incarnation.get_life(node)
    cases = _shared_cases(question) if made.inc else []
    lives = {name: life for name, life in promises.list_lives(question.region).items() if name != peer}
    own = {node.id: (life.inc, life.nonce)} if life.nonce else {}
    return {
        "alliance": node.alliance, "epoch": node.epoch, "list": members.version, "node": node.id, "inc": life.inc,
        "region": question.region, "for": question.sender, "to": peer, "recovery": question.nonce,
        "promised": made.inc, "seen": made.seen, "at": format_instant(at),
        "after": str(question.after) if question.after else "", "cases": cases[:PAGE], "more": len(cases) > PAGE,
        "lives": {name: list(life) for name, life in (lives | own).items()},
    }  # fmt: skip


def _shared_cases(question: Question) -> list[list[str | int]]:
    """One more than fits, by case id. Only cases in whose audience both regions stand."""
    rows = CaseHead.objects.filter(region=question.region, audience__contains=[question.sender])
    if question.after:
        rows = rows.filter(case_id__gt=question.after)
    found = rows.order_by("case_id").values_list("case_id", "seq", "head")[: PAGE + 1]
    return [[str(case_id), seq, head] for case_id, seq, head in found]


def _read_question(body: bytes) -> Question:
    try:
        value: Any = strictjson.parse(body, max_bytes=MAX_BYTES)
        after = UUID(value["after"]) if value["after"] else None
        question = Question(str(value["region"]), str(value["for"]), value["inc"], str(value["recovery"]), after)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadMessage(type(error).__name__) from None
    _check_life(question.inc, question.nonce)
    return question


def _read_declaration(body: bytes) -> tuple[str, str, int, str, dict[UUID, list[str]]]:
    try:
        value: Any = strictjson.parse(body, max_bytes=MAX_BYTES)
        past = {UUID(row["case"]): [_hash(hash) for hash in row["hashes"]] for row in value["past"]}
        region, sender, inc, nonce = str(value["region"]), str(value["for"]), value["inc"], str(value["recovery"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadMessage(type(error).__name__) from None
    _check_life(inc, nonce)
    if len(past) > MAX_CASES or sum(map(len, past.values())) > MAX_HASHES:
        raise BadMessage("too much at once")
    return region, sender, inc, nonce, past


def _check_life(inc: Any, nonce: str) -> None:
    if type(inc) is not int or not 1 <= inc < 2**31 or not 0 < len(nonce) <= 32:
        raise BadMessage("incarnation")


def _hash(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError("no hash")
    return value


def _answered(said: Json, raw: bytes) -> Answered:
    return Answered(
        promised=_number(said["promised"]), seen=_number(said["seen"]), list=_number(said["list"]),
        cases=tuple((UUID(case_id), _number(seq), _hash(head)) for case_id, seq, head in said["cases"]),
        more=bool(said["more"]), raw=raw,
        lives={str(name)[:80]: (_number(inc), str(nonce)[:32]) for name, (inc, nonce) in said["lives"].items()},
    )  # fmt: skip


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("no number")
    return value
