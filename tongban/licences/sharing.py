"""Showing a licence to one recipient for one purpose (授权出示): watermarked, until a day, and each opening stands where the holder reads it.

Whoever holds the code sees it; the code is kept as a keyed hash and told once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.vault import KeyErased
from tongban.licences import models, queries
from tongban.licences.content import Content, ContentField
from tongban.licences.taking import LicenceNotInForce
from tongban.licences.wallet import Card, get_card, read_card
from tongban.slips import codes

LENGTH = 13
TERMS: dict[str, Text] = {
    "1": Text("一天", "One day"),
    "7": Text("一周", "One week"),
    "30": Text("一个月", "One month"),
}
"""Days, as pages offer them."""
LONGEST_WORDS = 60
MOST_OPEN = 20
"""Shares of one licence that run at the same time."""
_CONTEXT = b"licence-share"


class ShareWordsMissing(Refused):
    status = 422
    text = Text("请写明用途和出示给谁，各不超过 60 字。", "Say what for and to whom, each in at most 60 characters.")
    advice = Text(
        "它们会印在水印上，让证照不能挪作他用。", "They stand in the watermark, so that it serves nothing else."
    )


class TooManyShares(Refused):
    text = Text("这份证照正在出示的已达 {most} 份。", "This licence is shown to {most} recipients already.")
    advice = Text("请先收回不再需要的。", "Take back those that are no longer needed.")


class SharedBefore(Refused):
    """The same form sent twice: its code was told the first time."""

    text = Text("这次出示已经办好，出示码只显示一次。", "This was shared already; its code is shown only once.")
    advice = Text("没有记下的，请收回后重新出示。", "If you have not noted it, take it back and share again.")


class ShareUnusable(Refused):
    """Unknown, ended, taken back: all look the same."""

    status = 404
    text = Text(
        "这个出示码不能用：已收回、已到期或输错了。", "This code cannot be used: taken back, expired or mistyped."
    )
    advice = Text("请核对后重新输入，或请持证人重新出示。", "Check it, or ask the holder to show it again.")


@dataclass(frozen=True, slots=True)
class ShareView:
    """As its maker sees it. `lines`: labels of what is shown, empty for the whole licence. `opened`: times, the newest first."""

    id: UUID
    purpose: str
    recipient: str
    lines: tuple[Text, ...]
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    opened: tuple[datetime, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class OpenedShare:
    """As its recipient sees it. `fields`: the lines that are shown. `whole`: the licence as a page may be shown too."""

    card: Card
    purpose: str
    recipient: str
    made_at: datetime
    expires_at: datetime
    fields: tuple[ContentField, ...]
    whole: bool
    content: Content
    watermark: str


def share_licence(
    *, node: Node, region: str, case_id: UUID, key: str, purpose: str, recipient: str, shown: Sequence[str], days: str,
    share_id: UUID, by: Actor, at: datetime,
) -> str:  # fmt: skip
    """The code, told once. `shown`: ids of lines, none for the whole licence; `days`: of `TERMS`.

    Refuses `ShareWordsMissing`, `LicenceNotInForce`, `TooManyShares`, `SharedBefore`, `Missing`.
    """
    card, view = get_card(node=node, region=region, case_id=case_id, key=key, by=by, at=at)
    require_usable(card)
    words = {"purpose": _tidy(purpose), "recipient": _tidy(recipient)}
    known = [field.id for field in view.content.fields if field.id in shown]
    if not all(0 < len(said) <= LONGEST_WORDS for said in words.values()) or days not in TERMS or (shown and not known):
        raise ShareWordsMissing
    if models.Share.objects.filter(id=share_id).exists():
        raise SharedBefore
    if _running(region, card.held.identifier, at).count() >= MOST_OPEN:
        raise TooManyShares(most=MOST_OPEN)
    code, data_key = codes.make(length=LENGTH), vault.get_key(node=node, region=region, case_id=case_id)
    sealed = node.suite.encrypt(strictjson.canonical(words), key=data_key.secret, context=_CONTEXT)
    models.Share.objects.create(
        id=share_id, region=region, case_id=case_id, identifier=card.held.identifier, owner=by.owner, made_by=by.ref, words=sealed,
        shown=known, code=_hash(node, code), made_at=at, expires_at=at + timedelta(days=int(days)),
    )  # fmt: skip
    return code


def end_share(*, node: Node, region: str, share_id: UUID, by: Actor, at: datetime) -> None:
    """Taken back (收回): the next opening finds nothing. Refuses `Missing` to everybody but the holder's side."""
    with transaction.atomic():
        row = models.Share.objects.select_for_update().filter(id=share_id, region=region, owner=by.owner).first()
        if row is None:
            raise Missing
        queries.get_licence(node=node, region=region, identifier=row.identifier, by=by)
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])


def list_shares(*, node: Node, region: str, case_id: UUID, identifier: str, by: Actor, at: datetime) -> list[ShareView]:
    """Newest first, what ran out too. Refuses `Missing`."""
    content = queries.get_licence(node=node, region=region, identifier=identifier, by=by).content
    labels = {field.id: field.label for field in content.fields}
    rows = models.Share.objects.filter(region=region, case_id=case_id, identifier=identifier, owner=by.owner)
    found = rows.prefetch_related("readings").order_by("-made_at")[:MOST_OPEN]
    return [_view(row, labels, node=node, at=at) for row in found]


def open_share(*, node: Node, code: str, at: datetime) -> OpenedShare:
    """For whoever holds the code; the opening is noted. Refuses `ShareUnusable`."""
    read = codes.read(code, length=LENGTH)
    rows = models.Share.objects.filter(region__in=node.regions, expires_at__gt=at, ended_at=None)
    row = rows.filter(code=_hash(node, read)).first() if read else None
    if row is None:
        raise ShareUnusable
    try:
        card, content = read_card(node=node, region=row.region, identifier=row.identifier, at=at)
        words = _words(row, node=node)
    except (Missing, KeyErased):
        raise ShareUnusable from None
    models.ShareReading.objects.create(region=row.region, share=row, at=at)
    fields = tuple(field for field in content.fields if not row.shown or field.id in row.shown)
    return OpenedShare(
        card, words["purpose"], words["recipient"], row.made_at, row.expires_at, fields, not row.shown, content,
        watermark=f"仅用于{words['purpose']} · {words['recipient']}",
    )  # fmt: skip


def require_usable(card: Card) -> None:
    """Refuses `LicenceNotInForce`."""
    if not card.usable:
        raise LicenceNotInForce(state=card.state.zh, state_en=card.state.en)


def hash_code(code: str, *, node: Node) -> str:
    """What tries of a code are counted by; empty for what cannot be one."""
    read = codes.read(code, length=LENGTH)
    return _hash(node, read) if read else ""


def _view(row: models.Share, labels: dict[str, Text], *, node: Node, at: datetime) -> ShareView:
    words = _words(row, node=node)
    opened = tuple(sorted((reading.at for reading in row.readings.all()), reverse=True))
    lines = tuple(labels[id] for id in row.shown if id in labels)
    return ShareView(
        row.id, words["purpose"], words["recipient"], lines, row.made_at, row.expires_at, row.ended_at, opened,
        open=row.ended_at is None and at < row.expires_at,
    )  # fmt: skip


def _words(row: models.Share, *, node: Node) -> dict[str, str]:
    key = vault.get_key(node=node, region=row.region, case_id=row.case_id)
    opened: dict[str, str] = strictjson.parse(node.suite.decrypt(bytes(row.words), key=key.secret, context=_CONTEXT))
    return opened


def _running(region: str, identifier: str, at: datetime):  # type: ignore[no-untyped-def]
    return models.Share.objects.filter(region=region, identifier=identifier, ended_at=None, expires_at__gt=at)


def _tidy(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())


def _hash(node: Node, code: str) -> str:
    return node.keyed_hash(code, purpose="licence-share")
