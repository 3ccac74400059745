"""`tongban catalogue history | suspend | resume | withdraw | merge`."""

import json
from pathlib import Path

import pytest

from tests.cast import ITEM, LINYI
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.layers import load_document
from tongban.catalogue.services import publish
from tongban.catalogue.tests.guides import guide, read
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.project import grammar
from tongban.project.commands import adjusting

pytestmark = pytest.mark.django_db

TAKEN = "002099001001-01"


@pytest.fixture(autouse=True)
def published(linyi: Node) -> None:
    registries.set_node(linyi)
    document = {**load_document(ITEM, LINYI), "valid_from": "2020-01-01"}
    with scope([LINYI]):
        publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=now())
    store_items(entries=[read(guide())], by=system(LINYI), at=now())


def call(verb: str, key: str, *words: str) -> None:
    args = grammar.build().parse_args(["catalogue", verb, "--home", str(Path("x")), key, *words])
    getattr(adjusting, args.command.target[1])(args)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    call("history", *words, "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("key", [ITEM, TAKEN])
def test_what_was_done_stands_in_the_history(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    call("suspend", key, "--reason", "升级", "--from", "2999-01-01")
    call("resume", key, "--reason", "完成", "--reason-en", "Done", "--from", "2999-01-02")
    versions = told(capsys, key)["versions"]
    assert [(one["act"], one["since"]) for one in versions[:2]] == [
        ("resumed", "2999-01-02"),
        ("suspended", "2999-01-01"),
    ]
    assert (versions[0]["reason"]["en"], versions[1]["reason"]["en"], versions[2]["act"]) == ("Done", "升级", "added")


@pytest.mark.parametrize("key", [ITEM, TAKEN])
def test_two_versions_are_compared(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    call("withdraw", key, "--reason", "取消")
    after, before = (str(one["version"]) for one in told(capsys, key)["versions"])
    assert told(capsys, key, "--before", before, "--after", after)["changes"] == []
    call("history", key, "--before", before, "--after", after)
    assert "0 处变化" in capsys.readouterr().out


def test_an_item_that_is_not_there_is_missing() -> None:
    for words in (["nothing"], [ITEM, "--region", "370115"], [TAKEN, "--layer", "handling"]):
        with pytest.raises(Missing):
            call("history", *words)
