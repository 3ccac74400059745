"""What follows an event: a job for the applicant's notice at both places, and for a rating at each place that may count it."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import JIYANG, LINYI
from tongban.cases.tests.zone import Zone
from tongban.feedback import services as feedback
from tongban.feedback.jobs import note_rating
from tongban.feedback.models import Rating
from tongban.kernel import registries
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.notices.jobs import deliver
from tongban.notices.models import Notice, NoticeDelivery
from tongban.people import citizens, queries
from tongban.project import reactions
from tongban.project.following import follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone(node: Node, linyi: Node, huimin: Node, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Zone:
    monkeypatch.setattr(registries, "_reactions", defaultdict(list))
    reactions.register()
    return Zone(node, linyi, huimin, at).found()


def deferred(task: str) -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=task).order_by("id")]


def test_handing_in_defers_what_tells_the_applicant(zone: Zone) -> None:
    with scope([JIYANG]):
        person = citizens.find_or_create_by_phone(node=zone.jiyang, phone="19900000001", at=zone.at)
    by = queries.actor_of(person, region=JIYANG)
    zone.submit(zone.draft(by), by)
    for args in deferred("project.follow"):
        follow(**args)
        follow(**args)
    with scope([JIYANG]):
        assert set(Notice.objects.values_list("kind", flat=True)) >= {"submitted", "received"}
        assert set(NoticeDelivery.objects.values_list("way", "state")) == {("in-app", "delivered")}


def test_a_delivery_that_is_gone_or_done_is_no_fault(zone: Zone) -> None:
    deliver(region=JIYANG, delivery="00000000-0000-7000-8000-000000000000")


def test_both_places_are_asked_to_count_a_rating_and_one_does(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.act_here(feedback.rate_case, case_id, about="window", grade=5)
    zone.settle()
    asked = deferred("feedback.note_rating")
    assert {str(args["region"]) for args in asked} == {JIYANG, LINYI}
    for args in asked:
        note_rating(**args)
    with scope([JIYANG, LINYI]):
        assert [(row.region, row.grade) for row in Rating.objects.all()] == [(JIYANG, 5)]
