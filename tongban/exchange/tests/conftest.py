import pytest

from tongban.alliance.tests.factories import found_alliance
from tongban.exchange.tests.factories import Network
from tongban.kernel.ids import new_id


@pytest.fixture
def alliance(db, node, linyi, huimin, at):
    return found_alliance([node, linyi, huimin], at)


@pytest.fixture
def network(alliance, node, linyi, huimin):
    return Network({peer.id: peer for peer in (node, linyi, huimin)})


@pytest.fixture
def case_id():
    return new_id()
