"""The road between the two places."""

from datetime import datetime

import pytest

from tongban.kernel.node import Node
from tongban.review.tests.factories import Road


@pytest.fixture
def road(db: None, node: Node, linyi: Node, huimin: Node, at: datetime) -> Road:
    return Road(node, linyi, huimin, at).found()
