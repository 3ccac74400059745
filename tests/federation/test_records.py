"""A record file proves itself: not one byte of it can be changed, and another alliance's keys do not open it."""

import random
from pathlib import Path

import pytest

from tests.processes import Alliance, passable_directory
from tongban.cases import record
from tongban.kernel.refusals import Refused
from tongban.project import demo_alliance, walk_case
from tongban.project.demo_alliance import PLACES, Papers

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]

POSITIONS = 200


@pytest.fixture(scope="module")
def data(alliance: Alliance) -> bytes:
    """The record of a closed case, as the applicant downloads it."""
    visitor, case_id = alliance.hand_in(alliance.newcomer())
    with visitor:
        walk_case.wait_until_effective(visitor, case_id)
        alliance.wait_for_kind("jiyang", case_id, "closed")
        return visitor.download(f"/cases/{case_id}/record")


@pytest.fixture(scope="module")
def members(alliance: Alliance) -> record.Members:
    return record.read_members(alliance.papers.record_trust.read_bytes())


def test_it_verifies_with_the_keys_of_its_alliance(data: bytes, members: record.Members) -> None:
    verified = record.verify_record(data, members=members)
    assert (verified.state, sorted(verified.places)) == ("closed", ["370115", "371424"])


def test_no_byte_of_it_can_be_changed(data: bytes, members: record.Members) -> None:
    chance = random.Random(len(data))
    passed = [
        position
        for position in chance.sample(range(len(data)), POSITIONS)
        if verifies(flipped(data, position), members)
    ]
    assert passed == []


def flipped(data: bytes, position: int) -> bytes:
    altered = bytearray(data)
    altered[position] ^= 1
    return bytes(altered)


def verifies(data: bytes, members: record.Members) -> bool:
    try:
        record.verify_record(data, members=members)
    except Refused:
        return False
    return True


def test_nothing_can_be_cut_off_or_added(data: bytes, members: record.Members) -> None:
    assert not any(
        verifies(altered, members) for altered in (data[:-1], data[1:], data + b" ", data[: len(data) // 2], b"")
    )


def test_the_keys_of_another_alliance_do_not_verify_it(data: bytes) -> None:
    """Same names, same places, other keys."""
    with passable_directory() as directory:
        papers = Papers(directory / "alliance")
        homes = {place.name: directory / place.name for place in PLACES}
        demo_alliance.found_alliance(papers, homes, {place.name: place.url(1) for place in PLACES})
        others = record.read_members(papers.record_trust.read_bytes())
    assert not verifies(data, others)


def test_the_copy_of_the_deciding_place_holds_the_same_events(
    alliance: Alliance, data: bytes, members: record.Members, tmp_path: Path
) -> None:
    case_id = record.verify_record(data, members=members).case
    alliance.wait_for_equal_copies(case_id)
