"""`tongban catalogue export-definition` and `import-definition`: out as text, wiped, in again with the same hash."""

import json
from argparse import Namespace
from pathlib import Path

import pytest
from django.db import transaction

from tests.cast import ITEM, LINYI
from tongban.catalogue.layers import load_document
from tongban.catalogue.parts.text import write_text
from tongban.catalogue.queries import list_publications
from tongban.catalogue.reading import content_hash
from tongban.catalogue.services import publish
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.crypto import SUITES
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.project import cli, grammar
from tongban.project.commands import definitions
from tongban.review import drafting


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "definition.yaml"
    path.write_text(write_text(load_document(ITEM, LINYI)), encoding="utf-8")
    return path


def given(file: Path, **values: object) -> Namespace:
    usual = {
        "home": file.parent,
        "dry_run": False,
        "replace": False,
        "publish": False,
        "without_rehearsal": "",
        "reason": "",
        "json": True,
    }
    return Namespace(**{"file": file, **usual, **values})


def test_a_dry_run_needs_no_node_and_says_the_hash(file: Path, capsys):
    assert cli.main(["catalogue", "import-definition", str(file), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hash"] == content_hash(load_document(ITEM, LINYI), suite=SUITES[1])


def test_every_fault_is_told_by_its_line(file: Path, capsys):
    text = file.read_text().replace("scope: national", "scope: village")
    file.write_text(text)
    assert cli.main(["catalogue", "import-definition", str(file), "--dry-run", "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["path"] == "scope" and text.split("\n")[fault["line"] - 1] == "scope: village"


def test_what_is_no_text_says_its_line(file: Path, capsys):
    file.write_text(file.read_text() + "\nx: [1")
    assert cli.main(["catalogue", "import-definition", str(file), "--dry-run"]) == 1
    assert "line" in capsys.readouterr().err


def test_without_a_node_nothing_is_stored(file: Path, capsys):
    assert cli.main(["catalogue", "import-definition", str(file)]) == 1
    assert "--dry-run" in capsys.readouterr().err
    args = grammar.build().parse_args(["catalogue", "import-definition", str(file), "--home", "h"])
    assert cli._opens(args.command, args) == "node"


@pytest.mark.django_db
def test_out_wiped_and_in_again_has_the_same_hash(file: Path, capsys, linyi: Node):
    registries.set_node(linyi)
    # Nothing that is published can be removed: what is undone was never there.
    with transaction.atomic():
        with scope([LINYI]):
            hash = publish(
                node=linyi, region=LINYI, document=load_document(ITEM, LINYI), by=system(LINYI), at=now()
            ).hash
        definitions.export_definition(Namespace(key=ITEM, region=LINYI, version=None, out=file))
        transaction.set_rollback(True)
    assert definitions.import_definition(given(file)) == 0
    with scope([LINYI]):
        draft = drafting.find_draft(node=linyi, region=LINYI, key=ITEM)
    assert draft and draft.hash == hash and list_publications() == []
    assert definitions.import_definition(given(file, publish=True)) == 0
    assert [one.hash for one in list_publications()] == [hash]
