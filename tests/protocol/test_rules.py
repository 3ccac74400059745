"""Rules that need a transaction half-way, a second connection or a database that is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import OperationalError, connections

from tests.cast import JIYANG, LINYI
from tests.protocol.invariants import check_at_rest
from tests.protocol.world import NOTED, OFFERED, OPENED, Line, Place, World
from tongban.exchange import intake, wire
from tongban.exchange.models import Event, Receipt
from tongban.exchange.tests.factories import clause
from tongban.kernel import envelopes
from tongban.kernel.events import Baton, NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope


class Crash(Exception):
    """The process ends here."""


def opening() -> list[NewEvent]:
    return [
        NewEvent(OPENED, {}, baton=Baton("open"), clause=clause(), audience=(LINYI,)),
        NewEvent(OFFERED, {}, baton=Baton("offer", LINYI), clause=clause(JIYANG, LINYI)),
    ]


@contextmanager
def twin(place: Place) -> Iterator[Place]:
    """Another process of the same node: its own connection to the same database."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = dict(place.wrapper.settings_dict)
    try:
        yield replace(place, wrapper=wrapper, memory={})
    finally:
        wrapper.close()


def stored_at(world: World, place: Place) -> int:
    with world.inside(place), scope(place.node.regions):
        return Event.objects.count()


def test_r2_a_second_signature_is_refused(world: World) -> None:
    """Exactly one signature: a further one is refused, not passed over (M2)."""
    jiyang, linyi, huimin = world.places
    (event, _) = world.write(jiyang, new_id(), *opening())
    envelope = envelopes.read(event.envelope, type=envelopes.EVENT)
    added = envelopes.sign_bytes(
        envelope.payload, type=envelopes.EVENT, suite=huimin.node.suite, keys=[huimin.node.keys["event"]]
    )
    doubled = envelopes.assemble(
        envelope.payload, type=envelopes.EVENT, signatures=[*envelope.signatures, *added.signatures]
    )
    batch = wire.Batch(LINYI, JIYANG, (wire.Item(doubled.raw),))
    answer = Line(world, jiyang).post(linyi.node.url, "/txp/1/events", batch.as_bytes(), at=world.now)
    told = wire.read_answers(answer, expected=1)[0]
    assert (told.status, told.code) == ("rejected", "malformed")
    assert stored_at(world, linyi) == 0


def test_r6_what_was_not_committed_was_never_sent(world: World) -> None:
    """A crash before the commit: the next event takes the position, and nobody has seen another one there."""
    jiyang, linyi, _ = world.places
    case_id = new_id()
    world.write(jiyang, case_id, opening()[0])
    world.send(jiyang)
    with pytest.raises(Crash), twin(jiyang) as other, world.inside(jiyang), scope([JIYANG]):
        world.write(jiyang, case_id, NewEvent(NOTED, {}))
        world.send(other)
        raise Crash
    world.write(jiyang, case_id, opening()[1])
    world.send(jiyang)
    world.send(linyi)
    check_at_rest(world, expected={case_id})


def test_r7_c5_a_row_that_commits_late_is_not_skipped(world: World) -> None:
    """The lower number belongs to the slower transaction; what was faster has long been sent."""
    jiyang, linyi, _ = world.places
    slow, fast = new_id(), new_id()
    with twin(jiyang) as other, world.inside(jiyang), scope([JIYANG]):
        world.write(jiyang, slow, *opening())
        world.write(other, fast, *opening())
        assert world.send(other) == 2
    assert world.send(jiyang) == 2
    assert stored_at(world, linyi) == 4


def test_r13_a_node_without_its_database_states_nothing(world: World) -> None:
    """503 and nothing signed or final: the same bytes are fine later."""
    jiyang, linyi, _ = world.places
    case_id = new_id()
    world.write(jiyang, case_id, *opening())
    usual = linyi.wrapper.settings_dict
    linyi.wrapper.close()
    linyi.wrapper.settings_dict = usual | {"PORT": "1", "HOST": "127.0.0.1"}
    assert world.send(jiyang) == 0
    status, body = world.answers[-1]
    assert (status, b"receipt" in body, b"rejected" in body) == (503, False, False)
    linyi.wrapper.settings_dict = usual
    world.tick(301)
    assert world.send(jiyang) == 2


def test_r14_what_could_not_be_stored_has_no_receipt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the last moment: there is no event, and so no word about it."""
    jiyang, linyi, _ = world.places
    world.write(jiyang, new_id(), *opening())

    def full(*_: object) -> None:
        raise OperationalError("no space left on device")

    monkeypatch.setattr(intake, "settle", full)
    assert world.send(jiyang) == 0
    with world.inside(linyi), scope([LINYI]):
        assert (Event.objects.count(), Receipt.objects.count()) == (0, 0)
