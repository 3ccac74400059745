"""The operator at the command line: what waits, why, and who must confirm. Called in this process, without starting a node."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest

from tests.cast import LINYI
from tests.web.desks import PASSWORD, Desks
from tests.web.troubles import Troubles, newer_release
from tongban.alliance.tests.factories import TRUST
from tongban.alliance.trust import save_trust
from tongban.exchange import operations, queries
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.scope import scope
from tongban.project import grammar
from tongban.project.commands import case, evidence, fork, outbox, parked, peers, recover

pytestmark = pytest.mark.django_db


@pytest.fixture
def troubles(node: Node, linyi: Node, huimin: Node) -> Troubles:
    return Troubles(Desks(node, linyi, huimin).found())


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda: json.loads(capsys.readouterr().out.splitlines()[-1])


def account(troubles: Troubles, tmp_path: Path, name: str, *roles: str) -> dict[str, Any]:
    uri = troubles.desks.enrol(troubles.desks.linyi, name, *roles)
    registries.set_node(troubles.desks.linyi)
    (tmp_path / name).write_text(f"{PASSWORD}\n")
    return {"user": name, "password_file": tmp_path / name, "code": pyotp.parse_uri(uri).now()}


def run(command: Any, **given: Any) -> Any:
    names = ("case", "peer", "confirm", "reason", "proposal", "answer", "user", "password_file", "code", "out")
    return command(Namespace(**{**dict.fromkeys(names), "json": True, **given}))


def at_linyi(troubles: Troubles) -> None:
    registries.set_node(troubles.desks.linyi)


def test_every_operating_command_answers_in_json() -> None:
    groups = {"peers", "outbox", "parked", "fork", "case", "recover"}
    commands = [command for command in grammar.COMMANDS if command.group in groups]
    assert len(commands) == 13
    assert all(any("--json" in argument.flags for argument in command.arguments) for command in commands)


def test_peers_and_outbox_say_what_waits(troubles: Troubles, said: Any) -> None:
    case_id = troubles.unsent()
    at_linyi(troubles)
    run(peers.peers)
    assert said()["peers"][0]["waiting"] == 2
    run(outbox.list, case=case_id)
    assert {row["reason"] for row in said()["rows"]} == {"unreachable: ConnectError"}


def test_r12_two_people_release_at_the_command_line(troubles: Troubles, said: Any, tmp_path: Path) -> None:
    case_id = troubles.parked()
    first = account(troubles, tmp_path, "zhouqi", "operator")
    second = account(troubles, tmp_path, "wumei", "supervisor")
    run(parked.release, case=case_id, reason="已升级", **first)
    request = UUID(said()["request"])
    with newer_release():
        assert run(parked.release, confirm=request, **second) == 0
    with scope([LINYI]):
        assert queries.get_head(LINYI, case_id).parked == ""


def test_a_wrong_code_opens_nothing(troubles: Troubles, tmp_path: Path) -> None:
    case_id = troubles.parked()
    who = account(troubles, tmp_path, "zhouqi", "operator")
    with pytest.raises(Refused, match="wrong-second-factor"):
        run(parked.release, case=case_id, reason="x", **{**who, "code": "000000"})


def test_a_clerk_operates_nothing(troubles: Troubles, tmp_path: Path) -> None:
    case_id = troubles.unsent()
    clerk = account(troubles, tmp_path, "zhaomin", "reception")
    with pytest.raises(Forbidden):
        run(outbox.retry_now, case=case_id, **clerk)


def test_sending_now_is_recorded(troubles: Troubles, said: Any, tmp_path: Path) -> None:
    case_id = troubles.unsent()
    run(outbox.retry_now, case=case_id, **account(troubles, tmp_path, "zhouqi", "operator"))
    assert said() == {"due": 2}
    with scope([LINYI]):
        assert [row.what for row in operations.list_operations([LINYI])] == ["retry"]


def test_an_answer_waits_for_a_second_person(troubles: Troubles, said: Any, tmp_path: Path) -> None:
    case_id = troubles.parked()
    who = account(troubles, tmp_path, "zhouqi", "operator")
    run(parked.answer, case=case_id, answer="upgrade-planned", reason="周五升级", **who)
    run(parked.list)
    shown = said()
    assert [one["case_id"] for one in shown["parked"]] == [str(case_id)] and len(shown["requests"]) == 1
    with scope([LINYI]):
        assert operations.list_requests([LINYI], now())[0].code == "upgrade-planned"


def test_c3_evidence_is_exported_and_verified_without_a_node(troubles: Troubles, said: Any, tmp_path: Path) -> None:
    case_id, file = troubles.forked(), tmp_path / "fork.json"
    at_linyi(troubles)
    run(fork.show, case=case_id)
    assert said()["forks"][0]["by_writer"] is True
    run(fork.export, case=case_id, out=file, **account(troubles, tmp_path, "zhouqi", "operator"))
    save_trust(tmp_path / "trust.json", TRUST)
    evidence.verify(Namespace(file=file, trust=tmp_path / "trust.json", json=True))
    assert said()["forks"][0]["same_author"] is True


def test_a_case_is_explained_and_shown(troubles: Troubles, said: Any) -> None:
    case_id = troubles.parked()
    at_linyi(troubles)
    run(case.explain, case=case_id)
    assert said()["who"] == "operator"
    run(parked.show, case=case_id)
    assert said()["unfolded"][0]["kind"] == "weather.noted;v=1"
    with pytest.raises(Missing):
        run(case.explain, case=UUID(int=1))


def test_a_recovery_says_for_whom_it_waits(troubles: Troubles, said: Any) -> None:
    at_linyi(troubles)
    run(recover.status)
    assert said()["since"] is None
    troubles.restored()
    run(recover.status)
    assert said()["since"]


def test_people_get_lines(troubles: Troubles, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = troubles.parked()
    at_linyi(troubles)
    for command in (peers.peers, outbox.list, parked.list, recover.status):
        run(command, json=False)
    for command in (parked.show, case.explain, fork.show):
        run(command, json=False, case=case_id)
    assert "unknown-kind" in capsys.readouterr().out
