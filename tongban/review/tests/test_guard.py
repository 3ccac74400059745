"""A sample of automatic decisions goes to people; where they disagree too often the machine stops, and a person lets it go on."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.cast import ITEM, JIYANG, LINYI, clerk, examiner
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.review import guard, rehearsals
from tongban.review import services as review
from tongban.review.guard import Limits
from tongban.review.tests.factories import Road, insured_says

CHIEF = Actor("staff", "s-chief", LINYI, frozenset({"chief"}))
EVERY = Limits(one_in=1, window=10, least=2, percent=40)


def considered(road: Road, limits: Limits = EVERY) -> UUID:
    case_id = road.taken_over()
    review.consider(
        node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, registers={"insured": insured_says()}, limits=limits
    )  # fmt: skip
    return case_id


def draw(road: Road, count: int, *, days: int = 0) -> list[UUID]:
    """Samples of as many decisions, without the cases behind them."""
    with scope([LINYI]):
        for _ in range(count):
            guard.draw_sample(
                node=road.linyi, region=LINYI, key=ITEM, case_id=new_id(), number="n", definition="d" * 64,
                at=road.at + timedelta(days=days), limits=EVERY,
            )  # fmt: skip
        return [
            each.id for each in rehearsals.list_samples(node=road.linyi, region=LINYI, at=road.at) if not each.opinion
        ]


def look(road: Road, sample: UUID, *, agrees: bool, note: str = "地址与登记不符", by: Actor | None = None) -> bool:
    with scope([LINYI]):
        return guard.review_sample(
            node=road.linyi, region=LINYI, sample_id=sample, agrees=agrees, note=note, by=by or examiner(), at=road.at,
            limits=EVERY,
        )  # fmt: skip


def decides(road: Road) -> bool:
    with scope([LINYI]):
        return guard.may_decide(region=LINYI, key=ITEM)


def restart(road: Road, *, reason: str = "规则已改正", by: Actor = CHIEF) -> None:
    with scope([LINYI]):
        guard.restart_automatic(
            node=road.linyi, region=LINYI, key=ITEM, reason=reason, by=by, at=road.at + timedelta(days=1)
        )


def stopped(road: Road) -> None:
    first, second = draw(road, 2)
    assert look(road, first, agrees=False) is False
    assert look(road, second, agrees=False) is True


def test_an_automatic_decision_is_drawn_for_a_person(road: Road) -> None:
    case_id = considered(road)
    with scope([LINYI]):
        [sample] = rehearsals.list_samples(node=road.linyi, region=LINYI, at=road.at)
    assert (sample.case_id, sample.key, sample.opinion) == (case_id, ITEM, "")


def test_what_a_person_decides_is_not_drawn(road: Road) -> None:
    case_id = road.taken_over()
    review.consider(
        node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, limits=EVERY,
        registers={"insured": insured_says({"insured.status": "suspended"})},
    )  # fmt: skip
    with scope([LINYI]):
        assert rehearsals.list_samples(node=road.linyi, region=LINYI, at=road.at) == []


def test_about_one_in_twenty_is_drawn_and_always_the_same(road: Road) -> None:
    cases = [new_id() for _ in range(400)]
    ask = {"node": road.linyi, "region": LINYI, "key": ITEM, "number": "n", "definition": "d" * 64, "at": road.at}
    with scope([LINYI]):
        drawn = [id for id in cases if guard.draw_sample(case_id=id, **ask)]  # type: ignore[arg-type]
        again = [id for id in cases if guard.draw_sample(case_id=id, **ask)]  # type: ignore[arg-type]
    assert drawn == again
    assert 2 <= len(drawn) <= 60


def test_too_much_disagreement_stops_the_machine_and_a_person_decides(road: Road) -> None:
    stopped(road)
    case_id = considered(road)
    assert road.kinds(case_id)[-1] == "assessed"
    assert road.opened(case_id).case.assessment["outcome"] == "approve"
    assert not road.opened(case_id).case.decision


def test_one_disagreement_among_many_stops_nothing(road: Road) -> None:
    first, *others = draw(road, 4)
    for sample in others:
        look(road, sample, agrees=True)
    assert look(road, first, agrees=False) is False
    assert decides(road)


def test_a_person_lets_it_go_on_and_what_was_drawn_before_counts_no_more(road: Road) -> None:
    stopped(road)
    restart(road)
    assert decides(road)
    [later] = draw(road, 1, days=2)
    assert look(road, later, agrees=False) is False
    with scope([LINYI]):
        [stop] = rehearsals.list_stops(node=road.linyi, region=LINYI, at=road.at)
    assert (stop.stopped_by, stop.samples, stop.disagreed) == ("system", 2, 2)
    assert (stop.restarted_by, stop.restart_reason) == (CHIEF.ref, "规则已改正")


def test_who_lets_it_go_on_may_and_says_why(road: Road) -> None:
    with pytest.raises(guard.NotStopped):
        restart(road)
    stopped(road)
    with pytest.raises(Forbidden):
        restart(road, by=examiner())
    with pytest.raises(guard.ReasonNeeded):
        restart(road, reason=" ")
    assert not decides(road)


def test_a_disagreement_says_why_and_an_opinion_is_given_once(road: Road) -> None:
    [sample] = draw(road, 1)
    with pytest.raises(guard.ReasonNeeded):
        look(road, sample, agrees=False, note="")
    look(road, sample, agrees=True, note="")
    with pytest.raises(guard.LookedAtAlready):
        look(road, sample, agrees=False)


@pytest.mark.parametrize("who", [clerk(JIYANG), clerk(LINYI), system(LINYI)])
def test_others_give_no_opinion(road: Road, who: Actor) -> None:
    [sample] = draw(road, 1)
    with pytest.raises(Forbidden):
        look(road, sample, agrees=True, by=who)


def test_a_chief_stops_it_by_hand_once(road: Road) -> None:
    with scope([LINYI]):
        stop = {"node": road.linyi, "region": LINYI, "key": ITEM, "by": CHIEF, "at": road.at}
        guard.stop_automatic(reason="登记系统有误", **stop)  # type: ignore[arg-type]
        with pytest.raises(guard.StoppedAlready):
            guard.stop_automatic(reason="登记系统有误", **stop)  # type: ignore[arg-type]
    assert not decides(road)


def test_a_sample_is_due_some_working_days_later_and_then_late(road: Road) -> None:
    draw(road, 1)
    with scope([LINYI]):
        later = road.at + timedelta(days=15)
        [now], [then] = (rehearsals.list_samples(node=road.linyi, region=LINYI, at=at) for at in (road.at, later))
        [item] = rehearsals.list_automatic_items(region=LINYI, at=later)
    assert (now.due_on, now.late, then.late) == (date(2026, 12, 4), False, True)
    assert (item.waiting, item.late) == (1, 1)


def test_samples_at_which_nobody_looks_stop_the_machine(road: Road) -> None:
    draw(road, 2)
    assert decides(road)
    draw(road, 1, days=20)
    assert not decides(road)
    with scope([LINYI]):
        [stop] = rehearsals.list_stops(node=road.linyi, region=LINYI, at=road.at)
    assert (stop.stopped_by, stop.late) == ("system", 2)


def test_an_item_may_have_its_own_limits(road: Road) -> None:
    document = load_document(ITEM, LINYI)
    own = {"one_in": 1, "window": 10, "least": 2, "percent": 0, "days": 3}
    stricter = {**document, "policy": {**document["policy"], "sampling": own}}
    assert guard.limits_of(read_definition(document, suite=road.linyi.suite), EVERY) == EVERY
    assert guard.limits_of(read_definition(stricter, suite=road.linyi.suite), EVERY) == Limits(
        one_in=1, window=10, least=2, percent=0, days=3
    )
