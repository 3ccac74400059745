"""Tokens: shown once, bound, ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI
from tongban.clients import models, queries, services
from tongban.clients.tokens import TokenInvalid, TokenUnusable
from tongban.kernel.actors import Actor, system
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


def issue(node: Node, at: datetime, **changes: Any) -> services.IssuedToken:
    wanted = {
        "name": "省平台",
        "regions": [JIYANG],
        "scopes": ["items:read"],
        "days": 30,
        "by": system(JIYANG),
        "at": at,
    }
    return services.issue_token(node=node, **{**wanted, **changes})


def test_a_token_opens_what_it_was_made_for(node: Node, at: datetime) -> None:
    issued = issue(node, at)
    access = services.admit(node=node, token=issued.token, at=at)
    assert (access.regions, access.scopes, access.ref) == ((JIYANG,), {"items:read"}, issued.client)
    assert queries.list_tokens()[0].last_used_at == at


def test_it_stands_nowhere_in_clear(node: Node, at: datetime) -> None:
    issued = issue(node, at)
    row = models.ClientToken.objects.values().get()
    assert issued.token not in str(row) and issued.token not in repr(issued)


def test_it_ends(node: Node, at: datetime) -> None:
    issued = issue(node, at)
    services.admit(node=node, token=issued.token, at=at + timedelta(days=29))
    with pytest.raises(TokenInvalid):
        services.admit(node=node, token=issued.token, at=at + timedelta(days=30))


def test_it_is_revoked(node: Node, at: datetime) -> None:
    issued = issue(node, at)
    services.revoke_token(token_id=issued.id, by=system(JIYANG), at=at)
    with pytest.raises(TokenInvalid):
        services.admit(node=node, token=issued.token, at=at)


def test_another_node_does_not_know_it(node: Node, linyi: Node, at: datetime) -> None:
    with pytest.raises(TokenInvalid):
        services.admit(node=linyi, token=issue(node, at).token, at=at)


def test_two_tokens_of_one_name_are_one_client(node: Node, at: datetime) -> None:
    assert issue(node, at).client == issue(node, at).client
    assert models.Client.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x"},
        {"regions": []},
        {"regions": [LINYI]},
        {"scopes": ["everything"]},
        {"scopes": ["decisions:write"]},
        {"staff": "s-1"},
        {"days": 401},
        {"per_minute": 0},
    ],
)
def test_one_that_could_do_harm_is_not_made(node: Node, at: datetime, changes: dict[str, Any]) -> None:
    with pytest.raises(TokenUnusable):
        issue(node, at, **changes)


def test_nobody_but_the_system_issues(node: Node, at: datetime) -> None:
    with pytest.raises(Forbidden):
        issue(node, at, by=Actor("staff", "s-1", JIYANG, frozenset({"operator"})))
