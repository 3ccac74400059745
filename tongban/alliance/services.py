"""What others may do: take in a member list or an agreement. Signatures are verified before anything is read."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tongban.alliance import queries
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.models import (
    AgreementProposal,
    AgreementVersion,
    MemberListVersion,
    RivalList,
)
from tongban.alliance.trust import Trust
from tongban.alliance.verification import claims_of, read_document, read_member_list
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import Envelope
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

MOST_AHEAD = 1000
"""Numbers of versions may have gaps; one far ahead would leave none for the others."""


class ListRolledBack(Refused):
    """Lists only go forward; two lists of one version are a fault of the alliance's office."""

    text = Text(
        "成员名单第 {version} 版不比现有第 {newest} 版新，或内容不衔接。",
        "Member list version {version} is not newer than version {newest}, or does not follow it.",
    )
    advice = Text("请索取最新的成员名单。", "Ask for the newest member list.")


class TwoListsOfOneVersion(ListRolledBack):
    """Only holders of root keys can have signed both: kept as evidence, shown to the operator, and never taken in."""

    text = Text(
        "成员名单第 {version} 版出现了两个不同的签发文本（现有第 {newest} 版）。",
        "There are two different signed member lists of version {version} (version {newest} is held).",
    )
    advice = Text("请立即联系联盟管理机构核实。", "Call the alliance's office at once.")


class AgreementIncomplete(Refused):
    text = Text(
        "协议 {agreement} 尚缺以下成员签名：{missing}",
        "Agreement {agreement} lacks the signatures of: {missing}",
    )
    advice = Text("全体成员签名后再导入。", "Import it once every member has signed.")


class PredecessorMissing(Refused):
    """Who must sign a further version is not known without the one before."""

    text = Text(
        "协议 {agreement} 第 {version} 版所接续的前一版尚未收到。",
        "The version before version {version} of agreement {agreement} is not held here yet.",
    )
    advice = Text(
        "请先导入前一版，或等待其他节点送来。", "Take in the version before first, or wait until a peer brings it."
    )


class SigningLapsed(Refused):
    text = Text(
        "协议 {agreement} 第 {version} 版的签署期限（{last}）已过，逾期的签名不算。",
        "Version {version} of agreement {agreement} was to be signed by {last}; later signatures do not count.",
    )
    advice = Text("需要时重新起草，由全体成员签署。", "Draw it up anew if it is still wanted.")


class AgreementChanged(Refused):
    text = Text(
        "协议 {agreement} 第 {version} 版已存在且内容不同。",
        "Version {version} of agreement {agreement} exists with other content.",
    )
    advice = Text("修改须用新的版本号，由全体成员重新签名。", "Changes need a new version signed by every member.")


@transaction.atomic
def import_member_list(*, raw: bytes, trust: Trust, at: datetime) -> MemberList:
    """Keep a newer member list, signed by enough roots of the list before it (the first: of `trust`) and of its own. Only forward (M7).

    The newest list again changes nothing. Refuses `NotEnoughSignatures`, `ListRolledBack`, `TwoListsOfOneVersion`, `UntrustedKey`,
    `BadDocument`.
    """
    newest = queries.newest_list()
    members = read_member_list(raw, newest.trust if newest else trust)
    if newest and members.hash == newest.hash:
        return newest
    if newest:
        _require_forward(members, newest)
    _store(members, raw, at)
    return members


@transaction.atomic
def keep_earlier_list(*, raw: bytes, at: datetime) -> MemberList:
    """A version that was skipped, proved by the hash in its successor: what was signed in its time is judged by it.

    Refuses `ListRolledBack`, `BadDocument`.
    """
    newest = queries.newest_list()
    if newest is None:
        raise queries.NoMemberList
    envelope = read_document(raw, type=envelopes.MEMBER_LIST)
    members = MemberList.from_json(claims_of(envelope), hash=envelope.hash(newest.suite))
    after = queries.find_list(members.version + 1)
    if after is None or after.prev != members.hash:
        raise ListRolledBack(version=members.version, newest=newest.version)
    if queries.find_list(members.version) is None:
        _store(members, raw, at)
    return members


def note_rival_list(*, raw: bytes, at: datetime) -> None:
    """Evidence for the alliance's office. Refuses `UntrustedKey`, `NotEnoughSignatures`: anybody can write a list."""
    newest = queries.newest_list()
    if newest is None:
        raise queries.NoMemberList
    members = read_member_list(raw, newest.trust)
    RivalList.objects.get_or_create(
        hash=members.hash, defaults={"version": members.version, "raw": raw, "found_at": at}
    )


def _require_forward(members: MemberList, newest: MemberList) -> None:
    held = queries.find_list(members.version)
    if held and held.hash != members.hash:
        raise TwoListsOfOneVersion(version=members.version, newest=newest.version)
    if held or not _follows(members, newest):
        raise ListRolledBack(version=members.version, newest=newest.version)


def _store(members: MemberList, raw: bytes, at: datetime) -> None:
    MemberListVersion.objects.create(
        version=members.version,
        hash=members.hash,
        valid_from=members.valid_from,
        valid_until=members.valid_until,
        raw=raw,
        imported_at=at,
    )


@transaction.atomic
def import_agreement(*, raw: bytes, at: datetime) -> Agreement:
    """Keep an agreement that the node of every member has signed with its event key; a further version, also the members of the one before.

    By hand, so within the days of signing only. The same again changes nothing. Refuses `AgreementIncomplete`, `AgreementChanged`,
    `PredecessorMissing`, `SigningLapsed`, `UntrustedKey`, `BadDocument`.
    """
    members = queries.current_list(at)
    envelope = read_document(raw, type=envelopes.AGREEMENT)
    signers = _signing_nodes(envelope, members, at)
    agreement = Agreement.from_json(claims_of(envelope), hash=envelope.hash(members.suite))
    if agreement.alliance != members.alliance:
        raise BadDocument(reason="another alliance")
    require_near(agreement)
    lock_agreement(agreement.id)
    if AgreementVersion.objects.filter(hash=agreement.hash).exists():
        return agreement
    require_predecessor(agreement)
    missing = find_missing(agreement, signers, members, at)
    if missing:
        raise AgreementIncomplete(agreement=agreement.id, missing=", ".join(missing))
    if agreement.sign_by and legal_day(at) > agreement.sign_by:
        raise SigningLapsed(agreement=agreement.id, version=agreement.version, last=agreement.sign_by.isoformat())
    return keep_version(agreement, raw, at)


def keep_version(agreement: Agreement, raw: bytes, at: datetime) -> Agreement:
    """Of an agreement that is known to be complete. Refuses `AgreementChanged`."""
    row, _ = AgreementVersion.objects.get_or_create(
        agreement=agreement.id,
        version=agreement.version,
        defaults={"hash": agreement.hash, "raw": raw, "imported_at": at},
    )
    if row.hash != agreement.hash:
        raise AgreementChanged(agreement=agreement.id, version=agreement.version)
    return agreement


def lock_agreement(id: str) -> None:
    """Until the transaction ends: two who sign at once must not sign two texts of one version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.agreement {id}"])


def require_near(agreement: Agreement) -> None:
    """Refuses `BadDocument`."""
    known = [
        table.objects.filter(agreement=agreement.id).aggregate(newest=Max("version"))["newest"] or 0
        for table in (AgreementVersion, AgreementProposal)
    ]
    if agreement.version > max(known) + MOST_AHEAD:
        raise BadDocument(reason="a version far ahead")


def require_predecessor(agreement: Agreement) -> None:
    """The version that a further one follows is held, and so, step by step, all before it. Refuses `PredecessorMissing`, `BadDocument`."""
    if agreement.version == 1:
        return
    if not agreement.prev:
        raise BadDocument(reason="names no version before it")
    held = AgreementVersion.objects.filter(agreement=agreement.id, hash=agreement.prev).first()
    if held is None:
        raise PredecessorMissing(agreement=agreement.id, version=agreement.version)
    if held.version >= agreement.version:
        raise BadDocument(reason="follows a later version")


def follows_held(agreement: Agreement) -> bool:
    """Whether the version that it follows is held, or it is a first one."""
    return (
        agreement.version == 1 or AgreementVersion.objects.filter(agreement=agreement.id, hash=agreement.prev).exists()
    )


def find_missing(agreement: Agreement, signers: Collection[str], members: MemberList, at: datetime) -> list[str]:
    """Regions whose node has not signed. Refuses `RegionNotInAlliance`."""
    own = [code for code in agreement.members if members.node_of(code, at).id not in signers]
    return own + [code for code in list_former(agreement, members, at) if members.node_of(code, at).id not in signers]


def list_former(agreement: Agreement, members: MemberList, at: datetime) -> list[str]:
    """Members of the version it follows that are none of this one: nobody is left out of an agreement who has not signed that.

    So are members of a version in between, where two follow the same one. Whoever has left it by the new one's first day, or can sign
    nothing any more, is not asked.
    """
    before = [held for held in queries.list_versions(agreement.id) if held.version < agreement.version]
    if not before:
        return []
    since = next((held.version for held in before if held.hash == agreement.prev), before[-1].version)
    leaving = queries.list_leaving(agreement.id)
    gone = {code for code, version, day in leaving if version >= before[-1].version and day < agreement.valid_from}
    known = {code for held in before if held.version >= since for code in held.members}
    others = known - set(agreement.members) - gone
    return sorted(code for code in others if members.is_active(code, at))


def _follows(members: MemberList, newest: MemberList) -> bool:
    """A node that was away may skip versions; the one just before is checked by its hash."""
    if members.version == newest.version + 1:
        return members.prev == newest.hash
    return members.version > newest.version


def _signing_nodes(envelope: Envelope, members: MemberList, at: datetime) -> set[str]:
    key_ids = [signature.key_id for signature in envelope.signatures]
    try:
        envelopes.verify(
            envelope, suite=members.suite, public_key_of=lambda key_id: members.public_key(key_id, "event", at)
        )
    except BadSignature:
        raise UntrustedKey(key_id=key_ids[0]) from None
    return {members.owner_of(key_id, "event", at).id for key_id in key_ids}
