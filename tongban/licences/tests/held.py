"""Licences as rows, signed by the licence key of a test's node: for what only reads them."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from tests.cast import LINYI
from tongban.kernel.node import Node
from tongban.kernel.signer_keys import load_signer_keys
from tongban.kernel.workdays import legal_day
from tongban.licences import models
from tongban.licences.content import Content
from tongban.licences.face import SignedFace, StatusPlace, make_face, sign_face
from tongban.licences.showing import write_licence_file
from tongban.licences.tests.stand import content

LIST = f"{LINYI}-1"


def issued_by(node: Node, said: Content, *, index: int = 0) -> SignedFace:
    key = next(iter(load_signer_keys(node.home).values()))
    face = make_face(said, key_id=key.id, status=StatusPlace(LIST, index), suite=node.suite)
    return sign_face(face, key=key, suite=node.suite)


def licence_file(node: Node) -> BytesIO:
    """As the holder downloads it."""
    said = content()
    file = BytesIO(write_licence_file(issued_by(node, said), said))
    file.name = "licence.tblic"
    return file


def hold(
    node: Node, at: datetime, *, index: int = 0, witnessed: bool = True, status: str = "01", **changes: Any
) -> SignedFace:
    """In the table of 临邑, which issued it."""
    since = legal_day(at) - timedelta(days=1)
    said = content(
        **({"serial": f"{LINYI}01{index:016d}", "from_": since, "until": since + timedelta(days=900)} | changes)
    )
    signed = issued_by(node, said, index=index)
    models.Licence.objects.create(
        region=LINYI, case_id=uuid4(), seq=9, identifier=said.identifier, type=said.type, number=said.number, issuer=LINYI,
        operation="new", status=status, valid_from=said.from_, valid_until=said.until, face=signed.face.as_bytes(),
        signature=signed.signature, part={}, status_list=LIST, status_index=index, demo=True, issued_at=at,
        witnessed_at=at if witnessed else None,
    )  # fmt: skip
    return signed
