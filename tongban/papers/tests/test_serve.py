"""送达: read online once, signed for at the counter, or by courier; a receipt of service closes it."""

from dataclasses import replace

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk, examiner
from tongban.cases.services import PaperUnknown
from tongban.cases.talk import read_note
from tongban.cases.tests.zone import Zone
from tongban.cases.writing import current
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.papers.services import WaybillMissing
from tongban.papers.tests.desk import issue, papers, read, refused, serve


def received(zone: Zone):
    case_id = zone.submit(zone.draft()).case_id
    issue(zone, case_id)
    return case_id, papers(zone, case_id)["receipt"]


def test_read_online_it_is_served_once(zone: Zone) -> None:
    case_id, receipt = received(zone)
    for _ in range(2):
        serve(zone, case_id, receipt, citizen(), "online")
    served = papers(zone, case_id)["receipt"]
    assert not served.waits and served.way and served.way.zh == "网上阅读"


def test_a_receipt_of_service_is_written(zone: Zone) -> None:
    case_id, receipt = received(zone)
    serve(zone, case_id, receipt, citizen(), "online")
    assert issue(zone, case_id) == []
    written = papers(zone, case_id)["service-receipt"]
    assert not written.waits and read(zone, case_id, written).data.startswith(b"%PDF")


def test_a_waybill_is_sealed(zone: Zone) -> None:
    case_id, receipt = received(zone)
    with pytest.raises(WaybillMissing):
        serve(zone, case_id, receipt, clerk(), "courier")
    serve(zone, case_id, receipt, clerk(), "courier", waybill="EMS123")
    with scope([JIYANG]):
        [paper] = current(region=JIYANG, case_id=case_id).papers
        found = read_note(paper["served"]["signature"], node=zone.jiyang, region=JIYANG, case_id=case_id)
    assert found == "EMS123" and "EMS123" not in str(paper)


def test_the_other_places_paper_is_received_here(zone: Zone) -> None:
    """Mr Luo reads at 济阳 what 临邑 has refused; 临邑 holds the case and writes it down."""
    case_id = refused(zone)
    serve(zone, case_id, papers(zone, case_id)["refusal-notice"], citizen(), "online")
    zone.network.settle(zone.at)
    there = papers(zone, case_id, LINYI)["refusal-notice"]
    assert there.way and there.way.zh == "网上阅读"
    assert read(zone, case_id, papers(zone, case_id, LINYI)["service-receipt"], LINYI).data.startswith(b"%PDF")


def test_who_may_say_it(zone: Zone) -> None:
    case_id, receipt = received(zone)
    with pytest.raises(Forbidden):
        serve(zone, case_id, receipt, citizen(), "counter")
    with pytest.raises(Forbidden):
        serve(zone, case_id, receipt, clerk(), "online")


def test_a_paper_that_nobody_issued_is_not_served(zone: Zone) -> None:
    case_id = refused(zone)
    other = replace(papers(zone, case_id, LINYI)["refusal-notice"], number="1号")
    with pytest.raises(PaperUnknown):
        serve(zone, case_id, other, examiner(), "counter")
