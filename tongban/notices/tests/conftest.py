import pytest

from tongban.cases.tests.zone import Zone


@pytest.fixture
def zone(db, node, linyi, huimin, at):
    return Zone(node, linyi, huimin, at).found()
