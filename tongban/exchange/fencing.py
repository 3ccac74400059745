"""Fencing a suspended node (隔离): every surviving region of a case states how far its chain goes and takes no more (R17, protocol §3.10)."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.alliance import fences
from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import log, queries
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.exchange.incarnation import CaseRecovering
from tongban.exchange.log import Copy
from tongban.exchange.models import Fence
from tongban.kernel import strictjson
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

PATH = "/txp/1/fences"
MAX_ANSWER_BYTES = 64 * 1024


class NotSuspended(Refused):
    """Only a node that the alliance has suspended is fenced off."""

    text = Text("节点 {node} 未被联盟暂停。", "Node {node} is not suspended by the alliance.")
    advice = Text("请先由联盟签发暂停该节点的成员名单。", "The alliance signs a member list that suspends it first.")


class FencesMissing(Refused):
    """All survivors or none: a case goes on only when nobody can still take in another chain."""

    status = 503
    text = Text("以下地区尚未作出隔离声明：{missing}", "These regions have not stated their fence yet: {missing}")
    advice = Text("全部作出声明后才能指定接办；请稍后重试。", "Nothing is reassigned before all have; try again later.")


@dataclass(frozen=True, slots=True)
class Fences:
    """What the alliance needs for its order. `seq`, `head`: the longest chain; `have`: how far this region's own goes."""

    case_id: UUID
    taken_from: str
    seq: int
    head: str
    have: int
    audience: tuple[str, ...]
    raws: tuple[bytes, ...]

    def as_json(self) -> Json:
        raws = [base64.b64encode(raw).decode() for raw in self.raws]
        return {
            "case": str(self.case_id), "from": self.taken_from, "seq": self.seq, "head": self.head,
            "audience": list(self.audience), "fences": raws,
        }  # fmt: skip


def fence_case(*, node: Node, region: str, case_id: UUID, fenced: str, at: datetime) -> bytes:
    """State, once and for good, how far this copy goes. The same again is the same statement. Refuses `NotSuspended`, `Missing`, `CaseRecovering`."""
    members = alliance.current_list(at)
    _require_suspended(members, fenced)
    use_listed_keys(node, members, at)
    with scope([region]):
        copy = log.lock_copy(region, case_id)
        if not copy.head.seq:
            raise Missing
        if copy.recovering:
            raise CaseRecovering
        row = Fence.objects.filter(case_id=case_id, region=region, node=fenced).first()
        return bytes((row or _state(node, copy, members, fenced, at)).envelope)


def fence_for(
    *, node: Node, peer: str, case_id: UUID, fenced: str, asking: str, have: int, at: datetime
) -> list[bytes]:
    """For a peer that asks on behalf of its region `asking`, which has the case up to `have`: what it lacks is sent. Refuses `Missing`."""
    members = alliance.current_list(at)
    if not members.hosts(peer, asking, at):
        raise Forbidden
    return [
        _fence_and_complete(node, region, case_id, fenced, asking, have, at)
        for region in _sharing(node, case_id, asking)
    ] or _nothing()


def collect_fences(node: Node, *, region: str, case_id: UUID, at: datetime, client: PeerClient) -> Fences:
    """Ask every surviving region of a case whose writer's node is suspended. Must not run inside a transaction.

    Refuses `NotSuspended`, `FencesMissing`.
    """
    with scope([region]):
        head = queries.get_head(region, case_id)
    members = alliance.current_list(at)
    use_listed_keys(node, members, at)
    gone = members.node_of(head.writer)
    _require_suspended(members, gone.id)
    raws, missing = list[bytes](), list[str]()
    for other in head.audience:
        host = members.node_of(other)
        if not host.active:
            continue
        if node.hosts(other):
            raws.append(fence_case(node=node, region=other, case_id=case_id, fenced=gone.id, at=at))
            continue
        question = {"case": str(case_id), "fenced": gone.id, "region": region, "have": head.seq}
        try:
            answer = client.post(host.url, PATH, strictjson.canonical(question), at=at)
            raws += [raw for raw in _answered(answer) if raw not in raws]
        except PeerUnreachable:
            missing.append(other)
    return _weigh(head, raws, missing, members)


def read_question(body: bytes) -> tuple[UUID, str, str, int]:
    """Case, fenced node, asking region, how far it has the case. Raises ValueError."""
    try:
        value = strictjson.parse(body, max_bytes=4096)
        have = value["have"]
        if type(have) is not int or have < 0:
            raise ValueError("have")
        return UUID(value["case"]), str(value["fenced"]), str(value["region"]), have
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(type(error).__name__) from None


def write_answer(raws: list[bytes]) -> bytes:
    return strictjson.canonical({"fences": [base64.b64encode(raw).decode() for raw in raws]})


def _weigh(head: queries.HeadView, raws: list[bytes], missing: list[str], members: MemberList) -> Fences:
    stated = [fences.read_fence(raw, find_list=alliance.find_list, suite=members.suite) for raw in raws]
    survivors = {region for region in head.audience if members.node_of(region).active}
    silent = survivors - {fence.region for fence in stated} | set(missing)
    if silent:
        raise FencesMissing(missing=", ".join(sorted(silent)))
    longest = max(stated, key=lambda fence: fence.seq)
    return Fences(head.case_id, head.writer, longest.seq, longest.head, head.seq, head.audience, tuple(raws))


def _fence_and_complete(
    node: Node, region: str, case_id: UUID, fenced: str, asking: str, have: int, at: datetime
) -> bytes:
    raw = fence_case(node=node, region=region, case_id=case_id, fenced=fenced, at=at)
    with scope([region]):
        head = queries.get_head(region, case_id)
        if head.seq > have:
            log.requeue_events(
                region=region, case_id=case_id, peer=asking, positions=range(have + 1, head.seq + 1), at=at
            )
    return raw


def _sharing(node: Node, case_id: UUID, asking: str) -> Iterator[str]:
    for region in node.regions:
        with scope([region]):
            try:
                head = queries.get_head(region, case_id)
            except Missing:
                continue
        if asking in head.audience:
            yield region


def _nothing() -> list[bytes]:
    raise Missing


def _require_suspended(members: MemberList, node_id: str) -> None:
    entry = members.find_node(node_id)
    if entry is None or entry.active:
        raise NotSuspended(node=node_id[:80])


def _state(node: Node, copy: Copy, members: MemberList, fenced: str, at: datetime) -> Fence:
    fence = fences.Fence(
        alliance=node.alliance, epoch=node.epoch, list=members.version, case=copy.case_id, region=copy.region,
        node=node.id, inc=node.inc, fenced=fenced, seq=copy.head.seq, head=copy.head.hash, at=at,
    )  # fmt: skip
    return Fence.objects.create(
        case_id=copy.case_id, region=copy.region, node=fenced, seq=copy.head.seq,
        envelope=fences.sign_fence(fence, node=node), made_at=at,
    )  # fmt: skip


def _answered(answer: bytes) -> list[bytes]:
    try:
        value = strictjson.parse(answer, max_bytes=MAX_ANSWER_BYTES)
        return [base64.b64decode(raw.encode("ascii"), validate=True) for raw in value["fences"]]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise PeerUnreachable("no fences") from None
