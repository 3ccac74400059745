"""A service definition (事项定义) as other contexts see it. Plain Python; read from a document by `reading.py`.

Money is in fen, terms in working days, labels in Chinese and English. `verified` is false for what was written from memory or proposed:
pages may show it only as such.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tongban.catalogue.history.standing import Standing
from tongban.catalogue.tree import Answer, Option, Question, Tree
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.rules.expression import Condition, months_after
from tongban.rules.facts import NOTHING, ElementType, Fact, Value, fits
from tongban.rules.points import Basis, RuleSet

Way = Literal["register", "e-licence", "upload", "generated", "pledge"]
Widget = Literal["text", "date", "region", "choice", "boolean", "consent", "pledge", "money"]
"""`money`: the person types yuan, the element holds fen."""
Kind = Literal["filing", "licence", "service"]
"""备案, 许可, or neither: 行政确认 and 行政给付 are a service."""
ItemType = Literal["public_service", "licence", "confirmation", "benefit"]
"""公共服务 (a filing is one), 行政许可, 行政确认 or 行政给付."""
Effect = Literal["add", "change", "cancel", "correct", "supply", "renew", "reissue"]
Recipient = Literal["receiving", "deciding", "register", "platform"]
Regime = Literal["proof", "licence"]
"""证明事项告知承诺 or 涉企经营许可告知承诺."""


class NoSuchSituation(Missing):
    """The definition has no situation of this name."""

    text = Text("该事项没有“{situation}”这一情形。", "This service has no situation “{situation}”.")
    advice = Text("请重新回答问题，选择情形。", "Answer the questions again.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from. `register` and `asks` (deciding or receiving region) for shared data; `consent` is the element that allows it.

    `told`: what the applicant stated that goes with the question beside who asks, e.g. the code of the business.
    """

    id: str
    label: Text
    register: str = ""
    asks: Literal["", "deciding", "receiving"] = ""
    consent: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A typed fact (要素) with its sources, best first."""

    id: str
    label: Text
    type: ElementType
    sources: tuple[str, ...]
    values: Mapping[str, Text] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class DataUse:
    """What personal data is asked for and on which basis, how many years it is kept after the case is closed, and who receives it."""

    purpose: Text
    basis: tuple[Basis, ...]
    retention: int
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What the form asks. Its id is its element; `group` is the heading it stands under; `material` the pledge it signs.

    `use` is None only in definitions that were published before uses were recorded.
    """

    element: Element
    group: str
    widget: Widget
    required: bool
    hint: Text | None = None
    max_length: int = 200
    material: str = ""
    use: DataUse | None = None

    @property
    def id(self) -> str:
        return self.element.id

    @property
    def label(self) -> Text:
        return self.element.label


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, for the line above it and for the error summary."""

    field: str
    text: Text


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over form values that must not be false."""

    id: str
    field: str
    condition: Condition
    text: Text


@dataclass(frozen=True, slots=True)
class Reads:
    """What the machine may read on a paper (材料识读): its kind, and which field of it answers which element."""

    kind: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Material:
    """A paper or proof. `waived` says why it need not be handed in: always, or only when `waived_when` is true.

    Without a `main` material (主件) nothing is accepted; any other may be tolerated to follow (容缺受理). `issued_by`: the key of the item
    whose result it is, where there is one.
    """

    id: str
    name: Text
    issuer: Text
    ways: tuple[Way, ...]
    original: bool
    basis: tuple[Basis, ...]
    verified: bool
    media_types: tuple[str, ...] = ()
    waived: Text | None = None
    waived_when: Condition | None = None
    template: Text | None = None
    main: bool = True
    reads: Reads | None = None
    issued_by: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """A material of one application: handed in (`demanded`), or not and why."""

    material: Material
    demanded: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Code:
    value: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Validity:
    """How long the result holds; `months` until proof must follow, where that is so."""

    text: Text
    verified: bool
    months: int | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What must follow a result that rests on a pledge (承诺后补交): which material within how many months of the start.

    `overdue` is what the person is told when the day has passed, `task` what the deciding office then does.
    """

    material: str
    months: int
    text: Text
    overdue: Text
    task: Text
    basis: tuple[Basis, ...]
    verified: bool

    def due_on(self, start: date) -> date:
        """The last day; the last of the month where that day does not exist."""
        return date.fromisoformat(months_after(start.isoformat(), self.months))


@dataclass(frozen=True, slots=True)
class Pledge:
    """The way of notice and pledge (告知承诺), chosen by the applicant: the office tells (`notice`), the applicant signs in `field`.

    `bar`: the point that is false for who may not take this way; `instead`: the situation of the ordinary way, open to everybody;
    `replaces`: materials that need not be handed in before the decision.
    """

    regime: Regime
    field: str
    notice: Text
    bar: str
    instead: str
    replaces: tuple[str, ...]
    basis: tuple[Basis, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class PostCheck:
    """The check on the spot after a licence that rests on a pledge (事后核查): within `days` calendar days of the decision.

    `task` is what the supervising office then does.
    """

    days: int
    text: Text
    task: Text
    basis: tuple[Basis, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Supervision:
    """Which office looks after what was granted (审管联动): its code and name, at the deciding or the receiving place, for which situations.

    Every approval of these situations is told to it; where the situation has a `post_check`, by a day. `remedy`: against an order or a
    revocation.
    """

    office: str
    name: Text
    at: Literal["deciding", "receiving"]
    situations: tuple[str, ...]
    remedy: Text
    basis: tuple[Basis, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class DecidedAt:
    """Which place decides, in the applicant's words: what it is called, how it is asked for, where to see it, whom to ask if it is not listed."""

    name: Text
    question: Text
    hint: Text
    missing: Text


INSURED = DecidedAt(
    Text("参保地", "Place where you are insured"),
    Text("您在哪里参保？", "Where are you insured?"),
    Text(
        "交医保的地方，一般是户籍地或原来工作的地方。社保卡或医保码上可以看到。",
        "Where your contributions are paid, usually where you are registered or worked before. Your insurance code shows it.",
    ),
    Text(
        "请联系参保地医保经办机构，或拨打 12393。",
        "Ask the medical insurance agency of your place, or call 12393.",
    ),
)
"""For definitions that say nothing of it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Working days."""

    days: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """One way to apply (业务办理项). `effect`: what it does to the person's filings; `term` long or temporary, where it makes one.

    `promise`: its own promised days, where they are not those of the item.
    """

    id: str
    name: Text
    summary: Text
    code: Code
    fields: tuple[Field, ...]
    materials: tuple[Material, ...]
    rule_set: RuleSet
    validity: Validity
    effect: Effect = "add"
    term: Literal["", "long", "temporary"] = ""
    follow_up: FollowUp | None = None
    promise: Limit | None = None
    post_check: PostCheck | None = None
    pledge: Pledge | None = None

    @property
    def pledge_text(self) -> Text | None:
        """What is signed where this is the way of notice and pledge."""
        material = next((field.material for field in self.fields if self.pledge and field.id == self.pledge.field), "")
        return next((one.template for one in self.materials if one.id == material), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """`counter` 0 is immediate; `legal` None: none is published; `tell_missing` binds the office, `correct` and `tolerate` the citizen.

    `tolerate`: days to bring what was tolerated (容缺受理), None where nothing is; `extend`: the one extension (延期), None without.
    """

    counter: Limit
    promise: Limit
    tell_missing: Limit
    correct: Limit
    legal: Limit | None = None
    tolerate: Limit | None = None
    extend: Limit | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How closely people look at automatic decisions (抽查): one in `one_in` is drawn and looked at within `days` working days; of the last
    `window`, and at least `least`, more than `percent` per cent in disagreement stop the item."""

    one_in: int
    window: int
    least: int
    percent: int
    days: int


@dataclass(frozen=True, slots=True)
class Policy:
    """`single_examiner` (独任审批): one person may both examine and decide. `retention_years` of the record after the case is closed.

    `precheck` (预审): a clerk looks at what comes in online before it is received. `sampling`: where it is not that of the node.
    """

    acceptance: Literal["automatic", "person"]
    automatic_decision: bool
    single_examiner: bool
    verified: bool
    retention_years: int = 10
    precheck: bool = False
    sampling: Sampling | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A mode, group, contact or other thing that has little more than a name."""

    id: str
    name: Text
    verified: bool = True
    value: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """In fen; 0 is free."""

    fen: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant has in the end, and how it comes."""

    name: Text
    text: Text
    verified: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    id: str
    name: Text
    text: Text
    basis: tuple[Basis, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the procedure (文书): made by the receiving or deciding place when an event happens."""

    id: str
    name: Text
    by: Literal["receiving", "deciding"]
    event: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one service at one deciding region. Immutable: `hash` names exactly this content.

    `use`: what the applicant's name, number and phone are asked for; None only in definitions published before uses were recorded.
    `office`: the kind of office that decides at the deciding place. `standing`: why it cannot be applied for; None where it can.
    """

    hash: str
    document: Mapping[str, Any] = field(repr=False, compare=False)
    key: str
    region: str
    version: int
    valid_from: date
    kind: Kind
    code: Code
    name: Text
    summary: Text
    department: Text
    audience: tuple[str, ...]
    scope: str
    handling: Literal["immediate", "promise"]
    basis: tuple[Basis, ...]
    modes: tuple[Named, ...]
    limits: Limits
    fee: Fee
    result: Result
    effect: str
    policy: Policy
    remedies: tuple[Remedy, ...]
    papers: tuple[Paper, ...]
    contacts: tuple[Named, ...]
    groups: tuple[Named, ...]
    tree: Tree
    answers: Mapping[str, Answer]
    sources: Mapping[str, Source]
    elements: Mapping[str, Element]
    checks: tuple[Check, ...]
    situations: Mapping[str, Situation]
    item_type: ItemType = "public_service"
    use: DataUse | None = None
    supervision: Supervision | None = None
    office: str = "insurance"
    decided_at: DecidedAt = INSURED
    standing: Standing | None = None

    @property
    def item(self) -> str:
        """The item code as events carry it."""
        return self.code.value

    def require_open(self) -> None:
        """Whoever wants to apply anew is told why not. Refuses `ItemSuspended`, `ItemWithdrawn`, `ItemMerged`."""
        if self.standing:
            raise self.standing.refusal(self.name)

    @property
    def urgent(self) -> Answer | None:
        """What holds for whoever cannot wait, where the service says so."""
        return next((answer for answer in self.answers.values() if answer.urgent), None)

    def next_step(self, answers: Mapping[str, Value]) -> Question | Situation | Answer:
        """The next question, or where the answers lead. `answers` holds the given ones (`insured_region`, …) and question id → option id."""
        if screened := self.tree.screened(answers):
            return self.answers[screened]
        _, kind, id = self.tree.path(answers)
        if kind == "question":
            return self.tree.questions[id]
        return self.situations[id] if kind == "situation" else self.answers[id]

    def answered(self, answers: Mapping[str, Value]) -> list[tuple[Question, Option]]:
        """The questions on the way so far, each with the chosen option."""
        return self.tree.path(answers)[0]

    def situation(self, id: str) -> Situation:
        """Refuses `NoSuchSituation`."""
        if id not in self.situations:
            raise NoSuchSituation(situation=id)
        return self.situations[id]

    def fields(self, situation: str) -> tuple[Field, ...]:
        return self.situation(situation).fields

    def materials(self, situation: str, elements: Mapping[str, Value]) -> tuple[Demand, ...]:
        """Every material of the situation, demanded or not for these values. A waiver that is unknown does not waive."""
        return tuple(_demand(material, elements) for material in self.situation(situation).materials)

    def promise(self, situation: str) -> Limit:
        """The promised working days from acceptance: the situation's own, else the item's."""
        return self.situation(situation).promise or self.limits.promise

    def rule_set(self, situation: str) -> RuleSet:
        return self.situation(situation).rule_set

    def supervised(self, situation: str) -> Supervision | None:
        """Who is told of an approval of this situation; None where nobody is."""
        found = self.supervision
        return found if found and situation in found.situations else None

    def check_answers(
        self, situation: str, elements: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
    ) -> list[FieldError]:
        """What is wrong with the form, in the order of its fields. `known`: values the form does not ask, e.g. `today`."""
        fields = self.fields(situation)
        errors = {field.id: text for field in fields if (text := _field_error(field, elements.get(field.id)))}
        values = {**known, **elements}
        for check in self.checks:
            if check.condition.evaluate(values) is False:
                errors.setdefault(check.field, check.text)
        asked = [FieldError(field.id, errors[field.id]) for field in fields if field.id in errors]
        return asked + [FieldError(name, NOT_ASKED) for name in elements if name not in {field.id for field in fields}]

    def best_facts(self, facts: Iterable[Fact]) -> dict[str, Fact]:
        """Per element the fact of its best source, the newest of equals. Facts from a source the element does not name are left out."""
        best: dict[str, Fact] = {}
        for fact in sorted(facts, key=lambda fact: fact.at, reverse=True):
            rank = self._rank(fact)
            if rank is not None and (fact.element not in best or rank < self._rank(best[fact.element])):  # type: ignore[operator]
                best[fact.element] = fact
        return best

    def _rank(self, fact: Fact) -> int | None:
        element = self.elements.get(fact.element)
        if element is None or fact.source not in element.sources or not fits(fact.value, element.type):
            return None
        return element.sources.index(fact.source)

    def elements_of(self, source: str, situation: str) -> tuple[str, ...]:
        """What a source is to be asked for: the elements it can give that a field or a review point of the situation uses."""
        chosen = self.situation(situation)
        used = {*chosen.rule_set.reads, *(field.id for field in chosen.fields)}
        return tuple(e.id for e in self.elements.values() if e.id in used and source in e.sources)


REQUIRED = Text("请填写{label}。", "Fill in: {label}.")
CONSENT = Text("请阅读并勾选：{label}。", "Read and tick: {label}.")
WRONG = Text("{label}的格式不正确。", "{label}: the format is wrong.")
TOO_LONG = Text("{label}不能超过{limit}个字。", "{label}: at most {limit} characters.")
NOT_A_CHOICE = Text("请从选项中选择{label}。", "{label}: choose one of the options.")
NOT_ASKED = Text("此项不在该情形的表单中。", "This situation's form does not ask this.")


def _field_error(field: Field, value: Value | None) -> Text | None:
    if value is None or value == "":
        return _fill(REQUIRED, field) if field.required else None
    if not fits(value, field.element.type) or (field.widget == "region" and not _is_region(value)):
        return _fill(WRONG, field)
    if field.element.values and value not in field.element.values:
        return _fill(NOT_A_CHOICE, field)
    if isinstance(value, str) and len(value) > field.max_length:
        return _fill(TOO_LONG, field)
    return _fill(CONSENT, field) if value is False and field.required else None


def _is_region(value: Value) -> bool:
    return isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdecimal()


def _fill(text: Text, field: Field) -> Text:
    return Text(
        text.zh.format(label=field.label.zh, limit=field.max_length),
        text.en.format(label=field.label.en, limit=field.max_length),
    )


def _demand(material: Material, elements: Mapping[str, Value]) -> Demand:
    always = material.waived is not None and material.waived_when is None
    if always or (material.waived_when and material.waived_when.evaluate(elements)):
        return Demand(material, demanded=False, reason=material.waived)
    return Demand(material, demanded=True)
