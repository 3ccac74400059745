"""Papers that only put the chain in writing: printed when they are opened, the same at both places, and kept nowhere."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, clerk, examiner
from tongban.cases import services as cases
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.papers import queries, services
from tongban.papers.models import IssuedPaper, PaperCounter
from tongban.papers.tests.desk import issue, node_of, papers, read, refused, serve


def opened_by(zone: Zone, case_id: UUID, by: Actor, key: str) -> bytes:
    with scope([by.region]):
        found = queries.read_paper(node=node_of(zone, by.region), region=by.region, case_id=case_id, key=key, by=by)
    return found.data


def listed_for(zone: Zone, case_id: UUID, by: Actor) -> set[str]:
    with scope([by.region]):
        found = queries.list_papers(node=node_of(zone, by.region), region=by.region, case_id=case_id, by=by, at=zone.at)
    return {paper.kind for paper in found}


def test_both_places_print_the_same_bytes_and_keep_nothing(zone: Zone) -> None:
    case_id = zone.taken_over()
    here, there = papers(zone, case_id), papers(zone, case_id, LINYI)
    assert {"filing-form", "material-list"} <= set(here) and here.keys() == there.keys()
    for kind, paper in here.items():
        data = read(zone, case_id, paper).data
        assert data.startswith(b"%PDF") and data == read(zone, case_id, there[kind], LINYI).data, kind
        assert data == read(zone, case_id, paper).data
    with scope([JIYANG, LINYI]):
        assert not IssuedPaper.objects.exists() and not PaperCounter.objects.exists()


def test_its_number_is_the_case_s(zone: Zone) -> None:
    case = zone.submit(zone.draft())
    form = papers(zone, case.case_id)["filing-form"]
    assert (form.key, form.number, form.told, form.waits) == ("filing-form-1", case.number, False, False)


def test_what_was_issued_stands_first(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    issue(zone, case_id)
    assert [paper.told for paper in papers(zone, case_id).values()] == [True, False, False]


def test_a_kind_that_needs_what_the_case_has_not_is_not_there(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    for key in ("mandate-1", "filing-form-2", "filing-form", "receipt-2", "no-such-1", "", "0" * 64):
        with pytest.raises(Missing):
            opened_by(zone, case_id, clerk(), key)


def test_the_address_for_service_is_for_clerks_of_the_place_that_received(zone: Zone) -> None:
    case_id = zone.taken_over()
    assert "service-address" in listed_for(zone, case_id, clerk())
    assert opened_by(zone, case_id, clerk(), "service-address").startswith(b"%PDF")
    assert "service-address" not in papers(zone, case_id)
    for stranger in (Actor("staff", "s-x", JIYANG, frozenset({"supervisor"})), examiner()):
        assert "service-address" not in listed_for(zone, case_id, stranger)
        with pytest.raises(Missing):
            opened_by(zone, case_id, stranger, "service-address")


def test_who_withdraws_finds_the_form_of_it(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.act_here(cases.withdraw_case, case_id)
    assert read(zone, case_id, papers(zone, case_id)["withdrawal"]).data.startswith(b"%PDF")


def test_a_node_that_prints_nothing_lists_none(zone: Zone, settings: Any) -> None:
    settings.PAPERS = False
    assert papers(zone, zone.submit(zone.draft()).case_id) == {}


def test_only_what_must_be_issued_is_waited_for(zone: Zone) -> None:
    """No job follows an event that makes nothing to be served, nor a paper of the other place."""
    case_id = refused(zone)
    serve(zone, case_id, papers(zone, case_id, LINYI)["refusal-notice"], examiner(), "counter")
    zone.settle()
    for region, wanted in ((JIYANG, {"received"}), (LINYI, {"accepted", "refused"})):
        with scope([region]):
            events = exchange.list_events(region, case_id)
        found = {event.payload.kind_name for event in events if services.is_of_interest(event)}
        assert found == {f"cases.{name}" for name in wanted}
