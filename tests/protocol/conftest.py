"""Databases of the world are made from the migrated one of the test session."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tests.protocol import world as worlds
from tests.protocol.world import World
from tongban.kernel.node import create_node
from tongban.project import postgres

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NAMES = {JIYANG: "jiyang", LINYI: "linyi", HUIMIN: "huimin"}


@pytest.fixture
def make_world(
    cluster: postgres.Cluster, django_db_setup: None, django_db_blocker: Any, tmp_path: Path, settings: Any
) -> Iterator[Callable[[], AbstractContextManager[World]]]:
    settings.ALLOWED_HOSTS = ["*"]
    nodes = [
        create_node(
            tmp_path / name, id=f"{region}-1", alliance="demo", regions=(region,), url=f"http://{name}.localhost:1", demo=True
        )
        for region, name in NAMES.items()
    ]  # fmt: skip
    with django_db_blocker.unblock():
        yield lambda: worlds.found(cluster, nodes, NOW)


@pytest.fixture
def world(make_world: Callable[[], AbstractContextManager[World]]) -> Iterator[World]:
    with make_world() as world:
        yield world
