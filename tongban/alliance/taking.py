"""What peers bring of agreements (收取): proposals, signatures, and what a member says alone. Only what verifies counts, from whoever sends it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongban.alliance import queries, receipts, rounds, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.completing import finish, finish_others, has_rival, keep_proposal, keep_signature
from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.models import AgreementProposal, AgreementStatement, AgreementVersion
from tongban.alliance.receipts import MOST_SKEW, keep_statement
from tongban.alliance.signers import find_owner, get_public_key, is_compromised
from tongban.alliance.statements import DECLINED, LEAVING, SEEN, WITHDRAWN, Statement, read_statement
from tongban.alliance.verification import claims_of, read_document
from tongban.kernel import envelopes, registries
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import Envelope, Signature
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

MOST_OPEN = 100
"""Proposals of one member that are not finished: a peer cannot fill our tables."""


class TooManyProposals(Refused):
    status = 429
    text = Text("该成员未完成的提案过多。", "This member has too many unfinished proposals.")
    advice = Text("请先完成或撤回。", "Finish or withdraw some first.")


@transaction.atomic
def take_agreement(*, raw: bytes, at: datetime) -> bool:
    """A proposal or further signatures of one, from whoever sends it: only what verifies counts. True where it brought something new.

    Refuses `BadDocument`, `UntrustedKey` when nothing of it can be believed, `TooManyProposals`, `AgreementChanged`.
    """
    members = queries.current_list(at)
    envelope = read_document(raw, type=envelopes.AGREEMENT)
    hash = envelope.hash(members.suite)
    if AgreementVersion.objects.filter(hash=hash).exists():
        return False
    agreement = Agreement.from_json(claims_of(envelope), hash=hash)
    if agreement.alliance != members.alliance:
        raise BadDocument(reason="another alliance")
    services.require_near(agreement)
    found = _believed(envelope, members)
    now_valid = [(node, one) for node, one in found if rounds.serves(one.key_id, members, at)]
    if not services.find_missing(agreement, {node for node, _ in now_valid}, members, at):
        if has_rival(agreement, registries.find_node()):
            raise services.AgreementChanged(agreement=agreement.id, version=agreement.version)
        if agreement.sign_by is None:
            return _take_whole(agreement, envelope, [one for _, one in now_valid], at)
    if agreement.version > 1 and not agreement.prev:
        raise BadDocument(reason="names no version before it")
    _require_proposer(agreement, {node for node, _ in found}, members, at)
    keep_proposal(agreement, envelope.payload, at)
    came = [keep_signature(hash, node, signature, at) for node, signature in found]
    finish(hash, at, registries.find_node())
    return any(came)


def _take_whole(agreement: Agreement, envelope: Envelope, signatures: Sequence[Signature], at: datetime) -> bool:
    """Of a text without days of signing: as it can be believed today. Refuses `PredecessorMissing`."""
    services.require_predecessor(agreement)
    whole = envelopes.assemble(envelope.payload, type=envelopes.AGREEMENT, signatures=signatures)
    services.import_agreement(raw=whole.raw, at=at)
    finish_others(agreement.id, at, registries.find_node())
    return True


@transaction.atomic
def take_statement(*, raw: bytes, at: datetime) -> bool:
    """What a member says alone. True where it is new. Refuses `BadDocument`, `UntrustedKey`, `NotAsked`, `NoticeTooShort`, `Missing`."""
    queries.current_list(at)
    statement = _read(raw, at)
    if AgreementStatement.objects.filter(hash=statement.hash).exists():
        return False
    if statement.act == SEEN:
        _take_receipt(statement, at)
    elif statement.act == LEAVING:
        return _take_notice(statement, raw, at)
    else:
        one = rounds.get_round(statement.document, at)
        allowed = (one.proposed_by,) if statement.act == WITHDRAWN else one.asked
        _require_member(statement, one.agreement, allowed)
    keep_statement(statement, raw, at)
    if statement.act == SEEN and not statement.carried:
        finish(statement.document, at, registries.find_node())
    return True


def _read(raw: bytes, at: datetime) -> Statement:
    statement = read_statement(raw, list_of=queries.list_of)
    key = read_document(raw, type=envelopes.AGREEMENT_STATEMENT).key_id
    if is_compromised(key):
        raise UntrustedKey(key_id=key[:80])
    if statement.at > at + MOST_SKEW:
        raise BadDocument(reason="from the future")
    return statement


def _take_receipt(receipt: Statement, at: datetime) -> None:
    """Of a version, or of a notice, which comes along in it."""
    if not receipt.carried:
        row = AgreementProposal.objects.filter(hash=receipt.document).first()
        agreement = rounds.read_proposed(row) if row else _held(receipt)
        receipts.require_version_receipt(receipt, agreement)
        return
    notice = _read(receipt.carried, at)
    if notice.act != LEAVING:
        raise BadDocument(reason="no notice")
    held = queries.get_agreement(notice.agreement, notice.version)
    _require_member(notice, held, held.members)
    receipts.require_notice_receipt(receipt, notice, held)
    keep_statement(notice, receipt.carried, at)


def _held(receipt: Statement) -> Agreement:
    held = queries.get_agreement(receipt.agreement, receipt.version)
    if held.hash != receipt.document:
        raise Missing
    return held


def _take_notice(notice: Statement, raw: bytes, at: datetime) -> bool:
    """From whoever brings it, and then with a receipt of this node: it came in time."""
    held = queries.get_agreement(notice.agreement, notice.version)
    _require_member(notice, held, held.members)
    receipts.require_notice(held, notice, seen_at=at)
    keep_statement(notice, raw, at)
    node = registries.find_node()
    if node and node.id != notice.node:
        receipts.give_receipt(node, held, at, notice=notice, raw=raw)
    finish_others(held.id, at, node)
    return True


def _believed(envelope: Envelope, members: MemberList) -> Sequence[tuple[str, Signature]]:
    """Signatures that verify, with the nodes whose keys they are or were; a forged one beside them changes nothing."""
    found = []
    for signature in envelope.signatures:
        try:
            public = get_public_key(members, signature.key_id)
            members.suite.verify(envelope.signed_bytes, signature.value, public=public)
        except (BadSignature, UntrustedKey):
            continue
        owner = find_owner(members, signature.key_id)
        if owner and not is_compromised(signature.key_id):
            found.append((owner, signature))
    if not found:
        raise UntrustedKey(key_id=envelope.signatures[0].key_id[:80])
    return found


def _require_proposer(agreement: Agreement, signers: set[str], members: MemberList, at: datetime) -> None:
    """A proposal is one of a member that has signed it itself."""
    author = agreement.terms.proposed_by
    hosted = {entry.node for entry in members.regions if entry.code == author}
    if author not in agreement.members or not hosted & signers:
        known = AgreementProposal.objects.filter(hash=agreement.hash).exists()
        if not known:
            raise BadDocument(reason="not signed by who proposes it")
    finished = AgreementVersion.objects.values("hash")
    mine = AgreementProposal.objects.filter(proposed_by=author).exclude(hash=agreement.hash).exclude(hash__in=finished)
    closed = AgreementStatement.objects.filter(act__in=(DECLINED, WITHDRAWN)).values("document")
    open = mine.filter(sign_until__gte=legal_day(at)).exclude(hash__in=closed)
    late = mine.filter(received_at__gt=at - rounds.KEPT, sign_until__lt=legal_day(at))
    if max(open.count(), late.count()) >= MOST_OPEN:
        raise TooManyProposals


def _require_member(statement: Statement, agreement: Agreement, allowed: Sequence[str]) -> None:
    if statement.member not in allowed or statement.document != agreement.hash:
        raise rounds.NotAsked
    if (statement.agreement, statement.version) != (agreement.id, agreement.version):
        raise BadDocument(reason="another agreement")
