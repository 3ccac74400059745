"""A version is completed (签齐): what has come of it is kept, and once all have signed in time it is taken in, whoever brought the last of it."""

from datetime import datetime

from tongban.alliance import queries, receipts, rounds, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import BadDocument
from tongban.alliance.models import AgreementProposal, AgreementSignature, AgreementVersion
from tongban.kernel.envelopes import Signature
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day


def keep_proposal(agreement: Agreement, payload: bytes, at: datetime) -> None:
    if len(payload) > MAX_DOCUMENT_BYTES:
        raise BadDocument(reason="too long")
    AgreementProposal.objects.get_or_create(
        hash=agreement.hash,
        defaults={
            "agreement": agreement.id, "version": agreement.version, "payload": payload, "received_at": at,
            "proposed_by": agreement.terms.proposed_by, "sign_until": agreement.signable_until,
        },
    )  # fmt: skip


def keep_signature(document: str, node: str, signature: Signature, at: datetime) -> bool:
    _, is_new = AgreementSignature.objects.get_or_create(
        document=document, key_id=signature.key_id, defaults={"node": node, "value": signature.value, "received_at": at}
    )
    return is_new


def finish(document: str, at: datetime, node: Node | None) -> None:
    """Once all have signed it is an agreement, whatever was said about it before."""
    row = AgreementProposal.objects.filter(hash=document).first()
    if row is None or AgreementVersion.objects.filter(hash=document).exists():
        return
    agreement = rounds.read_proposed(row)
    services.lock_agreement(agreement.id)
    if not services.follows_held(agreement) or has_rival(agreement, node):
        return
    if agreement.sign_by and node and legal_day(at) <= agreement.sign_by and receipts.is_signed(agreement, at):
        receipts.give_receipt(node, agreement, at)
    done = (
        receipts.find_completion(agreement) if agreement.sign_by else at if receipts.is_signed(agreement, at) else None
    )
    whole = (
        rounds.assemble(bytes(row.payload), rounds.list_valid(document, queries.list_of(done), done)) if done else None
    )
    if whole:
        services.require_predecessor(agreement)
        services.keep_version(agreement, whole.raw, at)
        finish_others(agreement.id, at, node)


def finish_others(agreement: str, at: datetime, node: Node | None) -> None:
    """Versions that waited for this one, or for a member that was asked and has left."""
    for row in list(rounds.list_unfinished(agreement)):
        finish(row.hash, at, node)


def has_rival(agreement: Agreement, node: Node | None) -> bool:
    """Whose node has signed another text of this version, or holds one, believes no second one, whoever has signed that."""
    same = {"agreement": agreement.id, "version": agreement.version}
    others = AgreementProposal.objects.filter(**same).exclude(hash=agreement.hash).values("hash")
    signed = AgreementSignature.objects.filter(document__in=others, node=node.id if node else "")
    return signed.exists() or AgreementVersion.objects.filter(**same).exclude(hash=agreement.hash).exists()
