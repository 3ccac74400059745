"""Verify a licence (核验): what is shown, judged by member lists and status lists. The same steps at a node and on the command line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tongban.licences.issuers import Issuers
from tongban.licences.sd_jwt import MAX_BYTES as MAX_CREDENTIAL
from tongban.licences.sd_jwt import HolderUnproven, Wanted, verify_credential
from tongban.licences.showing import Unreadable, read_shown, read_text
from tongban.licences.status import StatusList, region_of
from tongban.licences.tokens import BadToken, FalseToken
from tongban.licences.verdicts import Reason, Shown, Verdict, fault_of, judge

ReadFile = Callable[[bytes], Shown]
"""`read_shown`, or what reads a stranger's file in a process of its own (`reading_apart.py`)."""
ListsOf = Callable[[Iterable[str]], Mapping[str, StatusList]]
"""Names of status lists → those that the verifier has."""
_CREDENTIAL = b"eyJ"
"""How the header of every token begins."""


def verify_text(
    text: str, *, issuers: Issuers, lists_of: ListsOf, at: datetime, wanted: Wanted | None = None
) -> Verdict:
    """A code as scanned or pasted, or a credential."""
    return verify_file("".join(text.split()).encode(), issuers=issuers, lists_of=lists_of, at=at, wanted=wanted)


def verify_file(
    data: bytes, *, issuers: Issuers, lists_of: ListsOf, at: datetime, wanted: Wanted | None = None, read_file: ReadFile = read_shown
) -> Verdict:  # fmt: skip
    """A file of any kind that a licence comes in, a picture of its code, or the text of one.

    `wanted`: what its holder must have signed. Only a credential that is bound to a key can prove that; of anything else nothing is then good.
    """
    try:
        shown = _read(data, issuers, at, wanted, read_file)
    except Unreadable as unreadable:
        return Verdict(unreadable.reason, at)
    # A list is looked for, and perhaps asked of its node, only where its name was signed by who may.
    lists = {} if fault_of(shown, issuers) else lists_of([shown.signed.face.status.list])
    verdict = judge(shown, issuers=issuers, lists=lists, at=at)
    unproven = wanted is not None and shown.bound != "proven"
    return replace(verdict, reason=Reason.HOLDER_UNPROVEN) if unproven and verdict.face else verdict


def _read(data: bytes, issuers: Issuers, at: datetime, wanted: Wanted | None, read_file: ReadFile) -> Shown:
    if data.startswith(_CREDENTIAL):
        return _shown_by_credential(data, issuers, at, wanted)
    if len(data) <= MAX_CREDENTIAL and data.isascii() and not data.startswith((b"%PDF", b"{")):
        return read_text(data.decode())
    return read_file(data)


def _shown_by_credential(data: bytes, issuers: Issuers, at: datetime, wanted: Wanted | None) -> Shown:
    """The licence that a credential carries; the credential itself must be signed for the same region."""
    if len(data) > MAX_CREDENTIAL:
        raise Unreadable(Reason.TOO_LARGE)
    try:
        text = data.decode("ascii").strip()
        found = verify_credential(text, public_key_of=issuers.public_key, at=at, wanted=wanted)
    except LookupError:
        raise Unreadable(Reason.UNKNOWN_ISSUER) from None
    except HolderUnproven:
        raise Unreadable(Reason.HOLDER_UNPROVEN) from None
    except FalseToken:
        raise Unreadable(Reason.ALTERED) from None
    except (BadToken, ValueError):
        raise Unreadable(Reason.NOT_A_LICENCE) from None
    shown = read_text(found.code)
    if not issuers.may_issue(found.key_id, region=region_of(shown.signed.face.status.list), purpose="event"):
        raise Unreadable(Reason.OTHER_KEY)
    if found.claims.get("identifier") != shown.signed.face.identifier:
        raise Unreadable(Reason.MISMATCHED)
    return replace(shown, told=found.shown, bound=found.bound)
