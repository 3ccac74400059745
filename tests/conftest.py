"""What the end-to-end tests share."""

from collections.abc import Iterator

import pytest

from tests.processes import Alliance, running


@pytest.fixture(scope="session")
def alliance() -> Iterator[Alliance]:
    """Three nodes with real processes. Who uses it belongs to the xdist group "alliance", so that it is started once."""
    with running(Alliance) as alliance:
        yield alliance
