"""What a peer asks for the holders of licences that were issued here."""

from uuid import UUID

from django.http import HttpResponse

from tongban.licences import credentials
from tongban.web.node.peers import Call, peer_endpoint


@peer_endpoint("GET")
def credential(call: Call, *, case_id: UUID) -> HttpResponse:
    """`?region=` the issuer, `licence=` its identifier, `holder=` public JWK as base64url, or nothing."""
    text = credentials.get_credential_for(
        node=call.node, peer=call.peer, region=call.query.get("region", ""), case_id=case_id,
        identifier=call.query.get("licence", ""), holder=call.query.get("holder", ""), at=call.at,
    )  # fmt: skip
    return HttpResponse(text, content_type="application/dc+sd-jwt")
