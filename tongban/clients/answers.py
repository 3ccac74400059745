"""Idempotency: the same key with the same request is answered the same, and done once."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from tongban.clients import models
from tongban.clients.queries import Access
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

KEPT_FOR = timedelta(days=7)
PURPOSE = "client-answer"


class KeyUsedForOther(Refused):
    """The key belongs to another request: doing this one under it would hide one of the two."""

    text = Text("该幂等键已用于另一个请求。", "This idempotency key was used for another request.")
    advice = Text("请为每个新请求使用新的幂等键。", "Use a new key for every new request.")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def find_answer(*, node: Node, access: Access, key: str, request: bytes) -> Answer | None:
    """What this request was answered before. Holds the key until the transaction ends, so that twins wait. Refuses `KeyUsedForOther`."""
    key_hash = _key(node, access, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key_hash])
    row = models.KeptAnswer.objects.filter(client_id=access.client, key_hash=key_hash).first()
    if row is None:
        return None
    if row.request_hash != _request(node, request):
        raise KeyUsedForOther
    return Answer(row.status, base64.b64decode(node.open_locally(bytes(row.body), purpose=PURPOSE, region=row.region)))


def keep_answer(*, node: Node, access: Access, key: str, request: bytes, answer: Answer, at: datetime) -> None:
    """In the transaction of what was done."""
    region = access.regions[0]
    body = node.seal_locally(base64.b64encode(answer.body).decode(), purpose=PURPOSE, region=region)
    models.KeptAnswer.objects.create(
        client_id=access.client, region=region, key_hash=_key(node, access, key), request_hash=_request(node, request),
        status=answer.status, body=body, at=at,
    )  # fmt: skip


def forget_answers(*, at: datetime) -> None:
    models.KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()


def _key(node: Node, access: Access, key: str) -> str:
    return node.keyed_hash(f"{access.client} {key}", purpose="client-key")


def _request(node: Node, request: bytes) -> str:
    return node.keyed_hash(node.suite.hash(request), purpose="client-request")
