"""A case opened for reading: the projection with its sealed parts, the definition's words and the chain's timeline."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.cases import sentences
from tongban.cases.drafts import Material
from tongban.cases.projection import Case
from tongban.cases.talk import TALKING, read_messages, read_note
from tongban.cases.views import (
    CaseMaterial,
    CaseView,
    CorrectionView,
    DecisionView,
    EffectView,
    FactView,
    HitchView,
    PointView,
    ReturnedView,
    TimelineEntry,
    WaitingView,
)
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.exchange import queries as exchange
from tongban.kernel import registries, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Clause, Json, SealedRef, StoredEvent, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.text import LANGUAGES, Text, write_day
from tongban.kernel.workdays import legal_day
from tongban.people.identity import DEMO_PROVINCE
from tongban.regions import queries as regions
from tongban.rules.explanation import explain
from tongban.rules.facts import Fact
from tongban.rules.points import Assessment, evaluate, facts_from_json


@dataclass(frozen=True)
class Opened:
    """Everything one region can know of a case. Holds personal data: for pages and rules, never stored or logged."""

    node: Node
    case: Case
    region: str
    case_id: UUID
    parts: dict[str, Any]
    evidence: tuple[Fact, ...]

    @cached_property
    def definition(self) -> Definition:
        return catalogue.get_definition(self.case.definition)

    @property
    def application(self) -> Json:
        value: Json = self.parts["application"]
        return value

    @cached_property
    def assessment(self) -> Assessment | None:
        """Computed again from the sealed facts; the same rules over the same facts give the same verdicts."""
        if "assessment" not in self.parts or not self.case.assessed_at:
            return None
        return evaluate(self.definition.rule_set(self.case.situation), facts_from_json(self.parts["assessment"]))

    def declared(self) -> tuple[Fact, ...]:
        """What the applicant stated, as facts."""
        at = parse_instant(self.case.submitted_at)
        return tuple(
            Fact(name, value, "declared", at, "submitted") for name, value in self.application["elements"].items()
        )

    def view(self, *, by: Actor, at: datetime) -> CaseView:
        case = self.case
        receiving, deciding = self._name(case.receiving), self._name(case.deciding)
        waiting = self._waiting()
        between = between_places(region=self.region, case_id=self.case_id, final=case.final)
        situation = self.definition.situation(case.situation)
        return CaseView(
            case_id=self.case_id, region=self.region, number=case.number, item=Text.from_json(case.title),
            item_code=case.item, definition=case.definition, situation=situation.name, situation_id=situation.id,
            state=case.state, status=sentences.status(case),
            whose_turn=sentences.whose_turn(case, receiving=receiving, deciding=deciding, between=between),
            receiving=case.receiving, deciding=case.deciding, receiving_name=receiving, deciding_name=deciding,
            mode=next((mode.name for mode in self.definition.modes if mode.id == case.mode), Text(case.mode, case.mode)),
            channel=case.channel, clause=Clause(**case.clause), agreement_name=self._agreement_name(),
            applicant=self.application["applicant"], elements=self.application["elements"], answers=self._answers(),
            materials=self._materials(), facts=self._facts(), points=self._points(), timeline=self._timeline(),
            correction=self._correction(), decision=self._decision(), effect=self._effect(),
            submitted_at=parse_instant(case.submitted_at),
            received_at=parse_instant(case.received_at) if case.received_at else None,
            due_on=_day(case.due_on), due_provisional=case.provisional, expected_on=_day(case.due_on), head=case.seq,
            actions=actions(case, region=self.region, by=by) - _asked_already(between),
            waiting=waiting,
            practice=self.application["applicant"]["id_number"].startswith(DEMO_PROVINCE),
            recalled="cases.recall" in between.asked,
            recovering=exchange.get_head(region=self.region, case_id=self.case_id).recovering,
            **(self._for_staff() if by.kind != "citizen" else {}),
        )  # fmt: skip

    def _for_staff(self) -> dict[str, Any]:
        """What passes between the offices."""
        messages = read_messages(
            self.case, node=self.node, region=self.region, case_id=self.case_id, name_of=self._name
        )
        return {"returned": self._returned(), "messages": messages, "hitches": self._hitches()}

    def _returned(self) -> ReturnedView | None:
        found = self.case.returned
        if not found:
            return None
        note = read_note(found["note"], node=self.node, region=self.region, case_id=self.case_id)
        asked = None
        if found["fields"] or found["materials"]:
            asked = self._asked(found, note=note, due_on=parse_instant(found["at"]).date())
        return ReturnedView(sentences.reason(found["reason"]), note, parse_instant(found["at"]), asked)

    def _hitches(self) -> tuple[HitchView, ...]:
        parked = [
            HitchView(self._name(row.peer), "parked", sentences.why_parked(row.code), row.since)
            for row in exchange.list_parked_there(region=self.region, case_id=self.case_id)
        ]
        overdue = [
            HitchView(self._name(row.peer), "overdue", sentences.OVERDUE[row.rung], row.since, row.level)
            for row in exchange.list_overdue([self.region], self.case_id)
            if row.rung in sentences.OVERDUE
        ]
        return (*parked, *overdue)

    def _name(self, code: str) -> str:
        return regions.get_region(code, legal_day(parse_instant(self.case.submitted_at))).name

    def _agreement_name(self) -> Text:
        return alliance.get_agreement(self.case.clause["agreement"], self.case.clause["version"]).name

    def _value(self, element: str, value: Any) -> Text:
        known = self.definition.elements.get(element)
        if isinstance(value, bool):
            return Text("是", "Yes") if value else Text("否", "No")
        if element.endswith("region") and isinstance(value, str):
            name = regions.path_name(value)
            return Text(name, name)
        if known and known.type == "date":
            return write_day(date.fromisoformat(str(value)))
        return known.values.get(str(value), Text(str(value), str(value))) if known else Text(str(value), str(value))

    def _answers(self) -> tuple[FactView, ...]:
        stated = self.application["elements"]
        fields = [field for field in self.definition.fields(self.case.situation) if field.id in stated]
        label = self.definition.sources["declared"].label
        return tuple(FactView(f.id, f.label, self._value(f.id, stated[f.id]), label, None) for f in fields)

    def _materials(self) -> tuple[CaseMaterial, ...]:
        brought = {m["id"]: Material.from_json(m) for m in self.application["materials"]}
        demands = self.definition.materials(self.case.situation, self.application["elements"])
        return tuple(_material(demand.material, brought.get(demand.material.id)) for demand in demands)

    def _facts(self) -> tuple[FactView, ...]:
        """What the sources say, each value with its source; where two sources differ both are shown."""
        used = set(self.definition.rule_set(self.case.situation).reads)
        assessed = tuple(facts_from_json(self.parts["assessment"]).values()) if "assessment" in self.parts else ()
        everything = {
            (f.element, f.source): f for f in (*self.declared(), *self.evidence, *assessed) if f.element in used
        }
        values: dict[str, set[Any]] = {}
        for fact in everything.values():
            values.setdefault(fact.element, set()).add(fact.value)
        return tuple(self._fact(fact, differs=len(values[fact.element]) > 1) for _, fact in sorted(everything.items()))

    def _fact(self, fact: Fact, *, differs: bool) -> FactView:
        element, source = self.definition.elements.get(fact.element), self.definition.sources.get(fact.source)
        return FactView(
            element=fact.element,
            label=element.label if element else Text(fact.element, fact.element),
            value=self._value(fact.element, fact.value),
            source=source.label if source else Text(fact.source, fact.source),
            at=fact.at,
            differs=differs,
        )

    def _points(self) -> tuple[PointView, ...]:
        if self.assessment is None:
            return ()
        return tuple(
            PointView(
                id=verdict.point.id,
                label=verdict.point.label,
                verdict=verdict.value,
                lines=tuple(
                    Text(zh, en) for zh, en in zip(explain(verdict, "zh"), explain(verdict, "en"), strict=True)
                ),
            )
            for verdict in self.assessment.verdicts
        )

    def _timeline(self) -> tuple[TimelineEntry, ...]:
        # No further than the rest of the page: the case may move on while it is being read.
        chain = exchange.list_events(self.region, self.case_id, last=self.case.seq)
        return tuple(self._entry(event) for event in chain)

    def _entry(self, event: StoredEvent) -> TimelineEntry:
        zh, en = (
            registries.sentence(event.payload.kind, _spoken(event.payload.body, lang), lang) for lang in LANGUAGES
        )
        role = event.payload.actor["role"]
        region = self._name(event.payload.region)
        return TimelineEntry(event.seq, event.payload.at, Text(zh, en), region, role, event.hash)

    def _correction(self) -> CorrectionView | None:
        asked = self.case.correction
        if not asked:
            return None
        return self._asked(asked, note=self.parts["correction"]["note"], due_on=date.fromisoformat(asked["due_on"]))

    def _asked(self, asked: Json, *, note: str, due_on: date) -> CorrectionView:
        labels = [self.definition.elements[name].label for name in asked["fields"] if name in self.definition.elements]
        situation = self.definition.situation(self.case.situation)
        labels += [material.name for material in situation.materials if material.id in asked["materials"]]
        return CorrectionView(
            fields=tuple(asked["fields"]),
            materials=tuple(asked["materials"]),
            labels=tuple(labels),
            note=note,
            due_on=due_on,
        )

    def _decision(self) -> DecisionView | None:
        decision = self.case.decision
        if not decision:
            return None
        negative = decision["outcome"] != "approved"
        reasons = self.parts.get("reasons", {})
        return DecisionView(
            outcome=decision["outcome"],
            by_rules=decision.get("decided_by") == "rules",
            reason=reasons.get("reason", ""),
            article=reasons.get("article", ""),
            remedies=tuple(remedy.text for remedy in self.definition.remedies) if negative else (),
            at=parse_instant(self.case.decided_at),
        )

    def _effect(self) -> EffectView | None:
        effect = self.case.effect
        if not effect:
            return None
        return EffectView(
            state=effect["state"],
            acknowledgement=effect.get("acknowledgement", ""),
            valid_from=_day(effect.get("valid_from", "")),
            last_error=sentences.why_not_effective(effect["reason"]) if "reason" in effect else None,
            attempts=effect.get("attempts", 0),
        )

    def _waiting(self) -> tuple[WaitingView, ...]:
        return tuple(
            WaitingView(
                self._name(item.peer),
                item.since,
                sentences.why_undelivered(item.reason),
                item.next_try,
                failed=bool(item.reason),
            )
            for item in exchange.waiting(region=self.region, case_id=self.case_id)
        )


def open_case(node: Node, case: Case, *, region: str, case_id: UUID) -> Opened:
    """Unwrap the case key once and open every part of this copy. Refuses `KeyErased`."""
    key = vault.get_key(node=node, region=region, case_id=case_id)
    refs = {name: SealedRef(**ref) for name, ref in case.parts.items() if name != "evidence"}
    answers = [SealedRef(**entry["part"]) for entry in case.evidence if entry["part"]]
    opened: dict[str, Any] = vault.read_parts([*refs.values(), *answers], key=key, node=node, region=region)
    facts = tuple(Fact.from_json(fact) for ref in answers for fact in opened[ref.cipher])
    parts = {name: opened[ref.cipher] for name, ref in refs.items()}
    return Opened(node, case, region, case_id, parts, facts)


def between_places(*, region: str, case_id: UUID, final: bool) -> sentences.Between:
    """A final case waits for nobody: then nothing is asked of the database."""
    if final:
        return sentences.Between()
    reasons = [item.reason for item in exchange.waiting(region=region, case_id=case_id)]
    outbox: Any = "failed" if any(reasons) else "queued" if reasons else "empty"
    return sentences.Between(outbox, exchange.list_unanswered(region=region, case_id=case_id))


def actions(case: Case, *, region: str, by: Actor) -> frozenset[str]:
    """What `by` may do now with this copy. The services check again."""
    return frozenset(
        name for name, (roles, allowed) in _ACTIONS.items() if by.roles & roles and bool(allowed(case, region))
    )


def _asked_already(between: sentences.Between) -> set[str]:
    """One request of a kind is enough, but for messages."""
    return {kind.removeprefix("cases.") for kind in between.asked} - {"message"}


def _mine(case: Case, region: str) -> bool:
    return case.deciding == region == case.writer and not case.offered_to


def _deciding(*states: str) -> Any:
    """A received case is for a person once the rules have looked at it: until then they may still decide it by themselves."""
    return lambda case, region: (
        _mine(case, region) and case.state in states and (case.state != "received" or case.assessed_at)
    )


def _withdrawable(case: Case, region: str) -> bool:
    open_states = {"submitted", "received", "awaiting_correction", "accepted", "examining"}
    return case.receiving == region and case.state in open_states


_EXAMINING = frozenset({"acceptance", "examiner"})
_APPLICANT = frozenset({"citizen", "reception"})


def _not_yet_passed_on(case: Case, region: str) -> bool:
    return case.receiving == region == case.writer and case.state == "received" and not case.offered_to


def _came_back(case: Case, region: str) -> bool:
    asked = case.returned.get("fields") or case.returned.get("materials")
    return _not_yet_passed_on(case, region) and bool(asked)


def _between_two(case: Case, region: str) -> bool:
    return case.receiving != case.deciding and region in {case.receiving, case.deciding}


_ACTIONS: dict[str, tuple[frozenset[str], Any]] = {
    "hand_over": (frozenset({"reception"}), _not_yet_passed_on),
    "accept": (_EXAMINING, _deciding("received")),
    "not_accept": (_EXAMINING, _deciding("received")),
    "request_correction": (
        _EXAMINING,
        lambda case, region: _deciding("received")(case, region) and not case.corrections,
    ),
    "approve": (frozenset({"examiner"}), _deciding("received", "accepted", "examining")),
    "refuse": (frozenset({"examiner"}), _deciding("received", "accepted", "examining")),
    "retry_effect": (
        frozenset({"examiner"}),
        lambda case, region: _mine(case, region) and case.effect.get("state") == "failed",
    ),
    "recall": (
        frozenset({"reception"}),
        lambda case, region: case.receiving == region == case.writer and bool(case.offered_to),
    ),
    "hand_back": (_EXAMINING, lambda case, region: case.deciding == region == case.offered_to),
    "send_back": (
        _EXAMINING,
        lambda case, region: _deciding("received")(case, region) and case.receiving != case.deciding,
    ),
    "complete": (frozenset({"reception"}), _came_back),
    "message": (frozenset(TALKING), _between_two),
    "supplement": (_APPLICANT, lambda case, region: case.receiving == region and case.state == "awaiting_correction"),
    "withdraw": (_APPLICANT, _withdrawable),
}


def _material(material: Any, brought: Material | None) -> CaseMaterial:
    return CaseMaterial(
        id=material.id, label=material.name, way=brought.way if brought else material.ways[0], name=brought.name if brought else "",
        media_type=brought.media_type if brought else "", size=brought.size if brought else 0,
        original_seen=brought.original_seen if brought else False, ref=brought.ref if brought else None,
    )  # fmt: skip


OUTCOMES = {
    "answered": Text("已答复", "answered"),
    "silent": Text("未答复，按未知处理", "no answer, counted as unknown"),
}


def _spoken(body: Json, language: str) -> Json:
    """The body's words as a sentence takes them: codes and days in the reader's language."""
    spoken: dict[str, Text] = {}
    if str(body.get("outcome")) in OUTCOMES:
        spoken["outcome"] = OUTCOMES[str(body["outcome"])]
    if body.get("reason"):
        spoken["reason"] = sentences.reason(str(body["reason"]))
    if body.get("due_on"):
        spoken["due_on"] = write_day(date.fromisoformat(str(body["due_on"])))
    return {**body, **{name: text.in_(language) for name, text in spoken.items()}}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
