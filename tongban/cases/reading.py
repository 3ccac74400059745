"""A case opened for reading: the projection with its sealed parts, the definition's words and the chain's timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.cases import life, sentences, timeline
from tongban.cases.acting import actions, asked_already
from tongban.cases.drafts import SIGNATURE, Material
from tongban.cases.projection import Case
from tongban.cases.talk import read_messages, read_note
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
from tongban.catalogue import asking
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, Field
from tongban.exchange import queries as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Clause, Json, SealedRef, StoredEvent, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.text import Text, write_day
from tongban.kernel.workdays import legal_day
from tongban.people.identity import DEMO_PROVINCE
from tongban.regions import queries as regions
from tongban.rules.explanation import explain
from tongban.rules.facts import Fact, fits
from tongban.rules.points import Assessment, Verdict, evaluate, facts_from_json


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

    @property
    def practice(self) -> bool:
        """Of a made-up person: without real effect."""
        return bool(self.application["applicant"]["id_number"].startswith(DEMO_PROVINCE))

    def declared(self) -> tuple[Fact, ...]:
        """What the applicant stated, as facts."""
        at = parse_instant(self.case.submitted_at)
        return tuple(
            Fact(name, value, "declared", at, "submitted") for name, value in self.application["elements"].items()
        )

    def view(self, *, by: Actor, at: datetime) -> CaseView:
        case = self.case
        receiving, deciding = self.name_of(case.receiving), self.name_of(case.deciding)
        waiting = self._waiting()
        between = between_places(region=self.region, case_id=self.case_id, final=case.final)
        situation = self.definition.situation(case.situation)
        return CaseView(
            case_id=self.case_id, region=self.region, number=case.number, item=Text.from_json(case.title),
            item_code=case.item, definition=case.definition, situation=situation.name, situation_id=situation.id,
            state=case.state, status=sentences.status(case, self.definition.kind),
            whose_turn=sentences.whose_turn(
                case, receiving=regions.spoken(receiving), deciding=regions.spoken(deciding), between=between, kind=self.definition.kind
            ),
            receiving=case.receiving, deciding=case.deciding, receiving_name=receiving, deciding_name=deciding,
            mode=next((mode.name for mode in self.definition.modes if mode.id == case.mode), Text(case.mode, case.mode)),
            channel=case.channel, clause=Clause(**case.clause), agreement_name=self._agreement_name(),
            applicant=self.application["applicant"], agent=self.application.get("agent", {}),
            elements=self.application["elements"], answers=self.answers,
            materials=self.materials, facts=self._facts(), points=self._points(), timeline=self._timeline(by),
            correction=self.correction, decision=self._decision(), effect=self._effect(),
            submitted_at=parse_instant(case.submitted_at),
            received_at=parse_instant(case.received_at) if case.received_at else None,
            due_on=_day(case.due_on), due_provisional=case.provisional, expected_on=_day(case.due_on), head=case.seq,
            actions=actions(case, self.definition, region=self.region, by=by) - asked_already(between),
            waiting=waiting,
            practice=self.practice,
            recalled="cases.recall" in between.asked,
            recovering=exchange.get_head(region=self.region, case_id=self.case_id).recovering,
            **life.read_life(self, by=by, at=at),
            **(self._for_staff() if by.kind != "citizen" else {}),
        )  # fmt: skip

    def _for_staff(self) -> dict[str, Any]:
        """What passes between the offices."""
        messages = read_messages(
            self.case, node=self.node, region=self.region, case_id=self.case_id, name_of=self.name_of
        )
        return {"returned": self._returned(), "messages": messages, "hitches": self._hitches()}

    def _returned(self) -> ReturnedView | None:
        found = self.case.returned
        if not found:
            return None
        note = read_note(found["note"], node=self.node, region=self.region, case_id=self.case_id)
        asked = None
        if found["fields"] or found["materials"]:
            asked = self.asked(found, note=note, due_on=parse_instant(found["at"]).date())
        return ReturnedView(sentences.reason(found["reason"]), note, parse_instant(found["at"]), asked)

    def _hitches(self) -> tuple[HitchView, ...]:
        parked = [
            HitchView(self.name_of(row.peer), "parked", sentences.why_parked(row.code), row.since)
            for row in exchange.list_parked_there(region=self.region, case_id=self.case_id)
        ]
        overdue = [
            HitchView(self.name_of(row.peer), "overdue", sentences.OVERDUE[row.rung], row.since, row.level)
            for row in exchange.list_overdue([self.region], self.case_id)
            if row.rung in sentences.OVERDUE
        ]
        return (*parked, *overdue)

    def name_of(self, code: str) -> str:
        return regions.get_region(code, legal_day(parse_instant(self.case.submitted_at))).name

    def _agreement_name(self) -> Text:
        return alliance.get_agreement(self.case.clause["agreement"], self.case.clause["version"]).name

    def say(self, element: str, value: Any) -> Text:
        """A value in the words of a person."""
        known = self.definition.elements.get(element)
        if isinstance(value, bool):
            return Text("是", "Yes") if value else Text("否", "No")
        if element.endswith(("region", "place")) and str(value).isdecimal():
            return regions.path_text(value)
        if known and known.type == "date" and fits(value, "date"):
            return write_day(date.fromisoformat(str(value)))
        return known.values.get(str(value), Text(str(value), str(value))) if known else Text(str(value), str(value))

    @cached_property
    def answers(self) -> tuple[FactView, ...]:
        stated = self.application["elements"]
        fields = [field for field in self.definition.fields(self.case.situation) if field.id in stated]
        label = self.definition.sources["declared"].label
        return tuple(FactView(f.id, f.label, self._stated(f, stated[f.id]), label, None) for f in fields)

    def _stated(self, field: Field, value: Any) -> Text:
        """Whoever consents or pledges does not answer a question."""
        if field.widget in ("consent", "pledge") and isinstance(value, bool):
            return Text("已同意", "Agreed") if value else Text("不同意", "Not agreed")
        return self.say(field.id, value)

    @cached_property
    def materials(self) -> tuple[CaseMaterial, ...]:
        """What the situation asks for, each with every file that came for it; at the end the signature of who came to a counter."""
        brought = [Material.from_json(material) for material in self.application["materials"]]
        listed = asking.list_wanted(self.definition, self.case.situation, self.application["elements"])
        there = {material.id for material in brought}
        # What was to be uploaded and is not needed after all is nothing to speak of.
        wanted = [
            one.material
            for one in listed
            if one.state != "waived" or one.material.ways[0] != "upload" or one.material.id in there
        ]
        files: dict[str, list[Material | None]] = {m.id: [each for each in brought if each.id == m.id] for m in wanted}
        asked = [_material(m.id, m.name, m.ways, each) for m in wanted for each in (files[m.id] or [None])]
        signed = [_material(SIGNATURE, SIGNED, (each.way,), each) for each in brought if each.id == SIGNATURE]
        return (*asked, *signed)

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
            value=self.say(fact.element, fact.value),
            source=source.label if source else Text(fact.source, fact.source),
            at=fact.at,
            differs=differs,
        )

    def _points(self) -> tuple[PointView, ...]:
        if self.assessment is None:
            return ()
        return tuple(self._point(verdict) for verdict in self.assessment.verdicts)

    def _point(self, verdict: Verdict) -> PointView:
        said = (explain(verdict, language, say=self.say) for language in ("zh", "en"))
        lines = tuple(Text(zh, en) for zh, en in zip(*said, strict=True))
        return PointView(id=verdict.point.id, label=verdict.point.label, verdict=verdict.value, lines=lines)

    def _timeline(self, by: Actor) -> tuple[TimelineEntry, ...]:
        # No further than the rest of the page: the case may move on while it is being read.
        chain = exchange.list_events(self.region, self.case_id, last=self.case.seq)
        left_out = timeline.hidden_from(by)
        return tuple(self._entry(event) for event in chain if event.payload.kind_name not in left_out)

    def _entry(self, event: StoredEvent) -> TimelineEntry:
        sentence = timeline.sentence(event, self.definition)
        place = self.name_of(timeline.place_of(event))
        actor = event.payload.actor
        officer = actor["ref"] if actor["kind"] == "staff" else ""
        return TimelineEntry(event.seq, event.payload.at, sentence, place, actor["role"], event.hash, officer)

    @property
    def correction(self) -> CorrectionView | None:
        asked = self.case.correction
        if not asked:
            return None
        # On the way from a pledge to the ordinary one the list comes from the definition, and nobody wrote a note.
        note = "" if "why" in asked else self.parts["correction"]["note"]
        view = self.asked(asked, note=note, due_on=date.fromisoformat(asked["due_on"]))
        return replace(view, ordinary="why" in asked)

    def asked(self, asked: Json, *, note: str, due_on: date) -> CorrectionView:
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
                self.name_of(item.peer),
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


SIGNED = Text("申请人签名", "Signature of the applicant")


def _material(id: str, label: Text, ways: Sequence[str], brought: Material | None) -> CaseMaterial:
    return CaseMaterial(
        id=id, label=label, way=brought.way if brought else ways[0], name=brought.name if brought else "",
        media_type=brought.media_type if brought else "", size=brought.size if brought else 0,
        original_seen=brought.original_seen if brought else False, ref=brought.ref if brought else None,
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
