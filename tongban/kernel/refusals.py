"""Refusals: expected answers of "no", with a reason and a next step. Everything else that goes wrong is a bug.

Refused
└── one class per reason, a sentence, defined beside the function that raises it
"""

import re
from typing import ClassVar

from tongban.kernel.text import Text


class Refused(Exception):
    """An expected no. Subclasses set `text` (what happened and why) and `advice` (what to do next).

    Both may hold `{placeholders}` that `details` fill; details never hold personal data, for they reach logs.
    `status` is the HTTP status at the edge. `keeps`: what was written before the no stays written (`scope` commits and then raises),
    so that a wrong password counts although it is refused.
    """

    status: ClassVar[int] = 409
    keeps: ClassVar[bool] = False
    text: ClassVar[Text] = Text("未能办理。", "This could not be done.")
    advice: ClassVar[Text] = Text("请稍后再试，或联系窗口。", "Try again later or ask the counter.")

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(f"{self.code}: {self.sentence('en')}")

    @property
    def code(self) -> str:
        """The class name in kebab case; stable, part of the API."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def sentence(self, language: str) -> str:
        return self.text.in_(language).format(**self.details)

    def next_step(self, language: str) -> str:
        return self.advice.in_(language).format(**self.details)


class Forbidden(Refused):
    """The actor may not do this."""

    status = 403
    text = Text("您没有办理此操作的权限。", "You may not do this.")
    advice = Text("请由有权限的岗位办理。", "Ask someone whose role allows it.")


class Missing(Refused):
    """Not there, or not for you: both look the same."""

    status = 404
    text = Text("没有找到。", "Not found.")
    advice = Text("请核对后重试。", "Check and try again.")
