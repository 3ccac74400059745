"""What others may ask: the member list in force, agreements, and whether a clause covers a hand-over."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tongban.alliance.agreements import EVERY, Agreement, Article
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import MemberList
from tongban.alliance.models import AgreementStatement, AgreementVersion, MemberListVersion, RivalList
from tongban.alliance.statements import LEAVING, SEEN
from tongban.kernel import envelopes
from tongban.kernel.events import Clause, Json
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

GRACE = timedelta(hours=72)
"""A list that is not renewed is used this long beyond its end, with alarms; then exchange stops and local work goes on."""


class NoMemberList(Refused):
    status = 503
    text = Text("本节点尚未导入成员名单。", "This node holds no member list yet.")
    advice = Text("请导入联盟签发的成员名单。", "Import the member list signed by the alliance.")


class ListExpired(Refused):
    status = 503
    text = Text("成员名单第 {version} 版已过有效期。", "Member list version {version} has expired.")
    advice = Text(
        "跨地区传递暂停，本地办理不受影响；请导入新的成员名单。",
        "Exchange between regions pauses, local work goes on; import the newer member list.",
    )


class NotCoveredByAgreement(Refused):
    """No agreement in force lets the receiving region take this in for the deciding one."""

    text = Text(
        "没有生效的协议支持 {receiving} 代 {deciding} 收件（事项 {item}，方式 {mode}）。",
        "No agreement in force lets {receiving} receive item {item} for {deciding} in mode {mode}.",
    )
    advice = Text(
        "请到 {deciding} 直接办理，或联系两地联络员。", "Apply in {deciding} directly or ask both liaison officers."
    )


class ClauseMismatch(Refused):
    """The article exists and says something else."""

    status = 400
    text = Text(
        "协议 {agreement} 第 {version} 版 {article} 不包含所引事项、方式或地区。",
        "Article {article} of agreement {agreement} version {version} does not cover this item, mode or region.",
    )
    advice = Text("请更正所引条款。", "Name the article that covers it.")


# Asked with every event and every request of a peer, so it is said to the database directly.
LATEST = "SELECT hash FROM alliance_memberlistversion WHERE valid_from <= %s ORDER BY version DESC LIMIT 1"
"""For a statement that asks beside something else: the hash of the list in force; its one value is the time. See `read_latest`."""

_lists: dict[str, MemberList] = {}
_agreements: dict[str, Agreement] = {}
_Document = TypeVar("_Document", MemberList, Agreement)


def current_list(at: datetime) -> MemberList:
    """The newest list whose time has come. Refuses `NoMemberList`, and `ListExpired` once the grace is over."""
    members = latest_list(at)
    if at > members.valid_until + GRACE:
        raise ListExpired(version=members.version)
    return members


def latest_list(at: datetime) -> MemberList:
    """The same, expired or not: for local work."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [at])
        row = cursor.fetchone()
    return read_latest(row[0] if row else None)


def read_latest(hash: str | None) -> MemberList:
    """What `LATEST` has found. Refuses `NoMemberList`."""
    if hash is None:
        raise NoMemberList
    return _member_list(hash)


def list_of(at: datetime) -> MemberList:
    """By which something said at that time is judged: the list of then, or the oldest one held."""
    row = MemberListVersion.objects.filter(valid_from__lte=at).order_by("-version").values_list("hash").first()
    row = row or MemberListVersion.objects.order_by("version").values_list("hash").first()
    return read_latest(row[0] if row else None)


def newest_list() -> MemberList | None:
    """The highest version held, even one whose time has not come."""
    row = MemberListVersion.objects.order_by("-version").values_list("hash").first()
    return _member_list(row[0]) if row else None


def get_list(version: int) -> MemberList:
    """The list an old event was written under. Refuses `Missing`."""
    row = MemberListVersion.objects.filter(version=version).values_list("hash").first()
    if row is None:
        raise Missing
    return _member_list(row[0])


def find_list(version: int) -> MemberList | None:
    """The same, or None."""
    row = MemberListVersion.objects.filter(version=version).values_list("hash").first()
    return _member_list(row[0]) if row else None


def list_lists(*, after: int = 0) -> list[MemberList]:
    """Every version held that is higher than `after`, the oldest first."""
    rows = MemberListVersion.objects.filter(version__gt=after).order_by("version").values_list("hash", flat=True)
    return [_member_list(hash) for hash in rows]


def list_rivals() -> list[int]:
    """Versions of which two different lists, both signed by the roots, have been seen: somebody must ask the alliance's office."""
    return sorted(set(RivalList.objects.values_list("version", flat=True)))


def get_list_bytes(version: int) -> bytes:
    """As signed, for handing on."""
    row = MemberListVersion.objects.filter(version=version).values_list("raw").first()
    if row is None:
        raise Missing
    return bytes(row[0])


def list_agreements(at: datetime) -> list[Agreement]:
    """The agreements in force on the legal day of `at`: of each, the newest version that has begun, without the members that have left."""
    day = legal_day(at)
    return [agreement for agreement in _begun(day) if agreement.members and agreement.in_force(day)]


def list_versions(agreement: str = "") -> list[Agreement]:
    """Every version held, of one agreement or of all, by id and version; as signed, so with members that have left since."""
    rows = AgreementVersion.objects.filter(**({"agreement": agreement} if agreement else {}))
    return [_agreement(hash) for hash in rows.order_by("agreement", "version").values_list("hash", flat=True)]


def list_leaving(agreement: str) -> list[tuple[str, int, date]]:
    """Members that leave or have left, whose notice somebody else has received in time: (region, the version that it is about, last day)."""
    seen = AgreementStatement.objects.filter(act=SEEN, document=OuterRef("hash"))
    rows = AgreementStatement.objects.filter(Exists(seen), agreement=agreement, act=LEAVING)
    return _leaving(rows)


def list_unseen_notices(agreement: str, *, since: datetime) -> list[tuple[str, int, date]]:
    """The same of notices that wait for a receipt, given after `since`."""
    seen = AgreementStatement.objects.filter(act=SEEN, document=OuterRef("hash"))
    rows = AgreementStatement.objects.filter(~Exists(seen), agreement=agreement, act=LEAVING, received_at__gt=since)
    return _leaving(rows)


def _leaving(rows: QuerySet[AgreementStatement]) -> list[tuple[str, int, date]]:
    rows = rows.order_by("last_day", "member")
    return [(row.member, row.version, row.last_day) for row in rows if row.last_day]


def reason_of(row: AgreementStatement) -> str:
    """Of a statement that was verified when it came."""
    return str(claims_of_statement(row)["reason"])


def claims_of_statement(row: AgreementStatement) -> Json:
    claims: Json = envelopes.read(bytes(row.raw), type=envelopes.AGREEMENT_STATEMENT).claims()
    return claims


def read_agreement(hash: str) -> bytes:
    """A version in full, with the signatures with which it was taken in. Refuses `Missing`."""
    row = AgreementVersion.objects.filter(hash=hash).values_list("raw").first()
    if row is None:
        raise Missing
    return bytes(row[0])


def get_agreement(id: str, version: int) -> Agreement:
    """Refuses `Missing`."""
    row = AgreementVersion.objects.filter(agreement=id, version=version).values_list("hash").first()
    if row is None:
        raise Missing
    return _agreement(row[0])


def find_clause(*, item: str, mode: str, receiving: str, deciding: str, at: datetime) -> Clause:
    """The clause that covers a hand-over: the most specific, then the newest. Refuses `NotCoveredByAgreement`."""
    found = list_clauses(item=item, mode=mode, receiving=receiving, deciding=deciding, at=at)
    if not found:
        raise NotCoveredByAgreement(item=item, mode=mode, receiving=receiving, deciding=deciding)
    return found[0]


def list_clauses(*, item: str, mode: str, receiving: str, deciding: str, at: datetime) -> list[Clause]:
    """All clauses that cover a hand-over, the one that wins first; so that an overlap can be shown."""
    entries = [(agreement, article) for agreement in list_agreements(at) for article in agreement.articles]
    return rank_clauses(entries, item=item, mode=mode, receiving=receiving, deciding=deciding)


def rank_clauses(
    entries: Iterable[tuple[Agreement, Article]], *, item: str, mode: str, receiving: str, deciding: str
) -> list[Clause]:
    """Of these articles, those that cover it: the most specific first, then the newest."""
    candidates = [
        (agreement, article, Clause(agreement.id, agreement.version, article.number, item, mode, receiving, deciding))
        for agreement, article in entries
    ]
    covering = [entry for entry in candidates if entry[0].covers(entry[1], entry[2])]
    return [clause for _, _, clause in sorted(covering, key=_rank, reverse=True)]


def require_covered(clause: Clause, at: datetime) -> None:
    """The named article must be in force and cover what the clause says. Refuses `NotCoveredByAgreement`, `ClauseMismatch`."""
    in_force = {(agreement.id, agreement.version): agreement for agreement in list_agreements(at)}
    agreement = in_force.get((clause.agreement, clause.version))
    if agreement is None:
        raise NotCoveredByAgreement(
            item=clause.item, mode=clause.mode, receiving=clause.receiving, deciding=clause.deciding
        )
    article = agreement.find_article(clause.article)
    if article is None or not agreement.covers(article, clause):
        raise ClauseMismatch(agreement=clause.agreement, version=clause.version, article=clause.article)


def recognises_helpers(clause: Clause) -> bool:
    """Whether its agreement says that the others recognise helpers of the receiving place. Refuses `Missing`."""
    helpers = get_agreement(clause.agreement, clause.version).terms.helpers
    return EVERY in helpers or clause.receiving in helpers


def _rank(entry: tuple[Agreement, Article, Clause]) -> tuple[object, ...]:
    agreement, article, clause = entry
    return (*article.specificity(clause), agreement.valid_from, agreement.version, agreement.id, article.number)


# Asked with every event too: one statement for the versions and for who has left them.
_HELD = """
    SELECT held.hash, array_agg(gone.member) FILTER (WHERE gone.last_day < %s)
    FROM alliance_agreementversion held LEFT JOIN alliance_agreementstatement gone
        ON gone.agreement = held.agreement AND gone.act = 'leaving' AND gone.version >= held.version AND EXISTS
            (SELECT 1 FROM alliance_agreementstatement seen WHERE seen.document = gone.hash AND seen.act = 'seen')
    GROUP BY held.hash, held.version ORDER BY held.version
"""


def _begun(day: date) -> Iterable[Agreement]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [day])
        rows = cursor.fetchall()
    agreements = (without(_agreement(hash), gone or ()) for hash, gone in rows)
    return {agreement.id: agreement for agreement in agreements if agreement.valid_from <= day}.values()


def without(agreement: Agreement, gone: Collection[str]) -> Agreement:
    """What is left of it for the others; one member alone has no agreement."""
    if not gone:
        return agreement
    left = tuple(code for code in agreement.members if code not in gone)
    return replace(agreement, members=left if len(left) > 1 else ())


def _member_list(hash: str) -> MemberList:
    return _cached(_lists, hash, lambda: _claims(MemberListVersion, hash, envelopes.MEMBER_LIST), MemberList.from_json)


def _agreement(hash: str) -> Agreement:
    return _cached(_agreements, hash, lambda: _claims(AgreementVersion, hash, envelopes.AGREEMENT), Agreement.from_json)


def _cached(
    cache: dict[str, _Document], hash: str, claims: Callable[[], Json], read: Callable[..., _Document]
) -> _Document:
    """Signed bytes never change, so what was read from them can be kept by their hash."""
    if hash not in cache:
        cache[hash] = read(claims(), hash=hash)
    return cache[hash]


def _claims(table: type[MemberListVersion] | type[AgreementVersion], hash: str, type: str) -> Json:
    raw = bytes(table._default_manager.filter(hash=hash).values_list("raw", flat=True).get())
    envelope = envelopes.read(raw, type=type, max_bytes=MAX_DOCUMENT_BYTES)
    claims: Json = envelope.claims(max_bytes=MAX_DOCUMENT_BYTES)
    return claims
