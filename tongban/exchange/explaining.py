"""Why a case waits and who must act (办件说明), in sentences, from the tables of the exchange alone: the operator reads no case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tongban.exchange import forks, witnesses
from tongban.exchange.blobs import list_missing
from tongban.exchange.operating import NEVER
from tongban.exchange.queries import (
    SETTLED,
    HeadView,
    get_head,
    list_events,
    list_overdue,
    list_parked_there,
    list_proposals,
    waiting,
)
from tongban.kernel import registries
from tongban.kernel.node import Node
from tongban.kernel.text import Text
from tongban.kernel.workdays import SHANGHAI, legal_day
from tongban.regions import queries as regions
from tongban.regions.queries import UnknownRegion

Actor = Literal["here", "there", "operator", "alliance", "nobody"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`who` must act: this place, the other one, this node's operator, the alliance, or nobody (it goes on by itself).

    `sentences`: the one that matters most first.
    """

    region: str
    case_id: UUID
    seq: int
    state: str
    writer: str
    who: Actor
    sentences: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    who: Actor
    sentence: Text


def explain_case(*, node: Node, region: str, case_id: UUID, at: datetime) -> Explanation:
    """Refuses `Missing`. Called inside a scope that holds the region."""
    head = get_head(region, case_id)
    found = [*_hindrances(node, head, at), *_turn(head, at)]
    found.sort(key=lambda one: ("alliance", "operator", "here", "there", "nobody").index(one.who))
    state = "recovering" if head.recovering else head.state
    return Explanation(
        region, case_id, head.seq, state, head.writer, found[0].who, tuple(one.sentence for one in found)
    )  # fmt: skip


def _hindrances(node: Node, head: HeadView, at: datetime) -> Iterator[_Found]:
    yield from _parked(head)
    yield from _recovering(head)
    yield from _unsent(head, at)
    yield from _files(head)
    yield from _parked_there(head, at)
    yield from _late(head, at)
    yield from _unanswered(head, at)
    yield from _witness(node, head, at)


def _turn(head: HeadView, at: datetime) -> Iterator[_Found]:
    """Whose turn the chain says it is (R4)."""
    writer = place_of(head.writer, at)
    if head.offered_by:
        who: Actor = "here" if head.writer == head.region else "there"
        giver = place_of(head.offered_by, at)
        yield _Found(who, Text(
            f"{giver.zh}已转给{writer.zh}，等待{writer.zh}接手或退回；在此之前任何一方都不能写入。",
            f"{giver.en} has offered it to {writer.en}, which takes it over or hands it back; until then nobody writes.",
        ))  # fmt: skip
    elif head.writer == head.region:
        yield _Found("here", Text(f"办件由本地（{writer.zh}）办理。", f"The case is with this place ({writer.en})."))
    else:
        yield _Found("there", Text(
            f"办件由{writer.zh}办理，本地可提交请求。", f"The case is with {writer.en}; this place may send requests."
        ))  # fmt: skip


def _parked(head: HeadView) -> Iterator[_Found]:
    if not head.parked:
        return
    forked = forks.is_forked(head.region, head.case_id)
    count = head.seq - head.folded
    if forked or head.parked in NEVER:
        yield _Found("alliance", Text(
            f"办件已暂停（{'fork' if forked else head.parked}）：两份签名记录互相矛盾或密钥可疑。请导出证据交联盟裁定，本节点任何人不能放行。",
            f"Parked ({'fork' if forked else head.parked}): signed records contradict each other or a key is doubtful. Export the "
            f"evidence and put it to the alliance; nobody at this node can release it.",
        ))  # fmt: skip
    else:
        yield _Found("operator", Text(
            f"办件已暂停（{head.parked}）：{count} 步已收妥但未处理。升级后会自动再试；系统管理员可提出放行（需第二人确认）或答复对方。",
            f"Parked ({head.parked}): {count} steps are stored and not gone on with. They are tried again after an upgrade; the operator "
            f"can ask for a release, which a second person confirms, or answer the other side.",
        ))  # fmt: skip


def _recovering(head: HeadView) -> Iterator[_Found]:
    if head.recovering:
        yield _Found("nobody", Text(
            "本节点刚从备份恢复，正在与其他地区核对此办件，暂只能查看；全部答复后自动恢复。",
            "This node was restored and is checking this case with the others; it can only be read, and goes on when all have answered.",
        ))  # fmt: skip


def _unsent(head: HeadView, at: datetime) -> Iterator[_Found]:
    for row in waiting(head.region, head.case_id):
        peer, since = place_of(row.peer, at), _moment(row.since)
        if row.reason.startswith("rejected"):
            yield _Found("operator", Text(
                f"{peer.zh}自 {since} 起拒收（{row.reason}），不再自动重试。请与对方系统管理员联系；对方升级后可用 retry-now 再发一次。",
                f"{peer.en} has rejected it since {since} ({row.reason}); it is not tried again by itself. Talk to the other operator; "
                f"once they have upgraded, retry-now offers it again.",
            ))  # fmt: skip
        elif row.reason:
            yield _Found("nobody", Text(
                f"自 {since} 起尚未送达{peer.zh}（{row.reason}），下次重试 {_moment(row.next_try)}。",
                f"Not delivered to {peer.en} since {since} ({row.reason}); next try {_moment(row.next_try)}.",
            ))  # fmt: skip
        else:
            yield _Found("nobody", Text(f"正在送往{peer.zh}。", f"On its way to {peer.en}."))


def _files(head: HeadView) -> Iterator[_Found]:
    if missing := list_missing(head.region, head.case_id):
        yield _Found("nobody", Text(
            f"还有 {len(missing)} 份材料文件未取到，取齐前不能接手。",
            f"{len(missing)} files have not arrived; the case cannot be taken over before.",
        ))  # fmt: skip


def _parked_there(head: HeadView, at: datetime) -> Iterator[_Found]:
    for row in list_parked_there(head.region, head.case_id):
        peer = place_of(row.peer, at)
        yield _Found("there", Text(
            f"{peer.zh}已收到第 {row.seq} 步，暂不能处理（{row.code}），由对方系统管理员处理。",
            f"{peer.en} has stored step {row.seq} and cannot go on with it ({row.code}); that is for their operator.",
        ))  # fmt: skip


_RUNGS = {
    "stored": Text("收妥回执", "its receipt"),
    "admitted": Text("接手或退回", "its answer to the hand-over"),
    "opened": Text("打开回执", "the word that somebody opened it"),
}


def _late(head: HeadView, at: datetime) -> Iterator[_Found]:
    for row in list_overdue([head.region], head.case_id):
        peer, rung = place_of(row.peer, at), _RUNGS.get(row.rung, Text(row.rung, row.rung))
        yield _Found("there", Text(
            f"{peer.zh}逾期未给出第 {row.seq} 步的{rung.zh}（自 {_moment(row.since)}）。请联系对方联络员。",
            f"{peer.en} owes {rung.en} for step {row.seq} since {_moment(row.since)}. Call their liaison officer.",
        ))  # fmt: skip


def _unanswered(head: HeadView, at: datetime) -> Iterator[_Found]:
    for asked in list_proposals(head.region, head.case_id):
        if asked.state in SETTLED or asked.payload.kind.startswith("exchange."):
            continue
        kind, since = asked.payload.kind, _moment(asked.received_at)
        if asked.payload.region == head.region:
            where = "对方尚不认识" if asked.state == "parked" else "尚无答复"
            words = "the holder does not know this kind yet" if asked.state == "parked" else "no answer yet"
            yield _Found(
                "there", Text(f"本地 {since} 的请求 {kind}：{where}。", f"Request {kind} of {since}: {words}.")
            )
        elif asked.state == "parked":
            yield _Found("operator", Text(
                f"{place_of(asked.payload.region, at).zh}的请求 {kind} 本版本不认识，等待升级或答复。",
                f"{place_of(asked.payload.region, at).en} asks for {kind}, which this version does not know: upgrade or answer.",
            ))  # fmt: skip
        else:
            author = place_of(asked.payload.region, at)
            yield _Found(
                "here",
                Text(f"{author.zh}的请求 {kind} 待本地办理。", f"{author.en} asks for {kind}; it is for this place."),
            )


def _witness(node: Node, head: HeadView, at: datetime) -> Iterator[_Found]:
    """Own events whose effect waits until another node has stored them (R18)."""
    events = list_events(head.region, head.case_id)
    for event in events:
        if (
            event.own
            and registries.waits_for_witness(event.payload.kind_name)
            and not witnesses.is_witnessed(node, event, at)
        ):
            yield _Found("nobody", Text(
                f"第 {event.seq} 步还没有其他节点的收妥回执；在此之前不会通知业务系统。",
                f"No other node has confirmed step {event.seq} yet; until then nothing is told to the business system.",
            ))  # fmt: skip


def place_of(region: str, at: datetime) -> Text:
    try:
        return regions.get_region(region, legal_day(at)).text
    except UnknownRegion:
        return Text(region or "-", region or "-")


def name_of(region: str, at: datetime) -> str:
    return place_of(region, at).zh


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
