"""The way to a situation (情形): two places, then one question after the other.

Kept in the session, so that going back in the browser works and an address never says anything about a person's illness.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.tree import Question
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import queries as regions


class NotOfferedThere(Refused):
    """The deciding place has not published the service, or not yet."""

    status = 404
    text = Text("您选的地方还没有开通该事项。", "The place you chose does not offer this service here yet.")
    advice = Text("请重新选择，或联系该地主管这件事的部门。", "Choose again, or ask the authority of that place.")


@dataclass(frozen=True, slots=True)
class Trip:
    """`insured` and `here` are region codes; `answers` are question id → option id; `draft` is set once one was opened."""

    key: str
    insured: str = ""
    here: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    draft: str = ""

    @property
    def known(self) -> bool:
        return bool(self.insured and self.here)

    def given(self) -> dict[str, Any]:
        """All answers as the question tree reads them."""
        return {
            **self.answers,
            "insured_region": self.insured,
            "treat_region": self.here,
            "same_pooling_area": regions.same_pooling_area(self.insured, self.here),
            "same_province": regions.province_of(self.insured) == regions.province_of(self.here),
        }

    def definition(self, on: date) -> Definition:
        """The deciding place's own service. Refuses `NotOfferedThere`, and says why where it cannot be applied for."""
        found = catalogue.find_in_force(self.key, self.insured, on)
        if found is None:
            raise NotOfferedThere
        found.require_open()
        return found

    def answer(self, definition: Definition, question: Question, option: str) -> "Trip":
        """With this answer; answers to questions that no longer lie on the way are dropped."""
        changed = replace(self, answers={**self.answers, question.id: option})
        kept = {asked.id for asked, _ in definition.answered(changed.given())}
        return replace(changed, answers={id: value for id, value in changed.answers.items() if id in kept})


def load_trip(request: Any, key: str) -> Trip:
    return Trip(**{**request.session.get(_name(key), {}), "key": key})


def save_trip(request: Any, trip: Trip) -> None:
    request.session[_name(trip.key)] = asdict(trip)


def forget_trip(request: Any, key: str) -> None:
    request.session.pop(_name(key), None)


def _name(key: str) -> str:
    return f"trip {key}"
