"""What is kept of a code, who may use it, and how often."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, clerk
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.slips import models, queries, services
from tongban.slips.services import ResumeCodeUnusable

pytestmark = pytest.mark.usefixtures("scoped")
CASE = UUID("018f0000-0000-7000-8000-000000000001")


def receipt(node: Node, at: datetime, case_id: UUID = CASE) -> str:
    return services.issue_query_code(
        node=node, region=JIYANG, case_id=case_id, id_number=LUO.id_number, name=LUO.name, by=clerk(), at=at
    )


def draft_code(node: Node, at: datetime, by: Actor) -> str:
    return services.issue_resume_code(node=node, region=JIYANG, case_id=CASE, by=by, at=at)


@pytest.mark.parametrize("factor", [LUO.id_number[-4:], LUO.id_number[-4:].lower(), LUO.name[-1]])
def test_the_paper_and_one_thing_more_find_the_case(node: Node, at: datetime, factor: str) -> None:
    asked = queries.find_asked(node=node, code=receipt(node, at), factor=factor, at=at)
    assert asked and asked.case_id == CASE


@pytest.mark.parametrize("factor", ["", "0000", "罗", LUO.name])
def test_the_paper_alone_finds_nothing(node: Node, at: datetime, factor: str) -> None:
    assert queries.find_asked(node=node, code=receipt(node, at), factor=factor, at=at) is None


def test_a_paper_printed_twice_has_one_code(node: Node, at: datetime) -> None:
    assert receipt(node, at) == receipt(node, at + timedelta(days=1))
    assert receipt(node, at) != receipt(node, at, UUID(int=7))


def test_no_code_is_kept_that_could_be_read(node: Node, at: datetime) -> None:
    codes = (receipt(node, at), draft_code(node, at, clerk()))
    rows = [*models.QueryCode.objects.values(), *models.ResumeCode.objects.values()]
    kept = str(rows)
    assert not any(code in kept for code in (*codes, LUO.id_number[-4:], LUO.name[-1]))


def test_a_code_is_used_once_and_tells_who_passed_what_to_whom(node: Node, at: datetime) -> None:
    code = draft_code(node, at, clerk())
    carried = services.use_resume_code(node=node, code=code, by=Actor("citizen", "c-1", JIYANG, frozenset()), at=at)
    assert (carried.case_id, carried.owner) == (CASE, clerk().ref)
    with pytest.raises(ResumeCodeUnusable):
        services.use_resume_code(node=node, code=code, by=clerk(), at=at)
    assert [(p.given_by, p.taken_by) for p in queries.list_passages(region=JIYANG, case_id=CASE)] == [
        (clerk().ref, "c-1")
    ]


def test_a_code_ends_after_seven_days_and_with_the_next_one(node: Node, at: datetime) -> None:
    old, new = draft_code(node, at, clerk()), draft_code(node, at, clerk())
    for code, when in ((old, at), (new, at + timedelta(days=7))):
        with pytest.raises(ResumeCodeUnusable):
            services.find_carried(node=node, code=code, at=when)
    assert services.find_carried(node=node, code=new, at=at).case_id == CASE
