"""Who stands before the pages."""

import pytest

from tests.web.citizens import Phone, open_portal
from tests.web.desks import Desks
from tongban.kernel.node import Node


@pytest.fixture
def phone(node: Node, linyi: Node, huimin: Node) -> Phone:
    """Mr Luo's phone at the portal of 济阳."""
    open_portal(node, linyi, huimin)
    return Phone(node)


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()
