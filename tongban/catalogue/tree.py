"""The questions before a case (情形): plain sentences that lead to a situation, or to an answer that needs no case. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.kernel.text import Text
from tongban.rules.expression import Condition
from tongban.rules.facts import Value
from tongban.rules.points import Basis

StepKind = Literal["question", "situation", "answer"]


@dataclass(frozen=True, slots=True)
class Option:
    """`leads_to` names a question, a situation or an answer."""

    id: str
    label: Text
    note: Text | None
    kind: StepKind
    leads_to: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more ways side by side, in words: `columns` name the ways, each row has one cell per way."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: Text
    help: Text | None
    options: tuple[Option, ...]
    compare: Comparison | None = None

    def find_option(self, id: object) -> Option | None:
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a guide (指南) with its lines."""

    title: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The end without a case: `not_needed` (无需备案), `deemed_filed` (视同已备案), … `parts`: what to do instead.

    `urgent`: also told to whoever waits while the deciding place cannot be reached.
    """

    id: str
    title: Text
    text: Text
    basis: tuple[Basis, ...]
    verified: bool
    parts: tuple[Part, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """Answers at once, before any question, when its condition over the given answers is true."""

    id: str
    condition: Condition
    answer: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Checked to be without circles when it is published."""

    screens: tuple[Screen, ...]
    questions: Mapping[str, Question]
    first: str

    def screened(self, answers: Mapping[str, Value]) -> str | None:
        """The id of the answer that makes questions superfluous."""
        return next((s.answer for s in self.screens if s.condition.evaluate(answers)), None)

    def path(self, answers: Mapping[str, Value]) -> tuple[list[tuple[Question, Option]], StepKind, str]:
        """The questions already answered, in order, and where they lead: the next question, a situation or an answer.

        An answer that is no option counts as not given.
        """
        steps: list[tuple[Question, Option]] = []
        kind, id = "question", self.first
        while kind == "question" and (option := self.questions[id].find_option(answers.get(id))):
            steps.append((self.questions[id], option))
            kind, id = option.kind, option.leads_to
        return steps, kind, id  # type: ignore[return-value]
