"""Receipts (回执): that a node has seen a version with all its signatures, or a notice, in time.

A signature carries no time, and whoever signs can hold it back or write an earlier date. So a version counts once two nodes say that they
had it whole within the days of signing, a notice once another node says that it came early enough. A receipt is signed and never
changes: whatever order they come in, all nodes that hold the same receipts judge alike.
"""

from datetime import datetime, timedelta

from tongban.alliance import queries, rounds, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument, RegionNotInAlliance
from tongban.alliance.models import AgreementStatement
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.statements import SEEN, Statement, read_statement, sign_statement
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

WITNESSES = 2
"""Nodes of members that say when a version was whole; of an agreement of one node, that one."""
MOST_LATE = timedelta(hours=72)
"""After this a notice that nobody else has received is void; nobody can write an earlier date on it than this."""
MOST_SKEW = timedelta(minutes=10)


class NoNoticeAgreed(Refused):
    text = Text("协议没有约定单方退出。", "This agreement does not let a member leave alone.")
    advice = Text(
        "请提出带终止日期的新版本，由全体成员签署。", "Propose a version with a last day, signed by all members."
    )


class NoticeTooShort(Refused):
    status = 422
    text = Text(
        "退出应当提前 {days} 天预告：最后一天不早于 {earliest}。",
        "A member gives {days} days' notice: the last day is {earliest} at the earliest.",
    )
    advice = Text("请改为更晚的日期。", "Choose a later day.")


class NoticeTooLate(Refused):
    """Signed long ago and shown now: nobody knows that the date is true."""

    status = 422
    text = Text(
        "预告签署后超过 72 小时才送达，不算数。", "The notice came more than 72 hours after it was signed and is void."
    )
    advice = Text("请重新签署预告。", "Sign it anew.")


def require_notice(agreement: Agreement, statement: Statement, *, seen_at: datetime) -> None:
    """The last day lies the agreed notice after the day of signing and after the day on which it was received.

    Refuses `NoNoticeAgreed`, `NoticeTooShort`, `NoticeTooLate`.
    """
    days = agreement.terms.notice_days
    if days is None:
        raise NoNoticeAgreed
    if seen_at - statement.at > MOST_LATE:
        raise NoticeTooLate
    earliest = legal_day(max(statement.at, seen_at)) + timedelta(days=days)
    if statement.last_day is None or statement.last_day < earliest:
        raise NoticeTooShort(days=days, earliest=earliest.isoformat())


def give_receipt(
    node: Node, agreement: Agreement, at: datetime, *, notice: Statement | None = None, raw: bytes = b""
) -> None:
    """For a version, or with `notice` and its bytes for that, where this node hosts a member; once."""
    members = queries.current_list(at)
    here = sorted(code for code in agreement.members if members.hosts(node.id, code, at))
    document = notice.hash if notice else agreement.hash
    if not here or node.id in {one for _, one in list_receipts(document)}:
        return
    use_listed_keys(node, members, at)
    said = Statement(
        agreement.alliance, SEEN, agreement.id, agreement.version, document, here[0], node.id, "", at, carried=raw if notice else b""
    )  # fmt: skip
    signed = sign_statement(said, node=node)
    keep_statement(read_statement(signed, list_of=queries.list_of), signed, at)


def require_notice_receipt(receipt: Statement, notice: Statement, agreement: Agreement) -> None:
    """By another node, unless one node hosts them all. Refuses as `require_notice` does, and `BadDocument`."""
    members = queries.list_of(receipt.at)
    hosts = _hosts(agreement, receipt.at)
    if (
        receipt.member not in agreement.members
        or receipt.document != notice.hash
        or (receipt.node == notice.node and len(hosts) > 1)
    ):
        raise BadDocument(reason="a receipt of something else")
    if receipt.at < notice.at - MOST_SKEW or not members.hosts(receipt.node, receipt.member, receipt.at):
        raise BadDocument(reason="a receipt from before")
    require_notice(agreement, notice, seen_at=receipt.at)


def require_version_receipt(receipt: Statement, agreement: Agreement) -> None:
    """Within the days of signing. Refuses `SigningLapsed`, `BadDocument`."""
    if receipt.member not in agreement.members:
        raise BadDocument(reason="a receipt of no member")
    last = agreement.signable_until
    if legal_day(receipt.at) > last:
        raise services.SigningLapsed(agreement=agreement.id, version=agreement.version, last=last.isoformat())


def find_completion(agreement: Agreement) -> datetime | None:
    """When enough nodes had the version with all signatures that counted then; by the list of that time."""
    nodes: set[str] = set()
    for at, node in list_receipts(agreement.hash):
        hosts = _hosts(agreement, at)
        nodes |= {node} & hosts
        if len(nodes) >= min(WITNESSES, len(hosts)) and is_signed(agreement, at):
            return at
    return None


def is_signed(agreement: Agreement, at: datetime) -> bool:
    """Whether everybody who was asked at that time has signed."""
    members = queries.list_of(at)
    signers = {row.node for row in rounds.list_valid(agreement.hash, members, at)}
    try:
        return not services.find_missing(agreement, signers, members, at)
    except RegionNotInAlliance:
        return False


def list_receipts(document: str) -> list[tuple[datetime, str]]:
    """When and by which node, the earliest first."""
    rows = AgreementStatement.objects.filter(act=SEEN, document=document)
    return sorted(
        (parse_instant(str(said["at"])), str(said["node"])) for said in map(queries.claims_of_statement, rows)
    )


def keep_statement(statement: Statement, raw: bytes, at: datetime) -> None:
    names = ("act", "agreement", "version", "document", "member", "last_day")
    values = {name: getattr(statement, name) for name in names}
    AgreementStatement.objects.get_or_create(hash=statement.hash, defaults={**values, "raw": raw, "received_at": at})


def _hosts(agreement: Agreement, at: datetime) -> set[str]:
    members = queries.list_of(at)
    return {members.node_of(code, at).id for code in agreement.members if members.is_active(code, at)}
