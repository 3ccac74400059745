"""Real links that lose packets, break, flap and are narrow: nothing is lost, and everything is delivered when they heal (W1, W5)."""

import io
import os
import time
from collections.abc import Callable, Iterator

import pikepdf
import pytest

from tests.faults.spread import Spread, what_is_missing
from tests.processes import running
from tongban.project import walk_case
from tongban.project.walk_case import Story

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.xdist_group("networks"), pytest.mark.timeout(420),
    pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing() or "-"),
]  # fmt: skip

PATIENCE = 120.0
AWAY_SECONDS = 10.0
ATTACHED = 1024 * 1024


@pytest.fixture(scope="module")
def spread() -> Iterator[Spread]:
    with running(Spread) as spread:
        yield spread


@pytest.fixture(autouse=True)
def healed(spread: Spread) -> Iterator[None]:
    yield
    heal(spread)


def heal(spread: Spread) -> None:
    for link in spread.links.values():
        link.heal()


def no_way_there(spread: Spread) -> None:
    spread.links["jiyang"].drop_to(spread.links["linyi"])


def no_way_back(spread: Spread) -> None:
    spread.links["linyi"].drop_to(spread.links["jiyang"])


def isolated(spread: Spread) -> None:
    spread.links["linyi"].isolate()


def cable_out(spread: Spread) -> None:
    spread.links["linyi"].pull_out()


@pytest.mark.parametrize("harm", [no_way_there, no_way_back, isolated, cable_out])
def test_w1_a_link_breaks_and_heals(spread: Spread, harm: Callable[[Spread], None]) -> None:
    """W1: one case lies at 临邑's desk when the link breaks, another is handed in afterwards."""
    visitor, there = spread.hand_in(spread.newcomer(), walk_case.referral_story(spread.today))
    visitor.client.close()
    spread.wait_for_kind("linyi", there, "assessed", seconds=PATIENCE)
    harm(spread)
    visitor, here = spread.hand_in(spread.newcomer())
    visitor.client.close()
    time.sleep(AWAY_SECONDS)
    assert "closed" not in spread.sites["jiyang"].kinds(here)
    heal(spread)
    walk_case.approve(spread.desk("linyi", "examiner"), there, seconds=PATIENCE)
    require_whole(spread, there, here)


def test_w1_a_link_flaps(spread: Spread) -> None:
    """W1: a second on, a second off."""
    cases = []
    visitor, first = spread.hand_in(spread.newcomer())
    with visitor:
        for _ in range(4):
            isolated(spread)
            cases.append(spread.apply(visitor))
            time.sleep(1)
            heal(spread)
            time.sleep(1)
    require_whole(spread, first, *cases)


def test_w5_small_events_overtake_a_large_file_on_a_narrow_line(spread: Spread) -> None:
    """W5: one packet in ten is lost, 256 kbit/s are left; the file of one case comes slowly, the next case does not wait for it."""
    visitor, large = spread.hand_in(spread.newcomer(), with_large_letter(spread))
    with visitor:
        spread.links["linyi"].lose(10)
        spread.links["linyi"].narrow("256kbit")
        small = spread.apply(visitor)
        walk_case.wait_until_effective(visitor, small, seconds=PATIENCE)
    assert not has_file(spread)
    heal(spread)
    walk_case.approve(spread.desk("linyi", "examiner"), large, seconds=PATIENCE)
    require_whole(spread, large, small)
    assert len(walk_case.read_attachment(spread.desk("linyi", "examiner"), large, seconds=PATIENCE)) > ATTACHED


def with_large_letter(spread: Spread) -> Story:
    """A page with a picture that no compression makes smaller."""
    story = walk_case.referral_story(spread.today)
    with pikepdf.new() as letter, io.BytesIO() as file:
        page = letter.add_blank_page()
        side = 600
        picture = pikepdf.Stream(letter, os.urandom(side * side * 3), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
                                 Width=side, Height=side, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8)  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=picture))
        letter.save(file)
        return Story(story.answers, story.fields, {"referral-letter": file.getvalue()})


def has_file(spread: Spread) -> bool:
    """临邑 has the large file."""
    return any(file.stat().st_size > ATTACHED for file in spread.sites["linyi"].home.glob("blobs/*/*"))


def require_whole(spread: Spread, *cases: str) -> None:
    jiyang, linyi = spread.sites["jiyang"], spread.sites["linyi"]
    for case_id in cases:
        for place in ("jiyang", "linyi"):
            spread.wait_for_kind(place, case_id, "closed", seconds=PATIENCE)
        spread.wait_for_equal_copies(case_id)
        for site in (jiyang, linyi):
            assert site.ask("SELECT 1 FROM exchange_forkevidence WHERE case_id = %s", case_id) == []
