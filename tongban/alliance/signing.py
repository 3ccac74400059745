"""Signing an agreement (签署): a draft is proposed, each member signs or declines, and once all have signed it is taken in everywhere.

Four eyes: who wrote a draft does not sign it. A node signs once all its regions among the members have. What travels is signed bytes that
any node may hand on, so it does not matter how often, in which order and by whom they come.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries, receipts, rounds, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.completing import finish, has_rival, keep_proposal, keep_signature
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.drafts import find_faults, next_version, open_draft, require_role
from tongban.alliance.models import (
    AgreementConsent,
    AgreementSignature,
)
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.receipts import keep_statement
from tongban.alliance.statements import (
    DECLINED,
    LEAVING,
    MAX_REASON,
    WITHDRAWN,
    Statement,
    read_statement,
    sign_statement,
)
from tongban.kernel import envelopes, strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

SIGNING = frozenset({"chief"})


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


@transaction.atomic
def propose_draft(*, node: Node, region: str, draft_id: UUID, by: Actor, at: datetime) -> str:
    """The signer of the place that wrote it signs first. Returns the hash. Refuses `AgreementFaulty`, `OwnAgreementDraft`, `Forbidden`."""
    row = open_draft(region, draft_id, by=by, roles=SIGNING)
    if by.ref in row.writers:
        raise OwnAgreementDraft
    services.lock_agreement(row.agreement)
    faults = find_faults(row.document, region=region, at=at)
    if faults:
        raise AgreementFaulty(count=len(faults))
    payload = strictjson.canonical(_complete_document(row.document, row.agreement, region, node))
    hash = envelopes.assemble(payload, type=envelopes.AGREEMENT, signatures=[]).hash(node.suite)
    keep_proposal(Agreement.from_json(strictjson.parse(payload, max_bytes=MAX_DOCUMENT_BYTES), hash=hash), payload, at)
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
    services.lock_agreement(one.agreement.id)
    if has_rival(one.agreement, node):
        raise RivalProposal(version=one.agreement.version)
    _consent(node, region, document, by, at)


@transaction.atomic
def decline_proposal(*, node: Node, region: str, document: str, reason: str, by: Actor, at: datetime) -> None:
    """Refuses `AgreementSignedAlready`, `SigningOver`, `AgreementReasonMissing`, `NotAsked`."""
    require_role(by, region, SIGNING)
    one = rounds.get_round(document, at)
    _require_asked(one, region)
    if rounds.find_consent(region, document):
        raise AgreementSignedAlready
    if one.state not in ("signing", "waiting", "late"):
        raise SigningOver
    _state(node, _about(one.agreement, DECLINED, region, node, reason, at), at)


@transaction.atomic
def withdraw_proposal(*, node: Node, region: str, document: str, reason: str, by: Actor, at: datetime) -> None:
    """By the place that proposed it, until everybody has signed. Refuses `NotAsked`, `SigningOver`, `AgreementReasonMissing`."""
    require_role(by, region, SIGNING)
    one = rounds.get_round(document, at)
    if one.proposed_by != region:
        raise rounds.NotAsked
    if one.state in ("complete", "confirming"):
        raise SigningOver
    _state(node, _about(one.agreement, WITHDRAWN, region, node, reason, at), at)


@transaction.atomic
def leave_agreement(
    *, node: Node, region: str, agreement: str, last_day: date | None, reason: str, by: Actor, at: datetime
) -> None:
    """From the day after `last_day` on nothing new rests on it that this place receives or decides; the others go on without it.

    It counts once another node says that it has received it in time.
    Refuses `NotAsked`, `NoNoticeAgreed`, `NoticeTooShort`, `AgreementReasonMissing`.
    """
    require_role(by, region, SIGNING)
    held = queries.list_versions(agreement)
    if not held or region not in held[-1].members:
        raise rounds.NotAsked
    statement = _about(held[-1], LEAVING, region, node, reason, at, last_day=last_day or legal_day(at))
    receipts.require_notice(held[-1], statement, seen_at=at)
    notice, raw = _state(node, statement, at)
    if all(node.hosts(code) for code in held[-1].members):
        receipts.give_receipt(node, held[-1], at, notice=notice, raw=raw)


def sign_again(node: Node, at: datetime) -> None:
    """Where a key has ended, the node signs with its new one what its places have signed for: so that everybody comes to sign, and a peer
    that was away can believe what all have signed."""
    use_listed_keys(node, queries.current_list(at), at)
    key = node.keys["event"]
    signed = AgreementSignature.objects.filter(key_id=key.id).values("document")
    agreed = AgreementConsent.objects.filter(region__in=node.regions).exclude(document__in=signed)
    for document in agreed.values_list("document", flat=True).distinct():
        if rounds.get_round(document, at).state in ("waiting", "confirming", "signing", "complete"):
            _sign_if_all(node, document, at)


def _complete_document(document: Json, agreement: str, region: str, node: Node) -> Json:
    held = queries.list_versions(agreement)
    named = {
        "id": agreement, "version": next_version(agreement), "alliance": node.alliance, "proposed_by": region,
        "prev": held[-1].hash if held else None, "sign_by": document.get("sign_by") or document["valid_from"],
    }  # fmt: skip
    return Agreement.from_json({**document, **named}).as_json()


def _require_asked(one: rounds.Round, region: str) -> None:
    if region not in one.asked:
        raise rounds.NotAsked


def _consent(node: Node, region: str, document: str, by: Actor, at: datetime) -> None:
    AgreementConsent.objects.get_or_create(region=region, document=document, defaults={"by": by.ref, "at": at})
    _sign_if_all(node, document, at)
    finish(document, at, node)


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
    if AgreementSignature.objects.filter(document=document, key_id=key.id).exists():
        return
    signed = envelopes.sign_bytes(bytes(row.payload), type=envelopes.AGREEMENT, suite=node.suite, keys=[key])
    keep_signature(document, node.id, signed.signatures[0], at)


def _about(
    agreement: Agreement, act: str, region: str, node: Node, reason: str, at: datetime, *, last_day: date | None = None
) -> Statement:
    if not reason.strip() or len(reason.strip()) > MAX_REASON:
        raise AgreementReasonMissing
    return Statement(
        agreement.alliance, act, agreement.id, agreement.version, agreement.hash, region, node.id, reason.strip(), at, last_day
    )  # fmt: skip


def _state(node: Node, statement: Statement, at: datetime) -> tuple[Statement, bytes]:
    use_listed_keys(node, queries.current_list(at), at)
    raw = sign_statement(statement, node=node)
    signed = read_statement(raw, list_of=queries.list_of)
    keep_statement(signed, raw, at)
    return signed, raw
