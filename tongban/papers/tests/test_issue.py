"""Papers come of events: numbered, sealed, said on the chain, the same at both places, and never twice."""

import hashlib
from pathlib import Path
from uuid import UUID

import pytest

from tests.cast import HUIMIN, JIYANG, LUO, clerk
from tongban.cases import services as cases
from tongban.cases.tests.zone import PERSON, Zone
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.papers import queries, services
from tongban.papers.kinds import BY_ID
from tongban.papers.models import PaperCounter
from tongban.papers.tests.desk import issue, papers, read
from tongban.papers.writing import write_sheet

RARE = "\ue863"


def handed_in(zone: Zone, **changes: object) -> UUID:
    return zone.submit(zone.draft(**changes)).case_id


def test_a_receipt_is_made_numbered_and_said_on_the_chain(zone: Zone) -> None:
    case_id = handed_in(zone)
    assert "济阳政务收〔2026〕1号" in issue(zone, case_id)
    receipt = papers(zone, case_id)["receipt"]
    assert receipt.waits and receipt.number == "济阳政务收〔2026〕1号"
    data = read(zone, case_id, receipt).data
    assert data.startswith(b"%PDF") and hashlib.sha256(data).hexdigest() == receipt.key
    [said] = zone.here(case_id).papers
    assert (said.digest, said.number) == (receipt.key, receipt.number)


def test_asking_again_makes_nothing_more(zone: Zone) -> None:
    case_id = handed_in(zone)
    first = issue(zone, case_id)
    assert first and issue(zone, case_id) == []
    assert len([paper for paper in papers(zone, case_id).values() if paper.told]) == len(first)


def test_the_next_case_has_the_next_number(zone: Zone) -> None:
    issue(zone, handed_in(zone))
    assert "济阳政务收〔2026〕2号" in issue(zone, handed_in(zone))


def test_a_pledge_is_written_only_where_one_was_signed(zone: Zone) -> None:
    plain, pledged = handed_in(zone), handed_in(zone, **PLEDGED)
    assert "pledge" not in papers(zone, plain)
    assert not papers(zone, pledged)["pledge"].waits and not papers(zone, pledged)["notice-and-pledge"].waits
    assert "notice-and-pledge" not in papers(zone, plain)


def test_the_notice_and_pledge_puts_both_texts_in_writing(zone: Zone) -> None:
    case_id = handed_in(zone, **PLEDGED)
    with scope([JIYANG]):
        events = exchange.list_events(JIYANG, case_id)
        event, case = next(one for one in queries.standings(events) if one[0].payload.kind_name == "cases.pledged")
        occasion = queries.occasion_of(node=zone.jiyang, region=JIYANG, case_id=case_id, case=case, event=event)
        sheet = write_sheet(BY_ID["notice-and-pledge"], occasion, number="1号", issued_on=zone.at.date())
    said = "\n".join(sheet.paragraphs)
    assert "证明事项告知承诺" in said and "待核实" in said and str(event.payload.body["words"]) in said
    assert "六个月内补交" in said and sheet.blocks[0].items == ("居住证",)


PLEDGED = {
    "situation": "long_term_pledge",
    "elements": {
        "treat.region": JIYANG, "filing.start_on": "2026-11-20", "filing.address": "演示路 1 号", "pledge.signed": True,
    },
}  # fmt: skip


def test_nothing_readable_lies_in_the_store(zone: Zone, tmp_path: Path) -> None:
    issue(zone, handed_in(zone))
    stored = [path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert stored and not any(b"%PDF" in data for data in stored)


def test_a_rare_sign_is_noted_and_no_number_is_lost(zone: Zone) -> None:
    case_id = handed_in(zone, applicant=PERSON | {"name": LUO.name + RARE})
    assert "receipt" not in {number[-1] for number in issue(zone, case_id)}
    with scope([JIYANG]):
        assert "收件凭证" in {missing.name.zh for missing in queries.list_unprinted(region=JIYANG, case_id=case_id)}
        assert not PaperCounter.objects.filter(word="济阳政务收").exists()
    assert "济阳政务收〔2026〕1号" in issue(zone, handed_in(zone))


def test_only_the_machine_issues_and_strangers_read_nothing(zone: Zone) -> None:
    case_id = handed_in(zone)
    issue(zone, case_id)
    receipt = papers(zone, case_id)["receipt"]
    stranger = Actor("citizen", "c-other", JIYANG, frozenset({"citizen"}))
    with scope([JIYANG]):
        with pytest.raises(Forbidden):
            services.issue_due(node=zone.jiyang, region=JIYANG, case_id=case_id, by=clerk(), at=zone.at)
        with pytest.raises(Missing):
            queries.read_paper(node=zone.jiyang, region=JIYANG, case_id=case_id, key=receipt.key, by=stranger)
    with scope([HUIMIN]), pytest.raises(Missing):
        services.issue_due(node=zone.huimin, region=HUIMIN, case_id=case_id, by=system(HUIMIN), at=zone.at)


def test_a_page_that_was_open_before_a_paper_came_is_not_stale(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id, {"insured": "unknown"}, approve=False)
    seen = zone.there(case_id).head
    issue(zone, case_id)
    zone.network.settle(zone.at)
    assert zone.there(case_id).head > seen
    zone.do(cases.refuse_case, case_id, reason="参保状态异常", article="社会保险经办条例第二十三条", expected_seq=seen)
    assert zone.there(case_id).state == "refused"
