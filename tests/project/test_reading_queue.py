"""Papers are read behind everything else, one at a time."""

from datetime import datetime

import pytest
from django.db import connection

from tongban.kernel.node import Node
from tongban.project import reactions, worker
from tongban.review.tests.factories import Road
from tongban.review.tests.letters import assessed


@pytest.fixture
def road(db: None, node: Node, linyi: Node, huimin: Node, at: datetime) -> Road:
    return Road(node, linyi, huimin, at).found()


@pytest.mark.parametrize(("installed", "jobs"), [(True, [("reading",)]), (False, [])])
def test_a_case_that_a_person_will_look_at_is_read_in_a_queue_of_its_own(
    road: Road, monkeypatch: pytest.MonkeyPatch, installed: bool, jobs: list[tuple[str]]
) -> None:
    monkeypatch.setattr(reactions, "is_installed", lambda: installed)
    assessed(road)
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name FROM procrastinate_jobs WHERE task_name = 'review.read_documents'")
        assert cursor.fetchall() == jobs
    assert worker.BESIDE["reading"] == 1
