"""`tongban rules rehearse`, `rules recompute`, `catalogue export`: from a node's past cases and from a record file alone."""

import json
from argparse import Namespace
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.cast import ITEM, LINYI
from tongban.alliance import queries as alliance
from tongban.alliance.tests.factories import TRUST
from tongban.cases import queries as cases
from tongban.cases.record import RecordFaulty, write_members
from tongban.catalogue.layers import load_document
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.project.commands import recomputing, rehearsing
from tongban.review.drafts import DraftUnreadable, read_draft
from tongban.review.tests.conftest import road as road
from tongban.review.tests.factories import Road
from tongban.review.tests.test_recompute import altered


def rehearse(road: Road, draft: Path, **changes: Any) -> None:
    registries.set_node(road.linyi)
    rehearsing.rehearse(Namespace(**{"draft": draft, "region": LINYI, "since": None, "json": True} | changes))


def stricter(tmp_path: Path) -> Path:
    """The item of this release, for nobody who wants to start later than in January."""
    document: Any = deepcopy(load_document(ITEM, LINYI))
    for point in document["points"]:
        if point["id"] == "start":
            point["conditions"] = [*point["conditions"], 'filing.start_on < "2027-01-01"']
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(document))
    return file


def recompute(*files: Path, trust: Path | None = None, as_json: bool = True) -> int:
    record, *definitions = files
    return recomputing.recompute(Namespace(file=record, definition=definitions, trust=trust, json=as_json))


@pytest.fixture
def files(road: Road, tmp_path: Path) -> tuple[Path, Path, Path]:
    """Of a case that the rules approved: its record, the definition it was decided by, the trusted members."""
    case_id = road.approved()
    with scope([LINYI]):
        (tmp_path / "record").write_bytes(
            cases.export_record(node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at)
        )
        rehearsing.export(Namespace(hash=road.opened(case_id).case.definition, out=tmp_path / "definition"))
    newest = alliance.newest_list()
    assert newest
    (tmp_path / "members").write_bytes(write_members(TRUST, [alliance.get_list_bytes(newest.version)]))
    return tmp_path / "record", tmp_path / "definition", tmp_path / "members"


def test_a_rehearsal_names_the_cases(road: Road, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = road.taken_over(**{"filing.start_on": "2027-03-01"})
    for case_id in (late, road.taken_over()):
        road.consider(case_id)
    rehearse(road, stricter(tmp_path))
    said = json.loads(capsys.readouterr().out)
    assert (said["cases"], said["by_point"]) == (2, {"start": 1})
    assert [flip["case_id"] for flip in said["flips"]] == [str(late)]
    rehearse(road, stricter(tmp_path), json=False, since="2026-01-01")
    assert f"{late} " in capsys.readouterr().out


def test_the_item_of_this_release_by_its_key(road: Road, capsys: pytest.CaptureFixture[str]) -> None:
    road.approved()
    rehearse(road, Path(ITEM))
    assert json.loads(capsys.readouterr().out)["flipped"] == 0


def test_a_record_is_computed_again_with_the_exported_definition(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert recompute(*files[:2]) == 0
    [one] = json.loads(capsys.readouterr().out)["assessments"]
    assert (one["signed"], one["computed"], one["agrees"], one["decided_by_rules"]) == (
        "approve",
        "approve",
        True,
        True,
    )


def test_with_the_members_every_signature_is_checked_first(files: tuple[Path, Path, Path]) -> None:
    record, definition, members = files
    assert recompute(record, definition, trust=members, as_json=False) == 0
    record.write_bytes(record.read_bytes().replace(b'"s":[{"k":"371424', b'"s":[{"k":"371425'))
    with pytest.raises(RecordFaulty):
        recompute(record, definition, trust=members)


def test_the_file_alone_is_enough(files: tuple[Path, Path, Path]) -> None:
    assert recompute(files[0]) == 0


def without_definition(road: Road, record: Path) -> None:
    record.write_bytes(altered(road, record.read_bytes(), definitions=[]))


def test_without_the_definition_it_says_so(
    road: Road, files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    without_definition(road, files[0])
    assert recompute(files[0], as_json=False) == 1
    said = capsys.readouterr().out
    assert "--definition" in said and "signatures not checked" in said


def test_another_definition_is_not_taken_for_it(road: Road, files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    without_definition(road, files[0])
    assert recompute(files[0], stricter(tmp_path)) == 1


@pytest.mark.parametrize("raw", [b"", b"- 1", b"a: [", b"a: &x [1]\nb: *x", b"\x00", b"x" * 600_000])
def test_what_is_no_draft_is_refused(raw: bytes) -> None:
    with pytest.raises(DraftUnreadable):
        read_draft(raw)


def test_yaml_and_json_are_read() -> None:
    assert read_draft(b"a: 1") == read_draft(b'{"a": 1}') == {"a": 1}
