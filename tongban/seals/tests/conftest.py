from collections.abc import Iterator
from typing import Any

import pytest

from tongban.seals import subjects
from tongban.seals.keyroom import KeyRoom
from tongban.seals.tests.workshop import Workshop


@pytest.fixture
def workshop(db: Any, node: Any, at: Any, tmp_path: Any, settings: Any, monkeypatch: Any) -> Iterator[Workshop]:
    settings.TSA_URL = ""
    monkeypatch.setattr(subjects, "_subjects", {})
    yield Workshop(node, KeyRoom.of(tmp_path), at)
