"""Why a question is asked (为什么问): its purpose, and the review points that turn on it, each with its law."""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.catalogue.asking import Asked
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.rules.explanation import say_point
from tongban.rules.facts import Value, Vocabulary
from tongban.rules.points import Basis


@dataclass(frozen=True, slots=True)
class Why:
    """One reason to ask: a review point in its plain sentence, or the purpose (then without `label`), each with its law."""

    label: Text | None
    sentence: Text
    basis: tuple[Basis, ...]


def list_reasons(asked: Asked) -> tuple[Why, ...]:
    """The purpose, then every point that turns on it."""
    use = asked.field.use
    purpose = (Why(None, use.purpose, use.basis),) if use else ()
    return (
        *purpose,
        *(Why(point.label, say_point(point, say=_said(point.vocabulary)), point.basis) for point in asked.points),
    )


def _said(words: Vocabulary) -> Callable[[str, Value], Text]:
    """Values as people say them: a place by its name."""

    def say(element: str, value: Value) -> Text:
        is_place = element.endswith("region") and str(value).isdecimal()
        return regions.spoken(place_name(str(value))) if is_place else words.value(element, value)

    return say


def place_name(code: str) -> str:
    """What is no place stays as it was typed."""
    try:
        return regions.path_name(code)
    except regions.UnknownRegion:
        return code
