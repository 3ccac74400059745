"""The signer's side (签名机): makes the keys of confirmed seals, renews the lists of ended ones, answers requests. It alone has the keys.

It seals what a decision fixed and nothing else: its kind must know it, and prints it anew here; no file comes from the queue. The seal must be in use
and of the office that speaks. Each answer is proved before it is kept, and each is one line of the use log, in the same transaction.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, time, timedelta

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from tongban.kernel import sm2
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.workdays import SHANGHAI, legal_day
from tongban.seals import gb38540, makers, models, pictures
from tongban.seals.keyroom import KeyRoom
from tongban.seals.preparing import COLUMNS, is_untouched, prepare_request
from tongban.seals.sm2_certificates import Signatory, issue_certificate, make_authority
from tongban.seals.subjects import NotAsFixed, Sealable, find_subject
from tongban.seals.views import MAIN_SUITE, NATIONAL_SUITE

AT_ONCE = 20
"""Requests of a region that one step answers, some two seconds: licences wait for no more than that, and so does whoever stops the process."""
_ECDSA = ec.ECDSA(hashes.SHA256())

log = structlog.get_logger()


def step(*, node: Node, room: KeyRoom, at: datetime) -> int:
    """What waits now, in every region of the node; how many requests were answered. Called again and again."""
    answered = 0
    for region in node.regions:
        with scope([region]):
            make_seals(node=node, room=room, region=region, at=at)
            keep_list(room=room, region=region, at=at)
        answered += answer_requests(node=node, room=room, region=region, at=at)
    return answered


# Makers and seals


def make_seals(*, node: Node, room: KeyRoom, region: str, at: datetime) -> int:
    """Keys and certificates of every seal that two people wanted."""
    waiting = list(models.Seal.objects.filter(region=region, state="confirmed").values_list("id", flat=True))
    for seal_id in waiting:
        with transaction.atomic():
            seal = models.Seal.objects.select_for_update().get(id=seal_id)
            if seal.state == "confirmed":
                for suite, make in _MAKE.items():
                    _make_maker(node, room, region, suite, at=at)
                    made = make(node, room, seal, at)
                    models.SealKey.objects.get_or_create(
                        seal=seal, suite=suite, defaults={"region": region, "made_at": at, **made}
                    )
                seal.state = "active"
                seal.save(update_fields=["state"])
    return len(waiting)


def keep_list(*, room: KeyRoom, region: str, at: datetime) -> None:
    """A new list of ended seals when a day has passed, or one was stopped since."""
    with transaction.atomic():
        maker = models.SealMaker.objects.select_for_update().filter(region=region, suite=MAIN_SUITE).first()
        if maker is None:
            return
        stopped = models.Seal.objects.filter(region=region, state="stopped", keys__suite=MAIN_SUITE)
        rows = stopped.values_list("keys__certificate", "ended_at")
        known = [(makers.serial_of(bytes(certificate)), ended) for certificate, ended in rows if ended]
        newest = max((ended for _, ended in known), default=None)
        if maker.ended_at and at < maker.ended_at + makers.LIST_RENEWED and (newest is None or newest < maker.ended_at):
            return
        maker.ended_number += 1
        maker.ended = makers.list_ended(
            known,
            maker=bytes(maker.certificate), maker_key=room.open(_maker_name(region, MAIN_SUITE)), number=maker.ended_number, at=at,
        )  # fmt: skip
        maker.ended_at, maker.ended_until = at, at + makers.LIST_VALID
        maker.save(update_fields=["ended", "ended_number", "ended_at", "ended_until"])


def _make_maker(node: Node, room: KeyRoom, region: str, suite: str, *, at: datetime) -> None:
    if models.SealMaker.objects.filter(region=region, suite=suite).exists():
        return
    name = _maker_name(region, suite)
    subject = makers.Subject(f"电子印章制作 {region}{'（演示）' if node.demo else ''}", node.id)
    if suite == MAIN_SUITE:
        certificate = makers.certify_maker(room.make(name), subject=subject, at=at)
    else:
        until = at + timedelta(days=366 * makers.MAKER_YEARS)
        certificate = make_authority(
            name=f"{subject.name} SM2", secret=_secret(room, name), serial=secrets.randbits(63), from_=at, until=until
        ).certificate
    models.SealMaker.objects.get_or_create(
        region=region, suite=suite, defaults={"certificate": certificate, "made_at": at}
    )
    keep_list(room=room, region=region, at=at)


def _make_main(node: Node, room: KeyRoom, seal: models.Seal, at: datetime) -> dict[str, bytes]:
    maker = models.SealMaker.objects.get(region=seal.region, suite=MAIN_SUITE)
    certificate = makers.certify_seal(
        room.make(_seal_name(seal, MAIN_SUITE)).public_key(), subject=makers.Subject(seal.owner, seal.title, seal.uscc),
        since=seal.valid_from, until=seal.valid_until, at=at, maker=bytes(maker.certificate),
        maker_key=room.open(_maker_name(seal.region, MAIN_SUITE)),
    )  # fmt: skip
    return {"certificate": certificate}


def _make_national(node: Node, room: KeyRoom, seal: models.Seal, at: datetime) -> dict[str, bytes]:
    """GB/T 38540: the certificate of the owner, and the seal itself, signed by its maker."""
    maker = _national_maker(room, seal.region)
    since = max(datetime.combine(seal.valid_from, time(), SHANGHAI), at)
    until = datetime.combine(seal.valid_until, time(23, 59, 59), SHANGHAI)
    public = sm2.public_of(_secret(room, _seal_name(seal, NATIONAL_SUITE)))
    serial = secrets.randbits(63)
    certificate = issue_certificate(
        name=f"{seal.owner}{seal.title}", public=public, by=maker, serial=serial, from_=since, until=until
    )
    image = pictures.draw_png(pictures.Engraving(seal.owner, seal.title, seal.number, node.demo))
    across = pictures.MILLIMETRES
    eseal = gb38540.make_seal(
        id=seal.number, name=f"{seal.owner}{seal.title}", owners=[certificate], picture=gb38540.Picture("PNG", image, across, across),
        from_=since, until=until, maker=maker, at=at,
    )  # fmt: skip
    return {"certificate": certificate, "eseal": eseal}


_MAKE: dict[str, Callable[[Node, KeyRoom, models.Seal, datetime], dict[str, bytes]]] = {
    MAIN_SUITE: _make_main,
    NATIONAL_SUITE: _make_national,
}


# Requests


def answer_requests(*, node: Node, room: KeyRoom, region: str, at: datetime) -> int:
    with scope([region]):
        waiting = models.SealRequest.objects.filter(region=region, state="asked").order_by("id")
        ids = list(waiting.values_list("id", flat=True)[:AT_ONCE])
    return sum(_try_to_answer(request_id, node=node, room=room, region=region, at=at) for request_id in ids)


def _try_to_answer(request_id: int, *, node: Node, room: KeyRoom, region: str, at: datetime) -> bool:
    """One that cannot be sealed, for its key is not there or is another, keeps no other waiting."""
    try:
        return _answer(request_id, node=node, room=room, region=region, at=at)
    except (LookupError, RuntimeError, ValueError, ObjectDoesNotExist, Refused) as error:
        log.error("not sealed", region=region, code=type(error).__name__)
    with scope([region]):
        models.SealRequest.objects.filter(id=request_id, state="asked").update(state="refused", reason="failed")
    return False


def _answer(request_id: int, *, node: Node, room: KeyRoom, region: str, at: datetime) -> bool:
    """In a transaction of its own: killed in the middle of it, the signature is lost and nobody has seen it."""
    with scope([region]):
        rows = models.SealRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("seal")
        row = rows.filter(id=request_id, state="asked").first()
        if row is None:
            return False
        try:
            prepare_request(row, _read(row, node, at), node=node, at=at)
        except _Fault as fault:
            row.state, row.reason = "refused", fault.reason
            row.save(update_fields=["state", "reason"])
            log.error("seal refused", region=region, code=fault.reason)
            return False
        row.answer = _SIGN[row.suite](room, row, at)
        row.state, row.signed_at = "signed", at
        row.save(update_fields=[*COLUMNS, "answer", "state", "signed_at"])
        models.SealUse.objects.create(
            region=region, seal=row.seal, suite=row.suite, subject=row.subject, ref=row.ref, digest=row.digest, at=at
        )
        subject = find_subject(row.subject)
        if subject:
            subject.signed(node, region, row.ref)
    return True


class _Fault(Exception):
    """Why something must not be sealed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _read(row: models.SealRequest, node: Node, at: datetime) -> Sealable:
    """What is to be sealed, from where it was fixed. Raises `_Fault`."""
    subject, seal = find_subject(row.subject), row.seal
    if seal.state != "active" or not seal.valid_from <= legal_day(at) <= seal.valid_until:
        raise _Fault("seal-ended")
    if subject is None or row.subject not in seal.uses:
        raise _Fault("unknown")
    if not is_untouched(row):
        raise _Fault("altered")
    try:
        document = subject.read(node, row.region, row.ref, row.suite == NATIONAL_SUITE)
    except NotAsFixed:
        raise _Fault("altered") from None
    if document is None:
        raise _Fault("unknown")
    if document.office != seal.office:
        raise _Fault("other-office")
    return document


def _sign_main(room: KeyRoom, row: models.SealRequest, at: datetime) -> bytes:
    """RuntimeError when its own signature does not verify: a wrong key, or broken memory."""
    key, certificate = (
        room.open(_seal_name(row.seal, MAIN_SUITE)),
        bytes(row.seal.keys.get(suite=MAIN_SUITE).certificate),
    )
    signature = key.sign(bytes(row.attributes), _ECDSA)
    public = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise RuntimeError("the certificate of a seal has a key of another kind")
    try:
        public.verify(signature, bytes(row.attributes), _ECDSA)
    except InvalidSignature:
        raise RuntimeError("the key of a seal does not fit its certificate") from None
    return signature


def _sign_national(room: KeyRoom, row: models.SealRequest, at: datetime) -> bytes:
    """Raises `BadSeal` when its own signature does not verify."""
    key = row.seal.keys.get(suite=NATIONAL_SUITE)
    owner = Signatory(bytes(key.certificate), room.read(_seal_name(row.seal, NATIONAL_SUITE)))
    digest = bytes.fromhex(row.digest)
    signed = gb38540.sign(
        seal=bytes(key.eseal), digest=digest, subject=bytes(row.attributes).decode(), owner=owner, at=at
    )
    maker = bytes(models.SealMaker.objects.get(region=row.region, suite=NATIONAL_SUITE).certificate)
    gb38540.verify(signed, digest=digest, trusted=[maker])
    return signed


_SIGN: dict[str, Callable[[KeyRoom, models.SealRequest, datetime], bytes]] = {
    MAIN_SUITE: _sign_main,
    NATIONAL_SUITE: _sign_national,
}


# Names in the room


def _maker_name(region: str, suite: str) -> str:
    return f"seal-maker-{region}-{suite}"


def _seal_name(seal: models.Seal, suite: str) -> str:
    return f"seal-{seal.id}-{suite}"


def _secret(room: KeyRoom, name: str) -> bytes:
    """Of SM2; the one that a killed signer had made already, where it had."""
    if not room.has(name):
        room.write(name, sm2.new_secret())
    return room.read(name)


def _national_maker(room: KeyRoom, region: str) -> Signatory:
    certificate = bytes(models.SealMaker.objects.get(region=region, suite=NATIONAL_SUITE).certificate)
    return Signatory(certificate, room.read(_maker_name(region, NATIONAL_SUITE)))
