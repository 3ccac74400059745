"""The world itself: without faults a case goes round and everybody agrees."""

from tests.cast import JIYANG, LINYI
from tests.protocol.invariants import check_at_rest
from tests.protocol.world import ACCEPTED, DECIDED, NOTED, OFFERED, OPENED, World
from tongban.exchange.tests.factories import clause
from tongban.kernel.events import Baton, NewEvent
from tongban.kernel.ids import new_id


def test_a_case_goes_round(world: World) -> None:
    jiyang, linyi, _ = world.places
    case_id = new_id()
    world.write(jiyang, case_id, NewEvent(OPENED, {}, baton=Baton("open"), clause=clause()), NewEvent(NOTED, {}))
    world.write(jiyang, case_id, NewEvent(OFFERED, {}, baton=Baton("offer", LINYI), clause=clause(JIYANG, LINYI)))
    assert world.send(jiyang) == 3
    world.propose(jiyang, case_id, new_id())
    world.write(linyi, case_id, NewEvent(ACCEPTED, {}, baton=Baton("accept")), NewEvent(DECIDED, {}))
    assert world.effects == set()
    world.send(linyi)
    assert len(world.effects) == 1
    world.send(jiyang)
    world.send(linyi)
    check_at_rest(world, expected={case_id})
