"""Papers of the other place: readable before a copy is kept, and after it whatever becomes of the typesetter."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI, clerk
from tongban.cases.tests.zone import Zone
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.papers import jobs, press, queries, services
from tongban.papers.models import IssuedPaper
from tongban.papers.queries import PaperElsewhere
from tongban.papers.tests.desk import issue, papers, read, refused

OTHER_SHEET = press.TEMPLATE.replace(b"22pt", b"21pt")


def night(zone: Zone) -> None:
    registries.set_node(zone.jiyang)
    jobs.keep_copies(at=zone.at + timedelta(hours=8))


def held() -> int:
    with scope([JIYANG]):
        return IssuedPaper.objects.filter(region=JIYANG, place=LINYI).count()


def test_it_reads_the_same_before_and_after_the_night(zone: Zone) -> None:
    case_id = refused(zone)
    notice = papers(zone, case_id)["refusal-notice"]
    there = read(zone, case_id, papers(zone, case_id, LINYI)["refusal-notice"], LINYI)
    before = read(zone, case_id, notice)
    assert held() == 0 and notice.number == before.number == "临邑医保不备〔2026〕1号"
    night(zone)
    assert held() == 1 and before == there == read(zone, case_id, notice)


def test_a_copy_outlives_a_change_of_the_sheet(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = refused(zone)
    night(zone)
    other = refused(zone)
    monkeypatch.setattr(press, "TEMPLATE", OTHER_SHEET)
    assert read(zone, kept, papers(zone, kept)["refusal-notice"]).data.startswith(b"%PDF")
    with pytest.raises(PaperElsewhere):
        read(zone, other, papers(zone, other)["refusal-notice"])
    night(zone)
    assert held() == 1


def test_what_is_left_is_kept_the_next_night(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CASES_A_NIGHT", 1)
    refused(zone), refused(zone)
    kept = []
    for _ in range(3):
        night(zone)
        kept.append(held())
    assert kept == [1, 2, 2]


def test_own_papers_and_old_ones_are_not_looked_for(zone: Zone) -> None:
    case_id = refused(zone)
    issue(zone, case_id)
    with scope([JIYANG]):
        assert queries.list_lacking(region=JIYANG, since=zone.at - timedelta(days=1)) == [case_id]
        assert queries.list_lacking(region=JIYANG, since=zone.at + timedelta(days=1)) == []


def test_only_the_machine_keeps_copies(zone: Zone) -> None:
    case_id = refused(zone)
    common: dict[str, Any] = {"node": zone.jiyang, "region": JIYANG, "case_id": case_id, "at": zone.at}
    with scope([JIYANG]):
        with pytest.raises(Forbidden):
            services.keep_copies(**common, by=clerk())
        assert [services.keep_copies(**common, by=system(JIYANG)) for _ in range(2)] == [1, 0]
