"""What every test may use: a real PostgreSQL, the nodes of the cast, a fixed clock."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from hypothesis import settings as hypothesis_settings

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.exchange import peers
from tongban.kernel import registries
from tongban.kernel.node import Node, create_node
from tongban.kernel.scope import scope
from tongban.kernel.signer_keys import make_signer_key
from tongban.project import postgres

# A slow machine is no counterexample.
hypothesis_settings.register_profile("tongban", deadline=None)
hypothesis_settings.load_profile("tongban")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Files differ with every run; the names of tests must not, or two test processes disagree about what there is to do."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """One PostgreSQL per test process, gone with it."""
    with tempfile.TemporaryDirectory(prefix="tongban-test-") as directory:
        Path(directory).chmod(0o755)
        cluster = postgres.ensure_cluster(Path(directory) / "pg")
        with cluster.start():
            yield cluster
        cluster.stop()


@pytest.fixture(scope="session")
def django_db_setup(cluster: postgres.Cluster, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Migrate as the owner, then test as the role that neither owns the tables nor bypasses row-level security."""
    postgres.ensure_database(cluster, "tongban_test")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _connect(cluster, "tongban_owner")
        call_command("migrate", verbosity=0)
        _connect(cluster, "tongban_app")
        yield
        connections["default"].close()


def _connect(cluster: postgres.Cluster, role: str) -> None:
    from tongban.project.settings import _database

    connections["default"].close()
    connections["default"].settings_dict.update(_database(cluster.dsn(database="tongban_test", role=role)))


@pytest.fixture
def at() -> datetime:
    """Friday, 20 November 2026, ten in the morning in Shandong."""
    return datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Node]:
    """The three nodes of the demonstration zone; keys are made once per test process."""
    root = tmp_path_factory.mktemp("homes")
    nodes = {
        region: create_node(
            root / name,
            id=f"{region}-1",
            alliance="demo",
            regions=(region,),
            url=f"http://{name}.localhost:1",
            demo=True,
        )
        for region, name in ((JIYANG, "jiyang"), (LINYI, "linyi"), (HUIMIN, "huimin"))
    }
    for node in nodes.values():
        make_signer_key(node, "licence")
    return nodes


@pytest.fixture
def node(homes: dict[str, Node]) -> Iterator[Node]:
    """The node of 济阳, and the one that views and jobs of this process belong to."""
    registries.set_node(homes[JIYANG])
    return homes[JIYANG]


@pytest.fixture
def linyi(homes: dict[str, Node]) -> Node:
    return homes[LINYI]


@pytest.fixture
def huimin(homes: dict[str, Node]) -> Node:
    return homes[HUIMIN]


@pytest.fixture
def scoped(db: None) -> Iterator[None]:
    """A transaction that may touch the rows of all three regions."""
    with ExitStack() as stack:
        stack.enter_context(scope([JIYANG, LINYI, HUIMIN]))
        yield


@pytest.fixture(autouse=True)
def strangers() -> None:
    """No peer is remembered from another test."""
    peers.forget()


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings: object) -> None:
    """Files of a test go into its own directory."""
    blobs = settings.STORAGES["blobs"]  # type: ignore[attr-defined]
    options = blobs["OPTIONS"] | {"location": str(tmp_path / "blobs")}
    # Assigned, not changed in place: Django keeps storages until the setting changes.
    settings.STORAGES = settings.STORAGES | {"blobs": blobs | {"OPTIONS": options}}  # type: ignore[attr-defined]
