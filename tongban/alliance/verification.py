"""Is this document signed by those who may sign it? Plain Python, no tables: also for readers without a node."""

from collections.abc import Iterable

from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.trust import Trust
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope, Envelope
from tongban.kernel.refusals import Refused
from tongban.kernel.strictjson import NotStrict
from tongban.kernel.text import Text


class NotEnoughSignatures(Refused):
    status = 400
    text = Text(
        "根密钥签名不足：需要 {needed} 个，有效 {found} 个。",
        "This document needs {needed} root signatures and has {found}.",
    )
    advice = Text("请由更多根密钥持有人签名。", "Let more holders of root keys sign it.")


def read_member_list(raw: bytes, anchor: Trust) -> MemberList:
    """A list signed by enough roots of `anchor` and of its own. Refuses `NotEnoughSignatures`, `UntrustedKey`, `BadDocument`."""
    envelope = read_document(raw, type=envelopes.MEMBER_LIST)
    require_roots(envelope, anchor)
    members = MemberList.from_json(claims_of(envelope), hash=envelope.hash(anchor.suite))
    require_roots(envelope, members.trust)
    if members.alliance != anchor.alliance:
        raise BadDocument(reason="another alliance")
    return members


def read_document(raw: bytes, *, type: str) -> Envelope:
    try:
        return envelopes.read(raw, type=type, max_bytes=MAX_DOCUMENT_BYTES)
    except BadEnvelope as error:
        raise BadDocument(reason=str(error)) from None


def claims_of(envelope: Envelope) -> object:
    try:
        return envelope.claims(max_bytes=MAX_DOCUMENT_BYTES)
    except NotStrict as error:
        raise BadDocument(reason=str(error)) from None


def require_roots(envelope: Envelope, trust: Trust) -> None:
    """Refuses `NotEnoughSignatures`, `UntrustedKey`."""
    found = len(set(_verified_roots(envelope, trust)))
    if found < trust.threshold:
        raise NotEnoughSignatures(needed=trust.threshold, found=found)


def _verified_roots(envelope: Envelope, trust: Trust) -> Iterable[str]:
    """Signatures of keys that are no roots (any more, or yet) count for nothing; a false one of a root spoils the whole."""
    for signature in envelope.signatures:
        try:
            public = trust.public_key(signature.key_id)
        except LookupError:
            continue
        try:
            trust.suite.verify(envelope.signed_bytes, signature.value, public=public)
        except BadSignature:
            raise UntrustedKey(key_id=signature.key_id) from None
        yield signature.key_id
