"""The seal on a paper: where the paper has its place for it, beginning with the issued bytes, at both places."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.cast import JIYANG
from tongban.cases.sealed_documents import list_sealed
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor, system
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.papers import models, sealing
from tongban.papers.press import print_sheet
from tongban.papers.tests.desk import issue, papers, read
from tongban.papers.tests.test_press import SHEET
from tongban.seals import services, signing
from tongban.seals.keyroom import KeyRoom
from tongban.seals.subjects import Subject, register_subject
from tongban.seals.views import MAIN_SUITE


@pytest.fixture
def room(zone: Zone, tmp_path: Path, settings: Any) -> KeyRoom:
    """The hall of 济阳 has a seal for papers."""
    settings.TSA_URL = ""
    register_subject(Subject(sealing.SUBJECT, sealing.read_unsealed, lambda node, region, ref: None))
    today, room = legal_day(zone.at), KeyRoom.of(tmp_path)
    asks, confirms = (Actor("staff", f"s-{role}", JIYANG, frozenset({role})) for role in ("chief", "supervisor"))
    with scope([JIYANG]):
        seal_id = services.ask_seal(
            node=zone.jiyang, region=JIYANG, office="hall", owner="济阳区政务服务中心", uses=["paper"], valid_from=today,
            valid_until=today.replace(year=today.year + 1), by=asks, at=zone.at,
        )  # fmt: skip
        services.confirm_seal(region=JIYANG, seal_id=seal_id, by=confirms, at=zone.at)
    signing.step(node=zone.jiyang, room=room, at=zone.at)
    return room


def _sealed(zone: Zone, room: KeyRoom) -> UUID:
    case_id = zone.submit(zone.draft()).case_id
    issue(zone, case_id)
    with scope([JIYANG]):
        sealing.ask_for_seals(node=zone.jiyang, region=JIYANG, case_id=case_id, at=zone.at)
    signing.step(node=zone.jiyang, room=room, at=zone.at)
    ref = papers(zone, case_id)["receipt"].key
    with scope([JIYANG]):
        assert sealing.keep_sealed(
            node=zone.jiyang, region=JIYANG, ref=ref, suite=MAIN_SUITE, by=system(JIYANG), at=zone.at
        )
    return case_id


def test_whoever_opens_the_paper_gets_it_sealed(zone: Zone, room: KeyRoom) -> None:
    case_id = _sealed(zone, room)
    receipt = papers(zone, case_id)["receipt"]
    data = read(zone, case_id, receipt).data
    assert b"/Sig" in data and zone.jiyang.suite.hash(data) != receipt.key
    with scope([JIYANG]):
        (said,) = list_sealed(region=JIYANG, case_id=case_id)
    assert said.document == receipt.key == zone.jiyang.suite.hash(data[: data.index(b"%%EOF") + len(b"%%EOF")])


def test_it_is_asked_for_once(zone: Zone, room: KeyRoom) -> None:
    case_id = _sealed(zone, room)
    with scope([JIYANG]):
        assert sealing.ask_for_seals(node=zone.jiyang, region=JIYANG, case_id=case_id, at=zone.at) == []


def test_the_signer_knows_only_papers_that_were_issued(zone: Zone, room: KeyRoom) -> None:
    case_id = _sealed(zone, room)
    key = papers(zone, case_id)["receipt"].key
    with scope([JIYANG]):
        read = sealing.read_unsealed(zone.jiyang, JIYANG, key, False)
        assert read and zone.jiyang.suite.hash(read.pdf) == key
        assert sealing.read_unsealed(zone.jiyang, JIYANG, "0" * 64, False) is None


def test_a_row_that_no_event_of_the_case_names_is_not_sealed(zone: Zone, room: KeyRoom) -> None:
    _sealed(zone, room)
    with scope([JIYANG]):
        models.IssuedPaper.objects.update(digest="0" * 64)
        assert sealing.read_unsealed(zone.jiyang, JIYANG, "0" * 64, False) is None


def test_a_paper_whose_seal_failed_is_asked_for_again(zone: Zone, room: KeyRoom) -> None:
    case_id = _sealed(zone, room)
    with scope([JIYANG]):
        assert sealing.list_unsealed(region=JIYANG, at=zone.at) == []
        with connection.cursor() as cursor:
            cursor.execute("UPDATE seals_sealrequest SET state = 'refused', reason = 'failed'")
        assert sealing.list_unsealed(region=JIYANG, at=zone.at) == [case_id]


def test_the_place_of_the_seal_is_found_on_the_page() -> None:
    spot = sealing.find_spot(print_sheet(SHEET))
    assert spot and spot.page == 0 and 110 < spot.x < 200 and 80 < spot.y < 270
