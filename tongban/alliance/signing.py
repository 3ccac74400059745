"""Signing an agreement (签署): a draft is proposed, each member signs or declines, and once all have signed it is taken in everywhere.

Four eyes: who wrote a draft does not sign it. A node signs once all its regions among the members have. What travels is signed bytes that
any node may hand on, so it does not matter how often, in which order and by whom they come.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries, rounds, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.drafts import find_faults, next_version, open_draft, require_role
from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.models import (
    AgreementConsent,
    AgreementProposal,
    AgreementSignature,
    AgreementStatement,
    AgreementVersion,
)
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.statements import (
    DECLINED,
    LEAVING,
    MAX_REASON,
    WITHDRAWN,
    Statement,
    read_statement,
    sign_statement,
)
from tongban.alliance.verification import claims_of, read_document
from tongban.kernel import envelopes, strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import Envelope, Signature
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

SIGNING = frozenset({"chief"})
MOST_OPEN = 100
"""Proposals of one member that are not finished: a peer cannot fill our tables."""
MOST_SKEW = timedelta(minutes=10)


class AgreementFaulty(Refused):
    status = 422
    text = Text("协议草案还有 {count} 处需要改正，不能签署。", "The draft has {count} faults and cannot be signed.")
    advice = Text("请按页面提示改正。", "Correct what the page names.")


class OwnAgreementDraft(Refused):
    """Four eyes."""

    status = 403
    text = Text("起草或者修改过这份草案的人不能签署。", "Whoever wrote in this draft does not sign it.")
    advice = Text("请由另一位签署人签署。", "Let another signer sign it.")


class SigningOver(Refused):
    text = Text(
        "这份协议不能再签署：已经全部签署、撤回、被拒绝，或者生效日期已过。",
        "This cannot be signed any more: everybody has, or it was withdrawn or declined, or its first day has passed.",
    )
    advice = Text("请查看签署情况；需要时重新起草。", "Look at the round; draw it up anew if it is still wanted.")


class RivalProposal(Refused):
    """Two texts of one version, each signed by all, would make two nodes believe different things."""

    text = Text(
        "本地区已经签署过同一协议第 {version} 版的另一份文本。",
        "This place has signed another text of version {version} of the same agreement.",
    )
    advice = Text(
        "请由提出地撤回其中一份，再以新的版本提出。", "Let one of them be withdrawn and proposed as a new version."
    )


class AgreementSignedAlready(Refused):
    text = Text("本地区已经签署，不能再拒绝。", "This place has signed and cannot decline any more.")
    advice = Text(
        "请由提出地撤回，或者生效后按协议退出。", "Ask who proposed it to withdraw it, or leave it once it is in force."
    )


class AgreementReasonMissing(Refused):
    status = 422
    text = Text("请写明理由，不超过 500 字。", "Say why, in at most 500 characters.")
    advice = Text("理由会送达各成员，不要写个人信息。", "All members will read it; no personal data.")


class NotAsked(Refused):
    status = 403
    text = Text("本地区不是这份协议的签署方。", "This place is not asked to sign this agreement.")
    advice = Text("请由协议成员签署。", "Its members sign it.")


class NoticeTooShort(Refused):
    status = 422
    text = Text(
        "退出应当提前 {days} 天预告：最后一天不早于 {earliest}。",
        "A member gives {days} days' notice: the last day is {earliest} at the earliest.",
    )
    advice = Text("请改为更晚的日期。", "Choose a later day.")


class NoNoticeAgreed(Refused):
    text = Text("协议没有约定单方退出。", "This agreement does not let a member leave alone.")
    advice = Text(
        "请提出带终止日期的新版本，由全体成员签署。", "Propose a version with a last day, signed by all members."
    )


class TooManyProposals(Refused):
    status = 429
    text = Text("该成员未完成的提案过多。", "This member has too many unfinished proposals.")
    advice = Text("请先完成或撤回。", "Finish or withdraw some first.")


@transaction.atomic
def propose_draft(*, node: Node, region: str, draft_id: UUID, by: Actor, at: datetime) -> str:
    """The signer of the place that wrote it signs first. Returns the hash. Refuses `AgreementFaulty`, `OwnAgreementDraft`, `Forbidden`."""
    row = open_draft(region, draft_id, by=by, roles=SIGNING)
    if by.ref in row.writers:
        raise OwnAgreementDraft
    faults = find_faults(row.document, region=region, at=at)
    if faults:
        raise AgreementFaulty(count=len(faults))
    payload = strictjson.canonical(_complete_document(row.document, row.agreement, region, node))
    hash = envelopes.assemble(payload, type=envelopes.AGREEMENT, signatures=[]).hash(node.suite)
    _keep_proposal(Agreement.from_json(strictjson.parse(payload, max_bytes=MAX_DOCUMENT_BYTES), hash=hash), payload, at)
    row.sent = hash
    row.save(update_fields=["sent"])
    _consent(node, region, hash, by, at)
    return hash


@transaction.atomic
def sign_proposal(*, node: Node, region: str, document: str, by: Actor, at: datetime) -> None:
    """For this place. Refuses `Forbidden`, `Missing`, `NotAsked`, `SigningOver`, `RivalProposal`."""
    require_role(by, region, SIGNING)
    one = rounds.get_round(document, at)
    _require_asked(one, region)
    if one.state != "signing":
        raise SigningOver
    _require_single(one.agreement, node)
    _consent(node, region, document, by, at)


@transaction.atomic
def decline_proposal(*, node: Node, region: str, document: str, reason: str, by: Actor, at: datetime) -> None:
    """Refuses `AgreementSignedAlready`, `SigningOver`, `AgreementReasonMissing`, `NotAsked`."""
    require_role(by, region, SIGNING)
    one = rounds.get_round(document, at)
    _require_asked(one, region)
    if rounds.find_consent(region, document):
        raise AgreementSignedAlready
    if one.state not in ("signing", "late"):
        raise SigningOver
    _state(node, _about(one.agreement, DECLINED, region, node, reason, at), at)


@transaction.atomic
def withdraw_proposal(*, node: Node, region: str, document: str, reason: str, by: Actor, at: datetime) -> None:
    """By the place that proposed it, until everybody has signed. Refuses `NotAsked`, `SigningOver`, `AgreementReasonMissing`."""
    require_role(by, region, SIGNING)
    one = rounds.get_round(document, at)
    if one.proposed_by != region:
        raise NotAsked
    if one.state == "complete":
        raise SigningOver
    _state(node, _about(one.agreement, WITHDRAWN, region, node, reason, at), at)


@transaction.atomic
def leave_agreement(
    *, node: Node, region: str, agreement: str, last_day: date | None, reason: str, by: Actor, at: datetime
) -> None:
    """From the day after `last_day` on nothing new rests on it that this place receives or decides; the others go on without it.

    Refuses `NotAsked`, `NoNoticeAgreed`, `NoticeTooShort`, `AgreementReasonMissing`.
    """
    require_role(by, region, SIGNING)
    held = queries.list_versions(agreement)
    if not held or region not in held[-1].members:
        raise NotAsked
    statement = _about(held[-1], LEAVING, region, node, reason, at, last_day=last_day or legal_day(at))
    _require_notice(held[-1], statement)
    _state(node, statement, at)


@transaction.atomic
def take_agreement(*, raw: bytes, at: datetime) -> bool:
    """A proposal or further signatures of one, from whoever sends it: only what verifies counts. True where it brought something new.

    Refuses `BadDocument`, `UntrustedKey` when nothing of it can be believed, `TooManyProposals`.
    """
    members = queries.current_list(at)
    envelope = read_document(raw, type=envelopes.AGREEMENT)
    hash = envelope.hash(members.suite)
    if AgreementVersion.objects.filter(hash=hash).exists():
        return False
    agreement = Agreement.from_json(claims_of(envelope), hash=hash)
    if agreement.alliance != members.alliance:
        raise BadDocument(reason="another alliance")
    found = list(_believed(envelope, members, at))
    if not services.find_missing(agreement, {node for node, _ in found}, members, at):
        whole = envelopes.assemble(envelope.payload, type=envelopes.AGREEMENT, signatures=[one for _, one in found])
        services.import_agreement(raw=whole.raw, at=at)
        return True
    _require_proposer(agreement, {node for node, _ in found}, members, at)
    _keep_proposal(agreement, envelope.payload, at)
    came = [_keep_signature(hash, node, signature, at) for node, signature in found]
    _finish(hash, at)
    return any(came)


@transaction.atomic
def take_statement(*, raw: bytes, at: datetime) -> bool:
    """What a member says alone. True where it is new. Refuses `BadDocument`, `UntrustedKey`, `NotAsked`, `NoticeTooShort`, `Missing`."""
    statement = read_statement(raw, members=queries.current_list(at))
    if AgreementStatement.objects.filter(hash=statement.hash).exists():
        return False
    if statement.at > at + MOST_SKEW:
        raise BadDocument(reason="from the future")
    if statement.act == LEAVING:
        held = queries.get_agreement(statement.agreement, statement.version)
        _require_member(statement, held, held.members)
        _require_notice(held, statement)
    else:
        one = rounds.get_round(statement.document, at)
        allowed = (one.proposed_by,) if statement.act == WITHDRAWN else one.asked
        _require_member(statement, one.agreement, allowed)
    _keep_statement(statement, raw, at)
    return True


def sign_again(node: Node, at: datetime) -> None:
    """Where a key has ended before everybody had signed, the node signs with its new one what its places have signed for."""
    for one in rounds.list_rounds(at):
        if one.state == "signing":
            _sign_if_all(node, one.hash, at)


def _complete_document(document: Json, agreement: str, region: str, node: Node) -> Json:
    named = {"id": agreement, "version": next_version(agreement), "alliance": node.alliance, "proposed_by": region}
    return Agreement.from_json({**document, **named}).as_json()


def _require_asked(one: rounds.Round, region: str) -> None:
    if region not in one.asked:
        raise NotAsked


def _require_single(agreement: Agreement, node: Node) -> None:
    same = {"agreement": agreement.id, "version": agreement.version}
    others = AgreementProposal.objects.filter(**same).exclude(hash=agreement.hash).values("hash")
    signed = AgreementSignature.objects.filter(document__in=others, node=node.id)
    if signed.exists() or AgreementVersion.objects.filter(**same).exclude(hash=agreement.hash).exists():
        raise RivalProposal(version=agreement.version)


def _consent(node: Node, region: str, document: str, by: Actor, at: datetime) -> None:
    AgreementConsent.objects.get_or_create(region=region, document=document, defaults={"by": by.ref, "at": at})
    _sign_if_all(node, document, at)
    _finish(document, at)


def _sign_if_all(node: Node, document: str, at: datetime) -> None:
    row, members = rounds.get_row(document), queries.current_list(at)
    agreement = rounds.read_proposed(row)
    asked = {*agreement.members, *services.list_former(agreement, members, at)} & set(node.regions)
    agreed = AgreementConsent.objects.filter(document=document, region__in=node.regions).values_list(
        "region", flat=True
    )
    if not asked or not asked <= set(agreed):
        return
    use_listed_keys(node, members, at)
    key = node.keys["event"]
    signed = envelopes.sign_bytes(bytes(row.payload), type=envelopes.AGREEMENT, suite=node.suite, keys=[key])
    _keep_signature(document, node.id, signed.signatures[0], at)


def _finish(document: str, at: datetime) -> None:
    """Once all have signed it is an agreement, whatever was said about it before."""
    row, members = rounds.get_row(document), queries.current_list(at)
    if AgreementVersion.objects.filter(hash=document).exists():
        return
    valid = rounds.list_valid(document, members, at)
    whole = rounds.assemble(bytes(row.payload), valid)
    missing = services.find_missing(rounds.read_proposed(row), {one.node for one in valid}, members, at)
    if whole and not missing:
        services.import_agreement(raw=whole.raw, at=at)


def _believed(envelope: Envelope, members: MemberList, at: datetime) -> Sequence[tuple[str, Signature]]:
    """Signatures that verify, with their nodes; a forged one beside them changes nothing."""
    found = []
    for signature in envelope.signatures:
        try:
            owner = members.owner_of(signature.key_id, "event", at)
            public = members.public_key(signature.key_id, "event", at)
            members.suite.verify(envelope.signed_bytes, signature.value, public=public)
        except (BadSignature, UntrustedKey):
            continue
        found.append((owner.id, signature))
    if not found:
        raise UntrustedKey(key_id=envelope.signatures[0].key_id[:80])
    return found


def _require_proposer(agreement: Agreement, signers: set[str], members: MemberList, at: datetime) -> None:
    """A proposal is one of a member that has signed it itself."""
    author = agreement.terms.proposed_by
    if author not in agreement.members or members.node_of(author, at).id not in signers:
        known = AgreementProposal.objects.filter(hash=agreement.hash).exists()
        if not known:
            raise BadDocument(reason="not signed by who proposes it")
    finished = AgreementVersion.objects.values("hash")
    open = AgreementProposal.objects.filter(proposed_by=author).exclude(hash__in=finished).exclude(hash=agreement.hash)
    closed = AgreementStatement.objects.filter(act__in=(DECLINED, WITHDRAWN)).values("document")
    if open.exclude(hash__in=closed).count() >= MOST_OPEN:
        raise TooManyProposals


def _keep_proposal(agreement: Agreement, payload: bytes, at: datetime) -> None:
    if len(payload) > MAX_DOCUMENT_BYTES:
        raise BadDocument(reason="too long")
    AgreementProposal.objects.get_or_create(
        hash=agreement.hash,
        defaults={
            "agreement": agreement.id, "version": agreement.version, "payload": payload, "received_at": at,
            "proposed_by": agreement.terms.proposed_by,
        },
    )  # fmt: skip


def _keep_signature(document: str, node: str, signature: Signature, at: datetime) -> bool:
    _, is_new = AgreementSignature.objects.get_or_create(
        document=document, key_id=signature.key_id, defaults={"node": node, "value": signature.value, "received_at": at}
    )
    return is_new


def _about(
    agreement: Agreement, act: str, region: str, node: Node, reason: str, at: datetime, *, last_day: date | None = None
) -> Statement:
    if not reason.strip() or len(reason.strip()) > MAX_REASON:
        raise AgreementReasonMissing
    return Statement(
        agreement.alliance, act, agreement.id, agreement.version, agreement.hash, region, node.id, reason.strip(), at, last_day
    )  # fmt: skip


def _state(node: Node, statement: Statement, at: datetime) -> None:
    members = queries.current_list(at)
    use_listed_keys(node, members, at)
    raw = sign_statement(statement, node=node)
    _keep_statement(read_statement(raw, members=members), raw, at)


def _keep_statement(statement: Statement, raw: bytes, at: datetime) -> None:
    names = ("act", "agreement", "version", "document", "member", "last_day")
    values = {name: getattr(statement, name) for name in names}
    AgreementStatement.objects.get_or_create(hash=statement.hash, defaults={**values, "raw": raw, "received_at": at})


def _require_member(statement: Statement, agreement: Agreement, allowed: Sequence[str]) -> None:
    if statement.member not in allowed or statement.document != agreement.hash:
        raise NotAsked
    if (statement.agreement, statement.version) != (agreement.id, agreement.version):
        raise BadDocument(reason="another agreement")


def _require_notice(agreement: Agreement, statement: Statement) -> None:
    days = agreement.terms.notice_days
    if days is None:
        raise NoNoticeAgreed
    earliest = legal_day(statement.at) + timedelta(days=days)
    if statement.last_day is None or statement.last_day < earliest:
        raise NoticeTooShort(days=days, earliest=earliest.isoformat())
