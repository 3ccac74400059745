"""From a checked document to a `Definition`. Keys of newer versions that this one does not know are left aside."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from tongban.catalogue.checks import BadDefinition, find_faults
from tongban.catalogue.definition import (
    INSURED,
    Check,
    Code,
    DataUse,
    DecidedAt,
    Definition,
    Element,
    Fee,
    Field,
    FollowUp,
    Limit,
    Limits,
    Material,
    Named,
    Paper,
    Pledge,
    Policy,
    PostCheck,
    Reads,
    Remedy,
    Result,
    Sampling,
    Situation,
    Source,
    Supervision,
    Validity,
)
from tongban.catalogue.history.standing import Standing
from tongban.catalogue.publishing import find_gaps
from tongban.catalogue.tree import Answer, Comparison, Option, Part, Question, Screen, Tree
from tongban.kernel import strictjson
from tongban.kernel.crypto import Suite
from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.facts import Vocabulary
from tongban.rules.points import Basis, Point, RuleSet

Json = Mapping[str, Any]
T = TypeVar("T")


def content_hash(document: Json, *, suite: Suite) -> str:
    """The name of a definition: the hash of the canonical form of its merged document."""
    return suite.hash(strictjson.canonical(document))


def read_definition(document: Json, *, suite: Suite, strict: bool = True) -> Definition:
    """Check and build. Raises `BadDefinition` with every fault.

    Not `strict`, for what a peer published: keys that a newer version added and uses that an older one did not record are no fault.
    """
    faults = find_faults(document, strict=strict) or (find_gaps(document) if strict else [])
    if faults:
        raise BadDefinition(faults)
    return build_definition(document, hash=content_hash(document, suite=suite))


def build_definition(document: Json, *, hash: str) -> Definition:
    """Build what was checked and hashed before, e.g. when it was stored."""
    return _Reader(document).definition(hash)


class _Reader:
    """Holds what later parts refer to: the bases, elements, sources, fields, materials and points by their ids."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.bases = _by_id(document["basis"], self._basis)
        self.elements = _by_id(document["elements"], _element)
        self.sources = _by_id(document["sources"], _source)
        self.types = {element.id: element.type for element in self.elements.values()}
        self.vocabulary = Vocabulary(
            {element.id: element.label for element in self.elements.values()},
            {element.id: element.values for element in self.elements.values()},
            {source.id: source.label for source in self.sources.values()},
        )
        self.remedies = tuple(self._remedy(value) for value in document["remedies"])
        self.fields = {value["element"]: self._field(value) for value in document["fields"]}
        self.materials = _by_id(document["materials"], self._material)
        self.points = _by_id(document["points"], self._point)

    def definition(self, hash: str) -> Definition:
        document = self.document
        return Definition(
            hash=hash,
            document=document,
            key=document["key"],
            region=document["region"],
            version=document["version"],
            valid_from=date.fromisoformat(document["valid_from"]),
            kind=document["kind"],
            code=_code(document["code"]),
            name=_words(document["name"]),
            summary=_words(document["summary"]),
            department=_words(document["department"]),
            audience=tuple(document["audience"]),
            scope=document["scope"],
            handling=document["handling"],
            basis=tuple(self.bases.values()),
            modes=_named(document["modes"]),
            limits=_limits(document["limits"]),
            fee=Fee(document["fee"]["fen"], document["fee"]["verified"]),
            result=_result(document["result"]),
            effect=document["effect"],
            policy=_policy(document["policy"]),
            remedies=self.remedies,
            papers=tuple(_paper(value) for value in document["papers"]),
            contacts=_named(document.get("contacts", [])),
            groups=_named(document["groups"]),
            tree=self._tree(),
            answers=_by_id(document["answers"], self._answer),
            sources=self.sources,
            elements=self.elements,
            checks=tuple(self._check(value) for value in document["checks"]),
            situations=_by_id(document["situations"], self._situation),
            item_type=document.get("item_type", "licence" if document["kind"] == "licence" else "public_service"),
            use=self._use(document["data"]) if "data" in document else None,
            supervision=self._supervision(document["supervision"]) if "supervision" in document else None,
            office=document.get("office", "insurance"),
            decided_at=_decided_at(document["decided_at"]) if "decided_at" in document else INSURED,
            standing=Standing.from_json(document["standing"]) if "standing" in document else None,
        )

    def _basis(self, value: Json) -> Basis:
        return Basis(value["law"], value["article"], value["verified"], _text(value.get("text")))

    def _cited(self, value: Json) -> tuple[Basis, ...]:
        return tuple(self.bases[id] for id in value["basis"])

    def _use(self, value: Json) -> DataUse:
        return DataUse(_words(value["purpose"]), self._cited(value), value["retention"], tuple(value["recipients"]))

    def _remedy(self, value: Json) -> Remedy:
        return Remedy(value["id"], _words(value["name"]), _words(value["text"]), self._cited(value), value["verified"])

    def _answer(self, value: Json) -> Answer:
        return Answer(
            value["id"],
            _words(value["title"]),
            _words(value["text"]),
            self._cited(value),
            value["verified"],
            tuple(_part(part) for part in value.get("parts", [])),
            value.get("urgent", False),
        )

    def _field(self, value: Json) -> Field:
        return Field(
            element=self.elements[value["element"]],
            group=value["group"],
            widget=value["widget"],
            required=value["required"],
            hint=_text(value.get("hint")),
            max_length=value.get("max_length", 200),
            material=value.get("material", ""),
            use=self._use(value) if "purpose" in value else None,
        )

    def _material(self, value: Json) -> Material:
        when = value.get("waived_when")
        return Material(
            id=value["id"],
            name=_words(value["name"]),
            issuer=_words(value["issuer"]),
            ways=tuple(value["ways"]),
            original=value["original"],
            basis=self._cited(value),
            verified=value["verified"],
            media_types=tuple(value.get("media_types", [])),
            waived=_text(value.get("waived")),
            waived_when=compile_condition(when, elements=self.types) if when else None,
            template=_text(value.get("template")),
            main=value.get("main", True),
            issued_by=value.get("issued_by", ""),
            reads=Reads(value["reads"]["kind"], dict(value["reads"]["facts"])) if "reads" in value else None,
        )

    def _point(self, value: Json) -> Point:
        return Point(
            id=value["id"],
            label=_words(value["label"]),
            conditions=tuple(compile_condition(source, elements=self.types) for source in value["conditions"]),
            basis=tuple(_carried(basis, value["verified"]) for basis in self._cited(value)),
            vocabulary=self.vocabulary,
            mode=value.get("mode", "all"),
            at_least=value.get("at_least", 1),
            on_false=value.get("on_false", "refer"),
            on_unknown=value.get("on_unknown", "refer"),
            correct=tuple(value.get("correct", [])),
            demand=tuple(value.get("demand", [])),
            change=_text(value.get("change")),
            objection=_objection(self.remedies),
        )

    def _check(self, value: Json) -> Check:
        condition = compile_condition(value["when"], elements=self.types)
        return Check(value["id"], value["field"], condition, _words(value["text"]))

    def _tree(self) -> Tree:
        given = {value["id"]: value["type"] for value in self.document["given"]}
        screens = tuple(
            Screen(value["id"], compile_condition(value["when"], elements=given), value["answer"])
            for value in self.document["screens"]
        )
        questions = _by_id(self.document["questions"], _question)
        return Tree(screens, questions, first=next(iter(questions)))

    def _situation(self, value: Json) -> Situation:
        return Situation(
            id=value["id"],
            name=_words(value["name"]),
            summary=_words(value["summary"]),
            code=_code(value["code"]),
            fields=tuple(self.fields[id] for id in value["fields"]),
            materials=tuple(self.materials[id] for id in value["materials"]),
            rule_set=RuleSet(tuple(self.points[id] for id in value["points"])),
            validity=_validity(value["validity"]),
            effect=value.get("effect", "add"),
            term=value.get("term", ""),
            follow_up=self._follow_up(value["follow_up"]) if "follow_up" in value else None,
            promise=_limit(value["promise"]) if "promise" in value else None,
            post_check=self._post_check(value["post_check"]) if "post_check" in value else None,
            pledge=self._pledge(value["pledge"]) if "pledge" in value else None,
        )

    def _post_check(self, value: Json) -> PostCheck:
        return PostCheck(
            value["days"], _words(value["text"]), _words(value["task"]), self._cited(value), value["verified"]
        )

    def _pledge(self, value: Json) -> Pledge:
        return Pledge(
            regime=value["regime"],
            field=value["field"],
            notice=_words(value["notice"]),
            bar=value["bar"],
            instead=value["instead"],
            replaces=tuple(value["replaces"]),
            basis=self._cited(value),
            verified=value["verified"],
        )

    def _supervision(self, value: Json) -> Supervision:
        return Supervision(
            value["office"], _words(value["name"]), value["at"], tuple(value["situations"]), _words(value["remedy"]), self._cited(value),
            value["verified"],
        )  # fmt: skip

    def _follow_up(self, value: Json) -> FollowUp:
        return FollowUp(
            value["material"],
            value["months"],
            _words(value["text"]),
            _words(value["overdue"]),
            _words(value["task"]),
            self._cited(value),
            value["verified"],
        )


def _by_id(values: list[Any], read: Callable[[Json], T]) -> dict[str, T]:
    return {value["id"]: read(value) for value in values}


def _words(value: Json) -> Text:
    return Text(value["zh"], value["en"])


def _text(value: Any) -> Text | None:
    return None if value is None else _words(value)


def _carried(basis: Basis, verified: bool) -> Basis:
    """That this law carries this point is itself a statement to be verified."""
    return Basis(basis.law, basis.article, basis.verified and verified, basis.text)


def _objection(remedies: tuple[Remedy, ...]) -> Text:
    return Text(
        "".join(remedy.text.zh + ("" if remedy.verified else "（待核实）") for remedy in remedies),
        " ".join(remedy.text.en + ("" if remedy.verified else " (to be verified)") for remedy in remedies),
    )


def _element(value: Json) -> Element:
    values = {choice["id"]: _words(choice["label"]) for choice in value.get("values", [])}
    return Element(value["id"], _words(value["label"]), value["type"], tuple(value["sources"]), values)


def _source(value: Json) -> Source:
    return Source(
        value["id"],
        _words(value["label"]),
        value.get("register", ""),
        value.get("asks", ""),
        value.get("consent", ""),
        tuple(value.get("with", [])),
    )


def _decided_at(value: Json) -> DecidedAt:
    return DecidedAt(*(_words(value[key]) for key in ("name", "question", "hint", "missing")))


def _question(value: Json) -> Question:
    options = tuple(_option(option) for option in value["options"])
    compare = _comparison(value["compare"]) if "compare" in value else None
    return Question(value["id"], _words(value["text"]), _text(value.get("help")), options, compare)


def _comparison(value: Json) -> Comparison:
    rows = tuple((_words(row["label"]), tuple(map(_words, row["cells"]))) for row in value["rows"])
    return Comparison(tuple(map(_words, value["columns"])), rows)


def _part(value: Json) -> Part:
    return Part(_words(value["title"]), tuple(map(_words, value["lines"])))


def _option(value: Json) -> Option:
    ((kind, target),) = value["next"].items()
    return Option(value["id"], _words(value["label"]), _text(value.get("note")), kind, target)


def _named(values: list[Any]) -> tuple[Named, ...]:
    return tuple(
        Named(value["id"], _words(value["name"]), value.get("verified", True), value.get("value", ""))
        for value in values
    )


def _code(value: Json) -> Code:
    return Code(value["value"], value["verified"])


def _limit(value: Json) -> Limit:
    return Limit(value["days"], value["verified"])


def _limits(value: Json) -> Limits:
    return Limits(
        **{
            name: _limit(value[name])
            for name in ("counter", "promise", "tell_missing", "correct", "legal", "tolerate", "extend")
            if name in value
        }
    )


def _result(value: Json) -> Result:
    return Result(_words(value["name"]), _words(value["text"]), value["verified"])


def _policy(value: Json) -> Policy:
    names = ("acceptance", "automatic_decision", "single_examiner", "verified", "retention_years", "precheck")
    sampling = Sampling(**value["sampling"]) if "sampling" in value else None
    return Policy(**{name: value[name] for name in names if name in value}, sampling=sampling)


def _paper(value: Json) -> Paper:
    return Paper(value["id"], _words(value["name"]), value["by"], value["event"])


def _validity(value: Json) -> Validity:
    return Validity(_words(value["text"]), value["verified"], value.get("months"))
