"""Tokens from the command line: shown once, listed without it, ended."""

import json
from argparse import Namespace
from typing import Any

import pytest

from tests.cast import JIYANG
from tongban.clients import services
from tongban.clients.tokens import TokenInvalid
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.project.commands import client
from tongban.project.commands.client import StaffUnfit

pytestmark = pytest.mark.django_db


def add(**changes: Any) -> None:
    wanted: dict[str, Any] = {
        "name": "省平台",
        "regions": (JIYANG,),
        "scopes": ("items:read",),
        "days": 90,
        "per_minute": 600,
    }
    client.add(Namespace(**{**wanted, "staff": "", "roles": (), **changes}))


def test_a_token_is_shown_once_listed_and_revoked(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    add()
    id, _, token = capsys.readouterr().out.split()
    assert services.admit(node=node, token=token, at=now()).regions == (JIYANG,)
    client.list(Namespace(json=True))
    shown = capsys.readouterr().out
    assert token not in shown and json.loads(shown)["tokens"][0]["id"] == id
    client.revoke(Namespace(token=id))
    client.list(Namespace(json=False))
    assert "revoked" in capsys.readouterr().out
    with pytest.raises(TokenInvalid):
        services.admit(node=node, token=token, at=now())


def test_a_token_for_a_person_who_is_not_there_is_refused(node: Node) -> None:
    with pytest.raises(StaffUnfit):
        add(scopes=("decisions:write",), staff="s-nobody", roles=("examiner",))
