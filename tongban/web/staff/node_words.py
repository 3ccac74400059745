"""What the tables of the exchange mean, in words an operator acts on."""

from dataclasses import dataclass
from datetime import datetime

from tongban.exchange.explaining import place_of
from tongban.exchange.oversight import PeerView, RecoveryView
from tongban.exchange.queries import OverdueRow
from tongban.kernel.text import Text

SKEW_WARNS_MS = 60_000

STATES = {
    "held": Text("本地办理", "With this place"),
    "offered": Text("转办中", "On offer"),
    "foreign": Text("对方办理", "With the other place"),
    "parked": Text("暂停处理", "Parked"),
    "recovering": Text("恢复中（只读）", "Recovering, read-only"),
}
WHO = {
    "here": Text("轮到本地经办人员", "It is for this place's officers"),
    "there": Text("轮到对方", "It is for the other place"),
    "operator": Text("需要系统管理员处理", "It needs the operator"),
    "alliance": Text("需要联盟裁定", "It needs the alliance"),
    "nobody": Text("系统会自动继续，不用处理", "It goes on by itself"),
}
WHAT = {
    "release": Text("放行", "Release"),
    "answer": Text("答复对方", "Answer to the other side"),
    "retry": Text("立即重发", "Sent at once"),
    "export": Text("导出分叉证据", "Fork evidence taken"),
}
RUNGS = {
    "stored": Text("未确认收妥", "not confirmed as stored"),
    "admitted": Text("未接手或退回", "not taken over or handed back"),
    "opened": Text("未打开", "not opened"),
}
STAGES = {
    "waiting": Text("等待答复", "waiting for its answer"),
    "promised": Text("已承诺，正在取回", "has promised; being fetched"),
    "done": Text("已核对", "done"),
}


@dataclass(frozen=True)
class PeerRow:
    """A peer with its state as one word and the reason beside it. `tone`: good, warn, bad or quiet."""

    peer: PeerView
    places: tuple[Text, ...]
    region: str
    tone: str
    state: Text
    skew: str


@dataclass(frozen=True)
class OverdueView:
    row: OverdueRow
    peer_name: Text
    what: Text


@dataclass(frozen=True)
class RecoveryWords:
    view: RecoveryView
    peers: tuple[tuple[Text, Text, int, str, datetime], ...]
    silent: tuple[Text, ...]


def peer_row(peer: PeerView, at: datetime) -> PeerRow:
    tone, state = _state(peer)
    places = tuple(place_of(region, at) for region in peer.regions)
    skew = "" if peer.skew_ms is None else f"{peer.skew_ms / 1000:+.1f} s"
    return PeerRow(peer, places, peer.regions[0] if peer.regions else "", tone, state, skew)


def _state(peer: PeerView) -> tuple[str, Text]:
    if not peer.active:
        return "bad", Text("已被联盟停用", "Suspended by the alliance")
    if peer.rejected:
        return "bad", Text("有被拒收的步骤", "It rejected something")
    if peer.breaker == "open":
        return "warn", Text("熔断：连不上，定时试探", "Breaker open: not answering, probed now and then")
    if peer.skew_ms is not None and abs(peer.skew_ms) >= SKEW_WARNS_MS:
        return "warn", Text("时钟偏差过大", "Its clock differs")
    if peer.failures:
        return "warn", Text("最近一次没有答复", "The last try had no answer")
    if peer.waiting:
        return "quiet", Text("有待发", "Something waits")
    if peer.last_ok_at is None and peer.swept_at is None:
        return "quiet", Text("还没有往来", "No contact yet")
    return "good", Text("正常", "Well")


def overdue_row(row: OverdueRow, at: datetime) -> OverdueView:
    return OverdueView(row, place_of(row.peer, at), RUNGS.get(row.rung, Text(row.rung, row.rung)))


def recovery(view: RecoveryView, at: datetime) -> RecoveryWords:
    peers = tuple(
        (place_of(peer.peer, at), STAGES.get(peer.state, Text(peer.state, peer.state)), peer.fetched, peer.last_error, peer.updated_at)
        for peer in view.peers
    )  # fmt: skip
    silent = tuple(place_of(peer.peer, at) for peer in view.peers if peer.state != "done")
    return RecoveryWords(view, peers, silent)
