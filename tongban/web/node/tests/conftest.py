from datetime import UTC, datetime, timedelta

import pytest

from tongban.alliance.tests.factories import found_alliance
from tongban.exchange.tests.factories import Network, offered, opened, write
from tongban.kernel.ids import new_id


@pytest.fixture
def now():
    """Requests are fresh only now; everything else is an hour old."""
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def alliance(db, node, linyi, huimin, now):
    return found_alliance([node, linyi, huimin], now)


@pytest.fixture
def network(alliance, node, linyi, huimin):
    return Network({peer.id: peer for peer in (node, linyi, huimin)})


@pytest.fixture
def case_id():
    return new_id()


@pytest.fixture
def case(scoped, network, node, case_id, now):
    """Opened by 济阳 and offered to 临邑; 惠民 has nothing to do with it."""
    return write(node, case_id, opened(), offered(), at=now)
