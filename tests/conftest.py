"""What the end-to-end tests share."""

from collections.abc import Iterator

import pytest

from tests.processes import Alliance, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever story comes first pays for founding the alliance, which takes a minute and more on a busy machine."""
    for item in items:
        if "alliance" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def alliance(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Iterator[Alliance]:
    """Three nodes with real processes. Who uses it belongs to the xdist group "alliance", so that it is started once."""
    started = tmp_path_factory.getbasetemp().parent / f"alliance-{testrun_uid}"
    # Fails when a test without the group, or an xdist that does not see groups, would start it a second time.
    started.touch(exist_ok=False)
    with running(Alliance) as alliance:
        yield alliance
