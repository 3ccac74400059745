"""The verdict on a licence (核验结论): one of a few reasons, the same on the page, in the browser offline, on the command line and in the API.

Judged in this order: can it be read, who signed it, was anything changed, does it belong together; then its days; then what the issuer's
status list says of it. What needs no list is said without one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, Protocol

from tongban.kernel.crypto import BadSignature
from tongban.kernel.events import Json, format_instant
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.licences import operations
from tongban.licences.codes import WrongIdentifier, read_identifier
from tongban.licences.content import Content
from tongban.licences.face import Face, SignedFace, verify_face
from tongban.licences.issuers import Issuers, UnknownKey
from tongban.licences.metadata import metadata
from tongban.licences.status import INVALID, NOT_YET, SUSPENDED, StatusList

Tone = Literal["good", "warn", "bad"]


class Reason(StrEnum):
    GENUINE = "genuine"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOT_YET_VALID = "not-yet-valid"
    UNKNOWN_ISSUER = "unknown-issuer"
    OTHER_KEY = "other-key"
    ALTERED = "altered"
    MISMATCHED = "mismatched"
    UNSEALED = "unsealed"
    SEAL_STOPPED = "seal-stopped"
    HOLDER_UNPROVEN = "holder-unproven"
    SPECIMEN = "specimen"
    STATUS_UNKNOWN = "status-unknown"
    STALE_LIST = "stale-list"
    NOT_A_LICENCE = "not-a-licence"
    TOO_LARGE = "too-large"


WORDS: dict[Reason, tuple[Tone, Text, Text]] = {
    Reason.GENUINE: (
        "good", Text("真实有效", "Genuine and valid"),
        Text("签名属实，在有效期内，未被暂停或撤销。", "The signature is true, the licence is in its days, and neither suspended nor revoked."),
    ),
    Reason.EXPIRED: (
        "bad", Text("真实，但已过有效期", "Genuine, but expired"),
        Text("请持证人出示延续或换发后的证照。", "Ask the holder for the renewed licence."),
    ),
    Reason.SUSPENDED: (
        "bad", Text("真实，但已暂停", "Genuine, but suspended"),
        Text("暂停期间不能使用。原因请向发证机关查询。", "It may not be used while suspended. Ask the issuer why."),
    ),
    Reason.REVOKED: (
        "bad", Text("真实，但已失效", "Genuine, but no longer in force"),
        Text("证照已撤销、注销或换发新版。请持证人出示现行证照。", "It was revoked, cancelled or replaced. Ask the holder for the licence in force."),
    ),
    Reason.NOT_YET_VALID: (
        "warn", Text("已签发，尚未生效", "Signed, not yet valid"),
        Text(
            "生效日未到，或者状态名单尚未收录。请稍后联网再验。",
            "Its first day has not come, or the status list does not hold it yet. Verify again online later.",
        ),
    ),
    Reason.UNKNOWN_ISSUER: (
        "bad", Text("发证方不在可信名单内", "The issuer is not in the trusted list"),
        Text("请更新成员名单后再验；仍不通过的，不要采信。", "Update the member list and verify again; do not rely on it otherwise."),
    ),
    Reason.OTHER_KEY: (
        "bad", Text("签名密钥无权签发此证照", "Signed with a key that may not issue it"),
        Text("不要采信，请向发证机关核实。", "Do not rely on it. Ask the issuer."),
    ),
    Reason.ALTERED: (
        "bad", Text("内容被改动，签名不符", "Altered: the signature does not fit"),
        Text("不要采信，请持证人出示原件或重新下载。", "Do not rely on it. Ask the holder for the original, or to download it again."),
    ),
    Reason.MISMATCHED: (
        "bad", Text("证照码与文件不是同一份证照", "The code is of another licence than the file"),
        Text("不要采信，请持证人出示原件。", "Do not rely on it. Ask the holder for the original."),
    ),
    Reason.UNSEALED: (
        "bad", Text("证照码属实，但文件没有电子印章", "The code is true, but the file has no seal"),
        Text(
            "页面上的文字没有证明。请持证人重新下载证照文件，或核对证照码。",
            "Nothing proves what its pages say. Ask the holder to download it again, or verify the code alone.",
        ),
    ),
    Reason.SEAL_STOPPED: (
        "bad", Text("印章停用后加盖，文件不可信", "Sealed with a seal that had been stopped"),
        Text(
            "页面上的文字不要采信。请持证人出示证照码，或向发证机关核实。",
            "Do not rely on what its pages say. Ask for the code of the licence, or ask the issuer.",
        ),
    ),
    Reason.HOLDER_UNPROVEN: (
        "bad", Text("没有证明是持证人本人出示", "Not proved to be shown by its holder"),
        Text(
            "不要采信。请持证人用领取凭证的那个应用，对这一次核验重新出示。",
            "Do not rely on it. Ask the holder to show it again for this verification, with the app that the credential was made for.",
        ),
    ),
    Reason.SPECIMEN: (
        "bad", Text("样本，不是证照", "A specimen, not a licence"),
        Text("样本没有签名，只供查看版式。", "A specimen has no signature. It only shows what the form looks like."),
    ),
    Reason.STATUS_UNKNOWN: (
        "warn", Text("签名属实，当前状态未知", "The signature is true, its status is unknown"),
        Text(
            "没有发证机关的状态名单，不能确认是否被撤销。请联网再验。",
            "There is no status list of the issuer: whether it was revoked cannot be said. Verify again online.",
        ),
    ),
    Reason.STALE_LIST: (
        "warn", Text("签名属实，状态名单已过期", "The signature is true, the status list is too old"),
        Text(
            "状态名单签发五分钟后，不能再确认证照是否有效。请联网更新名单后再验。",
            "A status list confirms for five minutes that a licence is in force. Go online for a newer one and verify again.",
        ),
    ),
    Reason.NOT_A_LICENCE: (
        "bad", Text("不是可以核验的证照", "Not a licence that can be verified"),
        Text("请提供完整的证照码，或者下载的证照文件。", "Give the whole code, or the file of the licence as it was downloaded."),
    ),
    Reason.TOO_LARGE: (
        "bad", Text("文件过大", "The file is too large"),
        Text("证照文件不超过 8 MB。请提供原文件。", "A licence has at most 8 MB. Give the original file."),
    ),
}  # fmt: skip


_STATUSES = {
    Reason.GENUINE: operations.VALID,
    Reason.EXPIRED: operations.LAPSED,
    Reason.SUSPENDED: operations.SUSPENDED,
    Reason.REVOKED: operations.OTHER,
}
Bound = Literal["none", "not-asked", "proven"]
"""Of a credential. `none`: it names no key of a holder, whoever has a copy shows it. `not-asked`: it names one, of which no proof was asked.
`proven`: its holder's key has signed for this verification."""
BOUND_WORDS: dict[Bound, Text] = {
    "none": Text("没有绑定持证人的应用，谁有副本都能出示", "Not bound to an app of the holder: whoever has a copy can show it"),
    "not-asked": Text("绑定了持证人的应用，这次没有要求证明", "Bound to an app of the holder, of which no proof was asked this time"),
    "proven": Text("由持证人绑定的应用当场出示", "Shown just now with the app of the holder that it is bound to"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """`face` and `content` only where they are proved genuine, so that nothing forged is ever repeated. `node`: who signed.

    `as_of`: the time of the status list that was used, None where none was. Of `STALE_LIST`: since when the status is unknown.
    `bound`: of a credential, None for anything else.
    """

    reason: Reason
    checked_at: datetime
    face: Face | None = None
    content: Content | None = None
    node: str = ""
    as_of: datetime | None = None
    told: Json = field(default_factory=dict, repr=False)
    bound: Bound | None = None

    @property
    def good(self) -> bool:
        return self.reason is Reason.GENUINE

    @property
    def tone(self) -> Tone:
        return WORDS[self.reason][0]

    @property
    def text(self) -> Text:
        return WORDS[self.reason][1]

    @property
    def advice(self) -> Text:
        return WORDS[self.reason][2]

    @property
    def status(self) -> str:
        """The code as far as a verifier can tell: how a licence ended stands in no list."""
        return _STATUSES.get(self.reason, "")

    @property
    def bound_text(self) -> Text | None:
        return BOUND_WORDS[self.bound] if self.bound else None

    @property
    def region(self) -> str:
        """The region that issued it."""
        return self.face.region if self.face else ""

    def as_json(self) -> Json:
        """For machines. Of the content, which whoever shows a file holds anyway, the metadata alone."""
        return {
            "reason": self.reason.value, "good": self.good, "text": self.text.as_json(), "advice": self.advice.as_json(),
            "checked_at": format_instant(self.checked_at), "status_as_of": format_instant(self.as_of) if self.as_of else None,
            "issuer": {"node": self.node, "region": self.region} if self.face else None,
            "licence": _outline(self.face) if self.face else None, "bound": self.bound,
            "metadata": metadata(self.content, self.status) if self.content else None,
        }  # fmt: skip


SealState = Literal["none", "broken", "foreign", "stopped", "whole"]
"""Of a document. `broken`: something was changed or added since it was sealed. `foreign`: whole, by a maker of seals that is not believed here.
`stopped`: whole, by a seal that had been stopped when it says that it sealed."""
NONE_STOPPED: Mapping[str, datetime] = MappingProxyType({})


class CheckSeal(Protocol):
    """The state of a document's seal. `makers`: certificates (DER) of those that are believed; `stopped`: as `StatusList` has it."""

    def __call__(self, makers: Sequence[bytes], stopped: Mapping[str, datetime] = NONE_STOPPED, /) -> SealState: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: a signed face, and the content where a file brings it. `others`: further codes found in the same file;
    `told`: what a credential discloses, `bound`: whether to its holder, both proved before; `check_seal`: of a document that must be sealed, None
    for anything else."""

    signed: SignedFace
    content: Content | None = None
    others: tuple[SignedFace, ...] = ()
    told: Json = field(default_factory=dict)
    bound: Bound | None = None
    check_seal: CheckSeal | None = field(default=None, compare=False)


def judge(shown: Shown, *, issuers: Issuers, lists: Mapping[str, StatusList], at: datetime) -> Verdict:
    """`lists`: the newest status list of each name that the verifier has."""
    fault = fault_of(shown, issuers)
    if fault is not None:
        return Verdict(fault, at)
    face = shown.signed.face
    if fault := _fault_of_seal(shown.check_seal, lists.get(face.status.list)):
        return Verdict(fault, at)
    node = issuers.node_of(face.key).id
    proved = Verdict(Reason.GENUINE, at, face, shown.content, node, told=shown.told, bound=shown.bound)
    return _today(proved, face, lists.get(face.status.list), at)


def fault_of(shown: Shown, issuers: Issuers) -> Reason | None:
    """Why it is not what its issuer made, whatever its days and its status."""
    face = shown.signed.face
    try:
        verify_face(shown.signed, suite=issuers.suite, public_key_of=issuers.public_key)
        read_identifier(face.identifier)
    except UnknownKey:
        return Reason.UNKNOWN_ISSUER
    except (BadSignature, WrongIdentifier):
        return Reason.ALTERED
    if not issuers.may_issue(face.key, region=face.region) or not face.is_issued_by(face.region):
        return Reason.OTHER_KEY
    if any(other != shown.signed for other in shown.others):
        return Reason.MISMATCHED
    if shown.content is not None and not face.matches(shown.content, suite=issuers.suite):
        return Reason.MISMATCHED if shown.content.identifier != face.identifier else Reason.ALTERED
    if shown.content is not None and shown.content.issuer.region != face.region:
        return Reason.OTHER_KEY
    return None


def _fault_of_seal(check: CheckSeal | None, known: StatusList | None) -> Reason | None:
    """A document without its seal shows pages that nobody signed. Who may seal is said by the issuer's list; without one nothing is confirmed."""
    if check is None:
        return None
    state = check(known.makers, known.stopped) if known else check(())
    if state == "foreign":
        return Reason.OTHER_KEY if known else None
    return {"none": Reason.UNSEALED, "broken": Reason.ALTERED, "stopped": Reason.SEAL_STOPPED}.get(state)


def _today(proved: Verdict, face: Face, known: StatusList | None, at: datetime) -> Verdict:
    day = legal_day(at)
    if day < face.from_:
        return replace(proved, reason=Reason.NOT_YET_VALID)
    status, as_of = (known.get(face.status.index), known.made_at) if known else (None, None)
    told = replace(proved, as_of=as_of)
    # What a list has once said against a licence is said even by an old list.
    if status == INVALID:
        return replace(told, reason=Reason.REVOKED)
    if face.until is not None and day > face.until:
        return replace(told, reason=Reason.EXPIRED)
    if known is None:
        return replace(told, reason=Reason.STATUS_UNKNOWN)
    if status == SUSPENDED:
        return replace(told, reason=Reason.SUSPENDED)
    if known.is_stale(at):
        return replace(told, reason=Reason.STALE_LIST)
    return replace(told, reason=Reason.NOT_YET_VALID if status == NOT_YET else Reason.GENUINE)


def _outline(face: Face) -> Json:
    return {
        "identifier": face.identifier, "type": face.type, "number": face.number, "valid_from": face.from_.isoformat(),
        "valid_until": face.until.isoformat() if face.until else None, "demo": face.demo,
    }  # fmt: skip
