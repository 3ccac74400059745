"""Card readers (读卡器): the reader of a window through its bridge, and one for demonstrations that makes people up.

Asked: `POST /card {"nonce"}`. Answer: `{"nonce", "reading", "card": {"kind", "name", "number", "address", "valid_until"}}`; `card` is null when
none lies there. `kind` is a code of GA/T 517 as in `identity.KINDS`, `valid_until` a day or null (长期), `reading` an opaque id that the camera
of the same bridge compares a face with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from stdnum.iso7064 import mod_11_2

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.adapters.bridge import Bridge, Silent


class DemoDevice(Refused):
    """A made-up card in production would let anybody be anybody."""

    status = 503
    text = Text("正式环境不能使用演示外设。", "Demonstration devices are refused in production.")
    advice = Text(
        "请设置 TONGBAN_DEVICE_BRIDGES 和 TONGBAN_DEVICE_BRIDGE_SECRET，或人工核对原件。",
        "Set TONGBAN_DEVICE_BRIDGES and TONGBAN_DEVICE_BRIDGE_SECRET, or check the document by hand.",
    )


@dataclass(frozen=True, slots=True)
class Card:
    """What the chip of a document says. `reading` names this reading to the camera of the same window."""

    kind: str
    name: str
    number: str
    address: str
    valid_until: date | None
    reading: str

    def __repr__(self) -> str:
        return "Card(…)"

    def expired(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until < on


class CardReader(Protocol):
    warns: bool
    """Made up: the page says so loudly."""

    def read(self, *, card: str = "") -> Card | Silent:
        """The card that lies on the reader. `card`: which of the made-up ones, in a demonstration."""


class BridgeReader:
    warns = False

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def read(self, *, card: str = "") -> Card | Silent:
        answer = self._bridge.ask("card")
        if isinstance(answer, Silent):
            return answer
        return _card(answer) if answer.get("card") else Silent("nothing-there")


class NoReader:
    """Nothing is connected to this window."""

    warns = False

    def read(self, *, card: str = "") -> Silent:
        return Silent("not-connected")


class DemoReader:
    """Lays a made-up card down. Numbers begin with 99, which no division has."""

    warns = True

    def __init__(self, mode: str) -> None:
        if mode != "demo":
            raise DemoDevice

    def read(self, *, card: str = "") -> Card | Silent:
        return next((made_up for made_up in DEMO_CARDS if made_up.reading == card), DEMO_CARDS[0])


def get_card_reader(mode: str, *, bridge: Bridge | None) -> CardReader:
    """The reader of a window's bridge; without one nothing is connected, or in a demonstration the made-up one."""
    if bridge:
        return BridgeReader(bridge)
    return DemoReader(mode) if mode == "demo" else NoReader()


def _card(answer: dict[str, Any]) -> Card | Silent:
    card = answer["card"]
    try:
        valid_until = date.fromisoformat(card["valid_until"]) if card.get("valid_until") else None
        texts = {name: str(card.get(name) or "").strip() for name in ("kind", "name", "number", "address")}
    except (AttributeError, KeyError, TypeError, ValueError):
        return Silent("malformed")
    if not (texts["kind"] and texts["name"] and texts["number"]):
        return Silent("malformed")
    return Card(**texts, valid_until=valid_until, reading=str(answer.get("reading") or ""))


def _made_up(people: Iterable[tuple[str, str]]) -> tuple[Card, ...]:
    numbers = [(name, digits + mod_11_2.calc_check_digit(digits)) for name, digits in people]
    return tuple(
        Card("111", name, number, "演示路 1 号", None, f"demo-{place}") for place, (name, number) in enumerate(numbers)
    )


DEMO_CARDS = _made_up((("罗建国", "99142419680312001"), ("孙丽", "99142419850607002"), ("赵桂英", "99142419561102004")))
"""Of people whom the demonstration's registers know."""
