"""A licence as a credential, for its holder to take to a wallet outside (数字凭证): signed by the node of its issuer alone.

Who holds a licence at another node has that node ask for it: it shares the case and knows the content, so nothing is told that it does not have. The
issuer believes it that its citizen asks, as it believes it the application.
"""

from contextlib import closing
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import structlog

from tongban.alliance import queries as alliance
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.exchange.blobs import require_sharing
from tongban.kernel import strictjson
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.licences.content import Content
from tongban.licences.face import SignedFace
from tongban.licences.publishing import CONNECT_SECONDS, TOTAL_SECONDS, Getter, address_of, find_issuers
from tongban.licences.qr import write_code
from tongban.licences.queries import LicenceView, find_licence, read_held_content
from tongban.licences.sd_jwt import MAX_BYTES, issue_credential, verify_credential
from tongban.licences.tokens import BadToken, from_base64url, read_holder_key, to_base64url

LONGEST_KEY = 1000

log = structlog.get_logger()


class HolderKeyUnusable(Refused):
    """Also a private key, which nobody is told."""

    status = 422
    text = Text("粘贴的公钥不能用。", "The public key that was pasted cannot be used.")
    advice = Text(
        "请从那个应用里重新复制整段文字，只要公钥（Ed25519 或 P-256 的 JWK）；不需要绑定的，把这一格清空。",
        "Copy the whole text from that app again, the public key only (a JWK, Ed25519 or P-256); or empty this field to bind it to no app.",
    )


class IssuerAway(Refused):
    """Nobody but the issuer's node can sign it."""

    status = 503
    text = Text(
        "发证地的平台现在没有回应，数字凭证暂时领不到。",
        "The platform of the place that issued it does not answer; the digital credential cannot be had now.",
    )
    advice = Text("请过几分钟再试，或者先选 PDF。", "Try again in some minutes, or choose PDF for now.")


def read_key(text: str) -> Json | None:
    """The public JWK that a holder pasted, None where there is none. Refuses `HolderKeyUnusable`."""
    if not text.strip():
        return None
    try:
        return read_holder_key(text.strip()[: LONGEST_KEY + 1].encode())
    except BadToken:
        raise HolderKeyUnusable from None


def get_credential(
    view: LicenceView, *, node: Node, holder: Json | None, at: datetime, client: Getter | None = None
) -> str:
    """`holder`: of `read_key`. Signed here where the issuer is hosted here, else by its node. Refuses `IssuerAway`."""
    if node.hosts(view.held.issuer):
        return _issue(view.content, view.signed, node=node, holder=holder)
    try:
        if client is not None:
            return _ask(view, holder, client, at)
        with closing(PeerClient(node, connect_seconds=CONNECT_SECONDS, total_seconds=TOTAL_SECONDS)) as own:
            return _ask(view, holder, own, at)
    except (PeerUnreachable, LookupError, Refused, ValueError) as error:
        log.info("no credential given", region=view.held.issuer, reason=type(error).__name__)
        raise IssuerAway from None


def get_credential_for(
    *, node: Node, peer: str, region: str, case_id: UUID, identifier: str, holder: str, at: datetime
) -> str:
    """What the node `peer` asks for its citizen. `region`: the issuer, hosted here; `holder`: JWK, base64url, or "".

    Refuses `Missing` to who does not share the case, and before the licence was handed out; `HolderKeyUnusable`, `KeyErased`.
    """
    if not node.hosts(region):
        raise Missing
    key = read_key(_decode(holder))
    with scope([region]):
        require_sharing(peer, region, case_id, at)
        held = find_licence(identifier, region=region)
        if held is None or (held.case_id, held.issuer) != (case_id, region) or not held.witnessed:
            raise Missing
        return _issue(read_held_content(held, node=node), held.signed, node=node, holder=key)


def _issue(content: Content, signed: SignedFace, *, node: Node, holder: Json | None) -> str:
    """The same licence and key give the same credential: what makes its salts is as secret as the content."""
    return issue_credential(
        content, signed, issuer=node.url, status_address=address_of(node.url, signed.face.status.list),
        seed=bytes.fromhex(content.salt), key=node.keys["event"], holder=holder,
    )  # fmt: skip


def _ask(view: LicenceView, holder: Json | None, client: Getter, at: datetime) -> str:
    """What came is given on only where it is this licence's, and bound to this key or none."""
    held = view.held
    asked = {
        "region": held.issuer,
        "licence": held.identifier,
        "holder": to_base64url(strictjson.canonical(holder)) if holder else "",
    }
    peer = alliance.latest_list(at).node_of(held.issuer, at)
    path = f"/txp/1/cases/{held.case_id}/credential?{urlencode(asked)}"
    text = client.get(peer.url, path, max_bytes=MAX_BYTES, at=at).decode("ascii")
    found = verify_credential(text, public_key_of=find_issuers().public_key, at=at)
    if found.code != write_code(view.signed) or found.claims.get("cnf") != ({"jwk": holder} if holder else None):
        raise BadToken("the credential of another licence or key")
    return text


def _decode(holder: str) -> str:
    try:
        return from_base64url(holder).decode("ascii")
    except ValueError:
        raise HolderKeyUnusable from None
