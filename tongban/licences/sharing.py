"""Showing a licence to one recipient for one purpose (授权出示): watermarked, until a day, and each opening stands where the holder reads it.

Whoever holds the code sees it; the code is kept as a keyed hash and told to who shares it, again where the same form is sent twice.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.cases import queries as cases
from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.press import find_missing, name_signs
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.licences import models, queries
from tongban.licences.taking import LicenceNotInForce
from tongban.licences.wallet import Card, get_card
from tongban.people.mandate_records import name_agents
from tongban.people.mandates import use_act
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
    """The same form sent again, for something that was taken back meanwhile."""

    text = Text("这次出示已经收回。", "This was shared and taken back already.")
    advice = Text("需要的，请重新出示。", "Share it again where it is needed.")


class CharacterMissing(Refused):
    """A watermark of empty boxes would bind nobody to anything."""

    status = 422
    text = Text("字库中没有{signs}，水印印不出来。", "No font here has {signs}: the watermark cannot be printed.")
    advice = Text(
        "请换一种写法，例如用同音字或拼音代替；也可以只出示部分内容。",
        "Write it another way, in pinyin for instance, or show chosen lines only.",
    )


@dataclass(frozen=True, slots=True)
class ShareView:
    """As the holder sees it. `lines`: labels of what is shown, empty for the whole licence. `opened`, `verified`: times, the newest first.

    `agent`: the name of who showed it for the holder, "" where the holder did.
    """

    id: UUID
    purpose: str
    recipient: str
    lines: tuple[Text, ...]
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    opened: tuple[datetime, ...]
    verified: tuple[datetime, ...]
    open: bool
    agent: str = ""


def share_licence(
    *, node: Node, region: str, case_id: UUID, key: str, purpose: str, recipient: str, shown: Sequence[str], days: str,
    share_id: UUID, by: Actor, at: datetime,
) -> str:  # fmt: skip
    """The code. `shown`: ids of lines, none for the whole licence; `days`: of `TERMS`.

    Refuses `ShareWordsMissing`, `CharacterMissing`, `LicenceNotInForce`, `TooManyShares`, `SharedBefore`, `NotInMandate`, `Missing`.
    """
    card, view = get_card(node=node, region=region, case_id=case_id, key=key, by=by, at=at)
    require_usable(card)
    words = {"purpose": _tidy(purpose), "recipient": _tidy(recipient)}
    known = [field.id for field in view.content.fields if field.id in shown]
    if not all(0 < len(said) <= LONGEST_WORDS for said in words.values()) or days not in TERMS or (shown and not known):
        raise ShareWordsMissing
    if not shown and (missing := find_missing(watermark_of(**words))):
        raise CharacterMissing(signs=name_signs(missing))
    code = _make_code(node, region, share_id)
    if before := models.Share.objects.filter(id=share_id).first():
        if (before.identifier, before.owner, before.ended_at) != (card.held.identifier, by.owner, None):
            raise SharedBefore
        return code
    if _running(region, card.held.identifier, at).count() >= MOST_OPEN:
        raise TooManyShares(most=MOST_OPEN)
    use_act(by=by, act="collect", item=_item_of(card), case_id=case_id, at=at)
    data_key = vault.get_key(node=node, region=region, case_id=case_id)
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
    agents = name_agents(node=node, principal=by.owner)
    return [_view(row, labels, agents.get(row.made_by, ""), node=node, at=at) for row in found]


def require_usable(card: Card) -> None:
    """Refuses `LicenceNotInForce`."""
    if not card.usable:
        raise LicenceNotInForce(state=card.state.zh, state_en=card.state.en)


def hash_code(code: str, *, node: Node) -> str:
    """What tries of a code are counted by; empty for what cannot be one."""
    read = codes.read(code, length=LENGTH)
    return _hash(node, read) if read else ""


def watermark_of(purpose: str, recipient: str) -> str:
    return f"仅用于{purpose} · {recipient}"


def read_words(row: models.Share, *, node: Node) -> dict[str, str]:
    """`purpose`, `recipient`. Refuses `KeyErased`."""
    key = vault.get_key(node=node, region=row.region, case_id=row.case_id)
    opened: dict[str, str] = strictjson.parse(node.suite.decrypt(bytes(row.words), key=key.secret, context=_CONTEXT))
    return opened


def _view(row: models.Share, labels: dict[str, Text], agent: str, *, node: Node, at: datetime) -> ShareView:
    words, readings = read_words(row, node=node), list(row.readings.all())
    lines = tuple(labels[id] for id in row.shown if id in labels)
    return ShareView(
        row.id, words["purpose"], words["recipient"], lines, row.made_at, row.expires_at, row.ended_at,
        opened=_times(readings, verified=False), verified=_times(readings, verified=True),
        open=row.ended_at is None and at < row.expires_at, agent=agent,
    )  # fmt: skip


def _times(readings: Iterable[models.ShareReading], *, verified: bool) -> tuple[datetime, ...]:
    return tuple(sorted((reading.at for reading in readings if reading.verified == verified), reverse=True))


def _item_of(card: Card) -> str:
    return cases.find_item(region=card.held.region, case_id=card.held.case_id)


def _running(region: str, identifier: str, at: datetime):  # type: ignore[no-untyped-def]
    return models.Share.objects.filter(region=region, identifier=identifier, ended_at=None, expires_at__gt=at)


def _tidy(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())


def _make_code(node: Node, region: str, share_id: UUID) -> str:
    """Of 60 bits that only this node can make: whoever sends the form twice is told the same code, and it is kept nowhere."""
    made = hmac.digest(node.local_key("share code", region), share_id.bytes, "sha256")
    return codes.from_bytes(made, length=LENGTH)


def _hash(node: Node, code: str) -> str:
    return node.keyed_hash(code, purpose="licence-share")
