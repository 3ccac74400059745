"""What others may ask about seals."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from tongban.kernel.refusals import Missing
from tongban.seals import models
from tongban.seals.views import AGAIN, MAIN_SUITE, NATIONAL_SUITE, SUBJECTS, USES, MakerView, SealView, UseView

NEWEST = 100
A_WHILE = timedelta(minutes=2)
"""A job has had its chance by then."""


def list_seals(*, region: str, on: date) -> list[SealView]:
    """Newest first."""
    return [_view(seal, on) for seal in _seals(region).order_by("-asked_at")]


def get_seal(*, region: str, seal_id: UUID, on: date) -> SealView:
    found = _seals(region).filter(id=seal_id).first()
    if found is None:
        raise Missing
    return _view(found, on)


def get_picture(*, region: str, seal_id: UUID) -> bytes:
    """SVG."""
    found = models.Seal.objects.filter(region=region, id=seal_id).values_list("picture", flat=True).first()
    if found is None:
        raise Missing
    return bytes(found)


def list_uses(*, region: str, seal_id: UUID) -> list[UseView]:
    """The newest."""
    rows = models.SealUse.objects.filter(region=region, seal_id=seal_id).order_by("-at")[:NEWEST]
    return [UseView(SUBJECTS[row.subject], row.ref, row.suite, row.digest, row.at) for row in rows]


def find_maker(*, region: str, suite: str = MAIN_SUITE) -> MakerView | None:
    row = models.SealMaker.objects.filter(region=region, suite=suite).first()
    if row is None:
        return None
    certificate = bytes(row.certificate)
    return MakerView(certificate, hashlib.sha256(certificate).hexdigest(), row.made_at, row.ended_until)


def list_stopped(*, region: str) -> list[tuple[bytes, datetime]]:
    """Certificates (DER) of the seals that were stopped, in every suite, and since when."""
    rows = models.SealKey.objects.filter(region=region, seal__state="stopped", seal__ended_at__isnull=False)
    found = rows.order_by("id").values_list("certificate", "seal__ended_at")
    return [(bytes(certificate), since) for certificate, since in found if since]


def has_seal(*, region: str, office: str, use: str, on: date) -> bool:
    return models.Seal.objects.filter(
        region=region, office=office, state="active", valid_from__lte=on, valid_until__gte=on, uses__contains=[use]
    ).exists()


def list_asked(*, region: str, subject: str, refs: Sequence[str], suite: str = MAIN_SUITE) -> set[str]:
    """Of these, what a seal was asked for."""
    rows = models.SealRequest.objects.filter(region=region, subject=subject, suite=suite, ref__in=refs)
    return set(rows.exclude(state="refused", reason__in=AGAIN).values_list("ref", flat=True))


def list_answered(*, region: str, subject: str, ref: str) -> list[str]:
    """Suites in which the signer has answered and that nobody has fetched."""
    rows = models.SealRequest.objects.filter(region=region, subject=subject, ref=ref, state="signed")
    return list(rows.values_list("suite", flat=True))


def list_unfetched(*, region: str, at: datetime) -> list[tuple[str, str]]:
    """Subject and reference of what was answered some minutes ago and never fetched."""
    rows = models.SealRequest.objects.filter(region=region, state="signed", signed_at__lt=at - A_WHILE)
    return list(rows.order_by("id").values_list("subject", "ref")[:NEWEST])


def count_waiting(*, region: str) -> int:
    """What the signer has not answered yet."""
    return models.SealRequest.objects.filter(region=region, state="asked").count()


def _seals(region: str):  # type: ignore[no-untyped-def]
    return models.Seal.objects.filter(region=region).annotate(used=Count("log")).prefetch_related("keys")


def _view(seal: models.Seal, on: date) -> SealView:
    known = {key.suite: bytes(key.certificate) for key in seal.keys.all()}
    main = known.get(MAIN_SUITE)
    return SealView(
        id=seal.id, office=seal.office, owner=seal.owner, title=seal.title, uscc=seal.uscc, number=seal.number,
        uses=tuple(USES[use] for use in seal.uses if use in USES),
        state="ended" if seal.state == "active" and seal.valid_until < on else seal.state,
        valid_from=seal.valid_from, valid_until=seal.valid_until, asked_by=seal.asked_by, asked_at=seal.asked_at,
        confirmed_by=seal.confirmed_by, confirmed_at=seal.confirmed_at, ended_by=seal.ended_by, ended_at=seal.ended_at,
        reason=seal.reason, suites=tuple(suite for suite in (MAIN_SUITE, NATIONAL_SUITE) if suite in known),
        fingerprint=hashlib.sha256(main).hexdigest() if main else "", used=seal.used,  # type: ignore[attr-defined]
    )  # fmt: skip
