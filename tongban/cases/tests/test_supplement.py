"""Handing in what was asked for: once, by the applicant, only that, and with its files."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen
from tongban.cases import models, services, worklists
from tongban.cases.drafts import Material
from tongban.cases.services.deciding import ProposalIncomplete
from tongban.cases.tests.zone import Zone
from tongban.documents import services as files
from tongban.documents.tests.files import picture
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import SealedRef
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope

STRANGER = Actor("citizen", "c-sun", JIYANG, frozenset({"citizen"}))
CORRECTED = {"filing.address": "泰兴东街 12 号"}


@pytest.fixture
def asked(zone: Zone) -> UUID:
    case_id = zone.taken_over()
    zone.do(
        services.request_correction, case_id, fields=["filing.address"], materials=["residence-permit"], note="请补正"
    )
    zone.network.settle(zone.at)
    return case_id


def hand_in(zone: Zone, case_id: UUID, *, cmd: UUID | None = None, by: Actor | None = None, **changes) -> None:
    values = {"elements": CORRECTED, "materials": ()} | changes
    with scope([JIYANG]):
        services.supplement(
            node=zone.jiyang, region=JIYANG, case_id=case_id, cmd=cmd or new_id(), by=by or citizen(), at=zone.at, **values
        )  # fmt: skip
    zone.network.settle(zone.at)


def upload(zone: Zone, case_id: UUID) -> Material:
    with scope([JIYANG]):
        stored = files.store_upload(
            node=zone.jiyang, region=JIYANG, case_id=case_id, data=picture("PNG"), filename="permit.png", by=citizen(), at=zone.at
        )  # fmt: skip
    return Material("residence-permit", "upload", stored.name, stored.media_type, stored.size, False, stored.ref)


def test_a_stranger_corrects_and_withdraws_nothing(zone: Zone, asked: UUID) -> None:
    with pytest.raises(Missing):
        hand_in(zone, asked, by=STRANGER)
    with scope([JIYANG]), pytest.raises(Missing):
        services.withdraw_case(
            node=zone.jiyang, region=JIYANG, case_id=asked, cmd=new_id(), by=STRANGER, at=zone.at
        )  # fmt: skip


def test_only_what_was_asked_for_changes(zone: Zone, asked: UUID) -> None:
    hand_in(zone, asked, elements={**CORRECTED, "treat.region": LINYI})
    there = zone.there(asked)
    assert there.elements["filing.address"] == "泰兴东街 12 号"
    assert there.elements["treat.region"] == JIYANG


def test_a_second_click_with_the_same_file_is_the_same_act(zone: Zone, asked: UUID) -> None:
    cmd = new_id()
    for _ in range(2):
        hand_in(zone, asked, cmd=cmd, materials=(upload(zone, asked),))
    assert [entry.sentence.zh for entry in zone.there(asked).timeline].count("申请人已补正") == 1


def test_a_second_correction_is_answered_on_the_record(zone: Zone, asked: UUID) -> None:
    hand_in(zone, asked)
    hand_in(zone, asked, elements={"filing.address": "另一处"})
    here = zone.here(asked)
    assert here.elements["filing.address"] == "泰兴东街 12 号"


def test_the_files_are_fetched_by_the_deciding_place(zone: Zone, asked: UUID, deferred) -> None:
    hand_in(zone, asked, materials=(upload(zone, asked),))
    assert ("exchange.fetch_blobs", LINYI) in deferred()


def test_the_term_for_accepting_begins_anew(zone: Zone, asked: UUID) -> None:
    first = zone.there(asked).timeline[0].at
    zone.at += timedelta(days=30)
    hand_in(zone, asked)
    case = zone.there(asked)
    assert case.due_on and case.due_on > (first + timedelta(days=30)).date()


def test_a_peer_cannot_put_other_parts_into_a_supplement(zone: Zone, asked: UUID) -> None:
    false = SealedRef("reasons", "1", "a" * 64, "b" * 64, 10)
    for sealed in ((false,), ()):
        with scope([LINYI]), pytest.raises(ProposalIncomplete):
            services.take_up_proposal(
                node=zone.linyi, region=LINYI, case_id=asked, author=JIYANG, proposal="p", kind="cases.supplement;v=1",
                sealed=sealed, by=system(LINYI), at=zone.at,
            )  # fmt: skip
    assert zone.there(asked).state == "awaiting_correction"


@pytest.fixture
def deferred(db):
    """The jobs that wait, by task and region."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return lambda: {(job.task_name, job.args.get("region")) for job in ProcrastinateJob.objects.all()}


def test_of_two_copies_on_one_node_the_applicant_is_shown_the_receiving_one(zone: Zone, asked: UUID) -> None:
    """Listed once, and where the applicant can act."""
    both = replace(zone.jiyang, regions=(JIYANG, LINYI))
    with scope([JIYANG, LINYI]):
        models.Case.objects.filter(case_id=asked, region=LINYI).update(owner=citizen().ref)
        mine = worklists.list_my_cases(node=both, by=citizen(), at=zone.at)
    assert [case.region for case in mine] == [JIYANG]
