"""What is plugged in at start-up."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tongban.kernel import registries
from tongban.kernel.events import Payload, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.registries import EventKind
from tongban.kernel.tests.factories import payload
from tongban.kernel.text import Text

BAKED = EventKind("bakery.baked", 1, Text("烤好了 {number} 个", "Baked {number}"))


@pytest.fixture(autouse=True)
def undone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_kinds", "_folds", "_reactions", "_proposals"):
        monkeypatch.setattr(registries, name, getattr(registries, name).copy())


def stored(kind: str, seq: int = 1) -> StoredEvent:
    content: Payload = payload(kind=kind, seq=seq)
    return StoredEvent("370115", content, hash="", envelope=b"", received_at=datetime(2026, 11, 20, tzinfo=UTC))


def test_a_kind_is_registered_once() -> None:
    registries.register_kind(BAKED)
    assert registries.register_kind(BAKED) is BAKED
    assert registries.find_kind("bakery.baked;v=1") == BAKED
    with pytest.raises(ValueError, match="twice"):
        registries.register_kind(EventKind("bakery.baked", 1, Text("x", "x")))


def test_kinds_are_listed_in_order() -> None:
    registries.register_kind(BAKED)
    kinds = [kind.kind for kind in registries.list_kinds()]
    assert kinds == sorted(kinds)


def test_a_sentence_takes_its_words_from_the_clear_body() -> None:
    registries.register_kind(BAKED)
    assert registries.sentence("bakery.baked;v=1", {"number": 3}, "zh") == "烤好了 3 个"
    assert registries.sentence("bakery.baked;v=1", {}, "en") == "Baked …"
    assert registries.sentence("bakery.eaten;v=1", {}, "en") == "bakery.eaten;v=1"


def test_a_context_folds_its_own_events_in_one_call(node: Node) -> None:
    calls: list[list[str]] = []

    def fold(_: Node, events: Sequence[StoredEvent]) -> None:
        calls.append([event.payload.kind_name for event in events])

    registries.register_fold("bakery", fold)
    events = [stored("bakery.baked;v=1"), stored("zoo.fed;v=1", 2), stored("bakery.sold;v=1", 3)]
    registries.fold(node, events)
    assert calls == [["bakery.baked", "bakery.sold"]]


def test_a_reaction_is_called_once_for_every_version_of_its_kind(node: Node) -> None:
    seen: list[str] = []

    def react(_: Node, event: StoredEvent) -> None:
        seen.append(event.payload.kind)

    for _ in range(2):
        registries.register_reaction("bakery.baked", react)
    for kind in ("bakery.baked;v=1", "bakery.baked;v=2", "bakery.sold;v=1"):
        registries.react(node, stored(kind))
    assert seen == ["bakery.baked;v=1", "bakery.baked;v=2"]
