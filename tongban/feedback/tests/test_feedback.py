"""The person served says how it was; both places see theirs, nobody else speaks for them, and a bad word is followed up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk, examiner
from tongban.cases import services as cases
from tongban.cases.services import RatedAlready
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.feedback import models, queries, services
from tongban.kernel.actors import Actor, Behalf
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope

WEI = Actor("staff", "s-wei", JIYANG, frozenset({"supervisor"}))


def rate(
    zone: Zone, case_id: UUID, grade: int = 5, about: str = "window", by: Actor | None = None, **more: Any
) -> None:
    zone.act_here(services.rate_case, case_id, by, grade=grade, about=about, **more)


def note(zone: Zone, case_id: UUID) -> None:
    """What the jobs at both places do."""
    for node, region in ((zone.jiyang, JIYANG), (zone.linyi, LINYI)):
        with scope([region]):
            for event in exchange.list_events(region, case_id):
                if event.payload.kind_name == "cases.rated":
                    services.note_rating(node=node, region=region, case_id=case_id, seq=event.seq, at=zone.at)


def counted(zone: Zone, region: str) -> dict[str, int]:
    with scope([region]):
        return {tally.about.en: tally.total for tally in queries.tally(region=region, at=zone.at + timedelta(days=1))}


def refused_case(zone: Zone) -> UUID:
    case_id = zone.accepted()
    zone.do(cases.examine_case, case_id, recommends="refuse", article="一", reasons="不符合")
    chief = replace(examiner(), ref="s-chief", roles=frozenset({"chief"}))
    zone.do(cases.refuse_case, case_id, chief, reason="不符合", article="一")
    zone.settle()
    return case_id


def test_the_window_is_rated_after_receipt_and_once(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    rate(zone, case_id, tags=["quick", "made-up"], text="谢谢")
    (rating,) = zone.here(case_id).ratings
    assert (rating.grade, rating.tags, rating.words) == (5, ("quick",), "谢谢")
    with pytest.raises((RatedAlready, services.NotYetToRate)):
        rate(zone, case_id, 1)


def test_the_result_is_rated_once_there_is_one(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    with pytest.raises(services.NotYetToRate):
        rate(zone, case_id, about="result")
    with pytest.raises(services.NoGrade):
        rate(zone, case_id, 6)


def test_each_place_counts_what_is_about_it(zone: Zone) -> None:
    case_id = refused_case(zone)
    rate(zone, case_id, 4)
    rate(zone, case_id, 2, about="result")
    zone.settle()
    for _ in range(2):
        note(zone, case_id)
    assert counted(zone, JIYANG) == {"How you were received": 1, "How it was handled": 0}
    assert counted(zone, LINYI) == {"How you were received": 0, "How it was handled": 1}
    with scope([LINYI]):
        (follow,) = queries.list_follow_ups(node=zone.linyi, region=LINYI, at=zone.at)
    assert (follow.next_step, follow.due_on) == ("verified", date(2026, 11, 23))


def test_nobody_rates_for_somebody_else(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    behalf = Behalf("c-luo", new_id(), frozenset({"see", "hand_in"}), frozenset({"*"}))
    agent = Actor("citizen", "c-sun", JIYANG, frozenset({"agent"}), behalf=behalf)
    for by in (agent, clerk()):
        with pytest.raises(services.NobodyElseRates):
            rate(zone, case_id, by=by)
    with pytest.raises(Missing):
        rate(zone, case_id, by=replace(citizen(), ref="c-stranger"))


def bad_one(zone: Zone) -> UUID:
    case_id = zone.submit(zone.draft()).case_id
    rate(zone, case_id, 1)
    note(zone, case_id)
    with scope([JIYANG]):
        return models.FollowUp.objects.get().id


def step(zone: Zone, follow_up: UUID, name: str, by: Actor = WEI, note: str = "已了解") -> None:
    with scope([JIYANG]):
        services.take_step(
            node=zone.jiyang, region=JIYANG, follow_up=follow_up, step=name, note=note, by=by, at=zone.at
        )


def test_a_bad_rating_is_verified_corrected_and_called_back(zone: Zone) -> None:
    follow_up = bad_one(zone)
    for name in ("verified", "corrected", "called_back"):
        step(zone, follow_up, name)
    with scope([JIYANG]):
        (follow,) = queries.list_follow_ups(node=zone.jiyang, region=JIYANG, at=zone.at + timedelta(days=60))
    assert [each.note for each in follow.steps] == ["已了解"] * 3
    assert not follow.late and follow.next_step == ""
    with pytest.raises(services.NextStepFirst):
        step(zone, follow_up, "called_back")


def test_no_step_is_left_out_and_only_a_supervisor_takes_them(zone: Zone) -> None:
    follow_up = bad_one(zone)
    with pytest.raises(services.NextStepFirst):
        step(zone, follow_up, "called_back")
    with pytest.raises(Forbidden):
        step(zone, follow_up, "verified", by=clerk())
    with pytest.raises(services.NothingWritten):
        step(zone, follow_up, "verified", note=" ")


def complain(zone: Zone, by: Actor | None = None, **changes: Any) -> str:
    given: dict[str, Any] = {"kind": "complaint", "text": "等了一上午", "concerns": JIYANG, "case_id": None}
    with scope([JIYANG]):
        return services.complain(
            node=zone.jiyang, region=JIYANG, by=by or citizen(), at=zone.at, **(given | changes)
        )  # fmt: skip


def test_a_complaint_has_a_number_and_a_day(zone: Zone) -> None:
    assert [complain(zone), complain(zone)] == [f"TS-{JIYANG}-2026-00001", f"TS-{JIYANG}-2026-00002"]
    with scope([JIYANG]):
        mine = queries.list_my_complaints(node=zone.jiyang, regions=(JIYANG,), by=citizen(), at=zone.at)
        row = models.Complaint.objects.first()
    assert [one.text for one in mine] == ["等了一上午"] * 2 and mine[0].due_on == date(2026, 12, 11)
    assert row and "等了" not in bytes(row.text).decode(errors="replace")


def test_it_is_answered_once_by_who_is_responsible(zone: Zone) -> None:
    complain(zone)
    with scope([JIYANG]):
        (open_,) = queries.list_complaints(node=zone.jiyang, region=JIYANG, at=zone.at)
        given: dict[str, Any] = {
            "node": zone.jiyang, "region": JIYANG, "complaint": open_.id, "answer": "已改进", "at": zone.at,
        }  # fmt: skip
        with pytest.raises(Forbidden):
            services.answer_complaint(**given, by=clerk())
        assert services.answer_complaint(**given, by=WEI) == citizen().ref
        with pytest.raises(Missing):
            services.answer_complaint(**given, by=WEI)
        (mine,) = queries.list_my_complaints(node=zone.jiyang, regions=(JIYANG,), by=citizen(), at=zone.at)
    assert mine.answer == "已改进"


def test_a_complaint_about_a_case_needs_sight_of_it(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    complain(zone, case_id=case_id, concerns=LINYI)
    with scope([JIYANG]):
        assert queries.list_complaints(node=zone.jiyang, region=JIYANG, at=zone.at)[0].elsewhere
    with pytest.raises(Missing):
        complain(zone, replace(citizen(), ref="c-stranger"), case_id=case_id)
    with pytest.raises(Missing):
        complain(zone, case_id=uuid4())


def test_who_waits_for_ten_answers_writes_no_eleventh(zone: Zone) -> None:
    for _ in range(services.OPEN_AT_ONCE):
        complain(zone)
    with pytest.raises(services.TooManyComplaints):
        complain(zone)
