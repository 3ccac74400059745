"""The circuit breaker of each peer node, its clock, and what operators are told."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tongban.exchange import peers
from tongban.exchange.models import Peer
from tongban.exchange.wire import MAX_ITEMS

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def fall_silent(at, times=peers.PATIENCE):
    for _ in range(times):
        peers.note_silence("p", reason="ConnectError", at=at)


def test_a_peer_that_is_well_may_be_asked_for_everything(at):
    assert peers.items_allowed("p", at) == MAX_ITEMS


def test_waits_grow_until_the_breaker_opens(at):
    waits = []
    for _ in range(7):
        fall_silent(at, 1)
        waits.append(next(n for n in range(100) if not peers._holds_back(peers._get("p"), at + n * SECOND)))
    assert waits == [1, 2, 4, 8, 15, 15, 15]


def test_open_one_small_probe_goes_through_every_15_seconds(at):
    fall_silent(at)
    allowed = [peers.items_allowed("p", at + n * SECOND) for n in range(0, 60, 5)]
    assert allowed == [0, 0, 0, peers.PROBE_ITEMS] + [0, 0, peers.PROBE_ITEMS] * 2 + [0, 0]


def test_of_many_threads_one_may_probe(at):
    fall_silent(at)
    allowed, start = [], threading.Barrier(8)

    def knock():
        start.wait()
        allowed.append(peers.items_allowed("p", at + 20 * SECOND))

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [0] * 7 + [peers.PROBE_ITEMS]


def test_an_answer_closes_it(at):
    fall_silent(at)
    peers.note_answer("p", at=at + 20 * SECOND)
    assert peers.items_allowed("p", at + 20 * SECOND) == MAX_ITEMS
    (row,) = peers.list_peers(["p"])
    assert (row.failures, row.open_until, row.last_error, row.last_ok_at) == (0, None, "", at + 20 * SECOND)


def test_it_outlives_the_process(at):
    fall_silent(at)
    peers.forget()
    assert peers.items_allowed("p", at + SECOND) == 0
    (row,) = peers.list_peers(["p", "q"])
    assert (row.failures, row.last_error, row.last_failed_at) == (peers.PATIENCE, "ConnectError", at)


def test_a_clock_that_was_set_back_keeps_it_open_for_no_longer(at):
    fall_silent(at)
    assert peers.items_allowed("p", at - timedelta(days=1)) == peers.PROBE_ITEMS


def test_success_is_written_down_once_a_minute(at, django_assert_num_queries):
    peers.note_answer("p", at=at)
    with django_assert_num_queries(0):
        for n in range(59):
            peers.note_answer("p", at=at + n * SECOND)
    peers.note_answer("p", at=at + 60 * SECOND)
    assert Peer.objects.get(node="p").last_ok_at == at + 60 * SECOND


@pytest.mark.parametrize(("seconds", "skewed"), [(59, False), (60, True), (-61, True)])
def test_t1_a_clock_that_is_off_is_shown(at, seconds, skewed):
    """T1, W: from 60 s on."""
    peers.note_receipt("p", received_at=at + seconds * SECOND, version=3, at=at)
    (row,) = peers.list_peers(["p"])
    assert (row.skew_ms, row.skewed, row.list_version) == (seconds * 1000, skewed, 3)


def test_the_date_of_an_answer_tells_the_clock(at):
    peers.note_date("p", format_datetime(at + timedelta(minutes=9), usegmt=True), at=at)
    assert peers.list_peers(["p"])[0].skew_ms == 540_000


@pytest.mark.parametrize("header", ["", "yesterday", "Fri, 99 Nov 2026"])
def test_what_is_no_date_says_nothing(header):
    peers.note_date("p", header, at=datetime.now(UTC))
    assert peers.list_peers(["p"]) == []


def test_a_list_version_never_falls():
    for version in (4, 7, 5):
        peers.note_list("p", version)
    assert peers.list_peers(["p"])[0].list_version == 7
