"""Signatures (签名): from a pad of the window through its bridge, or drawn on the page.

Asked: `POST /signature {"nonce"}`. Answer: `{"nonce", "image": base64 of a PNG | null}`. From the page comes `data:image/png;base64,…`. Either
way the bytes are only decoded here; `documents` inspects them before they are kept.
"""

import base64
import binascii
from typing import Protocol

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.adapters.bridge import Bridge, Silent

PREFIX = "data:image/png;base64,"
MAX_BYTES = 256 * 1024


class SignatureUnreadable(Refused):
    """Nothing was drawn, or it is no picture."""

    status = 422
    text = Text("没有收到签名。", "No signature came.")
    advice = Text("请重新签名，或在纸质申请表上签名。", "Sign again, or sign the paper form.")


class SignaturePad(Protocol):
    def capture(self) -> bytes | Silent:
        """A PNG of what was signed."""


class BridgePad:
    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def capture(self) -> bytes | Silent:
        answer = self._bridge.ask("signature")
        if isinstance(answer, Silent):
            return answer
        image = answer.get("image")
        if not image:
            return Silent("nothing-there")
        try:
            return _decoded(str(image))
        except SignatureUnreadable:
            return Silent("malformed")


class NoPad:
    """People sign on the page or on paper."""

    def capture(self) -> Silent:
        return Silent("not-connected")


def get_signature_pad(*, bridge: Bridge | None) -> SignaturePad:
    return BridgePad(bridge) if bridge else NoPad()


def read_drawing(typed: str) -> bytes:
    """The PNG that a page sent. Refuses `SignatureUnreadable`."""
    if not typed.startswith(PREFIX):
        raise SignatureUnreadable
    return _decoded(typed.removeprefix(PREFIX))


def _decoded(text: str) -> bytes:
    try:
        image = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureUnreadable from None
    if not image or len(image) > MAX_BYTES:
        raise SignatureUnreadable
    return image
