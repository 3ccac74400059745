"""The life of a seal, and asking for one. Whoever asks for a new seal does not confirm it (four eyes); its keys are made by the signer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.seals import models, pictures
from tongban.seals.ofd.sealing import attach_seal
from tongban.seals.pdf import embed
from tongban.seals.preparing import open_ofd, open_pdf
from tongban.seals.stamping import Authority, HttpAuthority
from tongban.seals.views import AGAIN, ASKING, ENDING, MAIN_SUITE, STATES, USES, SealedFile

PARTS = {
    "office": Text("单位", "office"), "owner": Text("印文须为 4 至 28 个字", "owner, 4 to 28 characters"),
    "title": Text("用途最多 14 个字", "title, at most 14 characters"), "uses": Text("加盖范围", "uses"),
    "validity": Text("有效期", "validity"), "reason": Text("理由", "reason"),
}  # fmt: skip
"""What may be wrong with what was typed."""
LONGEST = timedelta(days=366 * 5)
"""How long a seal may be valid before it is made anew."""


class SealUnusable(Refused):
    """What was typed for a new seal."""

    status = 422
    text = Text("印章信息不完整或有误：{what.zh}。", "Something about the new seal is missing or wrong: {what.en}.")
    advice = Text("请补充或改正后重新提交。", "Complete or correct it and send it again.")


class SameHands(Refused):
    status = 403
    text = Text(
        "制作印章须由两人办理，申请人不能自己确认。", "A seal is made by two: who asked for it cannot confirm it."
    )
    advice = Text("请另一名督查员核对图样后确认。", "Let another supervisor look at its picture and confirm it.")


class SealStateOver(Refused):
    text = Text("此印章当前状态为“{state.zh}”，不能这样办理。", "The seal is “{state.en}” now; this cannot be done.")
    advice = Text("请刷新页面，查看最新状态。", "Open the page again and look at where it stands.")


class NoSeal(Refused):
    """Nothing is sealed with another office's seal."""

    text = Text("{office} 没有可用于此的在用印章。", "The office {office} has no seal in use for this.")
    advice = Text(
        "请先申请并确认印章，之后会自动加盖。", "Ask for one and have it confirmed; what waits is then sealed."
    )


def ask_seal(
    *,
    node: Node,
    region: str,
    office: str,
    owner: str,
    title: str = "",
    uscc: str = "",
    uses: Sequence[str],
    valid_from: date,
    valid_until: date,
    by: Actor,
    at: datetime,
) -> UUID:
    """Ask for a new seal (申请刻制). Refuses `SealUnusable`, `GlyphMissing`, `Forbidden`."""
    _require(by, ASKING, region)
    wrong = _wrong_of(owner, title, uses, valid_from, valid_until, at)
    if wrong:
        raise SealUnusable(what=PARTS[wrong])
    seal_id, number = new_id(), _next_number(region)
    engraving = pictures.Engraving(owner, title, number, node.demo)
    models.Seal.objects.create(
        id=seal_id, region=region, office=office, owner=owner, title=title, uscc=uscc, number=number, uses=sorted(set(uses)),
        picture=pictures.draw_svg(engraving), page=pictures.draw_pdf(engraving), state="asked", valid_from=valid_from,
        valid_until=valid_until, asked_by=by.ref, asked_at=at,
    )  # fmt: skip
    return seal_id


def confirm_seal(*, region: str, seal_id: UUID, by: Actor, at: datetime) -> None:
    """The second pair of eyes; the signer then makes its keys. Refuses `SameHands`, `SealStateOver`, `Missing`."""
    _require(by, ENDING, region)
    with transaction.atomic():
        seal = _held(region, seal_id, "asked")
        if seal.asked_by == by.ref:
            raise SameHands
        seal.state, seal.confirmed_by, seal.confirmed_at = "confirmed", by.ref, at
        seal.save(update_fields=["state", "confirmed_by", "confirmed_at"])


def decline_seal(*, region: str, seal_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    _require(by, ENDING, region)
    _end(region, seal_id, ("asked", "confirmed"), "declined", reason, by, at)


def stop_seal(*, region: str, seal_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """At once and for ever (停用): one person is enough to stop. What it sealed before stays sealed."""
    _require(by, ASKING | ENDING, region)
    _end(region, seal_id, ("confirmed", "active"), "stopped", reason, by, at)


def request_seal(
    *, region: str, office: str, use: str, subject: str, ref: str, suites: Sequence[str] = (MAIN_SUITE,), at: datetime
) -> None:
    """Ask the signer to seal a document that its kind knows under `ref`; once for each suite. Refuses `NoSeal`, `StamperSilent`.

    No file is handed over: the signer reads, prints and prepares it from what was fixed.
    """
    for suite in suites:
        if _is_asked(region, subject, ref, suite):
            continue
        seal, _ = _usable(region, office, use, suite, on=legal_day(at))
        # The signer has no network: what proves the time-stamps is fetched here, and is nothing but certificates and lists.
        authority = find_authority() if suite == MAIN_SUITE else None
        models.SealRequest.objects.get_or_create(
            region=region, subject=subject, ref=ref, suite=suite,
            defaults={
                "seal": seal, "state": "asked", "asked_at": at, "proof": authority.proof().as_json() if authority else {},
                "level": ("B-LT" if authority else "B-B") if suite == MAIN_SUITE else "SM2",
            },
        )  # fmt: skip


def fetch_sealed(
    *, node: Node, region: str, subject: str, ref: str, suite: str = MAIN_SUITE, at: datetime
) -> SealedFile | None:
    """The sealed file, once; None while the signer has not answered, or after it was fetched. Keep it in the same transaction.

    Refuses `StamperSilent`."""
    with transaction.atomic():
        found = models.SealRequest.objects.select_for_update().filter(
            region=region, subject=subject, ref=ref, suite=suite, state="signed"
        )
        row = found.first()
        if row is None:
            return None
        data = _put_together(row, node=node) if suite == MAIN_SUITE else _attach(row, node=node)
        row.state, row.prepared, row.fetched_at = "fetched", b"", at
        row.save(update_fields=["state", "prepared", "fetched_at"])
    return SealedFile(data, row.level, row.document)


def _is_asked(region: str, subject: str, ref: str, suite: str) -> bool:
    """What the signer could not seal then is asked for anew, with the seal of today."""
    rows = models.SealRequest.objects.filter(region=region, subject=subject, ref=ref, suite=suite)
    rows.filter(state="refused", reason__in=AGAIN).delete()
    return rows.exists()


@lru_cache(maxsize=4)
def _authority_at(url: str) -> HttpAuthority:
    return HttpAuthority(url)


def find_authority() -> Authority | None:
    """The time-stamp authority of the settings; None where there is none: files then prove themselves only while certificates last."""
    return _authority_at(settings.TSA_URL) if settings.TSA_URL else None


def _put_together(row: models.SealRequest, *, node: Node) -> bytes:
    certificate = bytes(row.seal.keys.get(suite=row.suite).certificate)
    maker = bytes(models.SealMaker.objects.get(region=row.region, suite=row.suite).certificate)
    authority = find_authority() if row.level == "B-LT" else None
    return embed(
        open_pdf(row, node=node), signature=bytes(row.answer), certificate=certificate, maker=maker,
        stamper=authority.stamper() if authority else None,
    )  # fmt: skip


def _attach(row: models.SealRequest, *, node: Node) -> bytes:
    return attach_seal(open_ofd(row, node=node), signature=bytes(row.answer))


def _usable(region: str, office: str, use: str, suite: str, *, on: date) -> tuple[models.Seal, models.SealKey]:
    """The newest of the office that may stand on it."""
    found = models.SealKey.objects.filter(
        region=region, suite=suite, seal__office=office, seal__state="active", seal__valid_from__lte=on, seal__valid_until__gte=on,
        seal__uses__contains=[use],
    ).select_related("seal")  # fmt: skip
    key = found.order_by("-seal__confirmed_at").first()
    if key is None:
        raise NoSeal(office=office)
    return key.seal, key


def _wrong_of(owner: str, title: str, uses: Sequence[str], since: date, until: date, at: datetime) -> str:
    if not 4 <= len(owner) <= 28:
        return "owner"
    if len(title) > 14:
        return "title"
    if not uses or set(uses) - set(USES):
        return "uses"
    in_order = since <= until <= since + LONGEST and until >= legal_day(at)
    return "" if in_order else "validity"


def _next_number(region: str) -> str:
    """Thirteen digits: the division and a running number. Two at once: the second is refused by the table and tried again by hand."""
    newest = models.Seal.objects.filter(region=region).order_by("-number").values_list("number", flat=True).first()
    return f"{region[:6]}{int(newest[6:]) + 1 if newest else 1:07d}"


def _held(region: str, seal_id: UUID, *states: str) -> models.Seal:
    seal = models.Seal.objects.select_for_update().filter(region=region, id=seal_id).first()
    if seal is None:
        raise Missing
    if seal.state not in states:
        raise SealStateOver(state=STATES[seal.state])
    return seal


def _end(region: str, seal_id: UUID, states: tuple[str, ...], state: str, reason: str, by: Actor, at: datetime) -> None:
    if not reason.strip():
        raise SealUnusable(what=PARTS["reason"])
    with transaction.atomic():
        seal = _held(region, seal_id, *states)
        seal.state, seal.reason, seal.ended_by, seal.ended_at = state, reason.strip()[:200], by.ref, at
        seal.save(update_fields=["state", "reason", "ended_by", "ended_at"])


def _require(by: Actor, roles: frozenset[str], region: str) -> None:
    if by.kind != "staff" or by.region != region or not by.roles & roles:
        raise Forbidden
