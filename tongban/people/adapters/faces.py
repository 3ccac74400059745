"""Face match (人脸比对): the camera of a window against the photograph on the card that was just read.

Asked: `POST /face {"nonce", "reading"}`. Answer: `{"nonce", "matched": true | false | null}`; null when nobody was seen. The bridge compares; no
photograph and no measure of a face comes here. A "no" is for the clerk to look, never a refusal.
"""

from typing import Literal, Protocol

from tongban.people.adapters.bridge import Bridge, Silent
from tongban.people.adapters.card_readers import DemoDevice

Match = Literal["matched", "different"]


class FaceMatcher(Protocol):
    warns: bool

    def compare(self, *, reading: str) -> Match | Silent:
        """The person at the window with the card of this reading."""


class BridgeFaces:
    warns = False

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def compare(self, *, reading: str) -> Match | Silent:
        answer = self._bridge.ask("face", reading=reading)
        if isinstance(answer, Silent):
            return answer
        verdict = answer.get("matched")
        if verdict is None:
            return Silent("nothing-there")
        return ("matched" if verdict else "different") if isinstance(verdict, bool) else Silent("malformed")


class NoFaces:
    warns = False

    def compare(self, *, reading: str) -> Silent:
        return Silent("not-connected")


class DemoFaces:
    """Says yes to everybody."""

    warns = True

    def __init__(self, mode: str) -> None:
        if mode != "demo":
            raise DemoDevice

    def compare(self, *, reading: str) -> Match:
        return "matched"


def get_face_matcher(mode: str, *, bridge: Bridge | None) -> FaceMatcher:
    if bridge:
        return BridgeFaces(bridge)
    return DemoFaces(mode) if mode == "demo" else NoFaces()
