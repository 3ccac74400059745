"""Licences (电子证照): verified for another system, with the verdict of the public page. What was shown is not kept."""

import base64
import binascii
from typing import Annotated, Any

from ninja import Router
from pydantic import StringConstraints

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences import publishing, verifying
from tongban.licences.reading_apart import read_shown_apart
from tongban.licences.sd_jwt import read_wanted
from tongban.web.access import door
from tongban.web.api.forms import Base64, ContentNotBase64, In, Line, Out, TextOut

Code = Annotated[str, StringConstraints(max_length=180_000, pattern=r"^[^\u0000]*$")]

router = Router(tags=["licences"])


class NothingShown(Refused):
    status = 422
    text = Text("请提供 code 或 file 之一。", "Send either code or file.")
    advice = Text("证照码放入 code，文件以 Base64 放入 file。", "The text of a code in code, a file as Base64 in file.")


class LicenceShown(In):
    """One of both: the text of a code or a credential, or a file as base64.

    `audience`, `nonce`: what the holder's app was asked to sign; with them only a credential that proves its holder is good.
    """

    code: Code = ""
    file: Base64 = ""
    audience: Line = ""
    nonce: Line = ""


class MetadataOut(Out):
    """By the short names of the national metadata (docs/reference/licences.md); the text of the standard was not at hand, so `verified` is false."""

    ZZBS: str
    ZZMC: str
    ZZBH: str
    ZZLXDM: str
    ZZBFJG: str
    ZZBFJGDM: str
    ZZBFRQ: str
    CZZT: str
    CZZTDM: str
    CZZTDMLX: str
    CZZTDMLXDM: str
    ZZYXQQSRQ: str
    ZZYXQJZRQ: str
    status: str
    operation: str
    verified: bool


class IssuerOut(Out):
    node: str
    region: str


class LicenceOut(Out):
    """`valid_until`: null has no end. `demo`: of a demonstration, without legal effect."""

    identifier: str
    type: str
    number: str
    valid_from: str
    valid_until: str | None
    demo: bool


class VerdictOut(Out):
    """`reason`: one of the verdicts of docs/reference/licences.md; `good` only for genuine. Issuer and licence only where they are proved.

    `status_as_of`: of the status list that was used; of `stale-list`, since when the status is unknown. `bound`: of a credential, whether its holder
    has proved to be that: none, not-asked or proven. `metadata`: where a file was shown, which says as much.
    """

    reason: str
    good: bool
    text: TextOut
    advice: TextOut
    checked_at: str
    status_as_of: str | None
    issuer: IssuerOut | None
    licence: LicenceOut | None
    bound: str | None
    metadata: MetadataOut | None


@router.post("/verify", response=VerdictOut, operation_id="verifyLicence")
@door("client", scope="licences:verify")
def verify_licence(request: Any, shown: LicenceShown) -> Any:
    """The verdict on a code or a file, by the member lists and status lists that this node holds."""
    at, issuers = now(), publishing.find_issuers()
    if bool(shown.code) == bool(shown.file):
        raise NothingShown
    how: dict[str, Any] = {
        "issuers": issuers, "lists_of": publishing.lists_for(request.node, issuers, at), "at": at,
        "wanted": read_wanted(shown.audience, shown.nonce),
    }  # fmt: skip
    if shown.code:
        return verifying.verify_text(shown.code, **how).as_json()
    try:
        return verifying.verify_file(
            base64.b64decode(shown.file, validate=True), **how, read_file=read_shown_apart
        ).as_json()
    except binascii.Error:
        raise ContentNotBase64 from None
