"""Ids sort by the time of their making."""

import time
import uuid

import pytest

from tongban.kernel.ids import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    for _ in range(200):
        id = new_id()
        assert (id.version, id.variant) == (7, uuid.RFC_4122)


def test_ids_sort_by_the_millisecond_of_their_making(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([1, 2, 2**20, 2**40, 2**47, 2**48 - 1])
    monkeypatch.setattr(time, "time_ns", lambda: next(moments) * 1_000_000)
    ids = [new_id() for _ in range(6)]
    assert ids == sorted(ids)
    assert [id.int >> 80 for id in ids] == [1, 2, 2**20, 2**40, 2**47, 2**48 - 1]


def test_an_id_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_no_two_ids_are_equal() -> None:
    assert len({new_id() for _ in range(5000)}) == 5000
