import pytest

from tongban.licences.tests.desk import Desk
from tongban.licences.tests.wallet_desk import Pocket


@pytest.fixture
def desk(db, node, linyi, huimin, at):
    return Desk.of(node, linyi, huimin, at)


@pytest.fixture
def pocket(desk):
    return Pocket(desk, desk.licensed())
