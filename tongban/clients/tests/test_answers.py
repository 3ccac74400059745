"""Idempotency keys."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.cast import JIYANG
from tongban.clients import models, services
from tongban.clients.answers import KeyUsedForOther
from tongban.clients.queries import Access
from tongban.kernel.actors import system
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


@pytest.fixture
def access(node: Node, at: datetime) -> Access:
    issued = services.issue_token(
        node=node, name="省平台", regions=[JIYANG], scopes=["cases:write"], days=30, by=system(JIYANG), at=at
    )
    return services.admit(node=node, token=issued.token, at=at)


def keep(node: Node, access: Access, at: datetime) -> None:
    answer = services.Answer(201, b'{"number":"JY-1"}')
    services.keep_answer(node=node, access=access, key="order-4711", request=b"body", answer=answer, at=at)


def test_the_same_request_is_answered_the_same(node: Node, access: Access, at: datetime) -> None:
    keep(node, access, at)
    found = services.find_answer(node=node, access=access, key="order-4711", request=b"body")
    assert found == services.Answer(201, b'{"number":"JY-1"}')


def test_another_request_is_refused(node: Node, access: Access, at: datetime) -> None:
    keep(node, access, at)
    with pytest.raises(KeyUsedForOther):
        services.find_answer(node=node, access=access, key="order-4711", request=b"other")


def test_another_client_has_keys_of_its_own(node: Node, access: Access, at: datetime) -> None:
    keep(node, access, at)
    other = Access(uuid4(), "k-other", access.regions, access.scopes, "", frozenset(), 600)
    assert services.find_answer(node=node, access=other, key="order-4711", request=b"other") is None


def test_neither_key_nor_answer_stands_in_clear(node: Node, access: Access, at: datetime) -> None:
    keep(node, access, at)
    row = models.KeptAnswer.objects.get()
    assert "order-4711" not in row.key_hash and b"JY-1" not in bytes(row.body)


def test_it_is_forgotten_after_a_week(node: Node, access: Access, at: datetime) -> None:
    keep(node, access, at)
    services.forget_old(at=at + timedelta(days=8))
    assert not models.KeptAnswer.objects.exists()
