"""Asking registers about one case: which of them, about what, and how silence is told apart from an answer.

A register is asked where the definition names it for this side, the situation uses one of its elements, and the applicant agreed where
consent is needed. One that is not configured stays silent; its elements stay unknown, and nothing is concluded from that.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

from tongban.cases.reading import Opened
from tongban.catalogue.definition import Source
from tongban.review import facts as known
from tongban.review.adapters.base import NOT_CONFIGURED, Answered, Person, Register, Silent
from tongban.rules.facts import Fact

log = structlog.get_logger()

Registers = Mapping[str, Register]
"""By the name that definitions give them: insured, residence, business …"""
MOST_AT_ONCE = 8


class RegisterSilent(Exception):
    """A register gave no usable answer, and it is worth asking again. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One register and what came of it."""

    source: Source
    answer: Answered | Silent

    @property
    def outcome(self) -> str:
        return "silent" if isinstance(self.answer, Silent) else "answered"

    def facts(self, *, at: datetime) -> list[Fact]:
        if isinstance(self.answer, Silent):
            return []
        return known.register_facts(self.answer, source=self.source.id, at=at)


def ask_registers(
    opened: Opened, *, side: Literal["receiving", "deciding"], registers: Registers, last_try: bool
) -> list[Asked]:
    """All at once, so that the slowest alone is waited for. Raises `RegisterSilent` before the last try."""
    sources = [source for source in opened.definition.sources.values() if source.asks == side]
    sources = [source for source in sources if _elements(source, opened) and _consented(source, opened)]
    found = [
        Asked(source, answer) for source, answer in zip(sources, _ask_all(sources, opened, registers), strict=True)
    ]
    silent = [each for each in found if isinstance(each.answer, Silent)]
    for each in silent:
        log.warning("register silent", register=each.source.id, reason=_reason(each), case=str(opened.case_id))
    if not last_try and (again := [each for each in silent if _reason(each) != NOT_CONFIGURED]):
        raise RegisterSilent(_reason(again[0]))
    return found


def person_of(opened: Opened) -> Person:
    applicant = opened.application["applicant"]
    return Person(applicant["name"], applicant["id_kind"], applicant["id_number"])


def place_of_treatment(opened: Opened) -> str:
    """Where the filing is to hold; for a filing that exists and stays where it is, its own place; otherwise where it was handed in."""
    stated = opened.application["elements"]
    return str(stated.get("treat.region") or stated.get("existing.region") or opened.case.receiving)


def _ask_all(sources: Sequence[Source], opened: Opened, registers: Registers) -> list[Answered | Silent]:
    if len(sources) < 2:
        return [_ask(source, opened, registers) for source in sources]
    with ThreadPoolExecutor(min(len(sources), MOST_AT_ONCE)) as threads:
        return list(threads.map(lambda source: _ask(source, opened, registers), sources))


def _ask(source: Source, opened: Opened, registers: Registers) -> Answered | Silent:
    register = registers.get(source.register)
    if register is None:
        return Silent(NOT_CONFIGURED)
    return register.ask(person=person_of(opened), elements=_elements(source, opened), about=_about(source, opened))


def _elements(source: Source, opened: Opened) -> tuple[str, ...]:
    return opened.definition.elements_of(source.id, opened.case.situation)


def _consented(source: Source, opened: Opened) -> bool:
    return not source.consent or opened.application["elements"].get(source.consent) is True


def _about(source: Source, opened: Opened) -> dict[str, str]:
    """The place, a filing that is meant, and what the definition lets this register be told. Nothing else of the form leaves."""
    stated = opened.application["elements"]
    existing = {"existing": str(stated["existing.region"])} if stated.get("existing.region") else {}
    told = {element: str(stated[element]) for element in source.told if stated.get(element) not in (None, "")}
    return {"region": place_of_treatment(opened), **existing, **told}


def _reason(asked: Asked) -> str:
    return asked.answer.reason if isinstance(asked.answer, Silent) else ""
