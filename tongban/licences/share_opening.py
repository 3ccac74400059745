"""What the recipient of a share sees, and what anybody learns who verifies the code on its picture. Each look stands where the holder reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.vault import KeyErased
from tongban.licences import models
from tongban.licences.content import Content, ContentField
from tongban.licences.share_codes import ShareCode, write_share_code
from tongban.licences.sharing import hash_code, read_words, watermark_of
from tongban.licences.verdicts import Tone
from tongban.licences.wallet import Card, read_card

State = Literal["open", "taken-back", "expired", "unknown", "elsewhere"]

STATES: dict[State, tuple[Text, Text]] = {
    "taken-back": (
        Text("持证人已收回这次出示", "The holder took this share back"),
        Text("这张图片不再有效，请勿采信或留存。", "The picture counts no longer: neither rely on it nor keep it."),
    ),
    "expired": (
        Text("这次出示已到期", "This share has expired"),
        Text("需要的，请持证人重新出示。", "Ask the holder to show it again where it is needed."),
    ),
    "unknown": (
        Text("没有这次出示", "There is no such share"),
        Text("出示核验码不属实，请勿采信这张图片。", "The code is not true: do not rely on this picture."),
    ),
    "elsewhere": (
        Text("这次出示不在本平台", "This share is kept at another place"),
        Text("请到该地的核验页核验。", "Verify it with the page of that place."),
    ),
}
OPEN = Text("出示属实，证照真实有效", "A true share of a licence that is genuine and valid")
OPEN_ADVICE = Text(
    "只能用于下面的用途。请与图片上的内容逐项核对。",
    "It serves the purpose below and nothing else. Compare what stands here with the picture.",
)


class ShareUnusable(Refused):
    """Unknown, ended, taken back: all look the same."""

    status = 404
    text = Text(
        "这个出示码不能用：已收回、已到期或输错了。", "This code cannot be used: taken back, expired or mistyped."
    )
    advice = Text("请核对后重新输入，或请持证人重新出示。", "Check it, or ask the holder to show it again.")


@dataclass(frozen=True, slots=True)
class OpenedShare:
    """As its recipient sees it. `fields`: the lines that are shown. `whole`: the licence as a page may be shown too, with `code` on it."""

    card: Card
    purpose: str
    recipient: str
    made_at: datetime
    expires_at: datetime
    fields: tuple[ContentField, ...]
    whole: bool
    content: Content
    code: str

    @property
    def watermark(self) -> str:
        return watermark_of(self.purpose, self.recipient)


@dataclass(frozen=True, slots=True)
class CheckedShare:
    """What the code on a picture is worth. `card` and `content` only while the share runs; `region`: whose node knows of it."""

    state: State
    region: str
    purpose: str = ""
    recipient: str = ""
    made_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    card: Card | None = None
    content: Content | None = None

    @property
    def tone(self) -> Tone:
        if self.card is None:
            return "warn" if self.state == "elsewhere" else "bad"
        return "good" if self.card.confirmed else "warn" if self.card.usable else "bad"

    @property
    def text(self) -> Text:
        if self.card is None:
            return STATES[self.state][0]
        if self.card.confirmed:
            return OPEN
        said = self.card.verdict.text if self.card.usable else self.card.state
        return Text(f"出示属实；证照：{said.zh}", f"A true share; the licence: {said.en}")

    @property
    def advice(self) -> Text:
        return OPEN_ADVICE if self.card else STATES[self.state][1]


def open_share(*, node: Node, code: str, at: datetime) -> OpenedShare:
    """For whoever holds the code; the opening is noted. Refuses `ShareUnusable`."""
    rows = models.Share.objects.filter(region__in=node.regions, expires_at__gt=at, ended_at=None)
    hashed = hash_code(code, node=node)
    row = rows.filter(code=hashed).first() if hashed else None
    if row is None:
        raise ShareUnusable
    try:
        card, content = read_card(node=node, region=row.region, identifier=row.identifier, at=at)
        words = read_words(row, node=node)
    except (Missing, KeyErased):
        raise ShareUnusable from None
    models.ShareReading.objects.create(region=row.region, share=row, at=at)
    fields = tuple(field for field in content.fields if not row.shown or field.id in row.shown)
    return OpenedShare(
        card, words["purpose"], words["recipient"], row.made_at, row.expires_at, fields, not row.shown, content,
        code=write_share_code(row.id, region=row.region, node=node),
    )  # fmt: skip


def check_share(*, node: Node, code: ShareCode, at: datetime) -> CheckedShare:
    """For whoever looks at the picture: what it was shown for and whether that still holds; the look is noted."""
    if code.region not in node.regions:
        return CheckedShare("elsewhere", code.region)
    row = models.Share.objects.filter(id=code.share_id, region=code.region).first() if code.is_of(node) else None
    if row is None:
        return CheckedShare("unknown", code.region)
    try:
        return _checked(row, node=node, at=at)
    except (Missing, KeyErased):
        return CheckedShare("unknown", code.region)


def _checked(row: models.Share, *, node: Node, at: datetime) -> CheckedShare:
    words = read_words(row, node=node)
    said = (row.region, words["purpose"], words["recipient"], row.made_at, row.expires_at, row.ended_at)
    if row.ended_at is not None or at >= row.expires_at:
        return CheckedShare("taken-back" if row.ended_at else "expired", *said)
    card, content = read_card(node=node, region=row.region, identifier=row.identifier, at=at)
    models.ShareReading.objects.create(region=row.region, share=row, verified=True, at=at)
    return CheckedShare("open", *said, card=card, content=content)
